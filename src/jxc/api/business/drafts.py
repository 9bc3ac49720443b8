"""Drafts (草稿): commands that people still write on, with versions; posting one carries it out and ends it.

    draft = shop.drafts.save("delivery", [{"type": "issue", "item": "TEA", "qty": "3", "date": "2026-01-11"}])
    draft = shop.drafts.save("delivery", [...], id=draft.id, version=draft.version)
    shop.drafts.post(draft.id, version=draft.version)

Nothing in a draft is checked before it is posted (``preview=True`` tells), but that it is plain data.

Invariant: of two who change the same version, one is told that it has changed.

>>> from jxc.api.business.opening import open_book
>>> shop = open_book("memory:", book="acme/main", currency="CNY", chart="ifrs-trading")
>>> draft = shop.drafts.save("count", [{"type": "count", "item": "TEA", "qty": "3", "date": "2026-01-11"}])
>>> shop.drafts.save("count", [], id=draft.id, version=draft.version).version, [one.type for one in shop.drafts.each()]
(2, ['count'])
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from jxc.api.business.clock import time_of
from jxc.api.business.commands import request_of
from jxc.api.business.draft_versions import check_draft_version, read_draft
from jxc.api.business.results import Batch
from jxc.api.business.running import Runner
from jxc.app.canonical import plain
from jxc.errors import StoreError
from jxc.kernel.text import check_text
from jxc.ports import Changes, DraftRecord, Transaction

__all__ = ["Drafts"]


class Drafts:
    """See the module."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def save(
        self,
        type: str,  # noqa: A002 - the field's own name
        commands: Sequence[Mapping[str, Any]],
        *,
        id: str | None = None,  # noqa: A002 - the field's own name
        version: int = 0,
        until: str | None = None,
        note: str = "",
        actor: str | None = None,
    ) -> DraftRecord:
        """Keep a draft: a new one, or over the ``version`` that was read.

        ``type``: what kind of paper it is; ``until``: the day by which it has to be posted, without which its period
        is not closed.  Raises ``FieldError`` ``draft_changed``, ``NotFoundError`` ``no_such_draft``, ``StoreError``.
        """
        around = self._runner.around
        now = time_of(around.clock)
        name = around.ids.command_id(now) if id is None else check_text(id, field="id")
        body = {"commands": plain(list(commands), "commands"), "until": plain(until, "until"), "note": note}
        record = DraftRecord(name, check_text(type, field="type"), version + 1, now, actor or self._runner.actor, body)

        def write(tx: Transaction) -> Changes:
            if version:
                check_draft_version(tx, name, version)
            return Changes(put=(record,))

        self._write(name, write)
        return record

    def get(self, id: str) -> DraftRecord:  # noqa: A002 - the field's own name
        """A draft; raises ``NotFoundError`` ``no_such_draft``."""
        with self._runner.store.begin(self._runner.scope, read_only=True) as tx:
            return read_draft(tx, id)

    def each(self, type: str | None = None) -> Iterator[DraftRecord]:  # noqa: A002 - the field's own name
        """All drafts, or those of a type."""
        with self._runner.store.begin(self._runner.scope, read_only=True) as tx:
            yield from tx.scan("draft") if type is None else tx.scan("draft", "type", (type,))

    def post(self, id: str, *, version: int, preview: bool = False) -> Batch:  # noqa: A002 - the field's own name
        """Carry out what a draft says, all or nothing, and end it; raises the first refusal."""
        requests = [request_of(command) for command in self.get(id).body["commands"]]
        batch = self._runner.run(requests, preview=preview, draft=(id, version))
        for error in batch.errors:
            raise error
        return batch

    def throw_away(self, id: str, *, version: int) -> None:  # noqa: A002 - the field's own name
        """End a draft unposted."""

        def write(tx: Transaction) -> Changes:
            check_draft_version(tx, id, version)
            return Changes(remove=(("draft", (id,)),))

        self._write(id, write)

    def _write(self, name: str, make: Callable[[Transaction], Changes]) -> None:
        attempt = 0
        while True:
            try:
                with self._runner.store.begin(self._runner.scope, lock={"draft": [(name,)]}) as tx:
                    tx.commit(make(tx))
            except StoreError as error:
                attempt += 1
                if error.code not in ("retry", "version_conflict", "store_locked") or attempt >= 5:
                    raise
                self._runner.around.pause(attempt)
            else:
                return
