r"""A CSV file becomes a table of text cells, on Python alone: encoding and delimiter found by rules, rows counted.

    path | bytes | stream  --read_csv-->    Table(columns={"date": ["2026-01-02", ...], ...}, lines, ...)
    Table, Table, ...      --join_tables--> one Table: several files are one book, in the order given
    Table                  --parse_table--> ParsedColumns

Invariant: every line of the file is a data row (with all its cells, or with a problem), blank, or the header; none is
swallowed.  What cannot be read as a table at all raises ``TableError`` with the way out, whatever the bytes are.

>>> table = read_csv("日期;类型;商品;数量;备注\n2026-01-02;入库;茶;10;-\n\n2026-01-03;出库;茶\n".encode("gbk"))
>>> table.encoding, table.delimiter, table.n, table.columns["item"]
('gb18030', ';', 2, ['茶', '茶'])
>>> [str(problem) for problem in table.problems]
['<bytes>:4: row 2: the row has 3 cells, the header 5; check the delimiters and quotes of this line']
>>> [note.message for note in table.notes][1:]
['these columns are not read: 备注']
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import StringIO
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal, TextIO

from jxc.edge.columns import ParsedColumns, check_required, note_unknown, parse_columns
from jxc.edge.textfile import Source, TextFile, open_text
from jxc.edge.words import COLUMNS, column_name
from jxc.errors import TableError
from jxc.stock.problem import Problem

if TYPE_CHECKING:
    from _csv import Reader as _CsvReader

__all__ = ["LIMIT_BYTES", "LIMIT_ROWS", "Table", "join_tables", "parse_table", "read_csv"]

LIMIT_BYTES: Final = 2 * 1024**3
"""The largest file that is read unless another limit is named."""
LIMIT_ROWS: Final = 20_000_000
"""The most rows that are read unless another limit is named."""

_DELIMITERS = (",", ";", "\t")
_HEAD = 1 << 16
_BLOCK = 256  # fewer rows than set off the garbage collector, which else walks all columns again and again
_DISTINCT = 10_000
_NUMBERS = ("qty", "unit_cost", "amount", "rate")
_DECIMAL_COMMA = re.compile(r"\s*[+-]?[0-9.\s]*,[0-9]+\s*")
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=([,;\t|])\"?\r?\n", re.IGNORECASE)
_LINE_END = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Columns of text by canonical name, each with a cell for every data row, and where the rows stand."""

    columns: dict[str, list[str]]
    lines: Sequence[int]
    """The line of its file on which each data row starts."""
    name: str
    encoding: str
    delimiter: str
    notes: list[Problem]
    """Remarks on the file as a whole: the columns that were not read, an encoding that was judged from the text."""
    problems: list[Problem]
    """Rows with too few or too many cells; their missing cells are empty text."""
    extra: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """The columns that nobody knows, as they were found."""
    files: tuple[tuple[int, str], ...] = ()
    """The first row and the name of each file."""

    @property
    def n(self) -> int:
        """The number of data rows."""
        return len(self.lines)

    def where(self, row: int) -> tuple[str | None, int | None]:
        """File and line of a data row, from 1."""
        index = bisect_right(self.files, row, key=lambda part: part[0]) - 1
        return (self.files[index][1] if index >= 0 else self.name), self.lines[row - 1]


def read_csv(
    source: Source,
    *,
    name: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    limit_bytes: int = LIMIT_BYTES,
    limit_rows: int = LIMIT_ROWS,
) -> Table:
    """Read a table of movements from a path, the bytes of a file, or an open stream of text or bytes.

    Encoding and delimiter (comma, semicolon, tab) are found by the rules of ``jxc.edge.textfile`` and from the header,
    unless they are named.  Blank lines, and rows of nothing but delimiters, are skipped.

    Raises ``TableError``: the codes of ``open_text``, then ``missing_column``, ``duplicate_column``,
    ``malformed_csv``, ``too_many_rows``, ``decimal_comma``, ``bad_delimiter``.
    """
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '\r\n"\0'):
        hint = "use a comma, a semicolon or a tab"
        raise TableError("bad_delimiter", "this cannot delimit cells", field="delimiter", value=delimiter, hint=hint)
    file = open_text(source, limit_bytes=limit_bytes, name=name, encoding=encoding)
    header = _find_header(file, delimiter)
    try:
        rows = _read_rows(file, header, limit_rows)
    except (OSError, UnicodeError) as error:
        raise _refuse(file.name, "cannot_read", f"the file changed while it was read: {error}", "try again") from error
    return _table(file, header, rows)


