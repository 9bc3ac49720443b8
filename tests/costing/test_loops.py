"""The specialised loops against a reference that hands out one unit at a time, and the properties that they promise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.costing.loops import LoopResult, OpenLayer, average_costs, fifo_costs, lifo_costs
from jxc.errors import FieldError, NotFoundError
from jxc.kernel.rounding import part

Loop = Callable[..., LoopResult[Any]]
Row = tuple[str, int, int]

LOOPS: dict[str, Loop] = {"fifo": fifo_costs, "lifo": lifo_costs, "average": average_costs}
every_loop = pytest.mark.parametrize("method", LOOPS)


# --------------------------------------------------------------------------------------------------- the reference


@dataclass
class SlowLayer:
    qty: int
    value: int
    taken: int = 0

    def cost_so_far(self) -> int:
        return floor(Fraction(self.value * self.taken, self.qty) + Fraction(1, 2))

    def take_one(self) -> int:
        before = self.cost_so_far()
        self.taken += 1
        return self.cost_so_far() - before


@dataclass
class SlowPool:
    """Layers in the order of receipt; every unit leaves alone."""

    method: str
    layers: list[SlowLayer] = field(default_factory=list)

    def qty(self) -> int:
        return sum(layer.qty - layer.taken for layer in self.layers)

    def value(self) -> int:
        return sum(layer.value - layer.cost_so_far() for layer in self.layers)

    def receive(self, qty: int, value: int) -> None:
        if self.method == "average":
            self.layers = [SlowLayer(self.qty() + qty, self.value() + value)]
        else:
            self.layers.append(SlowLayer(qty, value))

    def issue(self, qty: int) -> int:
        cost = 0
        for _ in range(qty):
            holding = [layer for layer in self.layers if layer.taken < layer.qty]
            cost += (holding[-1] if self.method == "lifo" else holding[0]).take_one()
        return cost


def reference(method: str, rows: Sequence[Row]) -> tuple[list[int], list[int], dict[str, SlowPool]]:
    pools: dict[str, SlowPool] = {}
    costs, shortages = [], []
    for number, (key, qty, value) in enumerate(rows):
        if qty > 0:
            pools.setdefault(key, SlowPool(method)).receive(qty, value)
            costs.append(value)
        elif key in pools and pools[key].qty() >= -qty:
            costs.append(pools[key].issue(-qty))
        else:
            costs.append(0)
            if qty:
                shortages.append(number)
    return costs, shortages, pools


# ------------------------------------------------------------------------------------------------------- histories


def run(method: str, rows: Sequence[Row], **options: Any) -> LoopResult[str]:
    keys, qty, value = ([row[column] for row in rows] for column in range(3))
    return LOOPS[method](keys, qty, value, **options)


def moves(keys: str) -> st.SearchStrategy[Row]:
    receipts = st.tuples(st.sampled_from(keys), st.integers(1, 9), st.integers(0, 1000))
    issues = st.tuples(st.sampled_from(keys), st.integers(-9, 0), st.integers(0, 9))
    return receipts | issues


histories = st.lists(moves("a"), max_size=60) | st.lists(moves("abc"), max_size=60)
big = st.lists(
    st.tuples(st.just("a"), st.integers(1, 10**30), st.integers(0, 10**30))
    | st.tuples(st.just("a"), st.integers(-(10**30), -1), st.just(0)),
    max_size=30,
)


# ------------------------------------------------------------------------------------------------------ properties


@every_loop
@given(rows=histories)
def test_equals_the_unit_by_unit_reference(method: str, rows: list[Row]) -> None:
    costs, shortages, pools = reference(method, rows)
    result = run(method, rows)
    assert (result.costs, result.shortages) == (costs, shortages)
    assert result.pools == {key: (pool.qty(), pool.value()) for key, pool in pools.items()}
    for key, pool in pools.items():
        expected = [(at.qty, at.value, at.taken, at.cost_so_far()) for at in pool.layers if at.taken < at.qty]
        assert result.layers(key) == [OpenLayer(*layer) for layer in expected]


@given(rows=st.lists(moves("a"), max_size=60))
def test_dropping_used_layers_at_once_changes_nothing(rows: list[Row]) -> None:
    costs, shortages, pools = reference("fifo", rows)
    with patch("jxc.costing.loops._FEW", 0):
        result = run("fifo", rows)
    assert (result.costs, result.shortages) == (costs, shortages)
    assert result.pools == {key: (pool.qty(), pool.value()) for key, pool in pools.items()}


def test_counting_goes_on_after_used_layers_are_dropped() -> None:
    rows = [("a", 1, 1)] * 3 + [("a", -9, 0), ("a", -3, 0)] + [("a", 1, 1)] * 2 + [("a", -3, 0), ("a", -2, 0)]
    with patch("jxc.costing.loops._FEW", 0):
        result = run("fifo", rows)
    assert result.shortages == [3, 7]
    assert result.costs == [1, 1, 1, 0, 3, 1, 1, 0, 2]


@given(value=st.integers(0, 10**25), qty=st.integers(1, 10**25), share=st.fractions(0, 1))
def test_a_slice_of_one_layer_is_the_rounded_part(value: int, qty: int, share: Fraction) -> None:
    taken = floor(qty * share)
    for method in LOOPS:
        costs = run(method, [("a", qty, value), ("a", -taken, 0), ("a", taken - qty, 0)]).costs
        assert costs == [value, part(value, taken, qty), value - part(value, taken, qty)]


@every_loop
@given(rows=st.one_of(histories, big))
def test_conserves_units_and_value_at_every_row(method: str, rows: list[Row]) -> None:
    units: dict[str, int] = {}
    worth: dict[str, int] = {}
    result = run(method, rows)
    refused = set(result.shortages)
    for number, ((key, qty, _), cost) in enumerate(zip(rows, result.costs, strict=True)):
        assert cost >= 0
        if number not in refused:
            units[key] = units.get(key, 0) + qty
            worth[key] = worth.get(key, 0) + (cost if qty > 0 else -cost)
        assert units.get(key, 0) >= 0
        assert worth.get(key, 0) >= 0
        assert units.get(key, 0) > 0 or worth.get(key, 0) == 0
    for key, (qty, value) in result.pools.items():
        assert (qty, value) == (units[key], worth[key])


@every_loop
@given(rows=histories, data=st.data())
def test_an_issue_split_in_two_costs_the_same(method: str, rows: list[Row], data: st.DataObject) -> None:
    whole = run(method, rows)
    issues = [number for number, row in enumerate(rows) if row[1] < -1 and number not in whole.shortages]
    if not issues:
        return
    at = data.draw(st.sampled_from(issues))
    key, qty, _ = rows[at]
    first = data.draw(st.integers(1, -qty - 1))
    split = run(method, [*rows[:at], (key, -first, 0), (key, qty + first, 0), *rows[at + 1 :]])
    joined = [*split.costs[:at], split.costs[at] + split.costs[at + 1], *split.costs[at + 2 :]]
    assert joined == whole.costs
    assert split.pools == whole.pools


@every_loop
@given(rows=histories, data=st.data())
def test_the_order_between_independent_keys_does_not_matter(method: str, rows: list[Row], data: st.DataObject) -> None:
    numbers = data.draw(st.permutations(range(len(rows))))
    places = iter(numbers)
    by_key = {key: iter([number for number, row in enumerate(rows) if row[0] == key]) for key in "abc"}
    mixed = [next(by_key[rows[place][0]]) for place in places]  # other interleaving, same order within a key
    plain = run(method, rows)
    other = run(method, [rows[number] for number in mixed])
    assert other.costs == [plain.costs[number] for number in mixed]
    assert other.pools == plain.pools


@every_loop
@given(rows=histories, data=st.data())
def test_order_is_the_columns_in_that_order(method: str, rows: list[Row], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(rows))))
    result = run(method, rows, order=order)
    plain = run(method, [rows[number] for number in order])
    assert [result.costs[number] for number in order] == plain.costs
    assert result.shortages == [order[position] for position in plain.shortages]
    assert result.pools == plain.pools


@every_loop
@given(rows=histories)
def test_a_refused_issue_leaves_no_trace(method: str, rows: list[Row]) -> None:
    result = run(method, rows)
    refused = set(result.shortages)
    assert all(result.costs[number] == 0 for number in refused)
    kept = [number for number in range(len(rows)) if number not in refused]
    without = run(method, [rows[number] for number in kept])
    assert without.shortages == []
    assert without.costs == [result.costs[number] for number in kept]
    assert without.pools == result.pools


@every_loop
@given(rows=histories, factor=st.sampled_from([3, 10, 1000, 10**20]))
def test_the_unit_of_measure_does_not_matter(method: str, rows: list[Row], factor: int) -> None:
    scaled = run(method, [(key, qty * factor, value) for key, qty, value in rows])
    assert scaled.costs == run(method, rows).costs


# -------------------------------------------------------------------------------------------------------- examples


def test_worked_examples() -> None:
    rows = [("a", 3, 100), ("a", 3, 200), ("a", -2, 0), ("a", -2, 0), ("a", 1, 50), ("a", -3, 0)]
    assert run("fifo", rows).costs == [100, 200, 67, 33 + 67, 50, 133 + 50]
    assert run("lifo", rows).costs == [100, 200, 133, 67 + 33, 50, 50 + 67]
    assert run("average", rows).costs == [100, 200, 100, 100, 50, 150]


def test_lifo_goes_on_with_a_covered_layer_where_it_was_left() -> None:
    rows = [("a", 3, 100), ("a", -1, 0), ("a", 1, 50), ("a", -2, 0), ("a", -1, 0)]
    assert run("lifo", rows).costs == [100, 33, 50, 50 + 34, 33]
    rows = [("a", 5, 500), ("a", 3, 100), ("a", -1, 0), ("a", 1, 50), ("a", -2, 0), ("a", -6, 0)]
    assert run("lifo", rows).costs == [500, 100, 33, 50, 50 + 34, 33 + 500]


@every_loop
def test_an_unknown_pool_is_short_and_stays_unknown(method: str) -> None:
    result = run(method, [("a", -1, 7), ("a", 0, 7)])
    assert (result.costs, result.shortages, result.pools) == ([0, 0], [0], {})
    with pytest.raises(NotFoundError, match="never received"):
        result.layers("a")


@every_loop
def test_keys_may_be_numbers_and_tuples(method: str) -> None:
    result = LOOPS[method]([1, ("x", "WH"), 1], [2, 2, -1], [10, 20, 0])
    assert result.pools == {1: (1, 5), ("x", "WH"): (2, 20)}


@every_loop
def test_columns_of_other_lengths_are_refused(method: str) -> None:
    with pytest.raises(FieldError) as caught:
        LOOPS[method](["a"], [1, 2], [1])
    assert (caught.value.code, caught.value.value) == ("columns_differ_in_length", "1, 2, 1")


@every_loop
def test_a_row_left_out_of_the_order_does_not_move(method: str) -> None:
    result = run(method, [("a", -1, 0), ("a", 5, 50), ("a", 1, 90)], order=[1, 0])
    assert (result.costs, result.pools) == ([10, 50, 0], {"a": (4, 40)})


@every_loop
def test_a_queue_of_a_hundred_thousand_layers(method: str) -> None:
    depth = 100_000
    rows = [("a", 2, 3)] * depth + [("a", -2 * depth - 1, 0)] * depth + [("a", -1, 0)] * depth + [("a", -depth, 0)]
    result = run(method, rows)
    assert result.shortages == list(range(depth, 2 * depth))
    assert sum(result.costs[2 * depth :]) == 3 * depth
    assert result.pools == {"a": (0, 0)}
    assert result.layers("a") == []


@every_loop
def test_refusals_between_receipts_of_a_deep_queue(method: str) -> None:
    depth = 20_000
    rows = [("a", 1, 1)] * depth + [("a", 1, 1), ("a", -2 * depth, 0), ("a", -2, 0)] * (depth // 2)
    result = run(method, rows)
    assert result.shortages == list(range(depth + 1, len(rows), 3))
    assert result.pools == {"a": (depth // 2, depth // 2)}


@every_loop
def test_used_layers_are_dropped(method: str) -> None:
    result = run(method, [("a", 2, 3), ("a", -1, 0), ("a", -1, 0)] * 1000 + [("a", 7, 9)])
    state = result.states["a"]
    held = [getattr(state, name) for name in ("waiting", "under") if hasattr(state, name)]
    assert len(held) == (method != "average")
    assert all(len(numbers) < 100 for numbers in held)
    assert result.layers("a") == [OpenLayer(7, 9, 0, 0)]
