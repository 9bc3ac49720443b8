"""The methods that find the cost of a category of goods from prices set beforehand, at the end of a period.

``planned`` (计划成本): at planned cost, with 材料成本差异 by category.  ``retail`` (售价金额核算): at the selling
price, with 商品进销差价 by category.  The engine of both is ``jxc.costing.planned``.  ``gross_profit`` (毛利率法):
sales less a margin, trued up at the end of the quarter, by ``jxc.costing.gross_profit_engine``.

>>> PLANNED.at_standard and RETAIL.by_period
True
"""

from __future__ import annotations

from jxc.costing.methods import CostingMethod

__all__ = ["GROSS_PROFIT", "PLANNED", "RETAIL"]

PLANNED = CostingMethod("planned", averages=True, at_standard=True, by_period=True)
RETAIL = CostingMethod("retail", averages=True, at_standard=True, by_period=True)
GROSS_PROFIT = CostingMethod("gross_profit", averages=True, by_period=True)
