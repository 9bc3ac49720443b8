"""What decided commands write: records, all of one transaction in one ``Changes``.

Invariant: every projection that is written here can be computed again from the facts; what a command says of itself
(its log, its outcome, its event) is written with what it did.

>>> chunk = _Chunk([["GR-1", "receipt", "TEA", 1, 200, "final", [], None]])
>>> chunk.replace("GR-1", [["GR-1", "receipt", "TEA", 1, 210, "final", [], None]])
>>> [row[4] for row in chunk.rows], chunk.trade_of("SO-1")
([210], None)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from jxc.api.business.commands import Request
from jxc.api.business.ground import Ground
from jxc.api.business.item_book import ItemBook
from jxc.api.business.loading import Loaded
from jxc.api.business.recorded import Command, Recorded, Touched
from jxc.api.business.results import Done
from jxc.app.entries import Planned, records_of
from jxc.app.packing import deltas_of, pack, pack_moves
from jxc.costing.late_journal import Move
from jxc.kernel.exact import multiply_exact
from jxc.kernel.rounding import divide
from jxc.ports import (
    Add,
    Changes,
    CommandRecord,
    CostChange,
    CostChunk,
    EventRecord,
    Key,
    LinkRecord,
    OutcomeRecord,
    Record,
    Transaction,
)

__all__ = ["Numbered", "Recording", "trade_of"]

Numbered = tuple[Planned, str, str, str, int]
"""An entry with its id, period, series and number."""


@dataclass(slots=True)
class Recording:
    """Collects what is to be written."""

    ground: Ground
    loaded: Loaded
    insert: list[Record] = field(default_factory=list[Record])
    put: list[Record] = field(default_factory=list[Record])
    add: list[Add] = field(default_factory=list[Add])
    remove: list[tuple[str, Key]] = field(default_factory=list[tuple[str, Key]])

    @property
    def changes(self) -> Changes:
        """All of it."""
        return Changes(insert=tuple(self.insert), put=tuple(self.put), add=tuple(self.add), remove=tuple(self.remove))

    # -- entries -------------------------------------------------------------------------------------------------------

    def number(self, tx: Transaction, done: Sequence[Recorded]) -> list[list[Numbered]]:
        """Give every entry its number: drawn at the end, so that those who wait for the next wait shortly."""
        wanted: Counter[tuple[str, str]] = Counter()
        for recorded in done:
            wanted.update(self._series(planned) for planned in recorded.entries)
        following = {key: tx.draw("/".join(key), wanted[key]) for key in sorted(wanted)}
        numbered: list[list[Numbered]] = []
        for recorded in done:
            mine: list[Numbered] = []
            for at, planned in enumerate(recorded.entries):
                key = self._series(planned)
                mine.append((planned, f"{recorded.command.id}/{at}", *key, following[key]))
                following[key] += 1
            numbered.append(mine)
        return numbered

    def _series(self, planned: Planned) -> tuple[str, str]:
        draft = planned.draft
        plus = "+" if draft.adjustment else ""
        return f"{draft.date.year:04}-{draft.date.month:02}{plus}", draft.series or self.ground.terms.ledger.series

    # -- one command ---------------------------------------------------------------------------------------------------

    def command(self, request: Request, recorded: Recorded, numbered: Sequence[Numbered], done: Done) -> None:
        """The command itself, its facts, entries, event, and the outcome under its key."""
        command = recorded.command
        body = {name: value for name, value in request.body.items() if name != "facts"}
        self.insert.append(CommandRecord(command.id, request.verb, command.at, command.actor, command.reason, body))
        self.insert.extend(recorded.facts)
        if recorded.act is not None:
            self.insert.extend(recorded.act.insert)
            self.put.extend(recorded.act.put)
        for planned, id_, period, series, number in numbered:
            entry, lines = records_of(planned, id_, command.id, period, series, number, command.at, command.actor)
            self.insert.append(entry)
            self.insert.extend(lines)
            if entry.reverses is not None:
                body = {"kind": "reverses"}
                self.insert.append(LinkRecord(f"{id_}/link", id_, entry.reverses, 0, command.at, None, body))
        self.tell(command, request, done)

    def tell(self, command: Command, request: Request, done: Done) -> None:
        """What others hear of a command, and what is answered when it is asked for again."""
        entries = [each.label for each in done.entries]
        told = {"command": command.id, "actor": command.actor, "facts": list(done.facts), "entries": entries}
        self.insert.append(EventRecord(command.id, request.verb, command.at, None, told))
        if request.key is not None:
            self.insert.append(
                OutcomeRecord(request.verb, request.key, request.digest, command.id, command.at, done.to_json())
            )

    # -- stock ---------------------------------------------------------------------------------------------------------

    def stock(self, tx: Transaction, done: Sequence[Recorded]) -> None:
        """The projections of what commands did to stock."""
        touched: dict[str, list[tuple[Command, Touched]]] = {}
        facts: dict[str, dict[str, Mapping[str, Any]]] = {}
        for recorded in done:
            for one in recorded.touched:
                touched.setdefault(one.book.head, []).append((recorded.command, one))
            for record in recorded.facts:
                if record.verb != "cancel":
                    facts.setdefault(record.item, {})[record.refers_to or record.id] = record.body
        for head, steps in touched.items():
            group = self.loaded.groups[head]
            self._chunks(tx, group.book, [one for _, one in steps], facts.get(head, {}))
            self._cost_changes(group.book, steps)
            last = steps[-1][0]
            self.put.extend(group.records(group.book.version + 1, last.at.isoformat(), last.id))
        self._positions(touched)

    def _positions(self, touched: Mapping[str, Sequence[tuple[Command, Touched]]]) -> None:
        sums: dict[tuple[str, str], tuple[int, int]] = {}
        for steps in touched.values():
            for _, one in steps:
                for key, (qty, value) in deltas_of(one.step.changes).items():
                    held = sums.get(key, (0, 0))
                    sums[key] = (held[0] + qty, held[1] + value)
        for (item, place), (qty, value) in sums.items():
            if qty or value:
                self.add.append(Add("position", (item, place, ""), {"quantity": qty, "value": value}))

    def _cost_changes(self, book: ItemBook, steps: Sequence[tuple[Command, Touched]]) -> None:
        """What became of costs that were known before, and what is booked on another day than its own."""
        ordinal = 0
        for command, one in steps:
            moves: dict[int, list[Move]] = {}
            for move in one.moves:
                moves.setdefault(move.row, []).append(move)
            before = {change.row for change in one.step.changes if change.before is not None}
            costs = {change.row: change for change in one.step.changes}
            for row, made in moves.items():
                if row in before or any(move.booked != move.concerns for move in made):
                    change = costs.get(row)
                    body = {
                        "part": _part(one, row),
                        "since": book.homes[book.fact_of[row]].at.isoformat(),
                        "old": None if change is None or change.before is None else int(change.before.cost),
                        "new": None if change is None or change.after is None else int(change.after.cost),
                        "moves": pack_moves(made),
                    }
                    booked = date.fromordinal(max(move.booked for move in made))
                    self.insert.append(
                        CostChange(
                            book.head,
                            book.version + 1,
                            ordinal,
                            book.fact_of[row],
                            command.id,
                            command.at,
                            booked,
                            body,
                        )
                    )
                    ordinal += 1

    def _chunks(
        self, tx: Transaction, book: ItemBook, steps: Sequence[Touched], facts: Mapping[str, Mapping[str, Any]]
    ) -> None:
        """Pack what the facts cost now that came, went, or cost another amount."""
        names = dict.fromkeys(book.fact_of[change.row] for one in steps for change in one.step.changes)
        names.update(dict.fromkeys(name for one in steps for name in one.names))
        by_chunk: dict[tuple[str, int], list[str]] = {}
        for name in names:
            home = book.homes[name]
            by_chunk.setdefault((home.item, home.version), []).append(name)
        own = (book.head, book.version + 1)
        older = [key for key in by_chunk if key != own]
        kept = dict(zip(older, tx.get("cost_chunk", older), strict=True)) if older else {}
        for key, touched in by_chunk.items():
            old = kept.get(key)
            rows = _Chunk([] if old is None else old.body["rows"])
            for name in touched:
                trade = trade_of(facts[name], self.ground) if name in facts else rows.trade_of(name)
                rows.replace(name, _packed(book, name, trade))
            at = min(book.homes[name].at for name in touched).isoformat() if old is None else old.body["at"]
            self.put.append(CostChunk(*key, {"at": at, "rows": rows.rows}))


class _Chunk:
    """The packed rows of a chunk, some of them replaced."""

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self.rows = [list(row) for row in rows]

    def trade_of(self, name: str) -> Sequence[Any] | None:
        return next((row[7] for row in self.rows if row[0] == name), None)

    def replace(self, name: str, packed: list[list[Any]]) -> None:
        at = next((at for at, row in enumerate(self.rows) if row[0] == name), len(self.rows))
        kept = [row for row in self.rows if row[0] != name]
        self.rows = [*kept[:at], *packed, *kept[at:]]


def _packed(book: ItemBook, name: str, trade: Sequence[Any] | None) -> list[list[Any]]:
    rows = book.rows_of(name) if name in book.by_id else []
    return [pack(name, book.late.standing(row), trade) for row in rows]


def _part(touched: Touched, row: int) -> int:
    """Which part of its fact a row is, or was."""
    left = touched.step.parts.get(row)
    if left is not None:
        return left
    return touched.book.rows_of(touched.book.fact_of[row]).index(row)


def trade_of(fact: Mapping[str, Any], ground: Ground) -> list[Any] | None:
    """Whom a sale concerns and what it brought: [party, salesman, document, revenue, sale that comes back]."""
    if fact["type"] not in ("issue", "sales_return"):
        return None
    revenue = 0
    if "sale_price" in fact:
        price = multiply_exact(Decimal(fact["sale_price"]), Decimal(fact["qty"]))
        numerator, denominator = multiply_exact(price, Decimal(fact.get("rate", "1"))).as_integer_ratio()
        revenue = divide(numerator * 10**ground.terms.currency.places, denominator, ground.terms.policy.rounding.mode)
    refs = fact.get("refs") or (None,)
    return [fact.get("party"), fact.get("salesman"), fact.get("doc"), revenue, refs[0]]
