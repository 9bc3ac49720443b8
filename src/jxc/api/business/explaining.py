"""Why a fact costs what it does, and which journal entries it made.

    shop.ask.explain("SO-1")
      issue of TEA cost 70.00
        60.00  own of GR-1
        10.00  landed cost of F-1
      2026-01 记-2: 5401 70.00, 1405 -70.00

Invariant: the sources add up to the cost; the lines are those whose source is the fact.

>>> str(CostSource("own", "GR-1", "", Decimal("60.00"), ()))
'60.00  own of GR-1'
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jxc.api.answers import plain
from jxc.api.business.ground import Ground
from jxc.api.business.item_book import ItemBook
from jxc.kernel.exact import from_scaled, round_decimal
from jxc.ports import Transaction

__all__ = ["CostSource", "Explained", "FactLine", "explained"]


@dataclass(frozen=True, slots=True)
class CostSource:
    """A part of a cost: its kind, the fact that stated it (and its paper), how much, through which facts it came."""

    kind: str
    fact: str
    doc: str
    amount: Decimal
    via: tuple[str, ...]

    def __str__(self) -> str:
        through = f" through {', '.join(self.via)}" if self.via else ""
        return f"{self.amount}  {self.kind.replace('_', ' ')} of {self.fact}{through}"


@dataclass(frozen=True, slots=True)
class FactLine:
    """A line of an entry that a fact made."""

    entry: str
    date: date
    account: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Explained:
    """A fact, its cost, and where both went; ``status``: how certain the cost is."""

    fact: str
    type: str
    item: str
    cost: Decimal
    status: str
    sources: tuple[CostSource, ...]
    lines: tuple[FactLine, ...]

    def __str__(self) -> str:
        head = f"{self.type.replace('_', ' ')} of {self.item} cost {self.cost}"
        lines = (f"  {line.entry}: {line.account} {line.amount}" for line in self.lines)
        return "\n".join((head, *(f"  {source}" for source in self.sources), *lines))


def explained(tx: Transaction, book: ItemBook, fact: str, ground: Ground) -> Explained:
    """The explanation of a standing fact."""
    row = book.by_id[fact].row
    event, standing = book.late.events[row], book.late.standing(row)
    places = ground.terms.currency.places
    cost = from_scaled(standing.cost, places)
    parts = book.late.explain(row)
    amounts = [plain(round_decimal(part.amount / 10**places, places + 6), places) for part in parts]
    if amounts:
        amounts[0] += cost - sum(amounts)
    sources = tuple(
        CostSource(
            part.kind,
            book.fact_of[part.row],
            book.late.events[part.row].doc or "",
            amount,
            tuple(book.fact_of[step] for step in part.via),
        )
        for part, amount in zip(parts, amounts, strict=True)
    )
    return Explained(fact, event.type, event.item, cost, standing.status, sources, _lines(tx, fact, places))


def _lines(tx: Transaction, fact: str, places: int) -> tuple[FactLine, ...]:
    found: list[FactLine] = []
    for line in tx.scan("line", "source", (fact,)):
        [entry] = tx.get("entry", [(line.entry,)])
        label = f"{entry.period} {entry.series}-{entry.number}"
        found.append(FactLine(label, line.effective_on, line.account, from_scaled(line.base, places)))
    return tuple(found)
