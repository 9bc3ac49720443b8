"""The movements: what came in, what went out, what was moved or counted.

    Inbound     Opening, Receipt, AdjustIn     + unit_cost, amount, currency, rate, expiry, lot_date, ...
    Outbound    Issue, Scrap, AdjustOut        + lots, lot_match
    others      Count, Transfer, PurchaseReturn, SalesReturn

Invariant: the quantity of a movement is more than zero (a count: zero or more); the kind of fact, not a sign, says
which way the goods went.

>>> Transfer(date=dt.date(2026, 1, 15), item="TEA", qty=Decimal(20), place="WH", to_place="STORE").received_qty is None
True
>>> Issue(date=dt.date(2026, 1, 6), item="TEA", qty=Decimal(-3))
Traceback (most recent call last):
...
jxc.errors.FieldError: this may not be below zero (qty: -3); the type says which way goods went, not a sign
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from jxc.errors import FieldError
from jxc.stock.base_facts import COSTS, QTY, Movement, check_rate
from jxc.stock.checks import (
    NumberRule,
    check_flag,
    check_optional_dates,
    missing,
    normal_texts,
)
from jxc.stock.lots import LotMatch, LotPick, check_lots

__all__ = [
    "AdjustIn",
    "AdjustOut",
    "Count",
    "Inbound",
    "Issue",
    "Opening",
    "Outbound",
    "PurchaseReturn",
    "Receipt",
    "SalesReturn",
    "Scrap",
    "Transfer",
]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Inbound(Movement):
    """Goods that came in.

    ``amount`` is the total of the line and wins over ``unit_cost`` (per ``uom``); neither: the cost is not known yet,
    which is for costing to judge.  ``rate`` is book currency per unit of ``currency``.  ``lot_date`` is the date of the
    layer where it is not ``date``; ``unit_weight`` and ``unit_volume`` are per unit of ``qty``; ``estimated``: the cost
    is provisional (暂估).
    """

    _texts: ClassVar[tuple[str, ...]] = (*Movement._texts, "currency")
    _numbers: ClassVar[tuple[NumberRule, ...]] = (
        QTY,
        *COSTS,
        NumberRule("unit_weight", "negative_weight"),
        NumberRule("unit_volume", "negative_volume"),
    )

    unit_cost: Decimal | None = None
    amount: Decimal | None = None
    currency: str | None = None
    rate: Decimal | None = None
    expiry: dt.date | None = None
    lot_date: dt.date | None = None
    unit_weight: Decimal | None = None
    unit_volume: Decimal | None = None
    estimated: bool = False

    def _check(self) -> None:
        Movement._check(self)
        check_rate(self.currency, self.rate)
        check_flag("estimated", self.estimated)
        if self.expiry is not None or self.lot_date is not None:
            self._check_dates()

    def _check_dates(self) -> None:
        check_optional_dates(self, ("expiry", "lot_date"))
        if self.expiry is not None and self.lot_date is not None and self.expiry < self.lot_date:
            raise FieldError(
                "expiry_before_lot_date",
                f"expired before its lot began on {self.lot_date}",
                field="expiry",
                value=self.expiry,
                hint="check both dates",
            )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Opening(Inbound):
    """期初: what was there when the book began."""

    type: ClassVar[str] = "opening"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Receipt(Inbound):
    """采购入库 or 完工入库: goods bought or made.

    Goods made in the house may take over a cost instead of stating one: ``cost_from`` names the issues whose cost this
    receipt takes, with ``add_amount`` on top, times ``share`` (a part of one); or by ``share_weight`` among the
    receipts that name the same issues.
    """

    type: ClassVar[str] = "receipt"
    _lists: ClassVar[tuple[str, ...]] = (*Inbound._lists, "cost_from")
    _numbers: ClassVar[tuple[NumberRule, ...]] = (
        *Inbound._numbers,
        NumberRule("add_amount", "negative_amount"),
        NumberRule("share", "negative_share"),
        NumberRule("share_weight", "negative_weight", "zero_weight"),
    )

    cost_from: tuple[str, ...] = ()
    add_amount: Decimal | None = None
    share: Decimal | None = None
    share_weight: Decimal | None = None

    def _check(self) -> None:
        Inbound._check(self)
        if self.cost_from:
            self._check_cost_from()
        elif not (self.add_amount is self.share is self.share_weight is None):
            raise missing("cost_from", "name the issues whose cost is shared out")

    def _check_cost_from(self) -> None:
        object.__setattr__(self, "cost_from", normal_texts("cost_from", self.cost_from, "duplicate_ref"))
        if self.unit_cost is not None or self.amount is not None:
            raise FieldError(
                "cost_given_twice",
                "a cost is stated, and taken over from issues",
                field="cost_from",
                value=";".join(self.cost_from),
                hint="leave unit_cost and amount out, or cost_from",
            )
        if self.share is not None and self.share_weight is not None:
            raise FieldError(
                "share_given_twice",
                "share and share_weight",
                field="share_weight",
                value=self.share_weight,
                hint="give one",
            )
        if self.share is not None and self.share > 1:
            raise FieldError(
                "share_above_one", "a share is a part of one", field="share", value=self.share, hint="such as 0.25"
            )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AdjustIn(Inbound):
    """其他入库: goods found or put right upwards; with ``refs`` to a receipt, a late addition to it."""

    type: ClassVar[str] = "adjust_in"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Outbound(Movement):
    """Goods that went out: of one ``lot``, of several (``lots``), of what fits ``lot_match``, or as the method says."""

    _lists: ClassVar[tuple[str, ...]] = (*Movement._lists, "lots")

    lots: tuple[LotPick, ...] = ()
    lot_match: LotMatch | None = None

    def _check(self) -> None:
        Movement._check(self)
        if self.lots or self.lot_match is not None:
            check_lots(self)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Issue(Outbound):
    """销售出库 or 领料: goods sold, or used for the ``reason`` stated.

    ``sale_price`` is per unit of ``qty``, in ``currency`` at ``rate``; ``standard_qty_allowed`` is what the output made
    should have taken (the quantity variance of standard cost).
    """

    type: ClassVar[str] = "issue"
    _texts: ClassVar[tuple[str, ...]] = (*Outbound._texts, "currency")
    _numbers: ClassVar[tuple[NumberRule, ...]] = (
        QTY,
        NumberRule("sale_price", "negative_price"),
        NumberRule("rate", "negative_rate", "zero_rate"),
        NumberRule("standard_qty_allowed", "negative_quantity"),
    )

    sale_price: Decimal | None = None
    currency: str | None = None
    rate: Decimal | None = None
    standard_qty_allowed: Decimal | None = None

    def _check(self) -> None:
        Outbound._check(self)
        check_rate(self.currency, self.rate)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Scrap(Outbound):
    """报废: goods thrown away."""

    type: ClassVar[str] = "scrap"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AdjustOut(Outbound):
    """其他出库: goods missing or put right downwards."""

    type: ClassVar[str] = "adjust_out"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Count(Movement):
    """盘点: ``qty`` is what was counted, zero included.  With ``unit_cost`` the whole pool is restated at that cost."""

    type: ClassVar[str] = "count"
    _numbers: ClassVar[tuple[NumberRule, ...]] = (
        NumberRule("qty", "negative_quantity", needed=True),
        NumberRule("unit_cost", "negative_cost"),
    )

    unit_cost: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Transfer(Movement):
    """调拨: goods moved from ``place`` to ``to_place``.

    ``received_qty`` (default: ``qty``) is what arrived, ``freight`` what the move cost in the currency of the book.
    With ``refs`` it moves on what that transfer brought.
    """

    type: ClassVar[str] = "transfer"
    _lists: ClassVar[tuple[str, ...]] = (*Movement._lists, "lots")
    _texts: ClassVar[tuple[str, ...]] = (*Movement._texts, "to_place")
    _needed: ClassVar[tuple[str, ...]] = ("item", "to_place")
    _numbers: ClassVar[tuple[NumberRule, ...]] = (
        QTY,
        NumberRule("received_qty", "negative_quantity"),
        NumberRule("freight", "negative_amount"),
    )

    to_place: str
    received_qty: Decimal | None = None
    freight: Decimal | None = None
    lots: tuple[LotPick, ...] = ()
    lot_match: LotMatch | None = None

    def _check(self) -> None:
        Movement._check(self)
        if self.to_place == self.place:
            raise FieldError(
                "same_place", "from a place to itself", field="to_place", value=self.to_place, hint="name another place"
            )
        if self.received_qty is not None and self.received_qty > self.qty:
            raise FieldError(
                "received_beyond_sent",
                f"more arrived than the {self.qty} sent",
                field="received_qty",
                value=self.received_qty,
                hint="record the surplus as adjust_in",
            )
        if self.lots or self.lot_match is not None:
            check_lots(self)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PurchaseReturn(Movement):
    """采购退货: back to the supplier what the receipt in ``refs`` brought.

    ``credit_price`` is what the supplier credits per unit, ``unit_cost`` or ``amount`` a stated cost of the goods; all
    in ``currency`` at ``rate``.
    """

    type: ClassVar[str] = "purchase_return"
    _lists: ClassVar[tuple[str, ...]] = (*Movement._lists, "lots")
    _texts: ClassVar[tuple[str, ...]] = (*Movement._texts, "currency")
    _numbers: ClassVar[tuple[NumberRule, ...]] = (QTY, NumberRule("credit_price", "negative_price"), *COSTS)

    credit_price: Decimal | None = None
    unit_cost: Decimal | None = None
    amount: Decimal | None = None
    currency: str | None = None
    rate: Decimal | None = None
    lots: tuple[LotPick, ...] = ()
    lot_match: LotMatch | None = None

    def _check(self) -> None:
        Movement._check(self)
        check_rate(self.currency, self.rate)
        if self.lots or self.lot_match is not None:
            check_lots(self)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SalesReturn(Movement):
    """销售退货: back from the customer what the issue in ``refs`` took; without ``refs`` at the cost stated, if any.

    ``sale_price`` is what the customer is given back per unit; prices and costs are in ``currency`` at ``rate``.
    """

    type: ClassVar[str] = "sales_return"
    _texts: ClassVar[tuple[str, ...]] = (*Movement._texts, "currency")
    _numbers: ClassVar[tuple[NumberRule, ...]] = (QTY, NumberRule("sale_price", "negative_price"), *COSTS)

    sale_price: Decimal | None = None
    unit_cost: Decimal | None = None
    amount: Decimal | None = None
    currency: str | None = None
    rate: Decimal | None = None
    expiry: dt.date | None = None

    def _check(self) -> None:
        Movement._check(self)
        check_rate(self.currency, self.rate)
        check_optional_dates(self, ("expiry",))
