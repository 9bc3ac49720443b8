"""Tables (B1, B5 to B8): refused as a whole when a word is unknown, a rule does not balance or loses an amount."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.edge.charts import load_chart
from jxc.edge.posting_tables import load_posting_table
from jxc.errors import FieldError, LedgerError
from jxc.posting.events import BusinessEvent
from jxc.posting.rules import AccountRow, Rule, RuleLine, remainder
from jxc.posting.table import PostingTable
from jxc.posting.vocabulary import ATTRIBUTES, KINDS
from jxc.posting.when import When
from tests.posting.books import TABLES, chart_of

DEBIT = RuleLine("debit", "goods", "change")
CREDIT = RuleLine("credit", "purchases", "change")


def table(*lines: Any, event: str = "stock_variation", **more: Any) -> PostingTable:
    rule = Rule("mine", event, tuple(lines), **{name: more.pop(name) for name in ("when", "leave") if name in more})
    return PostingTable("t", (rule,), **more)


def players(*rows: tuple[str, str, str]) -> PostingTable:
    return table(DEBIT, CREDIT, accounts=tuple(AccountRow(role, to, When.parse(when)) for role, to, when in rows))


def rules(*whens: str) -> PostingTable:
    return PostingTable("t", tuple(Rule(w, "stock_variation", (DEBIT, CREDIT), When.parse(w)) for w in whens))


@pytest.mark.parametrize(
    ("code", "field", "make"),
    [
        ("unknown_event_kind", "event", lambda: table(DEBIT, CREDIT, event="stock_variatoin")),
        ("unknown_attribute", "when", lambda: table(DEBIT, CREDIT, when=When.parse("reson=gift"))),
        ("unknown_attribute_value", "place_kind", lambda: table(DEBIT, CREDIT, when=When.parse("place_kind=road"))),
        ("unknown_amount", "amount", lambda: table(DEBIT, RuleLine("credit", "purchases", "chnage"))),
        ("unknown_amount", "amount", lambda: table(DEBIT, CREDIT, leave=("cost",))),
        ("unknown_posting_role", "role", lambda: table(DEBIT, RuleLine("credit", "purchasse", "change"))),
        ("unknown_side", "side", lambda: table(DEBIT, RuleLine("Haben", "purchases", "change"))),  # type: ignore[arg-type]
        ("amount_not_posted", "amount", table),
        ("rule_unbalanced", "lines", lambda: table(DEBIT)),
        ("rule_unbalanced", "lines", lambda: table(DEBIT, DEBIT, CREDIT)),
        ("unknown_posting_role", "role", lambda: players(("inventroy", "x", ""))),
        ("unknown_attribute", "when", lambda: players(("goods", "x", "q=1"))),
        ("role_circle", "role", lambda: players(("goods", "purchases", ""), ("purchases", "goods", ""))),
        ("unknown_choice_of_sign", "negative", lambda: table(DEBIT, CREDIT, negative="green")),
        ("duplicate_rule", "when", lambda: rules("item=A", "item=A")),
        ("rules_tie", "when", lambda: rules("item=A", "place=B")),
        ("rules_tie", "when", lambda: players(("goods", "x", "item=A"), ("goods", "y", "place=B"))),
    ],
)
def test_a_bad_table_is_refused(code: str, field: str, make: Any) -> None:  # B2 B4 B5 B6 B7
    with pytest.raises(FieldError) as refused:
        make()
    assert (refused.value.code, refused.value.field) == (code, field)


def test_the_error_names_row_value_and_way_out() -> None:  # B2
    with pytest.raises(FieldError) as refused:
        table(DEBIT, RuleLine("credit", "purchasse", "change"))
    assert (
        str(refused.value) == "rule mine: no such role (role: purchasse); did you mean purchases or purchases_expense?"
    )


@pytest.mark.parametrize("name", TABLES)
def test_a_shipped_table_has_a_rule_for_every_kind_and_its_roles_in_its_chart(name: str) -> None:  # B1 B7
    found = load_posting_table(name)
    assert {rule.event for rule in found.rules} == set(KINDS)
    for kind in KINDS:
        found.rule(kind, {})
    missing = set(found.missing_roles(load_chart(chart_of(name))))
    # 小企业会计准则 knows no allowance for stock, IFRS no taxpayers of small scale
    assert missing <= {"impairment_loss", "stock_allowance"} | ({"small_scale_tax"} if "cn" not in name else set())


@given(st.sampled_from(TABLES), st.data())
def test_every_rule_balances_for_all_amounts(name: str, data: st.DataObject) -> None:  # B5
    found = load_posting_table(name)
    rule = data.draw(st.sampled_from(found.rules))
    lines = found.lines_of(rule)
    assert not any(remainder(KINDS[rule.event], lines).values())
    amounts = {free: data.draw(st.integers(-1000, 1000)) for free in KINDS[rule.event].free}
    event = BusinessEvent.of(rule.event, "2026-01-05", amounts)
    assert sum(line.sign * event.total(line.amount) for line in lines) == 0


@given(st.sampled_from(TABLES), st.sampled_from(sorted(KINDS)), st.data())
def test_every_event_has_one_rule(name: str, kind: str, data: st.DataObject) -> None:  # B3 B4
    words = {
        attribute: data.draw(st.sampled_from((*known, *SOME.get(attribute, ("other",)))))
        for attribute, known in ATTRIBUTES.items()
        if data.draw(st.booleans())
    }
    rule = load_posting_table(name).rule(kind, words)
    assert rule.event == kind
    assert rule.when.fits(words)


SOME = {"reason": ("sale", "gift", "sample", "own_use", "production", "abnormal", "other")}


def test_an_event_without_a_rule_is_refused() -> None:  # B3
    with pytest.raises(LedgerError) as refused:
        table(DEBIT, CREDIT).rule("receipt", {})
    assert refused.value.code == "no_posting_rule"


def test_rows_take_the_place_of_rows() -> None:  # B8
    found = table(DEBIT, CREDIT, accounts=(AccountRow("goods", "inventory"),))
    other = found.with_(
        Rule("none", "stock_variation", (), leave=("change",)), AccountRow("goods", "account:1"), id="other"
    )
    assert (other.id, other.rule("stock_variation", {}).id, other.player("goods", {})) == ("other", "none", "account:1")
    assert found.rule("stock_variation", {}).id == "mine"


def test_default_lines_post_what_a_rule_does_not_name() -> None:  # B6
    lines = (RuleLine("debit", "goods", "value"), RuleLine("credit", "grni", "cost"))
    rest = [name for name in KINDS["receipt"].free if name not in ("cost", "charges")]
    defaults = (*(RuleLine("debit", "price_difference", name) for name in rest), RuleLine("credit", "grni", "charges"))
    found = table(*lines, event="receipt", defaults=defaults)
    assert [line.amount for line in found.rule("receipt", {}).lines] == ["value", "cost", *rest, "charges"]
    own = RuleLine("debit", "purchase_variance", "variance")
    assert own in found.with_(own).rule("receipt", {}).lines
