"""Facts become the rows of a book; an assembly becomes the rows of what went in and what came out.

Invariant: every fact is one row of the input, numbered from 1 in the order given; the rows of an assembly carry the
number of their fact, are valued all or none, and the row of the goods made (taken apart) stands for it in the answer.

>>> tea = Receipt(date=dt.date(2026, 1, 5), item="TEA", qty=Decimal("1.5"), amount=Decimal("3.00"))
>>> rows = rows_from_facts([tea], currency=None, money_places=2, policy=Policy(), units={})
>>> rows.qty, rows.scales.qty_places, rows.amount
([15], 1, [300])
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jxc.api.rows import Rows
from jxc.costing.events import Details, Foreign, LotMatch, Scales
from jxc.costing.intake import line_amount
from jxc.costing.layers import Rounder
from jxc.costing.policy import Policy
from jxc.kernel.currencies import Currency
from jxc.kernel.rounding import Exact
from jxc.stock.assembly_facts import Assembly, Disassembly
from jxc.stock.base_facts import Fact
from jxc.stock.choice_facts import BaseUnitChange, MethodChange, ScopeChange
from jxc.stock.lots import LotPick
from jxc.stock.movement_facts import (
    AdjustIn,
    AdjustOut,
    Inbound,
    Issue,
    Opening,
    Outbound,
    PurchaseReturn,
    Receipt,
    SalesReturn,
    Scrap,
    Transfer,
)
from jxc.stock.problem import Problem
from jxc.stock.value_facts import LandedCost, PriceDifference, WriteDown, WriteDownReversal

__all__ = ["rows_from_facts"]

_PRICE_ONLY = ("standard_price", "count")
_IN = (Opening, Receipt, AdjustIn)
_PLAIN = frozenset({*_IN, Issue, Scrap, AdjustOut})
_Line = list[Any]
"""One row while it is built: its cells in the order of ``_COLUMNS``."""
_COLUMNS = (
    "number",
    "type",
    "date",
    "time",
    "item",
    "qty",
    "place",
    "to_place",
    "lot",
    "expiry",
    "amount",
    "id",
    "reason",
    "doc",
)
_AT = {name: at for at, name in enumerate(_COLUMNS)}


def rows_from_facts(
    facts: Sequence[Fact],
    *,
    currency: Currency | None,
    money_places: int,
    policy: Policy,
    units: Mapping[str, Mapping[str, Fraction]],
) -> Rows:
    """The rows of a book from facts; a fact that contradicts the book (its currency, its ids) is a problem."""
    scales = Scales(money_places, _places(facts))
    rows = Rows(scales=scales, currency=currency)
    builder = _Builder(rows, Rounder(policy.rounding, scales), units, _positions(facts), policy.goes_by_price)
    for number, fact in enumerate(facts, 1):
        builder.add(number, fact)
    builder.finish()
    return rows


def _places(facts: Sequence[Fact]) -> int:
    """The fewest decimal places that hold every quantity of the facts."""
    found = {_quantum(qty) for fact in facts if (qty := getattr(fact, "qty", None)) is not None}
    for fact in facts:
        if type(fact) not in _PLAIN:
            for name in ("received_qty", "standard_qty_allowed"):
                found.add(_quantum(getattr(fact, name, None) or Decimal(0)))
            for name in ("components", "products", "lots"):
                found.update(_quantum(part.qty) for part in getattr(fact, name, ()))
    return max((_decimals(quantum) for quantum in found), default=0)


def _quantum(number: Decimal) -> int:
    """The denominator of the number in lowest terms."""
    return number.as_integer_ratio()[1]


def _decimals(denominator: int) -> int:
    """How many decimal places a fraction of that denominator (of a finite decimal) has."""
    places = 0
    while 10**places % denominator:
        places += 1
    return places


def _positions(facts: Sequence[Fact]) -> dict[str, int]:
    """Where the row of each fact with an id will stand; goods that were made stand behind what went in."""
    positions: dict[str, int] = {}
    at = 0
    for fact in facts:
        if isinstance(fact, Assembly):
            at += len(fact.components)
        if fact.id:
            positions.setdefault(fact.id, at)
        at += 1
        if isinstance(fact, Disassembly):
            at += len(fact.products)
    return positions


@dataclass(slots=True)
class _Builder:
    rows: Rows
    rounder: Rounder
    units: Mapping[str, Mapping[str, Fraction]]
    by_id: dict[str, int]
    priced: bool
    """Whether the policy asks for sale prices; else they are none of costing's business."""
    lines: list[Any] = field(default_factory=list[Any])
    quanta: int = field(init=False)
    cents: int = field(init=False)

    def __post_init__(self) -> None:
        self.quanta = 10**self.rows.scales.qty_places
        self.cents = 10**self.rows.scales.money_places

    def add(self, number: int, fact: Fact) -> None:
        """Add the row, or rows, of a fact."""
        kind = type(fact)
        if kind in _PLAIN and self._plain(number, fact):
            return
        if isinstance(fact, Assembly):
            self._assembly(number, fact)
        elif isinstance(fact, Disassembly):
            self._disassembly(number, fact)
        else:
            self._fact(number, fact)

    def finish(self) -> None:
        """Turn the lines into columns."""
        rows = self.rows
        columns = [list(column) for column in zip(*self.lines, strict=True)] or [[] for _ in _COLUMNS]
        for name, column in zip(_COLUMNS, columns, strict=True):
            setattr(rows, name, column)
        if not any(time is not None for time in columns[_AT["time"]]):
            rows.time = None
        rows.places_given = any(place is not None for place in rows.place)
        rows.lots_given = any(lot is not None for lot in rows.lot)

    # -- one row -------------------------------------------------------------------------------------------------------

    def _plain(self, number: int, fact: Any) -> bool:
        """A receipt with an amount in whole minor units, or an issue, that says no more: the short way."""
        if fact.refs or fact.time is not None or fact.uom is not None or fact.serials or _says_more(fact, self.priced):
            return False
        cost = None
        if isinstance(fact, _IN):
            cost = self._plain_cost(fact)
            if cost is None:
                return False
        numerator, denominator = fact.qty.as_integer_ratio()
        qty = numerator * self.quanta // denominator
        name = fact.id
        line = (
            number, fact.type, fact.date.toordinal(), None, fact.item, qty, fact.place, None, fact.lot, None, cost,
            name or None, fact.reason, fact.doc,
        )  # fmt: skip
        self.lines.append(line)
        self.rows.bad.append(0)
        if name and self.by_id[name] != len(self.lines) - 1:
            self._duplicate(len(self.lines) - 1, fact)
        return True

    def _plain_cost(self, fact: Any) -> int | None:
        amount = fact.amount
        if amount is None or fact.currency is not None:
            return None
        numerator, denominator = amount.as_integer_ratio()
        cost, rest = divmod(numerator * self.cents, denominator)
        return None if rest else cost

    def _row(
        self, number: int, fact: Fact, kind: str, item: str, qty: Exact, place: str | None, lot: str | None
    ) -> int:
        time = None if fact.time is None else _of_day(fact.time)
        line: _Line = [
            number,
            kind,
            fact.date.toordinal(),
            time,
            item or None,
            qty,
            place,
            None,
            lot,
            None,
            None,
            fact.id or None,
            fact.reason,
            fact.doc,
        ]  # fmt: skip
        self.lines.append(line)
        self.rows.bad.append(0)
        return len(self.lines) - 1

    def _set(self, row: int, name: str, value: object) -> None:
        self.lines[row][_AT[name]] = value

    def _fact(self, number: int, fact: Fact) -> None:
        qty = self._qty(fact.item, getattr(fact, "qty", None), getattr(fact, "uom", None))
        place, lot = getattr(fact, "place", None), getattr(fact, "lot", None)
        row = self._row(number, fact, fact.type, fact.item, qty, place, lot)
        self._set(row, "to_place", getattr(fact, "to_place", None))
        self._set(row, "expiry", _day(getattr(fact, "expiry", None)))
        if fact.refs:
            self._refs(row, fact)
        if isinstance(fact, Inbound) and fact.lot_date is not None:
            self.rows.lot_date[row] = fact.lot_date.toordinal()
        self._price(row, fact, qty)
        details = self._details(fact, row)
        if details is not None:
            self.rows.details[row] = details
        if fact.id and self.by_id[fact.id] != row:
            self._duplicate(row, fact)

    def _duplicate(self, row: int, fact: Fact) -> None:
        hint = "give every fact its own"
        self._problem(row, "duplicate_id", f"another fact has the id {fact.id}", hint, "id", fact.id)

    def _part(self, row: int, number: int) -> None:
        """The row is only a part of its fact: it has no id, and is in the book with the others or not at all."""
        self._set(row, "id", None)
        self.rows.parts.add(row)
        self.rows.details[row] = Details(batch=f"fact {number}")

    def _refs(self, row: int, fact: Fact) -> None:
        unknown = [ref for ref in fact.refs if ref not in self.by_id]
        if unknown:
            hint = "give the id of a fact in this book"
            self._problem(row, "unknown_reference", f"no fact has the id {unknown[0]}", hint, "refs", unknown[0])
        else:
            self.rows.refs[row] = tuple(self.by_id[ref] for ref in fact.refs)

    def _problem(self, row: int, code: str, message: str, hint: str, field: str, value: object = None) -> None:
        shown = None if value is None else str(value)
        if not self.rows.bad[row]:
            self.rows.refuse(row, Problem(self.lines[row][0], code, message, hint, field, shown))

    def _qty(self, item: str, qty: Decimal | None, uom: str | None) -> Exact:
        if qty is None:
            return 0
        if uom is None:
            return self.rows.scales.qty(Fraction(qty))
        return self.rows.scales.qty(Fraction(qty) * self._factor(item, uom))

    def _factor(self, item: str, uom: str | None) -> Fraction:
        """How many base units one of the unit is."""
        return self.units.get(item, {}).get(uom or "", Fraction(1))

    # -- prices --------------------------------------------------------------------------------------------------------

    def _price(self, row: int, fact: Fact, qty: Exact) -> None:
        amount: Decimal | None = getattr(fact, "amount", None)
        unit_cost: Decimal | None = getattr(fact, "unit_cost", None)
        if amount is None and unit_cost is None:
            return
        rows = self.rows
        rate = self._rate(row, fact)
        unit = None if unit_cost is None else Fraction(unit_cost)
        by_unit = fact.type in _PRICE_ONLY or (fact.type == "invoice_price_change" and not qty)
        stated = self._stated_qty(fact)
        if amount is not None or not by_unit:
            exact = None if amount is None else Fraction(amount)
            cost = line_amount(self.rounder, rows.scales, stated, amount=exact, unit_cost=unit, rate=rate)
            self._set(row, "amount", cost)
        if unit is not None and (by_unit or rate is not None or isinstance(fact, (PriceDifference, Inbound))):
            factor = self._factor(fact.item, getattr(fact, "uom", None))
            rows.rate[row] = rows.scales.rate(unit * (1 if rate is None else rate) / factor)

    def _stated_qty(self, fact: Fact) -> Exact:
        """The quantity as stated, in the unit stated: what a unit cost is multiplied by."""
        qty: Decimal | None = getattr(fact, "qty", None)
        return 0 if qty is None else self.rows.scales.qty(Fraction(qty))

    def _rate(self, row: int, fact: Fact) -> Fraction | None:
        """The rate of a price in foreign currency; a price in another currency without one is a problem."""
        code: str | None = getattr(fact, "currency", None)
        rate: Decimal | None = getattr(fact, "rate", None)
        book = self.rows.currency.code if self.rows.currency is not None else None
        if code is None or (code == book and rate is None):
            return None
        self.rows.line_currency[row] = code
        if rate is None:
            self._problem(
                row, "mixed_currency", f"the book is kept in {book}", f"give the rate of {code}", "currency", code
            )
            return None
        return Fraction(rate)

    # -- what only some facts carry ------------------------------------------------------------------------------------

    def _details(self, fact: Fact, row: int) -> Details | None:
        scales = self.rows.scales
        if isinstance(fact, Inbound):
            return self._inbound(fact, row)
        if isinstance(fact, Outbound):
            return self._outbound(fact)
        if isinstance(fact, SalesReturn):
            back = self._sale_price(fact)
            return None if back is None else Details(sale_price=back)
        if isinstance(fact, Transfer):
            received = None if fact.received_qty is None else scales.qty(Fraction(fact.received_qty))
            return Details(lots=self._lots(fact.lots), received_qty=received, freight=self._money(fact.freight))
        if isinstance(fact, PurchaseReturn):
            price = fact.credit_price
            credit = None if price is None else scales.rate(Fraction(price))
            return Details(lots=self._lots(fact.lots), credit_price=credit)
        if isinstance(fact, LandedCost):
            return Details(
                allocate_by=fact.allocate_by,
                weights=tuple(Fraction(weight) for weight in fact.weights),
                shares=tuple(self._money(share) for share in fact.shares),
            )
        if isinstance(fact, PriceDifference):
            return Details(direction=fact.direction, foreign=_foreign(fact))
        if isinstance(fact, (WriteDown, WriteDownReversal)):
            return self._write_down(fact, row)
        return self._choice(fact)

    def _choice(self, fact: Fact) -> Details | None:
        if isinstance(fact, MethodChange):
            return Details(to=fact.method)
        if isinstance(fact, ScopeChange):
            return Details(to={"place": "item+location", "company": "item"}.get(fact.scope, fact.scope))
        if isinstance(fact, BaseUnitChange):
            return Details(factor=fact.factor)
        return None

    def _inbound(self, fact: Inbound, row: int) -> Details | None:
        foreign = _foreign(fact)
        made: tuple[int, ...] = ()
        share = weight = None
        added: Exact = 0
        if isinstance(fact, Receipt) and fact.cost_from:
            made = self._made_from(fact.cost_from, row)
            share = None if fact.share is None else Fraction(fact.share)
            weight = None if fact.share_weight is None else Fraction(fact.share_weight)
            added = self._money(fact.add_amount)
        plain = foreign is None and not made and not fact.serials and not fact.estimated
        if plain and fact.unit_weight is None and fact.unit_volume is None:
            return None
        return Details(
            lots=tuple((serial, self.rows.scales.qty(Fraction(1))) for serial in fact.serials),
            foreign=foreign,
            cost_from=made,
            add_amount=added,
            share=share,
            share_weight=weight,
            estimated=fact.estimated,
            unit_weight=None if fact.unit_weight is None else Fraction(fact.unit_weight),
            unit_volume=None if fact.unit_volume is None else Fraction(fact.unit_volume),
        )

    def _made_from(self, names: tuple[str, ...], row: int) -> tuple[int, ...]:
        unknown = [name for name in names if name not in self.by_id]
        if unknown:
            hint = "give the ids of what was consumed"
            self._problem(row, "unknown_reference", f"no fact has the id {unknown[0]}", hint, "cost_from", unknown[0])
        return tuple(self.by_id[name] for name in names if name in self.by_id)

    def _outbound(self, fact: Outbound) -> Details | None:
        scales = self.rows.scales
        serials = tuple((serial, scales.qty(Fraction(1))) for serial in fact.serials)
        lots = self._lots(fact.lots) or serials
        match = fact.lot_match
        price = self._sale_price(fact) if isinstance(fact, Issue) else None
        allowed = fact.standard_qty_allowed if isinstance(fact, Issue) else None
        if not lots and match is None and price is None and allowed is None:
            return None
        return Details(
            lots=lots,
            lot_match=None
            if match is None
            else LotMatch(
                rate=None if match.unit_cost is None else scales.rate(Fraction(match.unit_cost)),
                lot_date=_day(match.lot_date),
                lot=match.lot,
                currency=match.currency,
            ),
            sale_price=price,
            standard_qty_allowed=None if allowed is None else self._qty(fact.item, allowed, fact.uom),
        )

    def _sale_price(self, fact: Issue | SalesReturn) -> Fraction | None:
        """What a base unit was sold for, or given back for, in the book's currency; only where the policy asks."""
        if not self.priced or fact.sale_price is None:
            return None
        rate = Fraction(fact.rate) if fact.currency is not None and fact.rate is not None else Fraction(1)
        return Fraction(fact.sale_price) * rate / self._factor(fact.item, fact.uom)

    def _lots(self, picks: tuple[LotPick, ...]) -> tuple[tuple[str, Exact], ...]:
        return tuple((pick.lot, self.rows.scales.qty(Fraction(pick.qty))) for pick in picks)

    def _money(self, amount: Decimal | None) -> Exact:
        return self.rounder.money(self.rows.scales.money(Fraction(amount or 0)))

    def _write_down(self, fact: WriteDown | WriteDownReversal, row: int) -> Details | None:
        if fact.level != "item" or not fact.item:
            hint = "write down item by item, or spread the group's allowance over its items"
            self._problem(
                row, "unsupported_level", "stock is written down item by item here", hint, "level", fact.level
            )
        nrv = fact.net_realisable_value
        if nrv is None:
            return None
        if fact.per_unit:
            self.rows.rate[row] = self.rows.scales.rate(Fraction(nrv))
            return None
        return Details(nrv=self._money(nrv))

    # -- assemblies ----------------------------------------------------------------------------------------------------

    def _assembly(self, number: int, fact: Assembly) -> None:
        parts: list[int] = []
        for part in fact.components:
            qty = self._qty(part.item, part.qty, part.uom)
            parts.append(self._row(number, fact, "issue", part.item, qty, part.place or fact.place, part.lot))
            self._part(parts[-1], number)
            self._set(parts[-1], "reason", fact.reason or "assembly")
        qty = self._qty(fact.item, fact.qty, fact.uom)
        row = self._row(number, fact, "assembly", fact.item, qty, fact.place, fact.lot)
        self._set(row, "expiry", _day(fact.expiry))
        added = self._money(fact.extra_cost)
        self.rows.details[row] = Details(cost_from=tuple(parts), add_amount=added, batch=f"fact {number}")

    def _disassembly(self, number: int, fact: Disassembly) -> None:
        qty = self._qty(fact.item, fact.qty, fact.uom)
        taken = self._row(number, fact, "issue", fact.item, qty, fact.place, fact.lot)
        self._set(taken, "reason", fact.reason or "disassembly")
        self.rows.details[taken] = Details(batch=f"fact {number}")
        for part in fact.products:
            qty = self._qty(part.item, part.qty, part.uom)
            row = self._row(number, fact, "disassembly", part.item, qty, part.place or fact.place, part.lot)
            self._part(row, number)
            self._set(row, "expiry", _day(part.expiry))
            weight = Fraction(part.weight) if part.weight is not None else Fraction(qty)
            self.rows.details[row] = Details(
                cost_from=(taken,),
                add_amount=self._money(fact.extra_cost),
                share_weight=weight,
                batch=f"fact {number}",
            )


def _says_more(fact: Any, priced: bool) -> bool:
    """Whether a plain kind of fact carries anything that needs the long way."""
    if isinstance(fact, _IN):
        made = isinstance(fact, Receipt) and bool(fact.cost_from)
        more = (fact.expiry, fact.lot_date, fact.rate, fact.unit_weight, fact.unit_volume)
        return made or fact.estimated or more != (None, None, None, None, None)
    if isinstance(fact, Issue) and (priced or fact.standard_qty_allowed is not None):
        return True
    return bool(fact.lots) or fact.lot_match is not None


def _day(on: dt.date | None) -> int | None:
    return None if on is None else on.toordinal()


def _of_day(time: dt.time) -> int:
    return ((time.hour * 60 + time.minute) * 60 + time.second) * 10**6 + time.microsecond


def _foreign(fact: Inbound | PriceDifference) -> Foreign | None:
    """The price as stated in another currency at a rate."""
    if fact.currency is None or fact.rate is None:
        return None
    return Foreign(
        currency=fact.currency,
        rate=Fraction(fact.rate),
        unit_cost=None if fact.unit_cost is None else Fraction(fact.unit_cost),
        amount=None if fact.amount is None else Fraction(fact.amount),
    )
