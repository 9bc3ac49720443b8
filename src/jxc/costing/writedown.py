"""Lower of cost and net realisable value (成本与可变现净值孰低).

IAS 2.9 and 2.28-33, CAS 1 art. 15-19: stock is carried at the lower of the two, normally item by item, by groups where
items belong together; the difference is an allowance (存货跌价准备), taken back when value recovers, at most what was
written down.  The wider the level, the smaller the allowance, since gains on some items offset losses on others.

Invariant: ``0 <= required``, and ``required(total) <= required(group) <= required(item)``.

>>> goods = [Held("T1", 12000, 11000, "tools"), Held("T2", 8000, 9500, "tools")]
>>> required(goods, "item"), required(goods, "group")
({'T1': 1000, 'T2': 0}, {'tools': 0})
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from jxc.kernel.rounding import Exact

__all__ = ["Held", "NrvLevel", "required"]

NrvLevel: TypeAlias = Literal["item", "group", "total"]


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of an item: its cost and net realisable value, both totals in minor units, and its group."""

    item: str
    cost: Exact
    nrv: Exact
    group: str = ""


def required(held: Iterable[Held], level: NrvLevel = "item") -> dict[str, Exact]:
    """The allowance required per item, per group, or in all (key ``"total"``)."""
    sums: dict[str, tuple[Exact, Exact]] = {}
    for goods in held:
        key = {"item": goods.item, "group": goods.group, "total": "total"}[level]
        cost, nrv = sums.get(key, (0, 0))
        sums[key] = (cost + goods.cost, nrv + goods.nrv)
    return {key: max(0, cost - nrv) for key, (cost, nrv) in sums.items()}
