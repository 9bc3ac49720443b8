"""The proof: every property that jxc's own methods keep, kept by this one.  Run it with `pytest` in this folder."""

from nearest_expiry import NEAREST_EXPIRY

from jxc.costing.methods import CostingMethod
from jxc.testing import MethodConformance


class TestNearestExpiry(MethodConformance):
    def make_method(self) -> CostingMethod:
        return NEAREST_EXPIRY
