"""What must hold of any valuation, whatever the method and the policy, checked after every row.

    Watch()                        an ``on_row`` for ``Engine``: checks the engine after every row
    checked(movements, policy)     values movements with a watch and returns the engine
    check_state(engine)            pools against their layers, places against pools
    check_row(engine, event)       what a row did to the value of stock against what it says it cost
    check_valuation(valuation)     the figures of ``jxc.value`` against each other

Every check raises ``AssertionError`` that names the row.

Invariant: value in + gaps = value out + closing value, exactly, after every row; the same for quantities, without gaps.

>>> rows = [
...     {"date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": "3", "amount": "1.00"},
...     {"date": "2026-01-06", "type": "issue", "item": "TEA", "qty": "2"},
... ]
>>> checked(rows, Policy(method="fifo")).state.outcomes[1].cost
67
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from fractions import Fraction

from jxc.api.plugins import methods_in_force
from jxc.api.sources import Movements, read_rows
from jxc.api.valuation import Valuation
from jxc.costing.engine import Engine
from jxc.costing.events import IN_TYPES, OUT_TYPES, Event
from jxc.costing.forward import late_rule
from jxc.costing.layers import Layer, Pool, Rounder
from jxc.costing.methods import MethodRegistry
from jxc.costing.outcome import Outcome
from jxc.costing.policy import Policy
from jxc.costing.state import State
from jxc.costing.strategies import engine_for as find_engine
from jxc.kernel.rounding import Exact

__all__ = [
    "Watch",
    "check_corrections",
    "check_layers",
    "check_row",
    "check_state",
    "check_valuation",
    "checked",
    "engine_for",
    "flow",
    "movement_of",
]

_BACK_IN = frozenset({*IN_TYPES, "sales_return"})
_BACK_OUT = frozenset({*OUT_TYPES, "purchase_return"})


def engine_for(
    movements: Movements,
    policy: Policy,
    *,
    currency: str | None = None,
    methods: MethodRegistry | None = None,
    on_row: Callable[[Engine, Event], None] | None = None,
    trace: bool = False,
) -> Engine:
    """Value movements by the plain engine alone, row by row; rows that cannot be read are left out."""
    rows = read_rows(movements, policy, currency=currency, units={}, encoding=None)
    engine = find_engine(policy, rows.scales, methods or methods_in_force(), trace=trace, on_row=on_row)
    engine.run(rows.events(row for row in range(rows.n) if not rows.bad[row]))
    return engine


def checked(
    movements: Movements, policy: Policy, *, currency: str | None = None, methods: MethodRegistry | None = None
) -> Engine:
    """Value movements and check every invariant after every row and at the end."""
    engine = engine_for(movements, policy, currency=currency, methods=methods, on_row=Watch())
    for row, event in engine.state.events.items():
        if row in engine.state.outcomes:
            check_row(engine, event)
    check_corrections(engine)
    return engine


class Watch:
    """Called after every row: the state is whole, and the row did to it what its outcome says."""

    def __init__(self) -> None:
        self._state: State | None = None
        self._value: dict[str, Exact] = {}
        self._qty: dict[tuple[str, str | None], Exact] = {}

    def __call__(self, engine: Engine, event: Event) -> None:
        state = engine.state
        if state is not self._state:
            self._state, self._value, self._qty = state, {}, defaultdict(int)
        check_state(engine, event.row)
        check_row(engine, event)
        self._follow_value(state, event)
        self._follow_quantity(state, event)

    def _follow_value(self, state: State, event: Event) -> None:
        """The stock of every item changed by what the outcome says, and no item but the row's own."""
        now = {item: sum(pool.value for pool in pools) for item, pools in state.pools_of.items()}
        moved = {item: value - self._value.get(item, 0) for item, value in now.items()}
        said = state.outcomes[event.row].value_change
        own = event.item if not event.refs or moved.get(event.item) else ""
        for item, change in moved.items():
            if item == own or not event.refs:
                expected = said if item == event.item else 0
                _hold(change == expected, event.row, f"value of {item} moved by {change}, not {expected}")
        _hold(sum(moved.values()) == said, event.row, f"stock moved by {sum(moved.values())}, not {said}")
        self._value = now

    def _follow_quantity(self, state: State, event: Event) -> None:
        """The quantities at every place are those of the rows so far, counted here a second time."""
        for place, qty in movement_of(event, state.outcomes[event.row]):
            self._qty[event.item, place] += qty
        for key in {**self._qty, **state.placed}:
            held = state.placed.get(key, 0)
            _hold(held == self._qty[key], event.row, f"{held} of {key} are held, not {self._qty[key]}")


