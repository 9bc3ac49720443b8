"""What jxc asks of the outside: a store, a clock, ids, observers; and the records that cross the border.

    with store.begin(Scope("acme", "main"), lock={"item_head": [("TEA",)]}) as tx:
        [head] = tx.get("item_head", [("TEA",)])             reads: by key, or in the order of an index
        first = tx.draw("2026-01/记", 1)                      numbers without gaps: undone with the transaction
        tx.commit(Changes(insert=(fact,), put=(new_head,)))  all of it, or a typed error and none of it

A store keeps records of a few kinds (``KINDS``), all in the same few ways, so that a store of another technology is
written in a page or two and proven by ``jxc.testing.StoreConformance``.  Values in records are text, whole numbers
(amounts in minor units, quantities in quanta of their unit), days, instants in UTC, booleans, plain JSON without
floats, or nothing.

Invariant: a transaction commits whole or not at all; what one scope writes no other can see; records of an append-only
kind are never changed or removed, other than by purging their whole scope.

>>> [kind.name for kind in KINDS.values() if kind.append_only]
['command', 'fact', 'cost_change', 'entry', 'line', 'setting', 'link', 'seal']
>>> KINDS["position"].key
('item', 'place', 'lot')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Protocol, TypeAlias

from jxc.kernel.scope import Scope

__all__ = [
    "KINDS",
    "AccountBalance",
    "Add",
    "Capabilities",
    "Changes",
    "Clock",
    "CommandRecord",
    "CostChange",
    "CostChunk",
    "DraftRecord",
    "EntryRecord",
    "EventRecord",
    "FactRecord",
    "Ids",
    "Index",
    "ItemHead",
    "Json",
    "Key",
    "Kind",
    "LineRecord",
    "LinkRecord",
    "Observer",
    "OutcomeRecord",
    "PeriodBalance",
    "PeriodRecord",
    "Position",
    "Record",
    "SealRecord",
    "SettingRecord",
    "Store",
    "Transaction",
]

Json: TypeAlias = Mapping[str, Any]
"""Plain JSON: text, whole numbers, booleans, ``None``, lists and mappings of them; never a float."""

Key: TypeAlias = tuple[str | int | date | datetime, ...]
"""The values of some fields in their order, such as a kind's key; a scope's own, never holding tenant and book."""


# -- records -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """What somebody asked for and got: ``body`` holds the request as it was stated, for the log and for replays."""

    kind: ClassVar[str] = "command"
    id: str
    verb: str
    recorded_at: datetime
    actor: str
    reason: str
    body: Json


@dataclass(frozen=True, slots=True)
class FactRecord:
    """A fact as people or papers stated it (``body``).

    ``item`` heads the group of items that it was recorded under and ``version`` the version that its head reached by
    it: facts of an item are in the order (version, ordinal).  ``verb``: insert, cancel or change; the latter two name
    the fact that they concern in ``refers_to``.
    """

    kind: ClassVar[str] = "fact"
    id: str
    command: str
    ordinal: int
    item: str
    version: int
    verb: str
    type: str
    effective_on: date
    recorded_at: datetime
    actor: str
    refers_to: str | None
    document: str | None
    party: str | None
    body: Json


@dataclass(frozen=True, slots=True)
class ItemHead:
    """The small mutable head of an item, the row that writers lock.

    ``version`` counts what was recorded; ``group`` names the item that heads the items it belongs with (itself, if
    none); ``state`` is what the engines need to go on without the past, a projection.
    """

    kind: ClassVar[str] = "item_head"
    item: str
    version: int
    group: str
    members: Json
    state: Json


@dataclass(frozen=True, slots=True)
class CostChunk:
    """What the facts of an item cost, packed: a projection, rebuilt from the facts."""

    kind: ClassVar[str] = "cost_chunk"
    item: str
    chunk: int
    body: Json


@dataclass(frozen=True, slots=True)
class CostChange:
    """That a fact's cost became another one, with the day it is booked on: what as-known-at answers go by."""

    kind: ClassVar[str] = "cost_change"
    item: str
    version: int
    ordinal: int
    fact: str
    command: str
    recorded_at: datetime
    booked_on: date
    body: Json


