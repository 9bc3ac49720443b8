"""The fast path gives the figures of the engine, and leaves to it what it cannot judge."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jxc.costing.events import Event
from jxc.costing.order import in_order, period_start
from jxc.costing.periodic_loop import PeriodResult, period_costs
from tests.costing.periodic_histories import JANUARY, POLICY, value

ITEMS, PLACES = ("OIL", "TEA"), ("A", "B", "C", "D")


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    found: list[Event] = []
    for row in range(draw(st.integers(1, 18))):
        item, place = draw(st.sampled_from(ITEMS)), draw(st.sampled_from(PLACES))
        kind = draw(st.sampled_from(("receipt", "transfer", "transfer", "issue")))
        day = JANUARY + draw(st.integers(0, 58))
        other = draw(st.sampled_from([name for name in PLACES if name != place]))
        qty = draw(st.integers(5, 30) if kind == "receipt" else st.integers(1, 6))
        amount = draw(st.integers(0, 500)) if kind == "receipt" else None
        to_place = other if kind == "transfer" else None
        found.append(Event(row, kind, day, item, qty, amount, place=place, to_place=to_place))
    return found


def by_loop(events: list[Event]) -> PeriodResult:
    number = {(item, place): at for at, (item, place) in enumerate((i, p) for i in ITEMS for p in PLACES)}
    periods: dict[int, list[int]] = {}
    for event in in_order(events, POLICY):
        periods.setdefault(period_start(event.date, "month"), []).append(event.row)
    return period_costs(
        [number[event.item, event.place or ""] for event in events],
        [number[event.item, event.to_place] if event.to_place else -1 for event in events],
        [int(event.qty) if event.type == "receipt" else -int(event.qty) for event in events],
        [int(event.amount or 0) for event in events],
        list(periods.values()),
        [ITEMS.index(item) for item, _ in number],
    )


@given(histories())
def test_equals_the_engine(events: list[Event]) -> None:  # P11
    loop, engine = by_loop(events), value(events)
    broken = {engine.state.events[row].item for row in engine.problems}
    assert broken <= {ITEMS[group] for group in loop.failed}
    for event in events:
        expected = 0 if ITEMS.index(event.item) in loop.failed else engine.state.outcomes[event.row].cost
        assert loop.costs[event.row] == expected
    for at, (qty, worth) in loop.closing.items():
        pool = engine.state.pool(ITEMS[at // len(PLACES)], PLACES[at % len(PLACES)], None)
        assert (pool.qty, pool.value) == (qty, worth)


@given(histories())
def test_most_that_can_be_valued_is_valued_here(events: list[Event]) -> None:
    """Besides what the engine refuses, only goods whose rounding leaves less than nothing are handed on."""
    loop, engine = by_loop(events), value(events)
    refused = {engine.state.events[row].item for row in engine.problems}
    below = {pool.item for pool in engine.state.pools.values() if pool.value < 0}
    for group in loop.failed:
        small = any(event.item == ITEMS[group] and (event.amount or 9) < 9 for event in events)
        assert ITEMS[group] in refused | below or small


def test_a_pool_that_passes_everything_on() -> None:
    events = [
        Event(0, "receipt", JANUARY, "TEA", 3, 100, place="A"),
        Event(1, "transfer", JANUARY, "TEA", 3, place="A", to_place="B"),
        Event(2, "transfer", JANUARY, "TEA", 1, place="B", to_place="C"),
        Event(3, "transfer", JANUARY, "TEA", 1, place="B", to_place="C"),
        Event(4, "transfer", JANUARY, "TEA", 1, place="B", to_place="C"),
        Event(5, "issue", JANUARY, "TEA", 3, place="C"),
    ]
    assert by_loop(events).costs == [100, 100, 33, 33, 34, 100]
