"""What a row did to value, by the role of the account that it concerns: what goods are worth against why.

    receipt   inventory +100    grni -100
    issue     inventory -60     cogs +60
    transfer  inventory (WH) -60, inventory (SHOP) +60

A role is a name, not an account; which account stands behind it is a matter of charts.  Debits are positive.

Invariant: the amounts of a row add up to nothing, and those on ``inventory`` are what the row did to stock value.

>>> from jxc.costing.engine import replay
>>> from jxc.costing.policy import Policy
>>> engine = replay([Event(0, "receipt", 1, "TEA", 3, 100), Event(1, "issue", 2, "TEA", 1)], Policy())
>>> [(effect.role, effect.amount, effect.qty) for effect in Effects(engine.state).of(1)]
[('inventory', -33, -1), ('cogs', 33, 0)]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from jxc.costing.events import IN_TYPES, OUT_TYPES, Event
from jxc.costing.outcome import Outcome
from jxc.costing.policy import Policy
from jxc.costing.state import Charge, State
from jxc.kernel.rounding import Exact

__all__ = ["SALE_REASONS", "Effect", "Effects", "Role", "Told", "charged_in", "effects_of", "plain_effects", "role_of"]

Role: TypeAlias = Literal[
    "inventory",
    "opening",
    "grni",
    "cogs",
    "expense",
    "stock_adjustment",
    "production_clearing",
    "landed_cost_clearing",
    "purchase_variance",
    "price_difference",
    "revaluation",
    "impairment_loss",
    "stock_allowance",
    "allowance_released",
    "valuation_gap",
]
"""Accounts by what they are for.

``grni``: goods received, not invoiced (暂估应付).  ``cogs``: cost of sales.  ``allowance_released``: the write-down
that leaves with goods, against their cost.  ``valuation_gap``: value that no movement carries, where the policy breaks
with its own past.
"""

SALE_REASONS = frozenset({None, "", "sale", "sales", "sold", "销售", "銷售", "出售"})
"""What ``reason`` may say of an issue that is a sale; any other reason is another use of the goods."""

_ROLES: dict[str, Role] = {
    "opening": "opening",
    "receipt": "grni",
    "adjust_in": "stock_adjustment",
    "assembly": "production_clearing",
    "disassembly": "production_clearing",
    "scrap": "stock_adjustment",
    "adjust_out": "stock_adjustment",
    "count": "stock_adjustment",
    "purchase_return": "grni",
    "sales_return": "cogs",
    "transfer": "landed_cost_clearing",
    "landed_cost": "landed_cost_clearing",
    "invoice_price_change": "grni",
    "write_down": "impairment_loss",
    "write_down_reversal": "impairment_loss",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """An amount (minor units, debit positive) on a role; ``inventory``: at which place, and how many (quanta).

    ``item``: of which item, where it is not the row's own.
    """

    role: Role
    place: str | None
    amount: Exact
    qty: Exact = 0
    item: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What the effects of a row are told from: the row, its outcome, and what others say about it.

    ``corrected``: the rows whose shortages it settled and by how much; ``gaps``: value that no movement carries;
    ``charged``: the charges that are part of a receipt; ``by_period``: gaps stand beside what the row did to stock.
    """

    event: Event
    outcome: Outcome
    corrected: tuple[tuple[Role, Exact], ...] = ()
    gaps: Exact = 0
    charged: Exact = 0
    by_period: bool = False


Find: TypeAlias = Callable[[int], Event | None]
"""What was stated of a row."""


def effects_of(told: Told, policy: Policy, find: Find) -> tuple[Effect, ...]:
    """What a row did, by role; nothing for a row that was refused."""
    event, outcome = told.event, told.outcome
    if outcome.status == "refused":
        return ()
    found = _on_stock(event, outcome)
    found += [Effect(role, None, -amount) for role, amount in told.corrected]
    found += [
        Effect("inventory", event.place, told.gaps if told.by_period else 0),
        Effect("valuation_gap", None, -told.gaps),
        Effect(_expensed(event, policy), None, outcome.expensed),
        Effect("purchase_variance", None, outcome.variance if event.type != "sales_return" else 0),
        Effect("price_difference", None, outcome.price_difference),
        Effect("stock_allowance", None, outcome.allowance_released - outcome.allowance_change),
        Effect("impairment_loss", None, outcome.allowance_change),
        Effect("allowance_released", None, -outcome.allowance_released),
        Effect("landed_cost_clearing", None, -told.charged),
    ]
    rest = -sum(effect.amount for effect in found)
    return _kept((*found, Effect(role_of(event, find, consumed=outcome.consumed), None, rest)))


