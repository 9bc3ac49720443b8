"""Every error of jxc: a stable code, what was wrong where, and the way out.

The tree::

    JxcError
    ├── InputError (ValueError)        what was handed in cannot be read or is not allowed
    │   ├── NumberError                a float, NaN, infinity, text that is no number, too many places
    │   ├── DateError                  no date, a naive datetime, an unknown time zone
    │   ├── CurrencyError              unknown, or two currencies where one is needed
    │   ├── UnitError                  unknown unit, no conversion for this item
    │   ├── FieldError                 a field is missing, unknown, or has a value that is not allowed
    │   ├── TableError                 a file or table as a whole cannot be read
    │   └── PolicyError                a policy or a method that does not exist or contradicts itself
    ├── StockError (ValueError)        the facts contradict each other: shortage, return beyond its original, ...
    ├── LedgerError (ValueError)       an entry that the books refuse: unbalanced, blocked account, closed period, ...
    ├── FrameworkError                 the accounting framework does not allow this choice; may be waived
    ├── StoreError                     a store refuses, is busy, is full, or was lost
    ├── NotFoundError (LookupError)    no such row, item, layer
    └── MissingExtraError (ImportError)  an optional dependency is not installed

An error carries ``code`` (stable, never reused), ``message`` (for a person), ``field`` and ``value`` (what was
wrong), ``hint`` (the way out) and ``params`` (anything else worth having as data).  Two instances with the same
content are equal, and an error survives pickling, so that it can cross processes.

>>> error = StockError("insufficient_stock", "3 wanted, 2 on hand", field="qty", value="3", hint="receive first")
>>> error.code, str(error)
('insufficient_stock', '3 wanted, 2 on hand (qty: 3); receive first')
>>> error.to_dict()["hint"]
'receive first'
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "CurrencyError",
    "DateError",
    "FieldError",
    "FrameworkError",
    "InputError",
    "JxcError",
    "LedgerError",
    "MissingExtraError",
    "NotFoundError",
    "NumberError",
    "PolicyError",
    "StockError",
    "StoreError",
    "TableError",
    "UnitError",
]


class JxcError(Exception):
    """The root: catch it to catch everything that jxc raises on purpose."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        field: str | None = None,
        value: object = None,
        hint: str = "",
        **params: object,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.value = None if value is None else str(value)
        self.hint = hint
        self.params = params

    def __str__(self) -> str:
        text = self.message
        if self.field is not None:
            text += f" ({self.field}: {self.value})" if self.value is not None else f" ({self.field})"
        return f"{text}; {self.hint}" if self.hint else text

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, JxcError) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((type(self), self.code, self.message))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.code, self.message, self.field, self.value, self.hint, self.params)

    def to_dict(self) -> dict[str, object]:
        """The error as plain data, ready for JSON: code, message, field, value, hint and the parameters."""
        params = {name: value if isinstance(value, int) else str(value) for name, value in self.params.items()}
        return {
            "code": self.code,
            "message": self.message,
            "field": self.field,
            "value": self.value,
            "hint": self.hint,
            **params,
        }


def _rebuild(
    cls: type[JxcError],
    code: str,
    message: str,
    field: str | None,
    value: str | None,
    hint: str,
    params: dict[str, object],
) -> JxcError:
    return cls(code, message, field=field, value=value, hint=hint, **params)


class InputError(JxcError, ValueError):
    """What was handed in cannot be read or is not allowed."""


class NumberError(InputError):
    """A number that is not exact: a float, NaN, infinity, text that is no number, too many places."""


class DateError(InputError):
    """Not a date, a naive datetime, an unknown time zone."""


class CurrencyError(InputError):
    """An unknown currency, or two currencies where one is needed."""


class UnitError(InputError):
    """An unknown unit, or no conversion between two units of this item."""


class FieldError(InputError):
    """A field is missing, unknown, or has a value that is not allowed."""


class TableError(InputError):
    """A file or table as a whole cannot be read."""


class PolicyError(InputError):
    """A policy or method that does not exist, or a combination that contradicts itself."""


class StockError(JxcError, ValueError):
    """The facts contradict each other: a shortage, a return beyond its original, an ambiguous lot."""


class LedgerError(JxcError, ValueError):
    """An entry or an act that the books refuse: unbalanced, a blocked account, a closed period, an overdraft."""


class FrameworkError(JxcError):
    """The accounting framework in force does not allow this choice; an analysis may waive it."""


class StoreError(JxcError):
    """A store refuses, is busy or full, or was lost; nothing is written, unless the code says so."""


class NotFoundError(JxcError, LookupError):
    """No such row, item or layer."""


class MissingExtraError(JxcError, ImportError):
    """An optional dependency is not installed; the hint is the exact install line."""
