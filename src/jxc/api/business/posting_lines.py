"""The lines that a valued row makes, by the posting table of the book.

    ValuedRow  --stock_event-->  BusinessEvent  --Poster-->  lines, each with item, place, party and fact

Invariant: the lines of a row add up to nothing; stock lines name the item and the place.

>>> from jxc.costing.effects import Effect
>>> from jxc.costing.events import Event
>>> from jxc.edge.charts import load_chart
>>> from jxc.edge.posting_tables import load_posting_table
>>> rule = PostingLines(
...     load_posting_table("perpetual"), Book(load_chart("ifrs-trading"), "CNY"), Settings(()), Scales()
... )
>>> issue = Event(0, "issue", 739621, "TEA", 3, id="SO-1", place="WH")
>>> row = ValuedRow(issue, 739621, (Effect("inventory", "WH", -60, -3), Effect("cogs", None, 60)), About("SO-1"))
>>> [(line.account, line.base, tag.item, tag.place) for line, tag in rule(row)]
[('5010', 60, None, None), ('1210', -60, 'TEA', 'WH')]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from jxc.app.entries import Tag
from jxc.app.settings import Settings
from jxc.app.stock_entries import About, ValuedRow
from jxc.costing.events import Scales
from jxc.kernel.frozen import FrozenMap
from jxc.ledger.book import Book
from jxc.ledger.entries import Line
from jxc.posting.poster import Poster
from jxc.posting.stock_events import Surroundings, stock_event
from jxc.posting.table import PostingTable
from jxc.stock.items import Item
from jxc.stock.places import Place

__all__ = ["About", "PostingLines", "Scales", "Settings"]


class PostingLines:
    """Asks the posting table; knows the kinds of places and the groups of items that were stated."""

    def __init__(self, table: PostingTable, book: Book, settings: Settings, scales: Scales) -> None:
        self._poster = Poster(table, book)
        self._items = {name: _item(name, settings.find("item", name) or {}) for name in settings.names("item")}
        self._places = _Places(settings)
        self._parties = {name: settings.find("party", name) or {} for name in settings.names("party")}
        self._around = Surroundings(self._places, self._items, scales=scales)
        self._scales = scales

    def __call__(self, row: ValuedRow) -> Iterator[tuple[Line, Tag]]:
        """The lines of a row; raises ``LedgerError`` as ``Poster.lines`` and ``stock_event`` do."""
        event = row.event
        around = self._around
        if row.about.party is not None:
            parties = FrozenMap({name: row.about.party for name in (event.id, event.doc) if name})
            around = Surroundings(self._places, self._items, parties, scales=self._scales)
        opposed = _is_opposed(row)
        effects = (
            [replace(each, amount=-each.amount, qty=-each.qty) for each in row.effects] if opposed else row.effects
        )
        told = stock_event(event, effects, around)
        if told is None:
            return
        source = row.about.fact if row.about.stated else None
        for posted in self._poster.lines(told):
            line = posted.line.negated(red=False) if opposed else posted.line
            dimensions = line.dimensions
            yield line, Tag(dimensions.get("item"), dimensions.get("place"), source, row.about.party)


def _is_opposed(row: ValuedRow) -> bool:
    """Whether a count that found more costs less now, or the other way: its change is posted where it stands."""
    if row.about.surplus is None:
        return False
    return (sum(each.amount for each in row.effects if each.role == "inventory") >= 0) != row.about.surplus


class _Places(dict[str, Place]):
    """Places by name; one that nothing was stated about is a warehouse."""

    def __init__(self, settings: Settings) -> None:
        super().__init__((name, _place(name, settings.find("place", name) or {})) for name in settings.names("place"))

    def get(self, name: str, default: object = None) -> Place:
        if name not in self:
            self[name] = Place(id=name)
        return self[name]


def _item(name: str, body: Mapping[str, Any]) -> Item:
    return Item(id=name, group=body.get("group") or body.get("category"))


def _place(name: str, body: Mapping[str, Any]) -> Place:
    return Place(id=name, kind=body.get("kind", "warehouse"), owned=body.get("owned", True))
