"""Ageing (账龄): what each party owes or is owed, by how long it is overdue.

    C-09    not due 100.00    1-30 days 50.00    31-60 days 0.00    over 60 days 20.00    credit 0.00

Items are settled as ``jxc.reports.open_items`` says: reversals, links and references first, the rest against the oldest
or not at all.  Days count from when an item falls due, or from its entry (``by="document"``).  What is left over of
what came in is a credit of the party.

Invariant: the buckets less the credit are the balance of the party, to the cent.

>>> bucket_of(0, (30, 60)), bucket_of(1, (30, 60)), bucket_of(61, (30, 60))
(0, 1, 3)
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from jxc.errors import FieldError
from jxc.kernel.dates import parse_date
from jxc.kernel.exact import add_exact
from jxc.kernel.link import Link
from jxc.ledger.ledger import Ledger
from jxc.reports.open_items import By, Rest, Settling, items_of
from jxc.reports.span import Day

__all__ = ["Ageing", "AgeingRow", "ageing", "bucket_of"]


@dataclass(frozen=True, slots=True)
class AgeingRow:
    """A party: what is not due, then what is overdue by each bucket, then what it has in credit."""

    party: str
    buckets: tuple[Decimal, ...]
    credit: Decimal

    @property
    def balance(self) -> Decimal:
        """What the party owes, or is owed, in all."""
        total = self.credit.copy_negate()
        for bucket in self.buckets:
            total = add_exact(total, bucket)
        return total


@dataclass(frozen=True, slots=True)
class Ageing:
    """Who owes what for how long; ``heads`` name the buckets."""

    account: str
    on: date
    heads: tuple[str, ...]
    rows: tuple[AgeingRow, ...]


def bucket_of(days: int, limits: tuple[int, ...]) -> int:
    """The bucket of so many days overdue: 0 not due, then one for each limit, then all beyond."""
    return 0 if days <= 0 else 1 + bisect_left(limits, days)


def ageing(
    ledger: Ledger,
    account: str,
    on: Day,
    *,
    limits: tuple[int, ...] = (30, 60, 90),
    by: By = "due",
    rest: Rest = "oldest_first",
    links: Iterable[Link] = (),
    currency: str | None = None,
    known_at: datetime | None = None,
    where: Mapping[str, str] | None = None,
) -> Ageing:
    """The ageing of an account by party, in the book's currency or another; claims of an asset, debts of a liability.

    Raises ``FieldError`` ``limits_not_rising``, and what ``open_items`` raises.
    """
    _check_limits(limits)
    day, book = parse_date(on, field="on"), ledger.book
    asked = Settling(tuple(links), rest, by, currency, known_at, where)
    sizes: dict[str, list[int]] = {}
    for one in items_of(ledger, account, day, asked):
        row = sizes.setdefault(one.party, [0] * (len(limits) + 3))
        if one.left > 0:
            row[bucket_of((day - (one.due if by == "due" else one.day)).days, limits)] += one.left
        else:
            row[-1] -= one.left
    rows = [(party, [book.amount(size, currency) for size in row]) for party, row in sorted(sizes.items())]
    shown = (AgeingRow(party, tuple(row[:-1]), row[-1]) for party, row in rows if any(row))
    return Ageing(account, day, _heads(limits), tuple(shown))


def _heads(limits: tuple[int, ...]) -> tuple[str, ...]:
    ends = zip((1, *(limit + 1 for limit in limits)), limits, strict=False)
    return ("not due", *(f"{begin}-{end} days" for begin, end in ends), f"over {limits[-1]} days")


def _check_limits(limits: tuple[int, ...]) -> None:
    whole = all(type(limit) is int and limit > 0 for limit in limits)
    if not (limits and whole and all(one < other for one, other in pairwise(limits))):
        hint = "such as (30, 60, 90)"
        raise FieldError("limits_not_rising", "days above zero, rising", field="limits", value=limits, hint=hint)
