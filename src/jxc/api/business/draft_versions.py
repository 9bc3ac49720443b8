"""The version of a draft: who writes on it says which version was read, so that nobody's edit is lost.

Invariant: a draft is changed, posted or thrown away only as it was read.

>>> from jxc.kernel.scope import Scope
>>> from jxc.stores.memory import MemoryStore
>>> with MemoryStore().begin(Scope("acme", "main"), read_only=True) as tx:
...     read_draft(tx, "D-1")
Traceback (most recent call last):
...
jxc.errors.NotFoundError: there is no such draft (id: D-1); it was posted or thrown away, or never there
"""

from __future__ import annotations

from jxc.errors import FieldError, NotFoundError
from jxc.ports import DraftRecord, Transaction

__all__ = ["check_draft_version", "read_draft"]


def read_draft(tx: Transaction, name: str) -> DraftRecord:
    """The draft of that id; raises ``NotFoundError`` ``no_such_draft``."""
    found: list[DraftRecord | None] = tx.get("draft", [(name,)])
    if found[0] is None:
        hint = "it was posted or thrown away, or never there"
        raise NotFoundError("no_such_draft", "there is no such draft", field="id", value=name, hint=hint)
    return found[0]


def check_draft_version(tx: Transaction, name: str, version: int) -> DraftRecord:
    """The draft, if it is the version that was read; raises ``FieldError`` ``draft_changed``."""
    draft = read_draft(tx, name)
    if draft.version != version:
        raise FieldError(
            "draft_changed",
            f"{draft.actor or 'somebody'} has changed it since: it is version {draft.version}",
            field="version",
            value=version,
            hint="read it again",
        )
    return draft
