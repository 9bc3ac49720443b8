"""Ways to write the same history differently, after which every figure must be the same, and figures to compare.

    split(rows, at, first)      an issue as two that follow each other
    without(rows, ids)          some rows left out
    renamed(rows)               other names for items and places
    scaled(rows, factor)        quantities in a unit ``factor`` times smaller, prices per unit to match
    parts(rows)                 the rows in groups that have nothing to do with each other
    mixed(groups, turns)        the groups put together again, taking turns
    figures(engine)             what every row cost and what is left, by the ids of the rows

Invariant: rows that are handed in are not changed.

>>> rows = [{"id": "r1", "item": "TEA", "qty": "5"}]
>>> [(row["id"], row["qty"]) for row in split(rows, 0, Decimal(2))]
[('r1', '2'), ('r1+', '3')]
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jxc.costing.engine import Engine
from jxc.kernel.rounding import Exact
from jxc.testing.strategies import Row

__all__ = ["Figures", "figures", "mixed", "parts", "references", "renamed", "scaled", "split", "without"]

_REST = "+"


def references(row: Row) -> list[str]:
    """The ids that a row refers to."""
    return [name for name in str(row.get("ref", "")).split(";") if name]


def split(rows: Sequence[Row], at: int, first: Decimal) -> list[Row]:
    """The row ``at`` as two: ``first`` of its quantity, then the rest under the id with a ``+``."""
    row = rows[at]
    rest = Decimal(str(row["qty"])) - first
    halves = [{**row, "qty": str(first)}, {**row, "qty": str(rest), "id": f"{row['id']}{_REST}"}]
    return [*rows[:at], *halves, *rows[at + 1 :]]


def without(rows: Sequence[Row], ids: Collection[str]) -> list[Row]:
    """The rows but those of these ids."""
    return [row for row in rows if str(row["id"]) not in ids]


def renamed(rows: Sequence[Row]) -> list[Row]:
    """The rows with other names of items and places, in another alphabetical order."""
    names = ("item", "place", "to_place")
    return [{k: f"{str(v)[::-1]}-{v}" if k in names and v else v for k, v in row.items()} for row in rows]


def scaled(rows: Sequence[Row], factor: int) -> list[Row]:
    """The rows in a unit ``factor`` times smaller: quantities grow, unit costs shrink, amounts stay."""
    return [dict(_scaled(row, factor)) for row in rows]


def _scaled(row: Row, factor: int) -> Iterator[tuple[str, object]]:
    priced_by_unit = row["type"] in ("count", "standard_price", "invoice_price_change")
    for name, cell in row.items():
        if name == "qty" and cell:
            yield name, str(Decimal(str(cell)) * factor)
        elif name == "unit_cost" and priced_by_unit:
            yield name, str(Decimal(str(cell)) / factor)
        elif name == "unit_cost":
            yield "amount", str(Decimal(str(cell)) * Decimal(str(row["qty"])))
        else:
            yield name, cell


def parts(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows in groups, each in the order given, so that no row refers to another group or shares its item."""
    group: dict[str, str] = {}

    def top(name: str) -> str:
        while group.setdefault(name, name) != name:
            name = group[name]
        return name

    item_of = {str(row["id"]): str(row["item"]) for row in rows}
    for row in rows:
        linked = [f"row {name}" for name in (str(row["id"]), *references(row))]
        linked += [f"item {item_of[name]}" for name in references(row) if item_of.get(name)]
        linked += [f"item {row['item']}"] if row["item"] else []
        for other in linked[1:]:
            group[top(other)] = top(linked[0])
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(top(f"row {row['id']}"), []).append(row)
    return list(found.values())


def mixed(groups: Sequence[Sequence[Row]], turns: Sequence[int]) -> list[Row]:
    """The groups as one list, each in its own order; ``turns`` says whose row is next, as long as that is possible."""
    waiting = [list(group) for group in groups]
    taken: list[Row] = []
    for turn in turns:
        group = waiting[turn % len(waiting)] if waiting else []
        if group:
            taken.append(group.pop(0))
    return [*taken, *(row for group in waiting for row in group)]


@dataclass(frozen=True, slots=True)
class Figures:
    """What can be compared between two runs: rows by id, and closing (quantity, value) by item and place."""

    rows: Mapping[str, tuple[object, ...]]
    closing: Mapping[tuple[str, str | None], tuple[Fraction, Fraction]]

    def costs(self) -> dict[str, object]:
        """The cost of every row by its id."""
        return {name: row[0] for name, row in self.rows.items()}


def figures(engine: Engine) -> Figures:
    """The figures of a run."""
    state = engine.state
    rows = {
        state.events[row].id or str(row): (
            outcome.final_cost,
            outcome.status,
            outcome.value_change,
            outcome.expensed,
            outcome.variance,
            outcome.price_difference,
        )
        for row, outcome in state.outcomes.items()
    }
    closing: dict[tuple[str, str | None], tuple[Exact, Exact]] = {}
    for pool in state.pools.values():
        qty, value = closing.get((pool.item, pool.place), (0, 0))
        closing[pool.item, pool.place] = (qty + pool.qty, value + pool.value)
    scale = 10**state.scales.qty_places
    return Figures(
        rows, {key: (Fraction(qty) / scale, Fraction(value)) for key, (qty, value) in closing.items() if qty or value}
    )
