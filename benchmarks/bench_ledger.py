"""The ledger in memory: posting two-line entries with validation, guards, digests and balances; the trial balance.

Entries fall on the days of one year and two hundred accounts, two of them guarded; drafts are made before the clock
starts, as a caller has them.  The trial balance is taken once by reading every line and once from the sums kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from benchmarks.harness import Line, measure, note
from jxc.ledger import Account, Book, Chart, Draft, Guard, Ledger
from jxc.ledger import Line as EntryLine
from jxc.reports import trial_balance

__all__ = ["run"]

ACCOUNTS = 200
POSTING_BAR = 50_000
SCRATCH_BAR = 5.0
KEPT_BAR = 0.05
NOW = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
FIRST = dt.date(2026, 1, 1)


def run(rows: int = 1_000_000, rounds: int = 5) -> Iterator[Line]:
    """``rows`` lines for the trial balance; a tenth as many entries for posting, in two-line entries."""
    entries = rows // 10
    drafts = [_draft(place) for place in range(entries)]
    posting = measure({"post": partial(_post, drafts)}, rounds)["post"]
    speed = entries / posting.best
    posted = f"ledger: {entries:,} two-line entries posted"
    yield Line(posted, f"{speed:,.0f}/s", f">= {POSTING_BAR:,}", speed >= POSTING_BAR)
    del drafts
    ledger = _post([_draft(place) for place in range(rows // 2)])
    later = NOW + dt.timedelta(1)
    asked = {"scratch": partial(trial_balance, ledger, known_at=later), "kept": partial(trial_balance, ledger)}
    timings = measure(asked, rounds)
    scratch, kept = timings["scratch"].best, timings["kept"].best
    read = f"trial balance of {rows:,} lines, all read"
    yield Line(read, f"{scratch:.2f} s", f"<= {SCRATCH_BAR:g} s", scratch <= SCRATCH_BAR)
    yield Line("the same, from the sums kept", f"{kept * 1000:.1f} ms", f"<= {KEPT_BAR * 1000:g} ms", kept <= KEPT_BAR)
    half = partial(trial_balance, ledger, FIRST, dt.date(2026, 6, 15))
    yield note("the same, up to the middle of a month", f"{measure({'half': half}, rounds)['half'].best * 1000:.0f} ms")


def _draft(place: int) -> Draft:
    day = FIRST + dt.timedelta(place % 365)
    one, other, size = str(1000 + place % ACCOUNTS), str(1000 + place * 7 % ACCOUNTS), 100 + place
    return Draft(day, (EntryLine(one, size, size, "CNY"), EntryLine(other, -size, -size, "CNY")), "sale")


def _post(drafts: list[Draft]) -> Ledger:
    chart = Chart("bench", tuple(Account(str(1000 + at), f"account {at}", "asset") for at in range(ACCOUNTS)))
    guards = [Guard("1000", "credit", Decimal(10**12)), Guard("1001", "debit", Decimal(10**12))]
    ledger = Ledger(Book(chart, "CNY"), guards=guards)
    result = ledger.post_many(drafts, at=NOW)
    assert not result.problems
    return ledger
