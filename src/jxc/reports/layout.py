"""Layouts of statements as data: rows with their accounts, or rows that add up others.

    4   应收账款   1122 debit, 2203 debit      debit balances of customers, whichever account they stand on
    33  应付账款   2202 credit, 1123 credit    shown on the credit side
    15  流动资产合计   = 1 2 3 4               20  = 18 -19

A term names an account (with all under it, less what another row claims more closely), a ``section:`` of the chart,
``result`` (income and expense that no row claims), ``opening`` (cash at the beginning) or ``exchange`` (what other
rates made of foreign cash).  It takes the net amount, or only what stands in debit or credit party by party, or of a
cash flow what came ``in`` or went ``out``.  An account with contra accounts directly under it has one side: that of
their sum.

Invariant: no two rows claim the same part of the same account, and no row adds itself up; a row that only details
another one (其中) claims nothing.

>>> Term.parse("1122 debit"), Term.parse("section:cash").part
(Term(key='1122', part='debit'), 'net')
>>> rows = (LayoutRow("1", "Cash", terms=(Term("1002"),)), LayoutRow("2", "Assets", sum=("1",)))
>>> Layout("tiny", "Tiny", "balance_sheet", rows).row("2").sum
('1',)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NoReturn, get_args

from jxc.errors import FieldError, LedgerError
from jxc.kernel.text import check_text
from jxc.ledger.accounts import Side

__all__ = ["Layout", "LayoutRow", "StatementKind", "Term"]

StatementKind = Literal["balance_sheet", "income_statement", "cash_flow", "cash_flow_indirect"]
Part = Literal["net", "debit", "credit", "in", "out"]
_PARTS: Mapping[StatementKind, tuple[Part, ...]] = MappingProxyType(
    {
        "balance_sheet": ("net", "debit", "credit"),
        "income_statement": ("net",),
        "cash_flow": ("net", "in", "out"),
        "cash_flow_indirect": ("net",),
    }
)


@dataclass(frozen=True, slots=True)
class Term:
    """What a row takes: an account, ``section:name``, ``result``, ``opening``, ``exchange``; and which part of it."""

    key: str
    part: Part = "net"

    def __str__(self) -> str:
        return self.key if self.part == "net" else f"{self.key} {self.part}"

    @classmethod
    def parse(cls, text: str) -> Term:
        """The term written as ``key`` or ``key part``; ``FieldError`` ``unknown_part``."""
        key, _, part = text.strip().partition(" ")
        for known in get_args(Part):
            if (part or "net") == known:
                return cls(key, known)
        raise FieldError("unknown_part", f"one of {', '.join(get_args(Part))}", field="terms", value=text)


@dataclass(frozen=True, slots=True)
class LayoutRow:
    """A row: ``terms`` or ``sum`` (ids of other rows, with a minus where they are taken off), shown on ``side``.

    Raises ``FieldError`` ``unknown_side``, ``terms_and_sum``.
    """

    id: str
    label: str
    english: str = ""
    side: Side = "debit"
    terms: tuple[Term, ...] = ()
    sum: tuple[str, ...] = ()
    detail: bool = False

    def __post_init__(self) -> None:
        check_text(self.id, field="id")
        check_text(self.label, field="label")
        if self.side not in get_args(Side):
            _refuse("unknown_side", f"row {self.id} is shown on debit or credit", "side", str(self.side))
        if self.terms and self.sum:
            _refuse("terms_and_sum", "a row takes accounts or adds up rows", "id", self.id)


@dataclass(frozen=True, slots=True)
class Layout:
    """A statement to be.

    Raises ``FieldError``: ``unknown_statement_kind``, ``duplicate_row_id``, ``unknown_row``, ``row_circle``,
    ``unknown_part`` (a part that no amount of this kind has), ``claimed_twice``, in this order.
    """

    id: str
    name: str
    kind: StatementKind
    rows: tuple[LayoutRow, ...]

    def __post_init__(self) -> None:
        if self.kind not in get_args(StatementKind):
            _refuse("unknown_statement_kind", f"one of {', '.join(get_args(StatementKind))}", "kind", self.kind)
        check_text(self.id, field="id")
        check_text(self.name, field="name")
        ids = [row.id for row in self.rows]
        for row in self.rows:
            if ids.count(row.id) > 1:
                _refuse("duplicate_row_id", "two rows have one id", "id", row.id)
            for other in row.sum:
                if other.lstrip("-") not in ids:
                    _refuse("unknown_row", f"row {row.id} adds up a row that is not there", "sum", other)
        for row in self.rows:
            self._check_circle(row, ())
        claims = [term for _, term in self.claims()]
        for term in claims:
            if term.part not in _PARTS[self.kind]:
                _refuse("unknown_part", f"a {self.kind} has {', '.join(_PARTS[self.kind])}", "terms", str(term))
        for term in claims:
            clash = [other for other in claims if other.key == term.key and "net" in (other.part, term.part)]
            if claims.count(term) > 1 or len(clash) > 1:
                _refuse("claimed_twice", "two rows take the same amounts", "terms", f"{term.key} {term.part}")

    def claims(self) -> Iterator[tuple[LayoutRow, Term]]:
        """Every term of the rows that are no details, with its row."""
        for row in self.rows:
            if not row.detail:
                for term in row.terms:
                    yield row, term

    def row(self, row_id: str) -> LayoutRow:
        """The row of that id; ``LedgerError`` ``no_such_statement_row``."""
        for row in self.rows:
            if row.id == row_id:
                return row
        raise LedgerError("no_such_statement_row", "the statement has no such row", field="row", value=row_id)

    def _check_circle(self, row: LayoutRow, above: tuple[str, ...]) -> None:
        if row.id in above:
            _refuse("row_circle", "a row adds itself up", "sum", row.id)
        for other in row.sum:
            self._check_circle(self.row(other.lstrip("-")), (*above, row.id))


def _refuse(code: str, message: str, field: str, value: str) -> NoReturn:
    raise FieldError(code, message, field=field, value=value)
