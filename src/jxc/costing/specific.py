"""Specific identification (个别计价法): the lot or serial number named is what leaves, at its own cost.

IAS 2.23 asks for it where items are not interchangeable; CAS 1 art. 14 and 小企业会计准则 art. 13 allow it.  The lot
names the pool; what came in under one lot in several receipts is averaged inside the lot.  An issue that names no lot
is refused as ambiguous unless only one choice is left.

>>> SPECIFIC.by_lot
True
"""

from __future__ import annotations

from jxc.costing.methods import CostingMethod

__all__ = ["SPECIFIC"]

SPECIFIC = CostingMethod("specific", averages=True, by_lot=True)
