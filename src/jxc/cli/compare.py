"""``python -m jxc compare``: the same movements under several methods, side by side."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from typing import Any, cast

from jxc.api.compare import Comparison, compare
from jxc.api.valuation import Valuation
from jxc.cli.arguments import Parser, add_book, add_lists, add_policy, choices, shown_lines
from jxc.cli.console import say
from jxc.cli.progress import Progress
from jxc.cli.reading import read_standard_costs, read_tables, read_units
from jxc.cli.report import plural, problem_lines, verdict
from jxc.cli.tables import Column, money, more, table
from jxc.stock.problem import Problem

__all__ = ["differences", "methods_table", "run"]

_EPILOG = """\
Exit status: 0 every row is in the figures of every method, 1 rows were left out, 2 refused as a whole."""


def run(words: list[str]) -> int:
    """Compare the methods named and print the answer; 0 if every row is in the figures of each, else 1."""
    parser = Parser("compare", "Value the same movements under several methods, side by side.", _EPILOG)
    parser.add_argument(
        "--methods", default="fifo,lifo,moving_average", metavar="A,B,...", help="default: fifo,lifo,moving_average"
    )
    add_book(parser)
    add_policy(parser)
    add_lists(parser, 10)
    options = parser.parse_args(words)
    lines = shown_lines(options)
    comparison = _compared(options)
    say(_as_json(comparison) if options.json else "\n".join(_report(comparison, lines)))
    return 0 if all(valuation.complete for valuation in comparison.valuations.values()) else 1


def _compared(options: Namespace) -> Comparison:
    methods = [name.strip() for name in options.methods.split(",")]
    settings = choices(options)
    with Progress() as progress:
        settings["units"] = read_units(options.units)
        standard = read_standard_costs(options.standard_cost)
        if standard is not None:
            settings["standard_cost"] = standard
        tables = read_tables(options, progress)
        progress.stage(f"valuing by {plural(len(methods), 'method')}")
        comparison = compare(tables, methods=methods, on_progress=progress.tick, **cast("dict[str, Any]", settings))
        for valuation in comparison.valuations.values():
            valuation.prepare()
    return comparison


def _report(comparison: Comparison, lines: int | None) -> Iterator[str]:
    yield from methods_table(comparison)
    yield from ("", "Value on hand of the items on which the methods differ most")
    yield from differences(comparison, lines)
    for names, valuation in _alike(comparison):
        if valuation.problems:
            yield from ("", f"Problems under {names}: {len(valuation.problems)}")
            yield from problem_lines(valuation.problems, lines)
    yield ""
    for names, valuation in _alike(comparison):
        yield f"{names}: {verdict(valuation)}"


def _alike(comparison: Comparison) -> list[tuple[str, Valuation]]:
    """The methods that found the same problems, together, with the valuation of one of them."""
    groups: dict[tuple[Problem, ...], list[str]] = {}
    for name, valuation in comparison.valuations.items():
        groups.setdefault(valuation.problems, []).append(name)
    whole = "every method" if len(comparison.valuations) > 1 else ""
    return [
        (whole if whole and len(groups) == 1 else ", ".join(names), comparison[names[0]]) for names in groups.values()
    ]


def methods_table(comparison: Comparison) -> Iterator[str]:
    """A line for each method; the difference is to the first."""
    titles = ("cost of sales", "difference", "on hand", "difference", "rows left out")
    columns = (Column("method"), *(Column(title, right=True) for title in titles))
    first = next(iter(comparison.valuations.values()))
    rows = [
        (
            name,
            money(v.cost_of_sales),
            money(v.cost_of_sales - first.cost_of_sales),
            money(v.on_hand_value),
            money(v.on_hand_value - first.on_hand_value),
            f"{v.rows_left_out:,}",
        )
        for name, v in comparison.valuations.items()
    ]
    yield from table(columns, rows)


def differences(comparison: Comparison, lines: int | None) -> Iterator[str]:
    """The items on whose stock the methods differ, those on which they differ most first."""
    names = list(comparison.valuations)
    found = [item for item in comparison.items() if item.spread]
    if not found:
        yield "none: the methods value every item alike"
        return
    columns = (Column("item"), *(Column(name, right=True) for name in names), Column("spread", right=True))
    shown = found if lines is None else found[:lines]
    rows = [(i.item, *(money(i.on_hand_value[name]) for name in names), money(i.spread)) for i in shown]
    yield from table(columns, rows)
    yield from more(len(found) - len(shown), "items")


def _as_json(comparison: Comparison) -> str:
    methods = [
        {
            "method": name,
            "cost_of_sales": format(v.cost_of_sales, "f"),
            "on_hand_value": format(v.on_hand_value, "f"),
            "rows_left_out": v.rows_left_out,
            "problems": [problem.to_dict() for problem in v.problems],
        }
        for name, v in comparison.valuations.items()
    ]
    items = [
        {
            "item": line.item,
            "cost_out": {name: format(amount, "f") for name, amount in line.cost_out.items()},
            "on_hand_value": {name: format(amount, "f") for name, amount in line.on_hand_value.items()},
            "spread": format(line.spread, "f"),
        }
        for line in comparison.items()
    ]
    currency = next(iter(comparison.valuations.values())).currency
    return json.dumps({"currency": currency, "methods": methods, "items": items}, ensure_ascii=False, indent=1)
