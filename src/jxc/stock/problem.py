"""One thing wrong with one row, as data: what a batch returns where a single command would raise.

Rows count from 1, the header not counted; row 0 is the table as a whole.  ``code`` is a stable word, as in
``jxc.errors``; ``message`` is a sentence that names the field and its value; ``field`` and ``value`` are the same as
data; ``hint`` is the way out; ``file`` and ``line`` say where a person finds the row.  An ``error`` leaves its row out
of the result; a ``warning`` does not.

Invariant: a problem is plain data.  Two of the same content are equal, and the text is the same on every machine.

>>> problem = Problem(3, "zero_quantity", "qty '0': moves nothing", hint="delete the row", field="qty", value="0")
>>> str(problem.at("moves.csv", 4))
"moves.csv:4: row 3: qty '0': moves nothing; delete the row"
>>> problem.to_dict()["code"]
'zero_quantity'
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from jxc.errors import JxcError

__all__ = ["Problem", "Severity"]

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row (1-based; 0 for the whole table), and the way out."""

    row: int
    code: str
    message: str
    hint: str = ""
    field: str | None = None
    value: str | None = None
    severity: Severity = "error"
    file: str | None = None
    line: int | None = None

    @classmethod
    def from_error(cls, row: int, error: JxcError) -> Problem:
        """The same finding as an error that was raised for this row.

        >>> Problem.from_error(2, JxcError("bad_date", "no such day", field="date", value="2026-02-30")).message
        'no such day (date: 2026-02-30)'
        """
        cell = "" if error.field is None else f" ({error.field})"
        if error.field is not None and error.value is not None:
            cell = f" ({error.field}: {error.value})"
        return cls(row, error.code, error.message + cell, error.hint, error.field, error.value)

    def at(self, file: str | None, line: int | None) -> Problem:
        """The same problem, with the place in the file where a person finds it."""
        return replace(self, file=file, line=line)

    def to_dict(self) -> dict[str, object]:
        """The problem as plain data, ready for JSON."""
        return {
            "row": self.row,
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "field": self.field,
            "value": self.value,
            "severity": self.severity,
            "file": self.file,
            "line": self.line,
        }

    def __str__(self) -> str:
        place = "" if self.file is None else f"{self.file}: " if self.line is None else f"{self.file}:{self.line}: "
        row = f"row {self.row}: " if self.row else ""
        return f"{place}{row}{self.message}" + (f"; {self.hint}" if self.hint else "")
