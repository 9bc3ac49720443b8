"""From a valuation to the books: every movement as journal lines, by a table of rules.

    journal = jxc.post_valuation(valuation, table="cn-small-business", chart="cn-small-business", party="unnamed")
    ledger.post_all(journal.drafts, at=now)
    jxc.check_goods(valuation, journal, ledger)         what stands on the accounts is what goods cost, or what differs

Invariant: what the entries do to the accounts of goods is what the movements did to the value of stock, to the cent.

>>> from jxc.api.value import value
>>> sold = value(
...     [
...         {"id": "GR-1", "date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 3, "amount": "1.00"},
...         {"id": "SO-1", "date": "2026-01-06", "type": "issue", "item": "TEA", "qty": 2},
...     ],
...     currency="CNY",
... )
>>> journal = post_valuation(sold, chart="cn-small-business", party="S-01")
>>> print(journal.vouchers[1].explain(1))
5401 0.67: cost of issue SO-1 by rule sale
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from jxc.api.cost_status import row_statuses
from jxc.api.history import History
from jxc.api.valuation import Valuation
from jxc.api.valued_rows import ValuedRow, valued_rows
from jxc.costing.events import Scales
from jxc.edge.charts import load_chart
from jxc.edge.posting_tables import load_posting_table, posting_table, shipped_posting_tables
from jxc.errors import CurrencyError
from jxc.kernel.dates import parse_date
from jxc.kernel.frozen import FrozenMap
from jxc.ledger.book import Book
from jxc.ledger.chart import Chart
from jxc.ledger.ledger import Ledger
from jxc.posting.events import BusinessEvent
from jxc.posting.journal import Journal
from jxc.posting.policy import PostingPolicy
from jxc.posting.poster import Poster
from jxc.posting.standing import StandingCheck, standing_check
from jxc.posting.stock_events import RowFigures, Surroundings, stock_event
from jxc.posting.table import PostingTable
from jxc.stock.items import Item
from jxc.stock.places import Place

__all__ = ["TableLike", "check_goods", "events_of", "post_valuation", "table_of"]

TableLike: TypeAlias = PostingTable | Mapping[str, Any] | str
"""A table, plain data as a JSON file has it, the name of a shipped one, or a file."""


def post_valuation(
    valuation: Valuation | History,
    *,
    table: TableLike | None = None,
    chart: Chart | str | None = None,
    book: Book | Ledger | None = None,
    policy: PostingPolicy | None = None,
    items: Iterable[Item] = (),
    places: Iterable[Place] = (),
    parties: Mapping[str, str] | None = None,
    party: str | None = None,
    attributes: Mapping[str, Mapping[str, str]] | None = None,
    taxes: Mapping[str, object] | None = None,
    **always: str,
) -> Journal:
    """The journal of a valuation, or of a history with all that is known.

    ``book`` (or a ledger, for its book) or ``chart`` says which accounts there are; ``table`` is by default the one
    named like the chart, or ``perpetual``.  ``items`` and ``places`` give groups and kinds for rules to ask about,
    ``parties`` the supplier or customer by id of a fact or by ``doc``, ``party`` the one of all others,
    ``attributes`` more attributes by the same, ``taxes`` the tax that a gift, a loss or own use brings, by id of the
    fact (``jxc.tax.deemed_sale``, ``transfer_out``), ``always`` attributes of all events, such as ``tax_regime``.
    Raises ``FieldError`` for a bad table, ``CurrencyError`` ``posting_currency``, ``LedgerError`` ``no_posting_rule``,
    ``role_missing``, ``attribute_missing``, ``amount_not_whole``.
    """
    kept = _book_of(valuation, chart, book)
    around = surroundings(items, places, parties, party, attributes, always, _scales(valuation))
    around = replace(around, taxes={name: kept.minor(tax, field="taxes") for name, tax in (taxes or {}).items()})
    events = events_of(valued_rows(valuation), around, valuation.policy.method)
    return Journal.of(events, Poster(table_of(table, kept.chart), kept), policy)


def check_goods(
    valuation: Valuation | History, journal: Journal, ledger: Ledger, *, on: date | str | None = None
) -> StandingCheck:
    """Whether the accounts of goods say what the goods cost, after the named classes; see ``StandingCheck``.

    What has no cost yet is listed; write-downs are held against those of the rows, where the chart has an account for
    them or a row writes down.
    """
    day = None if on is None else parse_date(on, field="on")
    waiting = (row for row in row_statuses(valuation) if row.status == "uncosted" and not row.left_out)
    known = journal.poster.table.player("stock_allowance", {}) in ledger.book.chart.roles
    allowance = _allowance(valuation, ledger.book, day)
    listed = allowance if known or allowance else None
    uncosted = [row.name for row in waiting if row.is_known(day)]
    return standing_check(journal.events, ledger, journal.poster, on=on, uncosted=uncosted, allowance=listed)


def _allowance(valuation: Valuation | History, book: Book, day: date | None) -> Decimal:
    """The write-downs that stand at the end of a day, as the rows say."""
    if isinstance(valuation, Valuation) and day is None:
        return sum(valuation.allowances.values(), Decimal(0))
    rows = (row for row in valued_rows(valuation) if day is None or row.event.date <= day.toordinal())
    effects = (effect.amount for row in rows for effect in row.effects if effect.role == "stock_allowance")
    return -book.amount(int(sum(effects)))


def _scales(valuation: Valuation | History) -> Scales:
    return valuation.scales if isinstance(valuation, History) else valuation.rows.scales


def table_of(table: TableLike | None, chart: Chart) -> PostingTable:
    """The table that is meant; without one that named like the chart, or ``perpetual``."""
    if isinstance(table, PostingTable):
        return table
    if isinstance(table, Mapping):
        return posting_table(table)
    if table is None:
        table = chart.id if chart.id in shipped_posting_tables() else "perpetual"
    return load_posting_table(table)


def surroundings(
    items: Iterable[Item],
    places: Iterable[Place],
    parties: Mapping[str, str] | None,
    party: str | None,
    attributes: Mapping[str, Mapping[str, str]] | None,
    always: Mapping[str, str],
    scales: Scales,
) -> Surroundings:
    """What is known around the rows, put together."""
    return Surroundings(
        places={place.id: place for place in places},
        items={item.id: item for item in items},
        parties={} if parties is None else parties,
        attributes={} if attributes is None else attributes,
        always={**always, **({} if party is None else {"party": party})},
        scales=scales,
    )


_KEPT_APART = FrozenMap({"planned": "variance", "retail": "margin"})


def events_of(rows: Iterable[ValuedRow], around: Surroundings, method: str) -> list[BusinessEvent]:
    """The business events of valued rows."""
    told = list(rows)
    find = {row.event.row: row.event for row in told}.get
    made = (_event(row, around, method, find) for row in told)
    return [event for event in made if event is not None]


def _event(row: ValuedRow, around: Surroundings, method: str, find: Any) -> BusinessEvent | None:
    apart: Any = _KEPT_APART.get(method)
    more = RowFigures(row.quantity_variance, row.freight)
    if apart:
        more = replace(more, difference=row.difference, repriced=row.repriced, kept_apart=apart)
    return stock_event(row.event, row.effects, around, find=find, more=more)


def _book_of(valuation: Valuation | History, chart: Chart | str | None, book: Book | Ledger | None) -> Book:
    if book is not None:
        kept = book.book if isinstance(book, Ledger) else book
    else:
        found = load_chart(chart) if isinstance(chart, str) else chart
        kept = Book(found or load_chart("ifrs-trading"), valuation.currency or "")
    if kept.code != valuation.currency:
        raise CurrencyError(
            "posting_currency",
            "the goods are valued in another currency than the book is kept in",
            field="currency",
            value=valuation.currency,
            hint=f'value them with currency="{kept.code}"',
        )
    return kept
