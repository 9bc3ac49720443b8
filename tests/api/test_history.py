"""A history that stays open: valued as if all had come in time, booked as periods allow, answered the same for ever."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from examples import late_facts
from hypothesis import given
from hypothesis import strategies as st

import jxc
from jxc.api.late_answers import Balance, Change
from jxc.errors import DateError, FieldError, JxcError, NotFoundError, StockError
from jxc.stock import Assembly, BaseUnitChange, Component, Issue, MethodChange, Receipt
from jxc.testing.strategies import Row, Shape, histories

SHAPE = Shape(most=12, days=60, items=("TEA", "CUP"))
TEA = [
    {"id": "GR-1", "date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 10, "unit_cost": "2.00"},
    {"id": "SO-1", "date": "2026-01-15", "type": "issue", "item": "TEA", "qty": 6},
    {"id": "SO-2", "date": "2026-02-03", "type": "issue", "item": "TEA", "qty": 2},
]
LATE: Row = {"id": "GR-0", "date": "2026-01-02", "type": "receipt", "item": "TEA", "qty": 5, "unit_cost": "3.00"}


def tea(**options: Any) -> jxc.History:
    return jxc.History(TEA, currency="CNY", **options)


def figures(balance: Balance) -> tuple[object, ...]:
    return (balance.on_hand, balance.on_hand_value, balance.cost_of_sales_by_period, balance.roles)


# -------------------------------------------------------------------------------------------------------- properties

day = st.integers(0, 60).map(lambda n: date(2026, 1, 1) + timedelta(days=n))


def act(book: jxc.History, data: st.DataObject, rows: list[Row], **how: Any) -> None:
    """One operation, drawn; a refusal is none."""
    standing = [m.id for m in book.movements]
    waiting = [row for row in rows if row["id"] not in standing]
    verb = data.draw(st.sampled_from(("insert", "insert", "cancel", "change")))
    with suppress(JxcError):
        if verb == "insert" and waiting:
            book.insert([data.draw(st.sampled_from(waiting))], **how)
        elif verb == "cancel" and standing:
            book.cancel(data.draw(st.sampled_from(standing)), **how)
        elif standing:
            fields = data.draw(st.sampled_from(({"qty": 3}, {"date": "2026-01-20"}, {"amount": "7.77"})))
            book.change(data.draw(st.sampled_from(standing)), fields, **how)


METHODS = ("fifo", "moving_average", "lifo", "specific", "standard", "periodic_average")


@given(data=st.data(), rows=histories(SHAPE), method=st.sampled_from(METHODS))
def test_it_is_the_valuation_of_what_stands(data: st.DataObject, rows: list[Row], method: str) -> None:
    late = data.draw(st.sampled_from(("restate", "split_on_hand_sold")))
    short = ["refuse", "reset_on_next_receipt"] + ["estimate_then_correct"] * (method != "periodic_average")
    options: dict[str, Any] = {
        "method": method,
        "scope": data.draw(st.sampled_from(("item", "place"))),
        "negative_stock": data.draw(st.sampled_from(short)),
        "landed_cost": late,
        "invoice_difference": late,
        "standard_cost": {"TEA": "3", "CUP": "1.25"},
        "currency": "CNY",
    }
    book = jxc.History(rows[:4], **options)
    for _ in range(6):
        act(book, data, rows)
    plain = jxc.value(standing_rows(book), **options)
    assert plain.complete
    assert [(m.id, m.cost) for m in book.movements] == [(m.id, m.cost) for m in plain.movements]
    balance = book.at()
    assert balance.on_hand_value == plain.on_hand_value
    assert balance.on_hand == plain.on_hand
    assert balance.cost_of_sales_by_period == {k: v for k, v in plain.cost_of_sales_by_period.items() if v}
    assert sum(balance.roles.values()) == 0


def test_what_contradicts_itself_is_refused_before_the_first_row() -> None:
    with pytest.raises(jxc.errors.PolicyError, match="settles no shortage"):
        jxc.History(method="periodic_average", negative_stock="estimate_then_correct")


def standing_rows(book: jxc.History) -> list[Row]:
    """The rows that stand, in the order of entry, as they were stated last."""
    return [book.stated(movement.id) for movement in book.movements]  # type: ignore[misc]


@given(data=st.data(), rows=histories(SHAPE))
def test_what_was_answered_is_answered_for_ever(data: st.DataObject, rows: list[Row]) -> None:
    scope = data.draw(st.sampled_from(("item", "place")))
    book = jxc.History(rows[:5], method="moving_average", scope=scope, negative_stock="estimate_then_correct")
    answered: list[tuple[date | None, int, tuple[object, ...]]] = []
    for _ in range(5):
        number = book.operations[-1].number
        answered += [(on, number, figures(book.at(on))) for on in (None, data.draw(day))]
        if data.draw(st.booleans()):
            until = data.draw(day)
            if book.closed_until is None or until > book.closed_until:
                book.close(until)
        act(book, data, rows, closed=data.draw(st.sampled_from(("restate", "forward"))))
    for on, number, figure in answered:
        assert figures(book.at(on, known_at=number)) == figure


@given(data=st.data(), rows=histories(SHAPE), method=st.sampled_from(("fifo", "moving_average", "standard")))
def test_forward_ends_where_restated_ends_and_leaves_what_is_closed(
    data: st.DataObject, rows: list[Row], method: str
) -> None:
    costs = {"TEA": "3", "CUP": "1.25"}
    books = [
        jxc.History(rows[:5], method=method, standard_cost=costs, negative_stock="last_rate_then_reset", currency="CNY")
        for _ in range(2)
    ]
    restated, forward = books
    until = data.draw(day)
    forward.close(until)
    closed = figures(forward.at(until))
    for row in rows[5:]:
        results: list[str] = []
        for book, how in ((restated, "restate"), (forward, "forward")):
            try:
                change = book.insert([row], closed=how)  # type: ignore[arg-type]
            except JxcError as refusal:
                results.append(refusal.code)
                continue
            results.append("done")
            assert sum(booking.amount for booking in change.bookings) == 0
            if how == "forward":
                assert all(booking.date > until for booking in change.bookings)
        assert results[0] == results[1]
    assert figures(forward.at(until)) == closed
    assert forward.at().on_hand == restated.at().on_hand
    assert forward.at().roles == restated.at().roles
    assert [m.cost for m in forward.movements] == [m.cost for m in restated.movements]


@given(data=st.data(), rows=histories(SHAPE))
def test_a_preview_tells_what_then_happens_and_changes_nothing(data: st.DataObject, rows: list[Row]) -> None:
    book = jxc.History(rows[:6], currency="CNY")
    for row in rows[6:]:
        before = figures(book.at()), [m.cost for m in book.movements], book.operations
        told = attempt(book, row, preview=True)
        assert (figures(book.at()), [m.cost for m in book.movements], book.operations) == before
        done = attempt(book, row)
        if isinstance(told, JxcError) or isinstance(done, JxcError):
            assert told == done
            continue
        assert told.operation is None
        assert replace(done, operation=None) == told
        new, old = book.at(), before[0]
        assert done.stock_difference == new.on_hand_value - old[1]  # type: ignore[operator]


def attempt(book: jxc.History, row: Row, **how: Any) -> Change | JxcError:
    try:
        return book.insert([row], **how)
    except JxcError as refusal:
        return refusal


# ---------------------------------------------------------------------------------------------------------- examples


def test_a_late_receipt_re_values_what_was_sold() -> None:
    book = tea()
    change = book.insert([LATE])
    assert [(c.id, c.old, c.new, c.why) for c in change.changes] == [
        ("SO-1", Decimal("12.00"), Decimal("17.00"), "recosted"),
        ("GR-0", None, Decimal("15.00"), "entered"),
    ]
    assert change.totals("period", "role") == {
        ("2026-01", "cogs"): Decimal("5.00"),
        ("2026-01", "grni"): Decimal("-15.00"),
        ("2026-01", "inventory"): Decimal("10.00"),
    }
    assert (change.stock_difference, change.cost_of_sales_difference) == (Decimal("10.00"), Decimal("5.00"))
    assert (book.cost("SO-1"), book.cost("SO-1", known_at=0)) == (Decimal("17.00"), Decimal("12.00"))


def test_a_closed_month_is_not_touched_but_by_a_name() -> None:
    book = tea(closed_until="2026-01-31")
    with pytest.raises(StockError, match="2 rows up to 2026-01-31 would change, the first is GR-0") as caught:
        book.insert([LATE])
    assert (caught.value.code, caught.value.value) == ("closed_period", "2026-01-02")
    with pytest.raises(StockError, match="the first is row 4"):
        book.insert([{**LATE, "id": ""}])
    with pytest.raises(StockError, match="1 rows up to 2026-01-31 would change, the first is SO-1"):
        book.cancel("SO-1")
    change = book.insert([LATE], closed="forward")
    assert change.booked_from == date(2026, 2, 1)
    assert {booking.date for booking in change.bookings} == {date(2026, 2, 1)}
    assert book.at("2026-01-31").on_hand_value == Decimal("8.00")
    assert book.at("2026-01-31").cost_of_sales == Decimal("12.00")
    assert book.at("2026-02-28").cost_of_sales_by_period == {"2026-01": Decimal("12.00"), "2026-02": Decimal("9.00")}


def test_what_is_gone_follows_its_use() -> None:
    rows = [
        {"id": "GR-1", "date": "2026-01-05", "type": "receipt", "item": "LEAF", "qty": 10, "unit_cost": "1.00"},
        {"id": "SO-1", "date": "2026-01-06", "type": "issue", "item": "LEAF", "qty": 2},
        {"id": "LOSS", "date": "2026-01-07", "type": "scrap", "item": "LEAF", "qty": 1},
        {"id": "OUT", "date": "2026-01-08", "type": "issue", "item": "LEAF", "qty": 4, "reason": "assembly"},
        {"id": "BOX", "date": "2026-01-08", "type": "assembly", "item": "BOX", "qty": 1, "ref": "OUT"},
    ]
    book = jxc.History(rows, currency="CNY", closed_until="2026-01-31")
    freight = {"id": "F-1", "date": "2026-02-10", "type": "landed_cost", "amount": "10.00", "ref": "GR-1"}
    change = book.insert([{**freight, "item": "", "qty": ""}], closed="forward")
    assert change.totals("item", "role") == {
        ("BOX", "inventory"): Decimal("4.00"),
        ("BOX", "production_clearing"): Decimal("-4.00"),
        ("LEAF", "cogs"): Decimal("2.00"),
        ("LEAF", "inventory"): Decimal("3.00"),
        ("LEAF", "landed_cost_clearing"): Decimal("-10.00"),
        ("LEAF", "production_clearing"): Decimal("4.00"),
        ("LEAF", "stock_adjustment"): Decimal("1.00"),
    }
    assert {booking.date for booking in change.bookings} == {date(2026, 2, 10)}
    assert {c.id: c.why for c in change.changes} == {
        "GR-1": "charged", "SO-1": "recosted", "LOSS": "recosted", "OUT": "recosted", "BOX": "recosted",
        "F-1": "entered",
    }  # fmt: skip


def test_cancel_and_change() -> None:
    book = tea()
    change = book.change("GR-1", {"unit_cost": "2.50"}, actor="Li", reason="typing error")
    assert [(c.id, c.new, c.why) for c in change.changes] == [
        ("GR-1", Decimal("25.00"), "changed"),
        ("SO-1", Decimal("15.00"), "recosted"),
        ("SO-2", Decimal("5.00"), "recosted"),
    ]
    assert (book.operations[-1].actor, book.operations[-1].reason) == ("Li", "typing error")
    gone = book.cancel("SO-2")
    assert [(c.id, c.old, c.new, c.why) for c in gone.changes] == [("SO-2", Decimal("5.00"), None, "cancelled")]
    with pytest.raises(NotFoundError) as caught:
        book.cost("SO-2")
    assert caught.value.code == "no_such_fact"
    assert book.cost("SO-2", known_at=0) == Decimal("4.00")


def test_a_refusal_names_the_row_its_date_and_the_shortage() -> None:
    book = tea()
    with pytest.raises(StockError) as caught:
        book.insert([{"id": "X", "date": "2026-01-10", "type": "issue", "item": "TEA", "qty": 3}])
    found = caught.value
    assert (found.code, found.params["id"], found.params["date"], found.params["short"]) == (
        "insufficient_stock", "SO-2", "2026-02-03", "1"
    )  # fmt: skip
    with pytest.raises(StockError, match="for issue SO-1 of 2026-01-15"):
        book.cancel("GR-1")
    assert book.on_hand_value == Decimal("4.00")


def test_wrong_input_is_refused_and_changes_nothing() -> None:
    book = tea()
    wrong: list[tuple[Row, str]] = [
        ({**LATE, "id": "GR-1"}, "duplicate_id"),
        ({**LATE, "qty": 1.5}, "float_refused"),
        ({**LATE, "qty": 0}, "zero_quantity"),
        ({**LATE, "date": "2026-02-30"}, "bad_date"),
        ({**LATE, "type": "recieve"}, "unknown_type"),
        ({**LATE, "type": "sales_return", "ref": "SO-9"}, "unknown_reference"),
    ]
    for row, code in wrong:
        with pytest.raises(FieldError) as refused:
            book.insert([row])
        assert (refused.value.code, refused.value.params["row"]) == (code, 1)
    with pytest.raises(FieldError) as caught:
        book.change("GR-1", {"colour": "red"})
    assert caught.value.code == "unknown_field"
    with pytest.raises(FieldError) as choice:
        book.insert([LATE], closed="never")  # type: ignore[arg-type]
    assert choice.value.code == "unknown_booking"
    assert len(book.operations) == 1


def test_moments() -> None:
    morning, noon = datetime(2026, 3, 1, 8, tzinfo=UTC), datetime(2026, 3, 1, 12, tzinfo=UTC)
    book = tea(recorded_at=morning)
    book.insert([LATE], recorded_at=noon)
    assert book.at(known_at="2026-03-01T11:59:00Z").cost_of_sales == Decimal("16.00")
    assert book.at(known_at=noon).cost_of_sales == Decimal("21.00")
    assert book.cost("SO-1", known_at=morning) == Decimal("12.00")
    with pytest.raises(DateError) as back:
        book.cancel("GR-0", recorded_at=morning)
    assert back.value.code == "recorded_before"
    with pytest.raises(NotFoundError) as early:
        book.at(known_at="2026-02-01T00:00:00Z")
    assert early.value.code == "nothing_known"
    with pytest.raises(DateError) as missing:
        book.cancel("GR-0")
    assert missing.value.code == "moment_missing"
    plain = tea()
    plain.insert([LATE])
    with pytest.raises(NotFoundError) as unknown:
        plain.at(known_at=noon)
    assert unknown.value.code == "moments_unknown"
    with pytest.raises(NotFoundError) as number:
        book.at(known_at=9)
    assert number.value.code == "no_such_operation"


def test_periods_close_and_reopen_with_a_reason() -> None:
    book = tea()
    book.close("2026-01-31", actor="Wang")
    with pytest.raises(StockError) as caught:
        book.close("2026-01-15")
    assert caught.value.code == "closed_already"
    book.reopen("2025-12-31", reason="the receipt of 2 January was lost")
    book.insert([LATE])
    assert [op.verb for op in book.operations] == ["load", "close", "reopen", "insert"]


def test_facts_and_tables_may_be_mixed() -> None:
    book = tea()
    book.insert([Receipt(date=date(2026, 1, 2), item="CUP", qty=Decimal("2.5"), amount=Decimal(5), id="C-1")])
    assert book.at().on_hand[0].qty == Decimal("2.5")
    box = Assembly(
        date=date(2026, 2, 5), item="SET", qty=Decimal(1), id="A-1",
        components=(Component(item="TEA", qty=Decimal(1)), Component(item="CUP", qty=Decimal("0.5"))),
    )  # fmt: skip
    change = book.insert([box])
    assert [(c.item, c.new) for c in change.changes] == [
        ("TEA", Decimal("2.00")), ("CUP", Decimal("1.00")), ("SET", Decimal("3.00"))
    ]  # fmt: skip
    again = book.change("A-1", {"components": (Component(item="TEA", qty=Decimal(2)),)})
    assert {c.item: c.new for c in again.changes} == {"TEA": Decimal("4.00"), "CUP": None, "SET": Decimal("4.00")}
    book.cancel("A-1")
    assert book.on_hand_value == Decimal("9.00")


def test_a_change_of_method_from_a_day_in_the_past() -> None:
    rows = [
        {"id": "GR-1", "date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 1, "amount": "1.00"},
        {"id": "GR-2", "date": "2026-01-06", "type": "receipt", "item": "TEA", "qty": 1, "amount": "2.00"},
        {"id": "SO-1", "date": "2026-01-15", "type": "issue", "item": "TEA", "qty": 1},
    ]
    book = jxc.History(rows, currency="CNY")
    change = book.insert([MethodChange(date=date(2026, 1, 10), item="TEA", method="moving_average")])
    assert [(c.id, c.old, c.new) for c in change.changes if c.id] == [("SO-1", Decimal("1.00"), Decimal("1.50"))]


def test_problems_of_the_first_load_are_listed_and_left_out() -> None:
    book = jxc.History([*TEA, {**LATE, "id": "SO-3", "type": "issue", "date": "2026-03-01", "qty": 99}], currency="CNY")
    assert [(p.row, p.code) for p in book.problems if p.severity == "error"] == [(4, "insufficient_stock")]
    assert [movement.id for movement in book.movements] == ["GR-1", "SO-1", "SO-2"]


def test_it_explains_also_what_came_late() -> None:
    book = tea()
    book.insert([Issue(date=date(2026, 2, 4), item="TEA", qty=Decimal(1), id="SO-3")])
    book.insert([{"id": "F-1", "date": "2026-02-10", "type": "landed_cost", "amount": "1.00", "ref": "GR-1"} | NOTHING])
    told = book.explain("SO-3")
    assert [(s.kind, s.id, s.amount) for s in told.sources] == [
        ("own", "GR-1", Decimal("2.00")), ("charge", "F-1", Decimal("0.10"))
    ]  # fmt: skip


NOTHING: Row = {"item": "", "qty": ""}


def test_the_example_tells_what_it_should(capsys: pytest.CaptureFixture[str]) -> None:
    late_facts.main()
    told = capsys.readouterr().out
    assert "2026-01-15  SO-1   172.00 ->  178.18  recosted" in told
    assert "end of January: 258.00" in told
    assert "end of February: 311.82" in told


# ------------------------------------------------------------------------------------------------- forward, then back


@given(data=st.data(), rows=histories(SHAPE))
def test_what_was_booked_forward_can_be_taken_back_without_a_trace(data: st.DataObject, rows: list[Row]) -> None:
    book = jxc.History(rows[:5], negative_stock="last_rate_then_reset", currency="CNY")
    days = [None, *(date(2026, 1, 1) + timedelta(days=n) for n in range(0, 61, 6))]
    before = [figures(book.at(on)) for on in days]
    if data.draw(st.booleans()):
        book.close(data.draw(day))
    for row in rows[5:]:
        if isinstance(attempt(book, row, closed="forward"), JxcError):
            continue
        if data.draw(st.booleans()):
            if book.closed_until is not None:
                book.reopen(None, reason="a fact too many")
            book.cancel(str(row["id"]))
            assert [figures(book.at(on)) for on in days] == before
        break


def test_facts_of_a_batch_are_booked_from_the_first_of_them() -> None:
    book = tea(closed_until="2026-01-31")
    later = {"id": "C-1", "date": "2026-06-30", "type": "receipt", "item": "CUP", "qty": 1, "amount": "1.00"}
    change = book.insert([LATE, later], closed="forward")
    assert change.booked_from == date(2026, 2, 1)
    assert {booking.date: booking.item for booking in change.bookings} == {
        date(2026, 2, 1): "TEA",
        date(2026, 6, 30): "CUP",
    }
    moved = book.change("SO-2", {"date": "2026-04-05"}, closed="forward")
    assert moved.totals("period", "role") == {
        ("2026-02", "cogs"): Decimal("-4.00"),
        ("2026-02", "inventory"): Decimal("4.00"),
        ("2026-04", "cogs"): Decimal("4.00"),
        ("2026-04", "inventory"): Decimal("-4.00"),
    }


def test_a_charge_lies_with_the_items_of_its_receipts() -> None:
    rows = [
        {"id": "A", "date": "2026-01-01", "type": "receipt", "item": "A", "qty": 4, "amount": "4.00"},
        {"id": "B", "date": "2026-01-01", "type": "receipt", "item": "B", "qty": 4, "amount": "4.00"},
        {"id": "S", "date": "2026-01-02", "type": "issue", "item": "A", "qty": 2},
        {"id": "F", "date": "2026-01-03", "type": "landed_cost", "amount": "8.00", "ref": "A;B", **NOTHING},
    ]
    book = jxc.History(rows, currency="CNY", landed_cost="split_on_hand_sold")
    assert [(held.item, held.value) for held in book.on_hand] == [("A", Decimal("4.00")), ("B", Decimal("8.00"))]


def test_ids_and_what_the_caller_holds() -> None:
    book, row = tea(), dict(LATE)
    book.insert([row])
    row["qty"] = 999
    book.stated("GR-0")["qty"] = 999  # type: ignore[index]
    book.change("GR-0", {"date": "2026-01-03"})
    assert book.cost("GR-0") == Decimal("15.00")
    with pytest.raises(FieldError) as twice:
        book.insert([{**LATE, "id": " GR-1 "}])
    assert twice.value.code == "duplicate_id"
    with pytest.raises(FieldError) as lost:
        book.change("GR-1", {"id": ""})
    assert lost.value.code == "missing_field"
    book.insert([{"id": "F", "date": "2026-01-20", "type": "landed_cost", "amount": "1.00", "ref": "GR-1", **NOTHING}])
    with pytest.raises(StockError) as referred:
        book.change("GR-1", {"id": "GR-X"})
    assert referred.value.code == "still_referred_to"
    book.change("SO-2", {"id": "SO-9"})
    assert book.cost("SO-2", known_at=0) == Decimal("4.00")
    with pytest.raises(NotFoundError):
        book.stated("SO-2")


def test_chinese_names_may_refer_to_what_stands() -> None:
    book = tea()
    late = {
        "编号": "F",
        "日期": "2026-01-20",
        "类型": "采购费用",
        "商品": "",
        "数量": "",
        "金额": "10.00",
        "源单": "GR-1",
    }
    change = book.insert([late])
    assert {row.id: row.why for row in change.changes}["GR-1"] == "charged"
    assert book.change("F", {"金额": "20.00"}).changes[-1].new == Decimal("20.00")


def test_what_is_misspelt_or_no_row_takes_no_effect() -> None:
    book = tea()
    calls: list[tuple[Any, str]] = [
        (lambda: book.insert([LATE], preveiw=True), "unknown_field"),  # type: ignore[call-arg]
        (lambda: book.insert([LATE], preview="no"), "not_a_truth"),  # type: ignore[arg-type]
        (lambda: book.insert(None), "not_movements"),
        (lambda: book.insert(LATE), "not_movements"),
        (lambda: book.insert([]), "nothing_stated"),
        (book.cancel, "nothing_stated"),
        (lambda: book.cancel(["SO-1"]), "no_such_fact"),  # type: ignore[arg-type]
        (lambda: book.change("SO-1", None), "unknown_field"),  # type: ignore[arg-type]
        (lambda: book.reopen("2026-01-01", reason="x"), "days_are_open"),
        (lambda: book.reopen(None, reason=" "), "missing_field"),
        (lambda: book.at(known_at=False), "no_such_operation"),
        (lambda: jxc.History().insert([{**LATE, "currency": "JPY"}]), "mixed_currency"),
        (lambda: jxc.History(TEA, method="planned", standard_cost={"TEA": "2"}), "not_in_history"),
    ]
    for call, code in calls:
        with pytest.raises(JxcError) as refused:
            call()
        assert refused.value.code == code
    assert len(book.operations) == 1


def test_a_row_that_gets_another_item_or_reason_is_one_change() -> None:
    book = tea()
    moved = book.change("SO-2", {"reason": "sample"})
    assert [(row.id, row.old, row.new, row.why) for row in moved.changes] == [
        ("SO-2", Decimal("4.00"), Decimal("4.00"), "changed")
    ]
    assert moved.totals("role") == {("cogs",): Decimal("-4.00"), ("expense",): Decimal("4.00")}
    book.insert([{**LATE, "item": "OIL"}])
    again = book.change("GR-0", {"item": "CUP"})
    assert [(row.item, row.why) for row in again.changes] == [("CUP", "changed")]


def test_a_column_that_is_not_read_is_told() -> None:
    change = tea().insert([{**LATE, "colour": "green"}], preview=True)
    assert [(note.code, note.severity) for note in change.notes] == [("unknown_columns", "warning")]


# ----------------------------------------------------------------------------------------------- as known at a time


@given(data=st.data(), rows=histories(SHAPE), method=st.sampled_from(("fifo", "moving_average", "lifo")))
def test_rows_and_reasons_of_a_time_past_are_those_of_then(data: st.DataObject, rows: list[Row], method: str) -> None:
    book = jxc.History(rows[:5], method=method, currency="CNY")
    told = []
    for _ in range(4):
        ids = [movement.id for movement in book.movements]
        told.append((
            book.operations[-1].number, list(book.movements), [book.explain(name) for name in ids],
            [book.stated(name) for name in ids],
        ))  # fmt: skip
        act(book, data, rows)
    for number, movements, reasons, stated in told:
        ids = [movement.id for movement in movements]
        assert list(book.movements_known(number)) == movements
        assert [book.explain(name, known_at=number) for name in ids] == reasons
        assert [book.stated(name, known_at=number) for name in ids] == stated


def test_what_was_not_there_then_is_not_told() -> None:
    book = tea()
    book.insert([LATE])
    book.cancel("SO-2")
    for ask in (book.explain, book.stated, book.cost):
        with pytest.raises(NotFoundError) as caught:
            ask("GR-0", known_at=0)
        assert caught.value.code == "no_such_fact"
    assert [movement.id for movement in book.movements_known(1)] == ["GR-1", "SO-1", "SO-2", "GR-0"]
    assert [(s.id, s.amount) for s in book.explain("SO-1", known_at=0).sources] == [("GR-1", Decimal("12.00"))]
    assert len(book.explain("SO-2", known_at=1).sources) == 1
    with pytest.raises(NotFoundError) as number:
        book.movements_known(7)
    assert number.value.code == "no_such_operation"


def test_problems_are_those_of_what_stands() -> None:
    short: Row = {"id": "SO-3", "date": "2026-03-01", "type": "issue", "item": "TEA", "qty": 99}
    book = jxc.History([*TEA, short], currency="CNY")
    assert [(p.row, p.code) for p in book.problems] == [(4, "insufficient_stock")]
    book.insert([{**LATE, "colour": "green"}])
    assert [(p.row, p.code, p.severity) for p in book.problems][1:] == [(0, "unknown_columns", "warning")]
    book.insert([{**short, "qty": 7}], preview=True)
    assert book.problems[0].row == 4
    book.insert([{**short, "qty": 7}])
    assert [p.row for p in book.problems] == [0]


UNIT = BaseUnitChange(date=date(2026, 1, 20), item="TEA", unit="bag", factor=Decimal(12), id="U")


def test_a_change_of_unit_is_entered_late_and_taken_back() -> None:
    book = tea()
    change = book.insert([UNIT])
    assert {c.id: c.new for c in change.changes} == {"U": Decimal(0), "SO-2": Decimal("0.33")}
    assert [(line.qty, line.value) for line in book.on_hand] == [(Decimal(46), Decimal("7.67"))]
    assert [(line.qty, line.value) for line in book.at("2026-01-19").on_hand] == [(Decimal(4), Decimal("8.00"))]
    book.cancel("U")
    assert [(line.qty, line.value) for line in book.on_hand] == [(Decimal(2), Decimal("4.00"))]
