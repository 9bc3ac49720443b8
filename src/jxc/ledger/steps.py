"""The steps of closing, each as the entry that is still missing: asked again once posted, it is None.

    carry_over_cost     5401 / 1405       the cost of what was sold, so much for the period        (结转成本)
    write_down          6701 / 1471       the allowance to what it has to be                        (计提跌价准备)
    close_vat           转出未交 / 未交     what output tax exceeds input tax by                      (转出未交增值税)
    income_tax          5801 / 222103     so much for the period, given by the caller               (计提所得税)
    close_accounts      5001.. / 3103     every balance of some accounts into one                   (结转损益)

A step that is told a figure for the period posts what is missing to it; one that is told a balance posts the
difference; one that empties accounts finds them empty.

Invariant: each step is idempotent, and what it posts is taken back by its reversal like any other entry.

>>> top_up({"A": 5}, {"A": 3, "B": 1})
{'A': 2, 'B': -1}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from jxc.errors import LedgerError
from jxc.kernel.dates import parse_date
from jxc.ledger.entries import CLOSING, Draft, EntryKind, Line
from jxc.ledger.ledger import Ledger
from jxc.ledger.periods import ADJUSTMENT
from jxc.ledger.standing import balance_at, standing

__all__ = ["carry_over_cost", "close_accounts", "close_vat", "income_tax", "top_up", "write_down"]


def top_up(wanted: Mapping[str, int], posted: Mapping[str, int]) -> dict[str, int]:
    """What is missing from what was posted to what is wanted, by account."""
    found = {code: wanted.get(code, 0) - posted.get(code, 0) for code in sorted({*wanted, *posted})}
    return {code: size for code, size in found.items() if size}


def carry_over_cost(ledger: Ledger, period: str, costs: Mapping[tuple[str, str], Any]) -> Draft | None:
    """Carry the cost of sales of a period over: (cost account or role, stock account or role) -> cost so far.

    >>> from jxc.ledger.steps import carry_over_cost  # carry_over_cost(ledger, "2026-01", {("5401", "1405"): "70"})
    """
    wanted: dict[str, int] = {}
    for (cost, stock), amount in costs.items():
        size = ledger.book.minor(amount, field="costs")
        for account, sign in ((_code(ledger, cost), 1), (_code(ledger, stock), -1)):
            wanted[account] = wanted.get(account, 0) + sign * size
    return _top_up(ledger, period, wanted, "cost", "normal", "carry over the cost of sales")


def income_tax(ledger: Ledger, period: str, tax: Any) -> Draft | None:
    """Accrue the income tax of a period, as the caller computed it; roles ``income_tax``, ``income_tax_payable``."""
    size = ledger.book.minor(tax, field="tax")
    chart = ledger.book.chart
    wanted = {chart.role("income_tax").code: size, chart.role("income_tax_payable").code: -size}
    return _top_up(ledger, period, wanted, "income_tax", "adjusting", "income tax")


def write_down(ledger: Ledger, period: str, required: Any) -> Draft | None:
    """Bring the allowance for stock to what it has to be (IAS 2 paragraphs 28 to 33; 企业会计准则第1号 article 15).

    Roles ``stock_allowance``, ``impairment_loss``; a chart without them (小企业会计准则) knows no allowance:
    ``LedgerError`` ``role_missing``.
    """
    chart, last = ledger.book.chart, ledger.periods.bounds(period)[1]
    allowance, loss = chart.role("stock_allowance").code, chart.role("impairment_loss").code
    size = ledger.book.minor(required, field="required")
    held = -balance_at(ledger, allowance, last, adjustment=period.endswith(ADJUSTMENT))
    lines = _lines(ledger, {loss: size - held, allowance: held - size} if size != held else {})
    return _draft(ledger, period, lines, "write_down", "adjusting", "write stock down")


def close_vat(ledger: Ledger, period: str) -> Draft | None:
    """Move the VAT of the period that is owed, or was paid too much, out of its working account.

    Role ``vat_working`` is the account with input and output tax under it, ``vat_unpaid`` where the difference goes:
    what is owed through ``vat_transferred`` (转出未交增值税); what was paid in the month beyond it, on ``vat_paid``,
    through ``vat_overpaid`` (转出多交增值税).  The rest of a debit balance stays: it is set off later (留抵税额).
    Source: 财会〔2016〕22号 part 2 (7).
    """
    chart, last = ledger.book.chart, ledger.periods.bounds(period)[1]
    adjustment = period.endswith(ADJUSTMENT)
    payable = -balance_at(ledger, chart.role("vat_working").code, last, adjustment=adjustment)
    unpaid = chart.role("vat_unpaid").code
    if payable > 0:
        sizes = {chart.role("vat_transferred").code: payable, unpaid: -payable}
    elif {"vat_paid", "vat_overpaid"} <= set(chart.roles):
        through = chart.role("vat_overpaid").code
        paid = _moved(ledger, period, chart.role("vat_paid").code) + _moved(ledger, period, through)
        over = max(0, min(-payable, paid))
        sizes = {unpaid: over, through: -over}
    else:
        sizes = {}
    return _draft(ledger, period, _lines(ledger, sizes), "vat", "normal", "VAT of the period")


def close_accounts(
    ledger: Ledger,
    on: date | str,
    accounts: Iterable[str],
    to: str,
    *,
    kind: EntryKind = "closing",
    step: str = "result",
    memo: str = "close to the result",
    adjustment: bool = False,
) -> Draft | None:
    """Empty accounts into another as of a day, by currency and party; None where they are empty.

    An account that asks its lines for a dimension is emptied by it too.  What stands in the adjustment period that
    the day may end is left to an ``adjustment`` entry.
    """
    day = parse_date(on, field="on")
    sums: dict[str, list[int]] = {}
    lines = list[Line]()
    for stand, (amount, base) in standing(ledger, day, set(accounts) - {to}, adjustment=adjustment).items():
        lines.append(stand.line(-amount, -base))
        total = sums.setdefault(stand.currency, [0, 0])
        total[0], total[1] = total[0] + amount, total[1] + base
    lines += [Line(to, amount, base, code) for code, (amount, base) in sums.items() if amount or base]
    if not lines:
        return None
    return Draft(day, tuple(lines), memo, kind=kind, module=CLOSING, step=step, adjustment=adjustment)


def _top_up(
    ledger: Ledger, period: str, wanted: Mapping[str, int], step: str, kind: EntryKind, memo: str
) -> Draft | None:
    posted: dict[str, int] = {}
    for entry in ledger.turnovers.entries([period] if period in ledger.turnovers.periods else []):
        if entry.draft.step == step:
            for line in entry.lines:
                posted[line.account] = posted.get(line.account, 0) + line.base
    return _draft(ledger, period, _lines(ledger, top_up(wanted, posted)), step, kind, memo)


def _moved(ledger: Ledger, period: str, account: str) -> int:
    """The turnover of an account in a period, debit less credit, in the book's minor units."""
    cells = ledger.turnovers.whole([period] if period in ledger.turnovers.periods else [], closing=True, opening=True)
    return sum(cell[2] - cell[3] for key, cell in cells.items() if key[0] == account)


def _lines(ledger: Ledger, sizes: Mapping[str, int]) -> tuple[Line, ...]:
    ordered = sorted(sizes.items(), key=lambda item: item[1] < 0)  # debits first
    return tuple(Line(code, size, size, ledger.book.code) for code, size in ordered if size)


def _draft(ledger: Ledger, period: str, lines: tuple[Line, ...], step: str, kind: EntryKind, memo: str) -> Draft | None:
    last = ledger.periods.bounds(period)[1]
    adjustment = period.endswith(ADJUSTMENT)
    return Draft(last, lines, memo, kind=kind, module=CLOSING, step=step, adjustment=adjustment) if lines else None


def _code(ledger: Ledger, account_or_role: str) -> str:
    """An account of the chart, or the one that plays a role."""
    chart = ledger.book.chart
    if account_or_role in chart:
        return account_or_role
    if account_or_role in chart.roles:
        return chart.role(account_or_role).code
    raise LedgerError("unknown_account", "neither an account nor a role", field="account", value=account_or_role)
