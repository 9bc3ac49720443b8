"""What a case expects of an event, of its closing stock, of the whole; each asked of a run.

A check is a function from (case, run, event) to the figure; its word is the one of the format.  Journal lines are
checked by ``jxc.golden.journals``.

Invariant: a word that no check knows is a failure, never passed over.

>>> from jxc.golden.case import parse_case
>>> case = parse_case(
...     {
...         "id": "x",
...         "method": "fifo",
...         "currency_places": 2,
...         "expect": {"cogs": "3"},
...         "events": [
...             {"id": "e1", "date": "2026-01-05", "type": "receipt", "item": "A", "qty": "2", "unit_cost": "2"},
...             {"id": "e2", "date": "2026-01-06", "type": "issue", "item": "A", "qty": "1"},
...         ],
...     }
... )
>>> print(*check_case(case, value(case, list(case.events))))
x case cogs: expected 3, got 2
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from jxc.costing.events import Event, power
from jxc.costing.layers import Pool
from jxc.costing.outcome import Outcome
from jxc.costing.strategies import BY_PERIOD
from jxc.golden.case import Case, Json
from jxc.golden.figures import merged, same, same_layers, text
from jxc.golden.run import Run, value
from jxc.kernel.rounding import Exact

__all__ = ["Failure", "check_case", "check_event"]


@dataclass(frozen=True, slots=True)
class Failure:
    """One figure that is not as expected: of which case, at which step, which field."""

    case: str
    step: str
    field: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.case} {self.step} {self.field}: expected {self.expected}, got {self.got}"


_ELSEWHERE = ("journal", "error")
"""Words of an event that are not compared here: journals have a module of their own, the error is compared on entry."""
_ROUNDED = ("unit_cost", "average", "to_average", "item_average")
_Figure = Callable[[Case, Run, Event, Outcome], Exact | None]


def _amount(name: str) -> _Figure:
    return lambda case, run, event, outcome: _money(case, getattr(outcome, name))


def _money(case: Case, minor: Exact) -> Fraction:
    return Fraction(minor) / power(case.scales.money_places)


def _qty(case: Case, quanta: Exact) -> Fraction:
    return Fraction(quanta) / power(case.scales.qty_places)


def _unit(case: Case, rate: Exact | None) -> Fraction | None:
    return None if rate is None else case.scales.unit_cost(rate)


def _unit_cost(case: Case, run: Run, event: Event, outcome: Outcome) -> Exact | None:
    return _unit(case, Fraction(outcome.cost) / event.qty) if event.qty else None


def _gain(case: Case, run: Run, event: Event, outcome: Outcome) -> Exact:
    return _qty(case, event.qty) * (event.details.sale_price or 0) - _money(case, outcome.cost)


def _credit(case: Case, run: Run, event: Event, outcome: Outcome) -> Exact:
    return _money(case, event.qty * (event.details.credit_price or 0))


_FIGURES: dict[str, _Figure] = {
    "cost": _amount("cost"),
    "value_change": _amount("value_change"),
    "correction": _amount("correction"),
    "expensed": _amount("expensed"),
    "variance": _amount("variance"),
    "production_variance": _amount("production_variance"),
    "quantity_variance": _amount("quantity_variance"),
    "price_difference": _amount("price_difference"),
    "allowance_released": _amount("allowance_released"),
    "unit_cost": _unit_cost,
    "difference_qty": lambda case, run, event, outcome: _qty(case, outcome.difference_qty),
    "on_hand_qty": lambda case, run, event, _: _qty(case, run.snapshots[event.row].on_hand[0]),
    "on_hand_value": lambda case, run, event, _: _money(case, run.snapshots[event.row].on_hand[1]),
    "to_on_hand_qty": lambda case, run, event, _: _qty(case, run.snapshots[event.row].to_on_hand[0]),
    "to_on_hand_value": lambda case, run, event, _: _money(case, run.snapshots[event.row].to_on_hand[1]),
    "average": lambda case, run, event, _: _unit(case, run.snapshots[event.row].rate),
    "to_average": lambda case, run, event, _: _unit(case, run.snapshots[event.row].to_rate),
    "item_average": lambda case, run, event, _: _unit(case, run.snapshots[event.row].item_rate),
    "realized_gain": _gain,
    "supplier_credit": _credit,
    "price_difference_foreign": lambda case, run, event, outcome: outcome.price_difference_foreign,
}


def check_event(case: Case, run: Run, event: Event, expected: Json) -> Iterator[Failure]:
    """Every figure that is expected of one event; one that was refused moved nothing."""
    outcome = run.engine.state.outcomes[event.row]
    for name, wanted in expected.items():
        if wanted is None or name in _ELSEWHERE:
            continue
        if name in _FIGURES:
            got = _FIGURES[name](case, run, event, outcome)
            exact = name not in _ROUNDED and name != "price_difference_foreign" and case.policy.rounding.rule != "none"
            if not same(str(wanted), got, exact=exact, mode=case.policy.rounding.mode):
                yield Failure(case.id, event.id, name, str(wanted), text(got))
        elif name in _LISTS:
            good, shown = _LISTS[name](case, run, event, outcome, wanted)
            if not good:
                yield Failure(case.id, event.id, name, str(wanted), shown)
        else:
            yield Failure(case.id, event.id, name, str(wanted), "no check knows this word")


_List = Callable[[Case, Run, Event, Outcome, Any], tuple[bool, str]]


def _allocation(case: Case, run: Run, event: Event, outcome: Outcome, wanted: Any) -> tuple[bool, str]:
    got = [_money(case, share) for share in outcome.allocation]
    return got == [Fraction(share) for share in wanted], str([text(share) for share in got])


def _by_lot(case: Case, run: Run, event: Event, outcome: Outcome, wanted: Any) -> tuple[bool, str]:
    got = {lot: _money(case, amount) for lot, amount in (outcome.by_lot or {}).items()}
    return got == {lot: Fraction(amount) for lot, amount in wanted.items()}, str(got)


def _by_receipt(case: Case, run: Run, event: Event, outcome: Outcome, wanted: Any) -> tuple[bool, str]:
    got = {case.events[row].id: _money(case, amount) for row, amount in (outcome.by_receipt or {}).items()}
    return got == {row: Fraction(amount) for row, amount in wanted.items()}, str(got)


def _unit_cost_after(case: Case, run: Run, event: Event, outcome: Outcome, wanted: Any) -> tuple[bool, str]:
    rows = {other.id: other.row for other in case.events}
    got: dict[str, Exact | None] = {}
    for name in wanted:
        received = run.engine.state.received[rows[name]]
        got[name] = _unit(case, Fraction(received.total) / received.qty)
    shown = str({name: text(unit) for name, unit in got.items()})
    return all(same(unit, got[name]) for name, unit in wanted.items()), shown


def _taken(case: Case, run: Run, event: Event, outcome: Outcome, wanted: Any) -> tuple[bool, str]:
    got = [(_qty(case, s.qty), _unit(case, s.rate or 0), date.fromordinal(s.date).isoformat()) for s in outcome.taken]
    asked = [(Fraction(qty), Fraction(unit), on) for qty, unit, on in wanted]
    return got == asked, str([(text(q), text(u), d) for q, u, d in got])


def _taken_lots(case: Case, run: Run, event: Event, outcome: Outcome, wanted: Any) -> tuple[bool, str]:
    got = [(s.lot, _qty(case, s.qty)) for s in outcome.taken]
    return got == [(pick["lot"], Fraction(pick["qty"])) for pick in wanted], str(got)


def _layers_qty_value(case: Case, run: Run, event: Event, outcome: Outcome, wanted: Any) -> tuple[bool, str]:
    got = sorted((_qty(case, q), _money(case, v)) for q, v in run.snapshots[event.row].layers)
    return got == sorted((Fraction(q), Fraction(v)) for q, v in wanted), str([(text(q), text(v)) for q, v in got])


_LISTS: dict[str, _List] = {
    "allocation": _allocation,
    "by_lot": _by_lot,
    "by_receipt": _by_receipt,
    "unit_cost_after": _unit_cost_after,
    "taken": _taken,
    "taken_lots": _taken_lots,
    "layers_qty_value": _layers_qty_value,
}


# -- the case as a whole ----------------------------------------------------------------------------------------------


def check_case(case: Case, run: Run) -> Iterator[Failure]:
    """Every figure that is expected of the whole, once all events are known."""
    expected: Json = case.raw.get("expect") or {}
    for name, wanted in expected.items():
        if wanted is None or name == "journal":
            continue
        if name == "closing":
            for line in wanted:
                yield from _check_closing(case, run, line)
        elif name == "as_of":
            yield from _check_as_of(case, wanted)
        elif name in _TOTALS:
            got = _TOTALS[name](case, run)
            if not same(str(wanted), got, exact=name != "unit_cost"):
                yield Failure(case.id, "case", name, str(wanted), text(got))
        else:
            yield Failure(case.id, "case", name, str(wanted), "no check knows this word")


def _cost_of_goods(case: Case, run: Run) -> Exact:
    """Issues less sales returns, with what was expensed and corrected."""
    total: Exact = 0
    for event in case.events:
        outcome = run.engine.state.outcomes.get(event.row)
        if outcome is None or outcome.status == "refused":
            continue
        if event.type != "invoice_price_change" or case.policy.invoice_difference != "to_expense":
            total += outcome.expensed
        if event.type == "issue" and not outcome.consumed:
            total += outcome.final_cost
        elif event.type == "sales_return":
            total -= outcome.cost
    return _money(case, total)


def _sum_of(name: str) -> Callable[[Case, Run], Exact]:
    return lambda case, run: _money(case, sum(getattr(o, name) for o in run.engine.state.outcomes.values()))


def _allocated(case: Case, run: Run) -> Exact:
    return _money(case, sum(sum(outcome.allocation) for outcome in run.engine.state.outcomes.values()))


def _average(case: Case, run: Run) -> Exact | None:
    """The average of what is left; of a period: the one that it was costed at."""
    if case.policy.method in BY_PERIOD:
        rates = {pool.last_rate for pool in run.engine.state.pools.values()}
        return _unit(case, rates.pop()) if len(rates) == 1 else None
    pools = [pool for pool in run.engine.state.pools.values() if pool.qty > 0]
    qty = sum(pool.qty for pool in pools)
    return _unit(case, Fraction(sum(pool.value for pool in pools)) / qty) if qty else None


def _losses(case: Case, run: Run) -> Exact:
    rows = [event.row for event in case.events if event.type == "scrap"]
    return _money(case, sum(run.engine.state.outcomes[row].cost for row in rows))


def _late_corrections(case: Case, run: Run) -> Exact:
    """What restating changed about the issues since each was entered, plus what was corrected."""
    change: Exact = sum(outcome.correction for outcome in run.engine.state.outcomes.values())
    for event in case.events:
        if event.type == "issue":
            known = value(case, [other for other in case.events if other.row <= event.row])
            change += known.engine.state.outcomes[event.row].cost - run.engine.state.outcomes[event.row].cost
    return _money(case, change)


_TOTALS: dict[str, Callable[[Case, Run], Exact | None]] = {
    "cogs": _cost_of_goods,
    "total_allocated": _allocated,
    "unit_cost": _average,
    "loss": _losses,
    "correction": _late_corrections,
    "price_variance": _sum_of("variance"),
    "quantity_variance": _sum_of("quantity_variance"),
    "price_difference": _sum_of("price_difference"),
}


def _check_as_of(case: Case, wanted: Json) -> Iterator[Failure]:
    for day, unit_cost in wanted.items():
        until = date.fromisoformat(day).toordinal()
        run = value(case, [event for event in case.events if event.date <= until])
        pools = list(run.engine.state.pools.values())
        got = _unit(case, (pools[0].rate if pools else None) or 0)
        if not same(unit_cost, got):
            yield Failure(case.id, day, "unit_cost", unit_cost, text(got))


def _check_closing(case: Case, run: Run, line: Json) -> Iterator[Failure]:
    state = run.engine.state
    item, place, lot = line["item"], line.get("location"), line.get("lot")
    pools = [pool for pool in state.pools_at(item, place) if lot is None or pool.lot == lot or not case.policy.by_lot]
    qty, worth, layers, layers_value = _held(case, run, pools, item, place)
    figures: dict[str, Exact | None] = {
        "qty": _qty(case, qty),
        "value": _money(case, worth),
        "unit_cost": _closing_unit_cost(case, pools, qty, worth),
    }
    for name, wanted in line.items():
        if wanted is None or name in ("item", "location", "lot"):
            continue
        step = f"closing {item} {place or ''} {lot or ''}".rstrip()
        if name in figures:
            if not same(str(wanted), figures[name], exact=name != "unit_cost", mode=case.policy.rounding.mode):
                yield Failure(case.id, step, name, str(wanted), text(figures[name]))
        elif name == "layers":
            if not same_layers([(q, u) for q, u in wanted], layers):
                yield Failure(case.id, step, name, str(wanted), str([(text(q), text(u)) for q, u in merged(layers)]))
        elif name == "layers_qty_value":
            if sorted((Fraction(q), Fraction(v)) for q, v in wanted) != sorted(layers_value):
                yield Failure(case.id, step, name, str(wanted), str(layers_value))
        else:
            yield Failure(case.id, step, name, str(wanted), "no check knows this word")


def _closing_unit_cost(case: Case, pools: list[Pool], qty: Exact, worth: Exact) -> Fraction | None:
    if len(pools) == 1:
        return _unit(case, pools[0].rate)
    return _unit(case, Fraction(worth) / qty) if qty else None


_Held = tuple[Exact, Exact, list[tuple[Exact, Exact]], list[tuple[Exact, Exact]]]


def _held(case: Case, run: Run, pools: list[Pool], item: str, place: str | None) -> _Held:
    """Quantity, value, layers [quantity, unit cost] and layers [quantity, value] of an item (at a place)."""
    state = run.engine.state
    layers: list[tuple[Exact, Exact]] = []
    values: list[tuple[Exact, Exact]] = []
    for pool in pools:
        for layer in pool.open_layers():
            layers.append((_qty(case, layer.left), case.scales.unit_cost(layer.unit_rate)))
            values.append((_qty(case, layer.left), _money(case, layer.worth)))
        short = (shortage.layer for shortage in pool.shortages)
        layers += [(_qty(case, -layer.left), case.scales.unit_cost(layer.unit_rate)) for layer in short]
    qty, worth = sum(pool.qty for pool in pools), sum(pool.value for pool in pools)
    here = state.placed.get((item, place), 0)
    if case.policy.by_place or case.policy.by_lot or place is None or here == qty:
        return qty, worth, layers, values
    # One pool over several places: what lies here, by the layers that lie here or at the pool's average.
    lying = [layer for pool in pools for layer in pool.open_layers() if layer.place == place]
    if not pools[0].method.averages and sum(layer.left for layer in lying) == here:
        rows: list[tuple[Exact, Exact]]
        rows = [(_qty(case, layer.left), case.scales.unit_cost(layer.unit_rate)) for layer in lying]
        return here, sum(layer.worth for layer in lying), rows, []
    share = state.rounder.share(worth, here, qty) if qty else 0
    return here, share, [(_qty(case, here), case.scales.unit_cost(Fraction(worth) / qty))] if qty else [], []
