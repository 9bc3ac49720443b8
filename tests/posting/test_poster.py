"""From an event to lines (B9 to B13): sides and signs, red, accounts by two steps, dimensions, currency, reasons."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.edge.posting_tables import load_posting_table
from jxc.errors import JxcError, LedgerError, NotFoundError
from jxc.ledger import Account, Book, Ledger
from jxc.posting.events import BusinessEvent, portion
from jxc.posting.poster import Merge, Poster, merge_lines
from jxc.posting.rules import AccountRow, Rule, RuleLine
from jxc.posting.vocabulary import KINDS
from jxc.posting.when import When
from tests.posting.books import NOW, TABLES, book_of, poster_of


def lines(poster: Poster, kind: str, amounts: dict[str, Any], **more: Any) -> list[tuple[str, int, int]]:
    voucher = poster.voucher([BusinessEvent.of(kind, "2026-01-05", amounts, **more)])
    return [] if voucher is None else [(one.account, one.debit, one.credit) for one in voucher.draft.lines]


def test_stock_events_by_the_codes_of_practice() -> None:
    """The entries of everyday documents under 小企业会计准则."""
    poster = poster_of("cn-small-business")
    sale = lines(poster, "issue", {"cost": 600}, reason="sale")
    assert sale == [("5401", 600, 0), ("1405", 0, 600)]
    assert lines(poster, "issue", {"cost": 600}, reason="own_use") == [("5602", 600, 0), ("1405", 0, 600)]
    assert lines(poster, "issue", {"cost": 600, "tax": 117}, reason="gift") == [
        ("5601", 717, 0),
        ("1405", 0, 600),
        ("22210102", 0, 117),
    ]
    assert lines(poster, "issue", {"cost": 600}, reason="sale", revenue_point="acceptance") == [
        ("1406", 600, 0),
        ("1405", 0, 600),
    ]
    assert lines(poster, "scrap", {"cost": 600, "tax": 78}, reason="abnormal") == [
        ("1901", 678, 0),
        ("1405", 0, 600),
        ("22210103", 0, 78),
    ]
    assert lines(poster, "count_surplus", {"cost": 60}) == [("1405", 60, 0), ("1901", 0, 60)]
    assert lines(poster, "gain_approved", {"gain": 60}) == [("1901", 60, 0), ("5301", 0, 60)]
    assert lines(poster, "loss_approved", {"borne": 40, "compensated": 20}) == [
        ("5711", 40, 0),
        ("1221", 20, 0),
        ("1901", 0, 60),
    ]
    assert lines(poster, "charge_bill", {"net": 3000, "tax": 270}, party="T") == [
        ("5601", 3000, 0),
        ("22210101", 270, 0),
        ("220201", 0, 3270),
    ]
    assert lines(poster, "charge_bill", {"net": 3000, "tax": 270}, party="T", freight="cost")[0] == ("220202", 3000, 0)
    assert lines(poster, "sales_return_invoice", {"net": 1800, "tax": 234}, party="C") == [
        ("1122", -2034, 0),
        ("5001", 0, -1800),
        ("22210102", 0, -234),
    ]
    assert lines(poster, "purchase_return_bill", {"net": 1000, "tax": 130}, party="S") == [
        ("220201", 1130, 0),
        ("22210101", -130, 0),
        ("220202", 0, 1000),
    ]
    assert lines(poster, "agent_fee", {"net": 1000}, party="AGENT") == [("5601", 1000, 0), ("1122", 0, 1000)]
    assert lines(poster, "sales_invoice", {"net": 10000, "tax": 300}, party="C", tax_regime="small_scale") == [
        ("1122", 10300, 0),
        ("5001", 0, 10000),
        ("222109", 0, 300),
    ]


def test_enterprise_standard_differs_where_practice_says() -> None:  # B1 B24
    poster = poster_of("cn-enterprise")
    assert lines(poster, "gain_approved", {"gain": 60}) == [("1901", 60, 0), ("6602", 0, 60)]
    assert lines(poster, "loss_approved", {"borne": 40}, reason="disaster") == [("6711", 40, 0), ("1901", 0, 40)]
    assert lines(poster, "write_down", {"loss": 5}) == [("6701", 5, 0), ("1471", 0, 5)]
    assert lines(poster, "issue", {"cost": 10, "released": 3}, reason="sale") == [
        ("6401", 7, 0),
        ("1471", 3, 0),
        ("1405", 0, 10),
    ]
    assert lines(poster, "payment_in", {"cash": 95, "discount": 5}, party="C") == [
        ("1002", 95, 0),
        ("6001", 5, 0),
        ("1122", 0, 100),
    ]
    assert lines(poster, "consigned_in", {"value": 9}) == [("1321", 9, 0), ("2314", 0, 9)]


def test_the_small_standard_knows_no_allowance() -> None:
    with pytest.raises(LedgerError) as refused:
        lines(poster_of("cn-small-business"), "write_down", {"loss": 5})
    assert (refused.value.code, refused.value.value) == ("role_missing", "impairment_loss")


def test_an_amount_below_zero_flips_or_goes_red() -> None:  # B9
    table = load_posting_table("cn-small-business")
    book = book_of("cn-small-business")
    flipped = Poster(table, book).voucher([BusinessEvent.of("issue", "2026-01-05", {"cost": -60}, reason="sale")])
    red = Poster(table.with_(negative="red"), book).voucher(
        [BusinessEvent.of("issue", "2026-01-05", {"cost": -60}, reason="sale")]
    )
    assert flipped is not None
    assert red is not None
    assert [(one.account, one.debit, one.credit) for one in flipped.draft.lines] == [("1405", 60, 0), ("5401", 0, 60)]
    assert [(one.account, one.debit, one.credit) for one in red.draft.lines] == [("5401", -60, 0), ("1405", 0, -60)]


@given(st.sampled_from(TABLES), st.sampled_from(sorted(KINDS)), st.data())
def test_lines_balance_and_merging_changes_no_balance(name: str, kind: str, data: st.DataObject) -> None:  # B12 B13
    amounts = {free: data.draw(st.integers(-50, 200)) for free in KINDS[kind].free}
    reason = data.draw(st.sampled_from(("sale", "gift", "own_use", "abnormal")))
    event = BusinessEvent.of(kind, "2026-01-05", amounts, reason=reason, party="X")
    poster = poster_of(name)
    try:
        made = poster.lines(event)
    except LedgerError as refused:
        if refused.code != "role_missing":
            raise
        return
    assert sum(one.line.base for one in made) == 0
    assert all(one.reason.amount == one.line.base for one in made)
    balances = _balances([one.line for one in made])
    hows: tuple[Merge, ...] = ("net", "side", "none")
    for how in hows:
        merged = merge_lines(made, how)
        assert _balances([line for line, _ in merged]) == balances
        assert all(sum(reason.amount for reason in reasons) == line.base for line, reasons in merged)
    voucher = poster.voucher([event])
    if voucher is not None:
        Ledger(poster.book).check(voucher.draft)


def _balances(given: list[Any]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for line in given:
        sums[line.account] = sums.get(line.account, 0) + line.base
    return {account: total for account, total in sums.items() if total}


def test_goods_stand_where_they_are() -> None:  # B7 B10
    poster = poster_of("cn-small-business")
    shipped = BusinessEvent.of(
        "transfer",
        "2026-01-05",
        {
            "left": [portion(50, {"place": "WH", "place_kind": "warehouse"})],
            "arrived": [portion(50, {"place": "ROAD", "place_kind": "transit"})],
        },
    )
    voucher = poster.voucher([shipped])
    assert voucher is not None
    assert [(line.account, line.base, line.dimensions["place"]) for line in voucher.draft.lines] == [
        ("1402", 50, "ROAD"),
        ("1405", -50, "WH"),
    ]


def test_a_move_within_one_account_and_place_is_no_entry() -> None:
    poster = poster_of("cn-small-business")
    moved = BusinessEvent.of("transfer", "2026-01-05", {"left": 50})
    assert poster.voucher([moved]) is None


def test_a_role_may_be_an_account_under_a_condition() -> None:  # B7
    book = book_of("cn-small-business")
    chart = book.chart.with_(Account("140501", "茶", "asset", parent="1405", section="inventory"))
    table = load_posting_table("cn-small-business").with_(AccountRow("inventory", "account:140501", _when("tea")))
    poster = Poster(table, Book(chart, "CNY"))
    event = BusinessEvent.of("issue", "2026-01-05", {"cost": 6}, item_group="tea", reason="sale")
    assert [line.line.account for line in poster.lines(event)] == ["5401", "140501"]


def _when(group: str) -> When:
    return When.of({"item_group": group})


def test_a_foreign_claim_stands_in_its_currency_and_goods_do_not() -> None:  # B11
    poster = poster_of("cn-small-business")
    bill = BusinessEvent.of(
        "purchase_bill",
        "2026-01-05",
        {"estimate": 71000},
        foreign={"estimate": 10000},
        currency="USD",
        rate=Decimal("7.10"),
        party="S-US",
        doc="V-1",
    )
    voucher = poster.voucher([bill])
    assert voucher is not None
    payable = voucher.draft.lines[1]
    assert (payable.account, payable.amount, payable.base, payable.currency) == ("220201", -10000, -71000, "USD")
    assert voucher.draft.lines[0].currency == "CNY"
    assert Ledger(poster.book).post(voucher.draft, at=NOW).lines == voucher.draft.lines


def test_what_an_account_asks_for_has_to_be_said() -> None:  # B10
    with pytest.raises(LedgerError) as refused:
        lines(poster_of("cn-small-business"), "receipt", {"cost": 5}, source="GR-1")
    assert (refused.value.code, refused.value.field, refused.value.value) == ("attribute_missing", "party", "GR-1")


def test_every_line_says_why() -> None:  # B13
    poster = poster_of("cn-small-business")
    events = [
        BusinessEvent.of("issue", "2026-01-05", {"cost": cost}, reason="sale", source=source)
        for source, cost in (("SO-1", 60), ("SO-2", 40))
    ]
    voucher = poster.voucher(events)
    assert voucher is not None
    assert voucher.explain(1).splitlines() == [
        "5401 1.00",
        "  0.60  cost of issue SO-1 by rule sale",
        "  0.40  cost of issue SO-2 by rule sale",
    ]
    assert voucher.draft.sources == ("SO-1", "SO-2")
    with pytest.raises(NotFoundError):
        voucher.explain(3)


@pytest.mark.parametrize(
    ("code", "kind", "amounts"),
    [
        ("unknown_event_kind", "isue", {}),
        ("unknown_amount", "issue", {"price": 3}),
        ("amount_not_whole", "issue", {"cost": Fraction(1, 2)}),
        ("amounts_contradict", "sales_invoice", {"net": 100, "tax": 13, "gross": 114}),
    ],
)
def test_an_event_that_contradicts_itself_is_refused(code: str, kind: str, amounts: Any) -> None:
    with pytest.raises(JxcError) as refused:
        BusinessEvent.of(kind, "2026-01-05", amounts)
    assert refused.value.code == code


def test_a_rule_may_say_that_there_is_no_entry() -> None:  # B6
    table = load_posting_table("cn-small-business").with_(
        Rule("nothing", "write_down", (), leave=("loss",)), Rule("one", "receipt", (LINE, OTHER), leave=("*",))
    )
    poster = Poster(table, book_of("cn-small-business"))
    assert lines(poster, "write_down", {"loss": 5}) == []
    assert lines(poster, "receipt", {"cost": 5, "variance": 1}, party="S") == [("1405", 4, 0), ("220202", 0, 4)]


LINE = RuleLine("debit", "goods", "value")
OTHER = RuleLine("credit", "grni", "value")
