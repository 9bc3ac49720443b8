"""The loop around a decision: begin, load, decide, commit; on a conflict, again.

    Runner.run(requests, on_error="all" | "each", preview=...)  ->  Batch

Everything of one call is one transaction.  A command has one id and one time through all its attempts, so that an
attempt whose fate is unknown is recognised; a request whose key is known is answered as it was.

Invariant: item books at hand hold what is committed and nothing else: whatever fails is taken back or dropped.

>>> sorted(AGAIN)[:3]
['already_there', 'lock_order', 'outcome_unknown']
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from jxc.api.business.acts import ACTS, Acts
from jxc.api.business.clock import time_of
from jxc.api.business.commands import Request
from jxc.api.business.deciding import Decision
from jxc.api.business.draft_versions import check_draft_version
from jxc.api.business.free_entries import decide_entry
from jxc.api.business.ground import PAGE, BookTerms, Ground, closed_until_of
from jxc.api.business.item_book import ItemBook
from jxc.api.business.loading import Loaded, Loader, Needs
from jxc.api.business.recorded import Command, Recorded
from jxc.api.business.recording import Numbered, Recording
from jxc.api.business.results import Batch, Done, PostedEntry
from jxc.api.business.shelf import Shelf
from jxc.app.settings import Settings
from jxc.costing.methods import MethodRegistry
from jxc.errors import FieldError, JxcError, NotFoundError, StoreError
from jxc.kernel.scope import Scope
from jxc.ports import Clock, CommandRecord, EventRecord, Ids, Observer, Store, Transaction
from jxc.stock.problem import Problem

__all__ = ["ApprovalGuard", "OnError", "Runner", "Surroundings"]

OnError: TypeAlias = Literal["all", "each"]
"""What one refusal does to the others of its batch: nothing is carried out, or just that one is not."""

ApprovalGuard: TypeAlias = Callable[[Request, Done], None]
"""Looks at a command and what it would do, before it is posted; refuses it by raising a ``JxcError``."""

AGAIN = frozenset({"retry", "version_conflict", "lock_order", "already_there", "store_locked", "outcome_unknown"})
"""Codes of a store upon which the whole transaction may be run again."""

_TICK = timedelta(microseconds=1)


@dataclass(slots=True)
class Surroundings:
    """What a runner asks of the outside."""

    clock: Clock
    ids: Ids
    pause: Callable[[int], None]
    observers: list[Observer] = field(default_factory=list[Observer])
    guards: list[ApprovalGuard] = field(default_factory=list[ApprovalGuard])
    attempts: int = 12


@dataclass(slots=True)
class _Asked:
    """A request on its way, with what the shell gave it and what became of it."""

    number: int
    given: Request
    request: Request
    id: str
    done: Done | None = None
    error: JxcError | None = None
    recorded: Recorded | None = None
    twin: _Asked | None = None

    @property
    def digest(self) -> str:
        """That of the request as it was given."""
        return self.given.digest


class Runner:
    """Runs commands against one book of a store."""

    def __init__(
        self, store: Store, scope: Scope, around: Surroundings, methods: MethodRegistry, actor: str, rows: int
    ) -> None:
        self.store = store
        self.scope = scope
        self.around = around
        self.actor = actor
        self._turn = threading.RLock()
        self._ground: Ground | None = None
        self._loader = Loader(Shelf[ItemBook](rows), methods)

    # -- commands ------------------------------------------------------------------------------------------------------

    def run(
        self,
        requests: Sequence[Request],
        *,
        on_error: OnError = "all",
        preview: bool = False,
        draft: tuple[str, int] | None = None,
    ) -> Batch:
        """Carry commands out; see the module.  ``draft``: the id and version of the draft that they post."""
        now = time_of(self.around.clock)
        asked = [_Asked(at, request, request, self.around.ids.command_id(now)) for at, request in enumerate(requests)]
        _find_twins(asked)
        attempt = 0
        while True:
            try:
                with self._turn:
                    return self._attempt(asked, now, on_error, draft, preview=preview, again=attempt > 0)
            except StoreError as error:
                attempt += 1
                if error.code not in AGAIN or attempt >= self.around.attempts:
                    raise
                verb = requests[0].verb
                for observer in self.around.observers:
                    observer.retried(self.scope, verb, attempt, error)
                if error.code != "lock_order":
                    self.around.pause(attempt)

    def _attempt(
        self,
        asked: Sequence[_Asked],
        now: datetime,
        on_error: OnError,
        draft: tuple[str, int] | None,
        *,
        preview: bool,
        again: bool,
    ) -> Batch:
        for one in asked:
            one.done = one.error = one.recorded = None
        with self.store.begin(self.scope, read_only=False) as tx:
            acting = self._acting(tx, asked)
            needs = Needs.of(tx, [one.request for one in asked])
            self._loader.lock(tx, needs.items, page=acting)
            ground = self.ground(tx)
            self._replay(tx, asked, again=again)
            if draft is not None and any(one.done is None for one in asked):
                check_draft_version(tx, *draft)
            waiting = [one for one in asked if one.done is None and one.error is None and one.twin is None]
            loaded = self._loader.load(tx, needs, ground) if waiting else Loaded()
            taken = _taken(tx, waiting) if again else ()
            decision = _Deciding(tx, ground, loaded, needs, self.around.guards, self.actor, taken)
            kept = False
            try:
                decision.decide(waiting, now)
                refused = any(one.error is not None for one in asked)
                if preview or (refused and on_error == "all") or not decision.accepted:
                    return _batch(asked, whole=on_error == "all")
                recording = decision.record(waiting)
                if draft is not None:
                    recording.remove.append(("draft", (draft[0],)))
                tx.commit(recording.changes)
                kept = True
            finally:
                if not kept and not decision.undo():
                    self._drop(loaded)
            self._keep(loaded, decision)
        self._tell(asked, recording)
        return _batch(asked, whole=on_error == "all")

    def _acting(self, tx: Transaction, asked: Sequence[_Asked]) -> bool:
        """Whether these are acts on the book itself, which are not mixed with others; completed by what they are."""
        acts = [one for one in asked if one.request.verb in ACTS]
        if not acts:
            return False
        if len(acts) < len(asked) or (len(acts) > 1 and any(one.request.verb != "state" for one in acts)):
            message = "acts on the book are not mixed with other commands"
            hint = "state items in a batch of their own; close and reopen alone"
            raise FieldError("mixed_batch", message, field="do", value=acts[0].request.verb, hint=hint)
        deciding = Acts(tx, self.ground(tx))
        for one in acts:
            if one.request.verb == "state":
                facts = deciding.facts(one.given.body)
                body = {**one.given.body, "facts": facts} if facts else one.given.body
                one.request = replace(one.given, body=body)
        return True

    def _replay(self, tx: Transaction, asked: Sequence[_Asked], *, again: bool) -> None:
        """Answer what was answered before: by its key, or because an attempt of unknown fate had been committed."""
        keyed = [one for one in asked if one.request.key is not None]
        if keyed:
            keys = [(one.request.verb, str(one.request.key)) for one in keyed]
            for one, outcome in zip(keyed, tx.get("outcome", keys), strict=True):
                if one.twin is not None and one.digest != one.twin.digest:
                    one.error = _other_request(one.request)
                if outcome is None or one.error is not None:
                    continue
                if outcome.digest != one.digest:
                    one.error = _other_request(one.request)
                else:
                    one.done = Done.from_json(outcome.body, replayed=outcome.command != one.id)
        if again:
            open_ = [one for one in asked if one.done is None and one.error is None]
            for one, event in zip(open_, tx.get("event", [(one.id,) for one in open_]), strict=True):
                if event is not None:
                    one.done = _told(one, event)

    def _keep(self, loaded: Loaded, decision: _Deciding) -> None:
        """What is committed stays at hand; what was only looked at, too."""
        written = decision.written
        for group in {id(group): group for group in loaded.groups.values()}.values():
            book = group.book
            if group.head in written:
                book.version += 1
                book.stamp = written[group.head]
                for item in group.joining:
                    self._loader.shelf.drop(item)
                    self._loader.head_of[item] = group.head
            elif group.joining or book.version == 0:
                continue
            self._loader.shelf.put(group.head, book, book.rows + 10)

    def _drop(self, loaded: Loaded) -> None:
        for group in loaded.groups.values():
            self._loader.shelf.drop(group.head)

    def _tell(self, asked: Sequence[_Asked], recording: Recording) -> None:
        if not self.around.observers:
            return
        events = {record.id: record for record in recording.insert if isinstance(record, EventRecord)}
        commands = {record.id: record for record in recording.insert if isinstance(record, CommandRecord)}
        for one in asked:
            for observer in self.around.observers if one.recorded is not None else ():
                observer.committed(self.scope, commands[one.id], [events[one.id]])

    # -- the ground ----------------------------------------------------------------------------------------------------

    def ground(self, tx: Transaction) -> Ground:
        """The ground as the store has it; raises ``NotFoundError`` ``no_such_book``."""
        [page] = tx.get("period", [PAGE])
        if page is None:
            hint = "open it with a currency and a chart"
            raise NotFoundError("no_such_book", "there is no such book", field="book", value=self.scope, hint=hint)
        if self._ground is None or self._ground.version != page.version:
            settings = Settings(tx.scan("setting"))
            kept = settings.find("book", "terms") or {}
            terms = self._ground.terms if self._ground is not None else BookTerms.from_json(kept)
            self._ground = Ground(terms, settings, page.version, closed_until_of(page))
        return self._ground

    def forget(self) -> None:
        """Drop everything that is at hand."""
        self._loader.shelf.clear()
        self._loader.head_of.clear()
        self._ground = None

    @contextmanager
    def looking(self, tx: Transaction, item: str) -> Generator[ItemBook | None]:
        """The item book of an item, for a question; ``None`` where nothing is recorded of it.

        It is as the transaction sees it, and stays so until the end: commands of this process wait.
        """
        with self._turn:
            yield self._loader.look(tx, item, self.ground(tx))


class _Deciding:
    """The decision of one attempt."""

    def __init__(
        self,
        tx: Transaction,
        ground: Ground,
        loaded: Loaded,
        needs: Needs,
        guards: Sequence[ApprovalGuard],
        actor: str,
        taken: Container[str],
    ) -> None:
        self._tx = tx
        self._ground = ground
        self._loaded = loaded
        self._guards = guards
        self._actor = actor
        self._stock = Decision(ground, loaded.book_of, needs.facts, self._fact, taken)
        self._acts = Acts(tx, ground)
        self._accepted: list[_Asked] = []

    @property
    def accepted(self) -> bool:
        """Whether anything is to be written."""
        return bool(self._accepted)

    @property
    def written(self) -> dict[str, str]:
        """The heads of the item books that were changed, with the latest command of each."""
        done = self._stock.done
        return {one.book.head: recorded.command.id for recorded in done for one in recorded.touched}

    def decide(self, asked: Iterable[_Asked], now: datetime) -> None:
        """Decide each command, one after the other; what is refused leaves no trace."""
        last = max((self._last(head.state) for head in self._heads()), default=None)
        at = now if last is None or now > last else last + _TICK
        for one in asked:
            command = Command(one.id, at, one.request.actor or self._actor, one.request.reason)
            try:
                one.recorded = self._one(command, one.request)
                one.done = self._stock.answer(one.recorded)
                self._approve(one, one.done)
            except JxcError as error:
                if isinstance(error, StoreError):
                    raise
                one.error, one.done, one.recorded = error, None, None
                continue
            self._accepted.append(one)
            at += _TICK

    def _approve(self, one: _Asked, done: Done) -> None:
        try:
            for guard in self._guards:
                guard(one.request, done)
        except BaseException:
            self._stock.take_back()
            raise

    def _heads(self) -> list[Any]:
        return [head for group in self._loaded.groups.values() for head in group.heads.values() if head is not None]

    @staticmethod
    def _last(state: Mapping[str, Any]) -> datetime:
        return datetime.fromisoformat(state["at"])

    def _one(self, command: Command, request: Request) -> Recorded:
        do = {"insert": self._stock.insert, "cancel": self._stock.cancel, "change": self._stock.change}.get(
            request.verb
        )
        if do is not None:
            return do(command, request.body)
        if request.verb in ACTS:
            recorded = self._act(command, request)
        else:
            recorded = Recorded(command, request.verb, entries=[decide_entry(self._tx, self._ground, request)])
            self._stock.done.append(recorded)
        return recorded

    def _act(self, command: Command, request: Request) -> Recorded:
        act = self._acts.decide(command, request)
        if request.body.get("facts"):
            recorded = self._stock.insert(command, request.body)
        else:
            recorded = Recorded(command, request.verb)
            self._stock.done.append(recorded)
        recorded.act, recorded.verb = act, request.verb
        return recorded

    def _fact(self, name: str) -> Any:
        [record] = self._tx.get("fact", [(name,)])
        return record

    def record(self, asked: Iterable[_Asked]) -> Recording:
        """The records of all that was accepted, with numbers."""
        recording = Recording(self._ground, self._loaded)
        accepted = [one for one in asked if one.recorded is not None]
        recorded = [one.recorded for one in accepted if one.recorded is not None]
        for one, numbered in zip(accepted, recording.number(self._tx, recorded), strict=True):
            if one.recorded is not None and one.done is not None:
                one.done = _labelled(one.done, numbered)
                recording.command(one.given, one.recorded, numbered, one.done)
        recording.stock(self._tx, recorded)
        if self._acts.page is not None:
            recording.put.append(self._acts.page)
        return recording

    def undo(self) -> bool:
        """Take everything back; False where the item books have to be dropped."""
        return self._stock.undo()


def _taken(tx: Transaction, asked: Iterable[_Asked]) -> set[str]:
    """The ids of facts to come that are taken: asked only after a conflict, which they may have been the cause of."""
    bodies = [fact for one in asked for fact in one.request.body.get("facts", ())]
    names = sorted({str(fact["id"]) for fact in bodies if "id" in fact})
    return {record.id for record in tx.get("fact", [(name,) for name in names]) if record is not None}


def _labelled(told: Done, numbered: Sequence[Numbered]) -> Done:
    """The answer that a preview would give, with the numbers that the entries got."""
    entries = (
        PostedEntry(each.id, f"{period} {series}-{number}", each.date, each.lines)
        for each, (_, _, period, series, number) in zip(told.entries, numbered, strict=True)
    )
    return replace(told, entries=tuple(entries), preview=False)


def _batch(asked: Sequence[_Asked], *, whole: bool) -> Batch:
    for one in asked:
        if one.twin is not None and one.error is None and one.done is None:
            one.done, one.error = _again(one.twin)
    errors = [(one.number, one.error) for one in asked if one.error is not None]
    problems = tuple(Problem.from_error(number + 1, error) for number, error in errors)
    nothing = bool(errors) and whole
    results = tuple(None if nothing and not _is_old(one.done) else one.done for one in asked)
    return Batch(results, problems, tuple(error for _, error in errors))


def _again(first: _Asked) -> tuple[Done | None, JxcError | None]:
    return (None if first.done is None else first.done.as_replay()), first.error


def _is_old(done: Done | None) -> bool:
    return done is not None and done.replayed


def _find_twins(asked: Sequence[_Asked]) -> None:
    """The same request twice in a batch is carried out once; ``key_reused`` waits for another one under its key."""
    seen: dict[tuple[str, str], _Asked] = {}
    for one in asked:
        if one.request.key is not None:
            first = seen.setdefault((one.request.verb, one.request.key), one)
            one.twin = None if first is one else first


def _other_request(request: Request) -> FieldError:
    hint = "use a new key for a new request"
    message = "another request was carried out under this key"
    return FieldError("key_reused", message, field="key", value=request.key, hint=hint)


def _told(one: _Asked, event: EventRecord) -> Done:
    """An attempt whose fate was unknown had been committed: what its event says of it."""
    return Done(one.id, one.request.verb, tuple(event.body["facts"]), (), (), event.recorded_at, None, replayed=True)