@dataclass(frozen=True, slots=True)
class Position:
    """What is on hand of an item at a place (of a lot; "" where none): quantity in quanta, value in minor units."""

    kind: ClassVar[str] = "position"
    item: str
    place: str
    lot: str
    quantity: int
    value: int
    version: int


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """A posted journal entry; ``body`` is all of it but the lines, ``sources`` its facts and papers are in there."""

    kind: ClassVar[str] = "entry"
    id: str
    command: str
    period: str
    series: str
    number: int
    effective_on: date
    recorded_at: datetime
    reverses: str | None
    digest: str
    body: Json


@dataclass(frozen=True, slots=True)
class LineRecord:
    """A line of an entry; ``amount`` in its currency and ``base`` in the book's, signed, debit above zero."""

    kind: ClassVar[str] = "line"
    entry: str
    ordinal: int
    account: str
    period: str
    effective_on: date
    amount: int
    currency: str
    base: int
    party: str | None
    item: str | None
    place: str | None
    source: str | None
    body: Json


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """The running balance of an account that is guarded; changed by ``Add`` only, which keeps the guard."""

    kind: ClassVar[str] = "balance"
    account: str
    currency: str
    dimensions: str
    amount: int
    base: int


@dataclass(frozen=True, slots=True)
class PeriodBalance:
    """Turnover of an account in a period: a snapshot, rebuilt from the lines."""

    kind: ClassVar[str] = "period_balance"
    account: str
    period: str
    currency: str
    dimensions: str
    debit: int
    credit: int
    amount: int


@dataclass(frozen=True, slots=True)
class PeriodRecord:
    """How far a module is open: ``status`` is open, closed or locked."""

    kind: ClassVar[str] = "period"
    module: str
    period: str
    status: str
    version: int
    body: Json


@dataclass(frozen=True, slots=True)
class OutcomeRecord:
    """What was answered to a request: the same key with the same digest is answered the same again."""

    kind: ClassVar[str] = "outcome"
    operation: str
    key: str
    digest: str
    command: str
    recorded_at: datetime
    body: Json


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """A document that people still write on; ``version`` guards their edits."""

    kind: ClassVar[str] = "draft"
    id: str
    type: str
    version: int
    changed_at: datetime
    actor: str
    body: Json


@dataclass(frozen=True, slots=True)
class SettingRecord:
    """Master data and policies: the ``version``-th statement about ``name`` in ``topic``, valid from a day on."""

    kind: ClassVar[str] = "setting"
    topic: str
    name: str
    version: int
    valid_from: date | None
    recorded_at: datetime
    actor: str
    body: Json


@dataclass(frozen=True, slots=True)
class EventRecord:
    """What others should hear of; ``position`` is given by ``Store.number_events``, without gaps, after the commit."""

    kind: ClassVar[str] = "event"
    id: str
    topic: str
    recorded_at: datetime
    position: int | None
    body: Json


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """A link between two lines (``jxc.kernel.link``); ``size`` in quanta or minor units, as ``body`` says."""

    kind: ClassVar[str] = "link"
    id: str
    from_line: str
    to_line: str
    size: int
    recorded_at: datetime
    reverses: str | None
    body: Json


@dataclass(frozen=True, slots=True)
class SealRecord:
    """A seal over entries: their digests in one, chained to the seal before."""

    kind: ClassVar[str] = "seal"
    number: int
    digest: str
    recorded_at: datetime
    body: Json


Record: TypeAlias = (
    CommandRecord
    | FactRecord
    | ItemHead
    | CostChunk
    | CostChange
    | Position
    | EntryRecord
    | LineRecord
    | AccountBalance
    | PeriodBalance
    | PeriodRecord
    | OutcomeRecord
    | DraftRecord
    | SettingRecord
    | EventRecord
    | LinkRecord
    | SealRecord
)


