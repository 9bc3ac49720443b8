"""Journal entries of a book: those that people write, reversals, and reading them all as a ledger.

    shop.entries.post("2026-01-31", [{"account": "5602", "debit": "3000"}, {"account": "1002", "credit": "3000"}])
    shop.entries.get("2026-01 记-1"); shop.entries.each("2026-01"); shop.entries.ledger()

Invariant: an entry that is read into a ledger is checked against its digest.

>>> from jxc.api.business.opening import open_book
>>> shop = open_book("memory:", book="acme/main", currency="CNY", chart="ifrs-trading")
>>> paid = [{"account": "1020", "debit": "100"}, {"account": "3010", "credit": "100"}]
>>> shop.entries.post("2026-01-05", paid, memo="capital").entries[0].label
'2026-01 记-1'
>>> shop.entries.get("2026-01 记-1").memo, str(shop.entries.ledger().balance("1020"))
('capital', '100.00')
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jxc.api.business.free_entries import find_entry
from jxc.api.business.results import Done
from jxc.api.business.running import Runner
from jxc.api.business.stock import Posting
from jxc.app.entries import read_entry
from jxc.errors import LedgerError
from jxc.ledger.entries import Entry
from jxc.ledger.ledger import Ledger

__all__ = ["Entries"]


class Entries:
    """See the module."""

    def __init__(self, business: Posting, runner: Runner) -> None:
        self._business = business
        self._runner = runner

    def post(
        self, date: dt.date | str, lines: Sequence[Mapping[str, Any]], *, preview: bool = False, **more: Any
    ) -> Done:
        """Post an entry of these lines; raises ``LedgerError``, in the order that ``jxc.ledger.checks`` lists."""
        return self._business.post({"do": "entry", "date": date, "lines": list(lines), **more}, preview=preview)

    def reverse(self, entry: str, *, preview: bool = False, **more: Any) -> Done:
        """Take an entry back (红字冲销), at its own date or ``on`` another; entries of stock follow their facts."""
        return self._business.post({"do": "reverse", "entry": entry, **more}, preview=preview)

    def get(self, entry: str) -> Entry:
        """An entry by its id, or its number such as ``2026-01 记-3``; raises ``LedgerError`` ``unknown_entry``."""
        with self._runner.store.begin(self._runner.scope, read_only=True) as tx:
            found = find_entry(tx, entry)
        if found is None:
            raise LedgerError("unknown_entry", "no such entry in the ledger", field="entry", value=entry)
        return found

    def each(self, period: str | None = None, series: str | None = None) -> Iterator[Entry]:
        """Entries, streaming: of a period and series in the order of their numbers, else as they were recorded."""
        with self._runner.store.begin(self._runner.scope, read_only=True) as tx:
            if period is None:
                records = tx.scan("entry", "time")
            else:
                word = self._runner.ground(tx).terms.ledger.series if series is None else series
                records = tx.scan("entry", "number", (period, word))
            for record in records:
                yield read_entry(record, tx.scan("line", "key", (record.id,)))

    def ledger(self) -> Ledger:
        """All entries as a ledger in memory, for statements and any other question that ``jxc.ledger`` answers.

        Raises ``LedgerError`` if the store holds an entry that is not what was posted.
        """
        with self._runner.store.begin(self._runner.scope, read_only=True) as tx:
            ledger = Ledger(self._runner.ground(tx).book)
        ledger.restore(self.each())
        return ledger
