"""Standard cost (标准成本): stock is carried at a price set beforehand; what was paid beyond it is variance.

IAS 2.21 allows it as a technique where it comes near actual cost.  Purchase price variance arises at receipt
(actual - standard), production variance where goods are made (consumed - standard), quantity variance at issue
((quantity - standard quantity allowed) x standard).  A change of the standard revalues what is on hand.

>>> STANDARD.at_standard
True
"""

from __future__ import annotations

from jxc.costing.methods import CostingMethod

__all__ = ["STANDARD"]

STANDARD = CostingMethod("standard", averages=True, at_standard=True)
