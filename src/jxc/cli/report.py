"""A valuation as text for a person: totals, cost of sales by period, stock, problems, and whether that is all.

Invariant: the last line says whether every row is in the figures; a list that is cut says by how much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from jxc.api.answers import Explanation, OnHand, Source
from jxc.api.valuation import Valuation
from jxc.cli.tables import Column, clean, money, more, table
from jxc.edge.words import TYPES
from jxc.kernel.exact import round_decimal
from jxc.stock.problem import Problem

__all__ = ["by_period", "explained", "headline", "plural", "problem_lines", "report", "stock", "totals", "verdict"]

_SOURCES = {
    "own": "own cost of",
    "standard": "standard cost at",
    "current_cost": "current unit cost at",
    "charge": "landed cost",
    "price_difference": "price difference",
    "added_cost": "cost added by",
    "freight": "freight of",
    "revaluation": "revaluation",
    "standard_price": "change of standard price",
    "estimate": "estimate for the shortage of",
    "count": "count",
    "rounding": "rounding at",
}


def plural(count: int, noun: str) -> str:
    """``1 row``, ``2,000 rows``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def report(valuation: Valuation, files: Sequence[str], lines: int | None) -> Iterator[str]:
    """The whole report; ``lines`` is how much of a long list is shown, ``None`` for all."""
    yield from headline(valuation, files)
    for title, body in (
        ("Totals", totals(valuation)),
        ("Cost of sales by period", by_period(valuation)),
        ("Stock on hand by item and place", stock(valuation.on_hand, valuation.on_hand_value, lines)),
        ("Written down", _allowances(valuation)),
        ("Changes of value that no movement carries", _gaps(valuation, lines)),
        (f"Problems: {len(valuation.problems)}", problem_lines(valuation.problems, lines)),
    ):
        yield from _section(title, body)
    yield ""
    yield verdict(valuation)


def _section(title: str, body: Iterable[str]) -> Iterator[str]:
    found = list(body)
    if found:
        yield from ("", title, *found)


def headline(valuation: Valuation, files: Sequence[str]) -> Iterator[str]:
    """What was valued, and how."""
    pools = {"item": "one cost for the company", "item+location": "a cost for each place"}
    scope = valuation.policy.scope
    yield from (clean(file, 200) for file in files)
    currency = valuation.currency or "currency not named"
    yield f"method {valuation.method}, {pools.get(scope, f'a cost for each {scope}')}, {currency}"
    days, out = valuation.days, valuation.rows_left_out
    span = f", {days[0]} to {days[1]}" if days is not None else ""
    yield (
        plural(valuation.row_count, "row")
        + span
        + (f"; {out:,} of them left out, see the problems below" if out else "")
    )


def totals(valuation: Valuation) -> Iterator[str]:
    """By type of row; below, the two figures that everybody asks for."""
    columns = (Column("type"), Column("rows", True), Column("quantity", True), Column("cost", True))
    usual = sorted(valuation.totals, key=lambda total: TYPES.index(total.type))
    rows = [(t.type, f"{t.rows:,}", money(t.qty), money(t.cost)) for t in usual]
    yield from table(columns, rows)
    yield ""
    figures = (("cost of sales", valuation.cost_of_sales), ("stock on hand", valuation.on_hand_value))
    yield from _aligned(figures)


def _aligned(figures: Sequence[tuple[str, Decimal]]) -> Iterator[str]:
    widest = max(len(money(amount)) for _, amount in figures)
    names = max(len(name) for name, _ in figures)
    for name, amount in figures:
        yield f"{name.ljust(names)}  {money(amount).rjust(widest)}"


def by_period(valuation: Valuation) -> Iterator[str]:
    """Cost of sales by calendar month."""
    periods = valuation.cost_of_sales_by_period
    if periods:
        columns = (Column("period"), Column("cost of sales", True))
        rows = [(name, money(amount)) for name, amount in periods.items()]
        yield from table(columns, rows, ("total", money(valuation.cost_of_sales)))


