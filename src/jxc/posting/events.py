"""A business event as rules see it: a kind, a day, attributes, and amounts by name.

    BusinessEvent.of("sales_invoice", "2026-01-20", {"net": 10000, "tax": 1300}, party="C-01", source="SI-7")
    BusinessEvent.of("issue", "2026-01-15", {"cost": 60}, reason="sale")

An amount is in minor units of the book's currency, whole; it may be told in portions that differ in place, item or
another attribute.  What is not named is zero; what is derived (``value``, ``gross``) is worked out, or has to agree.

Invariant: the amounts of an event keep the identities of its kind, in the book's currency and in a foreign one.

>>> sale = BusinessEvent.of("sales_invoice", "2026-01-20", {"net": 10000, "tax": 1300}, party="C-01")
>>> sale.total("gross"), sale.attributes["party"]
(11300, 'C-01')
>>> BusinessEvent.of("sales_invoice", "2026-01-20", {"net": 10000, "gross": 11300})
Traceback (most recent call last):
...
jxc.errors.LedgerError: the amounts contradict each other: gross is 10000 from the others (gross: 11300); leave it \
out, or give the others
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

from jxc.errors import FieldError, LedgerError
from jxc.kernel.dates import parse_date
from jxc.kernel.frozen import FrozenMap
from jxc.kernel.rounding import Exact
from jxc.posting.vocabulary import KINDS, EventKind

__all__ = ["BusinessEvent", "Portion", "portion"]

Attributes: TypeAlias = FrozenMap[str]
_NONE: Attributes = FrozenMap()


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of an amount: minor units of the book's currency, with attributes of its own over those of the event.

    ``foreign``: the same in minor units of the event's currency; ``quantity``: of goods, signed like the amount.
    """

    amount: int
    attributes: Attributes = _NONE
    foreign: int | None = None
    quantity: Decimal | None = None


def portion(amount: Exact, attributes: Mapping[str, str | None] = _NONE, quantity: Decimal | None = None) -> Portion:
    """A portion; attributes of ``None`` are left out.  ``LedgerError`` ``amount_not_whole`` for half a minor unit."""
    return Portion(_whole(amount, "amount"), _attributes(attributes), quantity=quantity)


@dataclass(frozen=True, slots=True)
class BusinessEvent:
    """An event to be posted; ``source`` is the fact, line or document it comes from, ``doc`` the paper."""

    kind: str
    date: dt.date
    amounts: FrozenMap[tuple[Portion, ...]]
    attributes: Attributes = _NONE
    source: str = ""
    doc: str = ""
    memo: str = ""
    currency: str | None = None
    rate: Decimal | None = None
    due: dt.date | None = None

    @classmethod
    def of(
        cls,
        kind: str,
        day: dt.date | str,
        amounts: Mapping[str, Exact | Iterable[Portion]],
        *,
        source: str = "",
        doc: str = "",
        memo: str = "",
        foreign: Mapping[str, int] | None = None,
        currency: str | None = None,
        rate: Decimal | None = None,
        due: dt.date | None = None,
        given: Mapping[str, str | None] = _NONE,
        **attributes: str | None,
    ) -> BusinessEvent:
        """An event from amounts by name, each a number or portions, and attributes (more of them as ``given``).

        ``foreign``: the free amounts again, in minor units of ``currency``.  Raises ``FieldError``
        ``unknown_event_kind``, ``unknown_amount``; ``LedgerError`` ``amount_not_whole``, ``amounts_contradict``.
        """
        known = _kind(kind)
        told = {name: _portions(known, name, one) for name, one in amounts.items()}
        if foreign is not None:
            told = {name: _with_foreign(told.get(name, ()), foreign.get(name, 0)) for name in {**told, **foreign}}
        for name in known.derived:
            told[name] = _derived(known, name, told)
        kept = {name: portions for name, portions in told.items() if portions}
        day = parse_date(day, field="date")
        return cls(
            kind, day, FrozenMap(kept), _attributes({**given, **attributes}), source, doc, memo, currency, rate, due
        )

    def total(self, amount: str) -> int:
        """An amount as a whole."""
        return sum(one.amount for one in self.amounts.get(amount, ()))

    def with_(self, **attributes: str) -> BusinessEvent:
        """The same event with these attributes too."""
        return replace(self, attributes=self.attributes.with_(**attributes))


def _kind(name: str) -> EventKind:
    found = KINDS.get(name)
    if found is None:
        hint = f"one of {', '.join(KINDS)}"
        raise FieldError("unknown_event_kind", "no such event", field="kind", value=name, hint=hint)
    return found


def _portions(kind: EventKind, name: str, given: Exact | Iterable[Portion]) -> tuple[Portion, ...]:
    if name not in kind.amounts:
        hint = f"those of {kind.name} are {', '.join(kind.amounts)}"
        raise FieldError(
            "unknown_amount", f"the event {kind.name} has no such amount", field="amount", value=name, hint=hint
        )
    if isinstance(given, Iterable):
        return tuple(one for one in given if one.amount or one.quantity)
    whole = _whole(given, name)
    return (Portion(whole),) if whole else ()


def _with_foreign(portions: tuple[Portion, ...], foreign: int) -> tuple[Portion, ...]:
    if len(portions) > 1:
        raise LedgerError("amounts_contradict", "an amount in a foreign currency has one portion", field="foreign")
    one = portions[0] if portions else Portion(0)
    return (replace(one, foreign=foreign),) if one.amount or foreign else ()


def _derived(kind: EventKind, name: str, told: Mapping[str, tuple[Portion, ...]]) -> tuple[Portion, ...]:
    amount = foreign = 0
    any_foreign = False
    for part, times in kind.derived[name].items():
        for one in told.get(part, ()):
            amount += times * one.amount
            if one.foreign is not None:
                foreign, any_foreign = foreign + times * one.foreign, True
    given = told.get(name)
    if given:
        said = [one.foreign for one in given if one.foreign is not None]
        if sum(one.amount for one in given) != amount or (said and any_foreign and sum(said) != foreign):
            raise LedgerError(
                "amounts_contradict",
                f"the amounts contradict each other: {name} is {amount} from the others",
                field=name,
                value=sum(one.amount for one in given),
                hint="leave it out, or give the others",
            )
        return given
    return (Portion(amount, foreign=foreign if any_foreign else None),) if amount or foreign else ()


def _whole(amount: Exact, name: str) -> int:
    whole = int(amount)
    if whole != amount:
        raise LedgerError(
            "amount_not_whole",
            "books hold whole minor units",
            field=name,
            value=amount,
            hint="value with a rule that rounds money",
        )
    return whole


def _attributes(words: Mapping[str, str | None]) -> Attributes:
    return FrozenMap({name: word for name, word in words.items() if word is not None})
