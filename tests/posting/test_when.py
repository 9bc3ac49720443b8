"""Which row applies (B3, B4): the most specific, whatever the order of rows; ties are refused when rows are loaded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import FieldError
from jxc.posting.when import When, check_ties, choose

NAMES = ("a", "b", "c")
WORDS = ("x", "y", "z")
whens = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.sampled_from(WORDS), min_size=1, max_size=2), max_size=3
).map(When.of)
attributes = st.dictionaries(st.sampled_from(NAMES), st.sampled_from((*WORDS, "other")), max_size=3)


@given(st.lists(whens, max_size=6), st.permutations(range(6)), attributes)
def test_the_choice_is_one_and_does_not_hang_on_the_order(
    rows: list[When], order: list[int], asked: dict[str, str]
) -> None:  # B3 B4
    named = [(str(at), when) for at, when in enumerate(rows)]
    try:
        check_ties(named)
    except FieldError as refused:
        if refused.code not in ("duplicate_rule", "rules_tie"):
            raise
        return
    fitting = [when for when in rows if when.fits(asked)]
    smallest = [when for when in fitting if all(when.is_within(other) for other in fitting)]
    assert len(smallest) == (1 if fitting else 0)
    shuffled = [(rows[at], rows[at]) for at in order if at < len(rows)]
    assert choose(shuffled, asked) == (smallest[0] if smallest else None)


@given(whens, whens, attributes)
def test_within_and_meet_say_what_fits(one: When, other: When, asked: dict[str, str]) -> None:  # B3
    if one.is_within(other) and one.fits(asked):
        assert other.fits(asked)
    both = one.meet(other)
    assert (both is not None and both.fits(asked)) == (one.fits(asked) and other.fits(asked))


@given(whens)
def test_a_condition_reads_back(when: When) -> None:  # B3
    assert When.parse("" if str(when) == "always" else str(when)) == when


@pytest.mark.parametrize("text", ["reason", "=gift", "reason=", "reason=a reason=b"])
def test_what_is_no_condition(text: str) -> None:  # B2
    with pytest.raises(FieldError) as refused:
        When.parse(text)
    assert refused.value.code == "not_a_condition"


def test_a_rule_for_both_lifts_a_tie() -> None:  # B4
    rows = [("gift", When.parse("reason=gift")), ("shop", When.parse("place_kind=shop"))]
    with pytest.raises(FieldError) as refused:
        check_ties(rows)
    assert (refused.value.code, refused.value.hint) == (
        "rules_tie",
        "add a row for both: place_kind=shop reason=gift",
    )
    check_ties([*rows, ("both", When.parse("place_kind=shop reason=gift"))])