def movement_of(event: Event, outcome: Outcome) -> list[tuple[str | None, Exact]]:
    """Which quantity the row brought to which place (below zero: took from it), from the row alone."""
    if outcome.status == "refused":
        return []
    if event.type in _BACK_IN:
        return [(event.place, event.qty)]
    if event.type in _BACK_OUT:
        return [(event.place, -event.qty)]
    if event.type == "count":
        return [(event.place, outcome.difference_qty)]
    if event.type == "transfer":
        received = event.details.received_qty
        return [(event.place, -event.qty), (event.to_place, event.qty if received is None else received)]
    return []


# -- the state --------------------------------------------------------------------------------------------------------


def check_state(engine: Engine, row: int = -1) -> None:
    """Every pool is the sum of its layers less its shortages, and the places hold what the pools hold."""
    state = engine.state
    for pool in state.pools.values():
        _check_pool(state, pool, row)
    by_key: dict[tuple[str, str | None], Exact] = defaultdict(int)
    for (item, place), qty in state.placed.items():
        by_key[item, state.place_key(item, place)] += qty
    for pool in state.pools.values():
        by_key[pool.item, pool.place] -= pool.qty
    for key, difference in by_key.items():
        _hold(difference == 0, row, f"places and pools of {key} differ by {difference}")


def _check_pool(state: State, pool: Pool, row: int) -> None:
    name = f"pool {pool.item} {pool.place or '-'} {pool.lot or '-'}"
    held, owed = list(pool.open_layers()), [shortage.layer for shortage in pool.shortages]
    for layer in (*held, *owed):
        _check_layer(state.rounder, layer, row, name)
    qty = sum(layer.left for layer in held) - sum(layer.left for layer in owed)
    _hold(pool.qty == qty, row, f"{name} holds {pool.qty}, its layers {qty}")
    if state.rounder.rule != "unit_cost" or pool.method.averages:
        worth = sum(layer.worth for layer in held) - sum(layer.worth for layer in owed)
        _hold(pool.value == worth, row, f"{name} is worth {pool.value}, its layers {worth}")
    if state.policy.negative_stock == "refuse" and state.policy.negative_lots == "refuse":
        _hold(qty >= 0 or state.policy.qty_places is not None, row, f"{name} holds {qty}, though that is refused")
    if not held and not owed:
        _hold(pool.value == 0, row, f"{name} holds nothing worth {pool.value}")
    if pool.method.averages:
        _hold(len(held) <= 1, row, f"{name} is an average of {len(held)} layers")
        origins = sum(origin.qty for origin in pool.origins)
        _hold(origins == max(qty, 0), row, f"{name} knows where {origins} of {qty} came from")
    if state.rounder.rule != "none":
        _hold(pool.value == int(pool.value) or state.rounder.rule == "unit_cost", row, f"{name}: part of a minor unit")


def _check_layer(rounder: Rounder, layer: Layer, row: int, name: str) -> None:
    _hold(0 <= layer.out < layer.qty, row, f"{name}: a layer of {layer.qty} handed out {layer.out}")
    if rounder.rule in ("cumulative", "none") and layer.out:
        due = rounder.share(layer.value, layer.out, layer.qty)
        _hold(layer.cost_out == due, row, f"{name}: a layer handed out {layer.cost_out}, not {due}")


# -- rows -------------------------------------------------------------------------------------------------------------


def check_row(engine: Engine, event: Event) -> None:
    """What the row changed is what it cost, with its corrections and the gaps that the policy lists."""
    state = engine.state
    outcome = state.outcomes[event.row]
    told = flow(state, event, outcome) + outcome.correction + _gaps(state, event)
    _hold(outcome.value_change == told, event.row, f"{event.type} moved {outcome.value_change}, but tells of {told}")
    if outcome.status == "refused":
        known = event.row in engine.problems or event.details.batch is not None
        _hold(known, event.row, "refused without a problem")
        return
    _hold(event.row not in engine.problems, event.row, "a problem, and valued all the same")
    if event.amount is not None and event.type in ("receipt", "opening"):
        charged = sum(charge.amount for charge in state.charges.get(event.row, ()))
        stated = event.amount + charged
        brought = outcome.cost + outcome.variance
        _hold(brought == stated or bool(event.details.cost_from), event.row, f"brought {brought}, stated {stated}")
    if outcome.allocation:
        _hold(sum(outcome.allocation) == outcome.cost, event.row, "the shares are not the charge")


