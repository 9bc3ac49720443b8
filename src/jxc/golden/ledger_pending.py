"""Golden cases of two-phase transfers: steps, and what is pending and posted on each account after them.

Invariant: a step that is refused changes nothing, and is refused for the reason that the case names.

>>> from jxc.golden.ledger_case import LedgerCase
>>> steps = [{"op": "pending", "id": "t", "debit": "A", "credit": "B", "amount": "5"}, {"op": "void", "pending": "t"}]
>>> accounts = [{"code": "A", "type": "asset"}, {"code": "B", "type": "liability"}]
>>> phases = {"steps": steps, "expect": [{"after": "2", "A": {"debits_pending": "0", "debits_posted": "0"}}]}
>>> list(check_phases(LedgerCase.read({"id": "x", "accounts": accounts, "ext": {"two_phase": phases}})))
[]
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from jxc.errors import JxcError
from jxc.golden.case import Json, rows, table
from jxc.golden.checks import Failure
from jxc.golden.ledger_case import LedgerCase, moment
from jxc.kernel.exact import decimal_text
from jxc.ledger.entries import Draft

__all__ = ["check_phases"]

_SAME = {
    "pending_exceeded": ("exceeds_pending_transfer_amount",),
    "pending_voided": ("pending_transfer_already_voided",),
    "pending_posted": ("pending_transfer_already_posted",),
    "pending_expired": ("pending_transfer_expired",),
    "unknown_pending": ("pending_transfer_not_found",),
    "duplicate_entry": ("exists",),
    "overdraft": ("exceeds_credits", "exceeds_debits"),
}
_DAY = date(2100, 1, 1)


def check_phases(case: LedgerCase) -> Iterator[Failure]:
    """Take the steps in their order and compare after each what the case expects there."""
    phases = table(table(case.raw, "ext"), "two_phase")
    expected = rows(phases, "expect")
    for count, step in enumerate(rows(phases, "steps"), 1):
        wanted, got = step.get("error"), _take(case, step, count)
        if (wanted is None) != (got is None) or (got is not None and wanted not in (got, *_SAME.get(got, ()))):
            yield Failure(case.id, f"step {count}", "error", str(wanted or "none"), got or "none")
        for figures in expected:
            if int(figures["after"]) == count:
                yield from _compare(case, count, figures)


def _take(case: LedgerCase, step: Json, count: int) -> str | None:
    """Take one step; the code of the error if it was refused."""
    ledger, at = case.ledger, moment(count)
    try:
        if step["op"] == "pending":
            ledger.hold(_draft(case, step, str(step["id"])), at=at)
        elif step["op"] == "transfer":
            ledger.post(_draft(case, step, str(step.get("id") or f"step {count}")), at=at)
        elif step["op"] == "post":
            ledger.post_pending(str(step["pending"]), at=at, amount=step.get("amount"))
        elif step["op"] == "void":
            ledger.void(str(step["pending"]), at=at)
        else:
            return f"unknown step {step['op']}"
    except JxcError as error:
        return error.code
    return None


def _draft(case: LedgerCase, step: Json, entry_id: str) -> Draft:
    book, amount = case.ledger.book, step["amount"]
    lines = (book.debit(str(step["debit"]), amount), book.credit(str(step["credit"]), amount))
    return book.entry(_DAY, *lines, id=entry_id)


def _compare(case: LedgerCase, count: int, figures: Json) -> Iterator[Failure]:
    for account, wanted in figures.items():
        if account == "after":
            continue
        posted = [cell for (code, _, _), cell in case.ledger.cells().items() if code == account]
        pending = case.ledger.pending_turnover(account)
        sizes = {
            "debits_posted": sum(cell[0] for cell in posted),
            "credits_posted": sum(cell[1] for cell in posted),
            "debits_pending": pending.debit,
            "credits_pending": pending.credit,
        }
        for name, figure in wanted.items():
            got = case.ledger.book.amount(sizes[name]) if name in sizes else None
            if got is None or Decimal(figure) != got:
                shown = "no check knows this word" if got is None else decimal_text(got)
                yield Failure(case.id, f"step {count} {account}", name, str(figure), shown)
