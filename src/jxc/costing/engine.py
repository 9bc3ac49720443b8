"""The loop: every row in order through its handler; what cannot be is a problem of its row and moves nothing.

``replay`` values a whole history; ``Engine`` is the same, row by row, so that a caller may stop anywhere and look.

Invariant: the same events under the same policy give the same outcomes, however the input was permuted among
independent items, and a refused row leaves no trace.

>>> rows = [Event(0, "receipt", 1, "TEA", 3, 100), Event(1, "issue", 2, "TEA", 2)]
>>> engine = replay(rows, Policy(method="fifo"))
>>> [engine.state.outcomes[row].cost for row in (0, 1)]
[100, 67]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from jxc.costing.changes import change_base_unit, change_method, change_scope
from jxc.costing.charges import landed_cost
from jxc.costing.events import IN_TYPES, Event, Scales
from jxc.costing.inflow import receive
from jxc.costing.invoices import invoice_price
from jxc.costing.methods import MethodRegistry
from jxc.costing.order import in_order
from jxc.costing.outcome import Outcome
from jxc.costing.outflow import issue
from jxc.costing.period_methods import mixed_methods
from jxc.costing.policy import Policy
from jxc.costing.registry import builtin_methods
from jxc.costing.restate import restate
from jxc.costing.returns import from_customer, to_supplier
from jxc.costing.revalue import change_standard, count, revalue, write_down
from jxc.costing.state import Received, State
from jxc.costing.transfer import transfer
from jxc.errors import StockError
from jxc.kernel.rounding import Exact

__all__ = ["Engine", "Handler", "replay"]

Handler = Callable[[State, Event], Outcome]


def _nothing(state: State, event: Event) -> Outcome:
    """A row that touches no stock value: a supplier's bill for a charge, a sales invoice."""
    return Outcome(cost=event.amount or 0)


_HANDLERS: dict[str, Handler] = {
    "opening": receive,
    "receipt": receive,
    "adjust_in": receive,
    "assembly": receive,
    "disassembly": receive,
    "issue": issue,
    "scrap": issue,
    "adjust_out": issue,
    "transfer": transfer,
    "sales_return": from_customer,
    "purchase_return": to_supplier,
    "count": count,
    "revalue": revalue,
    "standard_price": change_standard,
    "landed_cost": landed_cost,
    "invoice_price_change": invoice_price,
    "write_down": write_down,
    "write_down_reversal": write_down,
    "method_change": change_method,
    "scope_change": change_scope,
    "base_unit_change": change_base_unit,
    "charge_bill": _nothing,
    "sales_invoice": _nothing,
}

_NO_QUANTITY = frozenset(
    {
        "count",
        "revalue",
        "standard_price",
        "landed_cost",
        "invoice_price_change",
        "write_down",
        "write_down_reversal",
        "method_change",
        "scope_change",
        "base_unit_change",
        "charge_bill",
        "sales_invoice",
    }
)


_MOST_REPLAYS = 100
"""A replay is run again when a charge or a batch turns out to be refused; each time at least one more is left out."""

_MOST_ROUNDS = 20
"""Values of goods that were made settle in a few rounds, go round in circles, or come closer for ever."""


