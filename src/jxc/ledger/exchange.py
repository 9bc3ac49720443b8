"""Foreign currency: what a settlement realises, and what a balance is worth at another rate.

    bought    100 USD payable at 7.10       carried at 710.00 CNY
    revalued  at 7.20 (month end)           carried at 720.00      loss 10.00
    paid      100 USD at 7.25 from bank     725.00 went out        loss  5.00, measured from the last carrying rate

Only monetary accounts are revalued (IAS 21 paragraphs 16 and 23; 企业会计准则第19号 articles 11 and 12): money, claims
and debts to a fixed amount of it; never stock, prepayments or advances received.  Gain and loss are two roles, because
小企业会计准则 puts the one into 营业外收入 and the other into 财务费用.

Invariant: revaluing twice at the same rates makes nothing the second time; settling in parts realises in sum what
settling at once would have realised.

>>> share_of_carried(-71000, 50_00, 100_00)
-35500
"""

from __future__ import annotations

from datetime import date
from typing import Any

from jxc.errors import LedgerError
from jxc.kernel.dates import parse_date
from jxc.kernel.rate import RateTable
from jxc.kernel.rounding import part
from jxc.ledger.entries import CLOSING, Draft, Line
from jxc.ledger.ledger import Ledger
from jxc.ledger.turnovers import Key

__all__ = ["revalue", "revalue_back", "settle", "share_of_carried"]

_Carried = tuple[int, int]
"""Amount in the currency and in the book's."""


def share_of_carried(base: int, settled: int, amount: int) -> int:
    """The part of a carrying amount that belongs to a settled part of a balance; the last part takes what is left."""
    return part(base, settled, amount)


def revalue(ledger: Ledger, rates: RateTable, on: date | str, *, memo: str = "revaluation") -> Draft | None:
    """The entry that brings every monetary foreign balance to its worth at the rates of a day; None if there is none.

    Raises ``CurrencyError`` ``rate_missing``, ``LedgerError`` ``role_missing`` (``exchange_gain``,
    ``exchange_loss``).
    """
    day = parse_date(on, field="on")
    lines = list[Line]()
    gain = loss = 0
    for key, (amount, base) in _carried(ledger, day).items():
        account, code, party = key
        if not ledger.book.chart.get(account).monetary or code == ledger.book.code:
            continue
        rate = rates.on(code, ledger.book.code, day).value if amount else None
        change = (ledger.book.convert(amount, code, rate) if rate is not None else 0) - base
        if change:
            lines.append(Line(account, 0, change, code, rate=rate, party=party))
            gain, loss = gain + max(0, change), loss + max(0, -change)
    lines += _difference(ledger, gain) + _difference(ledger, -loss)
    return Draft(day, tuple(lines), memo, kind="adjusting", module=CLOSING, step="revaluation") if lines else None


def revalue_back(ledger: Ledger, entry_id: str) -> Draft:
    """The reversal of a revaluation on the first day of the next period, where a book chooses so."""
    entry = ledger.entry(entry_id)
    following = ledger.periods.bounds(entry.period)[1].toordinal() + 1
    return ledger.reversal(entry_id, on=date.fromordinal(following))


def settle(
    ledger: Ledger,
    account: str,
    amount: Any,
    currency: str,
    *,
    into: str,
    on: date | str,
    rate: Any = None,
    base: Any = None,
    party: str | None = None,
    into_currency: str | None = None,
    **more: Any,
) -> Draft:
    """The entry that settles ``amount`` of a foreign claim or debt through the account ``into``.

    The money is worth ``amount`` at ``rate``, or ``base``; it is kept in the same currency unless ``into_currency``
    is that of the book.  What it differs from the carrying amount is realised.  Raises ``LedgerError``
    ``nothing_to_settle``, ``settlement_beyond_balance``, ``base_missing``.
    """
    book, day = ledger.book, parse_date(on, field="on")
    size = book.minor(amount, currency)
    held, carried = _carried(ledger, day).get((account, currency, party), (0, 0))
    if size <= 0 or held == 0:
        raise LedgerError("nothing_to_settle", "no such balance is open", field="amount", value=amount, account=account)
    if size > abs(held):
        left = book.amount(abs(held), currency)
        raise LedgerError(
            "settlement_beyond_balance", f"{left} are open", field="amount", value=amount, account=account
        )
    taken = share_of_carried(carried, size, abs(held))
    sign = 1 if held > 0 else -1
    stated = book.line(into, debit=amount, currency=currency, rate=rate, base=base)
    price, worth = stated.rate, stated.base
    money = Line(into, sign * size, sign * worth, currency, rate=price)
    if into_currency == book.code:
        money = Line(into, sign * worth, sign * worth, book.code)
    cleared = Line(account, -sign * size, -taken, currency, rate=price, party=party)
    lines = (cleared, money, *_difference(ledger, sign * worth - taken))
    return Draft(day, lines, more.pop("memo", "settlement"), **more)


def _difference(ledger: Ledger, gain: int) -> list[Line]:
    """The line of an exchange difference: a gain above zero, a loss below."""
    if not gain:
        return []
    account = ledger.book.chart.role("exchange_gain" if gain > 0 else "exchange_loss")
    return [Line(account.code, -gain, -gain, ledger.book.code)]


def _carried(ledger: Ledger, day: date) -> dict[Key, _Carried]:
    cells = ledger.cells(None, day)
    return {key: (cell[0] - cell[1], cell[2] - cell[3]) for key, cell in sorted(cells.items(), key=_order)}


def _order(item: tuple[Key, list[int]]) -> tuple[str, str, str]:
    account, code, party = item[0]
    return account, code, party or ""
