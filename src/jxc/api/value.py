"""The main job: hand in what moved, get back what it cost.

``value`` takes movements in any form: facts, a list of dicts, a dict of columns, CSV files (several are one book, in
the order given), or a dataframe.  Policies are keyword arguments by their names; see ``jxc.Policy``.

>>> moves = [
...     {"date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": "100", "unit_cost": "2.00"},
...     {"date": "2026-01-11", "type": "issue", "item": "TEA", "qty": "30"},
... ]
>>> fifo = value(moves, method="fifo", currency="CNY")
>>> fifo.cost_of_sales, fifo.on_hand_value
(Decimal('60.00'), Decimal('140.00'))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from jxc.api.partition import LoopRun, needing_engine, run_loop
from jxc.api.partition_periodic import run_period_loop
from jxc.api.plugins import methods_in_force
from jxc.api.rows import AFTER, Rows
from jxc.api.sources import Movements, read_rows
from jxc.api.valuation import Run, Valuation
from jxc.costing.engine import Engine
from jxc.costing.events import Event
from jxc.costing.methods import MethodRegistry
from jxc.costing.policy import Policy
from jxc.costing.registry import Framework, check_framework, check_write_down
from jxc.costing.strategies import BY_PERIOD, engine_for
from jxc.errors import FrameworkError, PolicyError
from jxc.kernel.currencies import Currency
from jxc.kernel.dates import parse_date
from jxc.kernel.exact import to_exact
from jxc.stock.problem import Problem

__all__ = [
    "Progress",
    "check_write_downs",
    "in_framework",
    "leave_out_after",
    "policy_of",
    "units_of",
    "value",
    "value_rows",
]

Progress = Callable[[int, int], None]
"""Called now and then with the rows done and the rows in all."""


def value(
    movements: Movements,
    *,
    method: str | None = None,
    scope: str | None = None,
    currency: str | Currency | None = None,
    as_of: date | str | None = None,
    policy: Policy | None = None,
    framework: Framework | None = None,
    waive: bool = False,
    units: Mapping[str, Mapping[str, object]] | None = None,
    standard_cost: Mapping[str, object] | None = None,
    encoding: str | None = None,
    on_progress: Progress | None = None,
    **choices: Any,
) -> Valuation:
    """Value movements and return what they cost.

    ``method``: fifo (default), lifo, hifo, lofo, moving_average, periodic_average, specific, standard, or one that a
    plugin adds.
    ``scope``: ``place`` (default; each place has its own cost) or ``item`` (one cost for the company).
    ``currency``: of the book; by default the one that the rows name.  ``as_of``: rows after that day are left out.
    ``framework``: refuse what IFRS (``ifrs``), 企业会计准则 (``cas``), 小企业会计准则 (``cas_small``) or ``us_gaap``
    does not allow; ``waive=True`` computes it all the same.  ``units``: item -> unit -> base units in one.
    ``standard_cost``: item -> cost.  ``choices``: any other field of ``Policy``, by name.

    A row that cannot be read or valued is listed in ``problems`` and left out; the others are valued.  Raises
    ``TableError`` for a file that cannot be read as a whole, ``PolicyError`` for an unknown method or choice,
    ``CurrencyError`` for an unknown currency, ``FrameworkError`` for what the framework forbids.
    """
    in_force = policy_of(policy, method, scope, standard_cost, choices)
    in_force = in_framework(in_force, framework, waive=waive)
    methods = methods_in_force()
    methods.get(in_force.method)
    rows = read_rows(movements, in_force, currency=currency, units=units_of(units), encoding=encoding)
    if as_of is not None:
        last = parse_date(as_of, field="as_of")
        leave_out_after(rows, last)
        in_force = with_end(in_force, last)
    check_write_downs(rows, framework, waive=waive)
    return value_rows(rows, in_force, methods, on_progress)


def with_end(policy: Policy, last: date) -> Policy:
    """The policy of a book that ends on a day: the gross profit method asks whether its quarter is over."""
    if policy.method != "gross_profit" or policy.run_to is not None:
        return policy
    closed = "forward" if policy.forwards else "restate"
    return policy.with_(run_to=last, closed_periods=closed)


def policy_of(
    policy: Policy | None,
    method: str | None,
    scope: str | None,
    standard_cost: Mapping[str, object] | None,
    choices: dict[str, Any],
) -> Policy:
    """The policy that the keywords of a call make of a given one."""
    if method is not None:
        choices["method"] = method
    if scope is not None:
        choices["scope"] = scope
    if standard_cost is not None:
        choices["standard_cost"] = standard_cost
    if policy is not None and not isinstance(policy, Policy):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise PolicyError("wrong_kind", "this is no policy", field="policy", value=policy, hint="give a jxc.Policy")
    return (policy or Policy()).with_(**choices)


def in_framework(policy: Policy, framework: Framework | None, *, waive: bool) -> Policy:
    """The policy as the framework lets it be; raises ``FrameworkError`` for a method that it does not allow."""
    check_framework(policy.method, framework, waive=waive)
    return policy.with_(write_down_reversal="refuse") if framework == "us_gaap" and not waive else policy


def units_of(units: Mapping[str, Mapping[str, object]] | None) -> dict[str, dict[str, Fraction]]:
    """The units of every item as exact factors."""
    found: dict[str, dict[str, Fraction]] = {}
    if units is not None and not hasattr(units, "items"):
        hint = "give item -> unit -> how many base units one of it is"
        raise PolicyError("wrong_kind", "units are a mapping", field="units", value=units, hint=hint)
    for item, factors in (units or {}).items():
        if not hasattr(factors, "items"):
            hint = "give item -> unit -> how many base units one of it is"
            raise PolicyError("wrong_kind", "the units of an item are a mapping", field="units", value=item, hint=hint)
        found[item] = {unit: Fraction(to_exact(factor, field="units")) for unit, factor in factors.items()}
    return found


def leave_out_after(rows: Rows, day: date) -> None:
    """Drop the rows after a day: they have not happened yet."""
    last = day.toordinal()
    for row, on in enumerate(rows.date):
        if on > last and not rows.bad[row]:
            rows.bad[row] = AFTER


def check_write_downs(rows: Rows, framework: str | None, *, waive: bool) -> None:
    """Refuse the write-downs that the framework does not know."""
    if framework is None or not {"write_down", "write_down_reversal"} & set(rows.type):
        return
    for row, kind in enumerate(rows.type):
        if kind.startswith("write_down") and not rows.bad[row]:
            try:
                check_write_down(framework, reversal=kind == "write_down_reversal", waive=waive)
            except FrameworkError as error:
                rows.refuse(row, Problem.from_error(rows.number[row], error))


def value_rows(rows: Rows, policy: Policy, methods: MethodRegistry, on_progress: Progress | None = None) -> Valuation:
    """Value rows that were read: plain items by the integer loops, the others by the engine."""
    loop, needing = _fast_path(rows, policy, methods)
    in_engine: frozenset[str | None] = frozenset(rows.item) if needing is None else needing
    engine = _engine(rows, policy, methods, in_engine, on_progress) if in_engine else None

    def retrace(item: str | None) -> Engine:
        items = in_engine if item is None else frozenset({item})
        return _engine(rows, policy, methods, items, None, trace=True)

    return Valuation(rows, policy, Run(loop, engine, in_engine), retrace)


def _fast_path(
    rows: Rows, policy: Policy, methods: MethodRegistry
) -> tuple[LoopRun | None, frozenset[str | None] | None]:
    """What a loop could value, and the items that it leaves to the engine (``None``: all)."""
    if policy.method in BY_PERIOD and policy.method != "periodic_average":
        return None, None
    if policy.method in BY_PERIOD:
        loop, left = run_period_loop(rows, policy)
        return loop, None if left is None else frozenset(left)
    needing = needing_engine(rows, policy, methods)
    if needing is None:
        return None, None
    return run_loop(rows, policy, methods, _chosen(rows, frozenset(needing))), frozenset(needing)


def _chosen(rows: Rows, left_out: frozenset[str | None]) -> bytearray | None:
    """Which rows the loop takes; ``None`` for all."""
    if not left_out:
        return None if not any(rows.bad) else bytearray(not bad for bad in rows.bad)
    return bytearray(not bad and item not in left_out for bad, item in zip(rows.bad, rows.item, strict=True))


def _engine(
    rows: Rows,
    policy: Policy,
    methods: MethodRegistry,
    items: frozenset[str | None],
    on_progress: Progress | None,
    *,
    trace: bool = False,
) -> Engine:
    chosen = [row for row, item in enumerate(rows.item) if item in items and not rows.bad[row]]
    tick = None if on_progress is None else _ticker(len(chosen), on_progress)
    engine = engine_for(policy, rows.scales, methods, trace=trace, on_row=tick)
    engine.run(rows.events(chosen))
    return engine


def _ticker(total: int, on_progress: Progress) -> Callable[[Engine, Event], None]:
    done = 0

    def tick(engine: Engine, event: Event) -> None:
        nonlocal done
        done += 1
        if done % 2000 == 0 or done == total:
            on_progress(done, total)

    return tick
