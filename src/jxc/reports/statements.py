"""Statements: a layout filled with the amounts of a ledger, one column or several.

    statement(ledger, layout, (first, last))                     one column
    statement(ledger, layout, this_year, last_year)              comparative
    statement(ledger, layout, month, where={"department": "D1"})     by dimension

A balance sheet takes balances at the end of ``last``, party by party, so that a customer who paid too much stands
among the debts.  An income statement takes the turnover between the two days without closing entries; what an opening
entry states was earned before its day.  A direct cash flow statement takes the lines that stand opposite to cash, an
indirect one the changes of balances.  Both begin with what opening entries state.

Invariant: an account with an amount that no row claims refuses the statement (``account_not_in_layout``), so that what
is shown is all there is.

>>> Column(date(2026, 1, 1), date(2026, 1, 31)).label
'2026-01-01..2026-01-31'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TypeAlias

from jxc.errors import FieldError, LedgerError
from jxc.kernel.dates import parse_date
from jxc.ledger.accounts import NORMAL_SIDE, Account
from jxc.ledger.entries import Entry, Line
from jxc.ledger.ledger import Ledger
from jxc.ledger.turnovers import Cells, merge, subtract
from jxc.reports.cash_flow import Flows, cash_flows, exchange_effect, is_exchange
from jxc.reports.cost_status import NOT_COMPUTED, CostStatus, Demand, check_cost
from jxc.reports.layout import Layout, LayoutRow
from jxc.reports.span import Day, span

__all__ = ["Column", "Statement", "StatementRow", "statement"]

_Amounts: TypeAlias = dict[tuple[str, str | None, str], int]
"""(account, party, part) -> amount in the book's minor units, debit or inflow above zero."""


