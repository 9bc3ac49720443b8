"""AdventureWorks as movements for jxc: 202,696 purchases, work orders and sales of a bicycle maker.

Shape: `read(folder)` gives one `Movement` per row of ``transaction_history.parquet``, in file order
(that is by date and TransactionID)::

    P  purchase    receipt at ActualCost per unit
    W  work order  receipt at the standard cost in force on its date (product_cost_history), or without a cost
    S  sale        issue

Invariant: nothing is dropped and nothing added: rows and quantities by type are those of ``facts.json``.
Whether a row can be costed (27 % of the rows are work orders without a cost, sales begin without opening stock) is for
the valuation to say, not for this reader.

The data lies outside the repository; tests skip with a reason where it, or pyarrow, is absent.

>>> history = CostHistory({707: [("2011-05-31", "2012-05-29", "12.0278"), ("2013-05-30", "", "13.0863")]})
>>> history.on(707, "2012-05-29"), history.on(707, "2012-05-30"), history.on(707, "2020-01-01")
('12.0278', None, '13.0863')
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["CostHistory", "Movement", "columns", "facts", "read", "records"]

TYPES = {"P": "receipt", "W": "receipt", "S": "issue"}


@dataclass(frozen=True, slots=True)
class Movement:
    """One row: ``kind`` is P, W or S; ``unit_cost`` is text with four places, None where the data states none."""

    id: str
    date: str
    kind: str
    item: str
    qty: int
    unit_cost: str | None


class CostHistory:
    """Standard cost by product and span of days, both ends included; an empty end is open."""

    def __init__(self, spans: Mapping[int, Sequence[tuple[str, str, str]]]) -> None:
        self._spans = spans

    def on(self, product: int, date: str) -> str | None:
        """The standard cost in force on an ISO date, None where the history has a gap."""
        for start, end, cost in self._spans.get(product, ()):
            if start <= date and (not end or date <= end):
                return cost
        return None

    @classmethod
    def read(cls, path: Path) -> CostHistory:
        spans: dict[int, list[tuple[str, str, str]]] = {}
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                spans.setdefault(int(row["ProductID"]), []).append(
                    (row["StartDate"], row["EndDate"], row["StandardCost"])
                )
        return cls(spans)


def facts(folder: Path) -> dict[str, Any]:
    """The checked totals that come with the data, by name."""
    stated = json.loads((folder / "facts.json").read_text(encoding="utf-8"))["facts"]
    return {name: fact["value"] for name, fact in stated.items()}


def read(folder: Path) -> list[Movement]:
    """Every transaction as a movement, in file order; needs pyarrow."""
    import pyarrow as pa  # pyright: ignore[reportMissingTypeStubs]
    import pyarrow.parquet as pq  # pyright: ignore[reportMissingTypeStubs]

    names = ["TransactionID", "TransactionDate", "TransactionType", "ProductID", "Quantity", "ActualCost"]
    table: Any = pq.read_table(folder / "transaction_history.parquet", columns=names)
    ids, kinds, items, qtys = (table[name].to_pylist() for name in (names[0], *names[2:5]))
    dates = table["TransactionDate"].cast(pa.date32()).cast(pa.string()).to_pylist()
    costs = table["ActualCost"].cast(pa.string()).to_pylist()
    history = CostHistory.read(folder / "product_cost_history.csv")
    return [
        Movement(str(id_), date, kind, str(item), qty, _unit_cost(kind, cost, history, item, date))
        for id_, date, kind, item, qty, cost in zip(ids, dates, kinds, items, qtys, costs, strict=True)
    ]


def _unit_cost(kind: str, actual: str, history: CostHistory, item: int, date: str) -> str | None:
    if kind == "P":
        return actual
    return history.on(item, date) if kind == "W" else None


def records(moves: Iterable[Movement]) -> list[dict[str, object]]:
    """The movements as the list of dicts that ``jxc.value`` takes; empty fields are left out."""
    rows: list[dict[str, object]] = []
    for move in moves:
        row: dict[str, object] = {"id": move.id, "date": move.date, "type": TYPES[move.kind], "item": move.item}
        row["qty"] = str(move.qty)
        if move.unit_cost is not None:
            row["unit_cost"] = move.unit_cost
        rows.append(row)
    return rows


def columns(moves: Sequence[Movement]) -> dict[str, list[object]]:
    """The same as a dict of columns of equal length, None where there is no unit cost."""
    return {
        "id": [move.id for move in moves],
        "date": [move.date for move in moves],
        "type": [TYPES[move.kind] for move in moves],
        "item": [move.item for move in moves],
        "qty": [str(move.qty) for move in moves],
        "unit_cost": [move.unit_cost for move in moves],
    }
