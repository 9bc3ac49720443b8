"""The fast keepers of plain items against the engine: after every amendment the same costs, pools and changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from jxc.costing.events import Details, Event, LotMatch
from jxc.costing.late import CostChange, plain_item
from jxc.costing.late_average import AverageKeeper
from jxc.costing.late_fifo import FifoKeeper
from jxc.costing.late_fifo_index import IndexKeeper
from jxc.costing.late_plain import PlainKeeper
from jxc.costing.late_rows import share
from jxc.costing.policy import Policy
from jxc.costing.registry import builtin_methods
from jxc.errors import NotFoundError, StockError
from tests.costing.late_histories import (
    Book,
    Draft,
    Step,
    costs_of,
    issued_by,
    pools_of,
    steps,
)

Make = Callable[..., Any]

KEEPERS: dict[str, Make] = {"moving_average": AverageKeeper, "fifo": FifoKeeper, "fifo index": IndexKeeper}
ANY_SIZE = st.sampled_from((1, 2, 3, 256))
every_keeper = pytest.mark.parametrize("method", KEEPERS)
policies = st.builds(
    lambda same, scope: {"same_moment": same, "scope": scope},
    st.sampled_from(("receipts_first", "as_entered")),
    st.sampled_from(("item+location", "item+location", "item")),
)


def book_for(method: str, **choices: Any) -> Book:
    policy = Policy(method=method.split(maxsplit=1)[0]).with_(**choices)
    return Book(policy, one_place=not policy.by_place, still="index" in method)


def make(method: str, book: Book) -> Any:
    return KEEPERS[method](book.events.values(), book.policy, recharge=book.charges)


def answers(keeper: Any) -> tuple[Any, ...]:
    pools = {place: pool for place, pool in keeper.pools().items() if pool[0]}
    return dict(keeper.costs()), pools, keeper.totals(range(1, 14))


def difference(old: dict[int, int], new: dict[int, int]) -> list[CostChange]:
    rows = sorted(old.keys() | new.keys())
    return [CostChange(row, old.get(row), new.get(row)) for row in rows if old.get(row) != new.get(row)]


def check_refusal(error: StockError, book: Book, after: Book, engine: Any) -> None:
    """Nothing is refused that the engine takes; the first shortage is the engine's, with the row and the date."""
    first = after.first_problem(engine)
    assert first is not None
    event(f"refused: {error.code}")
    if error.code == "insufficient_stock":
        assert all(other.code != "return_beyond_original" for other in engine.problems.values())
        assert (error.code, error.field, error.value, error.params["short"]) == (
            first.code,
            first.field,
            first.value,
            first.params["short"],
        )
        row = error.params["row"]
        assert engine.problems[row] == first
        assert error.params["date"] == after.events[row].date


def amend(keeper: Any, book: Book, draft: Draft) -> tuple[Book, Any]:
    """Amend a keeper and hold it against the engine; the book as it stands then, and the amendment, if any."""
    old, after = answers(keeper), book.after(draft)
    engine = after.valued()
    try:
        done = keeper.amend(cancel=draft.cancel, enter=draft.enter, recharge=draft.recharge)
    except StockError as error:
        check_refusal(error, book, after, engine)
        assert answers(keeper) == old
        return book, None
    assert not engine.problems
    costs = costs_of(engine)
    assert answers(keeper) == (costs, pools_of(engine), issued_by(after, costs, range(1, 14)))
    assert done.changes == difference(old[0], costs)
    return after, done


@every_keeper
@given(run=steps(), choices=policies)
def test_equals_the_engine_after_every_amendment(method: str, run: list[Step], choices: dict[str, Any]) -> None:
    book = book_for(method, **choices)
    keeper = make(method, book)
    for step in run:
        book, _ = amend(keeper, book, book.draft(step))
    fresh = make(method, book)
    assert fresh.dump() == keeper.dump()


@every_keeper
@given(run=st.lists(st.tuples(steps(most=4), st.booleans()), max_size=8), choices=policies)
def test_undo_restores_the_identical_state(
    method: str, run: list[tuple[list[Step], bool]], choices: dict[str, Any]
) -> None:
    book = book_for(method, **choices)
    keeper = make(method, book)
    for some, keep in run:
        for step in some:
            dump, old = keeper.dump(), answers(keeper)
            after, done = amend(keeper, book, book.draft(step))
            if done is None:
                assert keeper.dump() == dump
            elif keep:
                book = after
            else:
                done.undo()
                assert (keeper.dump(), answers(keeper)) == (dump, old)
                with pytest.raises(NotFoundError):
                    done.undo()


