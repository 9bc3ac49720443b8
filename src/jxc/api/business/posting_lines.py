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

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from jxc.app.entries import Tag
from jxc.app.settings import Settings
from jxc.app.stock_entries import About, ValuedRow
from jxc.costing.events import Scales
from jxc.kernel.dimension import Dimensions
from jxc.kernel.exact import from_scaled
from jxc.kernel.frozen import FrozenMap
from jxc.ledger.book import Book
from jxc.ledger.entries import Line
from jxc.posting.poster import Poster
from jxc.posting.stock_events import Surroundings, stock_event
from jxc.posting.table import PostingTable
from jxc.stock.items import Item
from jxc.stock.places import Place

__all__ = ["About", "PostingLines", "Scales", "Settings"]


_MOULDED = frozenset({"opening", "receipt", "adjust_in", "issue", "scrap", "adjust_out"})
_MOST = 5_000
"""How many moulds are kept."""


@dataclass(frozen=True, slots=True)
class _Mould:
    """A line as rows of one kind make it: the amount of goods, or its opposite, on an account."""

    account: str
    sign: int
    red: bool
    with_party: bool
    quantity: int
    dimensions: Dimensions
    tag: tuple[str | None, str | None]


class PostingLines:
    """Asks the posting table; knows the kinds of places and the groups of items that were stated.

    Rules are linear, so what a plain row was answered once holds for the next of its kind: only the amount differs.
    """

    def __init__(self, table: PostingTable, book: Book, settings: Settings, scales: Scales) -> None:
        self._poster = Poster(table, book)
        self._code = book.code
        self._items = {name: _item(name, settings.find("item", name) or {}) for name in settings.names("item")}
        self._places = _Places(settings)
        self._around = Surroundings(self._places, self._items, scales=scales)
        self._scales = scales
        self._moulds: dict[tuple[object, ...], tuple[_Mould, ...]] = {}

    def __call__(self, row: ValuedRow) -> Iterable[tuple[Line, Tag]]:
        """The lines of a row; raises ``LedgerError`` as ``Poster.lines`` and ``stock_event`` do."""
        if not _is_plain(row):
            return self._asked(row)
        goods, about = row.effects[0], row.about
        event, signs = row.event, (goods.amount > 0, goods.qty > 0, goods.qty == 0)
        place = (goods.place, event.place)
        key = (event.type, event.reason, event.item, place, row.effects[1].role, signs, about.party is None)
        moulds = self._moulds.get(key)
        if moulds is not None:
            return [self._cast(mould, row) for mould in moulds]
        lines = list(self._asked(row))
        if len(self._moulds) >= _MOST:
            self._moulds.clear()
        if all(self._is_proportional(line, row) for line, _ in lines):
            self._moulds[key] = tuple(_mould(line, tag, row) for line, tag in lines)
        return lines

    def _asked(self, row: ValuedRow) -> Iterator[tuple[Line, Tag]]:
        """The lines by the table."""
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

    def _is_proportional(self, line: Line, row: ValuedRow) -> bool:
        """Whether nothing in the line depends on the row but its amount, quantity and party."""
        same = abs(line.base) == abs(row.effects[0].amount) and line.amount == line.base
        known = line.currency == self._code and line.rate is None and line.due is None and not line.memo
        return same and known and line.party in (None, row.about.party)

    def _cast(self, mould: _Mould, row: ValuedRow) -> tuple[Line, Tag]:
        goods, about = row.effects[0], row.about
        amount = mould.sign * int(goods.amount)
        quantity = from_scaled(mould.quantity * goods.qty, self._scales.qty_places) if mould.quantity else None
        line = Line(
            mould.account,
            amount,
            amount,
            self._code,
            red=mould.red,
            party=about.party if mould.with_party else None,
            dimensions=mould.dimensions,
            quantity=quantity,
        )
        return line, Tag(*mould.tag, about.fact if about.stated else None, about.party)


def _is_plain(row: ValuedRow) -> bool:
    """Whether goods of one item came or went at one place, against one role."""
    if len(row.effects) != 2 or row.event.type not in _MOULDED or row.about.surplus is not None:
        return False
    goods, other = row.effects
    whole = goods.amount == -other.amount != 0 and not (goods.item or other.item or other.qty)
    return goods.role == "inventory" != other.role and whole


def _mould(line: Line, tag: Tag, row: ValuedRow) -> _Mould:
    goods = row.effects[0]
    quantity = 0 if line.quantity is None or not goods.qty else 1 if (line.quantity > 0) == (goods.qty > 0) else -1
    sign = 1 if line.base == goods.amount else -1
    party = line.party is not None
    return _Mould(line.account, sign, line.red, party, quantity, line.dimensions, (tag.item, tag.place))


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
