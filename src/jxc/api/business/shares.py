"""What is on hand by place, where places may share a cost: then the value of the pool goes by quantity.

Invariant: the values that are told add up to the value that is kept.

>>> share(Policy(scope="item"), "TEA", {"WH": (3, 300), "SHOP": (1, 0)})
[('TEA', 'SHOP', 1, 75), ('TEA', 'WH', 3, 225)]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jxc.api.business.ground import Ground
from jxc.api.on_hand import shared
from jxc.app.settings import TOPICS, policy_for
from jxc.costing.policy import Policy
from jxc.kernel.rounding import Exact
from jxc.ports import Transaction
from jxc.reports.stock_moves import Shown

__all__ = ["Policy", "Shares", "StockHeld", "share"]

Held = Mapping[str, tuple[int, int]]
"""Place -> quantity in quanta and value in minor units."""


@dataclass(frozen=True, slots=True)
class StockHeld:
    """What is on hand of an item at a place: quantity and value, ``None`` where the reader may not see it."""

    item: str
    place: str
    qty: Decimal
    value: Decimal | None

    @property
    def unit_cost(self) -> Fraction | None:
        """Value per base unit, exact; ``None`` where nothing is left or it may not be seen."""
        return None if self.value is None or not self.qty else Fraction(self.value) / Fraction(self.qty)


class Shares:
    """Knows which places share a cost, item by item, by what is pinned with each."""

    def __init__(self, tx: Transaction, ground: Ground) -> None:
        self._tx = tx
        self._ground = ground
        self._shown = Shown(ground.terms.scales)
        self._stated = any(
            "scope" in record.body.get("policy", {})
            for topic in TOPICS
            for name in ground.settings.names(topic)
            for record in ground.settings.versions(topic, name)
        )

    def told(self, item: str, held: Held) -> Iterator[StockHeld]:
        """What is on hand of an item, by place."""
        for _, place, qty, value in share(self._policy(item), item, held):
            if qty or value:
                yield StockHeld(item, place, self._shown.qty(int(qty)), self._shown.money(int(value)))

    def _policy(self, item: str) -> Policy:
        base = self._ground.terms.policy
        if not self._stated:
            return base
        [head] = self._tx.get("item_head", [(item,)])
        return base if head is None else policy_for(base, {item: head.state["choices"]})


def share(policy: Policy, item: str, held: Held) -> list[tuple[str, str, Exact, Exact]]:
    """(item, place, quantity, value), sorted by place."""
    pools: dict[str | None, dict[str, tuple[int, int]]] = {}
    for place, amounts in held.items():
        pool = policy.place_groups.get(place, place) if policy.by_place else None
        pools.setdefault(pool, {})[place] = amounts
    found: list[tuple[str, str, Exact, Exact]] = []
    for pool, places in pools.items():
        qty, value = sum(one[0] for one in places.values()), sum(one[1] for one in places.values())
        lying: dict[str, Exact] = {place: one[0] for place, one in places.items() if one[0]}
        found += shared(item, qty, value, lying or {pool or "": qty})
    return sorted(found)
