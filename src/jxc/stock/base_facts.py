"""What every fact of stock has, and what every movement of goods adds to it.

    Fact        date, item, id, time, doc, reason, actor, refs, recorded_at
    Movement    + qty, place, lot, serials, uom

A kind of fact names its texts and its numbers with their rules in class attributes; one ``__post_init__`` checks them
all in one order (docs/spec/stock.md, S3), and ``_check`` is the place for what fields say about each other.

Invariant: no subclass has a ``__post_init__`` of its own, so the order of checks is the same for all.

>>> Movement(date=dt.date(2026, 1, 5), item="TEA", qty=Decimal(2))
Traceback (most recent call last):
...
TypeError: Movement is a family of facts; make one of its kinds
"""

from __future__ import annotations

import datetime as dt
from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from typing import ClassVar

from jxc.errors import CurrencyError, FieldError
from jxc.stock.checks import (
    NumberRule,
    check_label,
    check_lists,
    check_numbers,
    check_texts,
    check_when,
    missing,
    normal_refs,
    normal_texts,
)

__all__ = ["COSTS", "QTY", "Fact", "Movement", "check_rate", "stated"]

QTY = NumberRule("qty", "negative_quantity", "zero_quantity", needed=True)
COSTS = (
    NumberRule("unit_cost", "negative_cost"),
    NumberRule("amount", "negative_amount"),
    NumberRule("rate", "negative_rate", "zero_rate"),
)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Fact:
    """Something that happened to stock or to its cost.

    ``date`` is the effective day (in the time zone of the book), ``recorded_at`` the moment in UTC at which it became
    known; ``id`` is the caller's own and what the ``refs`` of later facts name: the facts that this one returns,
    charges or corrects.  Raises ``InputError`` when a field is missing or not allowed.
    """

    type: ClassVar[str] = ""
    _texts: ClassVar[tuple[str, ...]] = ("doc", "reason", "actor")
    _lists: ClassVar[tuple[str, ...]] = ("refs",)
    _numbers: ClassVar[tuple[NumberRule, ...]] = ()
    _needed: ClassVar[tuple[str, ...]] = ("item",)

    date: dt.date
    item: str
    id: str = ""
    time: dt.time | None = None
    doc: str | None = None
    reason: str | None = None
    actor: str | None = None
    refs: tuple[str, ...] = ()
    recorded_at: dt.datetime | None = None

    def __post_init__(self) -> None:
        if not self.type:
            raise TypeError(f"{type(self).__name__} is a family of facts; make one of its kinds")
        check_when(self.date, self.time, self.recorded_at)
        check_label(self, "item")
        check_label(self, "id")
        check_texts(self, self._texts)
        for name in self._needed:
            if not getattr(self, name):
                raise missing(name)
        check_lists(self, self._lists)
        if self.refs:
            object.__setattr__(self, "refs", normal_refs(self.refs, self.id))
        check_numbers(self, self._numbers)
        self._check()

    def _check(self) -> None:
        """What the fields say about each other.  A subclass calls its base by name: slots and ``super()`` disagree."""

    def __repr__(self) -> str:
        shown = (f"{name}={value!r}" for name, value in stated(self))
        return f"{type(self).__name__}({', '.join(shown)})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Movement(Fact):
    """A quantity of one item (in ``uom``, else its base unit) that came, went, moved or was counted at ``place``."""

    _texts: ClassVar[tuple[str, ...]] = (*Fact._texts, "place", "lot", "uom")
    _lists: ClassVar[tuple[str, ...]] = ("refs", "serials")
    _numbers: ClassVar[tuple[NumberRule, ...]] = (QTY,)

    qty: Decimal
    place: str | None = None
    lot: str | None = None
    serials: tuple[str, ...] = ()
    uom: str | None = None

    def _check(self) -> None:
        if self.serials:
            self._check_serials()

    def _check_serials(self) -> None:
        serials = normal_texts("serials", self.serials, "duplicate_serial")
        object.__setattr__(self, "serials", serials)
        # A unit other than the base unit may hold many pieces; how many, only the item knows.
        if self.uom is None and self.qty != len(serials):
            raise FieldError(
                "serial_count",
                f"{len(serials)} serial numbers for a quantity of {self.qty}",
                field="serials",
                value=len(serials),
                hint="name one serial number for each piece",
            )


def stated(fact: object) -> list[tuple[str, object]]:
    """The fields of a fact (or of a part of one) that differ from their default, in the order of the class."""
    pairs: list[tuple[str, object]] = []
    for each in fields(fact):  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        value: object = getattr(fact, each.name)
        if each.default is MISSING or value != each.default:
            pairs.append((each.name, value))
    return pairs


def check_rate(currency: str | None, rate: Decimal | None) -> None:
    """A rate is a rate of some currency; raises ``CurrencyError`` (``rate_without_currency``)."""
    if rate is not None and currency is None:
        raise CurrencyError(
            "rate_without_currency", "a rate without a currency", field="rate", value=rate, hint="name the currency"
        )
