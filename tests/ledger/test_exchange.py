"""Foreign currency: realised from the last carrying rate, revalued where monetary, reversed by choice."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import CurrencyError, LedgerError
from jxc.kernel import Rate, RateTable, currency
from jxc.ledger import Ledger, revalue, revalue_back, settle
from tests.ledger.strategies import NOW, book


def rates(value: str, day: dt.date = dt.date(2026, 1, 31)) -> RateTable:
    return RateTable([Rate(currency("USD"), currency("CNY"), Decimal(value), day, "PBC")])


def owing(amount: str = "100", rate: str = "7.10") -> Ledger:
    made = Ledger(book())
    base = made.book
    bought = base.entry(
        "2026-01-05",
        base.debit("1405", base.amount(base.convert(base.minor(amount, "USD"), "USD", Decimal(rate)))),
        base.credit("2202", amount, currency="USD", rate=rate, party="S"),
    )
    made.post(bought, at=NOW)
    return made


def test_realised_is_measured_from_the_last_carrying_rate() -> None:  # L16
    made = owing()
    draft = revalue(made, rates("7.20"), "2026-01-31")
    assert draft is not None
    made.post(draft, at=NOW)
    assert (made.balance("2202"), made.balance("5603")) == (Decimal("-720.00"), Decimal("10.00"))
    assert revalue(made, rates("7.20"), "2026-01-31") is None
    made.post(settle(made, "2202", "100", "USD", into="1002", rate="7.25", on="2026-02-05", party="S"), at=NOW)
    assert (made.balance("2202"), made.balance("5603")) == (Decimal("0.00"), Decimal("15.00"))
    assert made.balance("1002", currency="USD") == Decimal("-100.00")


def test_stock_and_prepayments_are_not_revalued() -> None:  # L17
    made = Ledger(book())
    base = made.book
    lines = (base.debit("1405", "100", currency="USD", rate="7"), base.credit("3001", "100", currency="USD", rate="7"))
    made.post(base.entry("2026-01-05", *lines), at=NOW)
    assert revalue(made, rates("8"), "2026-01-31") is None


def test_reversed_next_period_by_choice() -> None:  # L17
    made = owing()
    draft = revalue(made, rates("7.20"), "2026-01-31")
    assert draft is not None
    entry = made.post(draft, at=NOW)
    back = made.post(revalue_back(made, entry.id), at=NOW)
    assert back.date == dt.date(2026, 2, 1)
    assert made.balance("2202") == Decimal("-710.00")
    assert made.balance("2202", on="2026-01-31") == Decimal("-720.00")


def test_refusals() -> None:  # L16
    made = owing()
    for amount, party, code in (("101", "S", "settlement_beyond_balance"), ("1", "T", "nothing_to_settle")):
        with pytest.raises(LedgerError) as refused:
            settle(made, "2202", amount, "USD", into="1002", rate="7", on="2026-02-01", party=party)
        assert refused.value.code == code
    with pytest.raises(CurrencyError) as missing:
        revalue(made, rates("7", dt.date(2026, 6, 1)), "2026-01-31")
    assert missing.value.code == "rate_missing"


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=6), st.integers(6000, 8000), st.integers(6000, 8000))
def test_parts_realise_what_the_whole_would(parts: list[int], bought: int, paid: int) -> None:  # L16
    amount = str(Decimal(sum(parts)) / 100)
    whole, piecewise = (owing(amount, str(Decimal(bought) / 1000)) for _ in range(2))
    price = Decimal(paid) / 1000
    worth = whole.book.convert(sum(parts), "USD", price)
    whole.post(
        settle(whole, "2202", amount, "USD", into="1002", base=whole.book.amount(worth), on="2026-02-01", party="S"),
        at=NOW,
    )
    taken = 0
    for size in parts:
        before = whole.book.convert(taken, "USD", price)
        taken += size
        share = whole.book.amount(whole.book.convert(taken, "USD", price) - before)
        piece = str(Decimal(size) / 100)
        draft = settle(piecewise, "2202", piece, "USD", into="1002", base=share, on="2026-02-01", party="S")
        piecewise.post(draft, at=NOW)
    for code in ("2202", "1002"):
        assert whole.balance(code) == piecewise.balance(code)
    result = [ledger.balance("5301") + ledger.balance("5603") for ledger in (whole, piecewise)]
    assert result[0] == result[1]
