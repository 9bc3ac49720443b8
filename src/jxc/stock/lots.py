"""Lots (批次): goods of one item that came together, may expire together, and can be picked by name.

    Lot(id, item, expiry, received, ...)     the lot itself
    LotPick(lot, qty)                        that much of a lot, named by a movement
    LotMatch(unit_cost, lot_date, ...)       a description of layers; what fits may be taken

Invariant: a lot may be sold on the day of its expiry and not after it (有效期至 names the last good day); first
expired, first out is one total order, so that the same lots are always picked in the same order.

>>> early = Lot(id="L1", item="MILK", expiry=dt.date(2026, 1, 31), received=dt.date(2026, 1, 9))
>>> late = Lot(id="L2", item="MILK", expiry=dt.date(2026, 2, 28), received=dt.date(2026, 1, 2))
>>> endless = Lot(id="L3", item="MILK")
>>> [lot.id for lot in sorted([endless, late, early], key=fefo_key)]
['L1', 'L2', 'L3']
>>> early.expired(dt.date(2026, 1, 31)), early.expired(dt.date(2026, 2, 1)), endless.expired(dt.date.max)
(False, True, False)
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypeAlias

from jxc.errors import FieldError
from jxc.stock.checks import (
    NumberRule,
    adds_up,
    check_name,
    check_numbers,
    check_optional_dates,
    check_record,
    check_records,
    check_texts,
)

__all__ = ["FefoKey", "Lot", "LotMatch", "LotPick", "check_lots", "fefo_key"]

FefoKey: TypeAlias = tuple[bool, dt.date, bool, dt.date, str]

_PICK = (NumberRule("qty", "negative_quantity", "zero_quantity", needed=True),)
_MATCH = (NumberRule("unit_cost", "negative_cost"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """One lot (batch) of one item, or one piece with a serial number.

    ``expiry`` is the last good day, ``received`` the day it came, ``made`` the day of production; ``supplier_lot`` is
    the supplier's own number for it.  Raises ``FieldError`` or ``DateError``.
    """

    id: str
    item: str
    expiry: dt.date | None = None
    received: dt.date | None = None
    made: dt.date | None = None
    supplier_lot: str | None = None

    def __post_init__(self) -> None:
        check_optional_dates(self, ("expiry", "received", "made"))
        check_name("id", self.id)
        check_name("item", self.item)
        check_texts(self, ("supplier_lot",))
        if self.expiry is not None and self.made is not None and self.expiry < self.made:
            raise FieldError(
                "expiry_before_made",
                f"expired before it was made on {self.made}",
                field="expiry",
                value=self.expiry,
                hint="check both dates",
            )

    def expired(self, on: dt.date) -> bool:
        """Is ``on`` after the last good day?  A lot without expiry never expires."""
        return self.expiry is not None and on > self.expiry


def fefo_key(lot: Lot) -> FefoKey:
    """Sort by this and the lot to pick first stands first: earliest expiry, then earliest received, then id.

    What has no date stands after all that have one.
    """
    expiry, received = lot.expiry or dt.date.max, lot.received or dt.date.max
    return (lot.expiry is None, expiry, lot.received is None, received, lot.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotPick:
    """That much of this lot."""

    lot: str
    qty: Decimal

    def __post_init__(self) -> None:
        check_name("lot", self.lot)
        check_numbers(self, _PICK)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotMatch:
    """A description of the layers that may be taken; a field of ``None`` matches any, so ``LotMatch()`` fits all."""

    unit_cost: Decimal | None = None
    lot_date: dt.date | None = None
    lot: str | None = None
    currency: str | None = None

    def __post_init__(self) -> None:
        check_optional_dates(self, ("lot_date",))
        check_texts(self, ("lot", "currency"))
        check_numbers(self, _MATCH)


class _NamesLots(Protocol):
    """A movement that says which lots it takes."""

    @property
    def qty(self) -> Decimal: ...
    @property
    def lot(self) -> str | None: ...
    @property
    def lots(self) -> tuple[LotPick, ...]: ...
    @property
    def lot_match(self) -> LotMatch | None: ...


def check_lots(fact: _NamesLots) -> None:
    """The lot is named in one way only, and picks add up to the quantity; else ``FieldError``."""
    if fact.lots:
        check_records("lots", fact.lots, LotPick)
        if fact.lot is not None:
            raise _two_ways("lots", "lot")
        if not adds_up((pick.qty for pick in fact.lots), fact.qty):
            raise _do_not_add_up(fact.lots, fact.qty)
    if fact.lot_match is not None:
        check_record("lot_match", fact.lot_match, LotMatch)
        if fact.lots or fact.lot is not None:
            raise _two_ways("lot_match", "lots" if fact.lots else "lot")


def _do_not_add_up(lots: tuple[LotPick, ...], qty: Decimal) -> FieldError:
    return FieldError(
        "lots_do_not_add_up",
        f"the lots do not add up to the quantity of {qty}",
        field="lots",
        value=", ".join(f"{pick.lot} {pick.qty}" for pick in lots),
        hint="give each lot its quantity",
    )


def _two_ways(name: str, other: str) -> FieldError:
    return FieldError(
        "lot_given_twice", f"the lot is named by {other} and by {name}", field=name, hint=f"keep {other} or {name}"
    )
