"""A word that the format does not know fails its case, in a line that names it."""

from __future__ import annotations

import pytest

from tests.golden.cases import CASE, ISSUE, RECEIPT, events, report, shown

GREEN = "1 passed, 0 failed, 0 skipped"


def policy(**words: object) -> dict[str, object]:
    return {**CASE, "policy": words}


def issue(**fields: object) -> dict[str, object]:
    return events(RECEIPT, {**ISSUE, **fields})


def test_the_case_itself_is_good() -> None:
    assert report(CASE) == GREEN


NAMED = {
    "methodd": {**CASE, "methodd": "lifo"},
    "negative_stok": policy(negative_stok="refuse"),
    "missing_cost": policy(missing_cost="refuse"),
    "colour": policy(rounding={"colour": "red"}),
    "lcation": issue(lcation="W"),
    "unitcost": issue(lot_match={"unitcost": "2"}),
    "ratio": events({**RECEIPT, "foreign": {"currency": "USD", "rate": "1", "amount": "1", "ratio": "1"}}, ISSUE),
    "quantity": issue(lots=[{"lot": "L", "qty": "1", "quantity": "1"}]),
    "isue": issue(type="isue"),
    "weigth": issue(allocate_by="weigth"),
    "bil": issue(direction="bil"),
    "lost": policy(transit_loss="lost"),
    "first_takes_rest": policy(allocation="first_takes_rest"),
    "at_issue": policy(variance="at_issue"),
    "lifoo": policy(pick="lifoo"),
    "margin": policy(retail_variant="margin"),
    "prior": policy(rate_basis="prior"),
    "iteem": policy(nrv_level="iteem"),
    "groups": policy(nrv_level=["item", "groups"]),
    "saxon": policy(journal="saxon"),
    "never": policy(negative_stock="never"),
    "sometimes": policy(replay="sometimes"),
    "fofo": policy(item_methods={"A": "fofo"}),
    "fffo": {**CASE, "method": "fffo"},
    "nowhere": issue(refs=["nowhere"]),
    "nobody": issue(cost_from=["nobody"]),
    "nothing_there": issue(expect={"unit_cost_after": {"nothing_there": "1"}}),
    "policy.system": {**CASE, "system": "periodic"},
    "policy.rounding": {**CASE, "rounding": {"mode": "half_even"}},
    "refs": issue(ref="e1"),
    "e1": events(RECEIPT, {**ISSUE, "id": "e1"}),
    "1,5": issue(qty="1,5"),
    "NaN": issue(unit_cost="NaN"),
    "two": {**CASE, "expect": {"cogs": "two"}},
    "none_of_it": issue(expect={"cost": "none_of_it"}),
    "many": {**CASE, "expect": {"cogs": "2", "closing": [{"item": "A", "qty": "many"}]}},
    "submeth": {**CASE, "submethod": "submeth"},
    "location_methods": policy(pick="by_location"),
}


@pytest.mark.parametrize("word", NAMED)
def test_an_unknown_word_fails_in_one_line_that_names_it(word: str) -> None:
    assert report(NAMED[word]) == "0 passed, 1 failed, 0 skipped"
    (line,) = shown(NAMED[word])
    assert word in line
    assert line.startswith("mine ")
    assert " format: expected " in line


def test_each_unknown_word_has_a_line_and_a_near_one_is_named() -> None:
    case = {**policy(negative_stok="refuse", replay="by_date"), "colour": "red"}
    assert shown(case) == [
        "mine case format: expected a field of the format, got 'colour'",
        "mine policy format: expected a field of the format, got 'negative_stok' (did you mean negative_stock?)",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"notes": "n", "source": "s", "tags": ["t"], "from_source": ["e1.cost"], "provenance": "read"},
        {"policy": {"view_places": 2, "journal": "continental", "transit_loss": "normal", "transfer_layers": "keep"}},
        {"system": None, "rounding": None, "options": None, "ext": None},
        {"events": [{**RECEIPT, "entry_no": 1, "entered_as": {"uom": "case"}, "estimated": True}, ISSUE]},
    ],
)
def test_words_that_only_inform_pass(changes: dict[str, object]) -> None:
    assert shown({**CASE, **changes}) == []


def other(submethod: str | None, **words: object) -> dict[str, object]:
    dear = {**RECEIPT, "id": "e0", "date": "2026-01-06", "amount": "20"}
    return {
        **events(RECEIPT, dear, {**ISSUE, "date": "2026-01-07"}),
        "method": "other",
        "submethod": submethod,
        "policy": words,
    }


@pytest.mark.parametrize(
    ("submethod", "cogs"),
    [
        ("hifo", "4"),
        ("fifo_global", "2"),
        ("average_global", "3"),
        ("fifo:X,moving_average:W", "3"),
        ("lifo:W", "4"),
    ],
)
def test_a_submethod_says_how_to_pick(submethod: str, cogs: str) -> None:
    assert shown({**other(submethod), "expect": {"cogs": cogs}}) == []


def test_the_policy_goes_before_the_submethod() -> None:
    assert shown({**other("hifo", pick="fifo"), "expect": {"cogs": "2"}}) == []


@pytest.mark.parametrize("rule", ["strict", "strict_with_size"])
def test_a_strict_submethod_is_strict(rule: str) -> None:
    line, _ = shown(other(rule))
    assert line == "mine e2 error: expected none, got ambiguous_lot"


@pytest.mark.parametrize("submethod", [None, "landed_cost"])
def test_another_method_that_is_not_named_fails(submethod: str | None) -> None:
    assert shown(other(submethod)) == [
        f"mine case format: expected policy.pick, or a submethod that says how to pick, got {submethod}"
    ]


def lcnrv(**changes: object) -> dict[str, object]:
    item = {"item": "A", "cost": "100", "nrv": "80"}
    case = {**CASE, "method": "other", "submethod": "lcnrv", "events": [], "items": [item], "policy": {}}
    return {**case, "expect": {"allowance_required": "20"}, **changes}


def test_what_a_case_of_write_downs_would_pass_over_fails() -> None:
    assert report(lcnrv()) == GREEN
    assert report(lcnrv(policy={"nrv_levels": "item"})) == "0 passed, 1 failed, 0 skipped"
    assert report(lcnrv(items=[{"item": "A", "cost": "100"}])) == "0 passed, 1 failed, 0 skipped"
    event = {"id": "e1", "date": "2026-01-05", "type": "revalue", "expect": {"allowance_change": "7"}}
    assert report(lcnrv(events=[event])) == "0 passed, 1 failed, 0 skipped"
    assert report(lcnrv(expect={})) == "0 passed, 1 failed, 0 skipped"
