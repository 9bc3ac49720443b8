"""A ledger in memory: what was posted, in order, and what may be asked of it.

    ledger = Ledger(book, guards=(...))
    ledger.post(draft, at=now, by="wang")      checks, numbers, digests, posts; or raises and changes nothing
    ledger.balance("1002", on="2026-01-31", known_at=...)

Two times: an entry takes effect on its date, and is known from when it was recorded; ``on`` and ``known_at`` ask by
the one and the other (design rule 5).  The ledger reads no clock: who posts says when.

Invariant: entries are only ever appended, in the order they were recorded; whatever is refused leaves everything as it
was; balances are sums over entries.

>>> from datetime import UTC
>>> from jxc.ledger.accounts import Account
>>> from jxc.ledger.chart import Chart
>>> book = Book(Chart("tiny", (Account("1002", "Bank", "asset"), Account("3001", "Capital", "equity"))), "CNY")
>>> ledger, now = Ledger(book), datetime(2026, 1, 5, 9, tzinfo=UTC)
>>> paid = book.entry("2026-01-05", book.debit("1002", "100"), book.credit("3001", "100"), memo="capital")
>>> ledger.post(paid, at=now).label, str(ledger.balance("1002"))
('2026-01 记-1', '100.00')
>>> ledger.reverse("2026-01 记-1", at=now).lines[0].red, str(ledger.balance("1002"))
(True, '0.00')
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, NoReturn

from jxc.errors import FieldError, JxcError, LedgerError
from jxc.kernel.dates import parse_date, parse_instant
from jxc.ledger.book import Book
from jxc.ledger.chart import Chart
from jxc.ledger.checks import check_draft
from jxc.ledger.entries import Draft, Entry, Line, digest_of
from jxc.ledger.guards import Guard, Guards
from jxc.ledger.pending import Pending, check_pending, partly
from jxc.ledger.periods import ADJUSTMENT, Periods
from jxc.ledger.turnovers import Cells, Turnover, Turnovers, merge, scan
from jxc.ledger.verify import Seal, Verification, seal, verify
from jxc.stock.problem import Problem

__all__ = ["BatchResult", "Ledger"]


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of a batch: the entries posted, and a problem for each draft (counted from 1) that was refused."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()


class Ledger:
    """The entries of one book, with their balances; see the module for what holds."""

    def __init__(self, book: Book, *, guards: Iterable[Guard] = ()) -> None:
        self.book = book
        self.periods = Periods(book.calendar)
        self.guards = Guards(guards, book)
        self.entries: list[Entry] = []
        self.pending: dict[str, Pending] = {}
        self._expiring: dict[str, datetime] = {}
        self.turnovers = Turnovers()
        self._by_id: dict[str, Entry] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._reversed: dict[str, str] = {}
        self._replaced: dict[str, str] = {}
        self._plain = _plain(book)

    # -- posting ------------------------------------------------------------------------------------------------------

    def post(self, draft: Draft, *, at: datetime, by: str = "") -> Entry:
        """Check and post one entry; ``LedgerError``, in the order that ``jxc.ledger.checks`` lists."""
        return self._post(draft, self._instant(at), by)

    def post_many(self, drafts: Iterable[Draft], *, at: datetime, by: str = "", whole: bool = True) -> BatchResult:
        """Post a batch: ``whole``, all of it or nothing; else each entry on its own.  Problems are listed."""
        instant = self._instant(at)
        start, entries, problems = len(self.entries), list[Entry](), list[Problem]()
        try:
            for row, draft in enumerate(drafts, 1):
                try:
                    entries.append(self._post(draft, instant, by))
                except JxcError as error:
                    problems.append(Problem.from_error(row, error))
        except BaseException:  # whoever makes the drafts failed between two of them
            self.roll_back(start)
            raise
        if problems and whole:
            self.roll_back(start)
            entries = []
        return BatchResult(tuple(entries), tuple(problems))

    def post_all(self, drafts: Iterable[Draft], *, at: datetime, by: str = "") -> tuple[Entry, ...]:
        """Post a batch as a whole, or raise the first error and change nothing."""
        instant, start = self._instant(at), len(self.entries)
        try:
            return tuple([self._post(draft, instant, by) for draft in drafts])
        except BaseException:
            self.roll_back(start)
            raise

    def restore(self, entries: Iterable[Entry]) -> None:
        """Take in entries that were posted before, in the order they were recorded; for books kept elsewhere.

        Raises ``LedgerError`` ``not_as_posted`` for an entry that does not have its digest.
        """
        for entry in entries:
            by, draft = entry.posted_by, entry.draft
            digest = digest_of(entry.id, entry.period, entry.series, entry.number, entry.recorded_at, by, draft)
            if digest != entry.digest:
                message, hint = "the entry is not what was posted", "verify the book"
                raise LedgerError("not_as_posted", message, field="entry", value=entry.label, hint=hint)
            self._take_in(entry)

    def check(self, draft: Draft) -> str:
        """Check a draft without posting it: the period it would fall in, or the error that posting would raise."""
        period = self._check(draft)
        self.guards.check(draft.lines)
        return period

    def reverse(
        self, entry_id: str, *, at: datetime, by: str = "", on: date | str | None = None, memo: str = "", **more: Any
    ) -> Entry:
        """Post the entry that takes another one back: at its own date, or ``on`` another; red by the book's policy.

        Raises ``LedgerError`` ``unknown_entry``, ``reversal_of_a_reversal``, ``entry_reversed_twice``, and what
        ``post`` raises.
        """
        return self.post(self.reversal(entry_id, on=on, memo=memo, **more), at=at, by=by)

    def reversal(
        self,
        entry_id: str,
        *,
        on: date | str | None = None,
        memo: str = "",
        red: bool | None = None,
        prepared_by: str = "",
        reviewed_by: str = "",
    ) -> Draft:
        """The draft that takes an entry back."""
        entry = self.entry(entry_id)
        by_policy = self.book.policy.reversal == "red"
        lines = tuple(line.negated(red=by_policy if red is None else red) for line in entry.lines)
        day = entry.date if on is None else parse_date(on, field="on")
        return replace(
            entry.draft,
            date=day,
            lines=lines,
            memo=memo or f"reverses {entry.label}",
            id="",
            number=None,
            adjustment=entry.draft.adjustment and day == entry.date,
            prepared_by=prepared_by,
            reviewed_by=reviewed_by,
            attachments=0,
            reverses=entry.id,
            replaces=None,
        )

    def replace(
        self, entry_id: str, draft: Draft, *, at: datetime, by: str = "", on: date | str | None = None
    ) -> tuple[Entry, ...]:
        """Take an entry back and post another in its place, both or neither (红字冲销, 蓝字更正)."""
        taken_back = self.reversal(entry_id, on=on)
        return self.post_all((taken_back, replace(draft, replaces=entry_id)), at=at, by=by)

    # -- pending ------------------------------------------------------------------------------------------------------

    def hold(self, draft: Draft, *, at: datetime, expires: datetime | None = None) -> Pending:
        """Hold an entry: it is checked and counts for the guards, but changes no balance.

        Raises ``LedgerError`` ``expires_in_the_past`` and as ``post`` does, ``FieldError`` where the draft has no id.
        """
        instant = self._instant(at)
        until = None if expires is None else parse_instant(expires, field="expires")
        if until is not None and until <= instant:
            raise LedgerError("expires_in_the_past", "it would have expired already", field="expires", value=until)
        self._check(draft)
        if not draft.id:
            raise FieldError("missing_field", "a pending entry has an id of its own", field="id")
        self._end_late(instant)
        self.guards.check(draft.lines, pending=True)
        pending = Pending(draft.id, draft, expires=until)
        self.guards.hold(draft.lines)
        self.pending[draft.id] = pending
        if until is not None:
            self._expiring[draft.id] = until
        return pending

    def post_pending(self, entry_id: str, *, at: datetime, by: str = "", amount: object = None) -> Entry:
        """Post a pending entry, or ``amount`` of it; the rest is released.

        Raises ``LedgerError`` ``unknown_pending``, ``pending_posted``, ``pending_voided``, ``pending_expired``,
        ``pending_not_divisible``, ``pending_exceeded``, ``pending_part_not_positive``, and what ``post`` raises.
        """
        instant = self._instant(at)
        pending = self._waiting(entry_id, instant)
        draft = pending.draft
        if amount is not None:
            draft = replace(draft, lines=partly(draft.lines, self.book.minor(amount)))
        self.guards.hold(pending.draft.lines, -1)
        del self.pending[entry_id]  # its id is free for the entry that it becomes
        try:
            entry = self._post(draft, instant, by)
        except BaseException:
            self.guards.hold(pending.draft.lines)
            self.pending[entry_id] = pending
            raise
        self.pending[entry_id] = replace(pending, state="posted", entry=entry.id)
        self._expiring.pop(entry_id, None)
        return entry

    def void(self, entry_id: str, *, at: datetime) -> Pending:
        """Give up a pending entry; raises as ``post_pending`` does for one that has ended."""
        return self._end(replace(self._waiting(entry_id, self._instant(at)), state="voided"))

    def expire(self, *, at: datetime) -> tuple[Pending, ...]:
        """End every pending entry whose time has passed; those that ended."""
        return self._end_late(self._instant(at))

    def pending_turnover(self, account: str) -> Turnover:
        """What is pending on an account, debit and credit."""
        waiting = (one.draft.lines for one in self.pending.values() if one.state == "pending")
        return Turnover.of(line for lines in waiting for line in lines if line.account == account)

    def _waiting(self, entry_id: str, now: datetime) -> Pending:
        pending = self.pending.get(entry_id)
        if pending is None:
            raise LedgerError("unknown_pending", "no such pending entry", field="id", value=entry_id)
        check_pending(pending, now)
        return pending

    def _end_late(self, now: datetime) -> tuple[Pending, ...]:
        late = [entry_id for entry_id, until in self._expiring.items() if until <= now]
        return tuple(self._end(replace(self.pending[entry_id], state="expired")) for entry_id in late)

    def _end(self, pending: Pending) -> Pending:
        self.guards.hold(pending.draft.lines, -1)
        self.pending[pending.id] = pending
        self._expiring.pop(pending.id, None)
        return pending

    # -- periods ------------------------------------------------------------------------------------------------------

    def close_period(self, period: str, *, at: datetime | None = None, by: str = "") -> None:
        """Close a period; ``LedgerError`` ``already_closed``, ``earlier_period_open``, ``pending_in_period``."""
        for one in self.pending.values():
            if one.state == "pending" and self._period(one.draft) == period:
                hint = "post it, void it, or let it expire"
                raise LedgerError("pending_in_period", "an entry is pending", field="period", value=one.id, hint=hint)
        self.periods.close(period, by=by, at=at, used=self.turnovers.periods)

    def reopen_period(self, period: str, *, reason: str, at: datetime | None = None, by: str = "") -> None:
        """Open a closed period again, the latest first, with a reason that is kept."""
        self.periods.reopen(period, reason=reason, by=by, at=at)

    # -- questions ----------------------------------------------------------------------------------------------------

    def entry(self, entry_id: str) -> Entry:
        """The entry of that id; ``LedgerError`` ``unknown_entry``."""
        found = self._by_id.get(entry_id)
        if found is None:
            raise LedgerError("unknown_entry", "no such entry in the ledger", field="entry", value=entry_id)
        return found

    def reversed_by(self, entry_id: str) -> str | None:
        """The id of the entry that took this one back, if one did."""
        return self._reversed.get(entry_id)

    def cells(
        self,
        first: date | None = None,
        last: date | None = None,
        *,
        known_at: datetime | None = None,
        closing: bool = True,
        opening: bool = True,
        adjustments: bool = True,
        where: Mapping[str, str] | None = None,
    ) -> Cells:
        """Turnover by account, currency and party between two dates, both included, in minor units.

        ``known_at``: only what was recorded by then; ``closing`` and ``opening``: entries of that kind too;
        ``adjustments``: the adjustment periods too; ``where``: only lines with these dimensions (``party`` is one).
        Raises ``LedgerError`` ``unknown_dimension`` for one that neither the chart nor any entry knows.
        """
        wanted = self._chooser(where)
        if known_at is not None or wanted is not None:
            known = self.known(known_at)
            found = (entry for entry in known if _between(entry.date, first, last))
            if not adjustments:
                found = (entry for entry in found if not entry.draft.adjustment)
            return scan(found, wanted, closing=closing, opening=opening)
        whole, cut = self._split(first, last, adjustments)
        cells = self.turnovers.whole(whole, closing=closing, opening=opening)
        inside = (entry for entry in self.turnovers.entries(cut) if _between(entry.date, first, last))
        merge(cells, scan(inside, None, closing=closing, opening=opening))
        return cells

    def check_where(self, where: Mapping[str, str] | None) -> None:
        """``LedgerError`` ``unknown_dimension`` where a name is none that the chart or an entry has."""
        strange = set(where or ()) - {"party"}
        strange -= {name for account in self.book.chart for name in account.dimensions}
        if strange:
            strange -= {name for entry in self.entries for line in entry.lines for name in line.dimensions}
        if strange:
            message = "neither the chart nor any entry has this dimension"
            raise LedgerError("unknown_dimension", message, field="where", value=min(strange))

    def _chooser(self, where: Mapping[str, str] | None) -> Callable[[Line], bool] | None:
        if not where:
            return None
        self.check_where(where)
        asked = tuple(where.items())
        return lambda line: all(line.dimension(name) == value for name, value in asked)

    def known(self, known_at: datetime | None) -> Sequence[Entry]:
        """The entries that were recorded by that time; all without one."""
        if known_at is None:
            return self.entries
        moment = parse_instant(known_at, field="known_at")
        return self.entries[: bisect_right(self.entries, moment, key=attrgetter("recorded_at"))]

    def balance(
        self,
        account: str,
        *,
        on: date | str | None = None,
        known_at: datetime | None = None,
        currency: str | None = None,
        where: Mapping[str, str] | None = None,
    ) -> Decimal:
        """The balance of an account and all under it, debit above zero, in the book's currency or in another.

        At the end of the day ``on``; as it was known at ``known_at``; of the lines with these dimensions.
        """
        day = None if on is None else parse_date(on, field="on")
        codes = {found.code for found in self.book.chart.under(account)}
        cells = self.cells(None, day, known_at=known_at, where=where)
        ours = [(key, cell) for key, cell in cells.items() if key[0] in codes]
        if currency is None:
            return self.book.amount(sum(cell[2] - cell[3] for _, cell in ours))
        return self.book.amount(sum(cell[0] - cell[1] for key, cell in ours if key[1] == currency), currency)

    def verify(self, seals: Iterable[Seal] = ()) -> Verification:
        """Whether every entry is what was posted: the first that is not, and why."""
        return verify(self.entries, seals)

    def seal(self) -> Seal:
        """A seal over all entries so far, to be kept elsewhere."""
        return seal(self.entries)

    def use_chart(self, chart: Chart) -> None:
        """Go on with a changed chart.

        Raises ``LedgerError`` ``account_in_use`` where a used account left it, changed its type, or got accounts under
        it while a balance stands on it and entries go to leaves only.
        """
        held = [one.draft.lines for one in self.pending.values() if one.state == "pending"]
        used = {line.account for lines in (*(entry.lines for entry in self.entries), *held) for line in lines}
        for code in sorted(used | self.guards.accounts):
            if code not in chart or chart.get(code).type != self.book.chart.get(code).type:
                raise LedgerError("account_in_use", "the account is used as it was", field="account", value=code)
            if code in used and self.book.chart.is_leaf(code) and not chart.is_leaf(code):
                self._check_children(code)
        self.book = replace(self.book, chart=chart)
        self._plain = _plain(self.book)
        self.guards = self.guards.again(self.book)
        for entry in self.entries:
            self.guards.post(entry.lines)
        for lines in held:
            self.guards.hold(lines)

    def _check_children(self, code: str) -> None:
        stands = any(cell[0] != cell[1] or cell[2] != cell[3] for key, cell in self.cells().items() if key[0] == code)
        waits = self.pending_turnover(code) != Turnover()
        if self.book.policy.post_to == "leaves" and (stands or waits):
            message, hint = "a balance stands on the account itself", "move it to another account first"
            raise LedgerError("account_in_use", message, field="account", value=code, hint=hint)

    # -- the way in ---------------------------------------------------------------------------------------------------

    def _instant(self, at: datetime) -> datetime:
        moment = parse_instant(at, field="at")
        if self.entries and moment < self.entries[-1].recorded_at:
            raise LedgerError(
                "recorded_before_last",
                "entries are recorded in the order of time",
                field="at",
                value=moment.isoformat(),
                hint=f"the last one was recorded at {self.entries[-1].recorded_at.isoformat()}",
            )
        return moment

    def _period(self, draft: Draft) -> str:
        return self.periods.key_of(draft.date, adjustment=draft.adjustment)

    def _check(self, draft: Draft) -> str:
        """Checks 1 to 7; the period."""
        if type(draft) is not Draft:
            raise FieldError("not_a_draft", "Book.entry makes drafts", field="draft", value=type(draft).__name__)
        if not self._is_easy(draft):
            check_draft(self.book, draft)
        period = self._period(draft)
        self.periods.check(period, draft.module)
        if draft.id and (draft.id in self._by_id or draft.id in self.pending):
            _refuse_duplicate(draft.id)
        if draft.number is not None:
            self._check_number(draft, period)
        if draft.reverses is not None or draft.replaces is not None:
            self._check_references(draft)
        return period

    def _is_easy(self, draft: Draft) -> bool:
        """Whether checks 1 to 4 pass at a glance: plain accounts, one currency, sums to zero, nobody to compare."""
        plain, code, total = self._plain, self.book.code, 0
        for line in draft.lines:
            base = line.base
            if line.account not in plain or line.currency != code or line.amount != base or not base:
                return False
            total += base
        return not total and not draft.reviewed_by and bool(draft.lines) and self.book.policy.reviewer != "required"

    def _check_number(self, draft: Draft, period: str) -> None:
        series = draft.series or self.book.policy.series
        following = self._numbers.get((period, series), 0) + 1
        number = draft.number or 0
        if number < following:
            raise LedgerError("duplicate_number", "the number is taken", field="number", value=f"{series}-{number}")
        if number > following:
            raise LedgerError("number_gap", f"the next is {following}", field="number", value=f"{series}-{number}")

    def _check_references(self, draft: Draft) -> None:
        if draft.reverses is not None:
            original = self.entry(draft.reverses)
            if original.draft.reverses is not None:
                message, hint = "a reversal is not reversed", "post the original anew"
                raise LedgerError("reversal_of_a_reversal", message, field="reverses", value=original.id, hint=hint)
            if original.id in self._reversed:
                message, hint = "the entry is reversed already", f"by {self._reversed[original.id]}"
                raise LedgerError("entry_reversed_twice", message, field="reverses", value=original.id, hint=hint)
            if draft.date < original.date:
                message, hint = "a reversal is not before its entry", f"date it {original.date} or later"
                raise LedgerError("reversal_before_entry", message, field="date", value=draft.date, hint=hint)
            _check_mirror(original.draft, draft)
        if draft.replaces is not None and self.entry(draft.replaces).id in self._replaced:
            message, hint = "the entry is replaced already", f"by {self._replaced[draft.replaces]}"
            raise LedgerError("entry_replaced_twice", message, field="replaces", value=draft.replaces, hint=hint)

    def _post(self, draft: Draft, at: datetime, by: str) -> Entry:
        period = self._check(draft)
        lines = draft.lines
        guarded = bool(self.guards.watched(lines))
        if guarded:
            self._end_late(at)
            self.guards.check(lines)
        series = draft.series or self.book.policy.series
        number = self._numbers.get((period, series), 0) + 1
        entry_id = draft.id or f"{period} {series}-{number}"
        if entry_id in self._by_id or entry_id in self.pending:
            _refuse_duplicate(entry_id)
        digest = digest_of(entry_id, period, series, number, at, by, draft)
        entry = Entry(entry_id, period, series, number, at, by, draft, digest)
        if guarded:
            self.guards.post(lines)
        self._take_in(entry)
        return entry

    def _take_in(self, entry: Entry) -> None:
        """Keep an entry that is checked."""
        draft, entry_id = entry.draft, entry.id
        self._numbers[entry.period, entry.series] = entry.number
        self.turnovers.add(entry)
        self.entries.append(entry)
        self._by_id[entry_id] = entry
        if draft.reverses is not None:
            self._reversed[draft.reverses] = entry_id
        if draft.replaces is not None:
            self._replaced[draft.replaces] = entry_id

    def roll_back(self, start: int) -> None:
        """Take out what a refused batch had put in, from that position on: its entries were never posted.

        For commands that post several entries or none; an entry that was handed out is never taken out.
        """
        while len(self.entries) > start:
            entry = self.entries.pop()
            self.turnovers.remove_last(entry)
            self.guards.post(entry.lines, -1)
            del self._by_id[entry.id]
            self._numbers[entry.period, entry.series] -= 1
            self._reversed.pop(entry.draft.reverses or "", None)
            self._replaced.pop(entry.draft.replaces or "", None)

    def _split(self, first: date | None, last: date | None, adjustments: bool) -> tuple[list[str], list[str]]:
        """The periods that lie between two dates as a whole, and those that are cut."""
        whole, cut = list[str](), list[str]()
        for period in self.turnovers.periods:
            if period.endswith(ADJUSTMENT) and not adjustments:
                continue
            begin, end = self.periods.bounds(period)
            if (last is not None and begin > last) or (first is not None and end < first):
                continue
            (whole if _between(begin, first, last) and _between(end, first, last) else cut).append(period)
        return whole, cut


_MIRRORED = attrgetter("account", "amount", "base", "currency", "party", "dimensions")


def _plain(book: Book) -> frozenset[str]:
    """The accounts that any general entry may post to."""
    any_level = book.policy.post_to == "any"
    return frozenset(one.code for one in book.chart if one.is_plain and (any_level or book.chart.is_leaf(one.code)))


def _refuse_duplicate(entry_id: str) -> NoReturn:
    hint = "an entry without an id of its own has its number for one"
    raise LedgerError(
        "duplicate_entry", "an entry of this id is posted or pending", field="id", value=entry_id, hint=hint
    )


def _between(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


def _check_mirror(original: Draft, draft: Draft) -> None:
    """A reversal has the lines of what it takes back, negated: then every balance is what it was."""
    wanted = Counter(_MIRRORED(line.negated(red=False)) for line in original.lines)
    given = Counter(_MIRRORED(line) for line in draft.lines)
    if given != wanted:
        message = "a reversal has the lines of its entry, negated"
        raise LedgerError("reversal_not_a_mirror", message, field="reverses", value=draft.reverses)
