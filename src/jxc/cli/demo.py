"""``python -m jxc demo``: the shipped sample of a trading company, valued, compared, explained.

The sample is half a year of 海川贸易: three CSV files that are one book, and the names of the items.  Three faults are
in it on purpose, as they are in real papers; so the figures are not whole, and the demo says so and shows the way out.
"""

from __future__ import annotations

import csv
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from jxc.api.answers import Explanation
from jxc.api.compare import Comparison, compare
from jxc.api.valuation import Valuation
from jxc.api.value import value
from jxc.cli.arguments import Parser
from jxc.cli.compare import methods_table
from jxc.cli.console import say
from jxc.cli.progress import Progress
from jxc.cli.report import explained, problem_lines, verdict
from jxc.cli.tables import Column, money, table
from jxc.edge.csvfile import Table, read_csv
from jxc.errors import TableError

__all__ = ["run"]

_SAMPLE = Path(__file__).with_name("sample")
_BOOK = ("purchases.csv", "sales.csv", "warehouse.csv")
_METHODS = ("fifo", "moving_average", "lifo", "hifo")
_EXPLAINED_ITEM = "WN-01"
_SETTLE = "estimate_then_correct"


@dataclass(frozen=True, slots=True)
class _Sample:
    tables: list[Table]
    names: dict[str, str]
    places: int

    @property
    def rows(self) -> int:
        return sum(part.n for part in self.tables)


def run(words: list[str]) -> int:
    """Show what jxc makes of the sample; returns 0."""
    parser = Parser("demo", "Value the shipped sample of a trading company and show what a person wants to see.")
    parser.add_argument("--save", metavar="FOLDER", help="only copy the sample files there, to try things on them")
    folder: str | None = parser.parse_args(words).save
    if folder is not None:
        return _save(Path(folder))
    sample = _read()
    with Progress() as progress:
        progress.stage("valuing the sample")
        comparison = compare(sample.tables, methods=_METHODS, currency="CNY", on_progress=progress.tick)
        settled = value(sample.tables, method="fifo", currency="CNY", negative_stock=_SETTLE)
        pages = list(_pages(sample, comparison, settled))
    say(*pages)
    return 0


