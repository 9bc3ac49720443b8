"""Whether a book is what its facts say: everything that was written beside them is computed again and compared.

    check = shop.verify()       check.clean, check.first, check.facts, check.entries, check.groups
    shop.rebuild()              writes the projections anew where they differ

    of each group of items      facts -> costs (chunks, changes), positions
    of each entry               its digest, its balance, its number without gaps
    of the book                 stock = ledger: by item and place, and by account; every fact has its command

Group after group and entry after entry is read, so a book of any size can be verified.

Invariant: a clean book has no difference; any change of any projection, fact, entry or line is one.

>>> str(Difference("position", "TEA at WH", "5", "4"))
'position of TEA at WH: kept 5, computed 4'
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from jxc.api.business.free_entries import goods_accounts
from jxc.api.business.ground import Ground
from jxc.api.business.item_book import ItemBook
from jxc.api.business.loading import Loader
from jxc.api.business.recording import trade_of
from jxc.api.business.running import Runner
from jxc.api.business.shelf import Shelf
from jxc.api.plugins import methods_in_force
from jxc.app.entries import read_entry
from jxc.app.packing import pack, unpack
from jxc.errors import JxcError
from jxc.kernel.scope import Scope
from jxc.ledger.entries import digest_of
from jxc.ports import Add, Changes, CostChunk, EntryRecord, ItemHead, LineRecord, Store, Transaction

__all__ = ["BookCheck", "Difference", "Scope", "Store", "rebuild", "verify"]

_Chunks = dict[tuple[str, int], dict[str, Any]]
_Held = dict[tuple[str, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is kept otherwise than the facts say."""

    what: str
    where: str
    kept: str
    computed: str

    def __str__(self) -> str:
        return f"{self.what} of {self.where}: kept {self.kept}, computed {self.computed}"


@dataclass(frozen=True, slots=True)
class BookCheck:
    """What was read, and what differs; ``differences`` holds as many as were asked for."""

    groups: int
    facts: int
    entries: int
    differences: tuple[Difference, ...]

    @property
    def clean(self) -> bool:
        """Whether the book is what its facts say."""
        return not self.differences

    @property
    def first(self) -> Difference | None:
        """The first difference."""
        return self.differences[0] if self.differences else None

    def __str__(self) -> str:
        read = f"{self.facts} facts of {self.groups} groups of items, {self.entries} entries"
        return f"{read}: {'clean' if self.clean else self.first}"


class _EnoughError(Exception):
    """As many differences were found as were asked for."""


