"""First in, first out (先进先出法): the oldest layer leaves first.

IAS 2.25 and 2.27, CAS 1 art. 14, 小企业会计准则 art. 13 allow it.  The queue is ordered by the layer's date, which
goods keep through transfers; ties in the order of events.

>>> FIFO.rank.__doc__.splitlines()[0]
'Where the layer queues, ascending; by default by its date, then by entry.'
"""

from __future__ import annotations

from jxc.costing.methods import CostingMethod

__all__ = ["FIFO"]

FIFO = CostingMethod("fifo")
