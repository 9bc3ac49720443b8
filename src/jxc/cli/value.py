"""``python -m jxc value``: what the movements in CSV files cost."""

from __future__ import annotations

from argparse import Namespace
from typing import Any, cast

from jxc.api.json_text import explanations_as_json, json_chunks
from jxc.api.valuation import Valuation
from jxc.api.value import value
from jxc.cli.arguments import Parser, add_book, add_lists, add_policy, choices, shown_lines
from jxc.cli.console import say, write
from jxc.cli.progress import Progress
from jxc.cli.reading import read_standard_costs, read_tables, read_units
from jxc.cli.report import explained, report, verdict
from jxc.errors import NotFoundError

__all__ = ["run"]

_EPILOG = """\
Columns: id,doc,date,time,type,item,place,to_place,lot,expiry,qty,uom,unit_cost,amount,currency,rate,reason,ref,
sale_price,estimated,standard_qty_allowed.
Only date, type, item and qty are always needed; the names may be Chinese (日期, 类型, 商品, 数量, ...).

Exit status: 0 every row is in the figures, 1 rows were left out (they are listed), 2 refused as a whole."""


def run(words: list[str]) -> int:
    """Value the files named and print the answer; 0 if every row is in it, else 1."""
    options = _parser().parse_args(words)
    lines = shown_lines(options)
    valuation = valued(options)
    if options.explain:
        _explain(valuation, options)
    elif options.json:
        write(json_chunks(valuation))
    else:
        say(*report(valuation, options.files, lines))
    return 0 if valuation.complete else 1


def _parser() -> Parser:
    parser = Parser("value", "Value the stock movements in CSV files; several files are one book.", _EPILOG)
    parser.add_argument("--method", metavar="NAME", help="fifo (default), lifo, moving_average, periodic_average, ...")
    add_book(parser)
    add_policy(parser)
    add_lists(parser, 20)
    parser.add_argument(
        "--explain",
        action="append",
        default=[],
        metavar="ROW",
        help="only why a row cost what it cost: its number or id",
    )
    return parser


def valued(options: Namespace) -> Valuation:
    """The valuation that the options of the command ask for; figures are computed before the bar goes away."""
    settings = choices(options)
    with Progress() as progress:
        units, standard = read_units(options.units), read_standard_costs(options.standard_cost)
        tables = read_tables(options, progress)
        progress.stage("valuing")
        if standard is not None:
            settings["standard_cost"] = standard
        valuation = value(tables, units=units, on_progress=progress.tick, **cast("dict[str, Any]", settings))
        progress.stage("adding up")
        valuation.prepare()
    return valuation


def _explain(valuation: Valuation, options: Namespace) -> None:
    found = [valuation.explain(_row(valuation, word)) for word in options.explain]
    if options.json:
        say(explanations_as_json(found))
        return
    for explanation in found:
        say(*explained(explanation, valuation), "")
    say(verdict(valuation))


def _row(valuation: Valuation, word: str) -> int:
    """A row by its number, else by its id."""
    if word.isascii() and word.isdigit() and len(word) < 12:
        return int(word)
    for movement in valuation.movements:
        if movement.id == word:
            return movement.row
    hint = "name its number or its id"
    raise NotFoundError("no_such_row", "there is no row with this id", field="explain", value=word, hint=hint)
