"""The records of a history that stays open: what a change did, and how things stood on a day, as known at a time.

Amounts and quantities are ``Decimal``; every record is frozen.

>>> from datetime import date
>>> CostChange(2, "SO-1", date(2026, 1, 15), "issue", "TEA", "WH", "", Decimal("269"), Decimal("283"), "recosted")
CostChange(row=2, id='SO-1', date=datetime.date(2026, 1, 15), type='issue', item='TEA', place='WH', to_place='', \
old=Decimal('269'), new=Decimal('283'), why='recosted')
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias, TypedDict, get_args

from jxc.api.answers import OnHand
from jxc.costing.effects import Role
from jxc.errors import FieldError
from jxc.stock.problem import Problem

__all__ = [
    "Balance",
    "Booking",
    "Change",
    "Closed",
    "CostChange",
    "How",
    "Verb",
    "Why",
    "check_closed_word",
    "check_how",
]

Why: TypeAlias = Literal["entered", "cancelled", "changed", "charged", "recosted"]
"""Why a row costs another amount: it came, went or was restated itself; a charge or price that names it did; or goods
that it took did.
"""

Closed: TypeAlias = Literal["restate", "forward"]
"""What a change does to closed periods: refuse to touch them, or book their share in the open period."""

Verb: TypeAlias = Literal["insert", "cancel", "change"]


class How(TypedDict, total=False):
    """How a change of the past is booked.

    ``closed``: ``restate`` (default) changes open days only and refuses to touch closed ones (``closed_period``);
    ``forward`` leaves the past as it reads: what concerns days before the fact's own date, before ``booked_on``, or
    before the first open day is booked on the latest of the three.  ``preview``: tell what would change, and change
    nothing.  ``recorded_at``: the moment at which it became known.  ``actor``, ``reason``: for the log.
    """

    closed: Closed
    booked_on: date | str | None
    preview: bool
    recorded_at: datetime | str | None
    actor: str | None
    reason: str | None


_KEYS = ("period", "item", "place", "role")


@dataclass(frozen=True, slots=True)
class CostChange:
    """One row whose cost changed; ``None``: it was not, or is no more, in the book."""

    row: int
    id: str
    date: date
    type: str
    item: str
    place: str
    to_place: str
    old: Decimal | None
    new: Decimal | None
    why: Why

    @property
    def difference(self) -> Decimal:
        """New cost less old cost."""
        return (self.new or Decimal(0)) - (self.old or Decimal(0))


@dataclass(frozen=True, slots=True)
class Booking:
    """What a change moved on one role of one item at one place, on the day on which it is booked; debit positive."""

    date: date
    item: str
    place: str
    role: Role
    amount: Decimal
    qty: Decimal

    @property
    def period(self) -> str:
        """The calendar month of the booking."""
        return self.date.isoformat()[:7]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one change of the past did, or would do.

    ``operation``: its number in the history, ``None`` for a preview.  ``ids``: the facts that came, went or changed.
    ``changes``: every row that came, went, was stated anew, or costs another amount.
    ``bookings``: what that moves, by day, item, place and role; their
    amounts add up to nothing.  ``booked_from``: under ``forward``, the first day that may change.
    ``notes``: warnings about what was stated, such as columns that are not read.
    """

    verb: Verb
    ids: tuple[str, ...]
    operation: int | None
    closed: Closed
    booked_from: date | None
    recorded_at: datetime | None
    changes: Sequence[CostChange]
    bookings: tuple[Booking, ...]
    notes: tuple[Problem, ...] = ()

    def totals(self, *by: str) -> dict[tuple[str, ...], Decimal]:
        """The bookings summed by any of ``period``, ``item``, ``place``, ``role``; sums of nothing are left out.

        Raises ``FieldError`` ``unknown_key`` for another word.
        """
        for key in by:
            if key not in _KEYS:
                raise FieldError(
                    "unknown_key", "there is no such total", field="by", value=key, hint=f"use {', '.join(_KEYS)}"
                )
        sums: dict[tuple[str, ...], Decimal] = {}
        for booking in self.bookings:
            at = tuple(getattr(booking, key) for key in by)
            sums[at] = sums.get(at, Decimal(0)) + booking.amount
        return {at: sums[at] for at in sorted(sums) if sums[at]}

    @property
    def stock_difference(self) -> Decimal:
        """What the value of stock gains."""
        return sum((booking.amount for booking in self.bookings if booking.role == "inventory"), Decimal(0))

    @property
    def cost_of_sales_difference(self) -> Decimal:
        """What the cost of sales gains."""
        return sum((booking.amount for booking in self.bookings if booking.role == "cogs"), Decimal(0))


@dataclass(frozen=True, slots=True)
class Balance:
    """How things stood at the end of a day (``None``: of all), as known after an operation."""

    as_of: date | None
    known_at: int
    on_hand: tuple[OnHand, ...]
    on_hand_value: Decimal
    cost_of_sales: Decimal
    cost_of_sales_by_period: dict[str, Decimal]
    roles: dict[str, Decimal]


def check_closed_word(word: str) -> Closed:
    """``restate`` or ``forward``; raises ``FieldError`` ``unknown_choice`` for another word."""
    words: tuple[Closed, ...] = get_args(Closed)
    for known in words:
        if word == known:
            return known
    hint = f"use {' or '.join(words)}"
    raise FieldError("unknown_booking", "a change is not booked in such a way", field="closed", value=word, hint=hint)


def check_how(how: How) -> None:
    """Refuse words that ``How`` does not know: a misspelt ``preview`` must not take effect."""
    for word in how:
        if word not in How.__annotations__:
            hint = f"use {', '.join(How.__annotations__)}"
            raise FieldError("unknown_field", "a change knows no such word", field=word, hint=hint)
    if not isinstance(how.get("preview", False), bool):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise FieldError(
            "not_a_truth", "preview is yes or no", field="preview", value=how.get("preview"), hint="True or False"
        )
