"""When and how entries are made: choices beside the table.

    PostingPolicy(entries="document", cost="close")     an entry a paper; cost of sales carried over at month's end

Invariant: a policy changes how events are put together into entries and on which day, never what they come to.

>>> PostingPolicy().cost, PostingPolicy(cost="close").entries
('document', 'document')
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, TypeAlias, get_args

from jxc.errors import PolicyError
from jxc.posting.poster import Merge

__all__ = ["PostingPolicy", "Together"]

Together: TypeAlias = Literal["movement", "document", "day", "close"]
"""Which events share an entry: none; those of one paper and day; those of a day; those of a period, on its last day."""


@dataclass(frozen=True, slots=True)
class PostingPolicy:
    """How events become entries.

    ``entries``: which events share one.  ``cost``: the same for what goods cost that left (结转成本), whose cost may be
    known only at the end of the period.  ``merge``: what becomes of lines on one account in one entry.
    Raises ``PolicyError`` ``unknown_choice``.
    """

    entries: Together = "document"
    cost: Together = "document"
    merge: Merge = "net"

    def __post_init__(self) -> None:
        for each in fields(self):
            words = get_args(Merge if each.name == "merge" else Together)
            if getattr(self, each.name) not in words:
                raise PolicyError(
                    "unknown_choice",
                    "there is no such choice",
                    field=each.name,
                    value=getattr(self, each.name),
                    hint=f"one of {', '.join(words)}",
                )
