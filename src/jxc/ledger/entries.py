"""Entries (记账凭证): lines that balance, first as a draft, then posted, numbered and never changed.

    Draft                                   what a person or a rule proposes
    ├── Line  1405  debit   100.00 CNY      amount and its worth in the book's currency, in minor units
    └── Line  2202  credit  100.00 CNY
    Entry                                   the draft as it stands in the books: 2026-01 记-1, by whom, when, digest

An amount is signed: debit above zero, credit below.  A *red* line (红字) has the sign of the other side and takes from
the turnover of its own side, so that a correction leaves turnover as it should have been; a reversal on the opposite
side leaves the balance right and the turnover doubled.

Invariant: an entry balances exactly in the book's currency, and in each currency where no line carries a rate (design
rule 2).  It is immutable: a correction is another entry that names the one it reverses or replaces, at most once.

>>> line = Line("1405", 10000, 10000, "CNY")
>>> line.side, line.debit, line.credit, line.negated(red=True).side, line.negated(red=True).debit
('debit', 10000, 0, 'debit', -10000)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from operator import attrgetter
from typing import Literal, TypeAlias, get_args

from jxc.errors import FieldError, NumberError
from jxc.kernel.dates import parse_date
from jxc.kernel.dimension import Dimensions
from jxc.kernel.text import check_text
from jxc.ledger.accounts import Side

__all__ = ["CLOSING", "NO_DIMENSIONS", "Draft", "Entry", "EntryKind", "Line", "digest_of", "modules_of"]

EntryKind: TypeAlias = Literal["normal", "opening", "adjusting", "closing"]
"""``closing`` entries move a result to equity: the income statement leaves them out, the balance sheet does not."""

CLOSING = "closing"
"""The module of what closing makes: it may adjust control accounts too, for they are revalued and carried forward."""

NO_DIMENSIONS = Dimensions()
_KINDS: tuple[str, ...] = get_args(EntryKind)


@dataclass(frozen=True, slots=True)
class Line:
    """A line: an account and a signed amount, in minor units of its currency and of the book's.

    ``base`` is the amount in the book's currency, ``rate`` what one unit was worth where a rate was used, ``red``
    marks a negative entry on its own side, ``due`` when a claim falls due, ``reference`` the paper that a claim and
    what settles it have in common.  ``Book.debit`` and ``Book.credit`` make lines from decimal amounts.
    Raises ``NumberError`` ``not_minor_units`` for an amount that is no whole number, ``FieldError`` for a party or
    reference that is no clean text.
    """

    account: str
    amount: int
    base: int
    currency: str
    red: bool = False
    rate: Decimal | None = None
    party: str | None = None
    dimensions: Dimensions = NO_DIMENSIONS
    memo: str = ""
    due: date | None = None
    quantity: Decimal | None = None
    reference: str = ""

    def __post_init__(self) -> None:
        if type(self.amount) is not int or type(self.base) is not int:
            strange = self.base if type(self.amount) is int else self.amount
            hint = "Book.debit and Book.credit take decimals"
            raise NumberError("not_minor_units", "whole minor units only", field="amount", value=strange, hint=hint)
        if self.party is not None:
            check_text(self.party, field="party")
        if self.reference:
            check_text(self.reference, field="reference")

    @property
    def side(self) -> Side:
        """The side it stands on, which for a red line is that of what it takes back."""
        return "debit" if ((self.base or self.amount) >= 0) != self.red else "credit"

    @property
    def debit(self) -> int:
        """What it adds to the debit turnover in the book's currency; below zero where it is red."""
        return self.base if self.side == "debit" else 0

    @property
    def credit(self) -> int:
        """What it adds to the credit turnover in the book's currency; below zero where it is red."""
        return -self.base if self.side == "credit" else 0

    def negated(self, *, red: bool) -> Line:
        """The line that takes this one back: on the same side in red, or on the opposite side."""
        quantity = None if self.quantity is None else -self.quantity
        return replace(
            self, amount=-self.amount, base=-self.base, quantity=quantity, red=not self.red if red else self.red
        )

    def dimension(self, name: str) -> str | None:
        """The value of a dimension; ``party`` is one of them."""
        return self.party if name == "party" else self.dimensions.get(name)


