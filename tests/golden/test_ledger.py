"""Golden cases of kind ledger: what is shared passes; a wrong figure, word or field never does."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from jxc.golden.runner import run_case

CASE: dict[str, Any] = {
    "id": "mine",
    "kind": "ledger",
    "accounts": [
        {"code": "bank", "name": "bank", "type": "asset", "currency": None},
        {"code": "capital", "name": "capital", "type": "equity", "currency": None},
        {"code": "sales", "name": "sales", "type": "income", "currency": None},
    ],
    "entries": [
        {
            "date": "2026-01-05",
            "memo": "",
            "lines": [
                {"account": "bank", "debit": "10", "credit": "0", "currency": "CNY", "party": None},
                {"account": "sales", "debit": "0", "credit": "10", "currency": "CNY", "party": None},
            ],
            "expect": {"error": None},
        }
    ],
    "expect": {"net_income": "10"},
}


def shown(**expect: Any) -> list[str]:
    return [str(failure) for failure in run_case({**CASE, "expect": expect}).failures]


@pytest.mark.parametrize(
    ("word", "right", "wrong"),
    [
        ("net_income", "10", "11"),
        ("trial_balance", {"bank": {"debit": "10", "credit": "0"}, "sales": {"debit": "0", "credit": "10"}}, {}),
        ("totals", {"debit": "10", "credit": "10"}, {"debit": "10", "credit": "0"}),
        ("trial_balance_total", "10", "20"),
        ("balances_at", {"2026-01-04": {}, "2026-01-05": {"bank": "10", "sales": "-10"}}, {"2026-01-05": {}}),
        ("as_of", {"before": "2026-01-05", "balances": {}}, {"before": None, "balances": {}}),
        ("turnover", {"bank": {"debit": "10", "credit": "0"}}, {"bank": {"debit": "0", "credit": "10"}}),
        ("running", {"bank": ["10"]}, {"bank": ["9"]}),
        ("running", {"account": "bank", "balances": ["10"]}, [{"account": "bank", "balances": ["9"]}]),
        ("income_statement", {"revenue": "10", "expenses": "0", "net_sales": "10"}, {"gross_margin": "9"}),
        ("balance_sheet", {"assets": "10", "equity": "10", "net_assets": "10"}, {"liabilities": "1"}),
        ("balance_sheet", {"current_assets": "10", "inventory_net": "0"}, {"current_asset": "10"}),
        ("income_statement", {"cogs": "0", "gross_profit": "10"}, {"selling": "1"}),
        ("cash_flow", {"begin": "0", "net_profit": "10", "operating": "10", "end": "10"}, {"financing": "1"}),
        ("cash_change", {"bank": "10"}, {"bank": "0"}),
        ("assertions", [{"date": "2026-01-05", "account": "bank", "amount": "10.00", "currency": "CNY", "ok": True}],
         [{"date": "2026-01-04", "account": "bank", "amount": "10", "currency": "CNY", "ok": True}]),
        ("valuation", {"prices": {}, "values": {"bank": "10"}, "total": "10", "unrealized_gain": "0"},
         {"prices": {}, "values": {"bank": "9"}}),
        ("book_value", "0", "10"),
        ("period_close", {"date": "2026-12-31", "to": "capital", "lines": {"sales": "10", "capital": "-10"}},
         {"date": "2026-01-01", "to": "capital", "lines": {"sales": "10", "capital": "-10"}}),
        ("opening_entry", {"date": "2026-12-31", "lines": {"bank": "10", "capital": "-10"}},
         {"date": "2026-12-31", "lines": {"capital": "-10"}}),
        ("closing_entry", {"date": "2026-12-31", "lines": {"bank": "-10", "capital": "10"}},
         {"date": "2026-01-01", "lines": {"bank": "-10", "capital": "10"}}),
    ],
)  # fmt: skip
def test_a_figure_is_compared(word: str, right: Any, wrong: Any) -> None:
    assert shown(**{word: right}) == []
    assert shown(**{word: wrong})


def test_closing_is_compared() -> None:
    closing = {"closing": {"to": "capital", "also": []}}
    assert shown(**closing, after_closing={"bank": "10", "capital": "-10"}) == []
    assert shown(**closing, after_closing={"bank": "10", "sales": "-10"})


def test_what_nobody_reads_fails() -> None:
    assert shown(net_income="10", nett="1") == ["mine case nett: expected 1, got no check knows this word"]
    assert "no check knows this field" in str(run_case({**CASE, "closed_throug": "x"}).failures[0])
    assert "a case that asserts nothing" in str(run_case({**CASE, "expect": {}}).failures[0])


def test_errors_are_compared_both_ways() -> None:
    case = copy.deepcopy(CASE)
    case["entries"][0]["lines"][0]["debit"] = "11"
    assert [str(one) for one in run_case({**case, "expect": {"net_income": "0"}}).failures] == [
        "mine entry 0 error: expected none, got unbalanced"
    ]
    case["entries"][0]["expect"] = {"error": "period_closed"}
    assert run_case({**case, "expect": {"net_income": "0"}}).failures
    case["entries"][0]["expect"] = {"error": "unbalanced"}
    assert run_case({**case, "expect": {"net_income": "0"}}).passed == 1


def phases(*steps: dict[str, str], **expect: dict[str, str]) -> dict[str, Any]:
    codes = [{"code": code, "name": code, "type": "asset", "currency": None} for code in "AB"]
    two_phase = {"steps": list(steps), "expect": [{"after": str(len(steps)), **expect}]}
    return {**CASE, "accounts": codes, "entries": [], "expect": {"trial_balance": {}}, "ext": {"two_phase": two_phase}}


def test_two_phases() -> None:
    hold = {"op": "pending", "id": "t", "debit": "A", "credit": "B", "amount": "5"}
    assert run_case(phases(hold, A={"debits_pending": "5", "debits_posted": "0"})).passed == 1
    assert run_case(phases(hold, A={"debits_pending": "4"})).failed == 1
    assert run_case(phases(hold, {"op": "post", "pending": "t", "amount": "6"})).failed == 1
    late = {"op": "post", "pending": "t", "error": "pending_transfer_already_voided"}
    assert run_case(phases(hold, {"op": "void", "pending": "t"}, late)).passed == 1
    over = {"op": "transfer", "debit": "B", "credit": "A", "amount": "1", "error": "exceeds_credits"}
    assert run_case(phases(over, B={"debits_posted": "0"})).passed == 1


def test_the_shared_cases_pass(shared: Path) -> None:
    seen = 0
    for name in ("ledger.jsonl", "textbook.jsonl"):
        for line in (shared / "golden" / name).read_text("utf-8").splitlines():
            case = json.loads(line, parse_float=str, parse_int=str)
            if case["kind"] == "ledger":
                report = run_case(case)
                assert report.passed == 1, [str(failure) for failure in report.failures]
                seen += 1
    assert seen > 0


@pytest.mark.parametrize(
    "changes",
    [
        {"accounts": 3},
        {"accounts": [{"name": "x"}]},
        {"entries": [3]},
        {"entries": [{"lines": 3}]},
        {"expect": [1]},
        {"expect": {"trial_balance": 3}},
        {"entries": [{"date": "never", "lines": []}]},
        {"closed_through": "never"},
    ],
)
def test_a_case_that_is_none_fails_and_never_ends_the_run(changes: dict[str, Any]) -> None:
    report = run_case({**CASE, **changes})
    assert (report.passed, report.failed, report.skipped) == (0, 1, 0)
    assert report.failures