@dataclass(frozen=True, slots=True)
class Column:
    """The days a column is about, both included; a balance sheet is of the last.

    Raises ``DateError`` ``last_before_first`` and what ``parse_date`` raises.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        span(self.first, self.last)

    @property
    def label(self) -> str:
        """The column's heading."""
        return f"{self.first}..{self.last}"


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A row with an amount for each column; ``None`` where the books don't keep it."""

    id: str
    label: str
    english: str
    amounts: tuple[Decimal | None, ...]
    detail: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A filled statement; ``cost`` says how far cost has been computed and what in it is provisional."""

    layout: Layout
    currency: str
    columns: tuple[Column, ...]
    rows: tuple[StatementRow, ...]
    cost: CostStatus = NOT_COMPUTED

    def amount(self, row_id: str, column: int = 0) -> Decimal:
        """The amount of a row; ``LedgerError`` ``no_such_statement_row``, ``no_such_statement_column``."""
        self.layout.row(row_id)
        if not 0 <= column < len(self.columns):
            raise LedgerError("no_such_statement_column", "columns count from 0", field="column", value=column)
        found = next(row for row in self.rows if row.id == row_id).amounts[column]
        return Decimal(0) if found is None else found

    def to_dicts(self) -> list[dict[str, object]]:
        """The rows as plain data: id, label, english, and a column for each pair of days."""
        heads = [column.label for column in self.columns]
        rows = list[dict[str, object]]()
        for row in self.rows:
            words: dict[str, object] = {"id": row.id, "label": row.label, "english": row.english}
            rows.append({**words, **dict(zip(heads, row.amounts, strict=True))})
        return rows


def statement(
    ledger: Ledger,
    layout: Layout,
    *columns: tuple[Day, Day],
    where: Mapping[str, str] | None = None,
    known_at: datetime | None = None,
    adjustments: bool = True,
    cost: CostStatus | None = None,
    demand: Demand = "any",
) -> Statement:
    """Fill a layout for one or more pairs of days.

    Raises, in this order: ``FieldError`` ``no_columns``, ``not_a_span``; ``DateError``; ``PolicyError``
    ``unknown_choice`` and ``LedgerError`` ``cost_not_final``, where ``demand`` asks for more than ``cost`` says;
    ``unknown_dimension``; ``account_not_in_layout``.
    """
    asked = tuple(_column(pair) for pair in columns)
    if not asked:
        raise FieldError("no_columns", "a statement has a column at least", field="columns", hint="(first, last)")
    status = NOT_COMPUTED if cost is None else cost
    for column in asked:
        check_cost(status, column.last, demand)
    ledger.check_where(where)
    question = _Question(ledger, layout, where, known_at, adjustments)
    filled = [question.fill(column) for column in asked]
    rows = tuple(
        StatementRow(
            row.id,
            row.label,
            row.english,
            tuple(None if (size := one[row.id]) is None else ledger.book.amount(size) for one in filled),
            row.detail,
        )
        for row in layout.rows
    )
    return Statement(layout, ledger.book.code, asked, rows, status)


def _column(pair: tuple[Day, ...]) -> Column:
    if type(pair) is not tuple or len(pair) != 2:
        hint, value = "(first, last)", str(pair)[:60]
        raise FieldError("not_a_span", "a column is a pair of days", field="columns", value=value, hint=hint)
    first, last = (parse_date(day, field="columns") for day in pair)
    return Column(first, last)


@dataclass(frozen=True, slots=True)
class _Question:
    ledger: Ledger
    layout: Layout
    where: Mapping[str, str] | None
    known_at: datetime | None
    adjustments: bool

    def fill(self, column: Column) -> dict[str, int | None]:
        amounts = self._amounts(column)
        claimed: dict[tuple[str, str], str] = {(term.key, term.part): row.id for row, term in self.layout.claims()}
        totals: dict[str, int] = {}
        for (code, _, part), size in amounts.items():
            row_id = self._home(code, part, claimed)
            if row_id is None and size:
                message = f"no row of {self.layout.id} takes this account"
                raise LedgerError("account_not_in_layout", message, field="account", value=code, part=part)
            if row_id is not None:
                totals[row_id] = totals.get(row_id, 0) + size
        for name, of in (("opening", self._opening_cash), ("exchange", self._exchange)):
            if (name, "net") in claimed:
                row_id = claimed[name, "net"]
                totals[row_id] = totals.get(row_id, 0) + of(column)
        found: dict[str, int | None] = {}
        for row in self.layout.rows:
            found[row.id] = self._row(row, totals, amounts)
        return found

    def _row(self, row: LayoutRow, totals: Mapping[str, int], amounts: _Amounts) -> int | None:
        if row.sum:
            parts = ((self.layout.row(other.lstrip("-")), -1 if other[0] == "-" else 1) for other in row.sum)
            return sum(sign * (self._row(part, totals, amounts) or 0) for part, sign in parts)
        sign = 1 if row.side == "debit" else -1
        if not row.detail:
            return sign * totals.get(row.id, 0)
        if not row.terms:
            return None
        chart = self.ledger.book.chart
        codes = {(one.code, term.part) for term in row.terms if term.key in chart for one in chart.under(term.key)}
        wanted = (size for (code, _, part), size in amounts.items() if codes & {(code, part), (code, "net")})
        return sign * sum(wanted)

    def _home(self, code: str, part: str, claimed: Mapping[tuple[str, str], str]) -> str | None:
        """The row that claims an account most closely: by its code, by one above it, by its section."""
        account = self.ledger.book.chart.get(code)
        path = [one.code for one in reversed(self.ledger.book.chart.path(code))]
        for key in (*path, f"section:{account.section}"):
            row = claimed.get((key, part)) or claimed.get((key, "net"))
            if row is not None:
                return row
        return claimed.get(("result", "net")) if account.in_income_statement else None

    def _amounts(self, column: Column) -> _Amounts:
        if self.layout.kind == "cash_flow":
            flows = cash_flows(self._entries(column), self._is_cash, self._chosen)
            if not self._has("exchange"):
                flows = self._with_exchange(column, flows)
            return {(code, None, part): size for (code, part), size in flows.items()}
        sign = -1 if self.layout.kind == "cash_flow_indirect" else 1
        netted = self._netted()
        sums: dict[tuple[str, str | None], int] = {}
        for (code, _, party), cell in self._cells(column).items():
            if self._counts(code):
                key = (netted[code], None) if code in netted else (code, party)
                sums[key] = sums.get(key, 0) + sign * (cell[2] - cell[3])
        return {(*key, self._side(key[0], size)): size for key, size in sums.items()}

    def _cells(self, column: Column) -> Cells:
        ask = partial(self.ledger.cells, known_at=self.known_at, adjustments=self.adjustments, where=self.where)
        if self.layout.kind == "balance_sheet":
            return ask(None, column.last)
        cells = ask(column.first, column.last, closing=False, opening=False)
        after = column.first + timedelta(1)
        if self.layout.kind == "income_statement" and self.ledger.turnovers.has_opening and after <= column.last:
            stated = ask(after, column.last, closing=False), ask(after, column.last, closing=False, opening=False)
            merge(cells, subtract(*stated))
        return cells

    def _counts(self, code: str) -> bool:
        """Whether an account belongs into this statement at all."""
        account = self.ledger.book.chart.get(code)
        if self.layout.kind == "income_statement":
            return account.in_income_statement
        return self.layout.kind != "cash_flow_indirect" or account.section != "cash"

    def _netted(self) -> dict[str, str]:
        """Accounts that are shown on the side of a sum: code -> the account that a row names by its side."""
        chart = self.ledger.book.chart
        sided = {term.key for _, term in self.layout.claims() if term.part in ("debit", "credit")}
        whole = [one.code for one in chart if one.code in sided and any(map(_is_contra, chart.children(one.code)))]
        return {below.code: code for code in whole for below in chart.under(code)}

    def _side(self, code: str, size: int) -> str:
        """The side a balance stands on; a contra account stays with what it is set against."""
        account = self.ledger.book.chart.get(code)
        if self.layout.kind != "balance_sheet":
            return "net"
        if account.is_contra:
            return NORMAL_SIDE[account.type]
        if not size:
            return account.side
        return "debit" if size > 0 else "credit"

    def _with_exchange(self, column: Column, flows: Flows) -> Flows:
        """A form that has no row for it shows the exchange effect where its difference was booked."""
        for entry in self._entries(column):
            cash = [line for line in entry.lines if self._is_cash(line)]
            if is_exchange(cash):
                total = sum(line.base for line in cash if self._chosen(line))
                role = "exchange_gain" if total > 0 else "exchange_loss"
                key = (self.ledger.book.chart.role(role).code, "in" if total > 0 else "out")
                flows[key] = flows.get(key, 0) + total
        return flows

    def _has(self, name: str) -> bool:
        return any(term.key == name for _, term in self.layout.claims())

    def _exchange(self, column: Column) -> int:
        return exchange_effect(self._entries(column), self._is_cash, self._chosen)

    def _entries(self, column: Column) -> Iterator[Entry]:
        for entry in self.ledger.known(self.known_at):
            if column.first <= entry.date <= column.last and (self.adjustments or not entry.draft.adjustment):
                yield entry

    def _is_cash(self, line: Line) -> bool:
        return self.ledger.book.chart.get(line.account).section == "cash"

    def _chosen(self, line: Line) -> bool:
        return all(line.dimension(name) == value for name, value in (self.where or {}).items())

    def _opening_cash(self, column: Column) -> int:
        """Cash at the end of the day before, and what opening entries of the column state."""
        ask = partial(self.ledger.cells, known_at=self.known_at, where=self.where)
        cells = ask(None, column.first - timedelta(1))
        if self.ledger.turnovers.has_opening:
            merge(cells, subtract(ask(column.first, column.last), ask(column.first, column.last, opening=False)))
        chart = self.ledger.book.chart
        return sum(cell[2] - cell[3] for (code, _, _), cell in cells.items() if chart.get(code).section == "cash")


def _is_contra(account: Account) -> bool:
    return account.is_contra