# -- kinds -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Index:
    """Lists records whose fields ``equal`` given values, in a total ``order``; none with ``None`` in these fields."""

    equal: tuple[str, ...]
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """How records of a kind are kept: their ``key`` in a scope, the ways to list them, whether they ever change.

    Every kind can also be listed by the index ``"key"``: all of it, in the order of the key.  ``unique``: further sets
    of fields of which no two records have the same values (records with a ``None`` among them don't count).
    """

    record: type[Any]
    key: tuple[str, ...]
    append_only: bool = False
    indexes: Mapping[str, Index] = field(default_factory=dict[str, Index])
    unique: tuple[tuple[str, ...], ...] = ()

    @property
    def name(self) -> str:
        """The word for it."""
        return str(self.record.kind)


def _kinds(*kinds: Kind) -> dict[str, Kind]:
    return {kind.name: kind for kind in kinds}


KINDS: Mapping[str, Kind] = _kinds(
    Kind(CommandRecord, ("id",), True, {"time": Index((), ("recorded_at", "id"))}),
    Kind(
        FactRecord,
        ("id",),
        True,
        {
            "item": Index(("item",), ("version", "ordinal", "id")),
            "command": Index(("command",), ("ordinal", "id")),
            "document": Index(("document",), ("recorded_at", "id")),
            "time": Index((), ("recorded_at", "command", "ordinal", "id")),
        },
    ),
    Kind(ItemHead, ("item",), indexes={"group": Index(("group",), ("item",))}),
    Kind(CostChunk, ("item", "chunk")),
    Kind(
        CostChange,
        ("item", "version", "ordinal"),
        True,
        {"command": Index(("command",), ("item", "version", "ordinal"))},
    ),
    Kind(Position, ("item", "place", "lot"), indexes={"place": Index(("place",), ("item", "lot"))}),
    Kind(
        EntryRecord,
        ("id",),
        True,
        {
            "number": Index(("period", "series"), ("number",)),
            "time": Index((), ("recorded_at", "id")),
            "command": Index(("command",), ("id",)),
        },
        unique=(("period", "series", "number"), ("reverses",)),
    ),
    Kind(
        LineRecord,
        ("entry", "ordinal"),
        True,
        {
            "account": Index(("account",), ("effective_on", "entry", "ordinal")),
            "period": Index(("period",), ("account", "entry", "ordinal")),
            "source": Index(("source",), ("entry", "ordinal")),
            "party": Index(("party", "account"), ("effective_on", "entry", "ordinal")),
        },
    ),
    Kind(AccountBalance, ("account", "currency", "dimensions")),
    Kind(PeriodBalance, ("period", "account", "currency", "dimensions")),
    Kind(PeriodRecord, ("module", "period")),
    Kind(OutcomeRecord, ("operation", "key")),
    Kind(DraftRecord, ("id",), indexes={"type": Index(("type",), ("id",))}),
    Kind(SettingRecord, ("topic", "name", "version"), True),
    Kind(
        EventRecord,
        ("id",),
        indexes={"position": Index((), ("position",))},
        unique=(("position",),),
    ),
    Kind(
        LinkRecord,
        ("id",),
        True,
        {"from": Index(("from_line",), ("recorded_at", "id")), "to": Index(("to_line",), ("recorded_at", "id"))},
        unique=(("reverses",),),
    ),
    Kind(SealRecord, ("number",), True),
)
"""Every kind that a store keeps, by its word."""


# -- changes -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Add:
    """Add whole numbers to fields of a record, which begins at zero; refused if a field would pass its bound.

    ``at_least`` and ``at_most`` bound the fields after the change; a field that is not named has no bound.
    """

    kind: str
    key: Key
    amounts: Mapping[str, int]
    at_least: Mapping[str, int] = field(default_factory=dict[str, int])
    at_most: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Changes:
    """What a command writes, in one: new records, records put in place of what is there, additions, removals.

    ``insert``: their keys must not be there yet.  ``put``: written whether there or not; a record of a kind with a
    ``version`` field is put only over version - 1 (0: not there).  ``remove``: keys by kind, whether there or not.
    A key is written once (``written_twice``); additions to one are added up first, within the tightest of their bounds.
    """

    insert: Sequence[Record] = ()
    put: Sequence[Record] = ()
    add: Sequence[Add] = ()
    remove: Sequence[tuple[str, Key]] = ()


