"""Statements: a layout filled with the amounts of a ledger, one column or several.

    statement(ledger, layout, (first, last))                     one column
    statement(ledger, layout, this_year, last_year)              comparative
    statement(ledger, layout, month, where={"department": "D1"})     by dimension

A balance sheet takes balances at the end of ``last``, party by party, so that a customer who paid too much stands
among the debts.  An income statement takes the turnover between the two days without closing entries.  A direct cash
flow statement takes the lines that stand opposite to cash, an indirect one the changes of balances.

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
from typing import TypeAlias

from jxc.errors import LedgerError
from jxc.ledger.accounts import NORMAL_SIDE, Account
from jxc.ledger.entries import Entry
from jxc.ledger.ledger import Ledger
from jxc.reports.cost_status import CostStatus, Demand, check_cost
from jxc.reports.layout import Layout, LayoutRow

__all__ = ["Column", "Statement", "StatementRow", "statement"]

_Amounts: TypeAlias = dict[tuple[str, str | None, str], int]
"""(account, party, part) -> amount in the book's minor units, debit or inflow above zero."""


@dataclass(frozen=True, slots=True)
class Column:
    """The days a column is about; those of a balance sheet only to compare with."""

    first: date
    last: date

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
    cost: CostStatus | None = None

    def amount(self, row_id: str, column: int = 0) -> Decimal:
        """The amount of a row; ``LedgerError`` ``no_such_statement_row``."""
        self.layout.row(row_id)
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
    *columns: tuple[date, date],
    where: Mapping[str, str] | None = None,
    known_at: datetime | None = None,
    adjustments: bool = True,
    cost: CostStatus | None = None,
    demand: Demand = "any",
) -> Statement:
    """Fill a layout for one or more pairs of days.

    Raises ``LedgerError`` ``account_not_in_layout``, and ``cost_not_final`` where ``demand`` asks for more than
    ``cost`` says.
    """
    asked = tuple(Column(*pair) for pair in columns)
    for column in asked:
        check_cost(cost, column.last, demand)
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
    return Statement(layout, ledger.book.code, asked, rows, cost)


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
        if ("opening", "net") in claimed:
            opening = self._cash(column.first - timedelta(1))
            totals[claimed["opening", "net"]] = totals.get(claimed["opening", "net"], 0) + opening
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
        kind = self.layout.kind
        if kind == "cash_flow":
            return self._cash_flow(column)
        first = None if kind == "balance_sheet" else column.first
        cells = self.ledger.cells(
            first,
            column.last,
            known_at=self.known_at,
            closing=kind == "balance_sheet",
            adjustments=self.adjustments,
            where=self.where,
        )
        sign = -1 if kind == "cash_flow_indirect" else 1
        by_party: dict[tuple[str, str | None], int] = {}
        for (code, _, party), cell in cells.items():
            by_party[code, party] = by_party.get((code, party), 0) + sign * (cell[2] - cell[3])
        chart = self.ledger.book.chart
        return {
            (*key, self._side(chart.get(key[0]), size)): size for key, size in by_party.items() if self._counts(key[0])
        }

    def _counts(self, code: str) -> bool:
        """Whether an account belongs into this statement at all."""
        account = self.ledger.book.chart.get(code)
        if self.layout.kind == "income_statement":
            return account.in_income_statement
        return self.layout.kind != "cash_flow_indirect" or account.section != "cash"

    def _side(self, account: Account, size: int) -> str:
        """The side a balance stands on; a contra account stays with what it is set against."""
        if self.layout.kind != "balance_sheet":
            return "net"
        if account.is_contra:
            return NORMAL_SIDE[account.type]
        if not size:
            return account.side
        return "debit" if size > 0 else "credit"

    def _cash_flow(self, column: Column) -> _Amounts:
        """What stands opposite to cash, with the sign of the cash."""
        found: _Amounts = {}
        for entry in self._entries(column):
            for line in entry.lines:
                if self._is_cash(line.account) or not self._chosen(line.party, line.dimensions):
                    continue
                part = "in" if (line.base < 0) != line.red else "out"  # red takes back what came in
                key = (line.account, None, part)
                found[key] = found.get(key, 0) - line.base
        return found

    def _entries(self, column: Column) -> Iterator[Entry]:
        for entry in self.ledger.known(self.known_at):
            asked = column.first <= entry.date <= column.last and entry.draft.kind != "closing"
            in_time = asked and (self.adjustments or not entry.draft.adjustment)
            if in_time and any(self._is_cash(line.account) for line in entry.lines):
                yield entry

    def _is_cash(self, code: str) -> bool:
        return self.ledger.book.chart.get(code).section == "cash"

    def _chosen(self, party: str | None, dimensions: Mapping[str, str]) -> bool:
        given = {"party": party, **dimensions}
        return all(given.get(name) == value for name, value in (self.where or {}).items())

    def _cash(self, last: date) -> int:
        cells = self.ledger.cells(None, last, known_at=self.known_at, where=self.where)
        return sum(cell[2] - cell[3] for (code, _, _), cell in cells.items() if self._is_cash(code))
