"""What a golden case of kind ledger expects, word by word, against the ledger it made.

Balances are ``account`` or ``account@CUR`` where a case has more than one currency; where a case lists balances, an
account that is not listed has none.

Invariant: a word that no check knows fails its case; an expectation is never left out unseen.

>>> from jxc.golden.ledger_case import LedgerCase
>>> case = LedgerCase.read({"id": "x", "expect": {"nett": "1"}})
>>> [str(failure) for failure in check_ledger(case)]
['x case nett: expected 1, got no check knows this word']
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from jxc.golden.case import Json, rows, table
from jxc.golden.checks import Failure
from jxc.golden.ledger_case import LedgerCase, currency_of, moment
from jxc.golden.ledger_figures import balance_sheet, cash_flow, income_statement
from jxc.kernel.exact import decimal_text
from jxc.ledger.closing import opening_entry
from jxc.ledger.entries import Draft, Line
from jxc.ledger.ledger import Ledger
from jxc.ledger.steps import close_accounts
from jxc.ledger.targets import BalanceClaim, reach
from jxc.ledger.turnovers import Cells
from jxc.reports.account_ledger import account_ledger
from jxc.reports.market import market_values

__all__ = ["check_ledger"]

_SILENT = ("closing", "period", "assertion_time", "subtree_separator", "classify")
"""Words that other checks read."""


def check_ledger(case: LedgerCase) -> Iterator[Failure]:
    """Every figure that is expected of the case as a whole."""
    for name, wanted in case.expected.items():
        if wanted is None or name in _SILENT:
            continue
        check = _CHECKS.get(name)
        if check is None:
            yield Failure(case.id, "case", name, str(wanted), "no check knows this word")
        else:
            yield from check(case, name, wanted)
    target = table(table(case.raw, "ext"), "target_balance")
    if target:
        yield from _check_target(case, target)


# -- balances ---------------------------------------------------------------------------------------------------------


def signed(case: LedgerCase, cells: Cells) -> dict[str, Decimal]:
    """The balances that are not zero, debit above zero, under the names that cases use."""
    codes = {line.get("currency") for entry in case.entries for line in rows(entry, "lines")} - {None}
    found: dict[str, Decimal] = {}
    for (account, code, _), cell in cells.items():
        name = f"{account}@{code}" if len(codes) > 1 else account
        found[name] = found.get(name, Decimal(0)) + case.ledger.book.amount(cell[0] - cell[1], code)
    return {name: balance for name, balance in found.items() if balance}


def _compare(case: LedgerCase, step: str, wanted: Mapping[str, Any], got: Mapping[str, Decimal]) -> Iterator[Failure]:
    """Every balance is the one listed; those that are not listed are zero."""
    for name in sorted({*wanted, *got}):
        asked = _signed_of(wanted.get(name, "0"))
        if asked != got.get(name, Decimal(0)):
            yield Failure(case.id, step, name, str(asked), decimal_text(got.get(name, Decimal(0))))


def _signed_of(given: Any) -> Decimal:
    if not isinstance(given, dict):
        return Decimal(str(given))
    sides = cast("dict[str, str]", given)
    return Decimal(sides["debit"]) - Decimal(sides["credit"])


def _one(case: LedgerCase, name: str, wanted: Any, got: Decimal | None) -> Iterator[Failure]:
    if got is None or Decimal(str(wanted)) != got:
        yield Failure(case.id, "case", name, str(wanted), "nothing" if got is None else decimal_text(got))


def _trial_balance(case: LedgerCase, name: str, wanted: Json) -> Iterator[Failure]:
    yield from _compare(case, name, wanted, signed(case, case.ledger.cells(closing=False)))


def _debits(case: LedgerCase, cells: Cells) -> Decimal:
    return sum((size for size in signed(case, cells).values() if size > 0), Decimal(0))


def _totals(case: LedgerCase, name: str, wanted: Json) -> Iterator[Failure]:
    balances = signed(case, case.ledger.cells(closing=False)).values()
    for side, sign in (("debit", 1), ("credit", -1)):
        total = sum((sign * size for size in balances if sign * size > 0), Decimal(0))
        yield from _one(case, f"{name}.{side}", wanted[side], total)


def _trial_total(case: LedgerCase, name: str, wanted: Any) -> Iterator[Failure]:
    yield from _one(case, name, wanted, _debits(case, case.ledger.cells(closing=False)))


def _unadjusted_total(case: LedgerCase, name: str, wanted: Any) -> Iterator[Failure]:
    """Before the entries of the last day, on which a case adjusts and closes."""
    before = max((entry.date for entry in case.ledger.entries), default=date(2000, 1, 1)) - timedelta(1)
    yield from _one(case, name, wanted, _debits(case, case.ledger.cells(None, before)))


def _after(case: LedgerCase) -> Cells:
    """The balances once the case is closed, by its own entries or as ``closing`` says."""
    closing = table(case.expected, "closing")
    if not closing:
        return case.ledger.cells()
    other = case.again(())
    income = [account.code for account in other.ledger.book.chart if account.in_income_statement]
    last = max((entry.date for entry in other.ledger.entries), default=date(2000, 1, 1))
    draft = close_accounts(other.ledger, last, [*income, *closing.get("also", ())], closing["to"])
    if draft is not None:
        other.ledger.post(draft, at=moment(len(case.entries)))
    return other.ledger.cells()


def _after_closing(case: LedgerCase, name: str, wanted: Json) -> Iterator[Failure]:
    yield from _compare(case, name, wanted, signed(case, _after(case)))


def _post_closing_total(case: LedgerCase, name: str, wanted: Any) -> Iterator[Failure]:
    yield from _one(case, name, wanted, _debits(case, _after(case)))


def _balances_at(case: LedgerCase, name: str, wanted: Json) -> Iterator[Failure]:
    for day, balances in wanted.items():
        yield from _compare(case, day, balances, signed(case, case.ledger.cells(None, date.fromisoformat(day))))


def _as_of(case: LedgerCase, name: str, wanted: Json) -> Iterator[Failure]:
    before = wanted.get("before")
    last = None if before is None else date.fromisoformat(before) - timedelta(1)
    yield from _compare(case, name, wanted["balances"], signed(case, case.ledger.cells(None, last)))


def _turnover(case: LedgerCase, name: str, wanted: Json) -> Iterator[Failure]:
    for account, sides in wanted.items():
        cells = [cell for (code, _, _), cell in case.ledger.cells(closing=False).items() if code == account]
        for place, side in enumerate(("debit", "credit")):
            got = case.ledger.book.amount(sum(cell[place] for cell in cells))
            yield from _one(case, f"{account}.{side}", sides[side], got)


def _running(case: LedgerCase, name: str, wanted: Any) -> Iterator[Failure]:
    """The balance after each line: {account: [balances]}, {account, balances}, or a list of the latter."""
    if isinstance(wanted, dict) and "balances" in wanted:
        wanted = [wanted]
    several = cast("list[Json]", wanted) if isinstance(wanted, list) else []
    lists = {one["account"]: one["balances"] for one in several} or cast("dict[str, Any]", wanted)
    for account, balances in lists.items():
        code, _, currency = account.partition("@")
        got = [row.balance for row in account_ledger(case.ledger, code, currency=currency or None).rows]
        if [Decimal(str(balance)) for balance in balances] != got:
            yield Failure(case.id, name, account, str(balances), str([decimal_text(one) for one in got]))


def _party_balance(case: LedgerCase, name: str, wanted: Json) -> Iterator[Failure]:
    where = {"party": str(wanted["party"])}
    for word, known in (("before_void", moment(len(case.entries) - 2)), ("after_void", None)):
        got = case.ledger.balance(wanted["account"], known_at=known, where=where)
        yield from _one(case, f"{name}.{word}", wanted[word], got)


def _assertions(case: LedgerCase, name: str, wanted: list[Json]) -> Iterator[Failure]:
    start = case.expected.get("assertion_time") == "start_of_day"
    for claim in wanted:
        stated = BalanceClaim(
            str(claim["account"]),
            Decimal(claim["amount"]),
            date.fromisoformat(claim["date"]),
            currency_of(case.ledger.book, claim.get("currency")),
            Decimal(claim.get("tolerance") or 0),
            "start" if start else "end",
        )
        after = claim.get("after_entry")
        got = stated.holds(case.ledger, None if after is None else moment(int(after)))
        if got != (str(claim["ok"]).lower() == "true"):
            yield Failure(case.id, name, stated.account, str(claim), str(stated.difference(case.ledger)))


# -- entries that the engine makes ------------------------------------------------------------------------------------


def _lines_of(case: LedgerCase, lines: tuple[Line, ...]) -> dict[str, Decimal]:
    ledger = Ledger(case.ledger.book)
    ledger.post(Draft(date(2100, 1, 1), lines), at=moment(0))
    return signed(case, ledger.cells())


def _carried(*, closing: bool) -> Callable[[LedgerCase, str, Json], Iterator[Failure]]:
    def check(case: LedgerCase, name: str, wanted: Json) -> Iterator[Failure]:
        types = {account.code: account.type for account in case.ledger.book.chart}
        named = (line.partition("@")[0] for line in wanted["lines"])
        against = next(code for code in named if types[code] == "equity")
        on = date.fromisoformat(wanted["date"]) + timedelta(1)  # the balances of the day itself
        draft = opening_entry(case.ledger, on, against, closing=closing)
        yield from _compare(case, name, wanted["lines"], {} if draft is None else _lines_of(case, draft.lines))

    return check


def _period_close(case: LedgerCase, name: str, wanted: Json) -> Iterator[Failure]:
    """Income and expense of a period, closed into the account that the case names."""
    codes = {account.code: account for account in case.ledger.book.chart}
    named = [line.partition("@")[0] for line in wanted["lines"]]
    to = wanted["to"] if wanted.get("to") in codes else next(one for one in named if codes[one].type == "equity")
    day = wanted.get("date") or next(wanted[word] for word in ("to", "end", "last") if wanted.get(word) not in codes)
    income = [code for code, account in codes.items() if account.in_income_statement]
    draft = close_accounts(_since(case, wanted.get("from")), day, income, to)
    yield from _compare(case, name, wanted["lines"], {} if draft is None else _lines_of(case, draft.lines))


def _since(case: LedgerCase, first: str | None) -> Ledger:
    """The ledger of the case, without what is before a day where one is given."""
    before = [at for at, entry in enumerate(case.entries) if first is not None and str(entry["date"]) < first]
    return case.again(before).ledger if before else case.ledger


def _sums(cells: Cells, *, sign: int, account: str) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for (_, code, _), cell in cells.items():
        found[account, code] = found.get((account, code), 0) + sign * (cell[0] - cell[1])
    return found


def _conversion_entry(case: LedgerCase, name: str, wanted: Json) -> Iterator[Failure]:
    """What brings every currency to nil, on the account that the case names."""
    account = next(iter(wanted["lines"])).partition("@")[0]
    sums = _sums(case.ledger.cells(None, date.fromisoformat(wanted["date"])), sign=-1, account=account)
    got = {f"{one}@{code}": case.ledger.book.amount(size, code) for (one, code), size in sums.items() if size}
    yield from _compare(case, name, wanted["lines"], got)


def _opening_at(case: LedgerCase, name: str, wanted: Json) -> Iterator[Failure]:
    """Balances before a day, with income and expense so far on one account and what currencies lack on another."""
    ledger, book = case.ledger, case.ledger.book
    cells = ledger.cells(None, date.fromisoformat(wanted["date"]) - timedelta(1))
    named = [account.code for account in book.chart if account.type == "equity" and account.code.endswith("prev")]
    earned = next(code for code in named if "earn" in code)
    converted = next(code for code in named if "conv" in code)
    kept = {key: cell for key, cell in cells.items() if not book.chart.get(key[0]).in_income_statement}
    result = {key: cell for key, cell in cells.items() if book.chart.get(key[0]).in_income_statement}
    got = signed(case, kept)
    extra = {**_sums(result, sign=1, account=earned), **_sums(cells, sign=-1, account=converted)}
    got |= {f"{account}@{code}": book.amount(size, code) for (account, code), size in extra.items() if size}
    yield from _compare(case, name, wanted["balances"], got)


def _check_target(case: LedgerCase, target: Json) -> Iterator[Failure]:
    """The entry of that date on these accounts is the one that reaches the target, and is the last to do so."""
    accounts = {target["account"], target["from"]}
    at = max(
        place
        for place, entry in enumerate(case.entries)
        if entry["date"] == target["date"] and accounts == {line["account"] for line in entry["lines"]}
    )
    before = case.again(range(at, len(case.entries)))
    draft = reach(before.ledger, target["account"], target["target"], target["from"], on=target["date"])
    got = case.ledger.book.amount(draft.lines[0].amount if draft is not None else 0)
    yield from _one(case, "target_balance", target["difference"], got)
    lines = tuple(line.amount for line in case.draft(at).lines)
    if draft is None or sorted(lines) != sorted(line.amount for line in draft.lines):
        yield Failure(case.id, "target_balance", "lines", str(lines), str(draft))


# -- statements -------------------------------------------------------------------------------------------------------


def _period(case: LedgerCase) -> tuple[date | None, date | None]:
    period = table(case.expected, "period")
    first, last = (date.fromisoformat(period[word]) if period.get(word) else None for word in ("from", "to"))
    return first, last


def _net_income(case: LedgerCase, name: str, wanted: Any) -> Iterator[Failure]:
    yield from _one(case, name, wanted, income_statement(case.ledger, "net_income"))


def _figures(of: Callable[..., Decimal | None]) -> Callable[[LedgerCase, str, Json], Iterator[Failure]]:
    def check(case: LedgerCase, name: str, wanted: Json) -> Iterator[Failure]:
        first, last = _period(case)
        for word, figure in wanted.items():
            yield from _one(case, f"{name}.{word}", figure, of(case.ledger, word, first, last))

    return check


def _cash_change(case: LedgerCase, name: str, wanted: Json) -> Iterator[Failure]:
    first, last = _period(case)
    moved = signed(case, case.ledger.cells(first, last))
    for account, figure in wanted.items():
        yield from _one(case, f"{name}.{account}", figure, moved.get(account, Decimal(0)))


def _book_value(case: LedgerCase, name: str, wanted: Any) -> Iterator[Failure]:
    """Fixed assets less their depreciation."""
    sections = {account.code: account.section for account in case.ledger.book.chart}
    cells = case.ledger.cells().items()
    kept = [cell for (code, _, _), cell in cells if sections[code] in ("fixed_asset", "depreciation")]
    yield from _one(case, name, wanted, case.ledger.book.amount(sum(cell[2] - cell[3] for cell in kept)))


def _valuation(case: LedgerCase, name: str, wanted: Json) -> Iterator[Failure]:
    on = None if wanted.get("as_of") is None else date.fromisoformat(wanted["as_of"])
    found = market_values(case.ledger, wanted["prices"], on)
    values = {one.account: one.value for one in found}
    yield from _compare(case, name, wanted["values"], {code: size for code, size in values.items() if size})
    if wanted.get("total") is not None:
        yield from _one(case, f"{name}.total", wanted["total"], sum(values.values(), Decimal(0)))
    gain = sum((one.gain for one in found), Decimal(0))
    yield from _one(case, f"{name}.unrealized_gain", wanted.get("unrealized_gain", gain), gain)


_CHECKS: dict[str, Callable[[LedgerCase, str, Any], Iterator[Failure]]] = {
    "trial_balance": _trial_balance,
    "totals": _totals,
    "trial_balance_total": _trial_total,
    "unadjusted_trial_balance_total": _unadjusted_total,
    "post_closing_total": _post_closing_total,
    "after_closing": _after_closing,
    "balances_at": _balances_at,
    "as_of": _as_of,
    "turnover": _turnover,
    "running": _running,
    "party_balance": _party_balance,
    "assertions": _assertions,
    "opening_entry": _carried(closing=False),
    "closing_entry": _carried(closing=True),
    "period_close": _period_close,
    "conversion_entry": _conversion_entry,
    "opening_at": _opening_at,
    "net_income": _net_income,
    "income_statement": _figures(income_statement),
    "balance_sheet": _figures(balance_sheet),
    "cash_flow": _figures(cash_flow),
    "cash_change": _cash_change,
    "book_value": _book_value,
    "valuation": _valuation,
}
