"""What commands need, found and loaded: the facts they name, the heads of their items, the item books.

    Needs.of(tx, requests)             items that a command brings together; records of the facts that it names
    Loader.load(tx, needs)             locks the heads, follows them to their groups, brings the item books up to date

Items belong together once a fact of one refers to a fact of another; a group is headed by one of its items, whose head
is what writers of any of them lock.

Invariant: an item book that is handed out is that of the head as it is locked; no other head is written.

>>> sorted(map(sorted, together([{"CUP", "POT"}, {"TEA"}, {"POT", "SET"}])))
[['CUP', 'POT', 'SET'], ['TEA']]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, cast

from jxc.api.business.commands import Request
from jxc.api.business.ground import PAGE, Ground
from jxc.api.business.item_book import ItemBook
from jxc.api.business.shelf import Shelf
from jxc.api.business.stating import items_in, refs_in
from jxc.app.packing import moves_from
from jxc.costing.methods import MethodRegistry
from jxc.errors import FieldError, StoreError
from jxc.ports import FactRecord, ItemHead, Transaction

__all__ = ["Group", "Loaded", "Loader", "Needs", "together"]

_ORDER = attrgetter("recorded_at", "command", "ordinal")


def together(sets: Iterable[Iterable[str]]) -> list[set[str]]:
    """Sets that share a member made one, those that stand in no relation left apart."""
    found: list[set[str]] = []
    of: dict[str, set[str]] = {}
    for names in sets:
        whole = set(names)
        for other in {id(of[name]): of[name] for name in whole if name in of}.values():
            whole |= other
            found.remove(other)
        found.append(whole)
        of.update(dict.fromkeys(whole, whole))
    return [{*sorted(names)} for names in found]


@dataclass(slots=True)
class Needs:
    """What requests name: sets of items that each fact brings together, and facts by their ids."""

    sets: list[set[str]] = field(default_factory=list[set[str]])
    facts: dict[str, FactRecord] = field(default_factory=dict[str, FactRecord])

    @classmethod
    def of(cls, tx: Transaction, requests: Iterable[Request]) -> Needs:
        """What these requests need."""
        needs, bodies = cls(), list[tuple[set[str], set[str]]]()
        own: dict[str, set[str]] = {}
        for request in requests:
            for items, refs, name in _named(request):
                bodies.append((items, refs))
                if name:
                    own.setdefault(name, set()).update(items)
        wanted = sorted({name for _, refs in bodies for name in refs})
        if wanted:
            records = zip(wanted, tx.get("fact", [(name,) for name in wanted]), strict=True)
            needs.facts = {name: record for name, record in records if record is not None}
        for items, refs in bodies:
            beside = (own.get(name, set()) for name in refs)
            recorded = (needs.facts[name].item for name in refs if name in needs.facts)
            if whole := items.union(*beside, recorded):
                needs.sets.append(whole)
        return needs

    @property
    def items(self) -> list[str]:
        """Every item that is named."""
        return sorted({item for items in self.sets for item in items})


def _named(request: Request) -> Iterator[tuple[set[str], set[str], str]]:
    """For each fact of a request: its items, the facts it names, its own id."""
    body = request.body
    if request.verb in ("insert", "state"):
        for fact in body.get("facts", ()):
            yield set(items_in(fact)), set(refs_in(fact)), str(fact.get("id", ""))
    elif request.verb == "cancel":
        ids: object = body["ids"]
        for name in cast("list[object]", ids) if isinstance(ids, list) else ():
            yield set(), {str(name)}, ""
    elif request.verb == "change":
        yield set(items_in(body["fields"])), {str(body["id"]), *refs_in(body["fields"])}, ""


@dataclass(slots=True)
class Group:
    """Items that belong together: their head as it stands in the store, the others, those that join now."""

    head: str
    members: tuple[str, ...]
    heads: dict[str, ItemHead | None]
    choices: dict[str, Mapping[str, Any]]
    book: ItemBook
    joining: tuple[str, ...] = ()

    def records(self, version: int, at: str, stamp: str) -> Iterator[ItemHead]:
        """The heads that are to be written: that of the group, and those of items that joined."""
        members = {"items": list(self.members)} if len(self.members) > 1 else {}
        yield ItemHead(
            self.head, version, self.head, members, {"choices": self.choices[self.head], "at": at, "by": stamp}
        )
        for item in self.joining:
            old = self.heads[item]
            state = {"choices": self.choices[item], "at": at, "by": stamp}
            yield ItemHead(item, 1 if old is None else old.version + 1, self.head, {}, state)


@dataclass(slots=True)
class Loaded:
    """Groups by each of their items."""

    groups: dict[str, Group] = field(default_factory=dict[str, Group])

    def book_of(self, item: str) -> ItemBook:
        """The item book of an item."""
        return self.groups[item].book


class Loader:
    """Loads item books, from the shelf where it can."""

    def __init__(self, shelf: Shelf[ItemBook], methods: MethodRegistry) -> None:
        self.shelf = shelf
        self.head_of: dict[str, str] = {}
        self._methods = methods

    def lock(self, tx: Transaction, items: Sequence[str], *, page: bool) -> None:
        """Lock the heads of items and of the groups they are known to be in; the page too, or share it."""
        keys = {(item,) for item in items} | {(self.head_of[item],) for item in items if item in self.head_of}
        heads = {"item_head": sorted(keys)}
        if page:
            tx.lock({**heads, "period": [PAGE]})
        else:
            tx.lock(heads, share={"period": [PAGE]})

    def load(self, tx: Transaction, needs: Needs, ground: Ground) -> Loaded:
        """The item books of all items; their heads have to be locked.

        Raises ``StoreError`` ``lock_order`` where a group turns out to be headed by an item that is not: begin again.
        """
        items = needs.items
        heads = self._heads(tx, items)
        loaded = Loaded()
        for names in together(needs.sets):
            group = self._group(tx, names, heads, ground)
            loaded.groups.update(dict.fromkeys(group.members, group))
            loaded.groups.update(dict.fromkeys(names, group))
        return loaded

    def look(self, tx: Transaction, item: str, ground: Ground) -> ItemBook | None:
        """The item book of an item as it stands, for a question: nothing is locked."""
        [head] = tx.get("item_head", [(item,)])
        if head is not None and head.group != item:
            [head] = tx.get("item_head", [(head.group,)])
        if head is None:
            return None
        book = self.known(tx, head, ground).book
        self.shelf.put(head.item, book, book.rows + 10)
        return book

    def _heads(self, tx: Transaction, items: Sequence[str]) -> dict[str, ItemHead | None]:
        """The heads of items and of their groups."""
        heads: dict[str, ItemHead | None] = dict(
            zip(items, tx.get("item_head", [(item,) for item in items]), strict=True)
        )
        behind = {item: head.group for item, head in heads.items() if head is not None and head.group != item}
        moved = {item: group for item, group in behind.items() if self.head_of.get(item) != group}
        if moved:
            self.head_of.update(moved)
            raise StoreError("lock_order", "items are headed by another one by now", field="item", value=min(moved))
        others = sorted({*behind.values()} - heads.keys())
        heads.update(zip(others, tx.get("item_head", [(item,) for item in others]) if others else (), strict=True))
        return heads

    def _group(self, tx: Transaction, names: set[str], heads: Mapping[str, ItemHead | None], ground: Ground) -> Group:
        tops = {head.group for item in names if (head := heads[item]) is not None}
        if len(tops) == 1:
            [top] = tops
            head = heads[top]
            if head is not None and names <= {top, *head.members.get("items", ())}:
                return self.known(tx, head, ground)
        if not tops and len(names) == 1:
            [item] = names
            return self._new(item, ground)
        return self._joined(tx, names, sorted(tops), heads, ground)

    def known(self, tx: Transaction, head: ItemHead, ground: Ground) -> Group:
        """A group as it stands, its book from the shelf where it is there."""
        members = tuple(head.members.get("items", (head.item,)))
        book = self.shelf.get(head.item)
        if book is not None and book.members == members:
            if book.version < head.version and self._is_past(tx, book):
                book.catch_up(tx.scan("fact", "item", (head.item,), after=(book.version,)))
                self._forward(tx, book, head.item, book.version)
                book.version, book.stamp = head.version, head.state["by"]
            if (book.version, book.stamp) == (head.version, head.state["by"]):
                return Group(head.item, members, {head.item: head}, {head.item: head.state["choices"]}, book)
        heads: dict[str, ItemHead | None] = {head.item: head}
        if len(members) > 1:
            heads = dict(zip(members, tx.get("item_head", [(item,) for item in members]), strict=True))
        choices = {item: one.state["choices"] for item, one in heads.items() if one is not None}
        return Group(head.item, members, heads, choices, self._read(tx, head, members, choices, ground))

    def _new(self, item: str, ground: Ground) -> Group:
        choices = {item: self._choices(item, ground)}
        book = ItemBook(item, ground.terms_for(choices), self._methods)
        book.members = (item,)
        return Group(item, (item,), {item: None}, choices, book)

    @staticmethod
    def _choices(item: str, ground: Ground) -> Mapping[str, Any]:
        if ground.terms.master_data == "listed" and ground.settings.find("item", item) is None:
            hint = "state the item first, or open the book with master_data='open'"
            raise FieldError(
                "item_not_stated", "nothing was stated about this item", field="item", value=item, hint=hint
            )
        return ground.settings.choices_of(item)

    def _joined(
        self,
        tx: Transaction,
        names: set[str],
        tops: Sequence[str],
        known: Mapping[str, ItemHead | None],
        ground: Ground,
    ) -> Group:
        """Items that did not belong together: the group with the most facts heads them."""
        members = {*names}
        for top in tops:
            head = known[top]
            members |= {top, *(head.members.get("items", ()) if head is not None else ())}
        everyone = tuple(sorted(members))
        heads = dict(zip(everyone, tx.get("item_head", [(item,) for item in everyone]), strict=True))
        present = [head for top in tops if (head := known[top]) is not None]
        first = max(present, key=lambda head: (head.version, head.item), default=None)
        top = everyone[0] if first is None else first.item
        choices = {
            item: self._choices(item, ground) if head is None else head.state["choices"] for item, head in heads.items()
        }
        stand_in = first or ItemHead(top, 0, top, {}, {})
        joining = tuple(item for item, head in heads.items() if item != top and (head is None or head.group != top))
        return Group(top, everyone, heads, choices, self._read(tx, stand_in, everyone, choices, ground), joining)

    def _read(
        self,
        tx: Transaction,
        head: ItemHead,
        members: tuple[str, ...],
        choices: Mapping[str, Mapping[str, Any]],
        ground: Ground,
    ) -> ItemBook:
        """The item book of a group, from all facts of its members."""
        book = ItemBook(head.item, ground.terms_for(choices), self._methods)
        facts = (record for item in members for record in tx.scan("fact", "item", (item,)))
        book.load(sorted(facts, key=_ORDER) if len(members) > 1 else facts)
        book.members, book.version, book.stamp = members, head.version, head.state.get("by", "")
        for item in members:
            self._forward(tx, book, item, 0)
        return book

    @staticmethod
    def _is_past(tx: Transaction, book: ItemBook) -> bool:
        """Whether what is at hand was committed in the end: a host may have rolled it back."""
        return not book.stamp or tx.get("command", [(book.stamp,)])[0] is not None

    @staticmethod
    def _forward(tx: Transaction, book: ItemBook, item: str, after: int) -> None:
        """What was booked forward, so that a later restatement can put it back."""
        for change in tx.scan("cost_change", "key", (item,), after=(after,)):
            if change.fact in book.by_id:
                body: Mapping[str, Any] = change.body
                book.forward.add(moves_from(body, book.rows_of(change.fact)[int(body["part"])]))