def parse_table(table: Table, *, places: int, zero: Literal["refuse", "ignore"] = "refuse") -> ParsedColumns:
    """``parse_columns`` of a table that was read: its problems stay listed, and each problem names file and line."""
    parsed = parse_columns(table.columns, places=places, zero=zero, found=table.problems, where=table.where)
    parsed.notes.extend(table.notes)
    return parsed


def join_tables(tables: Sequence[Table]) -> Table:
    """Several files as one book, in the order given; rows are counted through, files and lines stay known."""
    if len(tables) == 1:
        return tables[0]
    names = [name for name in COLUMNS if any(name in table.columns for table in tables)]
    columns: dict[str, list[str]] = {name: [] for name in names}
    lines: list[int] = []
    problems: list[Problem] = []
    files: list[tuple[int, str]] = []
    for table in tables:
        before = len(lines)
        for name, cells in columns.items():
            cells.extend(table.columns.get(name) or [""] * table.n)
        problems.extend(replace(problem, row=problem.row + before) for problem in table.problems)
        files.extend((first + before, name) for first, name in table.files)
        lines.extend(table.lines)
    return Table(
        columns=columns,
        lines=lines,
        name=", ".join(table.name for table in tables),
        encoding=", ".join(dict.fromkeys(table.encoding for table in tables)),
        delimiter="".join(dict.fromkeys(table.delimiter for table in tables)),
        notes=[note for table in tables for note in table.notes],
        problems=problems,
        files=tuple(files),
    )


def _refuse(name: str, code: str, message: str, hint: str, **params: object) -> TableError:
    return TableError(code, message, field="file", value=name, hint=hint, **params)


# -------------------------------------------------------------------------------------------------------- header


@dataclass(frozen=True, slots=True)
class _Header:
    names: list[str]
    delimiter: str
    skip: int
    """Lines before the header that belong to no table, such as the ``sep=;`` that spreadsheets write."""


def _find_header(file: TextFile, delimiter: str | None) -> _Header:
    """The first row that is not blank, cut by the delimiter under which it names the most columns."""
    with file.open() as stream:
        head = stream.read(_HEAD)
    told = _SEPARATOR_LINE.match(head)
    skip = 0
    if told is not None:
        skip, head = 1, head[told.end() :]
        delimiter = delimiter or told[1]
    choices = _DELIMITERS if delimiter is None else (delimiter,)
    headers = [_Header(_first_row(head, choice), choice, skip) for choice in choices]
    best = max(headers, key=lambda header: sum(column_name(name) is not None for name in header.names))
    if not any(best.names):
        raise _refuse(file.name, "empty_file", "the file is empty", "a table needs at least a line of column names")
    _check_header(best.names, file.name)
    return best


def _first_row(head: str, delimiter: str) -> list[str]:
    try:
        for row in csv.reader(StringIO(head, newline=""), delimiter=delimiter, strict=True):
            if any(cell.strip() for cell in row):
                return [cell.strip().removeprefix("\ufeff").strip() for cell in row]
    except csv.Error:
        pass
    return []


def _check_header(names: list[str], file: str) -> None:
    seen: dict[str, str] = {}
    for name in filter(None, names):
        meant = column_name(name) or name
        if meant in seen:
            message = f"the columns {seen[meant]!r} and {name!r} mean the same"
            hint = "keep one of them, and rename the other"
            raise _refuse(file, "duplicate_column", message, hint, column=meant)
        seen[meant] = name
    try:
        check_required(seen, names)
    except TableError as error:
        raise _refuse(file, error.code, error.message, error.hint, column=error.field) from None


# ---------------------------------------------------------------------------------------------------------- rows


class _Cells:
    """A column as it grows; equal cells are one object, as long as they repeat."""

    def __init__(self) -> None:
        self.cells: list[str] = []
        self._known: dict[str, str] | None = {}

    def extend(self, cells: tuple[str, ...]) -> None:
        """More cells below."""
        known = self._known
        if known is None:
            self.cells.extend(cells)
            return
        self.cells.extend(map(known.setdefault, cells, cells))
        if len(known) > _DISTINCT and 2 * len(known) > len(self.cells):
            self._known = None


@dataclass(slots=True)
class _Rows:
    columns: list[_Cells]
    spans: list[Sequence[int]]
    problems: list[Problem]
    n: int = 0


def _read_rows(file: TextFile, header: _Header, limit: int) -> _Rows:
    width = len(header.names)
    found = _Rows([_Cells() for _ in range(width)], [], [])
    blank = [""] * width
    with file.open() as stream:
        for block, span in _blocks(stream, header, file.name):
            whole = set(map(len, block)) == {width} and blank not in block
            rows, lines = (block, span) if whole else _mend(block, span, width, found, file.name)
            for column, cells in zip(found.columns, zip(*rows, strict=True), strict=False):
                column.extend(cells)
            found.spans.append(lines)
            found.n += len(rows)
            if found.n > limit:
                hint = "split the file, or raise limit_rows"
                raise _refuse(file.name, "too_many_rows", f"more than {limit:,} rows", hint)
    return found