class Engine:
    """A replay that can be stepped; ``problems`` maps the row of what was refused to its error."""

    by_period = False

    def __init__(
        self,
        policy: Policy,
        scales: Scales | None = None,
        methods: MethodRegistry | None = None,
        *,
        trace: bool = False,
        on_row: Callable[[Engine, Event], None] | None = None,
    ) -> None:
        self.state = State(policy, scales or Scales(), methods or builtin_methods(), trace=trace)
        self._check_methods(policy)
        self.problems: dict[int, StockError] = {}
        self._rows: list[Event] = []
        self._dropped: dict[int, StockError | None] = {}
        self._on_row = on_row
        self._day: dict[str, int] = {}

    def _check_methods(self, policy: Policy) -> None:
        """A method that costs by period needs the engine that ``strategies`` finds for it."""
        known = self.state.methods.names()
        for name in (policy.method, *policy.item_methods.values(), *policy.location_methods.values()):
            if name in known and self.state.methods.get(name).by_period and not self.by_period:
                raise mixed_methods("method", name)

    def run(self, events: Iterable[Event]) -> None:
        """Value these events together with those of earlier calls; they need not be in order.

        Rows that come after all others are stepped on from where the replay stands.  Anything else is valued anew: a
        row before others, a charge that restates its receipts (which must not be in them if it is refused), a batch
        (of which all rows are in the book, or none).
        """
        new = list(events)
        known = len(self._rows)
        self._rows += new
        if known and self._follow(new):
            for event in new:
                self.state.events[event.row] = event
            self._replay_steps(in_order(new, self.state.policy))
        elif known:
            self._dropped = {}
            self._fresh()
            self._until_settled(self._rows)
        else:
            self._until_settled(self._rows)

    def _follow(self, new: list[Event]) -> bool:
        """Whether the new rows come after all that were valued and change nothing about them."""
        policy = self.state.policy
        if policy.same_moment == "by_day":
            return False
        late = {"landed_cost": policy.landed_cost, "invoice_price_change": policy.invoice_difference}
        if any(
            late.get(event.type) == "restate"
            or event.details.batch is not None
            or event.details.share_weight is not None
            for event in new
        ):
            return False
        ordered = in_order(self._rows, policy)
        rows = {event.row for event in new}
        return all(event.row in rows for event in ordered[len(ordered) - len(new) :])

    def _fresh(self) -> None:
        state = self.state
        self.state = State(state.policy, state.scales, state.methods, trace=state.trace is not None)
        self.problems, self._day = {}, {}

    def _until_settled(self, rows: list[Event]) -> None:
        """Replay until what was put in beforehand is what comes out."""
        left_out: frozenset[int] = frozenset()
        known: dict[int, Exact] = {}
        assumed: list[dict[int, Exact]] = []
        for _ in range(_MOST_REPLAYS):
            self._run(rows, left_out, known)
            refused = left_out.union(row for row in self.state.restated if row in self.problems)
            dropped = self._failed_batches(rows)
            made = self._made_and_charged(rows)
            if refused == left_out and not dropped:
                if made == known:
                    return
                if made in assumed or len(assumed) >= _MOST_ROUNDS:  # each value asks for another one
                    refused = refused.union(self._unsettled(rows, known, made))
            assumed = [*assumed, known] if refused == left_out and not dropped else []
            left_out, known = refused, made
            self._dropped.update(dropped)
            self._fresh()
        raise StockError(
            "not_settled",
            f"charges and batches that refuse each other do not settle within {_MOST_REPLAYS} replays",
            hint="give the charges weights, or mend the rows that are refused",
        )

    def _unsettled(self, rows: list[Event], known: dict[int, Exact], made: dict[int, Exact]) -> set[int]:
        """The charges whose shares go by the value of goods that were made, and change it by being shared so."""
        moving = {row for row in made if made[row] != known.get(row)}
        return {event.row for event in rows if event.type == "landed_cost" and moving.intersection(event.refs)}

    def _failed_batches(self, rows: list[Event]) -> dict[int, StockError | None]:
        """The rows of batches of which a row was just refused; with the error that was the cause."""
        if not self.problems:
            return {}
        members: dict[str, list[int]] = {}
        for event in rows:
            if event.details.batch is not None and event.row not in self._dropped:
                members.setdefault(event.details.batch, []).append(event.row)
        found: dict[int, StockError | None] = {}
        for batch in members.values():
            errors = {row: self.problems[row] for row in batch if row in self.problems}
            causes = {row: error for row, error in errors.items() if error.code != "refused_reference"} or errors
            if errors:
                first = min(causes)
                found.update((row, causes[row] if row == first else None) for row in batch)
        return found

    def _made_and_charged(self, rows: list[Event]) -> dict[int, Exact]:
        """The own value of made goods that a restating charge refers to beside others."""
        found: dict[int, Exact] = {}
        for event in rows:
            if event.type == "landed_cost" and len(event.refs) > 1 and self.state.policy.landed_cost == "restate":
                for row in event.refs:
                    received = self.state.received.get(row)
                    if received is not None and self.state.events[row].details.cost_from:
                        found[row] = received.own
        return found

    def prepare(
        self, rows: list[Event], left_out: frozenset[int] = frozenset(), known: dict[int, Exact] | None = None
    ) -> None:
        """Make the rows known to each other, for a caller who values them one by one with ``step``, in their order.

        Charges that restate are put into their receipts here, except those of the rows ``left_out``.
        """
        state = self.state
        state.events.update((event.row, event) for event in rows)
        for event in rows:
            if event.details.share_weight is not None:
                state.made_from.setdefault(event.details.cost_from, []).append(event)
        restate(state, rows, left_out, known or {})

    def _run(self, rows: list[Event], left_out: frozenset[int], known: dict[int, Exact]) -> None:
        self.prepare(rows, left_out, known)
        self._replay_steps(in_order(rows, self.state.policy))

    def _replay_steps(self, ordered: list[Event]) -> None:
        by_day = self.state.policy.same_moment == "by_day"
        for event in ordered:
            if by_day:
                self._begin_of_day(event)
            self.step(event)
        for item in sorted(self._day):
            self.end_of_day(item)

    def step(self, event: Event) -> None:
        """Value one row; an error of the row is a problem and leaves no trace."""
        state = self.state
        if event.row in self._dropped:
            cause = self._dropped[event.row]
            if cause is not None:
                self.problems[event.row] = cause
            state.outcomes[event.row] = Outcome(qty=event.qty, status="refused")
            return
        pools, state.repriced, state.raised = state.known_pools(), 0, {}
        try:
            if event.qty == 0 and event.type not in _NO_QUANTITY:
                outcome = self._zero(event)
            else:
                outcome = _HANDLERS[event.type](state, event)
                outcome.value_change += state.repriced
                outcome.raised = state.raised or None
        except StockError as problem:
            self.problems[event.row] = problem
            outcome = Outcome(qty=event.qty, status="refused")
            state.forget_pools(pools)
        state.outcomes[event.row] = outcome
        if self._on_row is not None:
            self._on_row(self, event)

    def _zero(self, event: Event) -> Outcome:
        if self.state.policy.zero_quantity == "refuse":
            raise StockError(
                "zero_quantity",
                f"{event.type} of {event.item} moves nothing",
                field="qty",
                value=0,
                hint="leave the row out, or set zero_quantity='ignore'",
            )
        if event.type in IN_TYPES:
            self.state.received[event.row] = Received(0, event.amount or 0)
        return Outcome()

    def _begin_of_day(self, event: Event) -> None:
        """End the days that are over of the item, and of the items whose cost the row will ask for."""
        events = self.state.events
        sources = (*event.refs, *event.details.cost_from)
        for item in (event.item, *(events[row].item for row in sources if row in events)):
            if self._day.get(item, event.date) != event.date:
                self.end_of_day(item)
        self._day[event.item] = event.date

    def end_of_day(self, item: str) -> None:
        """Under ``by_day``: give the issues and returns of the item's day the unit cost at its end."""
        state = self.state
        costs: dict[int, Exact] = {}
        for pool, row, qty in state.today.pop(item, ()):
            rate = pool.rate or Fraction(0)
            costs[row] = costs.get(row, 0) + state.rounder.money(qty * rate)
        for row, cost in costs.items():
            outcome = state.outcomes[row]
            sign = 1 if state.events[row].type == "sales_return" else -1
            state.gap(row, "end_of_day", sign * (outcome.cost - cost))
            outcome.cost = cost


def replay(
    events: Iterable[Event],
    policy: Policy,
    scales: Scales | None = None,
    methods: MethodRegistry | None = None,
    *,
    trace: bool = False,
) -> Engine:
    """Value a history and return the engine with its state, outcomes and problems."""
    from jxc.costing.strategies import engine_for

    engine = engine_for(policy, scales, methods, trace=trace)
    engine.run(events)
    return engine
