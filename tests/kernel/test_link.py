"""Links and what they leave open: K30 of docs/spec/kernel.md."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import FieldError, StockError, UnitError
from jxc.kernel import Amount, Link, Quantity, live_links, open_amount, open_quantity

sizes = st.lists(st.integers(1, 10**6), max_size=8)


def link(number: int, size: Decimal | int = 1, **fields: object) -> Link:
    return Link(f"L{number}", "receipt#1", "invoice#7", quantity=Quantity.of(size, "pcs"), **fields)  # type: ignore[arg-type]


@given(sizes, st.data())
def test_open_is_the_total_less_what_stands(taken: list[int], data: st.DataObject) -> None:  # K30
    made = [link(number, size) for number, size in enumerate(taken)]
    undone = data.draw(st.sets(st.sampled_from(made))) if made else set()
    links = data.draw(st.permutations([*made, *(one.reverse(f"R{one.id}", "wrong") for one in undone)]))
    standing = [one for one in made if one not in undone]
    assert sorted(one.id for one in live_links(links)) == [one.id for one in standing]
    left = open_quantity(Quantity.of(100, "pcs"), links)
    assert left.exact == 100 - sum(one.size.exact for one in standing)
    assert left.exact == 100 - sum(Fraction(one.size.exact) for one in links)


@given(sizes)
def test_undoing_all_leaves_all_open(taken: list[int]) -> None:  # K30
    made = [Link(f"L{n}", "pay", "bill", amount=Amount.from_minor(size, "CNY")) for n, size in enumerate(taken)]
    total = Amount.of(50, "CNY")
    assert open_amount(total, [*made, *(one.reverse(f"R{one.id}", "wrong") for one in made)]) == total
    assert open_amount(total, made).minor == 5000 - sum(taken)


def test_a_reversal_says_what_it_undoes() -> None:  # K30
    made = link(1, 6, reason="billed", evidence=("INV-7",), rule="by_reference")
    undone = made.reverse("L2", "wrong invoice", ("NOTE-3",))
    assert (undone.reverses, undone.size, undone.rule) == ("L1", -made.size, "by_reference")
    assert (undone.reason, undone.evidence) == ("wrong invoice", ("NOTE-3",))
    assert (undone.from_line, undone.to_line) == (made.from_line, made.to_line)
    with pytest.raises(StockError) as caught:
        undone.reverse("L3", "again")
    assert caught.value.code == "reversal_of_reversal"


def test_quantities_and_amounts_are_counted_apart() -> None:  # K30
    links = [link(1, 6), Link("L2", "a", "b", amount=Amount.of(5, "CNY"))]
    assert open_quantity(Quantity.of(10, "pcs"), links).exact == 4
    assert open_amount(Amount.of(7, "CNY"), links).exact == 2
    with pytest.raises(UnitError):
        open_quantity(Quantity.of(10, "kg"), links)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "quantity_or_amount"),
        ({"quantity": Quantity.of(1, "pcs"), "amount": Amount.of(1, "CNY")}, "quantity_or_amount"),
        ({"quantity": Quantity.of(0, "pcs")}, "link_size"),
        ({"quantity": Quantity.of(-1, "pcs")}, "link_size"),
        ({"amount": Amount.of(1, "CNY"), "reverses": "L0"}, "link_size"),
        ({"amount": Amount.of(1, "CNY"), "rule": "a\n"}, "unseen_character"),
        ({"amount": Amount.of(1, "CNY"), "evidence": ("",)}, "empty_text"),
        ({"amount": Amount.of(1, "CNY"), "from_line": ""}, "empty_text"),
    ],
)
def test_no_links(fields: dict[str, object], code: str) -> None:  # K25, K30
    with pytest.raises(FieldError) as caught:
        Link(**{"id": "L1", "from_line": "a", "to_line": "b", **fields})  # type: ignore[arg-type]
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("links", "code"),
    [
        ([link(1), link(1)], "duplicate_link"),
        ([link(1), link(1).reverse("R1", "x"), link(1).reverse("R2", "x")], "reversed_twice"),
        ([link(1).reverse("R1", "x")], "reversal_of_nothing"),
        ([link(1, 2), link(1, 1).reverse("R1", "x")], "reversal_differs"),
        ([link(1), link(2).reverse("R2", "x"), link(2).reverse("R1", "x")], "reversed_twice"),
    ],
)
def test_links_that_contradict_each_other(links: list[Link], code: str) -> None:  # K30
    with pytest.raises(StockError) as caught:
        live_links(links)
    assert caught.value.code == code


def test_a_reversal_of_a_reversal_made_by_hand() -> None:  # K30
    undone = link(1).reverse("R1", "x")
    again = Link("R2", "receipt#1", "invoice#7", quantity=Quantity.of(-1, "pcs"), reverses="R1")
    with pytest.raises(StockError) as caught:
        live_links([link(1), undone, again])
    assert caught.value.code == "reversal_differs"
