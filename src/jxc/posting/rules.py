"""A posting rule: a row that says which lines an event becomes.

    Rule("gift", "issue", when reason=gift)
        debit   selling_expense     cost
        credit  inventory           value

Invariant: a rule balances whatever its amounts are: the free amounts on the debit side less those on the credit side
are nothing, each by itself.  An amount that no line names is posted by the default lines of the table, or is named in
``leave``: nothing gets lost unsaid.

>>> kind = KINDS["issue"]
>>> lines = (RuleLine("debit", "selling_expense", "cost"), RuleLine("credit", "inventory", "value"))
>>> remainder(kind, lines)["variance"], remainder(kind, lines)["cost"]
(-1, 0)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from jxc.ledger.accounts import Side
from jxc.posting.vocabulary import KINDS, EventKind
from jxc.posting.when import When

__all__ = ["KINDS", "AccountRow", "Negative", "Rule", "RuleLine", "remainder"]

Negative: TypeAlias = Literal["flip", "red"]
"""How an amount below zero stands: on the other side, or in red on its own."""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A line to be: a side, a role, the name of an amount.

    ``red``: the amount is taken back on this side (红字).  ``dimensions``: attributes that the line keeps, beside those
    that its account asks for.
    """

    side: Side
    role: str
    amount: str
    red: bool = False
    dimensions: tuple[str, ...] = ()

    @property
    def sign(self) -> int:
        """What an amount above zero adds, debit positive."""
        return (1 if self.side == "debit" else -1) * (-1 if self.red else 1)


@dataclass(frozen=True, slots=True)
class Rule:
    """What events of a kind become when a condition holds.

    ``leave``: amounts that are not posted on purpose (``*``: all others).  ``negative``: over the table's own choice.
    ``module``: the sub-ledger whose control accounts its entries may post to (受控科目), by default that of the event's
    kind; several with a plus between them (``sales+stock``).  A rule without lines says that there is no entry.
    """

    id: str
    event: str
    lines: tuple[RuleLine, ...]
    when: When = field(default_factory=When)
    leave: tuple[str, ...] = ()
    negative: Negative | None = None
    memo: str = ""
    module: str = ""

    @property
    def leaves_all(self) -> bool:
        """Whether all amounts that no line names stay unposted."""
        return "*" in self.leave

    def named(self) -> frozenset[str]:
        """The amounts that it names, to post or to leave."""
        return frozenset(line.amount for line in self.lines).union(self.leave)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """Who plays a role: another role (in the end one of the chart), or ``account:`` and a code, under a condition."""

    role: str
    to: str
    when: When = field(default_factory=When)


def remainder(kind: EventKind, lines: Iterable[RuleLine]) -> Mapping[str, int]:
    """What the lines leave out of balance, by free amount, debit positive; all zero where they balance."""
    found = dict.fromkeys(kind.free, 0)
    for line in lines:
        for name, times in kind.form(line.amount).items():
            found[name] += line.sign * times
    return found