class Effects:
    """The effects of the rows of one replay."""

    def __init__(self, state: State) -> None:
        self._state = state

    def of(self, row: int) -> tuple[Effect, ...]:
        """What a row did, by role."""
        state = self._state
        settled = self._corrected.get(row, ())
        corrected: tuple[tuple[Role, Exact], ...] = tuple((self._role(by), amount) for by, amount in settled)
        charged = charged_in(state.events[row], state.charges.get(row, ()))
        by_period = state.methods.get(state.policy.method).by_period
        told = Told(state.events[row], state.outcomes[row], corrected, self._gaps.get(row, 0), charged, by_period)
        return effects_of(told, state.policy, state.events.get)

    def _role(self, row: int) -> Role:
        state = self._state
        return role_of(state.events[row], state.events.get, consumed=state.outcomes[row].consumed)

    @cached_property
    def _corrected(self) -> dict[int, list[tuple[int, Exact]]]:
        """Row that settled shortages -> the rows that were short, and how much dearer (negative) they became."""
        found: dict[int, list[tuple[int, Exact]]] = {}
        for row, outcome in self._state.outcomes.items():
            for by, amount in outcome.corrections:
                found.setdefault(by, []).append((row, amount))
        return found

    @cached_property
    def _gaps(self) -> dict[int, Exact]:
        found: dict[int, Exact] = {}
        for gap in self._state.gaps:
            found[gap.row] = found.get(gap.row, 0) + gap.amount
        return found


def charged_in(event: Event, charges: Iterable[Charge]) -> Exact:
    """The charges that are part of a receipt from its beginning."""
    return sum(charge.amount for charge in charges if not charge.is_price) if event.type in IN_TYPES else 0


def plain_effects(event: Event, cost: Exact, charged: Exact, find: Find) -> tuple[Effect, ...]:
    """The same of a row whose cost is all it did; ``charged``: the charges that are part of it."""
    if event.type == "transfer":
        return _kept(_moved(event, cost, 0, event.qty))
    sign = 1 if event.type in IN_TYPES or event.type == "sales_return" else -1
    return _kept(
        (
            Effect("inventory", event.place, sign * cost, sign * event.qty),
            Effect("landed_cost_clearing", None, -charged),
            Effect(role_of(event, find), None, charged - sign * cost),
        )
    )


def _kept(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    return tuple(effect for effect in effects if effect.amount or effect.qty)


def role_of(event: Event, find: Find, *, consumed: bool = False) -> Role:
    """What stands against the stock that a row moved: for goods that come back, what stood against their going."""
    if consumed or event.details.cost_from:
        return "production_clearing"
    if event.type == "issue":
        return "cogs" if event.reason in SALE_REASONS else "expense"
    if event.type == "sales_return" and event.refs:
        for row in event.refs:
            source = find(row)
            role = _ROLES["sales_return"] if source is None else role_of(source, find)
            if role != "cogs":
                return role
    return _ROLES.get(event.type, "revaluation")


def _on_stock(event: Event, outcome: Outcome) -> list[Effect]:
    if event.type == "transfer":
        received = event.details.received_qty
        return _moved(event, outcome.cost, outcome.value_change, event.qty if received is None else received)
    if outcome.by_place is not None:
        return [Effect("inventory", place, 0, qty) for place, qty in outcome.by_place.items()]
    raised = outcome.raised or {}
    rest = outcome.value_change - sum(raised.values())
    found = [Effect("inventory", place or event.place, amount, item=item) for (item, place), amount in raised.items()]
    return [*found, Effect("inventory", event.place, rest, _moved_qty(event, outcome))]


def _moved_qty(event: Event, outcome: Outcome) -> Exact:
    if event.type == "count":
        return outcome.difference_qty
    if event.type in IN_TYPES or event.type == "sales_return":
        return event.qty
    return -event.qty if event.type in OUT_TYPES or event.type == "purchase_return" else 0


def _moved(event: Event, cost: Exact, change: Exact, arrived: Exact) -> list[Effect]:
    return [
        Effect("inventory", event.place, -cost, -event.qty),
        Effect("inventory", event.to_place, cost + change, arrived),
    ]


def _expensed(event: Event, policy: Policy) -> Role:
    """Where the part of a late charge or price goes that concerns goods already gone."""
    to_account = event.type == "invoice_price_change" and policy.invoice_difference == "to_expense"
    return "purchase_variance" if to_account else "cogs"
