"""Opening a book: from a URL or a store to a ``Business``; a book that is not there is begun.

    open_book("memory:", book="acme/main", currency="CNY", chart="cn-small-business")
    open_book("sqlite:///shop.db", book="acme/main")               begun before: its terms are kept with it
    open_book(my_store, book="acme/main", ...)

Invariant: the terms of a book never change after it was begun; naming others is refused.

>>> shop = open_book("memory:", book="acme/main", currency="CNY", chart="ifrs-trading")
>>> shop.terms.currency.code, shop.terms.table.id
('CNY', 'perpetual')
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jxc.api.business.business import Business
from jxc.api.business.clock import RandomIds, SystemClock, pause, time_of
from jxc.api.business.ground import PAGE, BookTerms, page_of
from jxc.api.business.running import Runner, Surroundings
from jxc.api.plugins import methods_in_force
from jxc.api.value import policy_of
from jxc.costing.policy import Policy
from jxc.edge.charts import load_chart
from jxc.edge.posting_tables import SHIPPED, load_posting_table, posting_table
from jxc.errors import FieldError, MissingExtraError, PolicyError, StoreError
from jxc.kernel.currencies import Currency
from jxc.kernel.scope import Scope
from jxc.ledger.chart import Chart
from jxc.ledger.policy import LedgerPolicy
from jxc.ports import Changes, Clock, Ids, SettingRecord, Store, Transaction
from jxc.posting.table import PostingTable

__all__ = ["open_book", "store_of"]


def open_book(
    store: str | Store,
    *,
    book: str | Scope,
    currency: str | Currency | None = None,
    chart: str | Chart | None = None,
    posting: str | Mapping[str, Any] | PostingTable | None = None,
    costing: str | Policy | Mapping[str, Any] | None = None,
    ledger: LedgerPolicy | None = None,
    zone: str | None = None,
    day_starts: int | None = None,
    qty_places: int | None = None,
    master_data: str | None = None,
    actor: str = "",
    clock: Clock | None = None,
    ids: Ids | None = None,
    cache_rows: int = 200_000,
) -> Business:
    """Open a book in a store, and begin it if it is not there.

    ``store``: ``memory:``, ``sqlite:///file``, ``postgresql://...``, ``mysql://...``, or a store object.  ``book``:
    tenant and book, as ``acme/main``.  To begin a book, name at least ``currency`` and ``chart``; ``posting`` is the
    table of posting rules (by default that of the chart), ``costing`` a method, a ``Policy``, or a mapping of choices.
    ``zone`` and ``day_starts`` say which day it is; ``qty_places`` how exact quantities are kept; ``master_data``:
    ``open``, or ``listed`` (only items that were stated).  ``actor`` signs commands that name nobody.
    ``cache_rows``: how many rows of facts stay at hand in memory.

    Raises ``FieldError`` ``missing_field`` where a new book lacks its terms; ``PolicyError`` ``terms_differ`` where a
    book that is there has others; ``MissingExtraError`` where the driver is not installed; ``StoreError``.
    """
    owned = isinstance(store, str)
    kept = store_of(store) if isinstance(store, str) else store
    scope = Scope.parse(book) if isinstance(book, str) else book
    around = Surroundings(clock or SystemClock(), ids or RandomIds(), pause)
    given = {
        "currency": currency,
        "chart": _chart(chart),
        "table": _table(posting, chart),
        "policy": _policy(costing),
        "ledger": ledger,
        "zone": zone,
        "day_starts": day_starts,
        "qty_places": qty_places,
        "master_data": master_data,
    }
    stated = {name: value for name, value in given.items() if value is not None}
    _begin(kept, scope, stated, around, actor)
    return Business(Runner(kept, scope, around, methods_in_force(), actor, cache_rows), owned=owned)


def store_of(url: str, *, create: bool = True) -> Store:
    """The store of a URL; its tables are made where there are none (``create``), those of an older jxc are left alone.

    Raises ``FieldError`` ``unknown_store``, ``MissingExtraError``, ``StoreError``.
    """
    if url in ("memory:", "memory://"):
        from jxc.stores.memory import MemoryStore

        return MemoryStore()
    scheme = url.partition(":")[0].partition("+")[0]
    if scheme not in ("sqlite", "postgresql", "mysql", "mariadb"):
        hint = "memory:, sqlite:///file, postgresql://..., mysql://..., or a store object"
        raise FieldError("unknown_store", "no store for this URL", field="store", value=scheme, hint=hint)
    try:
        from jxc.stores.sql import SqlStore
        from jxc.stores.sql.migrate import check
    except ImportError as error:
        message = f"{error.name} is not installed"
        raise MissingExtraError("missing_extra", message, hint='pip install "jxc[sql]"') from error

    return SqlStore(url, create=create and check(url).present is None)


def _begin(store: Store, scope: Scope, stated: Mapping[str, Any], around: Surroundings, actor: str) -> None:
    """Begin the book, or see that it was begun on the terms that are stated."""
    with store.begin(scope, read_only=True) as tx:
        if _is_there(tx, stated):
            return
    attempt = 0
    while True:
        try:
            with store.begin(scope, lock={"period": [PAGE]}) as tx:
                if _is_there(tx, stated):
                    return
                terms = _new_terms(stated)
                now = time_of(around.clock)
                record = SettingRecord("book", "terms", 1, None, now, actor, terms.to_json())
                tx.commit(Changes(insert=(record,), put=(page_of(1, None, 1),)))
                return
        except StoreError as error:
            attempt += 1
            if error.code not in ("retry", "already_there", "version_conflict") or attempt >= around.attempts:
                raise
            around.pause(attempt)


def _is_there(tx: Transaction, stated: Mapping[str, Any]) -> bool:
    [record] = tx.get("setting", [("book", "terms", 1)])
    if record is None:
        return False
    terms = BookTerms.from_json(record.body)
    for name, value in stated.items():
        kept = getattr(terms, name)
        same = kept.code == getattr(value, "code", value) if name == "currency" else kept == value
        if not same:
            hint = "leave it out: the terms of a book are kept with it; a change of method is a fact"
            raise PolicyError("terms_differ", "the book was begun on other terms", field=name, hint=hint)
    return True


def _new_terms(stated: Mapping[str, Any]) -> BookTerms:
    for name in ("currency", "chart"):
        if name not in stated:
            hint = "the book is not there; to begin it, say what it is kept by"
            raise FieldError("missing_field", "this field is needed", field=name, hint=hint)
    given: dict[str, Any] = {"policy": Policy(), **stated}
    return BookTerms.of(**given)


def _chart(chart: str | Chart | None) -> Chart | None:
    return load_chart(chart) if isinstance(chart, str) else chart


def _table(posting: str | Mapping[str, Any] | PostingTable | None, chart: str | Chart | None) -> PostingTable | None:
    if isinstance(posting, str):
        return load_posting_table(posting)
    if isinstance(posting, Mapping):
        return posting_table(posting)
    if posting is not None or chart is None:
        return posting
    name = chart if isinstance(chart, str) else chart.id
    return load_posting_table(name if name in SHIPPED else "perpetual")


def _policy(costing: str | Policy | Mapping[str, Any] | None) -> Policy | None:
    if costing is None or isinstance(costing, Policy):
        return costing
    if isinstance(costing, Mapping):
        return policy_of(None, None, None, None, dict(costing))
    methods_in_force().get(costing)
    return policy_of(None, costing, None, None, {})
