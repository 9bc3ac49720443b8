"""Payments (B21): what clears, discounts, fees, advances, exchange differences as gain or loss."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import jxc
from jxc.ledger import Ledger
from jxc.posting.payments import payment
from tests.posting.books import NOW, poster_of


def lines(table: str, *given: Any, **more: Any) -> list[tuple[str, int, int]]:
    poster = poster_of(table)
    voucher = poster.voucher([payment(*given, **more)])
    assert voucher is not None
    Ledger(poster.book).post(voucher.draft, at=NOW)
    return [(one.account, one.debit, one.credit) for one in voucher.draft.lines]


def test_money_in() -> None:  # B21
    small = "cn-small-business"
    assert lines(small, "payment_in", "2026-02-15", party="C", cleared=11300) == [
        ("1002", 11300, 0),
        ("1122", 0, 11300),
    ]
    assert lines(small, "payment_in", "2026-02-15", party="C", cleared=11300, discount=113, fee=20) == [
        ("1002", 11167, 0),
        ("5603", 133, 0),
        ("1122", 0, 11300),
    ]
    assert lines(small, "payment_in", "2026-02-15", party="C", cleared=0, advance=5000) == [
        ("1002", 5000, 0),
        ("2203", 0, 5000),
    ]
    assert lines(small, "payment_in", "2026-02-15", party="C", cleared=8000, advance_used=5000) == [
        ("1002", 3000, 0),
        ("2203", 5000, 0),
        ("1122", 0, 8000),
    ]


def test_money_out() -> None:  # B21
    small = "cn-small-business"
    assert lines(small, "payment_out", "2026-02-15", party="S", cleared=10000, discount=200, fee=30) == [
        ("220201", 10000, 0),
        ("1002", 0, 9830),
        ("5603", 0, 170),
    ]
    assert lines(small, "payment_out", "2026-02-15", party="S", cleared=0, advance=700) == [
        ("1123", 700, 0),
        ("1002", 0, 700),
    ]


@pytest.mark.parametrize(
    ("kind", "cash", "account", "amount"),
    [
        ("payment_out", 72000, "5603", (500, 0)),
        ("payment_out", 71000, "5301", (0, 500)),
        ("payment_in", 72000, "5301", (0, 500)),
        ("payment_in", 71000, "5603", (500, 0)),
    ],
)
def test_exchange_differences_have_two_roles(
    kind: Any, cash: int, account: str, amount: tuple[int, int]
) -> None:  # B21
    """小企业会计准则: a gain is 营业外收入, a loss is 财务费用."""
    found = lines(
        "cn-small-business", kind, "2026-02-10", party="X", cleared=71500, cash=cash,
        currency="USD", foreign=10000, rate=Decimal("7.2"),
    )  # fmt: skip
    assert (account, *amount) in found


def test_cash_that_disagrees_is_refused() -> None:  # B21
    with pytest.raises(jxc.LedgerError) as refused:
        payment("payment_in", "2026-02-15", party="C", cleared=100, cash=99)
    assert refused.value.code == "amounts_contradict"


small = st.integers(0, 500)


@given(st.sampled_from(("payment_in", "payment_out")), st.lists(small, min_size=6, max_size=6))
def test_what_is_paid_and_what_clears_agree(kind: Any, given: list[int]) -> None:
    names = ("cleared", "discount", "fee", "small_difference", "advance", "advance_used")
    event = payment(kind, "2026-02-15", party="X", **dict(zip(names, given, strict=True)))
    poster = poster_of("perpetual")
    made = poster.lines(event)
    bank = poster.account("bank", {}).code
    moved = sum(one.line.base for one in made if one.line.account == bank)
    assert sum(one.line.base for one in made) == 0
    assert moved == (1 if kind == "payment_in" else -1) * event.total("cash")
