"""Entries that others made: posted once, brought to what they should be, missing again once taken back (L18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from jxc.edge.charts import load_chart
from jxc.ledger import Book, Draft, Ledger, MonthEnd, close_month, missing_entries, undo_close

NOW = datetime(2027, 6, 1, tzinfo=UTC)
BOOK = Book(load_chart("cn-small-business"), "CNY")


def sold(day: int, amount: int, *sources: str, step: str = "") -> Draft:
    lines = (BOOK.debit("5401", amount), BOOK.credit("1405", amount))
    return replace(BOOK.entry(f"2026-01-{day:02d}", *lines, memo="sold", sources=sources), step=step)


def balance(ledger: Ledger) -> str:
    return str(ledger.balance("5401"))


Sale = tuple[int, int, int, str]
drafts = st.lists(
    st.tuples(st.integers(1, 31), st.integers(1, 900), st.integers(0, 9), st.sampled_from(("", "cost"))), max_size=12
)


@settings(max_examples=100)
@given(drafts, drafts, st.integers(0, 5))
def test_it_comes_to_what_is_wanted(first: list[Sale], then: list[Sale], taken_back: int) -> None:  # L18
    made = [[sold(day, amount, f"S-{source}", step=step) for day, amount, source, step in one] for one in (first, then)]
    ledger = Ledger(BOOK)
    ledger.post_all(missing_entries(ledger, made[0]), at=NOW)
    assert ledger.book.minor(ledger.balance("5401")) == sum(d.lines[0].base for d in made[0])
    assert list(missing_entries(ledger, made[0])) == []
    if taken_back < len(ledger.entries):
        ledger.reverse(ledger.entries[taken_back].id, at=NOW)
        ledger.post_all(missing_entries(ledger, made[0]), at=NOW)
        assert ledger.book.minor(ledger.balance("5401")) == sum(d.lines[0].base for d in made[0])
    if all(any(d.step == e.step and set(d.sources) & set(e.sources) for e in made[1]) for d in made[0]):
        ledger.post_all(missing_entries(ledger, made[1]), at=NOW)  # the same facts, at other amounts
        assert ledger.book.minor(ledger.balance("5401")) == sum(d.lines[0].base for d in made[1])


def test_the_cost_of_a_month_is_carried_over_once() -> None:  # L18
    """By a posting table, by the caller's figure, after undoing: always the same."""
    ledger = Ledger(BOOK)
    ledger.post(BOOK.entry("2026-01-01", BOOK.debit("1405", "900"), BOOK.credit("3001", "900")), at=NOW)
    cost = sold(31, 600, "S-1", "S-2", step="cost")
    end = MonthEnd(entries=(cost, sold(5, 70, "S-3")), costs={("cost_of_sales", "inventory"): "600"})
    assert [entry.draft.step for entry in close_month(ledger, "2026-01", end, at=NOW)] == ["cost", "", "result"]
    assert close_month(ledger, "2026-01", end, at=NOW) == ()
    undo_close(ledger, "2026-01", reason="one more sale", at=NOW)
    assert balance(ledger) == "70.00"
    more = MonthEnd(entries=(sold(31, 650, "S-1", "S-2", "S-4", step="cost"), sold(5, 70, "S-3")))
    close_month(ledger, "2026-01", more, at=NOW)
    assert str(ledger.balance("1405")) == "180.00"


def test_a_cost_that_was_posted_already_is_topped_up() -> None:
    ledger = Ledger(BOOK)
    ledger.post(sold(31, 600, "S-1", step="cost"), at=NOW)
    (rest,) = missing_entries(ledger, [sold(31, 650, "S-1", "S-4", step="cost")])
    assert [(line.account, line.base) for line in rest.lines] == [("5401", 5000), ("1405", -5000)]
    assert (rest.kind, rest.sources) == ("adjusting", ("S-1", "S-4"))


def test_entries_of_other_months_are_left_to_their_close() -> None:
    february = [replace(sold(1, 50, f"S-{day}"), date=day) for day in ("2026-02-01", "2026-02-02")]
    ledger = Ledger(BOOK)
    posted = close_month(ledger, "2026-01", MonthEnd(entries=tuple(february)), at=NOW)
    assert [str(entry.date) for entry in posted] == ["2026-02-01"]
