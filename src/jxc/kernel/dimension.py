"""Dimensions (辅助核算): what else an amount or a quantity is counted by, beside account and item.

    Dimensions({"department": "D1", "project": "P9"})  <->  "department=D1;project=P9"

Invariant: the names are sorted and each has one value, so that equal sets of dimensions are one key wherever they are
stored, compared or grouped by.

>>> str(Dimensions({"project": "P9", "department": "D1"}))
'department=D1;project=P9'
>>> Dimensions.parse("department=D1").with_(project="P9").only("project")
Dimensions({'project': 'P9'})
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from jxc.errors import FieldError
from jxc.kernel.frozen import FrozenMap
from jxc.kernel.text import check_text

__all__ = ["Dimensions"]


class Dimensions(FrozenMap[str]):
    """Named values, frozen and sorted by name.

    Names and values are clean text; ``FieldError`` ``reserved_character`` for a name with ``=`` or ``;`` in it, or a
    value with ``;``.
    """

    __slots__ = ()

    def __init__(self, items: Mapping[str, str] | None = None) -> None:
        if not hasattr(items or {}, "items"):
            raise FieldError("not_dimensions", "names with their values", field="dimensions", value=str(items)[:60])
        for name, value in (items or {}).items():
            _check(name, "=;", "dimension")
            _check(value, ";", name)
        super().__init__(items)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The dimensions written as ``name=value;name=value``: the inverse of ``str``; ``FieldError``."""
        pairs = [part.partition("=") for part in text.split(";")] if text else []
        items = {name: value for name, _, value in pairs}
        if len(items) < len(pairs) or not all(sign for _, sign, _ in pairs):
            raise FieldError("not_dimensions", "not name=value;name=value", field="dimensions", value=text)
        return cls(items)

    def only(self, *names: str) -> Self:
        """A copy with just these names, as far as they are there."""
        return type(self)({name: value for name, value in self.items() if name in names})

    def __str__(self) -> str:
        return ";".join(f"{name}={value}" for name, value in self.items())


def _check(text: str, reserved: str, field: str) -> None:
    if any(character in reserved for character in check_text(text, field=field)):
        raise FieldError("reserved_character", f"none of {reserved} may stand in it", field=field, value=text)