class _Verifier:
    def __init__(self, tx: Transaction, ground: Ground, limit: int) -> None:
        self.tx = tx
        self.ground = ground
        self.limit = limit
        self.groups = self.facts = self.entries = 0
        self.differences: list[Difference] = []
        self.held: _Held = {}
        self.on_lines: dict[tuple[str, str], int] = {}
        self.on_accounts = 0

    def run(self) -> BookCheck:
        try:
            self._check_groups()
            self._check_positions()
            self._check_entries()
            self._check_stock_and_ledger()
        except _EnoughError:
            pass
        return BookCheck(self.groups, self.facts, self.entries, tuple(self.differences))

    def differ(self, what: str, where: object, kept: object, computed: object) -> None:
        self.differences.append(Difference(what, str(where), str(kept), str(computed)))
        if len(self.differences) >= self.limit:
            raise _EnoughError

    # -- goods ---------------------------------------------------------------------------------------------------------

    def _check_groups(self) -> None:
        for head in self.tx.scan("item_head"):
            if head.group == head.item:
                self.groups += 1
                self._check_group(head)

    def _check_group(self, head: ItemHead) -> None:
        try:
            book = read_group(self.tx, head, self.ground)
        except (JxcError, KeyError) as error:
            self.differ("facts", f"item {head.item}", error, "facts that can be valued")
            return
        self._check_records(head, book)
        computed = chunks_of(book, self.tx, self.ground)
        chunks = (chunk for item in book.members for chunk in self.tx.scan("cost_chunk", "key", (item,)))
        kept: dict[tuple[str, int], CostChunk] = {(chunk.item, chunk.chunk): chunk for chunk in chunks}
        for key in sorted({*computed, *kept}):
            body: Mapping[str, Any] = kept[key].body if key in kept else {}
            wanted = computed.get(key, {})
            if body != wanted:
                self._differing_rows(key, body.get("rows", []), wanted.get("rows", []))
        self._check_changes(book)
        for where, (qty, value) in held_of(book).items():
            self.held[where] = (qty, value)

    def _check_records(self, head: ItemHead, book: ItemBook) -> None:
        last = 0
        for item in book.members:
            seen = Counter[int]()
            for record in self.tx.scan("fact", "item", (item,)):
                self.facts += 1
                seen[record.version] += 1
                if record.ordinal != seen[record.version] - 1:
                    self.differ("order", f"fact {record.id}", record.ordinal, seen[record.version] - 1)
                if self.tx.get("command", [(record.command,)])[0] is None:
                    self.differ("command", f"fact {record.id}", "nothing", record.command)
                last = max(last, record.version if item == head.item else 0)
        if last != head.version:
            self.differ("version", f"item {head.item}", head.version, last)

    def _differing_rows(self, key: tuple[str, int], kept: list[Any], computed: list[list[Any]]) -> None:
        by_fact = {row[0]: row for row in kept}
        for row in computed:
            if by_fact.get(row[0]) != row and row not in kept:
                self.differ("cost", f"fact {row[0]}", _shown(by_fact.get(row[0])), _shown(row))
                return
        self.differ("cost", f"facts of {key[0]} at version {key[1]}", len(kept), len(computed))

    def _check_changes(self, book: ItemBook) -> None:
        """The latest change of a cost that was told is the cost that stands."""
        latest: dict[tuple[str, int], int | None] = {}
        told = (change for item in book.members for change in self.tx.scan("cost_change", "key", (item,)))
        for change in sorted(told, key=lambda one: (one.recorded_at, one.version, one.ordinal)):
            if change.body["old"] is not None or change.body["new"] is not None:
                latest[change.fact, change.body["part"]] = change.body["new"]
        for (fact, part), last in latest.items():
            rows = book.rows_of(fact) if fact in book.by_id else []
            stands = int(book.late.standing(rows[part]).cost) if part < len(rows) else None
            if stands != last:
                self.differ("latest cost", f"fact {fact}", last, stands)

    def _check_positions(self) -> None:
        kept: _Held = {}
        for position in self.tx.scan("position"):
            kept[position.item, position.place] = (position.quantity, position.value)
        for key in sorted({*kept, *self.held}):
            if kept.get(key, (0, 0)) != self.held.get(key, (0, 0)):
                self.differ("position", f"{key[0]} at {key[1]}", kept.get(key, (0, 0)), self.held.get(key, (0, 0)))

    # -- money ---------------------------------------------------------------------------------------------------------

    def _check_entries(self) -> None:
        numbers = Counter[tuple[str, str]]()
        highest: dict[tuple[str, str], int] = {}
        goods = goods_accounts(self.ground.terms.table, self.ground.terms.chart)
        for record, lines in self._entries_with_lines():
            if record is None:
                self.differ("entry", f"line {lines[0].entry}", "nothing", "an entry")
                continue
            self.entries += 1
            self._check_entry(record, lines)
            series = (record.period, record.series)
            numbers[series] += 1
            highest[series] = max(highest.get(series, 0), record.number)
            for line in lines:
                if line.account in goods:
                    key = (line.item or "", line.place or "")
                    self.on_lines[key] = self.on_lines.get(key, 0) + line.base
        for series, count in sorted(numbers.items()):
            if highest[series] != count:
                self.differ("numbers", " ".join(series), highest[series], count)

    def _entries_with_lines(self) -> Iterator[tuple[EntryRecord | None, list[LineRecord]]]:
        """Every entry with its lines, and lines that no entry is there for; both are read once, in one order."""
        kept: Iterator[LineRecord] = self.tx.scan("line")
        lines: Iterator[tuple[str, list[LineRecord]]] = (
            (name, list(group)) for name, group in groupby(kept, key=attrgetter("entry"))
        )
        none: tuple[str, list[LineRecord]] = ("", [])
        name, waiting = next(lines, none)
        for record in self.tx.scan("entry"):
            while waiting and name < record.id:
                yield None, waiting
                name, waiting = next(lines, none)
            if waiting and name == record.id:
                yield record, waiting
                name, waiting = next(lines, none)
            else:
                yield record, []
        while waiting:
            yield None, waiting
            name, waiting = next(lines, none)

    def _check_entry(self, record: EntryRecord, lines: list[LineRecord]) -> None:
        entry = read_entry(record, lines)
        by, draft = entry.posted_by, entry.draft
        digest = digest_of(entry.id, entry.period, entry.series, entry.number, entry.recorded_at, by, draft)
        label = entry.label
        if digest != record.digest:
            self.differ("digest", f"entry {label}", record.digest[:12], digest[:12])
        if self.tx.get("command", [(record.command,)])[0] is None:
            self.differ("command", f"entry {label}", "nothing", record.command)
        total = sum(line.base for line in lines)
        if total:
            self.differ("balance", f"entry {label}", total, 0)
        for line in lines:
            dimensions: Mapping[str, str] = line.body.get("dimensions", {})
            about = (line.period, line.effective_on, line.item, line.place)
            wanted = (record.period, record.effective_on, dimensions.get("item"), dimensions.get("place"))
            if about != wanted:
                self.differ("line", f"entry {label}", about, wanted)

    def _check_stock_and_ledger(self) -> None:
        for key in sorted({*self.on_lines, *self.held}):
            value = self.held.get(key, (0, 0))[1]
            if self.on_lines.get(key, 0) != value:
                self.differ("stock in the ledger", f"{key[0]} at {key[1]}", self.on_lines.get(key, 0), value)