def stock(
    held: Sequence[OnHand], value: Decimal, lines: int | None, name: Callable[[str], str] = lambda item: item
) -> Iterator[str]:
    """What is left by item and place; ``name`` is how an item is shown."""
    if not held:
        yield "nothing is left"
        return
    columns = (
        Column("item"),
        Column("place"),
        Column("quantity", True),
        Column("unit cost", True),
        Column("value", True),
    )
    rows = [(name(h.item), h.place, money(h.qty), _unit(h.unit_cost), money(h.value)) for h in islice(held, lines)]
    yield from table(columns, rows, ("total", "", "", "", money(value)))
    yield from more(len(held) - len(rows), "lines")


def _unit(cost: Fraction | None) -> str:
    return "" if cost is None else money(round_decimal(cost, 4))


def _allowances(valuation: Valuation) -> Iterator[str]:
    if valuation.allowances:
        columns = (Column("item"), Column("below cost", True))
        yield from table(columns, [(item, money(amount)) for item, amount in valuation.allowances.items()])


def _gaps(valuation: Valuation, lines: int | None) -> Iterator[str]:
    gaps = valuation.gaps
    if gaps:
        columns = (Column("row", True), Column("why"), Column("amount", True))
        rows = [(str(gap.row), gap.kind.replace("_", " "), money(gap.amount)) for gap in islice(gaps, lines)]
        yield from table(columns, rows, ("", "total", money(sum((gap.amount for gap in gaps), Decimal(0)))))
        yield from more(len(gaps) - len(rows), "lines")


def problem_lines(problems: Sequence[Problem], lines: int | None) -> Iterator[str]:
    """Each problem: where it is and what is wrong, and below it the way out; those that cost a row come first."""
    ranked = sorted(problems, key=lambda problem: problem.severity != "error")
    for problem in islice(ranked, lines):
        yield f"{_where(problem)}{problem.severity} [{problem.code}]: {clean(problem.message, 1000)}"
        if problem.hint:
            yield f"    {clean(problem.hint, 1000)}"
    yield from more(len(problems) - (len(problems) if lines is None else lines), "problems")


def _where(problem: Problem) -> str:
    place = "" if problem.file is None else clean(problem.file, 1000)
    if problem.line is not None:
        place += f":{problem.line}" if place else f"line {problem.line}"
    row = f"row {problem.row}" if problem.row else ""
    both = f"{place} ({row})" if place and row else place or row
    return f"{both}: " if both else ""


def verdict(valuation: Valuation) -> str:
    """The last line: whether everything is in the figures."""
    out, after = valuation.rows_left_out, valuation.rows_after
    later = f"; {plural(after, 'row')} after the day asked for did not count" if after else ""
    if valuation.complete:
        counted = valuation.row_count - after
        return f"Everything is in these figures: {plural(counted, 'row')} valued{later}."
    are = "is" if out == 1 else "are"
    return f"NOT everything is in these figures: {out:,} of {plural(valuation.row_count, 'row')} {are} left out{later}."


def explained(explanation: Explanation, valuation: Valuation) -> Iterator[str]:
    """Why a row cost what it cost: a line for each source, and their sum."""
    e = explanation
    currency = f" {valuation.currency}" if valuation.currency else ""
    yield f"row {e.row}: {e.type} of {clean(e.item)} cost {money(e.cost)}{currency}, made of"
    columns = (Column("amount", True), Column("what"), Column("document"), Column("row", True), Column("through rows"))
    yield from table(columns, map(_source, e.sources), (money(e.cost), "", "", "", ""))


def _source(source: Source) -> Sequence[str]:
    what = f"{_SOURCES.get(source.kind, source.kind)} {source.id}".rstrip()
    return money(source.amount), what, source.doc, str(source.row), ", ".join(map(str, source.via))
