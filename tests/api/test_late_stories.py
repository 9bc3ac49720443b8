"""Stories of goods recorded late, with figures worked out by hand; each is entered out of order, and taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

import jxc
from jxc.costing.late_group import PlainGroup
from jxc.errors import StockError
from jxc.stock import MethodChange

Row = dict[str, Any]


def row(name: str, day: str, kind: str, qty: object = "", amount: str = "", **more: object) -> Row:
    """A row of 2026, of LEAF at WH unless said otherwise."""
    told = {"id": name, "date": f"2026-{day}", "type": kind, "item": "LEAF", "place": "WH", "qty": qty}
    return {**told, "amount": amount, "to_place": "", "ref": "", "reason": "", "unit_cost": "", **more}


def totals(change: Any, *by: str) -> dict[tuple[str, ...], str]:
    return {key: str(amount) for key, amount in change.totals(*by).items()}


def changed(change: Any) -> dict[str, tuple[str, str]]:
    return {c.id: (str(c.old), str(c.new)) for c in change.changes}


def test_a_late_receipt_runs_through_transfer_return_and_assembly() -> None:
    rows = [
        row("GR-1", "01-05", "receipt", 10, "100"),
        row("TR-1", "01-10", "transfer", 6, to_place="SHOP"),
        row("SO-1", "01-12", "issue", 2, place="SHOP"),
        row("RT-1", "01-14", "sales_return", 1, place="SHOP", ref="SO-1"),
        row("OUT-1", "01-15", "issue", 2, place="SHOP", reason="assembly"),
        row("BOX-1", "01-15", "assembly", 1, item="BOX", place="SHOP", ref="OUT-1"),
    ]
    book = jxc.History(rows, method="moving_average", currency="CNY")
    before = book.at()
    late = book.insert([row("GR-0", "01-08", "receipt", 10, "160")])  # 260 for 20: 13 each
    assert changed(late) == {
        "GR-0": ("None", "160.00"),
        "TR-1": ("60.00", "78.00"),
        "SO-1": ("20.00", "26.00"),
        "RT-1": ("10.00", "13.00"),
        "OUT-1": ("20.00", "26.00"),
        "BOX-1": ("20.00", "26.00"),
    }
    assert totals(late, "item", "place", "role") == {
        ("BOX", "", "production_clearing"): "-6.00",
        ("BOX", "SHOP", "inventory"): "6.00",
        ("LEAF", "", "cogs"): "3.00",
        ("LEAF", "", "grni"): "-160.00",
        ("LEAF", "", "production_clearing"): "6.00",
        ("LEAF", "SHOP", "inventory"): "9.00",
        ("LEAF", "WH", "inventory"): "142.00",
    }
    assert [(line.item, line.place, line.qty, str(line.value)) for line in book.on_hand] == [
        ("BOX", "SHOP", 1, "26.00"),
        ("LEAF", "SHOP", 3, "39.00"),
        ("LEAF", "WH", 14, "182.00"),
    ]
    why = book.explain("BOX-1").sources  # 4 of the 5 at SHOP came straight there, 1 came back from SO-1
    assert sorted((s.id, len(s.via), str(s.amount)) for s in why) == [
        ("GR-0", 2, "12.80"), ("GR-0", 3, "3.20"), ("GR-1", 2, "8.00"), ("GR-1", 3, "2.00")
    ]  # fmt: skip
    book.cancel("GR-0")
    assert book.at().on_hand == before.on_hand
    assert book.at().roles == before.roles


MOVED = [
    row("GR-1", "01-05", "receipt", 10, "10"),
    row("TR-1", "01-06", "transfer", 4, to_place="SHOP"),
    row("SO-1", "01-08", "issue", 3, place="SHOP"),
    row("LOSS", "01-09", "scrap", 1),
]
FREIGHT = row("F-1", "02-10", "landed_cost", amount="10", item="", place="", ref="GR-1")


def test_freight_after_the_close_is_split_by_what_is_there_and_what_is_gone() -> None:
    book = jxc.History(MOVED, currency="CNY", closed_until="2026-01-31")
    with pytest.raises(StockError, match="would change") as refused:
        book.insert([FREIGHT])
    assert refused.value.code == "closed_period"
    change = book.insert([FREIGHT], closed="forward")
    assert totals(change, "period", "place", "role") == {
        ("2026-02", "", "cogs"): "3.00",
        ("2026-02", "", "landed_cost_clearing"): "-10.00",
        ("2026-02", "", "stock_adjustment"): "1.00",
        ("2026-02", "SHOP", "inventory"): "1.00",
        ("2026-02", "WH", "inventory"): "5.00",
    }
    assert [str(book.at(on).on_hand_value) for on in ("2026-01-31", "2026-02-09", "2026-02-10")] == [
        "6.00", "6.00", "12.00"
    ]  # fmt: skip
    open_book = jxc.History(MOVED, currency="CNY")
    open_book.insert([FREIGHT])
    assert open_book.at().roles == book.at().roles
    assert open_book.at().on_hand == book.at().on_hand
    assert str(open_book.at("2026-01-31").on_hand_value) == "12.00"


def test_a_bill_booked_later_than_its_own_date() -> None:
    book = jxc.History(MOVED, currency="CNY", closed_until="2026-01-31")
    change = book.insert([FREIGHT], closed="forward", booked_on="2026-03-05")
    assert {booking.date for booking in change.bookings} == {date(2026, 3, 5)}
    early = row("F-2", "01-20", "landed_cost", amount="10", item="", place="", ref="GR-1")
    assert book.insert([early], closed="forward").booked_from == date(2026, 2, 1)


def test_a_count_turns_out_wrong_after_the_close() -> None:
    rows = [
        row("GR-1", "01-05", "receipt", 10, "20"),
        row("CNT", "01-31", "count", 7),
        row("SO-1", "02-03", "issue", 5),
    ]
    book = jxc.History(rows, currency="CNY", closed_until="2026-01-31")
    change = book.change("CNT", {"qty": 9}, closed="forward")
    assert totals(change, "period", "role") == {
        ("2026-02", "inventory"): "4.00",
        ("2026-02", "stock_adjustment"): "-4.00",
    }
    assert [str(book.at(on).on_hand_value) for on in ("2026-01-31", None)] == ["14.00", "8.00"]
    assert [line.qty for line in book.on_hand] == [4]
    gone = book.cancel("CNT", closed="forward")
    assert totals(gone, "role") == {("inventory",): "2.00", ("stock_adjustment",): "-2.00"}
    with pytest.raises(StockError) as short:
        book.insert([row("CNT-2", "01-30", "count", 3)], closed="forward")
    assert (short.value.code, short.value.params["id"], short.value.params["date"], short.value.params["short"]) == (
        "insufficient_stock", "SO-1", "2026-02-03", "2"
    )  # fmt: skip


def test_another_method_from_a_day_in_a_closed_month() -> None:
    rows = [
        row("GR-1", "01-05", "receipt", 1, "1"),
        row("GR-2", "01-06", "receipt", 1, "3"),
        row("SO-1", "01-15", "issue", 1),
        row("SO-2", "02-15", "issue", 1),
    ]
    book = jxc.History(rows, currency="CNY", closed_until="2026-01-31")
    average = MethodChange(date=date(2026, 1, 10), item="LEAF", method="moving_average", id="M-1")
    change = book.insert([average], closed="forward")
    assert changed(change) == {"SO-1": ("1.00", "2.00"), "SO-2": ("3.00", "2.00"), "M-1": ("None", "0.00")}
    assert [(str(b.date), b.role, str(b.amount)) for b in change.bookings] == [
        ("2026-02-01", "cogs", "1.00"),
        ("2026-02-01", "inventory", "-1.00"),
        ("2026-02-15", "cogs", "-1.00"),
        ("2026-02-15", "inventory", "1.00"),
    ]


def test_a_rebate_after_the_sale_and_a_price_after_the_close() -> None:
    rows = [row("GR-1", "01-05", "receipt", 10, "100"), row("SO-1", "01-20", "issue", 6)]
    rebate = row("RB-1", "02-20", "landed_cost", amount="-20", item="", place="", ref="GR-1")
    price = row("IN-1", "02-05", "invoice_price_change", unit_cost="11", ref="GR-1", place="")
    for facts in ([rebate, price], [price, rebate]):
        book = jxc.History(rows, currency="CNY", closed_until="2026-01-31")
        told = {str(fact["id"]): book.insert([fact], closed="forward") for fact in facts}
        assert totals(told["RB-1"], "period", "role") == {
            ("2026-02", "cogs"): "-12.00",
            ("2026-02", "inventory"): "-8.00",
            ("2026-02", "landed_cost_clearing"): "20.00",
        }
        assert totals(told["IN-1"], "period", "role") == {
            ("2026-02", "cogs"): "6.00",
            ("2026-02", "grni"): "-10.00",
            ("2026-02", "inventory"): "4.00",
        }
        assert {s.id: str(s.amount) for s in book.explain("SO-1").sources} == {
            "GR-1": "60.00", "IN-1": "6.00", "RB-1": "-12.00"
        }  # fmt: skip


def test_a_late_issue_that_leaves_too_little_is_refused_or_estimated() -> None:
    rows = [
        row("GR-1", "01-05", "receipt", 10, "10"),
        row("SO-1", "01-15", "issue", 8),
        row("GR-2", "01-20", "receipt", 5, "10"),
    ]
    late = row("SO-0", "01-10", "issue", 5)
    strict = jxc.History(rows, currency="CNY")
    with pytest.raises(StockError) as refused:
        strict.insert([late], preview=True)
    found = refused.value.params
    assert (found["id"], found["date"], found["short"]) == ("SO-1", "2026-01-15", "3")
    book = jxc.History(rows, currency="CNY", negative_stock="estimate_then_correct")
    change = book.insert([late])  # SO-1 takes 5, and 3 at an estimate of 1 that GR-2 brings in at 2
    assert totals(change, "role") == {("cogs",): "8.00", ("inventory",): "-8.00"}
    assert [(line.qty, str(line.value)) for line in book.on_hand] == [(2, "4.00")]
    assert str(book.at("2026-01-15").on_hand_value) == "-3.00"


def test_the_whole_story_comes_to_the_same_in_any_order() -> None:
    rows = [*MOVED, FREIGHT, row("RT-1", "01-12", "sales_return", 1, place="SHOP", ref="SO-1")]
    plain = jxc.value(rows, currency="CNY")
    for order in ((0, 1, 2, 3, 4, 5), (0, 4, 1, 2, 5, 3), (0, 3, 1, 2, 5, 4)):
        book = jxc.History([], currency="CNY")
        for at in order:
            book.insert([rows[at]])
        assert book.on_hand == plain.on_hand
        assert book.cost_of_sales == plain.cost_of_sales == Decimal("4.00")


IN_TWO_PLACES = [
    row("GR-1", "01-05", "receipt", 10, "100"),
    row("TR-1", "01-10", "transfer", 6, to_place="SHOP"),
    row("SO-1", "01-12", "issue", 2, place="SHOP"),
]


@pytest.mark.parametrize("method", ["fifo", "lifo", "moving_average"])
def test_a_charge_that_is_split_lies_where_the_goods_lie_by_then(method: str) -> None:
    options: dict[str, Any] = {"method": method, "landed_cost": "split_on_hand_sold", "currency": "CNY"}
    book = jxc.History(IN_TWO_PLACES, **options)
    late = book.insert([row("F-1", "01-20", "landed_cost", amount="10.00", place="", ref="GR-1")])
    assert totals(late, "place", "role") == {
        ("", "cogs"): "2.00",
        ("", "landed_cost_clearing"): "-10.00",
        ("SHOP", "inventory"): "4.00",
        ("WH", "inventory"): "4.00",
    }
    assert book.on_hand == jxc.value([*IN_TWO_PLACES, book.stated("F-1")], **options).on_hand


@pytest.mark.parametrize(
    "late",
    [
        row("V-1", "01-20", "revalue", amount="8.00", place=""),
        row("V-1", "01-20", "landed_cost", amount="8.00", place=""),
        row("V-1", "01-20", "standard_price", unit_cost="11.00", place=""),
    ],
)
def test_an_amount_for_all_that_is_on_hand_is_told_by_place(late: Row) -> None:
    book = jxc.History(IN_TWO_PLACES, method="fifo", currency="CNY")
    stock = {key: amount for key, amount in totals(book.insert([late]), "place", "role").items() if key[0]}
    assert stock == {("SHOP", "inventory"): "4.00", ("WH", "inventory"): "4.00"}


def test_at_the_end_of_a_period_too_a_charge_without_an_item_goes_to_the_items_of_its_receipts() -> None:
    rows = [*IN_TWO_PLACES, row("GR-2", "01-06", "receipt", 4, "40", item="CUP")]
    book = jxc.History(rows, method="periodic_average", landed_cost="all_to_stock", currency="CNY")
    late = row("F-1", "01-20", "landed_cost", amount="14.00", item="", place="", ref="GR-1;GR-2")
    stock = {key: amount for key, amount in totals(book.insert([late]), "item", "role").items() if "inventory" in key}
    assert stock == {("CUP", "inventory"): "4.00", ("LEAF", "inventory"): "8.00"}
    assert {held.item for held in book.on_hand} == {"CUP", "LEAF"}


@pytest.mark.parametrize("method", ["fifo", "moving_average"])
def test_a_receipt_of_another_item_after_all_takes_its_charge_along(method: str) -> None:
    rows = [
        row("GR-1", "01-05", "receipt", 10, "100"),
        row("GR-2", "01-06", "receipt", 10, "100", item="CUP"),
        row("F-1", "01-07", "landed_cost", amount="10.00", item="", place="", ref="GR-1;GR-2"),
    ]
    book = jxc.History(rows, method=method, currency="CNY")
    before = book.at()
    assert changed(book.change("GR-1", {"item": "CUP"})) == {"GR-1": ("105.00", "105.00")}
    assert [(held.item, str(held.value)) for held in book.on_hand] == [("CUP", "210.00")]
    book.change("GR-1", {"item": "LEAF"})
    assert book.at().on_hand == before.on_hand


def test_numbers_without_a_last_decimal_are_told_as_by_value() -> None:
    rows = [row("GR-1", "01-05", "receipt", 3, "10"), row("SO-1", "01-12", "issue", 1)]
    options: dict[str, Any] = {"rounding": jxc.CostRounding(rule="none"), "currency": "CNY"}
    book = jxc.History(rows, **options)
    assert book.cost("SO-1") == jxc.value(rows, **options).costs()[1] == Decimal("3.333333333333")


def test_an_issue_that_states_an_amount_is_explained_by_what_it_took() -> None:
    rows = [row("GR-1", "01-05", "receipt", 10, "100"), row("SO-1", "01-12", "issue", 2, "77.00")]
    why = jxc.History(rows, currency="CNY").explain("SO-1")
    assert [(source.id, str(source.amount)) for source in why.sources] == [("GR-1", "20.00")]


def test_a_charge_that_could_not_be_spread_any_more_refuses_the_change() -> None:
    rows = [
        row("GR-1", "01-05", "receipt", 10, "100"),
        row("GR-2", "01-06", "receipt", 10, "0"),
        row("F-1", "01-07", "landed_cost", amount="10.00", place="", ref="GR-1;GR-2"),
    ]
    book = jxc.History(rows, currency="CNY")
    with pytest.raises(StockError) as caught:
        book.change("GR-1", {"amount": "0"})
    assert (caught.value.code, caught.value.params["id"]) == ("nothing_to_weigh", "F-1")
    assert str(book.cost("GR-1")) == "110.00"


def test_a_finer_quantity_than_any_before_leaves_plain_goods_plain() -> None:
    book = jxc.History([row("GR-1", "01-05", "receipt", 10, "100")], method="moving_average", currency="CNY")
    book.insert([row("SO-1", "01-12", "issue", "0.0125")])
    keeper = book._book.keeper_of(0)  # pyright: ignore[reportPrivateUsage] - which keeper it is shows nowhere else
    assert isinstance(keeper, PlainGroup)
    assert (str(book.on_hand[0].qty), str(book.cost("SO-1"))) == ("9.9875", "0.13")
