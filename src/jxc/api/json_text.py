"""A valuation as plain data and as JSON text, amounts and quantities as strings.

    Valuation  --as_dict-->      {"method", "currency", "cost_of_sales", "on_hand", ..., "movements", "problems"}
               --json_chunks-->  the same as text, piece by piece, so that a long history is never held twice

Invariant: the text is the same bytes for the same input, and parses to ``as_dict``; a row of a list is a line.

>>> from jxc.api.value import value
>>> tea = value([{"date": "2026-01-05", "type": "receipt", "item": "茶", "qty": 1, "amount": "2"}], currency="CNY")
>>> json.loads("".join(json_chunks(tea))) == as_dict(tea)
True
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jxc.api.answers import Explanation, Movement, OnHand
    from jxc.api.valuation import Valuation

__all__ = ["as_dict", "explanations_as_json", "json_chunks"]

_encode = json.JSONEncoder(ensure_ascii=False).encode


def as_dict(valuation: Valuation) -> dict[str, object]:
    """The answer as plain data."""
    return {name: part if isinstance(part, str | None) else list(part) for name, part in _parts(valuation)}


def json_chunks(valuation: Valuation) -> Iterator[str]:
    """The answer as JSON text in pieces, ending with a line break."""
    mark = "{\n"
    for name, part in _parts(valuation):
        yield f"{mark}{_encode(name)}: "
        if isinstance(part, str | None):
            yield _encode(part)
        else:
            yield from _list(part)
        mark = ",\n"
    yield "\n}\n"


def _parts(valuation: Valuation) -> Iterator[tuple[str, str | Iterator[object] | None]]:
    yield "method", valuation.method
    yield "currency", valuation.currency
    yield "cost_of_sales", _text(valuation.cost_of_sales)
    yield "on_hand", map(_held, valuation.on_hand)
    yield "on_hand_value", _text(valuation.on_hand_value)
    yield "movements", map(_movement, valuation.movements)
    yield "problems", (problem.to_dict() for problem in valuation.problems)


def _list(rows: Iterator[object]) -> Iterator[str]:
    mark = "[\n "
    for row in rows:
        yield f"{mark}{_encode(row)}"
        mark = ",\n "
    yield "[]" if mark == "[\n " else "\n]"


def _text(number: Decimal) -> str:
    return format(number, "f")


def _held(held: OnHand) -> Mapping[str, object]:
    return {"item": held.item, "place": held.place, "qty": _text(held.qty), "value": _text(held.value)}


def _movement(movement: Movement) -> Mapping[str, object]:
    return {
        "row": movement.row,
        "id": movement.id,
        "type": movement.type,
        "item": movement.item,
        "place": movement.place,
        "qty": None if movement.qty is None else _text(movement.qty),
        "cost": _text(movement.cost),
        "status": movement.status,
    }


def explanations_as_json(explanations: Iterable[Explanation]) -> str:
    """Explanations as a JSON object with the one list ``explanations``."""
    found = [
        {
            "row": explanation.row,
            "type": explanation.type,
            "item": explanation.item,
            "cost": _text(explanation.cost),
            "sources": [
                {"kind": s.kind, "row": s.row, "id": s.id, "doc": s.doc, "amount": _text(s.amount), "via": list(s.via)}
                for s in explanation.sources
            ],
        }
        for explanation in explanations
    ]
    return json.dumps({"explanations": found}, ensure_ascii=False, indent=1)
