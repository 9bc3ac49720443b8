"""What a command answers, and how the answer is kept beside its key.

    done = shop.stock.receive("TEA", "100", "2.00", date="2026-01-05", place="WH", key="GR-1")
    done.facts, done.costs, done.entries, done.replayed

Invariant: the answer to a repeated request reads as the first one did, but for ``replayed``.

>>> done = Done("c-1", "insert", ("GR-1",), (), (), None, None)
>>> Done.from_json(done.to_json(), replayed=True).facts
('GR-1',)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from jxc.api.late_answers import Why
from jxc.errors import JxcError
from jxc.stock.problem import Problem

__all__ = ["Batch", "Done", "PostedEntry", "RowCost"]


@dataclass(frozen=True, slots=True)
class RowCost:
    """A row of a fact whose cost is another one now; ``None``: it was not, or is no more, in the book."""

    fact: str
    date: date
    type: str
    item: str
    old: Decimal | None
    new: Decimal | None
    why: Why

    @property
    def difference(self) -> Decimal:
        """New cost less old cost."""
        return (self.new or Decimal(0)) - (self.old or Decimal(0))


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """A journal entry that a command made: its number (``None`` in a preview), day and lines."""

    id: str
    label: str | None
    date: date
    lines: tuple[tuple[str, Decimal], ...]
    """Account and amount in the book's currency, debit above zero."""


@dataclass(frozen=True, slots=True)
class Done:
    """What one command did, or would do (``preview``)."""

    command: str
    verb: str
    facts: tuple[str, ...]
    costs: tuple[RowCost, ...]
    entries: tuple[PostedEntry, ...]
    recorded_at: datetime | None
    booked_from: date | None
    preview: bool = False
    replayed: bool = False
    more: Mapping[str, Any] | None = None

    @property
    def cost(self) -> Decimal:
        """What the facts of this command brought in or took out."""
        came = set(self.facts)
        return sum((row.new for row in self.costs if row.fact in came and row.new is not None), Decimal(0))

    def to_json(self) -> dict[str, Any]:
        """The answer as plain JSON."""
        return {
            "command": self.command,
            "verb": self.verb,
            "facts": list(self.facts),
            "costs": [
                [row.fact, row.date.isoformat(), row.type, row.item, _text(row.old), _text(row.new), row.why]
                for row in self.costs
            ],
            "entries": [
                [each.id, each.label, each.date.isoformat(), [[account, str(size)] for account, size in each.lines]]
                for each in self.entries
            ],
            "recorded_at": None if self.recorded_at is None else self.recorded_at.isoformat(),
            "booked_from": None if self.booked_from is None else self.booked_from.isoformat(),
            "more": None if self.more is None else dict(self.more),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any], *, replayed: bool) -> Done:
        """The answer that was kept."""
        return cls(
            kept["command"],
            kept["verb"],
            tuple(kept["facts"]),
            tuple(
                RowCost(fact, date.fromisoformat(day), kind, item, _amount(old), _amount(new), why)
                for fact, day, kind, item, old, new, why in kept["costs"]
            ),
            tuple(
                PostedEntry(id_, label, date.fromisoformat(day), tuple((one, Decimal(size)) for one, size in lines))
                for id_, label, day, lines in kept["entries"]
            ),
            None if kept["recorded_at"] is None else datetime.fromisoformat(kept["recorded_at"]),
            None if kept["booked_from"] is None else date.fromisoformat(kept["booked_from"]),
            replayed=replayed,
            more=kept["more"],
        )

    def as_replay(self) -> Done:
        """The same answer, given again."""
        return replace(self, replayed=True)


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@dataclass(frozen=True, slots=True)
class Batch:
    """The answers to many commands, in the order they were given; ``None`` where one was refused or not carried out.

    ``problems``: each refusal, with the row (from 1) of its command; ``errors``: the same as they would be raised.
    """

    results: tuple[Done | None, ...]
    problems: tuple[Problem, ...] = ()
    errors: Sequence[JxcError] = ()

    @property
    def done(self) -> Iterator[Done]:
        """The commands that were carried out."""
        return (each for each in self.results if each is not None)
