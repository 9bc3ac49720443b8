"""A row as it is stated, as plain data in the words of facts: what a book keeps of it, and what reads it again.

    {"类型": "入库", "商品": "TEA", "数量": 10, "unit_cost": Decimal("2.00"), ...}
    {"type": "receipt", "item": "TEA", "qty": "10", "unit_cost": "2.00", ...}

Words of tables, English or Chinese, become the fields of facts; who it concerns in trade (``party``, ``salesman``)
stands beside them.

Invariant: what is stated is kept as it was said, with exact numbers as text; reading it again gives the same fact.

>>> stated = as_stated({"Type": "goods receipt", "date": "2026-01-05", "item": "TEA", "qty": 10, "ref": "PO-1;PO-2"})
>>> stated
{'type': 'receipt', 'date': '2026-01-05', 'item': 'TEA', 'qty': '10', 'refs': ['PO-1', 'PO-2']}
>>> fact_of({**stated, "party": "S-01", "refs": []})
Receipt(date=datetime.date(2026, 1, 5), item='TEA', qty=Decimal('10'))
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, cast

from jxc.app.canonical import plain
from jxc.edge.facts_json import dump_fact, parse_fact
from jxc.edge.words import column_name, type_name
from jxc.errors import FieldError
from jxc.kernel.text import check_text
from jxc.stock.facts import AnyFact, Fact

__all__ = ["BESIDE", "as_stated", "fact_of", "items_in", "refs_in"]

BESIDE = ("party", "salesman")
"""Fields of a row that costing has no use for: who bought, supplied, sold."""


def as_stated(row: Mapping[str, object] | Fact) -> dict[str, Any]:
    """A row or fact as plain data in the words of facts.

    Raises ``NumberError`` for a float, ``FieldError`` ``not_an_object``, ``duplicate_field``, ``not_plain``.
    """
    if isinstance(row, Fact):
        return cast("dict[str, Any]", dump_fact(row))
    if not isinstance(row, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise FieldError("not_an_object", "a fact is an object with named fields", value=type(row).__name__)
    found: dict[str, Any] = {}
    for name, value in row.items():
        if value is None:
            continue
        field = _field(name)
        if field in found:
            raise FieldError("duplicate_field", f"two fields mean {field}", field=field, value=name)
        found[field] = plain(value, field)
    return _told(found)


@lru_cache(maxsize=1000)
def _field(name: str) -> str:
    column = column_name(str(name)) or str(name)
    return "refs" if column == "ref" else column


def _told(found: dict[str, Any]) -> dict[str, Any]:
    kind, refs = found.get("type"), found.get("refs")
    if isinstance(kind, str):
        found["type"] = type_name(kind) or kind
    if isinstance(refs, str):
        found["refs"] = [part.strip() for part in refs.split(";") if part.strip()]
    for name in BESIDE:
        if name in found:
            check_text(found[name], field=name)
    return found


def fact_of(body: Mapping[str, Any]) -> AnyFact:
    """The fact that a stated row is; raises ``InputError`` with the field."""
    return parse_fact({name: value for name, value in body.items() if name not in BESIDE})


def items_in(body: Mapping[str, Any]) -> Iterator[str]:
    """The items that a stated row names, its own and those of its parts."""
    if isinstance(body.get("item"), str) and body["item"]:
        yield body["item"]
    for name in ("components", "products"):
        parts = body.get(name)
        for part in cast("list[object]", parts) if isinstance(parts, list) else ():
            item = cast("Mapping[str, object]", part).get("item") if isinstance(part, Mapping) else None
            if isinstance(item, str) and item:
                yield item


def refs_in(body: Mapping[str, Any]) -> Iterator[str]:
    """The ids of facts that a stated row refers to."""
    for name in ("refs", "cost_from"):
        given = body.get(name)
        for ref in cast("list[object]", given) if isinstance(given, list) else ():
            if isinstance(ref, str):
                yield ref
