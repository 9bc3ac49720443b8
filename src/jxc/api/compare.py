"""The same movements under several methods, side by side.

>>> moves = [
...     {"date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 10, "unit_cost": "2.00"},
...     {"date": "2026-01-06", "type": "receipt", "item": "TEA", "qty": 10, "unit_cost": "3.00"},
...     {"date": "2026-01-11", "type": "issue", "item": "TEA", "qty": 10},
... ]
>>> print(compare(moves, methods=["fifo", "lifo", "moving_average"], currency="CNY"))
method          cost of sales  on hand  problems
fifo                    20.00    30.00         0
lifo                    30.00    20.00         0
moving_average          25.00    25.00         0
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jxc.api.differences import DifferenceExplanation, explain_difference
from jxc.api.sources import Movements, readable_again
from jxc.api.valuation import Valuation
from jxc.api.value import value
from jxc.errors import NotFoundError, PolicyError

__all__ = ["Comparison", "ItemComparison", "compare"]


@dataclass(frozen=True, slots=True)
class ItemComparison:
    """One item under every method: what was sold of it cost, and what is left is worth."""

    item: str
    cost_out: dict[str, Decimal]
    on_hand_value: dict[str, Decimal]

    @property
    def spread(self) -> Decimal:
        """How far the methods lie apart on what is left."""
        return max(self.on_hand_value.values()) - min(self.on_hand_value.values())


@dataclass(frozen=True, slots=True)
class Comparison:
    """Valuations of the same movements by method, in the order asked for."""

    valuations: dict[str, Valuation]

    def __getitem__(self, method: str) -> Valuation:
        return self.valuations[method]

    def __iter__(self) -> Any:
        return iter(self.valuations.values())

    def items(self) -> list[ItemComparison]:
        """Every item, those on which the methods differ most first."""
        outs = {name: _cost_out(v) for name, v in self.valuations.items()}
        left = {name: _left(v) for name, v in self.valuations.items()}
        names = sorted({item for by_item in (*outs.values(), *left.values()) for item in by_item})
        zero = Decimal(0)
        lines = [
            ItemComparison(
                item,
                {name: by_item.get(item, zero) for name, by_item in outs.items()},
                {name: by_item.get(item, zero) for name, by_item in left.items()},
            )
            for item in names
        ]
        return sorted(lines, key=lambda line: (-line.spread, line.item))

    def explain(self, item: str, method: str, against: str | None = None) -> DifferenceExplanation:
        """Why the issues of an item cost what they do under a method, against another (by default the first).

        Raises ``NotFoundError`` ``not_compared`` for a method that is not among those compared.
        """
        names = list(self.valuations)
        for name in (method, against or names[0]):
            if name not in names:
                raise NotFoundError(
                    "not_compared",
                    "this method is not among those compared",
                    field="method",
                    value=name,
                    hint=f"use one of {', '.join(names)}",
                )
        if item not in {line.item for line in self.items()}:
            hint = "items() lists them"
            raise NotFoundError("no_such_item", "there is no such item", field="item", value=item, hint=hint)
        return explain_difference(item, self[method], self[against or names[0]])

    def explanations(self) -> list[DifferenceExplanation]:
        """Every item under every method against the first, where they differ; items as in ``items``."""
        first, *others = self.valuations
        found = [self.explain(line.item, other, first) for line in self.items() for other in others]
        return [explanation for explanation in found if explanation.difference]

    def __str__(self) -> str:
        head = ("method", "cost of sales", "on hand", "problems")
        body = [
            (name, str(v.cost_of_sales), str(v.on_hand_value), str(len(v.problems)))
            for name, v in self.valuations.items()
        ]
        widths = [max(len(line[i]) for line in (head, *body)) for i in range(4)]
        return "\n".join(
            "  ".join([line[0].ljust(widths[0]), *(line[i].rjust(widths[i]) for i in (1, 2, 3))])
            for line in (head, *body)
        )


def _cost_out(valuation: Valuation) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for movement in valuation.movements:
        if movement.type == "issue":
            sums[movement.item] = sums.get(movement.item, Decimal(0)) + movement.cost
    return sums


def _left(valuation: Valuation) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for held in valuation.on_hand:
        sums[held.item] = sums.get(held.item, Decimal(0)) + held.value
    return sums


def compare(movements: Movements, *, methods: Sequence[str], **options: Any) -> Comparison:
    """Value the same movements by several methods; ``options`` are those of ``value``.

    Raises ``PolicyError`` if no method is named or one twice, and what ``value`` raises.
    """
    if not methods or len(set(methods)) != len(methods):
        raise PolicyError(
            "bad_methods", "name at least one method, each once", field="methods", value=", ".join(methods)
        )
    movements = readable_again(movements, encoding=options.get("encoding"))
    return Comparison({method: value(movements, method=method, **options) for method in methods})
