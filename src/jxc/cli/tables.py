r"""Plain-text tables whose columns line up, also with Chinese in the cells.

A Chinese character is two columns wide on a terminal, a combining mark none.  Control characters in a cell (they come
from files of strangers, and could drive the terminal) are shown as escapes.

>>> print("\n".join(table([Column("item"), Column("qty", right=True)], [("茶 Tea", "1"), ("Cup", "12")])))
item    qty
------  ---
茶 Tea    1
Cup      12
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from unicodedata import category, east_asian_width

__all__ = ["Column", "clean", "money", "more", "pad", "table", "width"]

_WIDEST = 60
_GAP = "  "


@dataclass(frozen=True, slots=True)
class Column:
    """The title of a column, and whether its cells stand at the right, as numbers do."""

    title: str
    right: bool = False


def width(text: str) -> int:
    r"""How many columns of a terminal the text takes.

    >>> width("TEA"), width("西湖龙井"), width("e\u0301")
    (3, 8, 1)
    """
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(character: str) -> int:
    if east_asian_width(character) in "WF":
        return 2
    return 0 if category(character) in ("Mn", "Me") else 1


def clean(text: str, widest: int = _WIDEST) -> str:
    r"""The text on one line, control characters as escapes, cut with an ellipsis beyond the width given.

    >>> clean("a\tb\x1b[31m"), clean("西湖龙井茶", 7)
    ('a\\tb\\x1b[31m', '西湖龙…')
    """
    if not text.isprintable():
        text = "".join(c if c.isprintable() or category(c) == "Zs" else repr(c)[1:-1] for c in text)
    if width(text) <= widest:
        return text
    kept, used = "", 1
    for character in text:
        used += _width(character)
        if used > widest:
            break
        kept += character
    return kept + "…"


def pad(text: str, to: int, *, right: bool = False) -> str:
    """The text with spaces after it (before it with ``right``), to that many columns."""
    blank = " " * (to - width(text))
    return blank + text if right else text + blank


def money(amount: Decimal) -> str:
    """A number for a person, with thousands separators.

    >>> money(Decimal("1234567.80")), money(Decimal("-12"))
    ('1,234,567.80', '-12')
    """
    return format(amount, ",f")


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]], total: Sequence[str] = ()) -> Iterator[str]:
    """The lines of a table: titles, a rule, the rows, and below another rule the totals."""
    body = [[clean(cell) for cell in row] for row in rows]
    foot = [[clean(cell) for cell in total]] if total else []
    titles = [column.title for column in columns]
    widths = [max(width(line[i]) for line in (titles, *body, *foot)) for i in range(len(columns))]
    rule = _GAP.join("-" * size for size in widths)
    yield _line(columns, widths, titles)
    yield rule
    for row in body:
        yield _line(columns, widths, row)
    if foot:
        yield rule
        yield _line(columns, widths, foot[0])


def _line(columns: Sequence[Column], widths: Sequence[int], cells: Sequence[str]) -> str:
    padded = [pad(cell, size, right=c.right) for c, size, cell in zip(columns, widths, cells, strict=True)]
    return _GAP.join(padded).rstrip()


def more(left_out: int, what: str) -> list[str]:
    """The line that says how much of a long list is not shown; none if all is.

    >>> more(135, "lines")
    ['... and 135 more lines; --all shows everything, --items N the first N']
    """
    return [f"... and {left_out:,} more {what}; --all shows everything, --items N the first N"] if left_out > 0 else []
