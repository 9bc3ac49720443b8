"""No case is green without having been checked: refused events, silent cases, unknown kinds, faults of the engine."""

from __future__ import annotations

import pytest

from jxc.costing.engine import Engine
from tests.golden.cases import CASE, ISSUE, RECEIPT, TOO_MUCH, events, report, shown

GREEN = "1 passed, 0 failed, 0 skipped"


def refused(expect: dict[str, object], **more: object) -> dict[str, object]:
    return {**TOO_MUCH, "expect": {"error": "insufficient_stock", **expect}, **more}


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("on_hand_qty", "4", "5"),
        ("on_hand_value", "8", "0"),
        ("average", "2", "3"),
        ("cost", "0", "8"),
        ("value_change", "0", "-8"),
    ],
)
@pytest.mark.parametrize("when", ["expect", "expect_final"])
def test_a_refused_event_leaves_no_trace(name: str, right: str, wrong: str, when: str) -> None:
    for figure, passes in ((right, True), (wrong, False)):
        row = refused({name: figure}) if when == "expect" else refused({}, expect_final={name: figure})
        found = shown(events(RECEIPT, ISSUE, row))
        assert (found == []) == passes, found
        assert all(line.startswith(f"mine e3 {name}: expected {wrong}, got {right}") for line in found)


def test_a_refused_event_is_looked_at_from_where_it_would_stand() -> None:
    late = refused({"on_hand_qty": "4"}, date="2026-01-06", time="12:00", expect_final={"on_hand_qty": "3"})
    before = {**ISSUE, "id": "e4", "time": "08:00"}
    after = {**ISSUE, "id": "e5", "date": "2026-01-08", "qty": "2"}
    assert shown({**events(RECEIPT, ISSUE, after, late, before), "expect": {"cogs": "8"}}) == []
    first = refused({"on_hand_qty": "0"}, date="2026-01-01", id="e0")
    assert shown(events(RECEIPT, ISSUE, first)) == []


def test_the_final_error_of_an_event_is_compared() -> None:
    case = events(RECEIPT, {**ISSUE, "expect_final": {"error": "insufficient_stock"}})
    assert shown(case) == ["mine e2 error: expected insufficient_stock, got none"]
    assert shown(events(RECEIPT, ISSUE, refused({}, expect_final={"error": "insufficient_stock"}))) == []


def test_the_right_error_is_asked_for() -> None:
    assert shown(events(RECEIPT, ISSUE, TOO_MUCH)) == ["mine e3 error: expected none, got insufficient_stock"]
    row = {**ISSUE, "expect": {"error": "insufficient_stock"}}
    assert shown(events(RECEIPT, row)) == ["mine e2 error: expected insufficient_stock, got none"]


@pytest.mark.parametrize("kind", ["valuatoin", "", None, 3, ["ledger"]])
def test_an_unknown_kind_fails(kind: object) -> None:
    (line,) = shown({**CASE, "kind": kind})
    assert line.startswith("mine case kind: expected one of valuation, ledger, matching, reconciliation, got ")


@pytest.mark.parametrize("kind", ["matching", "reconciliation"])
def test_a_kind_without_an_engine_is_skipped(kind: str) -> None:
    assert report({"id": "x", "kind": kind}) == "0 passed, 0 failed, 1 skipped"


def planned(**policy: object) -> dict[str, object]:
    """Two issues at planned cost, of 30 of 200 in stock, with 10 of variance."""
    rows: list[dict[str, object]] = [
        {"id": "e1", "date": "2026-01-01", "type": "opening", "item": "A", "standard_amount": "80", "amount": "84"},
        {"id": "e2", "date": "2026-01-02", "type": "receipt", "item": "A", "standard_amount": "120", "amount": "126"},
        {"id": "e3", "date": "2026-01-03", "type": "issue", "item": "A", "standard_amount": "10.10"},
        {"id": "e4", "date": "2026-01-04", "type": "issue", "item": "A", "standard_amount": "20.10"},
    ]
    rows[2]["expect"] = {"cost": "10.61", "variance": "0.51"}
    rows[3]["expect"] = {"cost": "21.10", "variance": "1.00"}
    return {
        **CASE,
        "method": "standard",
        "policy": {"variance": "rate_at_period_end", **policy},
        "events": rows,
        "expect": {"variance_rate": "0.05", "closing": [{"item": "A", "standard_value": "169.80", "variance": "8.49"}]},
    }


def test_planned_cost_by_the_rate_of_variance() -> None:
    assert report(planned()) == GREEN
    assert report(planned(replay="never")) == "0 passed, 1 failed, 0 skipped"
    wrong = planned()
    wrong["expect"] = {"variance_rate": "0.06"}
    assert shown(wrong) == ["mine case variance_rate: expected 0.06, got 0.05"]


@pytest.mark.parametrize(
    "expect", [None, {}, {"cogs": None}, {"closing": []}, {"closing": [{"item": "A", "location": "W"}]}]
)
def test_a_case_without_any_expectation_fails(expect: object) -> None:
    assert shown({**CASE, "expect": expect}) == [
        "mine case expect: expected at least one figure, got a case that asserts nothing"
    ]


def test_an_error_is_an_expectation() -> None:
    assert report({**events(RECEIPT, refused({})), "expect": None}) == GREEN


def test_journals_are_compared_line_by_line() -> None:
    def journal(credit: str) -> list[dict[str, str]]:
        debit = {"account": "inventory", "debit": "10", "credit": "0"}
        return [debit, {"account": "grni", "debit": "0", "credit": credit}]

    for credit, passes in (("10.00", True), ("9", False)):
        case = {**events({**RECEIPT, "expect": {"journal": journal(credit)}}), "expect": None}
        assert (shown(case) == []) == passes
        whole = {**events(RECEIPT), "expect": {"journal": journal(credit)}}
        assert (shown(whole) == []) == passes
    assert shown({**planned(), "expect": {"journal": journal("1")}}) == [
        "mine case journal: expected lines, got this method is not posted here"
    ]


def test_an_unknown_word_of_expect_fails() -> None:
    assert shown({**CASE, "expect": {"cogz": "2"}}) == ["mine case cogz: expected 2, got no check knows this word"]
    assert shown({**CASE, "expect": {"error": "x"}})


@pytest.mark.parametrize(
    "error", [KeyError("pool"), ZeroDivisionError("by zero"), ValueError("odd"), RuntimeError("x")]
)
def test_an_error_of_python_in_the_engine_is_shown_as_such(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Engine, "step", fail)
    assert shown(CASE) == [f"mine case engine_error: expected figures, got {type(error).__name__}: {error}"]


def test_a_field_that_is_there_twice_fails() -> None:
    from jxc.golden.runner import run_lines

    (failure,) = run_lines(['{"id": "x", "kind": "ledger", "id": "y"}'], "file").failures
    assert str(failure) == "file:1 case json: expected one JSON object a line, got the field 'id' is there twice"
