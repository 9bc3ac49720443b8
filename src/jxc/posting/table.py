"""A posting table: rules, who plays which role, and what stands unless a rule says otherwise.

    PostingTable("mine", rules=(...), accounts=(...), defaults=(...))
        rules       event kind + condition -> lines
        accounts    role + condition -> role of the chart, or account
        defaults    lines for amounts that a rule does not name

Perpetual and periodic inventory, Anglo-Saxon and continental books, and the Chinese standards are tables, not code.

Invariant: a table that exists can post: every word in it is known, every rule balances for all amounts and loses none,
and for every event one rule at most is the most specific.  It never changes: ``with_`` makes another.

>>> table = PostingTable(
...     "tiny",
...     rules=(Rule("count", "stock_variation", (
...         RuleLine("debit", "inventory", "change"), RuleLine("credit", "purchases", "change"))),),
... )
>>> table.rule("stock_variation", {}).id
'count'
>>> table.with_(Rule("half", "stock_variation", (RuleLine("debit", "inventory", "change"),)))
Traceback (most recent call last):
...
jxc.errors.FieldError: rule half does not balance: change stands on the debit side alone (lines: change); post it on \
the credit side too
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import get_args

from jxc.errors import FieldError, LedgerError
from jxc.kernel.text import check_text
from jxc.ledger.chart import Chart
from jxc.posting.rules import AccountRow, Negative, Rule, RuleLine, remainder
from jxc.posting.vocabulary import ATTRIBUTES, KINDS, ROLES, EventKind
from jxc.posting.when import When, check_ties, choose

__all__ = ["ACCOUNT", "PostingTable"]

ACCOUNT = "account:"
"""What stands before the code of an account where a row names one instead of a role."""


@dataclass(frozen=True, slots=True)
class PostingTable:
    """A table of rules.

    ``attributes``: names of further attributes that its conditions may ask for.  ``negative``: how amounts below zero
    stand.  Raises ``FieldError``, of each row in turn: ``unknown_event_kind``, ``unknown_attribute``,
    ``unknown_attribute_value``, ``unknown_amount``, ``unknown_posting_role``, ``unknown_side``, ``amount_not_posted``,
    ``rule_unbalanced``; of accounts ``unknown_posting_role``, ``unknown_attribute``, ``unknown_attribute_value``; then
    ``role_circle``, ``duplicate_rule``, ``rules_tie``.
    """

    id: str
    rules: tuple[Rule, ...]
    accounts: tuple[AccountRow, ...] = ()
    defaults: tuple[RuleLine, ...] = ()
    attributes: tuple[str, ...] = ()
    negative: Negative = "flip"
    name: str = ""
    _by_kind: dict[str, list[tuple[When, Rule]]] = field(init=False, repr=False, compare=False, hash=False)
    _by_role: dict[str, list[tuple[When, str]]] = field(init=False, repr=False, compare=False, hash=False)
    asked_of_kind: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False, hash=False)
    asked_of_roles: tuple[str, ...] = field(init=False, repr=False, compare=False, hash=False)
    """The attributes that conditions ask for: what decides between rules of a kind, and between players of roles."""

    def __post_init__(self) -> None:
        check_text(self.id, field="id")
        if self.negative not in get_args(Negative):
            raise _refused("unknown_choice_of_sign", "flip or red", "negative", self.negative, "")
        for rule in self.rules:
            _check_rule(self, rule)
        for row in self.accounts:
            _check_account_row(self, row)
        by_kind: dict[str, list[tuple[When, Rule]]] = {}
        for rule in self.rules:
            by_kind.setdefault(rule.event, []).append((rule.when, replace(rule, lines=self.lines_of(rule))))
        by_role: dict[str, list[tuple[When, str]]] = {}
        for row in self.accounts:
            by_role.setdefault(row.role, []).append((row.when, row.to))
        object.__setattr__(self, "_by_kind", by_kind)
        object.__setattr__(self, "_by_role", by_role)
        asked = {kind: sorted({name for when, _ in rows for name in when.words}) for kind, rows in by_kind.items()}
        object.__setattr__(self, "asked_of_kind", {kind: tuple(names) for kind, names in asked.items()})
        names = {name for rows in by_role.values() for when, _ in rows for name in when.words}
        object.__setattr__(self, "asked_of_roles", tuple(sorted(names)))
        _check_circles(by_role)
        for rules in by_kind.values():
            check_ties([(f"rule {rule.id}", when) for when, rule in rules])
        for role, rows in by_role.items():
            check_ties([(f"{role} to {to}", when) for when, to in rows])

    # -- what it says --------------------------------------------------------------------------------------------------

    def rule(self, kind: str, attributes: Mapping[str, str]) -> Rule:
        """The most specific rule for an event, default lines included; ``LedgerError`` ``no_posting_rule``."""
        found = choose(self._by_kind.get(kind, ()), attributes)
        if found is None:
            raise LedgerError(
                "no_posting_rule",
                f"the table {self.id} has no rule for this event",
                field="event",
                value=kind,
                hint="add one; a rule without lines says that there is no entry",
                attributes=", ".join(f"{name}={word}" for name, word in sorted(attributes.items())),
            )
        return found

    def player(self, role: str, attributes: Mapping[str, str]) -> str:
        """Who plays a role here: a role of the chart, or ``account:`` and a code."""
        found = choose(self._by_role.get(role, ()), attributes)
        return role if found is None else found if found.startswith(ACCOUNT) else self.player(found, attributes)

    def lines_of(self, rule: Rule) -> tuple[RuleLine, ...]:
        """The lines of a rule, with the default lines for the amounts that it does not name."""
        if rule.leaves_all:
            return rule.lines
        free, named = KINDS[rule.event].free, rule.named()
        return (*rule.lines, *(line for line in self.defaults if line.amount in free and line.amount not in named))

    def with_(
        self,
        *rows: Rule | AccountRow | RuleLine,
        id: str | None = None,  # noqa: A002 - the field's own name
        name: str | None = None,
        attributes: tuple[str, ...] = (),
        negative: Negative | None = None,
    ) -> PostingTable:
        """A table that also has these rows; one with the event or role and condition of another takes its place.

        A ``RuleLine`` is a default line; it takes the place of those of its amount.
        """
        rules = {(rule.event, rule.when): rule for rule in self.rules}
        accounts = {(row.role, row.when): row for row in self.accounts}
        rules |= {(row.event, row.when): row for row in rows if isinstance(row, Rule)}
        accounts |= {(row.role, row.when): row for row in rows if isinstance(row, AccountRow)}
        lines = [row for row in rows if isinstance(row, RuleLine)]
        own = {line.amount for line in lines}
        return replace(
            self,
            id=self.id if id is None else id,
            name=self.name if name is None else name,
            rules=tuple(rules.values()),
            accounts=tuple(accounts.values()),
            defaults=(*(line for line in self.defaults if line.amount not in own), *lines),
            attributes=tuple(dict.fromkeys((*self.attributes, *attributes))),
            negative=self.negative if negative is None else negative,
        )

    def missing_roles(self, chart: Chart) -> tuple[str, ...]:
        """The roles that rules of this table may end in and the chart has nobody for."""
        wanted = {role for role in _roles_used(self) if role not in self._by_role}
        wanted |= {to for rows in self._by_role.values() for _, to in rows if not to.startswith(ACCOUNT)}
        ends = {role for role in wanted if not any(when == When() for when, _ in self._by_role.get(role, ()))}
        return tuple(sorted(role for role in ends if role not in chart.roles))


def _check_rule(table: PostingTable, rule: Rule) -> None:
    where = f"rule {rule.id}"
    kind = KINDS.get(rule.event)
    if kind is None:
        raise _refused("unknown_event_kind", "no such event", "event", rule.event, _near(rule.event, KINDS), where)
    _check_when(table, rule.when, where)
    for module in rule.module.split("+") if rule.module else ():
        check_text(module, field="module")
    for name in (*(line.amount for line in rule.lines), *rule.leave):
        if name not in (*kind.amounts, "*") or (name == "*" and name not in rule.leave):
            hint = f"those of {kind.name} are {', '.join(kind.amounts)}"
            raise _refused("unknown_amount", f"the event {kind.name} has no such amount", "amount", name, hint, where)
    for line in rule.lines:
        if line.role not in ROLES and all(row.role != line.role for row in table.accounts):
            hint = _near(line.role, ROLES) or "add a row of accounts that says who plays it"
            raise _refused("unknown_posting_role", "no such role", "role", line.role, hint, where)
        if line.side not in ("debit", "credit"):
            raise _refused("unknown_side", "debit or credit", "side", line.side, "", where)
    _check_sums(table, rule, kind, where)


def _check_sums(table: PostingTable, rule: Rule, kind: EventKind, where: str) -> None:
    """Whether it posts or leaves every amount, and balances whatever they are."""
    lines = table.lines_of(rule)
    if not rule.leaves_all:
        named = {*rule.leave, *(line.amount for line in lines)}
        for name in kind.free:
            if name not in named:
                hint = "post it in a line, or name it in leave"
                raise _refused("amount_not_posted", f"{where} loses an amount", "amount", name, hint)
    for name, rest in remainder(kind, lines).items():
        if rest:
            side, other = ("debit", "credit") if rest > 0 else ("credit", "debit")
            message = f"{where} does not balance: {name} stands on the {side} side alone"
            raise _refused("rule_unbalanced", message, "lines", name, f"post it on the {other} side too")


def _check_account_row(table: PostingTable, row: AccountRow) -> None:
    where = f"accounts, role {row.role}"
    used = {line.role for rule in table.rules for line in rule.lines} | {other.to for other in table.accounts}
    if row.role not in ROLES and row.role not in used:
        hint = _near(row.role, ROLES) or "no rule uses it"
        raise _refused("unknown_posting_role", "no such role", "role", row.role, hint, where)
    _check_when(table, row.when, where)


def _check_when(table: PostingTable, when: When, where: str) -> None:
    for name, words in when.words.items():
        if name not in ATTRIBUTES and name not in table.attributes:
            hint = _near(name, ATTRIBUTES) or "name it in the attributes of the table"
            raise _refused("unknown_attribute", "no such attribute", "when", name, hint, where)
        known = ATTRIBUTES.get(name, ())
        for word in words if known else ():
            if word not in known:
                hint = f"one of {', '.join(known)}"
                raise _refused("unknown_attribute_value", f"{name} has no such word", name, word, hint, where)


def _check_circles(by_role: Mapping[str, list[tuple[When, str]]]) -> None:
    for start in by_role:
        seen, step = [start], [to for _, to in by_role[start]]
        while step:
            if start in step:
                raise _refused("role_circle", "a role is played by itself in the end", "role", start, "")
            seen += step
            step = [to for role in step for _, to in by_role.get(role, ()) if to not in seen or to == start]


def _roles_used(table: PostingTable) -> set[str]:
    return {line.role for rule in table.rules for line in table.lines_of(rule)}


def _near(word: str, words: Iterable[str]) -> str:
    from difflib import get_close_matches  # only on the way out

    near = get_close_matches(word, list(words), n=2)
    return f"did you mean {' or '.join(near)}?" if near else ""


def _refused(code: str, message: str, name: str, value: object, hint: str, where: str = "") -> FieldError:
    return FieldError(code, f"{where}: {message}" if where else message, field=name, value=value, hint=hint)