def _save(folder: Path) -> int:
    """Copy the sample; a file that is there and differs is left alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for source in sorted(_SAMPLE.glob("*.csv")):
            target, content = folder / source.name, source.read_bytes()
            if target.exists() and target.read_bytes() != content:
                hint = "choose another folder, or move the file away"
                raise TableError("file_exists", "another file is there already", field="file", value=target, hint=hint)
            target.write_bytes(content)
            say(f"wrote {target}")
    except OSError as error:
        hint = "choose another folder"
        raise TableError("cannot_write", f"{error.strerror}", field="folder", value=folder, hint=hint) from None
    return 0


def _read() -> _Sample:
    tables = [read_csv(_SAMPLE / name, name=name) for name in _BOOK]
    with (_SAMPLE / "items.csv").open(encoding="utf-8", newline="") as stream:
        names = {row["item"]: f"{row['item']} {row['name_zh']}" for row in csv.DictReader(stream)}
    places = {place for part in tables for place in part.columns["place"] if place}
    return _Sample(tables, names, len(places))


def _pages(sample: _Sample, comparison: Comparison, settled: Valuation) -> Iterator[str]:
    fifo = comparison["fifo"]
    yield from _opening(sample, fifo)
    for number, (title, body) in enumerate(
        (
            ("Cost of sales by month 销售成本", _months(fifo)),
            ("Where the money lies: the ten items worth most on hand 库存金额", _top(sample, fifo)),
            ("The same book under other methods (those of --methods)", _methods(comparison)),
            (f"What is wrong in the papers, and the way out: {len(fifo.problems)} problems", _problems(fifo, settled)),
            ("Why did that cost so much? Every cost can say what it is made of", _why(sample, fifo)),
            ("What to try next", _next()),
        ),
        1,
    ):
        yield from ("", f"{number}. {title}", "", *body)


def _opening(sample: _Sample, fifo: Valuation) -> Iterator[str]:
    days = fifo.days
    span = f"{days[0]} to {days[1]}" if days else ""
    yield "海川贸易 Haichuan Trading: tea, coffee, wine, kitchen ware; a warehouse in town, one in the south, a shop"
    yield f"{sample.rows:,} movements of {len(sample.names)} items at {sample.places} places, {span}, from three files"
    yield "valued first in, first out 先进先出法, each place for itself 分仓核算, in CNY"
    yield ""
    yield f"cost of sales 销售成本  {money(fifo.cost_of_sales):>14}"
    yield f"stock on hand 库存金额  {money(fifo.on_hand_value):>14}"
    yield verdict(fifo)


def _months(fifo: Valuation) -> Iterator[str]:
    periods = fifo.cost_of_sales_by_period
    most = max(periods.values())
    columns = (Column("month"), Column("cost of sales", True), Column(""))
    yield from table(columns, [(name, money(cost), "#" * int(40 * cost / most)) for name, cost in periods.items()])


def _top(sample: _Sample, fifo: Valuation) -> Iterator[str]:
    worth: dict[str, tuple[Decimal, Decimal]] = {}
    for held in fifo.on_hand:
        qty, amount = worth.get(held.item, (Decimal(0), Decimal(0)))
        worth[held.item] = (qty + held.qty, amount + held.value)
    ranked = sorted(worth.items(), key=lambda line: (-line[1][1], line[0]))[:10]
    rows = [
        (sample.names.get(item, item), money(qty), money(amount), f"{100 * amount / fifo.on_hand_value:.1f} %")
        for item, (qty, amount) in ranked
    ]
    columns = (Column("item 商品"), Column("quantity", True), Column("value", True), Column("share", True))
    yield from table(columns, rows)


def _methods(comparison: Comparison) -> Iterator[str]:
    yield from methods_table(comparison)
    yield ""
    yield "fifo 先进先出法, moving_average 移动加权平均法, lifo 后进先出法, hifo: dearest first."
    yield "IFRS, 企业会计准则 and 小企业会计准则 do not allow lifo and hifo: --framework cas refuses them."


def _problems(fifo: Valuation, settled: Valuation) -> Iterator[str]:
    yield from problem_lines(fifo.problems, None)
    yield ""
    yield "A row with an error is left out and listed, never guessed. Mend the file, or name another policy:"
    yield f"with --negative-stock {_SETTLE} a sale beyond stock is costed at an estimate, which the next receipt"
    sold, held = money(settled.cost_of_sales), money(settled.on_hand_value)
    yield f"corrects: cost of sales {sold}, on hand {held}, {settled.rows_left_out} left out."


def _why(sample: _Sample, fifo: Valuation) -> Iterator[str]:
    explanation = _telling(fifo)
    yield sample.names[explanation.item]
    yield from explained(explanation, fifo)


def _telling(fifo: Valuation) -> Explanation:
    """The issue of an imported wine whose cost has the most kinds of sources, with the fewest lines."""
    issues = [m.row for m in fifo.movements if m.item == _EXPLAINED_ITEM and m.type == "issue" and m.status == "final"]
    return max(map(fifo.explain, issues), key=lambda e: (len({s.kind for s in e.sources}), -len(e.sources)))


def _next() -> Iterator[str]:
    python, book = _python(), "purchases.csv sales.csv warehouse.csv --currency CNY"
    yield f"{python} -m jxc demo --save sample && cd sample      (a copy of the sample, to change it and look again)"
    yield f"{python} -m jxc value {book} --method moving_average --all"
    yield f"{python} -m jxc value {book} --as-of 2026-03-31 --json"
    yield f"{python} -m jxc value {book} --explain SO260105-01-1"
    yield f"{python} -m jxc compare {book} --methods fifo,lofo"
    yield f"{python} -m jxc value --help      (your own files: which columns, which choices)"


def _python() -> str:
    """What starts this Python: ``python`` where that is the one on the path."""
    found = shutil.which("python")
    return "python" if found is not None and Path(found).samefile(sys.executable) else sys.executable
