"""Where a charge or a price goes that becomes known in a later period than its goods (policy ``closed_periods``).

    restate   it belongs to its receipt from the beginning, so the period of the receipt is computed again
    forward   the period of the receipt stands as it is: the charge goes into what is on hand of the goods in its own
              period (into the pool's average, where costs are known at the end of a period), and where nothing is
              left to expense

What is in question goes by periods, never by the day up to which runs were made, so every run says the same of it.
Chinese practice keeps a closed month (单到补差 in the month of the invoice); IAS 8.36, CAS 28 art. 9: a change of an
estimate is of the present and the future, no error of the past.

Invariant: under ``forward`` no row of a later period changes a figure of an earlier one.

>>> from jxc.costing.policy import Policy
>>> from datetime import date
>>> may, june = date(2026, 5, 9).toordinal(), date(2026, 6, 9).toordinal()
>>> freight = Event(1, "landed_cost", june, "TEA", amount=5, refs=(0,))
>>> rows = {0: Event(0, "receipt", may, "TEA", 1, 10), 1: freight}
>>> [late_rule(Policy(closed_periods=word), rows, freight) for word in ("restate", "forward")]
['restate', 'split_on_hand_sold']
"""

from __future__ import annotations

from collections.abc import Mapping

from jxc.costing.events import Event
from jxc.costing.order import period_start
from jxc.costing.policy import Charges, Policy

__all__ = ["late_rule"]


def late_rule(policy: Policy, events: Mapping[int, Event], event: Event) -> Charges:
    """The rule of a charge, an invoice or a refund: that of the policy, unless it would reach into an earlier period.

    One that names receipts of several periods is forwarded as a whole.
    """
    rule: Charges = policy.landed_cost if event.type == "landed_cost" else policy.invoice_difference
    if rule != "restate" or not policy.forwards:
        return rule
    start = period_start(event.date, policy.period)
    named = [events[row] for row in event.refs if row in events]
    bills = (bill for bill in named if bill.type == "invoice_price_change")
    billed = (events[row] for bill in bills for row in bill.refs if row in events)
    earlier = any(period_start(each.date, policy.period) < start for each in (*named, *billed))
    return "split_on_hand_sold" if earlier else "restate"
