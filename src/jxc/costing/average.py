"""Weighted averages: moving (移动加权平均法), founded anew by every receipt, and once a period (全月一次加权平均).

IAS 2.27, CAS 1 art. 14, 小企业会计准则 art. 13.  The average is never stored: the pool carries quantity and value,
and an issue takes its share of both.  The average of a period is in ``periodic_pools``.

>>> MOVING_AVERAGE.averages
True
"""

from __future__ import annotations

from jxc.costing.methods import CostingMethod

__all__ = ["MOVING_AVERAGE", "PERIODIC_AVERAGE"]

MOVING_AVERAGE = CostingMethod("moving_average", averages=True)

PERIODIC_AVERAGE = CostingMethod("periodic_average", averages=True, by_period=True)
