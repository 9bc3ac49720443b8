"""Pending entries: held, then posted in whole or in part, voided, or expired; counted by the guards meanwhile.

    pending  ──post(amount)──>  posted       what is not posted is released
       ├──void──────────────>  voided
       └──expire(now)───────>  expired

Invariant: a pending entry changes no balance.  It ends once; what ended stays as it ended.

>>> from jxc.ledger.entries import Line
>>> [line.amount for line in partly((Line("A", 10000, 10000, "USD"), Line("B", -10000, -10000, "USD")), 2500)]
[2500, -2500]
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NoReturn

from jxc.errors import LedgerError
from jxc.kernel.allocation import allocate
from jxc.ledger.entries import Draft, Line

__all__ = ["Pending", "check_pending", "partly"]

PendingState = Literal["pending", "posted", "voided", "expired"]


@dataclass(frozen=True, slots=True)
class Pending:
    """An entry that is held: its id, when it expires, what became of it, and the entry that it became."""

    id: str
    draft: Draft
    state: PendingState = "pending"
    expires: datetime | None = None
    entry: str | None = None


def check_pending(pending: Pending, now: datetime) -> None:
    """``LedgerError`` ``pending_posted``, ``pending_voided``, ``pending_expired`` unless it still waits."""
    if pending.state == "posted":
        _refuse("pending_posted", "it has been posted already", pending)
    if pending.state == "voided":
        _refuse("pending_voided", "it has been voided already", pending)
    if pending.state == "expired" or (pending.expires is not None and pending.expires <= now):
        _refuse("pending_expired", "it has expired", pending)


def partly(lines: tuple[Line, ...], size: int) -> tuple[Line, ...]:
    """The lines of a pending entry for a part of it: ``size`` minor units on each side, shared out as the lines are.

    Raises ``LedgerError`` ``pending_not_divisible`` (red, or in more than one currency), ``pending_exceeded``,
    ``pending_part_not_positive``.
    """
    if len({line.currency for line in lines}) > 1 or any(line.red or line.amount != line.base for line in lines):
        _refuse_part("pending_not_divisible", "only an entry in the book's currency is posted in part", size)
    whole = sum(line.amount for line in lines if line.amount > 0)
    if size > whole:
        _refuse_part("pending_exceeded", "more than what is held", size)
    if size <= 0:
        _refuse_part("pending_part_not_positive", "a part is above zero; void it instead", size)
    debits = iter(allocate(size, [max(0, line.amount) for line in lines]))
    credited = iter(allocate(-size, [max(0, -line.amount) for line in lines]))
    shares = [debit + credit for debit, credit in zip(debits, credited, strict=True)]
    return tuple(replace(line, amount=share, base=share) for line, share in zip(lines, shares, strict=True) if share)


def _refuse(code: str, message: str, pending: Pending) -> NoReturn:
    raise LedgerError(code, message, field="id", value=pending.id)


def _refuse_part(code: str, message: str, size: int) -> NoReturn:
    raise LedgerError(code, message, field="amount", value=size)
