"""Which goods an issue takes: the pools and, where lots are picked, the layers.

An issue names lots (``lots``), a lot, a filter (``lot_match``), or nothing.  ``fefo`` picks physical lots by earliest
expiry, leaving expired ones; the cost is then the lot's or the pool's, as the scope says.  ``strict`` takes what fits
the filter and refuses a choice that the filter leaves open; ``strict_with_size`` lets a lot of exactly the quantity
win.  The order of checks: lots named, filter, ambiguity, quantity.

Invariant: nothing is taken before every part of the issue has been found.

>>> from jxc.costing.engine import replay
>>> from jxc.costing.policy import Policy
>>> rows = [
...     Event(0, "receipt", 1, "TEA", 5, 500, lot="B", expiry=99),
...     Event(1, "receipt", 2, "TEA", 5, 600, lot="A", expiry=30),
...     Event(2, "issue", 3, "TEA", 6),
... ]
>>> engine = replay(rows, Policy(method="specific", lot_pick="fefo"))
>>> [(piece.lot, piece.qty) for piece in engine.state.outcomes[2].taken]
[('A', 5), ('B', 1)]
>>> str(replay(rows, Policy(method="specific")).problems[2])
'more than one lot of TEA fits: B, A (lot); name the lot'
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from jxc.costing.events import Event, LotMatch, Scales
from jxc.costing.inflow import lots_mismatch
from jxc.costing.layers import Layer, Pool
from jxc.costing.state import State
from jxc.errors import StockError
from jxc.kernel.rounding import Exact, round_to

__all__ = ["Pick", "check_stock", "insufficient", "merged", "plan"]


@dataclass(frozen=True, slots=True)
class Pick:
    """A part of an issue: a quantity of one pool, of one physical lot, and the layers it is limited to."""

    pool: Pool
    qty: Exact
    lot: str | None
    layers: list[Layer] | None = None
    estimate: Fraction | None = None
    merge: bool = False


def plan(state: State, event: Event) -> list[Pick]:
    """The parts of an issue, all checked; raises ``StockError`` and changes nothing if it cannot be served."""
    picks = _by_lots(state, event)
    if len(picks) == 1 and (event.details.lot_match is not None or state.layered_pick):
        picks = [_by_match(state, event, picks[0])]
    for pool, qty in _by_pool(picks):
        check_stock(state, pool, qty, event)
    if state.policy.place_check is not None:
        _check_place(event, picks)
    return picks


def _by_pool(picks: list[Pick]) -> list[tuple[Pool, Exact]]:
    """What all picks together take from each pool: lots may share one."""
    if len(picks) == 1:
        return [(picks[0].pool, picks[0].qty)]
    wanted: dict[int, tuple[Pool, Exact]] = {}
    for pick in picks:
        _, qty = wanted.get(id(pick.pool), (pick.pool, 0))
        wanted[id(pick.pool)] = (pick.pool, qty + pick.qty)
    return list(wanted.values())


def _by_lots(state: State, event: Event) -> list[Pick]:
    details = event.details
    if details.lots:
        if sum(qty for _, qty in details.lots) != event.qty:
            raise lots_mismatch(event)
        return [Pick(state.pool(event.item, event.place, lot), qty, lot) for lot, qty in event.details.lots]
    lot = event.lot
    if lot is None and details.lot_match is not None and _pooled_by_lot(state, event):
        lot = details.lot_match.lot
    if lot is None:
        if state.policy.lot_pick == "fefo":
            return [Pick(state.pool(event.item, event.place, name), qty, name) for name, qty in _fefo(state, event)]
        if _pooled_by_lot(state, event):
            return _unnamed_lot(state, event)
    return [Pick(state.pool(event.item, event.place, lot), event.qty, lot)]


def _pooled_by_lot(state: State, event: Event) -> bool:
    return state.policy.by_lot or state.method(event.item, event.place).by_lot


def _fefo(state: State, event: Event) -> list[tuple[str | None, Exact]]:
    """Physical lots by earliest expiry; lots without expiry last, expired ones excluded."""
    lots = state.lots.get((event.item, event.place), {})
    expiry = {lot: state.lot_expiry.get((event.item, lot)) for lot in lots}
    usable = [lot for lot, qty in lots.items() if qty > 0 and not _expired(expiry[lot], event.date)]
    picks: list[tuple[str | None, Exact]] = []
    rest = event.qty
    for lot in sorted(usable, key=lambda name: (expiry[name] is None, expiry[name] or 0)):
        taken = min(rest, lots[lot])
        if taken > 0:
            picks.append((lot, taken))
            rest -= taken
    refuse = state.policy.negative_stock == "refuse"
    if rest > 0 and refuse and any(_expired(expiry[lot], event.date) and lots[lot] > 0 for lot in lots):
        raise _too_little(
            state,
            event,
            event.qty - rest,
            hint="the rest has expired: scrap it, or name the lot to take it all the same",
        )
    if rest > 0:
        picks.append((None, rest))
    return picks


def _expired(expiry: int | None, day: int) -> bool:
    return expiry is not None and expiry < day


def _unnamed_lot(state: State, event: Event) -> list[Pick]:
    """No lot is named though each has its own cost: goods without a lot, else the only choice, else ambiguous."""
    pools = [pool for pool in state.pools_at(event.item, event.place) if pool.qty > 0]
    bare = [pool for pool in pools if pool.lot is None]
    if bare and bare[0].qty >= event.qty:
        return [Pick(bare[0], event.qty, None)]
    total = sum(pool.qty for pool in pools)
    if total == event.qty and pools:
        return [Pick(pool, pool.qty, pool.lot) for pool in pools]
    if len(pools) == 1:
        return [Pick(pools[0], event.qty, pools[0].lot)]
    if not pools or total < event.qty:
        return [Pick(state.pool(event.item, event.place, None), event.qty, None)]
    raise _ambiguous(event, [pool.lot or "-" for pool in pools])


def _by_match(state: State, event: Event, pick: Pick) -> Pick:
    match = event.details.lot_match
    if state.layered_pick:
        return _strictly(state, event, pick, match or LotMatch(lot=event.lot))
    if match is None or pick.pool.method.averages:
        return pick
    fitting = _fitting(event, pick.pool, match)
    return Pick(pick.pool, pick.qty, pick.lot, _enough(state, event, fitting, pick.pool))


def _strictly(state: State, event: Event, pick: Pick, match: LotMatch) -> Pick:
    rule = state.policy.pick
    if rule == "none":
        return _lot_or_negative(state, event, pick, match)
    fitting = _enough(state, event, _fitting(event, pick.pool, match), pick.pool)
    if rule == "average_of_match":
        return Pick(pick.pool, pick.qty, pick.lot, fitting, merge=True)
    groups = _same_lots(fitting)
    if rule == "strict_with_size":
        exact = [group for group in groups if sum(layer.left for layer in group) == pick.qty]
        if exact:
            return Pick(pick.pool, pick.qty, pick.lot, exact[0])
    if len(groups) > 1 and sum(layer.left for layer in fitting) > pick.qty:
        raise _ambiguous(event, sorted({layer.lot or f"of row {layer.origin + 1}" for layer in fitting}))
    return Pick(pick.pool, pick.qty, pick.lot, fitting)


def _same_lots(layers: list[Layer]) -> list[list[Layer]]:
    """Layers of the same cost, date and label are one lot."""
    groups: dict[tuple[Fraction, int, str | None], list[Layer]] = {}
    for layer in layers:
        groups.setdefault((layer.unit_rate, layer.date, layer.lot), []).append(layer)
    return list(groups.values())


def _fitting(event: Event, pool: Pool, match: LotMatch) -> list[Layer]:
    fitting = [layer for layer in pool.open_layers() if layer.fits(match)]
    if pool.method.from_tail:
        fitting.reverse()
    if not fitting and match != LotMatch():
        raise StockError(
            "no_matching_lot",
            f"no lot of {event.item} fits what the issue names",
            field="lot",
            value=match.lot,
            hint="name a lot that is on hand, or leave the filter out",
        )
    return fitting


def _enough(state: State, event: Event, layers: list[Layer], pool: Pool) -> list[Layer]:
    total = sum(layer.left for layer in layers)
    if total < event.qty and (pool.qty >= event.qty or state.policy.negative_stock == "refuse"):
        raise _too_little(state, event, total)
    return layers


def _lot_or_negative(state: State, event: Event, pick: Pick, match: LotMatch) -> Pick:
    """A lot that fits and holds enough, else a negative lot at the cost that the issue names."""
    for group in _same_lots([layer for layer in pick.pool.open_layers() if layer.fits(match)]):
        if sum(layer.left for layer in group) >= event.qty:
            return Pick(pick.pool, pick.qty, pick.lot, group)
    rate = match.rate if match.rate is not None else pick.pool.rate
    if rate is None or state.policy.negative_lots != "allow":
        raise _too_little(state, event, 0)
    return Pick(pick.pool, pick.qty, pick.lot, [], rate)


def merged(state: State, pool: Pool, layers: list[Layer]) -> list[Layer]:
    """The lots that fit, averaged into the first of them."""
    first = layers[0]
    qty, worth = sum(layer.left for layer in layers), sum(layer.worth for layer in layers)
    for other in layers[1:]:
        other.found(0, 0)
    state.found(pool, first, qty, worth)
    return [first]


def check_stock(state: State, pool: Pool, qty: Exact, event: Event) -> None:
    """Refuse what goes beyond the stock of the pool, measured at the policy's places of quantity."""
    short = qty - max(pool.qty, 0)
    if short <= 0 or state.policy.negative_stock != "refuse":
        return
    places = state.policy.qty_places
    if places is not None and round_to(short, places - state.scales.qty_places) == 0:
        return
    raise _too_little(state, event, max(pool.qty, 0))


