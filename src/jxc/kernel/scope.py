"""Whose books: the tenant (who uses the system) and the book (one set of accounts of theirs).

    Scope("acme", "main")  <->  "acme/main"

Invariant: every fact lies in exactly one scope, and no key is complete without it; neither part holds a slash.

>>> Scope.parse("acme/main")
Scope(tenant='acme', book='main')
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from jxc.errors import FieldError
from jxc.kernel.text import check_text

__all__ = ["Scope"]


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """A tenant and one of its books; ``FieldError`` where a part is no clean text or ``slash_in_scope``."""

    tenant: str
    book: str

    def __post_init__(self) -> None:
        for field, value in (("tenant", self.tenant), ("book", self.book)):
            if "/" in check_text(value, field=field, limit=64):
                raise FieldError("slash_in_scope", "a slash parts tenant and book", field=field, value=value)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The scope written as ``tenant/book``: the inverse of ``str``; ``FieldError`` ``not_a_scope``."""
        tenant, slash, book = text.partition("/")
        if not slash:
            raise FieldError("not_a_scope", "no tenant and book", field="scope", value=text, hint="such as acme/main")
        return cls(tenant, book)

    def __str__(self) -> str:
        return f"{self.tenant}/{self.book}"
