"""The fast keepers of plain items against the engine: after every amendment the same costs, pools and changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from jxc.costing.late import CostChange
from jxc.costing.late_average import AverageKeeper
from jxc.costing.late_fifo import FifoKeeper
from jxc.costing.late_fifo_index import IndexKeeper
from jxc.costing.policy import Policy
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
