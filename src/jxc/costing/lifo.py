"""Last in, first out (后进先出法): the newest layer leaves first.

Not under IFRS (IAS 2.25, since 2005), CAS 1 (since 2007) or 小企业会计准则; US GAAP allows it (ASC 330-10-30).

>>> LIFO.from_tail
True
"""

from __future__ import annotations

from jxc.costing.methods import CostingMethod

__all__ = ["LIFO"]

LIFO = CostingMethod("lifo", from_tail=True)