def modules_of(module: str) -> frozenset[str]:
    """The modules that a word names: ``sales+stock`` is both.

    >>> sorted(modules_of("sales+stock"))
    ['sales', 'stock']
    """
    return frozenset(module.split("+"))


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry as it is proposed.

    ``series`` is the 凭证字 that numbers run in, ``module`` who proposes it (a control account takes only its own;
    ``sales+stock`` is a concern of both),
    ``sources`` the facts or papers it comes from, ``attachments`` how many sheets hang on it (附单据数), ``number``
    one that was given elsewhere (else the next), ``adjustment`` whether it belongs to the adjustment period after the
    last month of the year, ``step`` the step of closing that made it.  Raises ``DateError``, ``FieldError``
    ``unknown_entry_kind``, ``not_a_line``, ``not_a_list`` (sources as one text), ``not_a_count`` (attachments, number)
    and what ``check_text`` raises.
    """

    date: date
    lines: tuple[Line, ...]
    memo: str = ""
    id: str = ""
    series: str = ""
    kind: EntryKind = "normal"
    module: str = "general"
    prepared_by: str = ""
    reviewed_by: str = ""
    attachments: int = 0
    sources: tuple[str, ...] = ()
    reverses: str | None = None
    replaces: str | None = None
    number: int | None = None
    adjustment: bool = False
    step: str = ""

    def __post_init__(self) -> None:
        if type(self.date) is not date:
            object.__setattr__(self, "date", parse_date(self.date, field="date"))
        if self.kind not in _KINDS:
            raise FieldError("unknown_entry_kind", f"one of {', '.join(_KINDS)}", field="kind", value=self.kind)
        if type(self.lines) is not tuple or type(self.sources) is not tuple:  # a list could be changed after posting
            given: object = self.sources
            if isinstance(given, str):
                raise FieldError("not_a_list", "several texts, or a tuple of one", field="sources", value=given)
            object.__setattr__(self, "lines", tuple(self.lines))
            object.__setattr__(self, "sources", tuple(self.sources))
        for line in self.lines:
            if type(line) is not Line:
                raise FieldError("not_a_line", "Book.debit and Book.credit make lines", field="lines", value=line)
        if type(self.memo) is not str:
            raise FieldError("not_text", "a memo is a text", field="memo", value=self.memo)
        if _WORDS(self) != _NO_WORDS:
            self._check_words()

    def _check_words(self) -> None:
        """What is seldom given: persons, papers, counts."""
        for name in ("id", "series", "prepared_by", "reviewed_by", "step"):
            check_text(getattr(self, name), field=name, empty=True)
        check_text(self.module, field="module")
        for name in ("reverses", "replaces"):
            if getattr(self, name) is not None:
                check_text(getattr(self, name), field=name)
        for source in self.sources:
            check_text(source, field="sources")
        for name, least in (("attachments", 0), ("number", 1)):
            count = getattr(self, name)
            if count is not None and (type(count) is not int or count < least):
                raise FieldError("not_a_count", f"a whole number from {least}", field=name, value=count)


@dataclass(frozen=True, slots=True)
class Entry:
    """A posted entry: the draft, with what posting added to it."""

    id: str
    period: str
    series: str
    number: int
    recorded_at: datetime
    posted_by: str
    draft: Draft
    digest: str

    @property
    def date(self) -> date:
        """The effective date."""
        return self.draft.date

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its lines, in their order."""
        return self.draft.lines

    @property
    def memo(self) -> str:
        """What it is about (摘要)."""
        return self.draft.memo

    @property
    def label(self) -> str:
        """Its number as people write it: 2026-01 记-1."""
        return f"{self.period} {self.series}-{self.number}"


_WORDS = attrgetter(
    *("id", "series", "module", "prepared_by", "reviewed_by", "attachments", "sources", "reverses", "replaces"),
    *("number", "step"),
)
_NO_WORDS = ("", "", "general", "", "", 0, (), None, None, None, "")
_REST = attrgetter("rate", "dimensions", "due", "quantity")
_PLAIN = (None, NO_DIMENSIONS, None, None)
_DRAFT = attrgetter(
    *("kind", "module", "prepared_by", "reviewed_by", "attachments", "sources", "reverses", "replaces"),
    *("adjustment", "step"),
)
_USUAL = ("normal", "general", "", "", 0, (), None, None, False, "")


def digest_of(
    entry_id: str, period: str, series: str, number: int, recorded_at: datetime, posted_by: str, draft: Draft
) -> str:
    """SHA-256 over all that an entry says, as hexadecimal text; any change of any field changes it.

    Free text is written by ``ascii``, which is the same on every Python, so that nothing in it looks like a break; what
    is as usual is left out.
    """
    more = _DRAFT(draft)
    text = (
        f"{entry_id!a} {period} {series!a} {number} {draft.date.toordinal()} {draft.memo!a} {posted_by!a} "
        f"{_stamp(recorded_at)} {'' if more == _USUAL else ascii(more)}"
    )
    for line in draft.lines:
        text += f"\n{line.account!a} {line.amount} {line.base} {line.currency} {line.red} {line.party!a} {line.memo!a}"
        rest = _REST(line)
        if rest != _PLAIN:
            text += ascii(tuple(map(str, rest)))
        if line.reference:
            text += f" {line.reference!a}"
    return sha256(text.encode()).hexdigest()


@lru_cache(maxsize=16)
def _stamp(at: datetime) -> str:
    """An instant as text; the entries of a batch share one."""
    return f"{at.toordinal()} {at.hour} {at.minute} {at.second} {at.microsecond}"
