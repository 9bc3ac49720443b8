"""Open items: what belongs together is settled together, whatever else there is; nothing gets lost."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import JxcError
from jxc.kernel.link import Link
from jxc.kernel.money import Amount
from jxc.ledger import Book, Draft, Ledger, Line
from jxc.reports import ageing, open_items
from tests.ledger.strategies import CHART, NOW, days, ledgers

MARCH = dt.date(2026, 3, 31)


def sold(size: int, day: str, due: str | None = None, reference: str = "") -> Draft:
    until = None if due is None else dt.date.fromisoformat(due)
    line = Line("1122", size, size, "CNY", party="C", due=until, reference=reference)
    return Draft(dt.date.fromisoformat(day), (line, Line("5001", -size, -size, "CNY")))


def paid(size: int, day: str, reference: str = "", *, red: bool = False) -> Draft:
    line = Line("1122", -size, -size, "CNY", party="C", reference=reference, red=red)
    return Draft(dt.date.fromisoformat(day), (Line("1002", size, size, "CNY", red=red), line))


def ledger_of(*drafts: Draft) -> Ledger:
    made = Ledger(Book(CHART, "CNY"))
    made.post_all(drafts, at=NOW)
    return made


def left(ledger: Ledger, **more: object) -> dict[str, str]:
    found = open_items(ledger, "1122", MARCH, **more)  # type: ignore[arg-type]
    return {one.line.rpartition("记-")[2]: str(one.left) for one in found}


def link(size: str, one: str, other: str, code: str = "CNY") -> Link:
    return Link("L", one, other, amount=Amount.of(size, code))


@given(ledgers(), days, st.sampled_from(["oldest_first", "open"]), st.sampled_from(["due", "document"]))
def test_what_is_left_is_the_balance(ledger: Ledger, on: dt.date, rest: str, by: str) -> None:  # L25
    for account, sign in (("1122", 1), ("2202", -1)):
        for currency in (None, "USD"):
            words = {"rest": rest, "by": by, "currency": currency}
            items = open_items(ledger, account, on, **words)  # type: ignore[arg-type]
            rows = {row.party: row.balance for row in ageing(ledger, account, on, **words).rows}  # type: ignore[arg-type]
            for party in ("P-1", "P-2"):
                balance = sign * ledger.balance(account, on=on, where={"party": party}, currency=currency)
                assert sum(one.left for one in items if one.party == party) == balance
                assert rows.get(party, Decimal(0)) == balance
            assert all(abs(one.left) <= abs(one.size) and one.left * one.size > 0 for one in items)


@given(ledgers(), st.data())
def test_a_reversal_leaves_the_other_items_alone(ledger: Ledger, data: st.DataObject) -> None:  # L25
    entry = data.draw(st.sampled_from(ledger.entries))
    before = {one.line: one for one in open_items(ledger, "1122", dt.date(2027, 1, 1), rest="open")}
    ledger.reverse(entry.id, at=NOW)
    after = {one.line: one for one in open_items(ledger, "1122", dt.date(2027, 1, 1), rest="open")}
    if not any(line.party for line in entry.lines) and not any(
        line.red for one in ledger.entries for line in one.lines
    ):
        assert after == {name: one for name, one in before.items() if not name.startswith(f"{entry.id}#")}
    assert not {name for name in after if name.startswith(f"{entry.id}#")} - set(before)


def test_references_come_before_the_oldest() -> None:  # L25
    ledger = ledger_of(
        sold(100, "2026-01-05", reference="INV-1"),
        sold(50, "2026-01-06", reference="INV-2"),
        paid(60, "2026-02-01", "INV-2"),
    )
    assert left(ledger) == {"1#1": "0.90"}
    assert left(ledger, rest="open") == {"1#1": "1.00", "1#2": "-0.10"}


def test_links_come_before_references() -> None:  # L25
    ledger = ledger_of(sold(100, "2026-01-05", reference="R"), sold(50, "2026-01-06"), paid(60, "2026-02-01", "R"))
    first, second, money = (entry.id for entry in ledger.entries)
    made = link("0.30", f"{money}#2", f"{second}#1")
    assert left(ledger, links=[made]) == {"1#1": "0.70", "2#1": "0.20"}
    undone = made.reverse("L2", "wrong")
    assert left(ledger, links=[made, undone]) == left(ledger)
    for bad, code in (
        (link("0.51", f"{money}#2", f"{second}#1"), "link_beyond_line"),
        (link("0.10", f"{first}#1", f"{second}#1"), "link_same_side"),
        (link("0.10", f"{first}#1", f"{money}#3"), "unknown_line"),
        (link("0.10", "nothing#1", f"{money}#2"), "unknown_entry"),
        (link("0.10", f"{money}#2", f"{second}#1", "USD"), "currency_mismatch"),
    ):
        with pytest.raises(JxcError) as refused:
            open_items(ledger, "1122", MARCH, links=[bad])
        assert refused.value.code == code


def test_a_reversal_takes_back_what_it_reverses_and_not_the_oldest() -> None:  # L25
    for red in (True, False):
        ledger = ledger_of(sold(100, "2026-01-05"), sold(50, "2026-03-05"))
        ledger.post(ledger.reversal(ledger.entries[1].id, red=red, on="2026-03-20"), at=NOW)
        assert left(ledger) == {"1#1": "1.00"}
        assert [str(one) for one in ageing(ledger, "1122", MARCH).rows[0].buckets] == [
            "0.00",
            "0.00",
            "0.00",
            "1.00",
            "0.00",
        ]


def test_a_payment_taken_back_in_red_takes_from_payments() -> None:  # L25
    ledger = ledger_of(sold(100, "2026-01-05"), paid(100, "2026-02-01"), paid(-100, "2026-03-01", red=True))
    assert left(ledger) == {"1#1": "1.00"}


def test_days_count_from_the_due_date_or_from_the_document() -> None:  # L25
    ledger = ledger_of(sold(100, "2026-01-05", "2026-03-30"), sold(50, "2026-01-10", "2026-02-09"))
    by_due, by_document = (ageing(ledger, "1122", MARCH, by=by).rows[0].buckets for by in ("due", "document"))  # type: ignore[arg-type]
    assert [str(size) for size in by_due] == ["0.00", "1.00", "0.50", "0.00", "0.00"]
    assert [str(size) for size in by_document] == ["0.00", "0.00", "0.00", "1.50", "0.00"]
    ledger.post(paid(60, "2026-03-01"), at=NOW)
    assert left(ledger) == {"1#1": "0.90"}  # the one that fell due first
    assert left(ledger, by="document") == {"1#1": "0.40", "2#1": "0.50"}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"limits": ()}, "limits_not_rising"),
        ({"limits": (90, 30)}, "limits_not_rising"),
        ({"limits": (0, 30)}, "limits_not_rising"),
        ({"by": "age"}, "unknown_choice"),
        ({"rest": "fifo"}, "unknown_choice"),
        ({"currency": "usd"}, "unknown_currency"),
        ({"where": {"prty": "C"}}, "unknown_dimension"),
        ({"on": "2026-02-30"}, "no_such_date"),
        ({"account": "9999"}, "unknown_account"),
    ],
)
def test_refusals(more: dict[str, object], code: str) -> None:  # L25
    ledger = ledger_of(sold(100, "2026-01-05"))
    with pytest.raises(JxcError) as refused:
        ageing(ledger, **{"account": "1122", "on": "2026-03-31", **more})  # type: ignore[arg-type]
    assert refused.value.code == code
