from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.golden.runner import run_lines
from tests.cli.running import jxc

EVENT = {"id": "e1", "date": "2024-01-01", "type": "receipt", "item": "A", "qty": "2", "unit_cost": "1.50"}
CASE: dict[str, object] = {
    "id": "mine-1",
    "kind": "valuation",
    "method": "fifo",
    "currency_places": 2,
    "events": [EVENT],
}
CASE["expect"] = {"closing": [{"item": "A", "qty": "2", "value": "3.00"}]}


def write(folder: Path, *cases: object) -> Path:
    path = folder / "cases.jsonl"
    path.write_text("".join(f"{case if isinstance(case, str) else json.dumps(case)}\n" for case in cases), "utf-8")
    return path


JOURNAL = [
    {"account": "inventory", "debit": "3.00", "credit": "0"},
    {"account": "grni", "debit": "0", "credit": "3.00"},
]


def expecting(name: str, **figures: object) -> dict[str, object]:
    return {**CASE, "id": name, "events": [{**EVENT, "expect": figures}], "expect": None}


def test_a_failing_case_says_which_figure_of_which_step(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        expecting("good", cost="3.00"),
        expecting("bad", cost="4.00", on_hand_qty="2"),
        {**CASE, "id": "other", "kind": "matching"},
        expecting("journal", journal=JOURNAL),
    )
    ran = jxc("golden", path)
    assert (ran.status, ran.err) == (1, "")
    assert ran.out.splitlines() == [
        "bad e1 cost: expected 4.00, got 3",
        "1 skipped: no engine yet for matching",
        "2 passed, 1 failed, 1 skipped",
    ]


def test_cases_that_all_pass_exit_0(tmp_path: Path) -> None:
    ran = jxc("golden", write(tmp_path, CASE), write(tmp_path, CASE))
    assert ran.status == 0
    assert ran.last == "2 passed, 0 failed, 0 skipped"


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "{}",
        "[1]",
        "NaN",
        '{"id":"b","kind":"valuation"}',
        '{"id":"b","kind":"valuation","method":"fifo","events":3}',
        '{"id":"b","kind":"valuation","method":"fifo","events":[1]}',
        '{"id":"b","kind":"valuation","method":"fifo","policy":[1],"events":[]}',
        '{"id":"b","kind":"valuation","method":"fifo","currency_places":"x","events":[]}',
        '{"id":"b\\nc","kind":"valuation","method":"nope","events":[{}]}',
        '{"id":"b","kind":"valuatoin"}',
        '{"id":"b","kind":"valuation","method":"fifo","events":[]}',
        "[" * 100_000,
    ],
)
def test_a_broken_case_fails_in_one_line_and_the_others_run(line: str, tmp_path: Path) -> None:
    ran = jxc("golden", write(tmp_path, CASE, line))
    assert ran.status == 1
    assert ran.out.count("\n") == 2
    assert ran.last == "1 passed, 1 failed, 0 skipped"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "1", "x", "fifo", "2024-01-01"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from([*CASE, *EVENT, "policy"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*CASE, "policy", "expect", "submethod"]), JSON, max_size=4))
def test_whatever_a_case_holds_it_passes_fails_or_is_skipped(changes: dict[str, object]) -> None:
    report = run_lines([json.dumps({**CASE, **changes})], "mine")
    assert report.passed + report.failed + report.skipped == 1
    assert bool(report.failures) == bool(report.failed)


def test_files_that_are_not_there_or_no_text(tmp_path: Path) -> None:
    good = write(tmp_path, CASE)
    for words, code in (
        ([good, tmp_path / "missing.jsonl"], "file_not_found"),
        ([tmp_path], "is_a_directory"),
        ([], "bad_usage"),
    ):
        ran = jxc("golden", *words)
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith(f"error [{code}]: ")


def test_the_shared_valuation_cases_pass(shared: Path) -> None:
    names = ("valuation_erp", "valuation_lots", "textbook")
    ran = jxc("golden", *(shared / "golden" / f"{name}.jsonl" for name in names))
    passed, failed, _ = (int(part.split()[0]) for part in ran.last.split(", "))
    assert (failed, ran.status) == (0, 0), ran.out
    assert passed >= 250, "cases were skipped that were not before"
