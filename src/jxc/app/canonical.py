"""Plain JSON in one canonical form, and the digest of a request (what an idempotency key stands for).

Invariant: requests that say the same have the same text, whatever order they name things in; numbers are whole or
text, never a float.

>>> canonical({"qty": "3", "item": "茶"})
'{"item":"茶","qty":"3"}'
>>> digest_of("receive", {"a": 1}) == digest_of("receive", {"a": 1}), digest_of("issue", {"a": 1})[:8]
(True, '968b6ed9')
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Any, cast

from jxc.errors import FieldError, NumberError
from jxc.kernel.exact import decimal_text

__all__ = ["canonical", "digest_of", "plain"]

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical(data: object) -> str:
    """Plain JSON as its one text."""
    return _ENCODER.encode(data)


def digest_of(verb: str, body: Mapping[str, object]) -> str:
    """SHA-256 of a request, as hexadecimal text."""
    return sha256(f"{verb}\n{canonical(body)}".encode()).hexdigest()


def plain(value: object, field: str) -> Any:
    """A stated value as plain JSON: exact numbers and days as text, ``None`` left out of mappings.

    Raises ``NumberError`` ``float_refused``; ``FieldError`` ``not_plain`` for what JSON has no word for.
    """
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        hint = 'pass a string or a Decimal, such as "12.30"'
        raise NumberError("float_refused", "a binary float is not an exact number", field=field, value=value, hint=hint)
    if isinstance(value, Decimal):
        return decimal_text(value) if value.is_finite() else str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (date, time, Fraction)):
        return str(value) if isinstance(value, Fraction) else value.isoformat()
    if isinstance(value, Mapping):
        named = cast("Mapping[object, object]", value)
        return {str(name): plain(part, str(name)) for name, part in named.items() if part is not None}
    if isinstance(value, (list, tuple)):
        return [plain(part, field) for part in cast("list[object]", value)]
    raise FieldError("not_plain", "this cannot be kept as plain data", field=field, value=type(value).__name__)