# -- ports -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a store can do: whether ``lock`` holds other writers back (else versions alone guard), whether it lasts."""

    locks: bool
    durable: bool
    concurrent_writers: bool


class Transaction(Protocol):
    """Reads and one commit in one scope; left without commit, nothing of it remains."""

    def lock(self, keys: Mapping[str, Sequence[Key]], *, share: Mapping[str, Sequence[Key]] | None = None) -> None:
        """Hold other writers of these keys back until the end, whether the records are there or not.

        Keys to ``share`` (a period that is posted into) hold back only those that lock them for themselves (who closes
        it).  A store may take a shared key as a locked one.

        Keys are taken in one sorted order over all transactions.  Once something is locked, only keys behind all of
        these may be locked: ``StoreError`` ``lock_order`` else, upon which the caller begins again with all.
        """
        ...

    def get(self, kind: str, keys: Sequence[Key]) -> list[Any]:
        """The records of these keys, ``None`` for those that are not there."""
        ...

    def scan(
        self,
        kind: str,
        index: str = "key",
        equal: Key = (),
        *,
        after: Key | None = None,
        until: Key | None = None,
        reverse: bool = False,
        limit: int | None = None,
    ) -> Iterator[Any]:
        """The records of an index, in its order, streaming: behind ``after`` and up to ``until`` (both by prefix).

        ``equal`` may go on into the order (``scan("position", "key", ("TEA",))``: the positions of an item); ``after``
        and ``until`` are then of the fields that remain.  With ``reverse`` the same records from the last on.
        """
        ...

    def draw(self, series: str, count: int = 1) -> int:
        """The first of ``count`` next numbers of a series, from 1 on; others wait until the transaction ends."""
        ...

    def commit(self, changes: Changes) -> None:
        """Write all of it and end the transaction; at most once.

        Raises ``StoreError``: ``already_there``, ``version_conflict``, ``bound_passed``, ``retry`` (the whole
        transaction may be run again), ``outcome_unknown`` (the connection was lost while committing), and what the
        engine's limits ask for (``beyond_64_bits``, ``store_full``, ``store_locked``, ``connection_lost``).
        """
        ...


class Store(Protocol):
    """Where records are kept."""

    @property
    def capabilities(self) -> Capabilities:
        """What this store can do."""
        ...

    def begin(
        self,
        scope: Scope,
        *,
        lock: Mapping[str, Sequence[Key]] | None = None,
        share: Mapping[str, Sequence[Key]] | None = None,
        read_only: bool = False,
    ) -> AbstractContextManager[Transaction]:
        """A transaction in a scope, with these keys locked; read-only ones see one state of the store throughout."""
        ...

    def scopes(self) -> Iterable[Scope]:
        """Every scope that holds records, in order."""
        ...

    def purge(self, scope: Scope) -> None:
        """Remove all records of a scope, append-only ones too."""
        ...

    def number_events(self, scope: Scope, limit: int = 1000) -> int:
        """Give committed events that have none their positions, in the order of their ids; returns how many."""
        ...

    def close(self) -> None:
        """Let go of files and connections that the store opened itself."""
        ...


class Clock(Protocol):
    """The time, as the host sees it."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...


class Ids(Protocol):
    """Where ids come from (``jxc.kernel.ids``)."""

    def command_id(self, now: datetime) -> str:
        """A new id, ordered by time."""
        ...


class Observer(Protocol):
    """Who looks on: told of each command once it is committed, and of each retry."""

    def committed(self, scope: Scope, command: CommandRecord, events: Sequence[EventRecord]) -> None:
        """A command has been committed."""
        ...

    def retried(self, scope: Scope, verb: str, attempt: int, error: Exception) -> None:
        """A command is run again."""
        ...
