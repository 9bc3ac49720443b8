"""Links: that much of one line belongs to that much of another, why, and by which rule.

    Link("L1", "receipt#1", "invoice#7", quantity=6 pcs, reason="billed", evidence=("INV-7",), rule="by_reference")

Matching, allocation, clearing, shipping and arriving all end in this one record.  What is received, invoiced,
reserved, still open is a sum over links and is never stored a second time.

Invariant: a link carries a quantity or an amount, exactly one of them, above zero.  Nothing is deleted: undo is a
second link of the negated size that names the first, at most once.

>>> billed = Link("L1", "receipt#1", "invoice#7", quantity=Quantity.of(6, "pcs"), reason="billed", rule="by_reference")
>>> undone = billed.reverse("L2", "wrong invoice")
>>> str(open_quantity(Quantity.of(10, "pcs"), [billed])), str(open_quantity(Quantity.of(10, "pcs"), [billed, undone]))
('4 pcs', '10 pcs')
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from jxc.errors import FieldError, StockError
from jxc.kernel.money import Amount
from jxc.kernel.quantity import Quantity
from jxc.kernel.text import check_text

__all__ = ["Link", "live_links", "open_amount", "open_quantity"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link between two lines, named by their ids.

    ``reason`` says why, ``evidence`` names the papers or lines it rests on, ``rule`` the rule that made it,
    ``reverses`` the link that it undoes.  Raises ``FieldError``: ``quantity_or_amount`` (not exactly one),
    ``link_size`` (not above zero; not below zero for a reversal), or what ``check_text`` raises.
    """

    id: str
    from_line: str
    to_line: str
    quantity: Quantity | None = None
    amount: Amount | None = None
    reason: str = ""
    evidence: tuple[str, ...] = ()
    rule: str = ""
    reverses: str | None = None

    def __post_init__(self) -> None:
        for field in ("id", "from_line", "to_line"):
            check_text(getattr(self, field), field=field)
        for field in ("reason", "rule"):
            check_text(getattr(self, field), field=field, empty=True)
        object.__setattr__(self, "evidence", tuple(check_text(one, field="evidence") for one in self.evidence))
        size = self.size
        if size.value.is_zero() or size.value.is_signed() != (self.reverses is not None):
            raise FieldError("link_size", "a link is above zero, its reversal below", field="size", value=size)

    @property
    def size(self) -> Quantity | Amount:
        """The quantity or the amount, whichever it has."""
        if self.quantity is not None and self.amount is None:
            return self.quantity
        if self.amount is not None and self.quantity is None:
            return self.amount
        raise FieldError("quantity_or_amount", "a link has a quantity or an amount, just one of them", field="quantity")

    def reverse(self, link_id: str, reason: str, evidence: tuple[str, ...] = ()) -> Link:
        """The link that undoes this one; ``StockError`` ``reversal_of_reversal``: link anew instead."""
        if self.reverses is not None:
            raise StockError("reversal_of_reversal", "this link is a reversal itself", field="id", value=self.id)
        quantity = None if self.quantity is None else -self.quantity
        amount = None if self.amount is None else -self.amount
        return replace(
            self, id=link_id, quantity=quantity, amount=amount, reason=reason, evidence=evidence, reverses=self.id
        )


def live_links(links: Iterable[Link]) -> tuple[Link, ...]:
    """The links that stand: neither reversed nor reversals, in their order.

    Raises ``StockError``: ``duplicate_link``, ``reversed_twice``, ``reversal_of_nothing``, ``reversal_differs``
    (other lines or another size than what it reverses).
    """
    known: dict[str, Link] = {}
    undone: dict[str, Link] = {}
    for link in links:
        _add(known, link.id, link, "duplicate_link", "two links have one id")
        if link.reverses is not None:
            _add(undone, link.reverses, link, "reversed_twice", "a link is reversed at most once")
    for reversed_id, link in undone.items():
        _check_reversal(known.get(reversed_id), link)
    return tuple(link for link in known.values() if link.reverses is None and link.id not in undone)


def open_quantity(total: Quantity, links: Iterable[Link]) -> Quantity:
    """What of ``total`` no link has taken; below zero if they took more.  Links with an amount don't count."""
    for link in live_links(links):
        total = total if link.quantity is None else total - link.quantity
    return total


def open_amount(total: Amount, links: Iterable[Link]) -> Amount:
    """What of ``total`` no link has taken; below zero if they took more.  Links with a quantity don't count."""
    for link in live_links(links):
        total = total if link.amount is None else total - link.amount
    return total


def _add(links: dict[str, Link], key: str, link: Link, code: str, message: str) -> None:
    if key in links:
        raise StockError(code, message, field="id", value=key)
    links[key] = link


def _check_reversal(original: Link | None, link: Link) -> None:
    if original is None:
        raise StockError("reversal_of_nothing", "no such link to reverse", field="reverses", value=link.reverses)
    same_lines = (original.from_line, original.to_line) == (link.from_line, link.to_line)
    if not same_lines or original.size != -link.size:
        raise StockError("reversal_differs", "a reversal is its link, negated", field="reverses", value=link.reverses)
