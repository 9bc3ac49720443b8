"""From an event to the lines of an entry, each with its reason.

    poster = Poster(table, book)
    poster.lines(event)        the lines, each knowing the rule, the event and the amount that made it
    poster.voucher([event])    the same as a draft to post, lines on one account put together

A role becomes an account in two steps: the table says who plays it here (stock in transit is not stock in a warehouse),
the chart says which account that is.

Invariant: the lines of an event add up to nothing; a draft says no more and no less than its reasons do.

>>> from jxc.ledger.accounts import Account
>>> from jxc.ledger.chart import Chart
>>> from jxc.posting.rules import Rule, RuleLine
>>> accounts = (Account("1405", "Goods", "asset"), Account("5401", "Cost of sales", "expense"))
>>> book = Book(Chart("tiny", accounts, {"inventory": "1405", "cost_of_sales": "5401"}), "CNY")
>>> lines = (RuleLine("debit", "cost_of_sales", "cost"), RuleLine("credit", "inventory", "cost"))
>>> table = PostingTable("tiny", (Rule("sold", "issue", lines, leave=("*",)),))
>>> issue = BusinessEvent.of("issue", "2026-01-15", {"cost": 6000}, source="SO-1")
>>> voucher = Poster(table, book).voucher([issue])
>>> [(line.account, line.amount) for line in voucher.draft.lines]
[('5401', 6000), ('1405', -6000)]
>>> print(voucher.explain(1))
5401 60.00: cost of issue SO-1 by rule sold
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from jxc.errors import LedgerError, NotFoundError
from jxc.kernel.dimension import Dimensions
from jxc.kernel.exact import from_scaled
from jxc.ledger.accounts import Account
from jxc.ledger.book import Book
from jxc.ledger.entries import NO_DIMENSIONS, Draft, Line
from jxc.posting.events import BusinessEvent, Portion
from jxc.posting.rules import Rule, RuleLine
from jxc.posting.table import ACCOUNT, PostingTable
from jxc.posting.vocabulary import KINDS

__all__ = ["Merge", "PostedLine", "Poster", "Reason", "Voucher"]

Merge: TypeAlias = Literal["net", "side", "none"]
"""Lines of one account in one entry: set against each other, put together by side, or left alone."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an amount (minor units, debit positive) stands in a line: the event, its amount, the rule."""

    rule: str
    kind: str
    source: str
    amount_name: str
    amount: int

    def __str__(self) -> str:
        named = f"{self.kind} {self.source}".rstrip()
        return f"{self.amount_name} of {named} by rule {self.rule}"


@dataclass(frozen=True, slots=True)
class PostedLine:
    """A line and its reason."""

    line: Line
    reason: Reason


@dataclass(frozen=True, slots=True)
class Voucher:
    """A draft, and for each of its lines the reasons that it is made of."""

    draft: Draft
    reasons: tuple[tuple[Reason, ...], ...]
    places: int = 2

    def explain(self, line: int) -> str:
        """Why a line (from 1) stands there; ``NotFoundError`` ``no_such_line``."""
        if not 1 <= line <= len(self.reasons):
            hint = f"lines count from 1 to {len(self.reasons)}"
            raise NotFoundError("no_such_line", "there is no such line", field="line", value=line, hint=hint)
        found, reasons = self.draft.lines[line - 1], self.reasons[line - 1]
        whole = f"{found.account} {self._shown(found.base)}"
        if len(reasons) == 1:
            return f"{whole}: {reasons[0]}"
        return "\n".join((whole, *(f"  {self._shown(one.amount)}  {one}" for one in reasons)))

    def _shown(self, minor: int) -> str:
        return str(from_scaled(minor, self.places))


