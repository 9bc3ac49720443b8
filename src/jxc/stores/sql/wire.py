"""What a transaction says to the database, in the plainest way: as SQLite takes it.

    wire = Wire(driver_connection, texts, Scope("acme", "main"))
    wire.find("item_head", [("TEA",)])     rows by key
    wire.hold([("item_head", ("TEA",), True)])
    wire.write(writing)                    every row of a commit, or ``GuardError`` where a guard did not hold

Invariant: a wire neither begins nor ends a transaction; what it raises is a driver's error or ``GuardError``.

>>> import sqlite3
>>> from jxc.kernel.scope import Scope
>>> from jxc.stores.sql.statements import Style, Texts
>>> from jxc.stores.plans import plan_listing
>>> connection = sqlite3.connect(":memory:")
>>> names = "tenant, book, module, period, status, version, body"
>>> made = connection.execute(f"CREATE TABLE jxc_period ({names})")
>>> wire = Wire(connection, Texts(Style(), "jxc_", None), Scope("acme", "main"))
>>> wire.find("period", [("stock", "2026-01")])
[None]
>>> connection.close()
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, TypeAlias

from jxc.errors import StoreError
from jxc.kernel.scope import Scope
from jxc.stores.plans import Addition, Listing, Writing
from jxc.stores.refusals import bound_passed, version_conflict
from jxc.stores.rows import LARGEST, Cell, Row, RowKey, form_of
from jxc.stores.sql.statements import Page, Texts

__all__ = ["FIRST_PAGE", "NEXT_PAGE", "Guard", "GuardError", "Wire"]

FIRST_PAGE = 200
NEXT_PAGE = 2000
"""How many rows of a listing are fetched at once: at first, and then."""


Guard: TypeAlias = tuple[Callable[[str], StoreError], str]
"""What to answer, and of which kind, if a statement changes fewer rows than it should."""


class GuardError(Exception):
    """A guard did not hold; ``error`` is what to answer if nothing more can be told."""

    def __init__(self, error: StoreError) -> None:
        super().__init__(str(error))
        self.error = error


class Wire:
    """The statements of one transaction in one scope on one driver connection."""

    def __init__(self, connection: Any, texts: Texts, scope: Scope) -> None:
        self.connection = connection
        self.texts = texts
        self.scope: tuple[str, str] = (scope.tenant, scope.book)

    # -- statements ---------------------------------------------------------------------------------------------------

    def run(self, text: str, cells: Sequence[Any] = ()) -> Any:
        """Run a statement; the cursor."""
        cursor = self.connection.cursor()
        cursor.execute(text, cells)
        return cursor

    def rows(self, text: str, cells: Sequence[Any] = ()) -> list[Row]:
        """The rows of a question."""
        found: list[Row] = self.run(text, cells).fetchall()
        return found

    # -- reading ------------------------------------------------------------------------------------------------------

    def find(self, kind: str, keys: Sequence[RowKey]) -> list[Row | None]:
        """The row of each key."""
        text = self.texts.by_kind[kind, "find"]
        return [self.run(text, (*self.scope, *key)).fetchone() for key in keys]

    def listed(self, listing: Listing) -> Iterator[Row]:
        """The rows of a listing, page by page, so that no more than a page is held."""
        places = listing.form.places(listing.order)
        page = Page(listing, listing.after, listing.until)
        left, size = listing.limit, FIRST_PAGE
        while left is None or left > 0:
            wanted = size if left is None else min(size, left)
            text, cells = self.texts.page(page)
            rows = self.rows(text, (*self.scope, *cells, wanted))
            yield from rows
            if len(rows) < wanted or not places:
                return
            left = None if left is None else left - len(rows)
            last: RowKey = tuple([rows[-1][place] for place in places])  # type: ignore[misc]  # none of them is None
            page = Page(listing, page.low, last, True) if listing.reverse else Page(listing, last, page.high)
            size = NEXT_PAGE

    def twins(self, kind: str, rows: Sequence[Row]) -> list[Row]:
        """The rows that have the unique cells of one of these."""
        form, style, texts = form_of(kind), self.texts.style, self.texts.of(kind)
        found: list[Row] = []
        for names in form.kind.unique:
            text = f"{texts.select} WHERE {style.equal(('tenant', 'book', *names))}"
            places = form.places(names)
            for row in rows:
                cells = [row[place] for place in places]
                if None not in cells:
                    found += self.rows(text, (*self.scope, *cells))
        return found

    # -- locks and numbers --------------------------------------------------------------------------------------------

    def hold(self, wanted: Sequence[tuple[str, RowKey, bool]]) -> dict[tuple[str, RowKey], Row | None]:
        """Lock keys in this order; rows that came with it.  Here the transaction is the only one that writes."""
        del wanted
        return {}

    def draw(self, series: str, count: int) -> int:
        """The last of the next numbers of a series."""
        text = self.texts.once(("draw",), self._draw_text)
        return int(self.run(text, (*self.scope, series, count)).fetchone()[0])

    def _draw_text(self) -> str:
        style = self.texts.style
        names = ["tenant", "book", "series", "last"]
        last = style.name("last")
        return (
            f"INSERT INTO {self.texts.table('series')} AS t ({style.names(names)}) VALUES ({style.marks(4)})"
            f" ON CONFLICT ({style.names(names[:3])}) DO UPDATE SET {last}=t.{last}+excluded.{last} RETURNING {last}"
        )

    def unnumbered_events(self, limit: int) -> list[str]:
        """The ids of events that have no position, in order."""
        style, texts = self.texts.style, self.texts.of("event")
        where = f"{style.equal(['tenant', 'book'])} AND {style.name('position')} IS NULL"
        text = (
            f"SELECT {style.name('id')} FROM {texts.table} WHERE {where} ORDER BY {style.name('id')} LIMIT {style.mark}"
        )
        return [row[0] for row in self.rows(text, (*self.scope, limit))]  # type: ignore[misc]  # an id is text

    def number_events(self, ids: Sequence[str], first: int) -> None:
        """Give these events their positions."""
        style, texts = self.texts.style, self.texts.of("event")
        where = style.equal(["tenant", "book", "id"])
        text = f"UPDATE {texts.table} SET {style.name('position')}={style.mark} WHERE {where}"
        self.send(text, [(at, *self.scope, name) for at, name in enumerate(ids, first)])

    # -- writing ------------------------------------------------------------------------------------------------------

    def write(self, writing: Writing) -> None:
        """Every row of a commit; ``GuardError`` where a version or bound did not hold."""
        for kind, rows in writing.insert.items():
            self.insert(kind, rows)
        for kind, rows in writing.put.items():
            self.put(kind, rows)
        for kind, additions in writing.add.items():
            self.add(kind, additions)
        for kind, keys in writing.remove.items():
            self.send(self.texts.by_kind[kind, "remove"], [(*self.scope, *key) for key in keys])

    def send(self, text: str, rows: Sequence[Row], guard: Guard | None = None) -> None:
        """Run a statement for each of the rows; where there is a guard, each must change one row."""
        cursor = self.connection.cursor()
        if len(rows) == 1:
            cursor.execute(text, rows[0])
        else:
            cursor.executemany(text, rows)
        if guard is not None and cursor.rowcount != len(rows):
            raise GuardError(guard[0](guard[1]))

    def insert(self, kind: str, rows: Sequence[Row]) -> None:
        """New rows."""
        scope = self.scope
        self.send(self.texts.by_kind[kind, "insert"], [scope + row for row in rows])

    def put(self, kind: str, rows: Sequence[Row]) -> None:
        """Rows in place of what is there, over the version before where the kind has versions."""
        place = form_of(kind).version
        if place is None:
            self.upsert(kind, rows)
            return
        new = [row for row in rows if row[place] == 1]
        later = [row for row in rows if row[place] != 1]
        if new:
            self.insert(kind, new)
        if later:
            self.update(kind, later, place)

    def upsert(self, kind: str, rows: Sequence[Row]) -> None:
        """Rows, new or in place of others."""
        self.send(self.texts.by_kind[kind, "upsert"], [self.scope + row for row in rows])

    def update(self, kind: str, rows: Sequence[Row], place: int) -> None:
        """Rows in place of those of the version before."""
        changed = [self.updating(kind, row, place) for row in rows]
        self.send(self.texts.by_kind[kind, "update"], changed, (version_conflict, kind))

    def updating(self, kind: str, row: Row, place: int) -> Row:
        """A row as its update takes it: other cells, key, the version before."""
        form = form_of(kind)
        version = row[place]
        others = [cell for at, cell in enumerate(row) if at not in form.key]
        return (*others, *self.scope, *form.key_of(row), int(version or 0) - 1)

    def add(self, kind: str, additions: Sequence[Addition]) -> None:
        """Each addition as one guarded statement."""
        for (names, is_new), some in groupby(additions, key=lambda each: (tuple(each.names), may_begin(each))):
            if is_new:
                self.add_new(kind, names, list(some))
            else:
                self.add_more(kind, names, list(some))

    def add_new(self, kind: str, names: tuple[str, ...], additions: Sequence[Addition]) -> None:
        """Additions that may make their record."""
        cells = [(*self.zeros(kind, each), *window(kind, each)) for each in additions]
        self.send(self.texts.add_new(kind, names), cells, (bound_passed, kind))

    def add_more(self, kind: str, names: tuple[str, ...], additions: Sequence[Addition]) -> None:
        """Additions to a record that must be there, for from zero they would pass a bound."""
        cells = [
            (*(each.amounts.get(name, 0) for name in names), *self.scope, *each.key, *window(kind, each))
            for each in additions
        ]
        self.send(self.texts.add(kind, names), cells, (bound_passed, kind))

    def zeros(self, kind: str, addition: Addition) -> Row:
        """The row that an addition makes where there is none, with its scope."""
        form = form_of(kind)
        cells: dict[str, Cell] = dict(zip(form.kind.key, addition.key, strict=True))
        cells.update(addition.amounts)
        return (*self.scope, *(cells.get(field.name, 0) for field in form.fields))

    # -- scopes -------------------------------------------------------------------------------------------------------

    def scopes(self, kind: str) -> Iterable[tuple[str, str]]:
        """Every scope with a row of the kind, one by one, without reading all rows."""
        text = self.texts.of(kind).next_scope
        tenant, book = "", ""
        while found := self.rows(text, self.behind(tenant, book)):
            tenant, book = str(found[0][0]), str(found[0][1])
            yield tenant, book

    def behind(self, tenant: str, book: str) -> Sequence[str]:
        """The parameters of the question for the next scope."""
        _, cells = self.texts.style.compare(["tenant", "book"], ">", (tenant, book))
        return [str(cell) for cell in cells]

    def purge(self, kinds: Iterable[str]) -> None:
        """Remove every row of the scope; the mark lets them pass what protects append-only tables."""
        style = self.texts.style
        mark, where = self.texts.table("purge"), style.equal(["tenant", "book"])
        self.run(f"INSERT INTO {mark} ({style.names(['tenant', 'book'])}) VALUES ({style.marks(2)})", self.scope)
        for table in (*kinds, "series", "hold", "purge"):
            self.run(f"DELETE FROM {self.texts.table(table)} WHERE {where}", self.scope)


def may_begin(addition: Addition) -> bool:
    """Whether it holds from zero on, so that the record may be new."""
    return all(addition.fits(name, 0) for name in addition.names)


def window(kind: str, addition: Addition) -> list[int]:
    """Between what each field must lie before the addition, for it to lie within its bounds afterwards."""
    found: list[int] = []
    for name in addition.names:
        amount = addition.amounts.get(name, 0)
        low = max(addition.low.get(name, -LARGEST - 1), -LARGEST - 1) - amount
        high = min(addition.high.get(name, LARGEST), LARGEST) - amount
        low, high = max(low, -LARGEST - 1), min(high, LARGEST)
        if low > high:
            raise GuardError(bound_passed(kind, addition.key, name))
        found += [low, high]
    return found
