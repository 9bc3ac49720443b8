"""Books as CSV: one row a line of an entry, amounts as decimals, a row's place in the books beside it.

    entry,period,series,number,date,...,account,name,side,amount,currency,base,...

Cells that a spreadsheet would take for a formula are written with an apostrophe before them.

Invariant: reading the rows again gives every line, amount and sign as it is in the books.

>>> from jxc.ledger import Account, Book, Chart, Ledger
>>> to_csv(Ledger(Book(Chart("tiny", (Account("1002", "Bank", "asset"),)), "CNY"))).startswith("entry,period,series")
True
"""

from __future__ import annotations

import csv
import io

from jxc.kernel.exact import decimal_text
from jxc.ledger.entries import Entry, Line
from jxc.ledger.ledger import Ledger

__all__ = ["HEADER", "to_csv"]

HEADER = (
    *("entry", "period", "series", "number", "date", "recorded_at", "posted_by", "prepared_by", "reviewed_by"),
    *(
        "attachments",
        "kind",
        "module",
        "step",
        "adjustment",
        "sources",
        "reverses",
        "replaces",
        "memo",
        "line",
        "account",
        "name",
        "side",
        "amount",
        "currency",
    ),
    *("rate", "base", "red", "party", "dimensions", "line_memo", "due", "quantity", "reference", "digest"),
)


def to_csv(ledger: Ledger) -> str:
    """All lines of all entries in the order of posting; amounts are above zero, red ones below."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for entry in ledger.entries:
        for number, line in enumerate(entry.lines, 1):
            writer.writerow([_safe(cell) for cell in (*_head(entry), number, *_line(ledger, line), entry.digest)])
    return out.getvalue()


def _head(entry: Entry) -> tuple[object, ...]:
    draft = entry.draft
    return (
        *(entry.id, entry.period, entry.series, entry.number, entry.date, entry.recorded_at.isoformat()),
        *(entry.posted_by, draft.prepared_by, draft.reviewed_by, draft.attachments, draft.kind, draft.module),
        *(draft.step, "yes" if draft.adjustment else "", " ".join(draft.sources)),
        *(draft.reverses or "", draft.replaces or "", draft.memo),
    )


def _line(ledger: Ledger, line: Line) -> tuple[object, ...]:
    book = ledger.book
    sign = 1 if line.side == "debit" else -1
    return (
        *(line.account, book.chart.get(line.account).name, line.side),
        *(decimal_text(book.amount(sign * line.amount, line.currency)), line.currency),
        *("" if line.rate is None else decimal_text(line.rate), decimal_text(book.amount(sign * line.base))),
        *("yes" if line.red else "", line.party or "", str(line.dimensions), line.memo),
        *(
            "" if line.due is None else line.due,
            "" if line.quantity is None else decimal_text(line.quantity),
            line.reference,
        ),
    )


def _safe(cell: object) -> object:
    """A text that begins like a formula is marked as text; numbers may begin with a minus."""
    text = str(cell)
    if not text or text[0] not in "=+-@\t\r":
        return text
    return text if text[0] == "-" and text[1:].replace(".", "", 1).isdigit() else f"'{text}"
