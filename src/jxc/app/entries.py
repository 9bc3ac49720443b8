"""Journal entries as records: planned lines, numbers without gaps, digests; and back again.

    Planned(draft, tags)  --number-->  EntryRecord + LineRecords  --read_entry-->  Entry

A tag says what a line is about in the words of stock: item, place, and the fact that it comes from.

Invariant: an entry that is read back has the digest that it was recorded with, or it is not what was posted.

>>> line = Line("1405", 100, 100, "CNY"), Line("2202", -100, -100, "CNY", party="S-01")
>>> planned = Planned(Draft(date(2026, 1, 5), line, "goods"), (Tag("TEA", "WH", "GR-1"), Tag(party="S-01")))
>>> at = datetime(2026, 1, 5, 9)
>>> entry, lines = records_of(planned, "c:0", "c", "2026-01", "记", 1, at, "wang")
>>> read_entry(entry, lines).label, lines[0].source, read_entry(entry, lines).draft == planned.draft
('2026-01 记-1', 'GR-1', True)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from jxc.kernel.dimension import Dimensions
from jxc.kernel.exact import decimal_text
from jxc.ledger.entries import NO_DIMENSIONS, Draft, Entry, Line, digest_of
from jxc.ports import EntryRecord, LineRecord

__all__ = ["Planned", "Tag", "read_entry", "read_line", "records_of"]

_DRAFT_WORDS = ("kind", "module", "prepared_by", "reviewed_by", "attachments", "replaces", "adjustment", "step")
_USUAL = Draft(date(1, 1, 1), ())


@dataclass(frozen=True, slots=True)
class Tag:
    """What a line is about."""

    item: str | None = None
    place: str | None = None
    source: str | None = None
    party: str | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A draft on its way into the books, with a tag for each of its lines."""

    draft: Draft
    tags: tuple[Tag, ...]


def records_of(
    planned: Planned,
    id: str,  # noqa: A002 - the field's own name
    command: str,
    period: str,
    series: str,
    number: int,
    at: datetime,
    by: str,
) -> tuple[EntryRecord, list[LineRecord]]:
    """The records of an entry that got its number."""
    draft = planned.draft
    digest = digest_of(id, period, series, number, at, by, draft)
    body = {name: value for name in _DRAFT_WORDS if (value := getattr(draft, name)) != getattr(_USUAL, name)}
    if draft.memo:
        body["memo"] = draft.memo
    if draft.sources:
        body["sources"] = list(draft.sources)
    if by:
        body["posted_by"] = by
    entry = EntryRecord(id, command, period, series, number, draft.date, at, draft.reverses, digest, body)
    pairs = enumerate(zip(draft.lines, planned.tags, strict=True))
    return entry, [_line(id, ordinal, period, draft.date, line, tag) for ordinal, (line, tag) in pairs]


def _line(entry: str, ordinal: int, period: str, day: date, line: Line, tag: Tag) -> LineRecord:
    body: dict[str, Any] = {}
    if line.red:
        body["red"] = True
    if line.memo:
        body["memo"] = line.memo
    if line.dimensions:
        body["dimensions"] = dict(line.dimensions)
    if line.rate is not None:
        body["rate"] = str(line.rate)
    if line.due is not None:
        body["due"] = line.due.isoformat()
    if line.quantity is not None:
        body["quantity"] = decimal_text(line.quantity)
    return LineRecord(
        entry,
        ordinal,
        line.account,
        period,
        day,
        line.amount,
        line.currency,
        line.base,
        line.party,
        tag.item,
        tag.place,
        tag.source,
        body,
    )


def read_line(record: LineRecord) -> Line:
    """The line that was recorded."""
    body: Mapping[str, Any] = record.body
    dimensions = body.get("dimensions")
    return Line(
        record.account,
        record.amount,
        record.base,
        record.currency,
        red=bool(body.get("red")),
        rate=None if body.get("rate") is None else Decimal(body["rate"]),
        party=record.party,
        dimensions=Dimensions(dimensions) if dimensions else NO_DIMENSIONS,
        memo=body.get("memo", ""),
        due=None if body.get("due") is None else date.fromisoformat(body["due"]),
        quantity=None if body.get("quantity") is None else Decimal(body["quantity"]),
    )


def read_entry(record: EntryRecord, lines: Iterable[LineRecord]) -> Entry:
    """The entry that was recorded, with its lines in their order."""
    body: Mapping[str, Any] = record.body
    words = {name: body[name] for name in _DRAFT_WORDS if name in body}
    draft = Draft(
        record.effective_on,
        tuple(read_line(line) for line in lines),
        body.get("memo", ""),
        series="",
        sources=tuple(body.get("sources", ())),
        reverses=record.reverses,
        **words,
    )
    return Entry(
        record.id,
        record.period,
        record.series,
        record.number,
        record.recorded_at,
        body.get("posted_by", ""),
        draft,
        record.digest,
    )