def verify(runner: Runner, *, limit: int = 1) -> BookCheck:
    """Compute everything again and compare; stops after ``limit`` differences."""
    with runner.store.begin(runner.scope, read_only=True) as tx:
        return _Verifier(tx, runner.ground(tx), limit).run()


def rebuild(runner: Runner) -> int:
    """Write costs and positions anew, group after group, where they differ; how many records were written."""
    with runner.store.begin(runner.scope, read_only=True) as tx:
        heads = [head.item for head in tx.scan("item_head") if head.group == head.item]
    written = 0
    for item in heads:
        with runner.store.begin(runner.scope, lock={"item_head": [(item,)]}) as tx:
            [head] = tx.get("item_head", [(item,)])
            if head.group == item:
                changes = _repairs(tx, head, runner.ground(tx))
                written += len(changes.put) + len(changes.add) + len(changes.remove)
                tx.commit(changes)
    runner.forget()
    return written


def _repairs(tx: Transaction, head: ItemHead, ground: Ground) -> Changes:
    book = read_group(tx, head, ground)
    computed = chunks_of(book, tx, ground)
    chunks = (chunk for item in book.members for chunk in tx.scan("cost_chunk", "key", (item,)))
    kept = {(chunk.item, chunk.chunk): chunk.body for chunk in chunks}
    put = [CostChunk(*key, body) for key, body in computed.items() if kept.get(key) != body]
    remove = [("cost_chunk", key) for key in kept if key not in computed]
    held = held_of(book)
    add: list[Add] = []
    positions = {(one.item, one.place): one for item in book.members for one in tx.scan("position", "key", (item,))}
    for key in sorted({*positions, *held}):
        one = positions.get(key)
        qty, value = held.get(key, (0, 0))
        by = (qty - (one.quantity if one else 0), value - (one.value if one else 0))
        if any(by):
            add.append(Add("position", (*key, ""), {"quantity": by[0], "value": by[1]}))
    return Changes(put=put, add=add, remove=remove)


def read_group(tx: Transaction, head: ItemHead, ground: Ground) -> ItemBook:
    """The item book of a group, read from its facts alone."""
    return Loader(Shelf[ItemBook](1), methods_in_force()).known(tx, head, ground).book


def chunks_of(book: ItemBook, tx: Transaction, ground: Ground) -> _Chunks:
    """What the facts of a group cost, packed by where they are recorded."""
    bodies: dict[str, Mapping[str, Any]] = {}
    chunks: _Chunks = {}
    for item in book.members:
        for record in tx.scan("fact", "item", (item,)):
            if record.verb == "insert":
                bodies[record.id] = record.body
                chunks.setdefault((item, record.version), {"at": record.recorded_at.isoformat(), "rows": []})
            elif record.verb == "change":
                bodies[record.refers_to or ""] = record.body
    for name, home in book.homes.items():
        if name in book.by_id:
            trade = trade_of(bodies[name], ground)
            rows = [pack(name, book.late.standing(row), trade) for row in book.rows_of(name)]
            chunks[home.item, home.version]["rows"] += rows
    return chunks


def held_of(book: ItemBook) -> _Held:
    """(item, place) -> quantity and value on hand."""
    held: _Held = {}
    for row in _packed(book):
        for item, place, qty, value in unpack(row).deltas():
            before = held.get((item, place), (0, 0))
            held[item, place] = (before[0] + qty, before[1] + value)
    return held


def _packed(book: ItemBook) -> Iterator[list[Any]]:
    yield from (pack("", standing) for standing in book.late.all())


def _shown(row: Iterable[Any] | None) -> str:
    return "nothing" if row is None else str(list(row)[3:7])
