"""Where cash came from and went to, from the lines that stand opposite to it; and what other rates made of it.

    1002 debit 100.00 / 1122 credit 100.00                1122 in 100.00
    1002 USD revalued by 2.00 / 5301 credit 2.00           exchange 2.00: no flow (IAS 7 paragraph 28)

An entry whose lines on cash all have no amount in their currency is no flow but an exchange effect; what the same
entry revalues beside cash is not of this statement.  What an opening entry states was there before.

Invariant: the flows and the exchange effect are what cash changed by.

>>> from jxc.ledger.entries import Line
>>> is_exchange([Line("1002", 0, 200, "USD")]), is_exchange([Line("1002", 100, 720, "USD")])
(True, False)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from jxc.ledger.entries import Entry, Line

__all__ = ["Flows", "cash_flows", "exchange_effect", "is_exchange"]

Flows: TypeAlias = dict[tuple[str, str], int]
"""(account, in or out) -> amount in the book's minor units, inflow above zero."""


def is_exchange(cash: Sequence[Line]) -> bool:
    """Whether these lines on cash only change what foreign cash is worth."""
    return bool(cash) and all(line.base != 0 == line.amount for line in cash)


def cash_flows(entries: Iterable[Entry], is_cash: Callable[[Line], bool], chosen: Callable[[Line], bool]) -> Flows:
    """What stands opposite to cash, with the sign of the cash."""
    found: Flows = {}
    for entry in _flowing(entries):
        cash = [line for line in entry.lines if is_cash(line)]
        if not cash or is_exchange(cash):
            continue
        for line in entry.lines:
            if not is_cash(line) and chosen(line):
                part = "in" if (line.base < 0) != line.red else "out"  # red takes back what came in
                found[line.account, part] = found.get((line.account, part), 0) - line.base
    return found


def exchange_effect(entries: Iterable[Entry], is_cash: Callable[[Line], bool], chosen: Callable[[Line], bool]) -> int:
    """What other rates made of foreign cash, in the book's minor units."""
    total = 0
    for entry in _flowing(entries):
        cash = [line for line in entry.lines if is_cash(line)]
        if is_exchange(cash):
            total += sum(line.base for line in cash if chosen(line))
    return total


def _flowing(entries: Iterable[Entry]) -> Iterable[Entry]:
    return (entry for entry in entries if entry.draft.kind not in ("closing", "opening"))