@given(run=steps(), choices=policies, size=ANY_SIZE)
def test_an_index_of_any_size_of_blocks(run: list[Step], choices: dict[str, Any], size: int) -> None:
    with patch("jxc.costing.late_index._SIZE", size):
        book = book_for("fifo index", **choices)
        keeper = make("fifo index", book)
        for step in run:
            book, _ = amend(keeper, book, book.draft(step))
        assert make("fifo index", book).dump() == keeper.dump()
        assert {row: keeper.cost(row) for row in book.events} == dict(keeper.costs())


@every_keeper
@given(run=steps(most=16), choices=policies)
def test_numbers_of_any_size(method: str, run: list[Step], choices: dict[str, Any]) -> None:
    book = book_for(method, **choices)
    book.factor = 10**25 + 7
    keeper = make(method, book)
    for step in run:
        book, _ = amend(keeper, book, book.draft(step))


@given(run=steps(), choices=policies)
def test_costs_of_a_pool_stay_as_they_are_where_it_says_so(run: list[Step], choices: dict[str, Any]) -> None:
    book = book_for("moving_average", **choices)
    keeper = make("moving_average", book)
    for step in run:
        book, _ = amend(keeper, book, book.draft(step))
        for pool in keeper.pools_in_order():
            ends = {pool.worth, pool.low, int(min(pool.high - 1, pool.worth + 10**9))}
            assert pool.low <= pool.worth < pool.high
            assert not pool.due
            assert len({tuple(share(worth, out.out, pool.whole) for out in pool.outs) for worth in ends}) == 1


@given(run=steps(), method=st.sampled_from(("fifo", "moving_average")))
def test_the_plain_keeper_turns_to_what_the_rows_need(run: list[Step], method: str) -> None:
    book = book_for(method)
    keeper = PlainKeeper([], book.policy)
    for step in run:
        book, done = amend(keeper, book, book.draft(step))
        if done is not None and step[5] % 5 == 0:
            before = answers(keeper)
            again = keeper.amend()
            again.undo()
            assert answers(keeper) == before


def test_long_changes_can_be_asked_for_until_the_next_amendment() -> None:
    with patch("jxc.costing.late_index._SIZE", 2):
        rows = [Event(row, "receipt", 1 + row, "TEA", 2, 10 * row) for row in range(20)]
        rows += [Event(20 + row, "issue", 21 + row, "TEA", 1) for row in range(20)]
        keeper = IndexKeeper(rows, Policy())
        late = keeper.amend(enter=[Event(90, "receipt", 1, "TEA", 1, 7)])
        keeper.amend(recharge={19: 4})
        with pytest.raises(NotFoundError, match="the changes are gone"):
            _ = late.changes
        with pytest.raises(NotFoundError, match="not the latest"):
            late.undo()


@every_keeper
def test_rows_that_do_not_stand_or_stand_already(method: str) -> None:
    keeper = KEEPERS[method]([Event(0, "receipt", 1, "TEA", 2, 10), Event(1, "issue", 2, "TEA", 1)], Policy())
    before = answers(keeper)
    for arguments in (
        {"cancel": [5]},
        {"enter": [Event(0, "receipt", 1, "TEA", 2, 10)]},
        {"recharge": {5: 1}},
        {"recharge": {1: 1}},
    ):
        with pytest.raises(NotFoundError):
            keeper.amend(**arguments)
    with pytest.raises(NotFoundError):
        keeper.cost(5)
    assert answers(keeper) == before


@pytest.mark.parametrize(
    ("row", "plain"),
    [
        (Event(3, "scrap", 2, "TEA", 1), True),
        (Event(3, "issue", 2, "TEA", 1, details=Details(sale_price=None)), True),
        (Event(3, "issue", 2, "TEA", 1, details=Details(lot_match=LotMatch(lot="A"))), False),
        (Event(3, "receipt", 2, "TEA", 1), False),
        (Event(3, "receipt", 2, "TEA", 0, 5), False),
        (Event(3, "sales_return", 2, "TEA", 1, refs=(1,)), True),
        (Event(3, "sales_return", 2, "TEA", 1, refs=(0,)), False),
        (Event(3, "sales_return", 2, "TEA", 1), False),
        (Event(3, "transfer", 2, "TEA", 1, to_place="B"), True),
        (Event(3, "transfer", 2, "TEA", 1), False),
        (Event(3, "count", 2, "TEA", 1), False),
    ],
)
def test_what_is_plain(row: Event, plain: bool) -> None:
    rows = [Event(0, "receipt", 1, "TEA", 2, 10), Event(1, "issue", 2, "TEA", 1), row]
    assert plain_item(rows, Policy(), builtin_methods()) is plain
    assert not plain_item(rows, Policy(negative_stock="last_rate_then_reset"), builtin_methods())
