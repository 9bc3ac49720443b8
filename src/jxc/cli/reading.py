"""Files into tables, all of them before anything is computed: a book with one unreadable file is refused as a whole.

    purchases.csv sales.csv  --read_tables-->    [Table, Table]
    item,uom,factor          --read_units-->     {"TEA": {"case": "24"}}
    item,standard_cost       --read_standard_costs-->  {"TEA": "2.00"}

Invariant: a line of a small table is read exactly or refused with its file and line; none is passed over.
"""

from __future__ import annotations

import csv
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from jxc.cli.progress import Progress
from jxc.edge.csvfile import Table, read_csv
from jxc.edge.textfile import open_text
from jxc.edge.words import column_name, type_name
from jxc.errors import FieldError, NumberError, TableError
from jxc.kernel.exact import to_exact

__all__ = ["read_standard_costs", "read_tables", "read_units"]

_LIMIT = 64 * 1024**2
_FACTOR = frozenset({"factor", "换算率", "換算率", "base_qty"})
_COST = frozenset({"cost", "standard_cost", "standard_price", "标准成本", "標準成本"})


def read_tables(options: Namespace, progress: Progress) -> list[Table]:
    """The tables of the files named, ``-`` being standard input; raises ``TableError`` for one that cannot be read."""
    for name in ("limit_rows", "limit_bytes"):
        if getattr(options, name) < 1:
            value = getattr(options, name)
            raise FieldError("bad_usage", "a limit is 1 or more", field=name, value=value, hint="leave it out")
    if options.files.count("-") > 1:
        raise FieldError("bad_usage", "standard input can be read once", field="FILE", value="-", hint="name it once")
    return [_read(name, options, progress) for name in options.files]


def _read(name: str, options: Namespace, progress: Progress) -> Table:
    progress.stage(f"reading {Path(name).name}")
    return read_csv(
        _standard_input() if name == "-" else name,
        name="<stdin>" if name == "-" else name,
        encoding=options.encoding,
        limit_rows=options.limit_rows,
        limit_bytes=options.limit_bytes,
    )


def _standard_input() -> IO[bytes]:
    if sys.stdin is None:
        raise TableError("cannot_read", "there is no standard input", field="file", value="-", hint="name a file")
    return sys.stdin.buffer


def read_units(path: str | None) -> dict[str, dict[str, str]] | None:
    """Item -> unit -> base units in one, from a CSV file of ``item, uom, factor``."""
    if path is None:
        return None
    units: dict[str, dict[str, str]] = {}
    for where, (item, unit, factor) in _lines(path, ("item", "uom", "factor")):
        if unit in units.setdefault(item, {}):
            raise _twice(where, f"the unit {unit} of {item}")
        units[item][unit] = _positive(where, "factor", factor)
    return units


def read_standard_costs(path: str | None) -> dict[str, str] | None:
    """Item -> standard cost, from a CSV file of ``item, standard_cost``."""
    if path is None:
        return None
    costs: dict[str, str] = {}
    for where, (item, cost) in _lines(path, ("item", "standard_cost")):
        if item in costs:
            raise _twice(where, f"the standard cost of {item}")
        costs[item] = _positive(where, "standard_cost", cost, zero=True)
    return costs


def _lines(path: str, wanted: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The wanted cells of every line that is not blank, each with its file and line."""
    file = open_text(path, limit_bytes=_LIMIT)
    with file.open() as stream:
        head = stream.readline()
        stream.seek(0)
        reader = csv.reader(stream, delimiter=max(",;\t", key=head.count), strict=True)
        try:
            at = _header(next(reader, list[str]()), wanted, path)
            for row in reader:
                if any(cell.strip() for cell in row):
                    where = f"{path}:{reader.line_num}"
                    yield where, [_cell(row, at[name], name, where) for name in wanted]
        except csv.Error as error:
            hint = "close the quotes, and double those inside a quoted cell"
            raise TableError("malformed_csv", str(error), field="file", value=path, hint=hint) from error


def _header(names: Sequence[str], wanted: Sequence[str], path: str) -> Mapping[str, int]:
    at = {_meaning(name): place for place, name in reversed(list(enumerate(names)))}
    for name in wanted:
        if name not in at:
            hint = f"the first line names the columns {', '.join(wanted)}"
            raise TableError("missing_column", f"there is no column {name}", field="file", value=path, hint=hint)
    return at


def _meaning(header: str) -> str:
    word = header.strip().removeprefix("\ufeff").casefold().replace(" ", "_")
    if word in _FACTOR:
        return "factor"
    if word in _COST or column_name(word) == "unit_cost" or type_name(word) == "standard_price":
        return "standard_cost"
    return "uom" if word == "unit" else column_name(word) or word


def _cell(row: Sequence[str], place: int, name: str, where: str) -> str:
    cell = row[place].strip() if place < len(row) else ""
    if not cell:
        raise TableError("missing_value", f"{where}: {name} is empty", field=name, hint="fill it in, or drop the line")
    return cell


def _positive(where: str, name: str, text: str, *, zero: bool = False) -> str:
    try:
        number = to_exact(text, field=name)
    except NumberError as error:
        raise NumberError(error.code, f"{where}: {error.message}", field=name, value=text, hint=error.hint) from None
    if number < 0 or (not number and not zero):
        raise NumberError("not_positive", f"{where}: this must be above zero", field=name, value=text, hint="mend it")
    return text


def _twice(where: str, what: str) -> TableError:
    message = f"{where}: {what} is stated twice"
    return TableError("duplicate_row", message, field="line", value=where, hint="keep one of the lines")
