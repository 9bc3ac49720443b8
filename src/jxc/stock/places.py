"""Places (存放地点): wherever stock can be, in our house or in other hands.

    Place(id, name, kind, group, owned)
        kind    warehouse, shop, bin, production | transit | customer, supplier, agent | count, loss
        group   places whose goods share one cost pool where the scope of costing is the group

Invariant: goods are always somewhere.  A transfer moves them between places, so what is on the way (在途), lent, or
with an agent stands at a place of its own; ``owned`` says whether the goods there are ours to value (IAS 2.6
and CAS 1.3: what we hold for sale, wherever it lies).

>>> Place(id="WH", name="总仓", kind="warehouse").internal, Place(id="C-9", kind="customer").internal
(True, False)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from jxc.errors import FieldError
from jxc.kernel.text import check_text
from jxc.stock.checks import check_choice, check_flag, check_texts

__all__ = ["Place", "PlaceKind"]

PlaceKind: TypeAlias = Literal[
    "warehouse", "shop", "bin", "production", "transit", "customer", "supplier", "agent", "count", "loss"
]
"""``agent``: goods out on consignment (委托代销); ``count`` and ``loss``: where surplus comes from and loss goes to."""

_KINDS: tuple[str, ...] = get_args(PlaceKind)
_INTERNAL = frozenset({"warehouse", "shop", "bin", "production"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place; ``parent`` is the place it lies in (the warehouse of a bin).

    Raises ``FieldError``: ``not_one_of``, ``not_a_flag``, ``own_parent``, or as ``check_text``.
    """

    id: str
    name: str = ""
    kind: PlaceKind = "warehouse"
    group: str | None = None
    parent: str | None = None
    owned: bool = True

    def __post_init__(self) -> None:
        check_text(self.id, field="id")
        check_text(self.name, field="name", empty=True)
        check_texts(self, ("group", "parent"))
        check_choice("kind", self.kind, _KINDS)
        check_flag("owned", self.owned)
        if self.parent == self.id:
            raise FieldError(
                "own_parent", "a place inside itself", field="parent", value=self.parent, hint="name another"
            )

    @property
    def internal(self) -> bool:
        """Is it a place of our own house?"""
        return self.kind in _INTERNAL
