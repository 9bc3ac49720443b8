"""Modules of entries (B25): each sub-ledger posts to its own control accounts, and a locked one takes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import jxc
from jxc.edge.charts import load_chart
from jxc.edge.posting_tables import dump_posting_table, load_posting_table, posting_table
from jxc.ledger import Book, Draft, Ledger
from jxc.posting.events import BusinessEvent
from jxc.posting.journal import Journal
from jxc.posting.payments import payment
from jxc.posting.policy import PostingPolicy
from jxc.posting.poster import Poster
from jxc.posting.vocabulary import KINDS
from tests.posting.books import NOW, poster_of

CONTROLS = {"1122": "sales", "220201": "purchases", "220202": "stock", "1405": "stock", "1406": "stock", "1002": "cash"}
EVENTS = [
    BusinessEvent.of("receipt", "2026-01-05", {"cost": 1000}, source="GR-1", party="S-01"),
    BusinessEvent.of(
        "purchase_bill", "2026-01-06", {"estimate": 1000, "tax": 130}, source="V-1", party="S-01",
        estimate_way="on_invoice",
    ),
    BusinessEvent.of("charge_bill", "2026-01-06", {"net": 100, "tax": 9}, source="F-1", party="HAUL", freight="cost"),
    BusinessEvent.of("issue", "2026-01-10", {"cost": 600}, source="SO-1", reason="sale", revenue_point="invoice"),
    BusinessEvent.of("sales_invoice", "2026-01-11", {"net": 900, "tax": 117, "cost": 600}, source="SI-1", party="C-01"),
    BusinessEvent.of("sales_allowance", "2026-01-12", {"net": 10, "tax": 1}, source="SA-1", party="C-01"),
    payment("payment_in", "2026-01-20", party="C-01", cleared=1006, source="IN-1"),
    payment("payment_out", "2026-01-21", party="S-01", cleared=1130, source="OUT-1"),
]  # fmt: skip


def controlled() -> Book:
    chart = load_chart("cn-small-business")
    return Book(chart.with_(*(replace(chart.get(code), control=who) for code, who in CONTROLS.items())), "CNY")


def test_every_sub_ledger_posts_to_its_own_control_accounts() -> None:  # B25
    book = controlled()
    ledger = Ledger(book)
    journal = Journal.of(EVENTS, Poster(load_posting_table("cn-small-business"), book))
    ledger.post_all(journal.drafts, at=NOW)
    assert [entry.draft.module for entry in ledger.entries] == [
        *("stock", "purchases+stock", "purchases+stock", "stock", "sales+stock", "sales"),
        *("cash+sales", "cash+purchases"),
    ]
    for module in ("general", "sales", "cash"):
        by_hand = book.entry("2026-01-31", book.debit("1405", "1"), book.credit("5401", "1"), module=module)
        with pytest.raises(jxc.LedgerError) as refused:
            ledger.post(by_hand, at=NOW)
        assert refused.value.code == "control_account"


def test_events_together_belong_to_all_their_modules() -> None:  # B25
    journal = Journal.of(EVENTS, Poster(load_posting_table("cn-small-business"), controlled()), PostingPolicy("close"))
    assert {one.module for one in journal.drafts} == {"stock", "cash+purchases+sales+stock"}


@pytest.mark.parametrize(("module", "refused"), [("stock", [0, 1, 2, 3, 4]), ("sales", [4, 5, 6]), ("cash", [6, 7])])
def test_a_locked_module_takes_nothing_that_concerns_it(module: str, refused: list[int]) -> None:
    book = controlled()
    ledger = Ledger(book)
    ledger.periods.lock("2026-01", module, by="", at=None)
    drafts = Journal.of(EVENTS, Poster(load_posting_table("cn-small-business"), book)).drafts
    problems = ledger.post_many(drafts, at=NOW, whole=False).problems
    assert [problem.row - 1 for problem in problems] == refused
    assert {problem.code for problem in problems} == {"period_locked"}


def test_several_are_locked_and_unlocked_together() -> None:
    periods = Ledger(controlled()).periods
    periods.lock("2026-01", "sales+stock", by="", at=None)
    assert (periods.is_locked("2026-01", "stock"), periods.is_locked("2026-01", "cash+purchases")) == (True, False)
    with pytest.raises(jxc.LedgerError):
        periods.unlock("2026-01", "sales+cash", reason="late", by="", at=None)
    periods.unlock("2026-01", "sales+stock", reason="late", by="", at=None)
    assert not periods.is_locked("2026-01", "sales+stock")


def test_a_rule_names_its_module() -> None:  # B25
    given: dict[str, Any] = {
        "id": "mine",
        "extends": "cn-small-business",
        "rules": [
            {
                "id": "bank-pays",
                "event": "payment_out",
                "module": "treasury",
                "lines": ["credit bank cash", "debit payable cleared"],
                "leave": [name for name in KINDS["payment_out"].free if name != "cash"],
            }
        ],
    }
    with pytest.raises(jxc.FieldError):
        posting_table(given)  # what clears is more than cash: the rule does not balance
    given["rules"][0]["lines"] = ["credit bank cash", "debit payable cash"]
    table = posting_table(given)
    poster = Poster(table, Book(load_chart("cn-small-business"), "CNY"))
    voucher = poster.voucher([EVENTS[-1]])
    assert voucher is not None
    assert voucher.draft.module == "treasury"
    assert posting_table(dump_posting_table(table)) == table
    given["rules"][0]["module"] = "cash+"
    with pytest.raises(jxc.FieldError) as refused:
        posting_table(given)
    assert refused.value.code == "empty_text"


def accounts(kind: str, amounts: dict[str, int], **words: str) -> list[tuple[str, int]]:
    poster = Poster(load_posting_table("cn-small-business"), Book(load_chart("cn-small-business"), "CNY"))
    voucher = poster.voucher([BusinessEvent.of(kind, "2026-01-05", amounts, source="X", party="P", given=words)])
    assert voucher is not None
    draft: Draft = voucher.draft
    return [(line.account, line.base) for line in draft.lines]


def test_tax_stands_where_its_regime_and_its_day_say() -> None:  # B28
    """A small-scale taxpayer has no output tax account; tax not due, or not certified, awaits its day."""
    small, later = {"tax_regime": "small_scale"}, {"tax_due": "no"}
    gift = {"cost": 600, "tax": 9}
    assert accounts("issue", gift, reason="gift", **small) == [("5601", 609), ("1405", -600), ("222109", -9)]
    red = {"net": 100, "tax": 13}
    for words, code in (({}, "22210102"), (small, "222109"), (later, "222105"), ({**small, **later}, "222105")):
        assert dict(accounts("sales_return_invoice", red, **words)) == {"1122": -113, "5001": 100, code: 13}
        assert dict(accounts("sales_allowance", red, **words)) == {"1122": -113, "5001": 100, code: 13}
    for words, code in (({}, "22210101"), ({"certified": "no"}, "222104")):
        charge = accounts("charge_bill", {"net": 100, "tax": 9}, **words)
        assert dict(charge) == {"5601": 100, code: 9, "220201": -109}
        assert dict(accounts("purchase_return_bill", red, **words)) == {"220201": 113, "220202": -100, code: -13}


@pytest.mark.parametrize(
    ("table", "account"), [("cn-small-business", "1901"), ("cn-enterprise", "1901"), ("perpetual", "5030")]
)
@pytest.mark.parametrize("reason", ["abnormal", "disaster"])
def test_goods_lost_are_no_expense_of_use(table: str, account: str, reason: str) -> None:  # B22
    """An issue for an abnormal loss awaits its approval on 1901, as a loss by scrap does (practice 2.3)."""
    event = BusinessEvent.of("issue", "2026-01-05", {"cost": 600, "tax": 78}, source="X", given={"reason": reason})
    voucher = poster_of(table).voucher([event])
    assert voucher is not None
    assert (voucher.draft.lines[0].account, voucher.draft.lines[0].base) == (account, 678)


def test_a_suppliers_discount_is_a_finance_income_in_china_and_lowers_cost_elsewhere() -> None:  # B21
    """应用指南, 6603: cash discounts are set against finance costs; IAS 2 paragraph 11: deducted from the purchase."""
    found = {}
    for table in ("cn-small-business", "cn-enterprise", "perpetual"):
        voucher = poster_of(table).voucher([payment("payment_out", "2026-01-05", party="S", cleared=100, discount=5)])
        assert voucher is not None
        found[table] = {line.account: line.base for line in voucher.draft.lines}
    assert [list(one.values()) for one in found.values()] == [[100, -95, -5]] * 3
    assert [list(one)[2] for one in found.values()] == ["5603", "6603", "5010"]
