"""A book in a store: the facade that a program, a web framework or a notebook works with.

    shop = jxc.open("sqlite:///shop.db", book="acme/main", currency="CNY", chart="cn-small-business")
    shop.stock.receive("TEA", "100", "2.00", date="2026-01-05", place="WH", party="S-01", key="GR-1")
    shop.post_many([...], on_error="each")

Invariant: what a command answers is committed, or it is a preview; an error means that nothing was changed.

>>> from jxc.api.business.opening import open_book
>>> shop = open_book("memory:", book="acme/main", currency="CNY", chart="ifrs-trading")
>>> tea = {"type": "receipt", "date": "2026-01-05", "item": "TEA", "qty": 3, "amount": "6.00", "party": "S-01"}
>>> batch = shop.post_many([tea, {"type": "issue", "date": "2026-01-06", "item": "TEA", "qty": 4}], on_error="each")
>>> [str(done.cost) for done in batch.done], batch.problems[0].row, batch.problems[0].code
(['6.00'], 2, 'insufficient_stock')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from jxc.api.business.clock import time_of
from jxc.api.business.commands import Request, request_of
from jxc.api.business.drafts import Drafts
from jxc.api.business.entries import Entries
from jxc.api.business.ground import BookTerms
from jxc.api.business.master import Company, Master
from jxc.api.business.moving_books import Moving
from jxc.api.business.questions import Questions
from jxc.api.business.results import Batch, Done
from jxc.api.business.running import ApprovalGuard, OnError, Runner
from jxc.api.business.stock import Stock
from jxc.api.business.verifying import BookCheck, rebuild, verify
from jxc.errors import FieldError, JxcError
from jxc.kernel.scope import Scope
from jxc.ports import EventRecord, Observer, Store
from jxc.stock.problem import Problem

__all__ = ["Business"]


class Business:
    """One book; make one with ``jxc.open``."""

    def __init__(self, runner: Runner, *, owned: bool) -> None:
        self._runner = runner
        self._owned = owned
        self.stock = Stock(self)
        self.entries = Entries(self, runner)
        self.ask = Questions(runner)
        self.drafts = Drafts(runner)
        self.moving = Moving(self, runner)
        self.items = Master(self, runner, "item")
        self.categories = Master(self, runner, "category")
        self.places = Master(self, runner, "place")
        self.parties = Master(self, runner, "party")
        self.company = Company(self, runner, "company")

    @property
    def scope(self) -> Scope:
        """Whose book it is."""
        return self._runner.scope

    @property
    def store(self) -> Store:
        """Where it is kept."""
        return self._runner.store

    @property
    def terms(self) -> BookTerms:
        """What the book was opened with."""
        with self.store.begin(self.scope, read_only=True) as tx:
            return self._runner.ground(tx).terms

    # -- commands ------------------------------------------------------------------------------------------------------

    def post(self, command: Mapping[str, Any] | Request, *, preview: bool = False) -> Done:
        """Carry one command out, or tell what it would do; raises what refuses it."""
        batch = self._runner.run([self._dated(request_of(command))], preview=preview)
        for error in batch.errors:
            raise error
        [done] = batch.results
        if done is None:
            raise FieldError("nothing_stated", "the command did nothing", field="do")
        return done

    def post_many(self, commands: Iterable[Any], *, on_error: OnError = "all", preview: bool = False) -> Batch:
        """Carry many commands out in one transaction, in their order.

        ``on_error``: ``all`` (one refusal and nothing is carried out) or ``each`` (the others are).  Refusals are
        listed in ``problems``, with the row of the command; raises ``StoreError`` for what concerns all of them.
        """
        if on_error not in ("all", "each"):
            raise FieldError("not_one_of", "all or each", field="on_error", value=on_error)
        given = list(commands)
        requests: list[Request] = []
        rows: list[int] = []
        unread: list[tuple[int, JxcError]] = []
        for row, command in enumerate(given, 1):
            try:
                requests.append(self._dated(request_of(command)))
                rows.append(row)
            except JxcError as error:
                unread.append((row, error))
        if not requests or (unread and on_error == "all" and not preview):
            preview = True
        batch = self._runner.run(requests, on_error=on_error, preview=preview) if requests else Batch(())
        return _placed(batch, rows, unread, len(given), whole=on_error == "all")

    def close(self, period: str, *, reason: str = "", preview: bool = False, **more: Any) -> Done:
        """Close a month (结账): nothing is booked up to its last day any more.

        Raises ``LedgerError`` ``already_closed``; ``not_ready_to_close`` with all that is in the way as ``blockers``.
        """
        return self.post({"do": "close", "period": period, "reason": reason, **more}, preview=preview)

    def reopen(self, period: str, *, reason: str, preview: bool = False, **more: Any) -> Done:
        """Open a closed month again (反结账), the latest first, for a reason that is kept.

        Raises ``LedgerError`` ``not_closed``, ``later_period_closed``; ``FieldError`` for an empty reason.
        """
        return self.post({"do": "reopen", "period": period, "reason": reason, **more}, preview=preview)

    @property
    def closed_until(self) -> date | None:
        """The last day that is closed."""
        with self.store.begin(self.scope, read_only=True) as tx:
            return self._runner.ground(tx).closed_until

    def _dated(self, request: Request) -> Request:
        """A fact that names no day is of today, in the book."""
        if request.verb != "insert" or all("date" in fact for fact in request.body["facts"]):
            return request
        today = self.terms.day_of(time_of(self._runner.around.clock)).isoformat()
        facts = [{**fact, "date": fact.get("date", today)} for fact in request.body["facts"]]
        return Request("insert", {**request.body, "facts": facts}, request.key, request.actor, request.reason)

    # -- who looks on --------------------------------------------------------------------------------------------------

    def observe(self, observer: Observer) -> None:
        """Tell an observer of each command from now on, once it is committed, and of each retry."""
        self._runner.around.observers.append(observer)

    def require_approval(self, guard: ApprovalGuard) -> None:
        """Ask ``guard(request, done)`` before a command is posted: it refuses by raising a ``JxcError``."""
        self._runner.around.guards.append(guard)

    def events(self, after: int = 0, *, limit: int = 1000) -> list[EventRecord]:
        """What happened behind a position, in order: a reader keeps the position of the last one it has worked off.

        An event is there exactly once a command is committed (an outbox); its position never changes.
        """
        while self.store.number_events(self.scope) > 0:
            pass
        with self.store.begin(self.scope, read_only=True) as tx:
            return list(tx.scan("event", "position", after=(after,), limit=limit))

    # -- keeping it right ----------------------------------------------------------------------------------------------

    def verify(self, *, limit: int = 1) -> BookCheck:
        """Compute everything again from the facts and compare; names the first differences, up to ``limit``."""
        return verify(self._runner, limit=limit)

    def rebuild(self) -> int:
        """Write costs and positions anew from the facts, where they differ; how many records were written."""
        return rebuild(self._runner)

    def close_store(self) -> None:
        """Let go of the store, if it was opened with this book."""
        if self._owned:
            self.store.close()


def _placed(
    batch: Batch, rows: Sequence[int], unread: Sequence[tuple[int, JxcError]], count: int, *, whole: bool
) -> Batch:
    """The answers by the rows of the commands, those that could not be read among them."""
    if not unread:
        return batch
    results: list[Done | None] = [None] * count
    for row, done in zip(rows, batch.results, strict=True):
        results[row - 1] = None if whole else done
    problems = [(rows[problem.row - 1], error) for problem, error in zip(batch.problems, batch.errors, strict=True)]
    found = sorted([*problems, *unread], key=lambda pair: pair[0])
    return Batch(
        tuple(results),
        tuple(Problem.from_error(row, error) for row, error in found),
        tuple(error for _, error in found),
    )
