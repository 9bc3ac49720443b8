"""Payments as business events: what came or went, what it cleared, and what stands between the two.

    in     cleared = cash + discount + fee + exchange loss - gain + small difference + advance used - advance
    out    cleared = cash + discount - fee - exchange loss + gain + small difference + advance used - advance

In a foreign currency the exchange difference is measured from the carrying amount (IAS 21 paragraph 28; 企业会计准则
第19号 article 11): what is cleared is known by what it was carried at, the money by today's rate.

Invariant: the amounts keep the identity of their kind in the book's currency and in the foreign one.

>>> paid = payment("payment_in", "2026-02-15", party="C-01", cleared=11300, discount=100)
>>> paid.total("cash"), paid.total("cleared")
(11200, 11300)
>>> abroad = payment(
...     "payment_out", "2026-02-10", party="S-US", cleared=71500, cash=72000, currency="USD", foreign=10000
... )
>>> abroad.total("exchange_loss"), abroad.amounts["cash"][0].foreign
(500, 10000)
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal

from jxc.errors import LedgerError
from jxc.kernel.rounding import Exact
from jxc.posting.events import BusinessEvent, Portion

__all__ = ["payment"]


def payment(
    kind: Literal["payment_in", "payment_out"],
    day: date | str,
    *,
    party: str,
    cleared: int,
    cash: int | None = None,
    discount: int = 0,
    fee: int = 0,
    small_difference: int = 0,
    advance: int = 0,
    advance_used: int = 0,
    currency: str | None = None,
    foreign: int | None = None,
    rate: Decimal | None = None,
    source: str = "",
    doc: str = "",
    **attributes: str,
) -> BusinessEvent:
    """A payment that clears ``cleared`` (minor units of the book; in a foreign currency at its carrying amount).

    Without ``cash`` it is what the others leave.  In a foreign currency ``foreign`` is what is cleared and paid, in its
    minor units, and ``cash`` what that is worth today; what is between the two is an exchange gain or loss.
    Raises ``LedgerError`` ``amounts_contradict`` where ``cash`` disagrees in one currency.
    """
    sign = 1 if kind == "payment_in" else -1
    expected = cleared - discount - sign * fee - small_difference - advance_used + advance
    paid = expected if cash is None else cash
    loss = sign * (expected - paid)
    if loss and currency is None:
        raise LedgerError(
            "amounts_contradict",
            f"the amounts contradict each other: cash is {expected} from the others",
            field="cash",
            value=cash,
            hint="leave it out, or say what it clears",
        )
    told: dict[str, Exact | Iterable[Portion]] = {
        "cash": [Portion(paid, foreign=foreign)],
        "discount": discount,
        "fee": fee,
        "small_difference": small_difference,
        "advance": advance,
        "advance_used": advance_used,
        "exchange_loss": max(loss, 0),
        "exchange_gain": max(-loss, 0),
        "cleared": [Portion(cleared, foreign=foreign)],
    }
    words = {**attributes, "party": party}
    return BusinessEvent.of(kind, day, told, source=source, doc=doc, currency=currency, rate=rate, given=words)
