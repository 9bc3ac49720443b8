"""The methods that carry goods at a price set beforehand and find their cost at the end of a period.

``planned`` (计划成本): at planned cost, with 材料成本差异 by category.  ``retail`` (售价金额核算): at the selling price, with
商品进销差价 by category.  The engine of both is ``jxc.costing.planned``.

>>> PLANNED.at_standard and RETAIL.by_period
True
"""

from __future__ import annotations

from jxc.costing.methods import CostingMethod

__all__ = ["PLANNED", "RETAIL"]

PLANNED = CostingMethod("planned", averages=True, at_standard=True, by_period=True)
RETAIL = CostingMethod("retail", averages=True, at_standard=True, by_period=True)
