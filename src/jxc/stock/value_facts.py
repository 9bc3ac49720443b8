"""The value facts: no goods moved, but what goods cost became known, changed, or fell.

    LandedCost           amount (negative: a rebate) over refs, by value, qty, equal, weight, volume or given shares
    PriceDifference      the invoice says otherwise than the receipts in refs: a new unit_cost, or a new total
    Revaluation          amount (signed) added to the value on hand
    WriteDown            to net realisable value, or by an amount; WriteDownReversal: back up
    StandardPriceChange  a new standard cost per base unit

Invariant: each says what it is about: an ``item``, or the facts in ``refs``.  Amounts are totals, in ``currency`` at
``rate`` where these are given, else in the currency of the book.

>>> import datetime as dt
>>> LandedCost(date=dt.date(2026, 1, 9), refs=("GR-1", "GR-2"), amount=Decimal("-50.00")).allocate_by
'value'
>>> LandedCost(date=dt.date(2026, 1, 9), amount=Decimal("50.00"))
Traceback (most recent call last):
...
jxc.errors.FieldError: this field is needed (refs); name the receipts or the item that it is about
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal, TypeAlias, get_args

from jxc.errors import FieldError
from jxc.stock.base_facts import COSTS, Fact, check_rate
from jxc.stock.checks import (
    NumberRule,
    adds_up,
    check_choice,
    check_flag,
    missing,
    normal_numbers,
)

__all__ = [
    "Allocation",
    "Direction",
    "LandedCost",
    "PriceDifference",
    "Revaluation",
    "StandardPriceChange",
    "ValueFact",
    "WriteDown",
    "WriteDownLevel",
    "WriteDownReversal",
]

Allocation: TypeAlias = Literal["value", "qty", "equal", "weight", "volume"]
Direction: TypeAlias = Literal["bill", "refund"]
WriteDownLevel: TypeAlias = Literal["item", "group", "total"]

_ALLOCATIONS: tuple[str, ...] = get_args(Allocation)
_DIRECTIONS: tuple[str, ...] = get_args(Direction)
_LEVELS: tuple[str, ...] = get_args(WriteDownLevel)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ValueFact(Fact):
    """A fact about the value of the ``item`` (at ``place``, of ``lot``, where given), or of the facts in ``refs``."""

    _texts: ClassVar[tuple[str, ...]] = (*Fact._texts, "place", "lot")
    _needed: ClassVar[tuple[str, ...]] = ()

    place: str | None = None
    lot: str | None = None

    def _check(self) -> None:
        if not self.item and not self.refs:
            raise missing("refs", "name the receipts or the item that it is about")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LandedCost(ValueFact):
    """采购费用分摊: a charge (freight, duty, commission) on the receipts in ``refs``; negative: a rebate (返利).

    Without ``refs`` it is a charge on the goods of ``item`` on hand.  ``weights`` replace the measure of
    ``allocate_by``, ``shares`` (amounts that add up to ``amount``) say the outcome; both in the order of ``refs``.
    IAS 2.11: the cost of purchase includes duties, transport and handling, less rebates; CAS 1.6; 小企业会计准则 12.
    """

    type: ClassVar[str] = "landed_cost"
    _lists: ClassVar[tuple[str, ...]] = (*ValueFact._lists, "weights", "shares")
    _texts: ClassVar[tuple[str, ...]] = (*ValueFact._texts, "currency")
    _numbers: ClassVar[tuple[NumberRule, ...]] = (
        NumberRule("amount", needed=True),
        NumberRule("rate", "negative_rate", "zero_rate"),
    )

    item: str = ""
    amount: Decimal
    currency: str | None = None
    rate: Decimal | None = None
    allocate_by: Allocation = "value"
    weights: tuple[Decimal, ...] = ()
    shares: tuple[Decimal, ...] = ()

    def _check(self) -> None:
        ValueFact._check(self)
        check_rate(self.currency, self.rate)
        check_choice("allocate_by", self.allocate_by, _ALLOCATIONS)
        if self.weights:
            self._check_weights()
        if self.shares:
            self._check_shares()

    def _check_weights(self) -> None:
        weights = self._one_for_each_ref("weights", "weights_count", self.weights)
        object.__setattr__(self, "weights", weights)
        if any(weight < 0 for weight in weights):
            raise FieldError(
                "negative_weight",
                "a weight below zero",
                field="weights",
                value=_shown(weights),
                hint="weights are 0 or more",
            )
        if not any(weights):
            raise FieldError(
                "zero_weights",
                "all weights are zero",
                field="weights",
                value=_shown(weights),
                hint="weigh at least one",
            )

    def _check_shares(self) -> None:
        shares = self._one_for_each_ref("shares", "shares_count", self.shares)
        object.__setattr__(self, "shares", shares)
        if self.weights:
            raise FieldError(
                "shares_and_weights",
                "weights and shares",
                field="shares",
                value=_shown(shares),
                hint="give one of them",
            )
        if not adds_up(shares, self.amount):
            raise FieldError(
                "shares_do_not_add_up",
                f"the shares do not add up to {self.amount}",
                field="shares",
                value=_shown(shares),
                hint="give each of refs its part of the amount",
            )

    def _one_for_each_ref(self, name: str, code: str, values: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
        numbers = normal_numbers(name, values)
        if len(numbers) != len(self.refs):
            raise FieldError(
                code,
                f"{len(numbers)} {name} for {len(self.refs)} refs",
                field=name,
                value=_shown(numbers),
                hint="give one for each of refs, in their order",
            )
        return numbers


def _shown(numbers: tuple[Decimal, ...]) -> str:
    return ", ".join(map(str, numbers))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PriceDifference(ValueFact):
    """发票价差: the supplier's invoice for the receipts in ``refs`` says another price than they were booked at.

    ``amount`` is the new total of what is invoiced and wins over ``unit_cost``; without ``qty`` it is all of ``refs``.
    ``direction`` ``bill``: ``qty`` units, the oldest not yet billed; ``refund``: ``refs`` names a bill, and ``qty`` of
    its units go back to the price of their receipt.
    """

    type: ClassVar[str] = "invoice_price_change"
    _texts: ClassVar[tuple[str, ...]] = (*ValueFact._texts, "currency")
    _numbers: ClassVar[tuple[NumberRule, ...]] = (NumberRule("qty", "negative_quantity", "zero_quantity"), *COSTS)

    item: str = ""
    qty: Decimal | None = None
    unit_cost: Decimal | None = None
    amount: Decimal | None = None
    currency: str | None = None
    rate: Decimal | None = None
    direction: Direction | None = None

    def _check(self) -> None:
        if not self.refs:
            raise missing("refs", "name the receipts that the invoice is for")
        check_rate(self.currency, self.rate)
        if self.direction is not None:
            check_choice("direction", self.direction, _DIRECTIONS)
            if self.qty is None:
                raise missing("qty", "say how many units are billed or refunded")
        if self.direction != "refund" and self.unit_cost is None and self.amount is None:
            raise missing("unit_cost", "give the unit cost of the invoice, or its amount")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Revaluation(ValueFact):
    """成本调整: ``amount`` (signed, in the currency of the book) added to the value on hand of ``item`` or ``refs``."""

    type: ClassVar[str] = "revalue"
    _numbers: ClassVar[tuple[NumberRule, ...]] = (NumberRule("amount", needed=True),)

    item: str = ""
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Impairment(ValueFact):
    """What a write-down and its reversal have in common: what is compared, and the figure that says how far it goes."""

    _texts: ClassVar[tuple[str, ...]] = (*ValueFact._texts, "group")
    _numbers: ClassVar[tuple[NumberRule, ...]] = (
        NumberRule("amount", "negative_amount"),
        NumberRule("net_realisable_value", "negative_amount"),
    )

    item: str = ""
    amount: Decimal | None = None
    net_realisable_value: Decimal | None = None
    per_unit: bool = False
    level: WriteDownLevel = "item"
    group: str | None = None

    def _check(self) -> None:
        check_choice("level", self.level, _LEVELS)
        check_flag("per_unit", self.per_unit)
        if self.level == "item":
            ValueFact._check(self)
        elif self.level == "group" and self.group is None:
            raise missing("group", "name the group of items that is compared as one")
        self._check_figure()

    def _check_figure(self) -> None:
        if self.amount is None and self.net_realisable_value is None:
            raise missing("net_realisable_value", "give it, or the amount")
        if self.amount is not None and self.net_realisable_value is not None:
            raise FieldError(
                "amount_given_twice",
                "an amount and a net realisable value",
                field="amount",
                value=self.amount,
                hint="give one of them",
            )
        if self.per_unit and (self.level != "item" or self.net_realisable_value is None):
            raise FieldError(
                "no_unit_to_value",
                "only the net realisable value of one item is per unit",
                field="per_unit",
                value=True,
                hint="give the total",
            )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class WriteDown(_Impairment):
    """计提存货跌价准备: down to ``net_realisable_value`` (a total; ``per_unit``: of one base unit), or by ``amount``.

    ``level`` is what is compared as one: the ``item`` (or the goods in ``refs``), a ``group`` of items, or all stock.
    IAS 2.28 to 2.32: usually item by item, or by similar items; CAS 1.15 and 1.18; 小企业会计准则 6 knows none.
    """

    type: ClassVar[str] = "write_down"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class WriteDownReversal(_Impairment):
    """转回存货跌价准备: back up to ``net_realisable_value``, or by ``amount``; never above the cost.

    IAS 2.33; CAS 1.19: within the amount written down before.  US GAAP (ASC 330-10-35-14) has no reversal.
    """

    type: ClassVar[str] = "write_down_reversal"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class StandardPriceChange(ValueFact):
    """调整标准成本: from now on one base unit of ``item`` (at ``place``, of ``lot``, where given) is ``unit_cost``."""

    type: ClassVar[str] = "standard_price"
    _numbers: ClassVar[tuple[NumberRule, ...]] = (NumberRule("unit_cost", "negative_cost", needed=True),)
    _needed: ClassVar[tuple[str, ...]] = ("item",)

    unit_cost: Decimal
