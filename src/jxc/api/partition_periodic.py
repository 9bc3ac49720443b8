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

from collections.abc import Iterable
from dataclasses import dataclass

from jxc.api.partition import LoopRun
from jxc.api.rows import Rows
from jxc.costing.loops import LoopResult, OpenLayer
from jxc.costing.order import period_start
from jxc.costing.periodic_loop import period_costs
from jxc.costing.policy import CostRounding, Policy

__all__ = ["run_period_loop"]

_IN = frozenset({"opening", "receipt", "adjust_in"})
_OUT = frozenset({"issue", "scrap", "adjust_out", "transfer"})


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


def run_period_loop(rows: Rows, policy: Policy) -> tuple[LoopRun | None, set[str | None] | None]:
    """Value the plain items; the items that need the engine (``None``: all)."""
    if not _plain_policy(rows, policy):
        return None, None
    needing = _needing(rows)
    chosen = [row for row, item in enumerate(rows.item) if item not in needing and not rows.bad[row]]
    numbers: dict[tuple[str | None, str | None], int] = {}
    items: dict[str | None, int] = {}
    pools, targets = [0] * rows.n, [-1] * rows.n
    item, place, kinds, to_place = rows.item, rows.place, rows.type, rows.to_place
    for row in chosen:
        key = (item[row], place[row])
        pools[row] = numbers.setdefault(key, len(numbers))
        if kinds[row] == "transfer":
            targets[row] = numbers.setdefault((key[0], to_place[row]), len(numbers))
    groups = [items.setdefault(name, len(items)) for name, _ in numbers]
    qty = [-count if kind in _OUT else count for count, kind in zip(rows.qty, rows.type, strict=True)]
    # The loop never looks at the amount of what goes out, and quantities of plain items are whole.
    found = period_costs(pools, targets, qty, rows.amount, _periods(rows, chosen, policy), groups)  # type: ignore[arg-type]
    names = list(items)
    needing.update(names[group] for group in found.failed)
    keys: list[object] = list(numbers) if rows.places_given else [name for name, _ in numbers]
    states: dict[object, _Closed] = {keys[pool]: _Closed(*held) for pool, held in found.closing.items()}
    result: LoopResult[object] = LoopResult(found.costs, [], states)
    return LoopRun(result, {}), needing


def _plain_policy(rows: Rows, policy: Policy) -> bool:
    default = Policy()
    choices = ("replay", "negative_stock", "sale_price_check")
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


def _periods(rows: Rows, chosen: list[int], policy: Policy) -> list[list[int]]:
    """The rows of each period, in order of time."""
    dates = rows.date
    if rows.time is None:
        in_time = sorted(chosen, key=dates.__getitem__)
    else:
        times = rows.time
        in_time = sorted(chosen, key=lambda row: (dates[row], times[row] or 0))
    starts = {day: period_start(day, policy.period) for day in {dates[row] for row in chosen}}
    periods: dict[int, list[int]] = {}
    for row in in_time:
        periods.setdefault(starts[dates[row]], []).append(row)
    return list(periods.values())
