"""Pending entries and guards: held, posted in part, voided, expired; one concept for overdraft and credit."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import LedgerError
from jxc.ledger import Account, Book, Draft, Guard, Ledger, Line
from tests.ledger.strategies import CHART, NOW, book

DAY = dt.date(2026, 3, 5)


def paid(size: int, entry_id: str = "", party: str | None = None) -> Draft:
    lines = (Line("5602", size, size, "CNY"), Line("1002", -size, -size, "CNY", party=party))
    return Draft(DAY, lines, id=entry_id)


def funded(size: int = 100) -> Ledger:
    made = Ledger(book(), guards=[Guard("1002", "credit")])
    made.post(Draft(DAY, (Line("1002", size, size, "CNY"), Line("3001", -size, -size, "CNY"))), at=NOW)
    return made


def refused(call: object, *args: object, **more: object) -> str:
    with pytest.raises(LedgerError) as error:
        call(*args, **more)  # type: ignore[operator]
    return error.value.code


def test_what_is_held_is_not_there_twice() -> None:  # L12 L13
    made = funded()
    made.hold(paid(60, "a"), at=NOW)
    assert made.balance("1002") == Decimal("1.00")
    assert refused(made.hold, paid(41, "b"), at=NOW) == "overdraft"
    assert refused(made.post, paid(41), at=NOW) == "overdraft"
    made.post_pending("a", at=NOW, amount="0.50")
    made.post(paid(50), at=NOW)
    assert made.balance("1002") == 0


def test_what_ended_stays_ended() -> None:  # L12
    made = funded()
    made.hold(paid(60, "a"), at=NOW)
    assert refused(made.post_pending, "a", at=NOW, amount="0.61") == "pending_exceeded"
    assert refused(made.post_pending, "a", at=NOW, amount="0") == "pending_part_not_positive"
    assert made.pending_turnover("1002").credit == 60
    made.void("a", at=NOW)
    assert refused(made.post_pending, "a", at=NOW) == "pending_voided"
    made.hold(paid(60, "b"), at=NOW)
    assert made.post_pending("b", at=NOW).id == "b"
    assert refused(made.void, "b", at=NOW) == "pending_posted"
    assert refused(made.void, "c", at=NOW) == "unknown_pending"
    assert made.pending_turnover("1002").credit == 0


def test_a_hold_expires() -> None:  # L12
    made = funded()
    made.hold(paid(60, "a"), at=NOW, expires=NOW + dt.timedelta(hours=1))
    later = NOW + dt.timedelta(hours=1)
    assert refused(made.post_pending, "a", at=later) == "pending_expired"
    assert [one.state for one in made.expire(at=later)] == ["expired"]
    made.post(paid(100), at=later)


def test_a_refused_second_phase_keeps_the_hold() -> None:  # L12
    made = funded()
    made.hold(paid(60, "a"), at=NOW)
    made.close_period("2026-02")
    made.periods.lock("2026-03", "general", by="", at=None)
    assert refused(made.post_pending, "a", at=NOW) == "period_locked"
    made.periods.unlock("2026-03", "general", reason="x", by="", at=None)
    assert refused(made.post, paid(41), at=NOW) == "overdraft"


def test_a_credit_limit_of_one_customer() -> None:  # L13
    made = Ledger(Book(CHART, "CNY"), guards=[Guard("1122", "debit", Decimal(1), party="C-1")])

    def sold(size: int, party: str) -> Draft:
        return Draft(DAY, (Line("1122", size, size, "CNY", party=party), Line("5001", -size, -size, "CNY")))

    made.post(sold(1000, "C-2"), at=NOW)
    made.post(sold(100, "C-1"), at=NOW)
    assert refused(made.post, sold(1, "C-1"), at=NOW) == "over_limit"
    made.post(sold(-100, "C-1"), at=NOW)
    made.post(sold(1, "C-1"), at=NOW)


@given(st.lists(st.tuples(st.sampled_from(["hold", "post", "void", "pay"]), st.integers(1, 60)), max_size=20))
def test_never_overdrawn_however_it_comes(steps: list[tuple[str, int]]) -> None:  # L13
    made = funded()
    posted, waiting = 100, dict[str, int]()
    for at, (step, size) in enumerate(steps):
        name, free = next(iter(waiting), "none"), posted - sum(waiting.values())
        done = attempt(made, step, name, size, f"h{at}")
        assert done == (name != "none" if step in ("post", "void") else size <= free)
        if done and step == "hold":
            waiting[f"h{at}"] = size
        elif done:
            posted -= size if step == "pay" else waiting.pop(name) if step == "post" else 0
            waiting.pop(name if step == "void" else "", None)
        assert made.balance("1002") == made.book.amount(posted)
        assert made.pending_turnover("1002").credit == sum(waiting.values())


def attempt(made: Ledger, step: str, name: str, size: int, held: str) -> bool:
    """Take one step; whether it was let."""
    try:
        if step == "hold":
            made.hold(paid(size, held), at=NOW)
        elif step == "post":
            made.post_pending(name, at=NOW)
        elif step == "void":
            made.void(name, at=NOW)
        else:
            made.post(paid(size), at=NOW)
    except LedgerError:
        return False
    return True


def test_time_passes_by_itself() -> None:  # L12
    made = funded()
    made.hold(paid(60, "a"), at=NOW, expires=NOW + dt.timedelta(hours=1))
    made.post(paid(100), at=NOW + dt.timedelta(hours=2))
    assert made.pending["a"].state == "expired"
    assert refused(made.hold, paid(1, "b"), at=NOW + dt.timedelta(hours=2), expires=NOW) == "expires_in_the_past"


def test_the_id_of_a_hold_is_its_own() -> None:  # L12
    made = funded()
    made.hold(paid(60, "a"), at=NOW)
    assert refused(made.post, paid(1, "a"), at=NOW) == "duplicate_entry"
    assert refused(made.hold, paid(1, "a"), at=NOW) == "duplicate_entry"
    assert made.post_pending("a", at=NOW).id == "a"
    assert refused(made.post, paid(1, "a"), at=NOW) == "duplicate_entry"


def test_a_guard_watches_what_is_under_its_account() -> None:  # L13
    parent = Account("22", "Debts", "liability")
    chart = CHART.with_(parent, replace(CHART.get("2202"), parent="22"))
    made = Ledger(Book(chart, "CNY"), guards=[Guard("22", "credit", Decimal(1))])
    lines = (Line("1405", 101, 101, "CNY"), Line("2202", -101, -101, "CNY"))
    assert refused(made.post, Draft(DAY, lines), at=NOW) == "over_limit"
    made.post(Draft(DAY, (Line("1405", 60, 60, "CNY"), Line("2202", -60, -60, "CNY"))), at=NOW)
    made.use_chart(chart.with_(Account("2209", "Others", "liability", parent="22")))
    more = (Line("1405", 41, 41, "CNY"), Line("2209", -41, -41, "CNY"))
    with pytest.raises(LedgerError, match=r"0\.01 CNY over the limit"):
        made.post(Draft(DAY, more), at=NOW)