def _gaps(state: State, event: Event) -> Exact:
    return sum(gap.amount for gap in state.gaps if gap.row == event.row)


def flow(state: State, event: Event, outcome: Outcome) -> Exact:
    """The value that a row says it brought into stock; below zero: took out."""
    if event.type in _BACK_IN:
        return outcome.cost
    if event.type in _BACK_OUT:
        return -outcome.cost
    if event.type == "transfer":
        return _extra(state, event, outcome) - outcome.variance - outcome.expensed
    if event.type == "count":
        if event.rate is not None:
            return outcome.value_change - outcome.correction - _gaps(state, event)
        return outcome.cost if outcome.difference_qty > 0 else -outcome.cost
    if event.type in ("revalue", "standard_price"):
        return outcome.cost
    if event.type in ("landed_cost", "invoice_price_change"):
        return _late(state, event, outcome)
    if event.type in ("method_change", "scope_change", "base_unit_change"):
        return 0
    return outcome.value_change


def _extra(state: State, event: Event, outcome: Outcome) -> Exact:
    """What a transfer adds to the goods: freight where it is capitalised, and charges that restate it."""
    if outcome.status == "refused":
        return 0
    freight = event.details.freight if state.policy.transfer_freight == "capitalise" else 0
    return freight + sum(charge.amount for charge in state.charges.get(event.row, ()))


def _late(state: State, event: Event, outcome: Outcome) -> Exact:
    """Of a charge or price that arrives late: what does not go to expense or to an account of differences."""
    rule = late_rule(state.policy, state.events, event)
    if outcome.status == "refused" or rule == "to_price_difference" or (rule == "restate" and event.refs):
        return 0
    return outcome.cost - outcome.expensed


def check_corrections(engine: Engine) -> None:
    """What rows corrected about earlier shortages is what the rows corrected say."""
    told: dict[int, Exact] = defaultdict(int)
    for outcome in engine.state.outcomes.values():
        for by, amount in outcome.corrections:
            told[by] += amount
    for row, outcome in engine.state.outcomes.items():
        _hold(outcome.correction == told[row], row, f"corrected {outcome.correction}, but the others say {told[row]}")


# -- the answer of jxc.value ------------------------------------------------------------------------------------------


def check_valuation(valuation: Valuation) -> None:
    """The figures of a valuation agree: stock by place, layers and total; cost of sales by period and in all."""
    held = valuation.on_hand
    total = sum(Fraction(line.value) for line in held)
    _hold(total == Fraction(valuation.on_hand_value), -1, f"stock by place is {total}, not {valuation.on_hand_value}")
    periods = sum(Fraction(cost) for cost in valuation.cost_of_sales_by_period.values())
    _hold(periods == Fraction(valuation.cost_of_sales), -1, f"periods are {periods}, not {valuation.cost_of_sales}")
    refused = {problem.row for problem in valuation.problems if problem.severity == "error"}
    for movement in valuation.movements:
        said = (movement.status == "refused") == (movement.row in refused)
        _hold(said, movement.row - 1, f"{movement.status}, and problems {sorted(refused)}")
        _hold(movement.status != "refused" or not movement.cost, movement.row - 1, "refused at a cost")


def check_layers(valuation: Valuation, items: Iterable[str]) -> None:
    """The open layers of items without shortages are worth what is on hand of them."""
    for item in items:
        lines = [line for line in valuation.on_hand if line.item == item]
        if any(line.qty < 0 for line in lines):
            continue
        left = sum(Fraction(layer.value) for layer in valuation.layers(item))
        held = sum(Fraction(line.value) for line in lines)
        _hold(left == held, -1, f"layers of {item} are worth {left}, on hand {held}")


def _hold(condition: bool, row: int, message: str) -> None:
    if not condition:
        raise AssertionError(f"row {row + 1}: {message}")