def _blocks(stream: TextIO, header: _Header, name: str) -> Iterator[tuple[list[list[str]], Sequence[int]]]:
    """The rows after the header, a few thousand at a time, each block with the lines on which its rows start."""
    for _ in range(header.skip):
        next(stream)
    reader = csv.reader(stream, delimiter=header.delimiter, strict=True)
    next(row for row in reader if any(cell.strip() for cell in row))
    line = reader.line_num + header.skip + 1
    while rows := _block(reader, header.skip, name):
        after = reader.line_num + header.skip + 1
        lines: Sequence[int] = range(line, after)
        if len(lines) != len(rows):
            lines = _starts(rows, line)
        yield rows, lines
        line = after


def _block(reader: _CsvReader, skip: int, name: str) -> list[list[str]]:
    try:
        return list(islice(reader, _BLOCK))
    except csv.Error as error:
        hint = "close the quotes, and double those inside a quoted cell"
        message = f"the quotes do not add up by line {reader.line_num + skip}: {error}"
        raise _refuse(name, "malformed_csv", message, hint, line=reader.line_num + skip) from error


def _starts(rows: Iterable[list[str]], line: int) -> list[int]:
    """The line on which each row starts, where quoted cells hold line breaks."""
    starts: list[int] = []
    for row in rows:
        starts.append(line)
        line += 1 + sum(len(_LINE_END.findall(cell)) for cell in row)
    return starts


def _mend(
    rows: list[list[str]], lines: Sequence[int], width: int, found: _Rows, name: str
) -> tuple[list[list[str]], list[int]]:
    """The rows without the blank ones, all of one width; a row of another width is listed as a problem."""
    kept: list[list[str]] = []
    starts: list[int] = []
    for row, line in zip(rows, lines, strict=True):
        if not any(cell.strip() for cell in row):
            continue
        kept.append((row + [""] * width)[:width])
        starts.append(line)
        if len(row) < width or any(cell.strip() for cell in row[width:]):
            message = f"the row has {len(row)} cells, the header {width}"
            hint = "check the delimiters and quotes of this line"
            place = found.n + len(kept)
            found.problems.append(Problem(place, "ragged_row", message, hint, None, None, "error", name, line))
    return kept, starts


def _table(file: TextFile, header: _Header, rows: _Rows) -> Table:
    columns: dict[str, list[str]] = {}
    extra: dict[str, list[str]] = {}
    for position, (name, column) in enumerate(zip(header.names, rows.columns, strict=True), 1):
        cells = column.cells
        meant = column_name(name)
        if meant is not None:
            columns[meant] = cells
        elif name or any(cells):
            extra[name or f"column {position}"] = cells
    lines = _joined(rows.spans)
    if header.delimiter != ",":
        _refuse_decimal_comma(file.name, columns, lines)
    return Table(
        columns=columns,
        lines=lines,
        name=file.name,
        encoding=file.encoding,
        delimiter=header.delimiter,
        notes=[note.at(file.name, None) for note in _notes(file, extra)],
        problems=rows.problems,
        extra=extra,
        files=((1, file.name),),
    )


def _joined(spans: list[Sequence[int]]) -> Sequence[int]:
    """The lines of all blocks; one range, which needs no memory, where the file has no gaps."""
    if all(isinstance(span, range) for span in spans):
        return range(spans[0][0], spans[-1][-1] + 1) if spans else range(0)
    return [line for span in spans for line in span]


def _notes(file: TextFile, extra: Mapping[str, object]) -> Iterator[Problem]:
    if file.judged:
        message = f"the encoding was judged from the text: {file.encoding}"
        yield Problem(0, "encoding_judged", message, "name the encoding if this is wrong", severity="warning")
    if extra:
        yield note_unknown(list(extra))


def _refuse_decimal_comma(name: str, columns: Mapping[str, list[str]], lines: Sequence[int]) -> None:
    """With another delimiter a comma inside a number may be a decimal comma: it is not guessed."""
    for column in _NUMBERS:
        for index, cell in enumerate(columns.get(column, ())):
            if "," in cell and _DECIMAL_COMMA.fullmatch(cell):
                message = f"line {lines[index]} has a comma in a number, {column} {cell.strip()!r}: a decimal comma?"
                hint = "write numbers with a decimal point and without thousands separators, such as 1234.50"
                raise _refuse(name, "decimal_comma", message, hint, row=index + 1, line=lines[index])
