"""What a valuation answers: what every row cost, what was sold, what is left, what is wrong, and why.

Amounts and quantities come out as ``Decimal``; amounts with the places of the book's currency.  Rows are numbered as in
the input, from 1.

Invariant: ``value_in + gaps = value_out + on_hand_value`` to the minor unit, and ``cost_of_sales`` is the sum of its
periods.

>>> from jxc.api.value import value
>>> moves = [
...     {"date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 3, "amount": "1.00", "id": "R1"},
...     {"date": "2026-01-06", "type": "issue", "item": "TEA", "qty": 2},
... ]
>>> print(value(moves).explain(2))
row 2: issue of TEA cost 0.67
  0.66666667  own of R1
  0.00333333  rounding of row 2
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from jxc.api.answers import (
    Difference,
    Effect,
    Explanation,
    Layer,
    LazyRows,
    Movement,
    OnHand,
    Source,
    TypeTotal,
    plain,
)
from jxc.api.as_frame import RowFigures, costs_beside, movements_frame
from jxc.api.group_rates import GroupRate, group_rates
from jxc.api.json_text import as_dict, json_chunks
from jxc.api.partition import LoopRun
from jxc.api.rows import AFTER, REFUSED, SALE_REASONS, Rows
from jxc.costing.engine import Engine
from jxc.costing.explain import explain
from jxc.costing.gross_profit_engine import quarter_end
from jxc.costing.outcome import Outcome, Status
from jxc.costing.policy import Policy
from jxc.costing.state import State
from jxc.errors import NotFoundError, StockError
from jxc.frames import Kind
from jxc.kernel.exact import from_scaled, round_decimal
from jxc.kernel.rounding import Exact
from jxc.stock.problem import Problem

__all__ = ["Run", "Valuation"]


_EFFECTS = (
    "variance",
    "production_variance",
    "quantity_variance",
    "price_difference",
    "expensed",
    "correction",
    "allowance_change",
    "allowance_released",
)


@dataclass(frozen=True, slots=True)
class Run:
    """What computed the figures: a loop for plain items, the engine for the others."""

    loop: LoopRun | None
    engine: Engine | None
    in_engine: frozenset[str | None]


class Valuation:
    """The answer of ``jxc.value``; see the module."""

    def __init__(self, rows: Rows, policy: Policy, run: Run, retrace: Any) -> None:
        self._rows = rows
        self._policy = policy
        self._run = run
        self._retrace = retrace
        self._traces: dict[str | None, Engine] = {}

    # -- what was asked ------------------------------------------------------------------------------------------------

    @property
    def method(self) -> str:
        """The costing method."""
        return self._policy.method

    @property
    def policy(self) -> Policy:
        """Every choice under which this was computed."""
        return self._policy

    @property
    def currency(self) -> str | None:
        """The currency of the book; ``None`` where nobody named one."""
        return None if self._rows.currency is None else self._rows.currency.code

    def __repr__(self) -> str:
        count = len(self.problems)
        return (
            f"<Valuation {self.method}: {self._rows.n} rows, cost of sales {self.cost_of_sales}, "
            f"on hand {self.on_hand_value}, {count} problem{'' if count == 1 else 's'}>"
        )

    # -- figures -------------------------------------------------------------------------------------------------------

    def _money(self, minor: Exact) -> Decimal:
        scales, rounding = self._rows.scales, self._policy.rounding
        if isinstance(minor, Fraction) and rounding.rule == "none":
            return round_decimal(minor / 10**scales.money_places, 12).normalize()
        return from_scaled(minor, scales.money_places)

    def _qty(self, quanta: Exact) -> Decimal:
        places = self._rows.scales.qty_places
        if isinstance(quanta, Fraction):
            return round_decimal(quanta / 10**places, 12).normalize()
        return plain(from_scaled(quanta, places))

    def _outcome(self, row: int) -> Outcome | None:
        engine = self._run.engine
        return None if engine is None else engine.state.outcomes.get(row)

    @cached_property
    def _costs(self) -> list[Exact]:
        """The cost of every row in minor units."""
        loop = self._run.loop
        costs: list[Exact] = [0] * self._rows.n if loop is None else list(loop.result.costs)
        if self._run.engine is not None:
            for row, outcome in self._run.engine.state.outcomes.items():
                costs[row] = outcome.cost
        return costs

    @cached_property
    def statuses(self) -> dict[int, Status]:
        """The status of the rows that are not final."""
        found: dict[int, Status] = {
            row: "uncosted" if bad == AFTER else "refused" for row, bad in enumerate(self._rows.bad) if bad
        }
        if self._run.loop is not None:
            found.update(dict.fromkeys(self._run.loop.refused, "refused"))
        if self._run.engine is not None:
            outcomes = self._run.engine.state.outcomes
            found.update({row: o.status for row, o in outcomes.items() if o.status != "final"})
        return found

    def costs(self) -> list[Decimal]:
        """The cost of every row, in the order of the input: a column to put beside it."""
        return [self._money(cost) for cost in self._costs_by_input()]

    @property
    def exact_costs(self) -> Sequence[Exact]:
        """The cost of every row in minor units, as rows are kept: those that are a part of another row too."""
        return self._costs

    def as_money(self, minor: Exact) -> Decimal:
        """Minor units as an amount of the currency."""
        return self._money(minor)

    def as_qty(self, quanta: Exact) -> Decimal:
        """Quanta as a quantity of the base unit."""
        return self._qty(quanta)

    @property
    def refused_rows(self) -> frozenset[int]:
        """The rows that have an error, as rows are kept, from 0."""
        return frozenset(row for row, status in self.statuses.items() if status == "refused")

    def _costs_by_input(self) -> list[Exact]:
        if not self._rows.parts:
            return self._costs
        return [cost for row, cost in enumerate(self._costs) if self._is_input(row)]

    def _is_input(self, row: int) -> bool:
        return row not in self._rows.parts

    @property
    def movements(self) -> Sequence[Movement]:
        """Every row in the order of the input, with its cost and status; records are made when they are asked for."""
        rows = self._rows
        shown = [row for row in range(rows.n) if row not in rows.parts] if rows.parts else range(rows.n)
        return LazyRows(shown, self._movement)

    def _movement(self, row: int) -> Movement:
        rows = self._rows
        return Movement(
            rows.number[row],
            rows.id[row] or "",
            rows.type[row],
            rows.item[row] or "",
            rows.place[row] or "",
            self._qty(rows.qty[row]) if rows.bad[row] != REFUSED else None,
            self._money(self._costs[row]),
            self.statuses.get(row, "final"),
        )

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, by row; an error leaves its row out of all figures, a warning does not."""
        where = self._rows.where
        found = sorted((*self._rows.problems, *self._refusals(), *self._below_zero()), key=lambda p: (p.row, p.code))
        if where is None:
            return tuple(found)
        return tuple(p if p.file is not None or not p.row else p.at(*where(p.row)) for p in found)

    def _refusals(self) -> Iterator[Problem]:
        if self._run.loop is not None:
            for row, error in self._run.loop.refused.items():
                yield Problem.from_error(self._rows.number[row], error)
        if self._run.engine is not None:
            for row, error in self._run.engine.problems.items():
                yield Problem.from_error(self._rows.number[row], error)
            for row, (code, message, hint) in self._run.engine.state.warnings.items():
                yield Problem(self._rows.number[row], code, message, hint, severity="warning")

    def _below_zero(self) -> Iterator[Problem]:
        """Places that hold less than nothing of an item of which the company as a whole has enough."""
        if self._policy.by_place or not self._rows.places_given:
            return
        totals: dict[str, Decimal] = {}
        for held in self.on_hand:
            totals[held.item] = totals.get(held.item, Decimal(0)) + held.qty
        for held in self.on_hand:
            if held.qty < 0 <= totals[held.item]:
                message = f"{held.place or 'no place'} ends with {held.qty} of {held.item}: more went out than came in"
                hint = "enter the missing transfer or receipt, or value each place by itself"
                yield Problem(0, "negative_at_place", message, hint, "place", held.place, "warning")

    @property
    def complete(self) -> bool:
        """Whether every row is in the figures."""
        return not any(problem.severity == "error" for problem in self.problems)

    @property
    def row_count(self) -> int:
        """How many rows the input has, those left out counted too."""
        return self._rows.number[-1] if self._rows.number else 0

    @property
    def rows_left_out(self) -> int:
        """How many rows have an error and are in none of the figures."""
        return len({problem.row for problem in self.problems if problem.severity == "error" and problem.row})

    @property
    def rows_after(self) -> int:
        """How many rows lie after ``as_of``: no fault of theirs, but in none of the figures."""
        return self._rows.bad.count(AFTER)

    @cached_property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day of the rows that could be read; ``None`` if none could."""
        days = [day for day, bad in zip(self._rows.date, self._rows.bad, strict=True) if not bad]
        return (date.fromordinal(min(days)), date.fromordinal(max(days))) if days else None

    def prepare(self) -> None:
        """Work out every figure now that would else be worked out when it is first asked for."""
        _ = self.problems, self.on_hand, self.totals, self._sales, self.statuses

    def raise_if_problems(self) -> None:
        """For strict callers: raise ``StockError`` ``problems`` if any row was left out."""
        errors = [problem for problem in self.problems if problem.severity == "error"]
        if errors:
            raise StockError(
                "problems",
                f"{len(errors)} rows are not in the figures; the first: {errors[0]}",
                field="row",
                value=errors[0].row,
                hint="see problems",
            )

    # -- cost of sales -------------------------------------------------------------------------------------------------

    @cached_property
    def _sales(self) -> dict[str, Exact]:
        """Cost of sales by month, in minor units."""
        months = _Months()
        self._add_issues(months)
        self._add_late(months)
        return {name: months.sums[name] for name in sorted(months.sums)}

    def _add_issues(self, months: _Months) -> None:
        rows, costs = self._rows, self._costs
        consumed = self._consumed()
        for row, (kind, day, reason) in enumerate(zip(rows.type, rows.date, rows.reason, strict=True)):
            if kind == "issue" and reason in SALE_REASONS and row not in consumed:
                months.add(day, costs[row])
            elif kind == "sales_return" and self._returns_a_sale(row):
                months.add(day, -costs[row])

    def _consumed(self) -> frozenset[int]:
        engine = self._run.engine
        if engine is None:
            return frozenset()
        return frozenset(row for row, outcome in engine.state.outcomes.items() if outcome.consumed)

    def _returns_a_sale(self, row: int) -> bool:
        refs = self._rows.refs.get(row, ())
        return all(self._rows.type[ref] == "issue" and self._rows.reason[ref] in SALE_REASONS for ref in refs)

    def _add_late(self, months: _Months) -> None:
        """Corrections of sales that were short, and the part of late charges that concerns goods already gone."""
        if self._run.engine is None:
            return
        rows, outcomes = self._rows, self._run.engine.state.outcomes
        to_account = self._policy.invoice_difference == "to_expense"
        for row, outcome in outcomes.items():
            for by, amount in outcome.corrections:
                if rows.type[row] == "issue" and rows.reason[row] in SALE_REASONS and not outcome.consumed:
                    months.add(rows.date[by], -amount)
            if outcome.expensed and not (to_account and rows.type[row] == "invoice_price_change"):
                months.add(rows.date[row], outcome.expensed)
        for day, _, amount in self.true_ups:
            months.add(day.toordinal(), amount)

    @property
    def true_ups(self) -> Iterator[tuple[date, str, Exact]]:
        """Of the gross profit method: what a quarter adds to cost of sales on its last day beside its issues.

        Day, category, amount in minor units.
        """
        state = self.state
        for gap in state.gaps if state is not None else ():
            if gap.kind == "true_up":
                item = self._rows.item[gap.row] or ""
                last = date.fromordinal(quarter_end(self._rows.date[gap.row]))
                yield last, self._policy.categories.get(item, item), -gap.amount

    @property
    def cost_of_sales(self) -> Decimal:
        """Issues without another reason, with their corrections, less sales returns."""
        return self._money(sum(self._sales.values()))

    @property
    def cost_of_sales_by_period(self) -> dict[str, Decimal]:
        """Cost of sales by calendar month, such as ``2026-01``."""
        return {name: self._money(amount) for name, amount in self._sales.items()}

    # -- what is left --------------------------------------------------------------------------------------------------

    @cached_property
    def on_hand(self) -> tuple[OnHand, ...]:
        """Quantity and value by item and place, sorted; where places share a pool, value goes by quantity."""
        from jxc.api.on_hand import held

        loop = self._run.loop
        found = held(self._rows, self._policy, None if loop is None else loop.result, self._run.engine)
        return tuple(OnHand(item, place, self._qty(qty), self._money(value)) for item, place, qty, value in found)

    @property
    def on_hand_value(self) -> Decimal:
        """The value of all that is left."""
        total: Exact = 0
        if self._run.loop is not None:
            total += sum(value for _, value in self._run.loop.result.pools.values())
        if self._run.engine is not None:
            total += sum(pool.value for pool in self._run.engine.state.pools.values())
        return self._money(total)

    def layers(self, item: str, place: str | None = None) -> list[Layer]:
        """The open cost layers of an item, in the order in which they leave; averages are one layer a pool."""
        state = self._traced(item).state
        return [
            Layer(
                item,
                layer.place or pool.place or "",
                layer.lot or pool.lot or "",
                date.fromordinal(layer.date),
                self._qty(layer.left),
                self._money(layer.worth),
                self._rows.number[layer.origin],
            )
            for pool in state.pools_at(item, place)
            for layer in (reversed(list(pool.open_layers())) if pool.method.from_tail else pool.open_layers())
        ]

    # -- totals and proofs ---------------------------------------------------------------------------------------------

    @cached_property
    def totals(self) -> tuple[TypeTotal, ...]:
        """By type of row, sorted: rows valued, quantity, cost."""
        counts: dict[str, tuple[int, Exact, Exact]] = {}
        statuses = self.statuses
        for row, (kind, qty, cost) in enumerate(zip(self._rows.type, self._rows.qty, self._costs, strict=True)):
            if statuses.get(row) != "refused" and not self._rows.bad[row] and self._is_input(row):
                n, q, c = counts.get(kind, (0, 0, 0))
                counts[kind] = (n + 1, q + qty, c + cost)
        return tuple(TypeTotal(k, n, self._qty(q), self._money(c)) for k, (n, q, c) in sorted(counts.items()))

    @property
    def gaps(self) -> tuple[Difference, ...]:
        """Changes of stock value that no movement carries; empty under the default policy."""
        engine = self._run.engine
        if engine is None:
            return ()
        return tuple(
            Difference(self._rows.number[gap.row], gap.kind, self._money(gap.amount)) for gap in engine.state.gaps
        )

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """Variances, price differences, expensed charges, corrections and write-downs, by row."""
        engine = self._run.engine
        if engine is None:
            return ()
        return tuple(
            Effect(self._rows.number[row], kind, self._money(amount))
            for row, outcome in sorted(engine.state.outcomes.items())
            for kind in _EFFECTS
            if (amount := getattr(outcome, kind))
        )

    @property
    def effect_totals(self) -> dict[str, Decimal]:
        """The sum of ``effects`` by kind, sorted."""
        sums: dict[str, Decimal] = {}
        for effect in self.effects:
            sums[effect.kind] = sums.get(effect.kind, Decimal(0)) + effect.amount
        return dict(sorted(sums.items()))

    @cached_property
    def rates(self) -> tuple[GroupRate, ...]:
        """Of planned cost and retail: the rate of every category in every period, with what it was taken of."""
        return tuple(group_rates(self._run.engine, self._rows.scales.money_places))

    @property
    def allowances(self) -> dict[str, Decimal]:
        """The write-down standing on each item that has one."""
        engine = self._run.engine
        return (
            {}
            if engine is None
            else {item: self._money(amount) for item, amount in sorted(engine.state.allowances.items()) if amount}
        )

    # -- why -----------------------------------------------------------------------------------------------------------

    def explain(self, row: int) -> Explanation:
        """The receipts, charges, differences and rounding that the cost of an input row (from 1) is made of.

        Raises ``NotFoundError``: ``no_such_row``, or ``nothing_to_explain`` for a row that was refused.
        """
        rows = self._rows
        try:
            at = self._at(row)
        except ValueError:
            raise NotFoundError(
                "no_such_row", "there is no such row", field="row", value=row, hint=f"rows count from 1 to {rows.n}"
            ) from None
        state = self._traced(rows.item[at]).state
        lines = explain(state, at)
        cost = self._money(state.outcomes[at].cost)
        amounts = [self._fine(line.amount) for line in lines]
        if amounts:  # an unrounded cost is shown to more places than its sources are known
            amounts[0] += cost - sum(amounts)
        sources = tuple(
            Source(
                line.kind,
                rows.number[line.row],
                rows.id[line.row] or "",
                rows.doc[line.row] or "",
                amount,
                tuple(rows.number[step] for step in line.via),
            )
            for line, amount in zip(lines, amounts, strict=True)
        )
        return Explanation(row, rows.type[at], rows.item[at] or "", cost, sources)

    def sources_of_issues(self, item: str) -> dict[tuple[str, int], Fraction]:
        """What all issues of an item cost, in minor units, by kind of source and the row that stated it."""
        rows = self._rows
        found: dict[tuple[str, int], Fraction] = {}
        state = self._traced(item).state
        for row, (kind, name) in enumerate(zip(rows.type, rows.item, strict=True)):
            if kind == "issue" and name == item and self._is_input(row) and self._costs[row]:
                for line in explain(state, row):
                    key = (line.kind, rows.number[line.row])
                    found[key] = found.get(key, Fraction(0)) + line.amount
        return found

    @property
    def state(self) -> State | None:
        """The state of the engine, for the modules beside this one; ``None`` where loops valued all rows."""
        return None if self._run.engine is None else self._run.engine.state

    @property
    def rows(self) -> Rows:
        """The rows in exact integers, for the modules beside this one."""
        return self._rows

    @property
    def money_places(self) -> int:
        """The decimal places of amounts."""
        return self._rows.scales.money_places

    def name_of(self, row: int) -> str:
        """The id of an input row, or its number where it has none."""
        return self._rows.id[self._at(row)] or f"row {row}"

    def _at(self, number: int) -> int:
        """Where the row of the input stands."""
        at = self._rows.number.index(number)
        while at in self._rows.parts:
            at = self._rows.number.index(number, at + 1)
        return at

    def _fine(self, minor: Fraction) -> Decimal:
        places = self._rows.scales.money_places
        return plain(round_decimal(minor / 10**places, places + 6), places)

    def _traced(self, item: str | None) -> Engine:
        """The engine with a trace over the item, and over all that is in the engine if the item is."""
        key = None if item in self._run.in_engine else item
        if key not in self._traces:
            self._traces[key] = self._retrace(key)
        return self._traces[key]

    # -- as data -------------------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, object]:
        """The answer as plain data, amounts and quantities as strings."""
        return as_dict(self)

    def to_json(self) -> str:
        """``to_dict`` as JSON, the same bytes for the same input."""
        return "".join(json_chunks(self))

    # -- as a dataframe ------------------------------------------------------------------------------------------------

    @cached_property
    def frame(self) -> Any:
        """The dataframe that was valued with the columns ``cost`` and ``cost_status``, of the same kind.

        Raises what ``with_costs`` raises.
        """
        return self.with_costs()

    def with_costs(self, frame: Any = None, *, name: str = "cost", status_name: str = "cost_status") -> Any:
        """The same kind of frame as ``frame`` (by default the one valued), with the cost and status of each row.

        A row without a cost (refused, or not costed) has a missing value.  Raises ``NotFoundError`` ``no_frame`` if
        neither was a dataframe, ``TableError``: ``column_taken``, or ``uneven_columns`` for a frame of other length.
        """
        return costs_beside(self._figures(), frame, name, status_name)

    def to_frame(self, kind: Kind | None = None) -> Any:
        """The movements as a frame: row, id, date, type, item, place, qty, cost, status.

        ``kind``: ``pandas``, ``polars`` or ``pyarrow``; by default as the frame that was valued, or else pandas.
        Raises ``FieldError`` ``not_a_frame_kind``, and ``MissingExtraError`` where the library is not installed.
        """
        return movements_frame(self._figures(), kind)

    def _figures(self) -> RowFigures:
        return RowFigures(self._rows, self._costs, self.statuses)


class _Months:
    """Sums by calendar month, with the name of a day's month worked out once."""

    def __init__(self) -> None:
        self.sums: dict[str, Exact] = {}
        self._names: dict[int, str] = {}

    def add(self, day: int, amount: Exact) -> None:
        if amount:
            name = self._names.get(day)
            if name is None:
                name = self._names[day] = date.fromordinal(day).isoformat()[:7]
            self.sums[name] = self.sums.get(name, 0) + amount
