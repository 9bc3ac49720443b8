"""The commands on stock: each a fact, or a few, in one line.

    shop.stock.receive("TEA", "100", "2.00", date="2026-01-05", place="WH", party="S-01", key="GR-1")
    shop.stock.issue("TEA", "30", date="2026-01-11", place="WH", sale_price="5.00", party="C-09")

Every command takes ``key`` (the same request again is answered the same), ``actor``, ``closed`` and ``booked_on`` (a
late fact), ``preview`` (what it would do), and any other field of its fact by name.  Each raises ``InputError`` for
what cannot be read, ``StockError`` for what cannot be, ``LedgerError`` for what the books refuse, ``StoreError``.

Invariant: a command is a plain row for ``post_many``, and nothing else.

>>> from jxc.api.business.opening import open_book
>>> shop = open_book("memory:", book="acme/main", currency="CNY", chart="ifrs-trading")
>>> bought = shop.stock.receive("TEA", "100", "2.00", date="2026-01-05", place="WH", party="S-01", id="GR-1")
>>> sold = shop.stock.issue("TEA", "30", date="2026-01-11", place="WH")
>>> str(sold.cost), sold.entries[0].lines[0]
('60.00', ('5010', Decimal('60.00')))
>>> [str(row.difference) for row in shop.stock.change("GR-1", {"unit_cost": "2.10"}, preview=True).costs]
['10.00', '3.00']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol, TypeAlias

from jxc.api.business.results import Done
from jxc.errors import FieldError
from jxc.kernel.exact import to_decimal

__all__ = ["Posting", "Stock"]

Amount: TypeAlias = Decimal | int | str
Day: TypeAlias = date | str | None


class Posting(Protocol):
    """Carries a command out."""

    def post(self, command: Mapping[str, Any], *, preview: bool = False) -> Done:
        """One command; raises what refuses it."""
        ...


class Stock:
    """See the module."""

    def __init__(self, business: Posting) -> None:
        self._business = business

    # -- goods come and go ---------------------------------------------------------------------------------------------

    def opening(
        self, item: str, qty: Amount, unit_cost: Amount | None = None, *, date: Day = None, **more: Any
    ) -> Done:
        """Goods that were there when the book began (期初)."""
        return self._fact("opening", date, more, item=item, qty=qty, unit_cost=unit_cost)

    def receive(
        self, item: str, qty: Amount, unit_cost: Amount | None = None, *, date: Day = None, **more: Any
    ) -> Done:
        """Goods bought (采购入库), at a unit cost or an ``amount``; ``estimated``: not final (暂估)."""
        return self._fact("receipt", date, more, item=item, qty=qty, unit_cost=unit_cost)

    def issue(self, item: str, qty: Amount, *, date: Day = None, **more: Any) -> Done:
        """Goods sold (销售出库), or used for a ``reason``; the cost is what the method finds."""
        return self._fact("issue", date, more, item=item, qty=qty)

    def scrap(self, item: str, qty: Amount, *, date: Day = None, **more: Any) -> Done:
        """Goods thrown away (报废)."""
        return self._fact("scrap", date, more, item=item, qty=qty)

    def adjust(self, item: str, qty: Amount, unit_cost: Amount | None = None, *, date: Day = None, **more: Any) -> Done:
        """Goods found (``qty`` above zero, at a cost) or missing (below zero): 其他入库, 其他出库."""
        size = to_decimal(qty, field="qty")
        if size < 0:
            return self._fact("adjust_out", date, more, item=item, qty=-size)
        return self._fact("adjust_in", date, more, item=item, qty=qty, unit_cost=unit_cost)

    def count(self, item: str, qty: Amount, *, date: Day = None, **more: Any) -> Done:
        """What was counted at a place (盘点): the difference to the books is booked."""
        return self._fact("count", date, more, item=item, qty=qty)

    def transfer(
        self, item: str, qty: Amount, *, from_: str, to: str, via: str | None = None, date: Day = None, **more: Any
    ) -> Done:
        """Goods moved from a place to another (调拨); ``via``: they are on the way there until ``arrive`` says so.

        ``via`` is a place of kind ``transit``.
        """
        return self._fact("transfer", date, more, item=item, qty=qty, place=from_, to_place=via or to)

    def arrive(
        self, item: str, qty: Amount, *, via: str, to: str, date: Day = None, refs: Sequence[str] = (), **more: Any
    ) -> Done:
        """Goods that were on the way are there (分步式调入)."""
        return self._fact("transfer", date, more, item=item, qty=qty, place=via, to_place=to, refs=list(refs) or None)

    def take_back(self, item: str, qty: Amount, *, of: str | Sequence[str], date: Day = None, **more: Any) -> Done:
        """Goods back from a customer (销售退货): ``of`` the issue that took them."""
        return self._fact("sales_return", date, more, item=item, qty=qty, refs=_list(of))

    def send_back(self, item: str, qty: Amount, *, of: str | Sequence[str], date: Day = None, **more: Any) -> Done:
        """Goods back to the supplier (采购退货): ``of`` the receipt that brought them."""
        return self._fact("purchase_return", date, more, item=item, qty=qty, refs=_list(of))

    def assemble(
        self,
        item: str,
        qty: Amount,
        components: Iterable[tuple[str, Amount] | Mapping[str, Any]],
        *,
        date: Day = None,
        **more: Any,
    ) -> Done:
        """Goods made out of others (组装): their cost goes with them; ``extra_cost`` comes on top."""
        return self._fact("assembly", date, more, item=item, qty=qty, components=_parts(components))

    def disassemble(
        self,
        item: str,
        qty: Amount,
        products: Iterable[tuple[str, Amount] | Mapping[str, Any]],
        *,
        date: Day = None,
        **more: Any,
    ) -> Done:
        """Goods taken apart (拆卸): the cost is shared by ``weight``, or by quantity."""
        return self._fact("disassembly", date, more, item=item, qty=qty, products=_parts(products))

    # -- what goods cost -----------------------------------------------------------------------------------------------

    def landed_cost(self, amount: Amount, *, of: str | Sequence[str], date: Day = None, **more: Any) -> Done:
        """A charge on receipts (采购费用分摊), below zero a rebate; ``allocate_by``: value, qty, weight, ..."""
        return self._fact("landed_cost", date, more, amount=amount, refs=_list(of))

    def price_difference(self, *, of: str | Sequence[str], date: Day = None, **more: Any) -> Done:
        """The invoice says otherwise than the receipts (单到补差): the new ``unit_cost`` or ``amount``."""
        return self._fact("invoice_price_change", date, more, refs=_list(of))

    def revalue(self, item: str, amount: Amount, *, date: Day = None, **more: Any) -> Done:
        """An amount added to the value on hand (成本调整), below zero taken from it."""
        return self._fact("revalue", date, more, item=item, amount=amount)

    def write_down(self, item: str, *, date: Day = None, **more: Any) -> Done:
        """Down to ``net_realisable_value`` (``per_unit=True``: of one), or by ``amount`` (计提存货跌价准备)."""
        return self._fact("write_down", date, more, item=item)

    def reverse_write_down(self, item: str, *, date: Day = None, **more: Any) -> Done:
        """Up again, never above cost (转回存货跌价准备)."""
        return self._fact("write_down_reversal", date, more, item=item)

    def standard_price(self, item: str, unit_cost: Amount, *, date: Day = None, **more: Any) -> Done:
        """A new standard cost (调整标准成本)."""
        return self._fact("standard_price", date, more, item=item, unit_cost=unit_cost)

    # -- corrections ---------------------------------------------------------------------------------------------------

    def cancel(self, *ids: str, reason: str = "", preview: bool = False, **how: Any) -> Done:
        """Take facts out again, all or none (作废, 红冲): their entries are taken back."""
        return self._business.post({"do": "cancel", "ids": list(ids), "reason": reason, **how}, preview=preview)

    def change(
        self,
        id: str,  # noqa: A002 - the field's own name
        fields: Mapping[str, Any],
        *,
        reason: str = "",
        preview: bool = False,
        **how: Any,
    ) -> Done:
        """State fields of a fact anew; the difference is booked."""
        return self._business.post(
            {"do": "change", "id": id, "fields": fields, "reason": reason, **how}, preview=preview
        )

    def insert(self, facts: Sequence[Any], *, preview: bool = False, **how: Any) -> Done:
        """Several facts as one command, all or none."""
        return self._business.post({"do": "insert", "facts": list(facts), **how}, preview=preview)

    def _fact(self, kind: str, day: Day, more: dict[str, Any], **stated: Any) -> Done:
        preview = more.pop("preview", False)
        if not isinstance(preview, bool):
            raise FieldError(
                "not_a_truth", "preview is yes or no", field="preview", value=preview, hint="True or False"
            )
        row = {"type": kind, "date": day, **stated, **more}
        return self._business.post({name: value for name, value in row.items() if value is not None}, preview=preview)


def _list(of: str | Sequence[str]) -> list[str]:
    return [of] if isinstance(of, str) else list(of)


def _parts(parts: Iterable[tuple[str, Amount] | Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [dict(part) if isinstance(part, Mapping) else {"item": part[0], "qty": part[1]} for part in parts]