def _check_place(event: Event, picks: list[Pick]) -> None:
    """One queue over all places, and the next lot must lie where the goods are taken."""
    for pick in picks:
        rest = pick.qty
        queue = list(pick.pool.open_layers()) if pick.layers is None else pick.layers
        if pick.pool.method.from_tail and pick.layers is None:
            queue.reverse()
        for layer in queue:
            if rest <= 0:
                break
            if layer.place != event.place:
                raise StockError(
                    "older_lot_elsewhere",
                    f"the next lot of {event.item} lies at {layer.place}",
                    field="place",
                    value=event.place,
                    hint="issue from there, or transfer it first",
                )
            rest -= layer.left


def insufficient(
    scales: Scales, item: str, place: str | None, qty: Exact, held: Exact, *, hint: str = ""
) -> StockError:
    """The refusal of an issue beyond stock: what was wanted, what is on hand, what is short."""
    scale = 10**scales.qty_places
    where = f" at {place}" if place else ""
    return StockError(
        "insufficient_stock",
        f"{_plain(qty, scale)} of {item} wanted{where}, {_plain(held, scale)} on hand",
        field="qty",
        value=_plain(qty, scale),
        hint=hint or "enter the missing receipt, or choose a policy for negative stock",
        short=_plain(qty - held, scale),
    )


def _too_little(state: State, event: Event, held: Exact, *, hint: str = "") -> StockError:
    return insufficient(state.scales, event.item, event.place, event.qty, held, hint=hint)


def _plain(qty: Exact, scale: int) -> str:
    whole, rest = divmod(qty, scale)
    if not rest:
        return str(whole)
    digits = str(rest * 10**12 // scale).rjust(12, "0").rstrip("0")
    return f"{whole}.{digits}"


def _ambiguous(event: Event, lots: list[str]) -> StockError:
    return StockError(
        "ambiguous_lot",
        f"more than one lot of {event.item} fits: {', '.join(lots)}",
        field="lot",
        hint="name the lot",
    )
