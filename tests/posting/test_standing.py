"""The standing check (B20): the accounts of goods say what the goods cost, after every event, by every table."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jxc
from jxc.api.posting import post_valuation
from jxc.costing.policy import CostRounding
from jxc.edge.posting_tables import load_posting_table
from jxc.ledger import Ledger
from jxc.posting.events import BusinessEvent
from jxc.posting.journal import Journal
from jxc.posting.policy import PostingPolicy
from jxc.posting.poster import Poster
from jxc.posting.rules import Rule, RuleLine
from jxc.posting.standing import goods_accounts, standing_check
from jxc.posting.stock_taking import take_stock
from jxc.stock.places import Place
from jxc.testing.strategies import Row, Shape, histories, policies
from tests.posting.books import ITEMS, NOW, PLACES, TABLES, book_of, poster_of

SHAPE = Shape(places=("WH", "SHOP", "ROAD", "AGENT"), most=16)
WHOLE = st.just(CostRounding())
POLICIES = st.builds(
    PostingPolicy,
    entries=st.sampled_from(("movement", "document", "day", "close")),
    cost=st.sampled_from(("movement", "document", "day", "close")),
    merge=st.sampled_from(("net", "side", "none")),
)


def journal_of(rows: list[Row], table: str, policy: Any, posting: PostingPolicy) -> tuple[Journal, Decimal]:
    valued = jxc.value(rows, policy=policy, currency="CNY")
    journal = post_valuation(
        valued, table=table, book=book_of(table), policy=posting, items=ITEMS, places=PLACES, party="X"
    )
    return journal, valued.on_hand_value


@settings(max_examples=120)
@given(histories(SHAPE), policies(rounding=WHOLE, same_moment="receipts_first"), st.sampled_from(TABLES), POLICIES)
def test_it_holds_after_every_event(rows: list[Row], policy: Any, table: str, posting: PostingPolicy) -> None:  # B20
    journal, on_hand = journal_of(rows, table, policy, posting)
    ledger = Ledger(journal.poster.book)
    for voucher in (None, *journal.vouchers):
        if voucher is not None:
            ledger.post(voucher.draft, at=NOW)
        check = standing_check(journal.events, ledger, journal.poster)
        assert check.holds, check
        assert check.goods == on_hand
    held = sum((ledger.balance(code) for code in goods_accounts(journal.poster)), Decimal(0))
    assert held == check.accounts == check.goods - check.costed_not_carried_over


@settings(max_examples=60)
@given(histories(SHAPE), policies(rounding=WHOLE, same_moment="receipts_first"), POLICIES)
def test_perpetual_books_hold_what_is_on_hand(rows: list[Row], policy: Any, posting: PostingPolicy) -> None:  # B14 B20
    journal, on_hand = journal_of(rows, "perpetual", policy, posting)
    ledger = Ledger(journal.poster.book)
    ledger.post_all(journal.drafts, at=NOW)
    check = standing_check(journal.events, ledger, journal.poster)
    assert (check.accounts, check.costed_not_carried_over) == (on_hand, 0)


@settings(max_examples=60)
@given(
    histories(SHAPE),
    policies(rounding=WHOLE, same_moment="receipts_first"),
    st.sampled_from(TABLES),
    st.integers(0, 30),
    st.sampled_from((-100, -1, 1, 250)),
)
def test_a_wrong_entry_is_named(rows: list[Row], policy: Any, table: str, at: int, off: int) -> None:  # B20
    journal, _ = journal_of(rows, table, policy, PostingPolicy(entries="movement", cost="movement"))
    accounts = goods_accounts(journal.poster)
    touching = [one for one in journal.vouchers if any(line.account in accounts for line in one.draft.lines)]
    if not touching:
        return
    chosen = touching[at % len(touching)]
    drafts = [_off(one.draft, accounts, off) if one is chosen else one.draft for one in journal.vouchers]
    ledger = Ledger(journal.poster.book)
    ledger.post_all(drafts, at=NOW)
    check = standing_check(journal.events, ledger, journal.poster)
    assert not check.holds
    assert check.first is not None
    assert check.first.source in chosen.draft.sources
    assert check.difference == check.first.accounts - check.first.goods


def _off(draft: Any, accounts: frozenset[str], off: int) -> Any:
    """The same entry with another amount on one account of goods."""
    at = next(at for at, line in enumerate(draft.lines) if line.account in accounts)
    line = draft.lines[at]
    changed = replace(line, amount=line.amount + off, base=line.base + off)
    other = replace(line, account="1002" if "1002" in _codes(draft) else _other(accounts), amount=-off, base=-off)
    return replace(draft, lines=(*draft.lines[:at], changed, *draft.lines[at + 1 :], other))


def _codes(draft: Any) -> set[str]:
    return {line.account for line in draft.lines}


def _other(accounts: frozenset[str]) -> str:
    return "1020" if "1210" in accounts else "1002"


def test_an_entry_typed_by_hand_is_named() -> None:  # B20
    poster = poster_of("cn-small-business")
    event = BusinessEvent.of("receipt", "2026-01-05", {"cost": 1000}, source="GR-1", party="S")
    ledger = Ledger(poster.book)
    ledger.post_all(Journal.of([event], poster).drafts, at=NOW)
    by_hand = poster.book.entry("2026-01-06", poster.book.debit("1405", "1"), poster.book.credit("1002", "1"))
    ledger.post(by_hand, at=NOW)
    check = standing_check([event], ledger, poster)
    assert (str(check.difference), check.holds) == ("1.00", False)
    assert str(check.first) == "2026-01 记-2: 1.00 on the accounts of goods, 0.00 by the movements"
    assert standing_check([event], ledger, poster, on="2026-01-05").holds


def test_an_entry_taken_back_waits_again() -> None:
    poster = poster_of("cn-small-business")
    event = BusinessEvent.of("receipt", "2026-01-05", {"cost": 1000}, source="GR-1", party="S")
    ledger = Ledger(poster.book)
    (entry,) = ledger.post_all(Journal.of([event], poster).drafts, at=NOW)
    ledger.reverse(entry.id, at=NOW)
    check = standing_check([event], ledger, poster)
    assert (check.holds, str(check.accounts), str(check.costed_not_carried_over)) == (True, "0.00", "10.00")


def test_goods_shipped_before_their_revenue_are_ours_still() -> None:  # B19 B20
    poster = poster_of("cn-small-business")
    shipped = BusinessEvent.of(
        "issue", "2026-01-05", {"cost": 600}, source="SO-1", reason="sale", revenue_point="agent_list"
    )
    listed = BusinessEvent.of(
        "sales_invoice", "2026-01-20", {"net": 1000, "tax": 130, "cost": 600}, source="L-1", party="AGENT"
    )
    received = BusinessEvent.of("receipt", "2026-01-01", {"cost": 1000}, source="GR-1", party="S")
    events = [received, shipped, listed]
    ledger = Ledger(poster.book)
    ledger.post_all(Journal.of(events, poster).drafts, at=NOW)
    before = standing_check(events, ledger, poster, on="2026-01-10")
    assert (before.holds, str(before.goods), str(before.shipped)) == (True, "10.00", "6.00")
    after = standing_check(events, ledger, poster)
    assert (after.holds, str(after.goods), str(after.shipped)) == (True, "4.00", "0.00")
    assert [str(ledger.balance("5401", on=day)) for day in ("2026-01-10", "2026-01-31")] == ["0.00", "6.00"]


@pytest.mark.parametrize("table", ["perpetual", "cn-enterprise"])
def test_goods_of_others_are_counted_and_never_ours(table: str) -> None:  # B24
    rows: list[Row] = [
        {
            "id": "C-1",
            "date": "2026-01-05",
            "type": "receipt",
            "item": "TEA",
            "place": "THEIRS",
            "qty": 4,
            "amount": "8",
        },
        {"id": "C-2", "date": "2026-01-06", "type": "issue", "item": "TEA", "place": "THEIRS", "qty": 1},
    ]
    valued = jxc.value(rows, currency="CNY")
    places = [Place(id="THEIRS", owned=False)]
    journal = post_valuation(valued, table=table, book=book_of(table), places=places, party="S")
    ledger = Ledger(journal.poster.book)
    ledger.post_all(journal.drafts, at=NOW)
    check = jxc.check_goods(valued, journal, ledger)
    assert (check.holds, str(check.goods), str(check.accounts)) == (True, "0.00", "0.00")
    if table == "cn-enterprise":
        assert [str(ledger.balance(code)) for code in ("1321", "2314")] == ["6.00", "-6.00"]
    else:
        assert ledger.entries == []


@pytest.mark.parametrize("table", TABLES)
def test_goods_invoiced_before_they_come_are_on_the_way(table: str) -> None:  # B17 B20
    poster = poster_of(table)
    bill = BusinessEvent.of("purchase_bill", "2026-01-05", {"on_the_way": 1000, "tax": 130}, source="V-1", party="S")
    came = BusinessEvent.of("receipt", "2026-01-20", {"cost": 1000}, source="GR-1", party="S")
    arrival = BusinessEvent.of("arrival", "2026-01-20", {"cost": 1000}, source="GR-1/arrival", party="S")
    events, ledger = [bill, came, arrival], Ledger(poster.book)
    ledger.post_all(Journal.of(events, poster).drafts, at=NOW)
    for day in ("2026-01-10", "2026-01-31"):
        check = standing_check(events, ledger, poster, on=day)
        assert (check.holds, str(check.goods)) == (True, "10.00")
    if table in ("perpetual", "cn-small-business", "cn-enterprise"):
        in_transit = poster.book.chart.role("goods_in_transit").code
        assert [str(ledger.balance(in_transit, on=day)) for day in ("2026-01-10", "2026-01-31")] == ["10.00", "0.00"]


@pytest.mark.parametrize(("listed", "difference"), [("5.00", "0.00"), ("4.00", "1.00"), ("0", "5.00")])
def test_write_downs_are_held_against_their_list(listed: str, difference: str) -> None:  # B20
    poster = poster_of("cn-enterprise")
    event = BusinessEvent.of("write_down", "2026-01-31", {"loss": 500}, source="WD-1")
    ledger = Ledger(poster.book)
    ledger.post_all(Journal.of([event], poster).drafts, at=NOW)
    check = standing_check([event], ledger, poster, allowance=Decimal(listed))
    assert (str(check.allowance_difference), check.holds) == (difference, difference == "0.00")


PLANNED = st.sampled_from(("cn-small-business-planned", "cn-enterprise-planned"))
RETAIL = st.sampled_from(("cn-small-business-retail", "cn-enterprise-retail"))
GROUPED = Shape(places=("WH", "SHOP", "ROAD"), most=16, in_order=True)


@settings(max_examples=60)
@given(histories(GROUPED), PLANNED | RETAIL, st.sampled_from(("item", "item+location")))
def test_a_set_price_and_its_difference_stand_apart(rows: list[Row], table: str, scope: str) -> None:  # B23
    """Planned cost: 1403/1405 at plan and 1404; retail: 1405 at the selling price and 1407."""
    method = "planned" if table.endswith("planned") else "retail"
    valued = jxc.value(rows, method=method, scope=scope, currency="CNY", standard_cost={"TEA": "2.00", "CUP": "30.00"})
    journal = post_valuation(valued, table=table, book=book_of(table), items=ITEMS, places=PLACES, party="X")
    ledger = Ledger(journal.poster.book)
    ledger.post_all(journal.drafts, at=NOW)
    check = standing_check(journal.events, ledger, journal.poster)
    assert (check.holds, check.accounts, check.goods) == (True, valued.on_hand_value, valued.on_hand_value)
    role = "material_variance" if method == "planned" else "retail_margin"
    difference = ledger.balance(ledger.book.chart.role(role).code)
    last = {}
    for rate in valued.rates:
        last[rate.category, rate.place] = rate.closing_variance
    assert difference == sum(last.values(), Decimal(0))


@settings(max_examples=40)
@given(histories(SHAPE), st.sampled_from(("periodic", "cn-small-business-periodic")), st.sampled_from(("fifo", "lifo")))
def test_periodic_books_hold_what_was_taken_at_the_end(rows: list[Row], table: str, method: str) -> None:  # B20
    valued = jxc.value(rows, method=method, currency="CNY")
    journal = post_valuation(valued, table=table, book=book_of(table), items=ITEMS, places=PLACES, party="X")
    ledger, poster = Ledger(journal.poster.book), journal.poster
    ledger.post_all(journal.drafts, at=NOW)
    taken = take_stock(ledger, poster, "2026-03-31", poster.book.minor(valued.on_hand_value))
    events = [*journal.events, *(() if taken is None else (taken,))]
    if taken is not None:
        ledger.post_all(Journal.of([taken], poster).drafts, at=NOW)
    check = standing_check(events, ledger, poster)
    assert (check.holds, check.accounts, check.costed_not_carried_over) == (True, valued.on_hand_value, 0)
    assert take_stock(ledger, poster, "2026-03-31", poster.book.minor(valued.on_hand_value)) is None


def test_a_table_that_posts_another_amount_is_named() -> None:  # B20
    table = load_posting_table("cn-small-business").with_(
        Rule("half", "receipt", (RuleLine("debit", "goods", "cost"), RuleLine("credit", "grni", "cost")), leave=("*",))
    )
    poster = Poster(table, book_of("cn-small-business"))
    event = BusinessEvent.of("receipt", "2026-01-05", {"cost": 1000, "variance": 200}, source="GR-1", party="S")
    ledger = Ledger(poster.book)
    ledger.post_all(Journal.of([event], poster).drafts, at=NOW)
    check = standing_check([event], ledger, poster)
    assert (check.holds, str(check.difference)) == (False, "2.00")
    assert str(check.first) == "GR-1 in rule half: 10.00 on the accounts of goods, 8.00 by the movements"


def test_taxes_of_gifts_and_losses_are_part_of_their_entries() -> None:  # B22
    rows: list[Row] = [
        {"id": "GR-1", "date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 10, "unit_cost": "2.00"},
        {"id": "G-1", "date": "2026-01-15", "type": "issue", "item": "TEA", "qty": 1, "reason": "赠品"},
        {"id": "L-1", "date": "2026-01-16", "type": "scrap", "item": "TEA", "qty": 1, "reason": "非正常损失"},
    ]
    valued = jxc.value(rows, currency="CNY")
    journal = post_valuation(valued, chart="cn-small-business", party="S", taxes={"G-1": "0.39", "L-1": "0.26"})
    told = [[(line.account, line.base) for line in one.draft.lines] for one in journal.vouchers[1:]]
    assert told == [
        [("5601", 239), ("1405", -200), ("22210102", -39)],
        [("1901", 226), ("1405", -200), ("22210103", -26)],
    ]
    with pytest.raises(jxc.LedgerError) as refused:
        post_valuation(valued, chart="cn-small-business", party="S", taxes={"GR-1": "0.39"})
    assert refused.value.code == "effect_not_posted"


def test_movements_without_a_cost_are_listed() -> None:  # B20
    rows: list[Row] = [
        {"id": "GR-1", "date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 10, "unit_cost": "2.00"},
        {"id": "SO-1", "date": "2026-02-15", "type": "issue", "item": "TEA", "qty": 1},
        {"id": "SO-2", "date": "2026-03-15", "type": "issue", "item": "TEA", "qty": 1},
    ]
    valued = jxc.value(
        rows, method="periodic_average", currency="CNY", run_to="2026-01-31", before_run="uncosted", as_of="2026-02-28"
    )
    journal = post_valuation(valued, chart="cn-small-business", party="S")
    ledger = Ledger(journal.poster.book)
    ledger.post_all(journal.drafts, at=NOW)
    check = jxc.check_goods(valued, journal, ledger)
    assert (check.issued_not_costed, check.holds, str(check.accounts)) == (("SO-1",), True, "20.00")
