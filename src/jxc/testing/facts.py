"""The same movements as facts of ``jxc.stock``: what a program hands in instead of rows of a table.

Rows of an assembly have no fact of their own here: a fact of assembly states what went in and what came out as one.

Invariant: each row becomes one fact, in the order given.

>>> fact = fact_of({"id": "r1", "date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": "3", "amount": "1.00"})
>>> fact.type, fact.qty, fact.amount
('receipt', Decimal('3'), Decimal('1.00'))
"""

from __future__ import annotations

from collections.abc import Iterable

from jxc.edge.facts_json import parse_fact
from jxc.stock.base_facts import Fact
from jxc.testing.rewrites import references
from jxc.testing.strategies import Row

__all__ = ["fact_of", "facts_of"]

_NOT_OF_FACTS = frozenset({"assembly", "disassembly"})


def facts_of(rows: Iterable[Row]) -> list[Fact]:
    """The rows as facts; rows of assemblies, and those that refer to one, are left out."""
    facts: list[Fact] = []
    left_out: set[str] = set()
    for row in rows:
        if row["type"] in _NOT_OF_FACTS or left_out.intersection(references(row)):
            left_out.add(str(row["id"]))
        else:
            facts.append(fact_of(row))
    return facts


def fact_of(row: Row) -> Fact:
    """One row as a fact; raises ``InputError`` where a fact may not say what the row says."""
    data = {name: cell for name, cell in row.items() if cell != "" and name != "ref"}
    return parse_fact(data | ({"refs": references(row)} if references(row) else {}))
