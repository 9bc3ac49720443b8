"""Moving weighted average (移动加权平均法): every receipt founds the pool anew, every issue leaves at its average.

IAS 2.27, CAS 1 art. 14, 小企业会计准则 art. 13.  The average is never stored: the pool carries quantity and value,
and an issue takes its share of both.

>>> MOVING_AVERAGE.averages
True
"""

from __future__ import annotations

from jxc.costing.methods import CostingMethod

__all__ = ["MOVING_AVERAGE"]

MOVING_AVERAGE = CostingMethod("moving_average", averages=True)
