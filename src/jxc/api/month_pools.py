"""The pools of a month-end run in the order in which they are costed: each after those that it gets goods from.

Pools that get goods from each other in a circle are solved together and share a number in ``circle``.

Invariant: opening + in = out + closing, of quantity and of value, in every pool.

>>> from decimal import Decimal
>>> pool = PoolPlan(1, None, "TEA", "A", *map(Decimal, (10, 100, 10, 120, 5, 55)))
>>> pool.closing_qty, pool.closing_value, pool.average
(Decimal('15'), Decimal('165'), Fraction(11, 1))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from jxc.api.answers import OnHand
from jxc.api.rows import Rows
from jxc.api.valuation import Valuation
from jxc.costing.linear import components
from jxc.costing.policy import Policy
from jxc.kernel.rounding import Exact

__all__ = ["PoolKey", "PoolPlan", "pool_key", "pool_plans", "totals_by_pool"]

PoolKey: TypeAlias = tuple[str, str]
"""Item and place (or group of places); the place is empty where the company is one pool."""

_LEAVES = frozenset({"issue", "scrap", "adjust_out", "purchase_return", "transfer"})
_MOVES = _LEAVES | {"opening", "receipt", "adjust_in", "assembly", "disassembly", "sales_return", "count"}
_ZERO = Decimal(0)
_NOTHING = (_ZERO, _ZERO)


@dataclass(frozen=True, slots=True)
class PoolPlan:
    """One pool in the period: where it stands in the order, and what it opens with, gets and gives.

    ``in_*`` is all that is no issue, scrap, return to a supplier or transfer away: returns of customers, differences of
    counts and changes of value with it.
    """

    order: int
    circle: int | None
    item: str
    place: str
    opening_qty: Decimal
    opening_value: Decimal
    in_qty: Decimal
    in_value: Decimal
    out_qty: Decimal
    out_value: Decimal

    @property
    def closing_qty(self) -> Decimal:
        """What is left."""
        return self.opening_qty + self.in_qty - self.out_qty

    @property
    def closing_value(self) -> Decimal:
        """What is left is worth."""
        return self.opening_value + self.in_value - self.out_value

    @property
    def average(self) -> Fraction | None:
        """Value over quantity of all that there was to give; ``None`` where there was nothing."""
        qty = self.opening_qty + self.in_qty
        return Fraction(self.opening_value + self.in_value) / Fraction(qty) if qty > 0 else None


def totals_by_pool(held: Iterable[OnHand], policy: Policy) -> dict[PoolKey, tuple[Decimal, Decimal]]:
    """Quantity and value on hand by pool."""
    found: dict[PoolKey, tuple[Decimal, Decimal]] = {}
    for line in held:
        key = pool_key(policy, line.item, line.place)
        qty, value = found.get(key, (_ZERO, _ZERO))
        found[key] = qty + line.qty, value + line.value
    return found


def pool_key(policy: Policy, item: str | None, place: str | None) -> PoolKey:
    """The pool of goods at a place."""
    where = place or ""
    return item or "", policy.place_groups.get(where, where) if policy.by_place else ""


def pool_plans(
    rows: Rows,
    policy: Policy,
    chosen: Iterable[int],
    valuation: Valuation,
    opening: Mapping[PoolKey, tuple[Decimal, Decimal]],
) -> tuple[PoolPlan, ...]:
    """The pools whose quantity or value these rows of the period touch, in order."""
    costs, inside = valuation.exact_costs, set(chosen)
    uses: dict[PoolKey, list[PoolKey]] = {}
    out: dict[PoolKey, tuple[Exact, Exact]] = {}
    for row in sorted(inside):
        if rows.type[row] not in _MOVES:
            continue
        key = pool_key(policy, rows.item[row], rows.place[row])
        uses.setdefault(key, [])
        if rows.type[row] == "transfer":
            target = pool_key(policy, rows.item[row], rows.to_place[row])
            uses.setdefault(target, [])
            if target == key:
                continue
            uses[target].append(key)
        if rows.type[row] in _LEAVES:
            qty, value = out.get(key, (0, 0))
            out[key] = qty + rows.qty[row], value + costs[row]
        for source in _sources(rows, policy, row) if row in rows.refs or row in rows.details else ():
            other = pool_key(policy, rows.item[source], rows.place[source])
            if source in inside and (other != key or rows.type[row] != "sales_return"):
                uses[key].append(other)
    gone = {key: (valuation.as_qty(qty), valuation.as_money(value)) for key, (qty, value) in out.items()}
    closing = totals_by_pool(valuation.on_hand, policy)
    for key in (*opening, *closing):  # what only a charge, a price or a revaluation reached
        if key not in uses and opening.get(key, _NOTHING) != closing.get(key, _NOTHING):
            uses[key] = []
    return tuple(_in_order(uses, gone, opening, closing))


def _sources(rows: Rows, policy: Policy, row: int) -> tuple[int, ...]:
    """The issues whose cost comes in with a row: of goods made of them, or returned at what they cost when they left.

    A return at current cost (``returns="current_cost"``) takes the average of its own pool, and needs no other.
    """
    if rows.type[row] == "sales_return":
        return rows.refs.get(row, ()) if policy.returns != "current_cost" else ()
    details = rows.details.get(row)
    return details.cost_from if details is not None else ()


def _in_order(
    uses: Mapping[PoolKey, list[PoolKey]],
    out: Mapping[PoolKey, tuple[Decimal, Decimal]],
    opening: Mapping[PoolKey, tuple[Decimal, Decimal]],
    closing: Mapping[PoolKey, tuple[Decimal, Decimal]],
) -> Iterable[PoolPlan]:
    order = circles = 0
    alone = {key for key, others in uses.items() if not others}
    by_need: list[tuple[PoolKey, ...]] = [(key,) for key in sorted(alone)]
    by_need += components({key: sorted(uses[key]) for key in sorted(uses) if key not in alone})
    for members in by_need:
        circles += len(members) > 1
        for key in members:
            order += 1
            (qty, value), (left, worth), (gone, cost) = (each.get(key, _NOTHING) for each in (opening, closing, out))
            circle = circles if len(members) > 1 else None
            yield PoolPlan(order, circle, *key, qty, value, left - qty + gone, worth - value + cost, gone, cost)
