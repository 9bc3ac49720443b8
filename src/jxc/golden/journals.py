"""The journal lines that a valuation case expects, made by the posting tables that are shipped.

The accounts of a case are the roles themselves: a chart of them is made, and the table of the case (``anglo_saxon``,
``continental``; ``invoice_at_receipt`` owes the supplier at once) posts every event on it.  Rows of one document are
one entry, which stands on its last row; goods made stand with what went into them.

Invariant: nothing is read from ``expect`` but what is compared: accounts, and their debits and credits.

>>> case = {
...     "id": "x",
...     "method": "fifo",
...     "currency_places": 2,
...     "policy": {"journal": "anglo_saxon"},
...     "events": [{"id": "e1", "date": "2026-01-05", "type": "receipt", "item": "A", "qty": "2", "unit_cost": "2"}],
... }
>>> from jxc.golden.case import parse_case
>>> from jxc.golden.run import value
>>> parsed = parse_case(case)
>>> wanted = [
...     {"account": "inventory", "debit": "4.00", "credit": "0"},
...     {"account": "grni", "debit": "0", "credit": "5"},
... ]
>>> print(*check_journal(parsed, value(parsed, list(parsed.events)), parsed.events[0], wanted))
x e1 journal: expected grni 0/5, got grni 0/4
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from jxc.costing.effects import Effects
from jxc.costing.events import Event
from jxc.edge.posting_tables import load_posting_table
from jxc.golden.case import Case, Json
from jxc.golden.checks import Failure
from jxc.golden.figures import text
from jxc.golden.run import Run
from jxc.kernel.currencies import Currencies, Currency
from jxc.kernel.rounding import Exact
from jxc.ledger.accounts import Account
from jxc.ledger.book import Book
from jxc.ledger.chart import Chart
from jxc.posting.events import BusinessEvent
from jxc.posting.poster import Poster
from jxc.posting.rules import AccountRow
from jxc.posting.stock_events import RowFigures, Surroundings, stock_event
from jxc.posting.table import ACCOUNT, PostingTable
from jxc.stock.items import Item
from jxc.stock.places import Place

__all__ = ["check_journal", "check_whole_journal"]

_CODE = "BOOK"
_PLAYED: Mapping[str, str] = MappingProxyType({
    **{role: role for role in ("inventory", "raw_materials", "goods_in_transit", "goods_shipped", "work_in_process")},
    **{role: role for role in ("grni", "payable", "receivable", "purchase_variance", "quantity_variance")},
    **{role: role for role in ("price_difference", "landed_cost_clearing", "production_clearing", "revaluation")},
    **{role: role for role in ("stock_adjustment", "expense", "input_tax", "output_tax", "revenue")},
    "cost_of_sales": "cogs",
    "stock_surplus": "stock_adjustment",
    "selling_expense": "expense",
    "valuation_gap": "revaluation",
    "opening_balance": "opening",
})  # fmt: skip
"""Role of the tables -> role of the cases."""

_Sums = dict[tuple[str, str | None], tuple[Fraction, Fraction]]
"""Account and place -> debit and credit."""


def check_journal(case: Case, run: Run, event: Event, wanted: Sequence[Json]) -> Iterator[Failure]:
    """Compare what an event (with the rows of its document, and what went into it) was posted as."""
    rows = [one for one in case.events if one.row <= event.row and _together(one, event)]
    yield from _compare(case, event.id, _posted(case, run, rows), wanted)


def check_whole_journal(case: Case, run: Run, wanted: Sequence[Json]) -> Iterator[Failure]:
    """Compare the sum of all entries of the case."""
    yield from _compare(case, "case", _posted(case, run, case.events), wanted)


def _together(one: Event, event: Event) -> bool:
    return one is event or one.row in event.details.cost_from or (event.doc is not None and one.doc == event.doc)


def _posted(case: Case, run: Run, rows: Iterable[Event]) -> list[tuple[str, str | None, Fraction]]:
    """Account, place and amount of every line of the entry of these rows, debit positive."""
    around, told = _surroundings(case), Effects(run.engine.state)
    valued = (row for row in rows if row.row in run.engine.state.outcomes)
    made = [one for row in valued for one in _events(case, run, row, told, around)]
    voucher = Poster(_table(case), _book(case)).voucher(made)
    lines = () if voucher is None else voucher.draft.lines
    scale = 10**case.scales.money_places
    return [(line.account, line.dimensions.get("place"), Fraction(line.base, scale)) for line in lines]


def _events(case: Case, run: Run, event: Event, told: Effects, around: Surroundings) -> Iterator[BusinessEvent]:
    outcome, on = run.engine.state.outcomes[event.row], date.fromordinal(event.date)
    if event.type == "charge_bill":
        yield BusinessEvent.of("charge_bill", on, {"net": event.amount or 0}, source=event.id)
    elif event.type == "sales_invoice":
        cost = sum(run.engine.state.outcomes[row].final_cost for row in event.refs)
        yield BusinessEvent.of("goods_shipped", on, {"cost": cost}, source=event.id)
    else:
        freight = event.details.freight if case.policy.transfer_freight == "expense" else 0
        more = RowFigures(quantity_variance=outcome.quantity_variance, freight=freight)
        made = stock_event(event, told.of(event.row), around, find=run.engine.state.events.get, more=more)
        yield from () if made is None else (made,)
        if event.type == "invoice_price_change" and not _owed_at_receipt(case):
            yield BusinessEvent.of("purchase_bill", on, {"estimate": _invoiced(case, event)}, source=event.id)


def _invoiced(case: Case, event: Event) -> Exact:
    """The amount of an invoice: as stated, or its unit cost for all that was received."""
    qty = event.qty or sum(case.events[row].qty for row in event.refs)
    return event.amount if event.amount is not None else (event.rate or 0) * qty


def _owed_at_receipt(case: Case) -> bool:
    return _style(case) == "invoice_at_receipt"


def _style(case: Case) -> str:
    words: Any = case.raw.get("policy") or {}
    return str(words.get("journal") or "anglo_saxon")


def _surroundings(case: Case) -> Surroundings:
    """Goods in a place called TRANSIT are on the way; what has a quantity allowed is material for production."""
    places = {place for event in case.events for place in (event.place, event.to_place) if place}
    materials = {event.item for event in case.events if event.details.standard_qty_allowed is not None}
    known = {row: event for event in case.events if event.type == "sales_invoice" for row in event.refs}
    attributes = {case.events[row].id: {"revenue_point": "invoice"} for row in known}
    for event in case.events:
        if event.details.standard_qty_allowed is not None:
            attributes[event.id] = {"reason": "production"}
    return Surroundings(
        places={name: Place(id=name, kind="transit" if name.upper() == "TRANSIT" else "warehouse") for name in places},
        items={name: Item(id=name, group="raw_materials") for name in materials},
        attributes=attributes,
        scales=case.scales,
    )


def _table(case: Case) -> PostingTable:
    continental = _style(case) == "continental"
    rows = [AccountRow(role, ACCOUNT + code) for role, code in _PLAYED.items()]
    if continental:
        kept = [row for row in rows if row.role in ("inventory", "raw_materials", "goods_in_transit", "goods_shipped")]
        kept += [AccountRow("stock_change", f"{ACCOUNT}stock_variation"), AccountRow("payable", f"{ACCOUNT}payable")]
        return load_posting_table("continental").with_(*kept)
    if _owed_at_receipt(case):
        rows += [AccountRow(role, f"{ACCOUNT}payable") for role in ("grni", "landed_cost_clearing")]
    return load_posting_table("perpetual").with_(*rows)


def _book(case: Case) -> Book:
    codes = sorted({*_PLAYED.values(), "stock_variation"})
    chart = Chart("case", tuple(Account(code, code, "asset") for code in codes))
    return Book(chart, _CODE, currencies=Currencies((Currency(_CODE, case.scales.money_places),)))


def _compare(
    case: Case, step: str, lines: Iterable[tuple[str, str | None, Fraction]], wanted: Sequence[Json]
) -> Iterator[Failure]:
    placed = {str(line["account"]) for line in wanted if line.get("location") is not None}
    got, asked = _Sums(), _Sums()
    for account, place, amount in lines:
        _add(got, (account, place if account in placed else None), max(amount, Fraction(0)), max(-amount, Fraction(0)))
    for line in wanted:
        key = str(line["account"]), line.get("location")
        _add(asked, key, Fraction(line["debit"]), Fraction(line["credit"]))
    differing = [key for key in {**asked, **got} if asked.get(key, _NONE) != got.get(key, _NONE)]
    if differing:
        yield Failure(case.id, step, "journal", _shown(asked, differing), _shown(got, differing))


_NONE = (Fraction(0), Fraction(0))


def _add(sums: _Sums, key: tuple[str, str | None], debit: Fraction, credit: Fraction) -> None:
    before = sums.get(key, _NONE)
    sums[key] = (before[0] + debit, before[1] + credit)


def _shown(sums: _Sums, keys: Iterable[tuple[str, str | None]]) -> str:
    parts = list[str]()
    for key in keys:
        debit, credit = sums.get(key, _NONE)
        parts.append(f"{' '.join(word for word in key if word)} {text(debit)}/{text(credit)}")
    return ", ".join(parts)
