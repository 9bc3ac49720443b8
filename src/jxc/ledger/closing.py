"""Closing a month and a year in the order of practice, and undoing it.

    entries of a posting table, cost of sales -> write-down -> revaluation -> VAT -> income tax -> result to 本年利润
    -> the period is closed
    at year end:  本年利润 -> 未分配利润 -> reserves

Every step is an entry, or nothing where nothing is missing; all of them are posted or none.  Undoing (反结账) reopens
the period with a reason and takes the entries of its closing back in red, the last first; nothing is deleted.

Invariant: closing an already closed month again changes nothing; undoing restores every balance; closing after undoing
gives the same figures.

>>> MonthEnd(costs={("cost_of_sales", "inventory"): "70.00"}).tax is None
True
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from jxc.errors import LedgerError
from jxc.kernel.dates import parse_date
from jxc.kernel.periods import Period
from jxc.kernel.rate import RateTable
from jxc.ledger.entries import CLOSING, Draft, Entry, Line
from jxc.ledger.exchange import revalue
from jxc.ledger.ledger import Ledger
from jxc.ledger.missing import missing_entries
from jxc.ledger.periods import ADJUSTMENT
from jxc.ledger.steps import carry_over_cost, close_accounts, close_vat, income_tax, write_down

__all__ = ["MonthEnd", "close_month", "close_result", "close_year", "month_end_steps", "opening_entry", "undo_close"]

_STEPS = frozenset(
    ("cost", "write_down", "revaluation", "vat", "vat_relief", "income_tax", "result", "year", "appropriation")
)
"""What the closing of a period posts, and undoing it takes back."""


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """What the caller states for the close of a month; what is left out is a step left out.

    ``entries``: what a posting table made of the month (``journal.drafts``): what does not stand yet is posted, such as
    its estimates and the cost that waited for the close (结转成本); of the day after the month too, on which estimates
    are taken back.  ``costs``: where no table did it, (cost account or role, stock account or role) -> cost of sales
    of the month.  ``allowance``: what the allowance for stock has to be.  ``rates``: at the end of the month.  ``tax``:
    income tax of the month.  ``vat``: whether VAT is moved to 未交增值税, for a chart that has its roles.
    ``year_end``: in the last month of the fiscal year, whether the profit goes on to retained earnings, and from there
    to the accounts of ``appropriations``.
    """

    costs: Mapping[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])
    allowance: Decimal | str | None = None
    rates: RateTable | None = None
    tax: Decimal | str | None = None
    vat: bool = True
    year_end: bool = False
    appropriations: Mapping[str, Any] = field(default_factory=dict[str, Any])
    entries: Sequence[Draft] = ()


def month_end_steps(ledger: Ledger, period: str, end: MonthEnd) -> Iterator[Draft]:
    """The entries that are missing for the close, in their order; each sees those before it once they are posted."""
    first, last = ledger.periods.bounds(period)
    yield from missing_entries(ledger, [one for one in end.entries if first <= one.date <= last + timedelta(1)])
    if end.costs:
        yield from _some(carry_over_cost(ledger, period, end.costs))
    if end.allowance is not None:
        yield from _some(write_down(ledger, period, end.allowance))
    if end.rates is not None:
        yield from _some(revalue(ledger, end.rates, last, adjustment=period.endswith(ADJUSTMENT)))
    if end.vat and "vat_working" in ledger.book.chart.roles:
        yield from _some(close_vat(ledger, period))
    if end.tax is not None:
        yield from _some(income_tax(ledger, period, end.tax))
    if ledger.book.policy.profit_close == "monthly" or _ends_year(ledger, last):
        yield from _some(close_result(ledger, period))
    if end.year_end and _ends_year(ledger, last):
        yield from _year_steps(ledger, period, end.appropriations)


def close_result(ledger: Ledger, period: str) -> Draft | None:
    """Close income and expense to the role ``profit_for_year`` at the end of a period (结转损益)."""
    chart, last = ledger.book.chart, ledger.periods.bounds(period)[1]
    accounts = [account.code for account in chart if account.in_income_statement]
    to = chart.role("profit_for_year").code
    return close_accounts(ledger, last, accounts, to, adjustment=period.endswith(ADJUSTMENT))


def close_month(
    ledger: Ledger,
    period: str,
    end: MonthEnd | None = None,
    *,
    at: datetime,
    by: str = "",
    prepared_by: str = "",
    reviewed_by: str = "",
) -> tuple[Entry, ...]:
    """Post what is missing and close the period, all of it or nothing; the entries that were posted.

    A period that is closed already is left as it is.  Raises what the steps, posting and ``close_period`` raise.
    """
    ledger.periods.bounds(period)
    if ledger.periods.is_closed(period):
        return ()
    steps = _signed(month_end_steps(ledger, period, MonthEnd() if end is None else end), prepared_by, reviewed_by)
    start = len(ledger.entries)
    ledger.post_all(steps, at=at, by=by)  # lazily: each step is made when those before it stand
    posted = tuple(ledger.entries[start:])
    try:
        ledger.close_period(period, at=at, by=by)
    except BaseException:
        ledger.roll_back(start)
        raise
    return posted


def _signed(drafts: Iterable[Draft], prepared_by: str, reviewed_by: str) -> Iterator[Draft]:
    for draft in drafts:
        yield replace(draft, prepared_by=prepared_by, reviewed_by=reviewed_by)


def close_year(
    ledger: Ledger,
    year: str | date,
    appropriations: Mapping[str, Any] | None = None,
    *,
    at: datetime,
    by: str = "",
    prepared_by: str = "",
    reviewed_by: str = "",
) -> tuple[Entry, ...]:
    """Move the profit of the fiscal year to retained earnings, and from there to reserves or dividends payable.

    Roles ``profit_for_year`` and ``retained_earnings``; ``appropriations`` are accounts and amounts.  To be called
    before the last period of the year is closed; what was moved before is not moved again.  ``year`` is its name
    (2026, FY2026) or a day of it; ``LedgerError`` ``unknown_period`` for another period.
    """
    given = Period.parse(year, ledger.book.calendar) if isinstance(year, str) else None
    if given is not None and given.kind != "year":
        raise LedgerError(
            "unknown_period", "not a fiscal year", field="year", value=year, hint=_year_of(ledger, given.first).name
        )
    day = parse_date(year, field="year") if given is None else given.first
    last = _year_of(ledger, day).last
    period = ledger.periods.key_of(last, adjustment=_is_adjusted(ledger, last))
    steps = _signed(_year_steps(ledger, period, appropriations), prepared_by, reviewed_by)
    return ledger.post_all(steps, at=at, by=by)


def _year_steps(ledger: Ledger, period: str, appropriations: Mapping[str, Any] | None) -> Iterator[Draft]:
    """The end of the year in its last period: the month, or the adjustment period after it."""
    chart, book, last = ledger.book.chart, ledger.book, ledger.periods.bounds(period)[1]
    month, adjustment = ledger.periods.key_of(last, adjustment=False), period.endswith(ADJUSTMENT)
    yield from _some(close_result(ledger, period))
    profit, kept = chart.role("profit_for_year").code, chart.role("retained_earnings").code
    memo = "profit of the year to retained earnings"
    if profit != kept:
        yield from _some(close_accounts(ledger, last, (profit,), kept, step="year", memo=memo, adjustment=adjustment))
    posted = _appropriated(ledger, [one for one in {month: 0, period: 0} if one in ledger.turnovers.periods])
    for code, amount in (appropriations or {}).items():
        missing = book.minor(amount, field="appropriations") + posted.get(code, 0)
        if missing:
            lines = (Line(kept, missing, missing, book.code), Line(code, -missing, -missing, book.code))
            draft = Draft(last, lines, "appropriation", kind="closing", module=CLOSING, step="appropriation")
            yield replace(draft, adjustment=adjustment)


def _appropriated(ledger: Ledger, periods: Iterable[str]) -> dict[str, int]:
    """What was moved to each account in the last periods of a year, debit above zero."""
    posted: dict[str, int] = {}
    for entry in ledger.turnovers.entries(periods):
        for line in entry.lines if entry.draft.step == "appropriation" else ():
            posted[line.account] = posted.get(line.account, 0) + line.base
    return posted


def undo_close(
    ledger: Ledger,
    period: str,
    *,
    reason: str,
    at: datetime,
    by: str = "",
    prepared_by: str = "",
    reviewed_by: str = "",
) -> tuple[Entry, ...]:
    """Reopen a period (反结账) and take back in red the entries that its closing made, the last first; or neither."""
    before = ledger.periods.state()
    persons = {"prepared_by": prepared_by, "reviewed_by": reviewed_by}
    try:
        ledger.reopen_period(period, reason=reason, at=at, by=by)
        used = [period] if period in ledger.turnovers.periods else []
        made = [entry for entry in ledger.turnovers.entries(used) if _stands(ledger, entry)]
        memo = f"reopened: {reason}"
        drafts = [ledger.reversal(entry.id, red=True, memo=memo, **persons) for entry in reversed(made)]
        return ledger.post_all(drafts, at=at, by=by)
    except BaseException:
        ledger.periods.restore(before)
        raise


def opening_entry(ledger: Ledger, on: date | str, against: str, *, closing: bool = False) -> Draft | None:
    """The entry that opens new books with the balances of assets, debts and equity at the end of the day before ``on``.

    The other side stands on ``against``; with ``closing`` it is the opposite entry, which empties the old books.
    Income and expense are closed before, or their sum stands on ``against`` too.
    """
    day = parse_date(on, field="on")
    before = date.fromordinal(day.toordinal() - 1)
    chart = ledger.book.chart
    kept = [one.code for one in chart if one.type in ("asset", "liability", "equity") and one.code != against]
    memo, adjusted = "balances carried out", _is_adjusted(ledger, before)
    draft = close_accounts(
        ledger, before, kept, against, kind="normal", step="carry_forward", memo=memo, adjustment=adjusted
    )
    if draft is None or closing:
        return draft
    lines = tuple(line.negated(red=False) for line in draft.lines)
    return Draft(day, lines, "balances brought forward", kind="opening", module=CLOSING, step="carry_forward")


def _stands(ledger: Ledger, entry: Entry) -> bool:
    draft = entry.draft
    return draft.step in _STEPS and draft.reverses is None and ledger.reversed_by(entry.id) is None


def _year_of(ledger: Ledger, day: date) -> Period:
    return Period.of(day, "year", ledger.book.calendar)


def _ends_year(ledger: Ledger, last: date) -> bool:
    return _year_of(ledger, last).last == last


def _is_adjusted(ledger: Ledger, last: date) -> bool:
    """Whether something stands in the adjustment period that a day ends."""
    return _ends_year(ledger, last) and ledger.periods.key_of(last, adjustment=True) in ledger.turnovers.periods


def _some(draft: Draft | None) -> tuple[Draft, ...]:
    return () if draft is None else (draft,)
