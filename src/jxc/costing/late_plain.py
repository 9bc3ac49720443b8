"""The fast keeper of a plain item: the one for its method, and under FIFO the one for what moves.

Under FIFO an item without transfers and returns is kept as a cumulative index; the first amendment that enters one of
them turns it into legs and slices, with the same answers.  Rows have to be plain (``late.plain_event``) and to stand
together; what does not is refused.

Invariant: costs and quantities are those of ``engine.replay`` over the standing rows, charges added to their receipts.

>>> rows = [Event(0, "receipt", 1, "TEA", 3, 100, place="A"), Event(1, "issue", 3, "TEA", 2, place="A")]
>>> keeper = PlainKeeper(rows, Policy())
>>> keeper.amend(enter=[Event(2, "issue", 2, "TEA", 1, place="A")]).changes
[CostChange(row=2, old=None, new=33)]
>>> keeper.amend(enter=[Event(3, "transfer", 1, "TEA", 1, place="A", to_place="B")])
Traceback (most recent call last):
...
jxc.errors.StockError: 2 of TEA wanted at A, 1 on hand for issue 2 of 0001-01-03 (qty: 2); enter the missing receipt, \
or choose a policy for negative stock
>>> keeper.amend(cancel=[2], enter=[Event(3, "transfer", 1, "TEA", 1, place="A", to_place="B")]).changes
[CostChange(row=2, old=33, new=None), CostChange(row=3, old=None, new=33)]
>>> keeper.pools()
{'A': (0, 0), 'B': (1, 33)}
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from jxc.costing.events import Event, Scales
from jxc.costing.late import NO_CHARGES, Amendment
from jxc.costing.late_average import AverageKeeper
from jxc.costing.late_fifo import FifoKeeper
from jxc.costing.late_fifo_index import IndexKeeper
from jxc.costing.late_trace import Charges, IndexTrace, LegTrace, PlainTrace
from jxc.costing.layers import Rounder
from jxc.costing.policy import Policy
from jxc.kernel.rounding import Exact

__all__ = ["PlainKeeper"]

_TRAVELS = frozenset({"transfer", "sales_return"})


class PlainKeeper:
    """All standing rows of one plain item, valued, open to change: an ``ItemKeeper``; see the module."""

    __slots__ = ("_inner", "_last", "_policy", "_rounder", "_scales")

    def __init__(
        self,
        events: Iterable[Event],
        policy: Policy,
        scales: Scales | None = None,
        recharge: Mapping[int, Exact] = NO_CHARGES,
    ) -> None:
        rows = list(events)
        kind: type[AverageKeeper | FifoKeeper | IndexKeeper] = AverageKeeper
        if policy.method == "fifo":
            kind = FifoKeeper if any(event.type in _TRAVELS for event in rows) else IndexKeeper
        self._policy = policy
        self._scales = scales
        self._rounder = Rounder(policy.rounding, scales or Scales())
        self._inner: AverageKeeper | FifoKeeper | IndexKeeper = kind(rows, policy, scales, recharge)
        self._last: Amendment | None = None

    def amend(
        self,
        *,
        cancel: Collection[int] = (),
        enter: Sequence[Event] = (),
        recharge: Mapping[int, Exact] = NO_CHARGES,
    ) -> Amendment:
        """Take rows out, put rows in, set charges of receipts, all at once; see ``late.ItemKeeper``."""
        inner = self._inner
        if isinstance(inner, IndexKeeper) and any(event.type in _TRAVELS for event in enter):
            inner = FifoKeeper(inner.events().values(), self._policy, self._scales, inner.charges())
        done = inner.amend(cancel=cancel, enter=enter, recharge=recharge)
        if self._last is not None:
            self._last.close()
        self._inner, self._last = inner, done
        return done

    def trace(self, charges: Charges) -> PlainTrace:
        """What the costs are made of; ``charges``: what is put into receipts, by what."""
        inner = self._inner
        if isinstance(inner, IndexKeeper):
            return IndexTrace(inner.taker, inner.events(), charges)
        return LegTrace(inner.legs(), inner.events(), charges, self._rounder)

    def cost(self, row: int) -> int:
        """The cost of a standing row."""
        return self._inner.cost(row)

    def costs(self) -> Iterator[tuple[int, int]]:
        """Every standing row with its cost, in no particular order."""
        return self._inner.costs()

    def pools(self) -> dict[str | None, tuple[int, int]]:
        """Quantity and value at the end, by place as the scope sees it."""
        return self._inner.pools()

    def totals(self, days: Sequence[int]) -> list[int]:
        """The cost of all that was issued up to the end of each day."""
        return self._inner.totals(days)

    def events(self) -> Mapping[int, Event]:
        """The standing rows, by number."""
        return self._inner.events()

    def charges(self) -> Mapping[int, int]:
        """The charges of receipts that have any."""
        return self._inner.charges()
