"""Effects summed up: what is on hand, the cost of sales by month, and every role.

Invariant: the roles add up to nothing, and ``inventory`` is the value on hand.

>>> sums = Sums(Policy(scope="item"), None)
>>> sums.add(739621, "TEA", Effect("inventory", "WH", 300, 3))
>>> sums.add(739622, "TEA", Effect("inventory", "SHOP", 0, 1))
>>> sums.on_hand()
[('TEA', 'SHOP', 1, 75), ('TEA', 'WH', 3, 225)]
"""

from __future__ import annotations

from datetime import date

from jxc.api.on_hand import shared
from jxc.costing.effects import Effect
from jxc.costing.policy import Policy
from jxc.kernel.rounding import Exact

__all__ = ["Effect", "Policy", "Sums"]


class Sums:
    """Sums of effects up to a day (``None``: of all); ``policy`` says which places share a value."""

    def __init__(self, policy: Policy, until: int | None) -> None:
        self._policy = policy
        self._until = until
        self._held: dict[tuple[str, str], list[Exact]] = {}
        self._months: dict[int, Exact] = {}
        self.roles: dict[str, Exact] = {}

    def add(self, day: int, item: str, effect: Effect) -> None:
        """Count one effect, if it lies within the days."""
        if self._until is not None and day > self._until:
            return
        self.roles[effect.role] = self.roles.get(effect.role, 0) + effect.amount
        if effect.role == "inventory":
            held = self._held.setdefault((item, effect.place or ""), [0, 0])
            held[0] += effect.qty
            held[1] += effect.amount
        elif effect.role == "cogs":
            self._months[day] = self._months.get(day, 0) + effect.amount

    def on_hand(self) -> list[tuple[str, str, Exact, Exact]]:
        """(item, place, quantity, value) of all that is left; where places share a pool, value goes by quantity."""
        pools: dict[tuple[str, str | None], dict[str, list[Exact]]] = {}
        for (item, place), held in self._held.items():
            pools.setdefault((item, self._pool(place)), {})[place] = held
        found: list[tuple[str, str, Exact, Exact]] = []
        for (item, pool), places in pools.items():
            qty, value = sum(held[0] for held in places.values()), sum(held[1] for held in places.values())
            lying = {place: held[0] for place, held in places.items() if held[0]}
            found += shared(item, qty, value, lying or {pool or "": qty})
        return sorted(line for line in found if line[2] or line[3])

    def _pool(self, place: str) -> str | None:
        return self._policy.place_groups.get(place, place) if self._policy.by_place else None

    def cost_of_sales(self) -> dict[str, Exact]:
        """Cost of sales by calendar month."""
        months: dict[str, Exact] = {}
        for day in sorted(self._months):
            name = date.fromordinal(day).isoformat()[:7]
            months[name] = months.get(name, 0) + self._months[day]
        return {name: amount for name, amount in months.items() if amount}
