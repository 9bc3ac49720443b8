"""Why a cost is what it is: the receipts, charges, differences and rounding it is made of.

The answer goes through transfers, returns and assemblies back to the rows that stated an amount; ``via`` names the rows
that carried the value on its way.  Amounts are exact to a millionth of a minor unit and add up to the cost.

>>> from jxc.costing.engine import replay
>>> rows = [Event(0, "receipt", 1, "TEA", 3, 100), Event(1, "issue", 2, "TEA", 2)]
>>> engine = replay(rows, Policy(method="fifo"), trace=True)
>>> [(line.kind, line.row, round(line.amount, 2)) for line in explain(engine.state, 1)]
[('own', 0, Fraction(6667, 100)), ('rounding', 1, Fraction(33, 100))]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from jxc.costing.events import Event
from jxc.costing.layers import Slice
from jxc.costing.policy import Policy
from jxc.costing.state import State
from jxc.costing.trace import FINE, Leaf, LeafKind
from jxc.errors import NotFoundError
from jxc.kernel.rounding import Exact, divide

__all__ = ["Event", "Line", "Policy", "explain", "lines_of"]


@dataclass(frozen=True, slots=True)
class Line:
    """One source of a cost: what kind, which row stated it, how much (minor units), through which rows it came."""

    kind: LeafKind
    row: int
    amount: Fraction
    via: tuple[int, ...] = ()


def explain(state: State, row: int) -> list[Line]:
    """The sources of the cost of a row, largest first, rounding last; raises ``NotFoundError`` if it was refused."""
    outcome = state.outcomes.get(row)
    if state.trace is None or outcome is None or outcome.status == "refused":
        raise NotFoundError(
            "nothing_to_explain",
            "this row has no cost",
            field="row",
            value=row + 1,
            hint="choose a row that was valued; problems say why a row was refused",
        )
    pieces = outcome.taken or state.entered.get(row, [])
    return lines_of(row, outcome.cost, pieces, state.trace.leaves, _restated_at_end_of_day(state, row))


def lines_of(
    row: int,
    cost: Exact,
    pieces: Sequence[Slice],
    leaves: Callable[[list[tuple[int, Exact]]], Mapping[Leaf, Fraction]],
    at_end_of_day: Sequence[Line] = (),
) -> list[Line]:
    """The sources of a cost that was made of these pieces; ``leaves`` finds what amounts of their nodes are made of."""
    if not pieces:
        return [Line("own", row, Fraction(cost))] if cost else []
    amounts = [(piece.node, _exact(piece)) for piece in pieces if piece.node >= 0]
    lines = [Line(leaf.kind, leaf.row, amount, leaf.via) for leaf, amount in leaves(amounts).items()]
    lines.sort(key=lambda line: (-abs(line.amount), line.row, line.kind, line.via))
    lines += at_end_of_day
    rest = Fraction(cost) - sum(line.amount for line in lines)
    return [*lines, Line("rounding", row, rest)] if rest else lines


def _restated_at_end_of_day(state: State, row: int) -> list[Line]:
    sign = -1 if state.events[row].type == "sales_return" else 1
    gaps = [gap.amount for gap in state.gaps if gap.row == row and gap.kind == "end_of_day"]
    return [Line("end_of_day", row, Fraction(sign * amount)) for amount in gaps]


def _exact(piece: Slice) -> Exact:
    """The unrounded cost of a slice, to a millionth of a minor unit."""
    if piece.rate is None:
        return piece.cost
    return Fraction(divide(piece.rate * piece.qty * FINE, 1), FINE)