class Poster:
    """A table over the chart of one book; see the module."""

    def __init__(self, table: PostingTable, book: Book, *, merge: Merge = "net") -> None:
        self.table = table
        self.book = book
        self.merge: Merge = merge
        self._rules: dict[tuple[object, ...], Rule] = {}
        self._accounts: dict[tuple[object, ...], Account] = {}
        self._kept: dict[tuple[object, ...], Dimensions] = {}

    def rule(self, event: BusinessEvent) -> Rule:
        """The rule of an event; found once for all events that have the attributes which its conditions ask for."""
        asked = self.table.asked_of_kind.get(event.kind, ())
        key = (event.kind, *(event.attributes.get(name) for name in asked))
        found = self._rules.get(key)
        if found is None:
            found = self._rules[key] = self.table.rule(event.kind, event.attributes)
        return found

    def lines(self, event: BusinessEvent) -> list[PostedLine]:
        """The lines of one event; none where its rule has none, or all its amounts are zero.

        Raises ``LedgerError``: ``no_posting_rule``, ``role_missing``, ``unknown_account``, ``attribute_missing``.
        """
        rule = self.rule(event)
        return [
            self._line(event, rule, line, one)
            for line in rule.lines
            for one in event.amounts.get(line.amount, ())
            if one.amount or one.foreign
        ]

    def account(self, role: str, attributes: Mapping[str, str]) -> Account:
        """The account that plays a role where these attributes hold; ``LedgerError`` ``role_missing``."""
        key = (role, *(attributes.get(name) for name in self.table.asked_of_roles))
        found = self._accounts.get(key)
        if found is None:
            player, chart = self.table.player(role, attributes), self.book.chart
            own = player.startswith(ACCOUNT)
            found = self._accounts[key] = chart.get(player.removeprefix(ACCOUNT)) if own else chart.role(player)
        return found

    def voucher(
        self, events: Iterable[BusinessEvent], *, on: date | None = None, memo: str = "", module: str = ""
    ) -> Voucher | None:
        """One draft of these events, on the day of the last or ``on`` another; ``None`` if there is nothing to post.

        It belongs to the modules that their rules name, or to ``module``.
        """
        given = list(events)
        posted = [line for event in given for line in self.lines(event)]
        merged = merge_lines(posted, self.merge)
        if not merged:
            return None
        sources = tuple(dict.fromkeys(event.source for event in given if event.source))
        told = memo or "; ".join(dict.fromkeys(self._memo(event) for event in given))
        day = on or max(event.date for event in given)
        draft = Draft(
            day, tuple(line for line, _ in merged), told[:200], module=module or self._modules(given), sources=sources
        )
        return Voucher(draft, tuple(reasons for _, reasons in merged), self.book.currency.places)

    def _modules(self, events: Iterable[BusinessEvent]) -> str:
        named = [self.rule(event).module or KINDS[event.kind].module for event in events]
        return "+".join(sorted({one for module in named for one in module.split("+")}))

    def _memo(self, event: BusinessEvent) -> str:
        rule = self.rule(event)
        return event.memo or rule.memo or f"{event.kind.replace('_', ' ')} {event.doc or event.source}".rstrip()

    def _line(self, event: BusinessEvent, rule: Rule, line: RuleLine, one: Portion) -> PostedLine:
        attributes = {**event.attributes, **one.attributes} if one.attributes else event.attributes
        account = self.account(line.role, attributes)
        base = line.sign * one.amount
        foreign = one.foreign if event.currency is not None and account.monetary else None
        code = event.currency if foreign is not None and event.currency is not None else self.book.code
        on_own_side = (base >= 0) == (line.side == "debit")
        red = not on_own_side and (line.red or (rule.negative or self.table.negative) == "red")
        made = Line(
            account.code,
            base if foreign is None else line.sign * foreign,
            base,
            code,
            red=red,
            rate=event.rate if foreign is not None else None,
            party=attributes.get("party") if "party" in (*account.dimensions, *line.dimensions) else None,
            dimensions=self._dimensions(account, line, attributes, event),
            due=event.due if "party" in account.dimensions else None,
            quantity=one.quantity if one.quantity is None else line.sign * one.quantity,
        )
        return PostedLine(made, Reason(rule.id, event.kind, event.source, line.amount, base))

    def _dimensions(
        self, account: Account, line: RuleLine, attributes: Mapping[str, str], event: BusinessEvent
    ) -> Dimensions:
        for name in account.dimensions:
            if name not in attributes:
                raise LedgerError(
                    "attribute_missing",
                    f"the account {account.code} asks for it, and the event {event.kind} does not say",
                    field=name,
                    value=event.source or None,
                    hint=f"state the {name} of the event",
                )
        names = (*account.dimensions, *line.dimensions)
        if not names:
            return NO_DIMENSIONS
        key = (names, *(attributes.get(name) for name in names))
        found = self._kept.get(key)
        if found is None:
            kept = {name: attributes[name] for name in names if name != "party" and name in attributes}
            found = self._kept[key] = Dimensions(kept)
        return found


_Merged = list[tuple[Line, tuple[Reason, ...]]]


def merge_lines(lines: Sequence[PostedLine], how: Merge = "net") -> _Merged:
    """Lines of one account, party, dimensions and currency put together; what cancels out is left out, red apart."""
    if how == "none":
        return [(one.line, (one.reason,)) for one in lines]
    groups: dict[tuple[object, ...], list[PostedLine]] = {}
    for one in lines:
        line = one.line
        side = line.side if how == "side" or line.red else None
        key = (line.account, line.currency, line.rate, line.party, line.dimensions, line.due, line.red, side)
        groups.setdefault(key, []).append(one)
    merged = ((_sum([one.line for one in group]), tuple(one.reason for one in group)) for group in groups.values())
    kept = [(line, reasons) for line, reasons in merged if line.base or line.amount]
    return sorted(kept, key=lambda pair: pair[0].side == "credit")


def _sum(lines: Sequence[Line]) -> Line:
    first = lines[0]
    if len(lines) == 1:
        return first
    quantities = [line.quantity for line in lines if line.quantity is not None]
    total = None if not quantities else sum(quantities[1:], quantities[0])
    return Line(
        first.account,
        sum(line.amount for line in lines),
        sum(line.base for line in lines),
        first.currency,
        red=first.red,
        rate=first.rate,
        party=first.party,
        dimensions=first.dimensions,
        due=first.due,
        quantity=total,
    )
