"""A golden case of kind ledger as the engine reads it: a book, its drafts, and the ledger they make.

A case with several currencies has a book of its own unit of account, in which one unit of every currency counts as one
unless the case states ``cost_rates``; so entries balance where the case says they do, and nowhere else.

Invariant: every number goes from its decimal string to an exact integer; the engine checks what the case does not.

>>> case = LedgerCase.read(
...     {
...         "id": "x",
...         "accounts": [{"code": "a", "type": "asset"}, {"code": "b", "type": "equity"}],
...         "entries": [
...             {
...                 "date": "2026-01-05",
...                 "lines": [
...                     {"account": "a", "debit": "1.5", "credit": "0"},
...                     {"account": "b", "debit": "0", "credit": "1.5"},
...                 ],
...                 "expect": {"error": None},
...             }
...         ],
...     }
... )
>>> case.run(), str(case.ledger.balance("a"))
([], '1.5')
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from jxc.errors import JxcError
from jxc.golden.case import Json, rows, table
from jxc.golden.checks import Failure
from jxc.golden.ledger_sections import section_of
from jxc.kernel.currencies import Currencies, Currency
from jxc.kernel.exact import multiply_exact
from jxc.ledger.accounts import Account
from jxc.ledger.book import Book
from jxc.ledger.chart import Chart
from jxc.ledger.entries import Draft, Line
from jxc.ledger.guards import Guard
from jxc.ledger.ledger import Ledger
from jxc.ledger.periods import Periods
from jxc.ledger.policy import LedgerPolicy

__all__ = ["LedgerCase", "currency_of", "moment"]

UNIT = "UNIT"
"""The unit of account of a case that names no currency, or several."""

_OVERDRAFTS = ("exceeds_credits", "exceeds_debits")


def moment(position: int) -> datetime:
    """When the entry at that position of a case is recorded: a second each."""
    return datetime(2100, 1, 1, tzinfo=UTC) + timedelta(seconds=position)


def currency_of(book: Book, code: object) -> str:
    """The currency that a case means: its own word, or that of the book where it has none."""
    return book.code if code is None else str(code)


@dataclass(slots=True)
class LedgerCase:
    """A case with its ledger; ``run`` enters what it tells."""

    id: str
    raw: Json
    ledger: Ledger

    @classmethod
    def read(cls, raw: Json) -> LedgerCase:
        """Read a case; the ledger has nothing in it yet, but what is closed is closed."""
        ledger = Ledger(_book(raw), guards=_guards(raw))
        _close_through(ledger.periods, raw)
        return cls(str(raw["id"]), raw, ledger)

    def run(self, skip: Sequence[int] = ()) -> list[Failure]:
        """Enter the entries in their order; what was refused otherwise than expected."""
        return [failure for at in range(len(self.entries)) if at not in skip for failure in self._enter(at)]

    @property
    def entries(self) -> list[Json]:
        """The entries as the case tells them."""
        return rows(self.raw, "entries")

    @property
    def expected(self) -> Json:
        """What the case expects of the whole."""
        return table(self.raw, "expect")

    def again(self, skip: Sequence[int]) -> LedgerCase:
        """The same case entered without some of its entries."""
        other = LedgerCase.read(self.raw)
        other.run(skip)
        return other

    def _enter(self, at: int) -> Iterator[Failure]:
        entry = self.entries[at]
        wanted = table(entry, "expect").get("error")
        got: str | None = None
        try:
            self.ledger.post(self.draft(at), at=moment(at))
        except JxcError as error:
            got = error.code
        if got != wanted:
            yield Failure(self.id, f"entry {at}", "error", str(wanted or "none"), got or "none")

    def draft(self, at: int) -> Draft:
        """The entry at a position as a draft."""
        entry = self.entries[at]
        reverses = entry.get("reverses")
        return self.ledger.book.entry(
            str(entry["date"]),
            *(self._line(entry, line) for line in rows(entry, "lines")),
            memo=str(entry.get("memo") or ""),
            kind="closing" if entry.get("closing") in (True, "true") else "normal",
            id=f"e{at}",
            reverses=None if reverses is None else f"e{int(reverses)}",
        )

    def _line(self, entry: Json, line: Json) -> Line:
        book, account = self.ledger.book, str(line["account"])
        code = currency_of(book, line.get("currency"))
        rates = {name: _rate(text) for name, text in table(entry, "cost_rates").items()}
        quantity = table(entry, "quantities").get(account)
        debit, credit = Decimal(line["debit"]), Decimal(line["credit"])
        rate = rates[account][0] if account in rates else Decimal(1)
        tied = account in rates or code in {target for _, target in rates.values()}
        made = book.line(
            account,
            debit=debit,
            credit=credit,
            currency=code,
            base=None if code == book.code else multiply_exact(debit or credit, rate),
            party=None if line.get("party") is None else str(line["party"]),
            quantity=quantity,
        )
        return replace(made, rate=rate if tied else None)


def _rate(text: Any) -> tuple[Decimal, str]:
    value, _, code = str(text).partition(" ")
    return Decimal(value), code


def _book(raw: Json) -> Book:
    codes = {str(line["currency"]) for line in _lines(raw) if line.get("currency") is not None}
    for entry in rows(raw, "entries"):
        codes |= {_rate(text)[1] for text in table(entry, "cost_rates").values()}
    places = _places(raw)
    own = codes.pop() if len(codes) == 1 else UNIT
    currencies = Currencies(tuple(Currency(code, places) for code in {own, *codes}))
    return Book(_chart(raw), own, LedgerPolicy(post_to="any", series="JV"), currencies=currencies)


def _lines(raw: Json) -> list[Json]:
    return [line for entry in rows(raw, "entries") for line in rows(entry, "lines")]


def _places(raw: Json) -> int:
    """As many places as any amount has, and room for what ``cost_rates`` make of it."""
    amounts = [str(line[side]) for line in _lines(raw) for side in ("debit", "credit")]
    two_phase = table(table(raw, "ext"), "two_phase")
    amounts += [str(step["amount"]) for step in rows(two_phase, "steps") if step.get("amount") is not None]
    target = table(table(raw, "ext"), "target_balance")
    amounts += [str(target[name]) for name in ("target", "difference") if name in target]
    rates = [_rate(text)[0] for entry in rows(raw, "entries") for text in table(entry, "cost_rates").values()]
    return max(map(_after_point, amounts), default=0) + max((_after_point(str(rate)) for rate in rates), default=0)


def _after_point(text: str) -> int:
    return len(text.partition(".")[2])


def _chart(raw: Json) -> Chart:
    separator = str(table(raw, "expect").get("subtree_separator") or "")
    moved = table(table(raw, "expect"), "classify")
    given = rows(raw, "accounts")
    codes = [str(account["code"]) for account in given]
    accounts = [
        Account(
            str(one["code"]),
            str(one.get("name") or one["code"]),
            moved.get(one["code"], one["type"]),
            parent=_parent(str(one["code"]), codes, separator),
            currency=one.get("currency"),
            section=section_of(
                str(one["code"]), str(one.get("name") or ""), moved.get(one["code"], one["type"]), codes
            ),
        )
        for one in given
    ]
    return Chart("case", tuple(accounts))


def _parent(code: str, codes: Sequence[str], separator: str) -> str | None:
    above = code.rpartition(separator)[0] if separator else ""
    return above if above in codes else None


def _guards(raw: Json) -> list[Guard]:
    """The one guard a case may have: account B without debits above its credits."""
    steps = rows(table(table(raw, "ext"), "two_phase"), "steps")
    guarded = any(step.get("error") in _OVERDRAFTS for step in steps)
    return [Guard("B", "debit")] if guarded else []


def _close_through(periods: Periods, raw: Json) -> None:
    through = raw.get("closed_through")
    if through is None:
        return
    last = date.fromisoformat(str(through))
    days = {date.fromisoformat(str(entry["date"])) for entry in rows(raw, "entries")} | {last}
    for period in sorted({periods.key_of(day, adjustment=False) for day in days if day <= last}):
        periods.close(period, by="", at=None)
