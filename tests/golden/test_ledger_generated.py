"""Cases of kind ledger made at random, their figures by plain sums: every word means what the format says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jxc.golden.runner import run_case

TYPES = {
    "cash": "asset",
    "stock": "asset",
    "owed": "liability",
    "capital": "equity",
    "sales": "income",
    "rent": "expense",
}
DAYS = [f"2026-{month:02}-{day:02}" for month in (1, 2, 3) for day in (1, 15, 28)]
Row = tuple[str, str, str, Decimal, str]
"""Day, debited, credited, amount, currency."""

sizes = st.decimals("0.01", "9999", places=2)
rows = st.lists(
    st.tuples(st.sampled_from(DAYS), st.sampled_from(list(TYPES)), st.sampled_from(list(TYPES)), sizes, st.just("CNY")),
    min_size=1,
    max_size=8,
)
both = st.lists(
    st.tuples(
        st.sampled_from(DAYS),
        st.sampled_from(list(TYPES)),
        st.sampled_from(list(TYPES)),
        sizes,
        st.sampled_from(["CNY", "USD"]),
    ),
    min_size=1,
    max_size=8,
)


def entry(row: Row) -> dict[str, Any]:
    day, debited, credited, size, code = row
    sides = ((debited, str(size), "0"), (credited, "0", str(size)))
    lines = [{"account": one, "debit": dr, "credit": cr, "currency": code, "party": None} for one, dr, cr in sides]
    return {"date": day, "memo": "", "lines": lines, "expect": {"error": None}}


def case(given_rows: list[Row], **expect: Any) -> dict[str, Any]:
    accounts = [{"code": code, "name": code, "type": kind, "currency": None} for code, kind in TYPES.items()]
    return {
        "id": "made",
        "kind": "ledger",
        "accounts": accounts,
        "entries": [entry(row) for row in given_rows],
        "expect": expect,
    }


def balances(given_rows: list[Row], chosen: Callable[[Row], bool] = bool) -> dict[str, Decimal]:
    several = len({row[4] for row in given_rows}) > 1
    found: dict[str, Decimal] = {}
    for row in filter(chosen, given_rows):
        for account, sign in ((row[1], 1), (row[2], -1)):
            name = f"{account}@{row[4]}" if several else account
            found[name] = found.get(name, Decimal(0)) + sign * row[3]
    return {name: size for name, size in found.items() if size}


def texts(found: dict[str, Decimal]) -> dict[str, str]:
    return {name: str(size) for name, size in found.items()}


def result(found: dict[str, Decimal]) -> Decimal:
    return -sum((found.get(code, Decimal(0)) for code in ("sales", "rent")), Decimal(0))


@settings(max_examples=40)
@given(both, st.sampled_from(DAYS))
def test_balances_at_any_day(given_rows: list[Row], day: str) -> None:
    every = balances(given_rows)
    sided = {name: {"debit": str(max(size, 0)), "credit": str(max(-size, 0))} for name, size in every.items()}
    total = sum((size for size in every.values() if size > 0), Decimal(0))
    expect: dict[str, Any] = {
        "trial_balance": sided,
        "totals": {"debit": str(total), "credit": str(total)},
        "balances_at": {day: texts(balances(given_rows, lambda row: row[0] <= day))},
        "as_of": {"before": day, "balances": texts(balances(given_rows, lambda row: row[0] < day))},
    }
    report = run_case(case(given_rows, **expect))
    assert report.passed == 1, [str(failure) for failure in report.failures]


@settings(max_examples=40)
@given(rows, st.sampled_from(DAYS), st.sampled_from(DAYS))
def test_a_period_its_result_and_its_close(given_rows: list[Row], one: str, other: str) -> None:
    first, last = sorted((one, other))
    inside = balances(given_rows, lambda row: first <= row[0] <= last)
    so_far = balances(given_rows, lambda row: row[0] <= last)
    closed = {code: -so_far[code] for code in ("sales", "rent") if code in so_far}
    closed["capital"] = -sum(closed.values(), Decimal(0))
    expect = {
        "period": {"from": first, "to": last},
        "income_statement": {
            "revenue": str(-inside.get("sales", Decimal(0))),
            "expenses": str(inside.get("rent", Decimal(0))),
            "net_income": str(result(inside)),
        },
        "cash_change": {"cash": str(inside.get("cash", Decimal(0)))},
        "period_close": {"date": last, "to": "capital", "lines": texts({k: v for k, v in closed.items() if v})},
    }
    report = run_case(case(given_rows, **expect))
    assert report.passed == 1, [str(failure) for failure in report.failures]


@settings(max_examples=40)
@given(rows)
def test_the_whole_and_what_is_left_of_it(given_rows: list[Row]) -> None:
    every = balances(given_rows)
    kept = {code: size for code, size in every.items() if code not in ("sales", "rent")}
    kept["capital"] = kept.get("capital", Decimal(0)) - result(every)
    running, so_far = [], Decimal(0)
    for row in sorted(given_rows, key=lambda row: row[0]):
        for account, sign in ((row[1], 1), (row[2], -1)):
            if account == "cash":
                so_far += sign * row[3]
                running.append(str(so_far))
    assets = sum((every.get(code, Decimal(0)) for code in ("cash", "stock")), Decimal(0))
    debts = -every.get("owed", Decimal(0))
    on = max(dt.date.fromisoformat(row[0]) for row in given_rows).isoformat()
    carried = {code: size for code, size in kept.items() if code != "capital" and size}
    against = {"capital": -sum(carried.values(), Decimal(0))} if sum(carried.values(), Decimal(0)) else {}
    expect: dict[str, Any] = {
        "net_income": str(result(every)),
        "closing": {"to": "capital", "also": []},
        "after_closing": texts({code: size for code, size in kept.items() if size}),
        "balance_sheet": {"assets": str(assets), "liabilities": str(debts), "equity": str(assets - debts)},
        "running": {"cash": running},
    }
    if carried and against:
        expect["opening_entry"] = {"date": on, "lines": texts({**carried, **against})}
        expect["closing_entry"] = {
            "date": on,
            "lines": texts({code: -size for code, size in {**carried, **against}.items()}),
        }
    report = run_case(case(given_rows, **expect))
    assert report.passed == 1, [str(failure) for failure in report.failures]
