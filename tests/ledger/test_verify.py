"""Digests, seals and numbers: what was changed is named, the first of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.kernel import Dimensions
from jxc.ledger import Draft, Entry, Ledger, Line, verify
from jxc.ledger.entries import digest_of
from tests.ledger.strategies import NOW, book, ledgers

FULL = Line("1002", 1, 1, "CNY", False, Decimal(1), "P", Dimensions({"department": "D"}), "m", NOW.date(), Decimal(2))
OTHER = {
    "account": "1405",
    "amount": 2,
    "base": 2,
    "currency": "USD",
    "red": True,
    "rate": Decimal(2),
    "party": "Q",
    "dimensions": Dimensions({"department": "E"}),
    "memo": "n",
    "due": dt.date(2026, 1, 1),
    "quantity": Decimal(3),
    "reference": "INV-1",
}
DRAFT = Draft(dt.date(2026, 1, 5), (FULL, replace(FULL, amount=-1, base=-1)), id="x")
CHANGED = {
    "date": dt.date(2026, 1, 6),
    "lines": DRAFT.lines[:1],
    "memo": "m",
    "kind": "closing",
    "module": "sales",
    "prepared_by": "li",
    "reviewed_by": "li",
    "attachments": 1,
    "sources": ("GR-1",),
    "reverses": "y",
    "replaces": "y",
    "adjustment": True,
    "step": "cost",
}


def digest(draft: Draft) -> str:
    return digest_of("x", "2026-01", "记", 1, NOW, "wang", draft)


@pytest.mark.parametrize("name", [field.name for field in fields(Line)])
def test_every_field_of_a_line_is_in_the_digest(name: str) -> None:  # L6
    changed = replace(DRAFT, lines=(replace(FULL, **{name: OTHER[name]}), DRAFT.lines[1]))
    assert digest(changed) != digest(DRAFT)


@pytest.mark.parametrize("name", sorted({field.name for field in fields(Draft)} - {"id", "series", "number"}))
def test_every_field_of_an_entry_is_in_the_digest(name: str) -> None:  # L6
    assert digest(replace(DRAFT, **{name: CHANGED[name]})) != digest(DRAFT)


def test_the_digest_is_the_same_everywhere() -> None:  # L6
    assert digest(DRAFT) == "6b468342545835c6b556bef859eb37e7ab919cbf1ee51b41fd8f1058584f630f"


@given(ledgers(), st.data())
def test_the_first_change_is_named(ledger: Ledger, data: st.DataObject) -> None:  # L6
    at = data.draw(st.integers(0, len(ledger.entries) - 1))
    seal = ledger.seal()
    entry = ledger.entries[at]
    forged = replace(entry, draft=replace(entry.draft, memo=f"{entry.memo}!"))
    entries = [*ledger.entries[:at], forged, *ledger.entries[at + 1 :]]
    assert (verify(entries).changed, verify(entries).count) == (entry.id, at + 1)
    mended = replace(forged, digest=_digest(forged))
    entries[at] = mended
    assert verify(entries).ok
    assert verify(entries, [seal]).changed == ledger.entries[-1].id
    lost = verify(ledger.entries[:-1], [seal])
    assert (lost.ok, lost.reason) == (False, "a sealed entry is lost")


def _digest(entry: Entry) -> str:
    given = (entry.id, entry.period, entry.series, entry.number, entry.recorded_at, entry.posted_by, entry.draft)
    return digest_of(*given)


def test_a_gap_in_the_numbers_is_named() -> None:  # L5
    made = Ledger(book())
    for _ in range(3):
        made.post(Draft(dt.date(2026, 1, 5), (Line("1002", 1, 1, "CNY"), Line("3001", -1, -1, "CNY"))), at=NOW)
    found = verify([made.entries[0], made.entries[2]])
    assert (found.changed, found.reason) == ("2026-01 记-3", "number 2 is missing before it")
