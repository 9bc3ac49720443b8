"""Parties (往来单位): who goods come from, go to, are owed by, lie with.

    Party("S-01", "Tea Mountain Co.", kinds=("supplier",))

One party may be of several kinds at once, customer and supplier being the usual pair.  Kinds are data, because the
rules that turn facts into entries ask for them by name; the usual ones are customer, supplier, employee, carrier.

Invariant: the id is the identity; kinds are sorted, each once.

>>> Party("P-1", kinds=("supplier", "customer", "supplier")).kinds
('customer', 'supplier')
"""

from __future__ import annotations

from dataclasses import dataclass

from jxc.kernel.text import check_text

__all__ = ["Party"]


@dataclass(frozen=True, slots=True)
class Party:
    """A party: its ``id`` in the book, a ``name`` for people, and its ``kinds``; ``FieldError`` for unclean text."""

    id: str
    name: str = ""
    kinds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_text(self.id, field="id")
        check_text(self.name, field="name", empty=True)
        names = {check_text(kind, field="kinds") for kind in self.kinds}
        object.__setattr__(self, "kinds", tuple(sorted(names)))

    def is_a(self, kind: str) -> bool:
        """Whether the party is of that kind."""
        return kind in self.kinds
