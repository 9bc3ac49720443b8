"""The golden cases entered one by one into a book that stays open: the same figures, the same refusals."""

from __future__ import annotations

import json
from pathlib import Path

from jxc.api.plugins import methods_in_force
from jxc.costing.events import Event
from jxc.costing.late_book import LateBook
from jxc.costing.strategies import engine_for
from jxc.errors import JxcError, StockError
from jxc.golden.case import Case, parse_case
from jxc.golden.run import groups

FILES = ("valuation_erp.jsonl", "valuation_lots.jsonl", "textbook.jsonl")
GROUP_METHODS = ("retail", "gross_profit", "other")


def cases(folder: Path) -> list[Case]:
    raws = [json.loads(line) for name in FILES for line in (folder / name).read_text("utf-8").splitlines() if line]
    found: list[Case] = []
    for raw in raws:
        if raw["kind"] == "valuation" and raw["method"] not in GROUP_METHODS and raw.get("events"):
            try:
                found.append(parse_case(raw))
            except JxcError:
                continue
    return found


def refusal_of(book: LateBook, entered: list[Event]) -> StockError | None:
    try:
        book.amend(enter=entered)
    except StockError as error:
        return error
    return None


def test_entered_one_by_one_they_cost_what_the_whole_costs(shared: Path) -> None:
    seen, refused = 0, 0
    for case in cases(shared / "golden"):
        if any(event.type == "base_unit_change" for event in case.events):
            continue
        book = LateBook(case.policy, case.scales, methods_in_force(), [])
        for entered in groups(case):
            errors = {case.raw["events"][event.row].get("expect", {}).get("error") for event in entered} - {None}
            refusal = refusal_of(book, entered)
            assert (refusal is not None) == bool(errors), f"{case.id}: {refusal}"
            refused += refusal is not None
        engine = engine_for(case.policy, case.scales)
        engine.run(book.events[row] for row in sorted(book.events))
        costs = {standing.event.row: standing.cost for standing in book.all()}
        assert costs == {row: engine.state.outcomes[row].cost for row in book.events}, case.id
        seen += 1
    assert seen > 200
    assert refused > 5
