"""Which items the fast path of the periodic average can value, and what it answered.

An item is plain when every row of it is a receipt with an amount, an issue or a transfer, with whole quantities and no
references, under the default habits of the policy.  What the loop hands back (a month below zero, a circle without
value) goes to the engine with all its rows.

Invariant: both ways give the same figures (a property of the tests); the choice is speed alone.

>>> from jxc.api.sources import read_rows
>>> table = {
...     "date": ["2026-01-05"] * 2,
...     "type": ["receipt", "issue"],
...     "item": ["TEA"] * 2,
...     "qty": [3, 2],
...     "amount": [1, None],
... }
>>> policy = Policy(method="periodic_average")
>>> run, needing = run_period_loop(read_rows(table, policy, currency=None, units={}, encoding=None), policy)
>>> run.result.costs, needing
([100, 67], set())
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import le
from typing import TypeVar, cast

from jxc.api.partition import LoopRun
from jxc.api.rows import Rows
from jxc.costing.loops import LoopResult, OpenLayer
from jxc.costing.order import period_start
from jxc.costing.periodic_loop import period_costs
from jxc.costing.policy import CostRounding, Policy

__all__ = ["run_period_loop"]

_T = TypeVar("_T")

_IN = frozenset({"opening", "receipt", "adjust_in"})
_OUT = frozenset({"issue", "scrap", "adjust_out", "transfer"})
_ROWS_A_PART = 400
"""Few enough for what a part needs to be gone before the garbage collector walks the whole book for it."""


@dataclass(frozen=True, slots=True)
class _Closed:
    """What is left of a pool, as one layer."""

    qty: int
    value: int

    def layers(self) -> Iterable[OpenLayer]:
        """The one layer."""
        return [OpenLayer(self.qty, self.value, 0, 0)]

    def closing(self) -> tuple[int, int]:
        """Quantity and value."""
        return self.qty, self.value


class _States(Mapping[object, _Closed]):
    """The pools by key; kept as pairs of integers, which the garbage collector does not walk."""

    def __init__(self, closing: dict[object, tuple[int, int]]) -> None:
        self._closing = closing

    def __getitem__(self, key: object) -> _Closed:
        return _Closed(*self._closing[key])

    def __iter__(self) -> Iterator[object]:
        return iter(self._closing)

    def __len__(self) -> int:
        return len(self._closing)


def run_period_loop(rows: Rows, policy: Policy) -> tuple[LoopRun | None, set[str | None] | None]:
    """Value the plain items; the items that need the engine (``None``: all)."""
    if not _plain_policy(rows, policy):
        return None, None
    needing = _needing(rows)
    costs = [0] * rows.n
    closing: dict[object, tuple[int, int]] = {}
    periods = _Periods(rows, policy)
    for part in _parts(rows, needing):
        needing.update(_value_part(rows, periods, part, costs, closing))
    result: LoopResult[object] = LoopResult(costs, [], _States(closing))
    return LoopRun(result, {}), needing


def _parts(rows: Rows, needing: set[str | None]) -> list[list[int]]:
    """The rows of the plain items, some items at a time."""
    part_of: dict[str | None, int] = {}
    done = 0
    for item, count in Counter(rows.item).items():
        if item not in needing:
            part_of[item] = done // _ROWS_A_PART
            done += count
    parts: list[list[int]] = [[] for _ in range(done // _ROWS_A_PART + 1)]
    every = len(part_of) and not needing and not any(rows.bad)
    wanted = range(rows.n) if every else [r for r in range(rows.n) if rows.item[r] in part_of and not rows.bad[r]]
    items = rows.item if every else map(rows.item.__getitem__, wanted)
    for row, at in zip(wanted, map(part_of.__getitem__, items), strict=True):
        parts[at].append(row)
    return [part for part in parts if part]


def _value_part(
    rows: Rows, periods: _Periods, part: list[int], costs: list[int], closing: dict[object, tuple[int, int]]
) -> list[str | None]:
    """Put costs and closing balances of these rows where they belong; the items that the loop hands back."""
    kinds = _of(part, rows.type)
    keys = list(zip(_of(part, rows.item), _of(part, rows.place), strict=True))
    arrivals = {at: (keys[at][0], rows.to_place[part[at]]) for at, kind in enumerate(kinds) if kind == "transfer"}
    numbers = {key: number for number, key in enumerate(dict.fromkeys([*keys, *arrivals.values()]))}
    targets = [-1] * len(part)
    for at, key in arrivals.items():
        targets[at] = numbers[key]
    # Quantities of plain items are whole, and the loop never looks at the amount of what goes out.
    whole = cast("Sequence[int]", _of(part, rows.qty))
    qty = [-number if kind in _OUT else number for kind, number in zip(kinds, whole, strict=True)]
    amounts = cast("Sequence[int]", _of(part, rows.amount))
    items = {item: number for number, item in enumerate(dict.fromkeys(item for item, _ in numbers))}
    groups = [items[item] for item, _ in numbers]
    found = period_costs([*map(numbers.__getitem__, keys)], targets, qty, amounts, periods.of(part), groups)
    for row, cost in zip(part, found.costs, strict=True):
        costs[row] = cost
    named: list[object] = list(numbers) if rows.places_given else [name for name, _ in numbers]
    closing.update((named[pool], held) for pool, held in found.closing.items())
    names = list(items)
    return [names[group] for group in sorted(found.failed)]


def _of(part: list[int], column: Sequence[_T]) -> list[_T]:
    """The cells of these rows."""
    return list(map(column.__getitem__, part))


class _Periods:
    """Which rows of a part are of which period; what can be known of all rows at once is."""

    def __init__(self, rows: Rows, policy: Policy) -> None:
        self._rows = rows
        self._starts = {day: period_start(day, policy.period) for day in dict.fromkeys(rows.date)}
        in_order = rows.time is None and all(map(le, rows.date, islice(rows.date, 1, None)))
        self._as_it_is = in_order and len(set(self._starts.values())) == 1

    def of(self, part: list[int]) -> Sequence[Sequence[int]]:
        """The places in ``part`` of the rows of each period, in order of time."""
        if self._as_it_is:
            return [range(len(part))]
        days, time = _of(part, self._rows.date), self._rows.time
        order = list(range(len(part)))
        if time is None:
            order.sort(key=days.__getitem__)
        else:
            moments = [(day, time[row] or 0) for day, row in zip(days, part, strict=True)]
            order.sort(key=moments.__getitem__)
        periods: dict[int, list[int]] = {}
        for at in order:
            periods.setdefault(self._starts[days[at]], []).append(at)
        return list(periods.values())


def _plain_policy(rows: Rows, policy: Policy) -> bool:
    default = Policy()
    choices = ("replay", "negative_stock", "sale_price_check", "run_to")
    return (
        (policy.by_place or not rows.places_given)
        and all(getattr(policy, name) == getattr(default, name) for name in choices)
        and CostRounding(money_places=policy.rounding.money_places) == policy.rounding
        and not (policy.by_lot or policy.item_methods or policy.location_methods or policy.place_groups)
    )


def _needing(rows: Rows) -> set[str | None]:
    """The items that hold a row which is not plain."""
    needing: set[str | None] = set()
    for item, kind, amount, qty in zip(rows.item, rows.type, rows.amount, rows.qty, strict=True):
        if (kind not in _OUT and (amount is None or kind not in _IN)) or type(qty) is not int or not qty:
            needing.add(item)
    linked = {*rows.refs, *rows.details}
    for row, refs in rows.refs.items():
        linked.update((row, *refs))
    for details in rows.details.values():
        linked.update(details.cost_from)
    needing.update(rows.item[row] for row in linked)
    return needing
