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

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from jxc.errors import CurrencyError, LedgerError
from jxc.kernel.dates import parse_date
from jxc.kernel.dimension import Dimensions
from jxc.kernel.rate import RateTable
from jxc.kernel.rounding import part
from jxc.ledger.entries import CLOSING, NO_DIMENSIONS, Draft, Line
from jxc.ledger.ledger import Ledger
from jxc.ledger.standing import Stand, named_dimensions, standing

__all__ = ["revalue", "revalue_back", "settle", "share_of_carried"]

_NONE: Mapping[str, str] = NO_DIMENSIONS


def share_of_carried(base: int, settled: int, amount: int) -> int:
    """The part of a carrying amount that belongs to a settled part of a balance; the last part takes what is left."""
    return part(base, settled, amount)


def revalue(
    ledger: Ledger, rates: RateTable, on: date | str, *, memo: str = "revaluation", adjustment: bool = False
) -> Draft | None:
    """The entry that brings every monetary foreign balance to its worth at the rates of a day; None if there is none.

    Balances are taken by currency, by party, and by what else an account asks its lines for; an account of exchange
    differences that asks for dimensions gets those of the balance.  ``adjustment``: with what stands in the adjustment
    period that the day may end, and as an entry of it.
    Raises ``CurrencyError`` ``rate_missing``, ``LedgerError`` ``role_missing`` (``exchange_gain``,
    ``exchange_loss``).
    """
    day, book = parse_date(on, field="on"), ledger.book
    monetary = [account.code for account in book.chart if account.monetary]
    lines, differences = list[Line](), dict[Stand, int]()
    for stand, (amount, base) in standing(ledger, day, monetary, adjustment=adjustment).items():
        if stand.currency == book.code:
            continue
        rate = rates.on(stand.currency, book.code, day).value if amount else None
        change = (book.convert(amount, stand.currency, rate) if rate is not None else 0) - base
        if change:
            lines.append(replace(stand.line(0, change), rate=rate))
            where = _difference_of(ledger, change, stand)
            differences[where] = differences.get(where, 0) + change
    lines += [where.line(-change, -change) for where, change in sorted(differences.items(), key=_gains_first)]
    if not lines:
        return None
    draft = Draft(day, tuple(lines), memo, kind="adjusting", module=CLOSING, step="revaluation")
    return replace(draft, adjustment=adjustment)


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
    dimensions: Mapping[str, str] = _NONE,
    reference: str = "",
    **more: Any,
) -> Draft:
    """The entry that settles ``amount`` of a foreign claim or debt through the account ``into``.

    The money is worth ``amount`` at ``rate``, or ``base``; it is kept in the same currency unless ``into_currency``
    is that of the book.  What it differs from the carrying amount is realised.  ``dimensions`` say which balance is
    meant where the account asks for them, and stand on the other lines where theirs does; ``reference`` names the
    paper that is settled.  Raises ``LedgerError`` ``nothing_to_settle``, ``settlement_beyond_balance``,
    ``base_missing``; ``CurrencyError`` ``not_of_settlement`` for money in a third currency.
    """
    book, day = ledger.book, parse_date(on, field="on")
    _check_money(ledger, currency, into_currency)
    given = Dimensions(dimensions)
    stand = Stand(account, currency, party, named_dimensions(ledger, account, given))
    size = book.minor(amount, currency)
    held, carried = standing(ledger, day, (account,)).get(stand, (0, 0))
    _check_open(ledger, stand, amount, size, held)
    taken = share_of_carried(carried, size, abs(held))
    sign = 1 if held > 0 else -1
    stated = book.line(into, debit=amount, currency=currency, rate=rate, base=base)
    price, worth = stated.rate, stated.base
    money = replace(Stand(into, currency).line(sign * size, sign * worth), rate=price)
    if into_currency == book.code:
        money = Stand(into, book.code).line(sign * worth, sign * worth)
    money = replace(money, dimensions=named_dimensions(ledger, into, given))
    cleared = replace(stand.line(-sign * size, -taken), rate=price, reference=reference)
    gain = sign * worth - taken
    realised = (_difference_of(ledger, gain, replace(stand, dimensions=given)).line(-gain, -gain),) if gain else ()
    return Draft(day, (cleared, money, *realised), more.pop("memo", "settlement"), **more)


def _check_money(ledger: Ledger, currency: str, into_currency: str | None) -> None:
    allowed = (currency, ledger.book.code)
    if into_currency is not None and ledger.book.currencies.get(into_currency).code not in allowed:
        message, hint = "money in a third currency", f"settle into {' or '.join(allowed)}, and exchange that"
        raise CurrencyError("not_of_settlement", message, field="into_currency", value=into_currency, hint=hint)


def _check_open(ledger: Ledger, stand: Stand, amount: Any, size: int, held: int) -> None:
    where = {"field": "amount", "value": amount, "account": stand.account}
    if size <= 0 or held == 0:
        raise LedgerError("nothing_to_settle", "no such balance is open", **where)
    if size > abs(held):
        left = ledger.book.amount(abs(held), stand.currency)
        raise LedgerError("settlement_beyond_balance", f"{left} are open", **where)


def _difference_of(ledger: Ledger, gain: int, stand: Stand) -> Stand:
    """Where the exchange difference of a balance goes: a gain above zero, a loss below."""
    account = ledger.book.chart.role("exchange_gain" if gain > 0 else "exchange_loss")
    party = stand.party if "party" in account.dimensions else None
    return Stand(account.code, ledger.book.code, party, named_dimensions(ledger, account.code, stand.dimensions))


def _gains_first(item: tuple[Stand, int]) -> tuple[bool, str, str, str]:
    stand, change = item
    return change < 0, stand.account, stand.party or "", str(stand.dimensions)
