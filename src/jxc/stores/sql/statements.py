"""The text of every statement, put together once a store and run on the driver's own cursor ever after.

    INSERT INTO "jxc_line" ("tenant","book","entry",...) VALUES (?,?,?,...)
    UPDATE "jxc_balance" SET "amount"="amount"+? WHERE "tenant"=? AND ... AND "amount" BETWEEN ? AND ?

Invariant: values are always parameters, names always quoted; each statement is bound to one tenant and one book by its
first two parameters after those it sets.

>>> texts = Texts(Style(), "jxc_", None)
>>> texts.of("seal").find
'SELECT "number","digest","recorded_at","body" FROM "jxc_seal" WHERE "tenant"=? AND "book"=? AND "number"=?'
>>> texts.of("draft").remove
'DELETE FROM "jxc_draft" WHERE "tenant"=? AND "book"=? AND "id"=?'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from jxc.stores.plans import Listing
from jxc.stores.rows import Cell, Form, RowKey, forms

__all__ = ["KindTexts", "Page", "Style", "Texts"]


@dataclass(frozen=True, slots=True)
class Style:
    """How an engine and its driver write things: the mark of a parameter, the quotes, whether rows compare quickly."""

    mark: str = "?"
    quote: str = '"'
    compares_rows: bool = True

    def name(self, name: str) -> str:
        """A name in quotes."""
        return f"{self.quote}{name}{self.quote}"

    def names(self, names: Iterable[str], before: str = "") -> str:
        """Names in quotes, with commas."""
        return ",".join(before + self.name(name) for name in names)

    def marks(self, count: int) -> str:
        """So many parameters, with commas."""
        return ",".join([self.mark] * count)

    def equal(self, names: Iterable[str], before: str = "") -> str:
        """Each name equal to a parameter."""
        return " AND ".join(f"{before}{self.name(name)}={self.mark}" for name in names)

    def compare(self, names: Sequence[str], operator: str, cells: RowKey) -> tuple[str, list[Cell]]:
        """These names together before or behind these cells, as a condition and its parameters."""
        if self.compares_rows and len(names) > 1:
            return f"({self.names(names)}) {operator} ({self.marks(len(names))})", list(cells)
        first, cell = self.name(names[0]), cells[0]
        if len(names) == 1:
            return f"{first} {operator} {self.mark}", [cell]
        strict = operator[0]
        rest, more = self.compare(names[1:], operator, cells[1:])
        return f"({first} {strict}= {self.mark} AND ({first} {strict} {self.mark} OR {rest}))", [cell, cell, *more]


@dataclass(frozen=True, slots=True)
class KindTexts:
    """The statements on one kind's table."""

    form: Form
    style: Style
    table: str

    @property
    def columns(self) -> list[str]:
        """Every column, in the order of the rows to write."""
        return ["tenant", "book", *(field.name for field in self.form.fields)]

    @property
    def key(self) -> list[str]:
        """The columns of the primary key."""
        return ["tenant", "book", *self.form.kind.key]

    @property
    def others(self) -> list[str]:
        """The columns beside the key."""
        return [field.name for field in self.form.fields if field.name not in self.form.kind.key]

    @property
    def select(self) -> str:
        """What every reading statement begins with."""
        return f"SELECT {self.style.names(field.name for field in self.form.fields)} FROM {self.table}"

    @property
    def find(self) -> str:
        """The row of a key."""
        return f"{self.select} WHERE {self.style.equal(self.key)}"

    @property
    def insert(self) -> str:
        """A new row."""
        names, marks = self.style.names(self.columns), self.style.marks(len(self.columns))
        return f"INSERT INTO {self.table} ({names}) VALUES ({marks})"

    @property
    def update(self) -> str:
        """The row of a key in that version: the other columns, then key and version."""
        style = self.style
        sets = ",".join(f"{style.name(name)}={style.mark}" for name in self.others)
        return f"UPDATE {self.table} SET {sets} WHERE {style.equal([*self.key, 'version'])}"

    @property
    def upsert(self) -> str:
        """A row, new or in place of another."""
        style = self.style
        sets = ",".join(f"{style.name(name)}=excluded.{style.name(name)}" for name in self.others)
        return f"{self.insert} ON CONFLICT ({style.names(self.key)}) DO UPDATE SET {sets}"

    @property
    def remove(self) -> str:
        """No row of a key."""
        return f"DELETE FROM {self.table} WHERE {self.style.equal(self.key)}"

    @property
    def clear(self) -> str:
        """No row of a scope."""
        return f"DELETE FROM {self.table} WHERE {self.style.equal(['tenant', 'book'])}"

    @property
    def next_scope(self) -> str:
        """The first scope behind another that has a row here."""
        style = self.style
        behind, _ = style.compare(["tenant", "book"], ">", ("", ""))
        names = style.names(["tenant", "book"])
        return f"SELECT {names} FROM {self.table} WHERE {behind} ORDER BY {names} LIMIT 1"


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a listing: behind ``low``, and up to ``high`` (or before it, where it was read already)."""

    listing: Listing
    low: RowKey | None
    high: RowKey | None
    high_read: bool = False


class Texts:
    """Every statement of one engine for one prefix and schema."""

    def __init__(self, style: Style, prefix: str, schema: str | None) -> None:
        self.style = style
        self._prefix = prefix
        self._schema = schema
        self._kinds = {name: KindTexts(form, style, self.table(name)) for name, form in forms().items()}
        self._made: dict[tuple[object, ...], str] = {}

    def table(self, name: str) -> str:
        """A table's whole name."""
        start = "" if self._schema is None else f"{self.style.name(self._schema)}."
        return start + self.style.name(self._prefix + name)

    def of(self, kind: str) -> KindTexts:
        """The statements on a kind's table."""
        return self._kinds[kind]

    @cached_property
    def by_kind(self) -> dict[tuple[str, str], str]:
        """The statements of every kind by kind and what they do, each put together once."""
        doings = ("find", "insert", "remove", "update", "upsert")
        return {(name, doing): getattr(kind, doing) for name, kind in self._kinds.items() for doing in doings}

    def add(self, kind: str, names: tuple[str, ...]) -> str:
        """Add to these columns of a row that is there: amounts, key, then a lower and an upper bound each."""
        return self.once(("add", kind, names), lambda: self._add(kind, names))

    def add_new(self, kind: str, names: tuple[str, ...]) -> str:
        """The same for a row that may be new: the row as it is if new, then the bounds."""
        return self.once(("add_new", kind, names), lambda: self._add_new(kind, names))

    def page(self, page: Page) -> tuple[str, list[Cell]]:
        """A page of a listing and its parameters but for the scope before and the limit behind them."""
        listing, style = page.listing, self.style
        conditions = [style.equal(["tenant", "book", *listing.equal])]
        cells: list[Cell] = [*listing.values]
        for bound, operator in ((page.low, ">"), (page.high, "<" if page.high_read else "<=")):
            if bound:
                text, more = style.compare(listing.order[: len(bound)], operator, bound)
                conditions.append(text)
                cells += more
        conditions += [f"{style.name(name)} IS NOT NULL" for name in listing.filled]
        way = " DESC" if listing.reverse else ""
        order = ",".join(style.name(name) + way for name in listing.order)
        tail = f" ORDER BY {order}" if order else ""
        kind = self.of(listing.form.name)
        return f"{kind.select} WHERE {' AND '.join(conditions)}{tail} LIMIT {style.mark}", cells

    # -- additions ----------------------------------------------------------------------------------------------------

    def _add(self, kind: str, names: tuple[str, ...]) -> str:
        style, texts = self.style, self.of(kind)
        sets = ",".join(f"{style.name(name)}={style.name(name)}+{style.mark}" for name in names)
        return f"UPDATE {texts.table} SET {sets} WHERE {style.equal(texts.key)}{self._within(names)}"

    def _add_new(self, kind: str, names: tuple[str, ...]) -> str:
        style, texts = self.style, self.of(kind)
        sets = ",".join(f"{style.name(name)}=t.{style.name(name)}+excluded.{style.name(name)}" for name in names)
        head = texts.insert.replace(" (", " AS t (", 1)
        where = self._within(names, "t.").removeprefix(" AND ")
        return f"{head} ON CONFLICT ({style.names(texts.key)}) DO UPDATE SET {sets} WHERE {where}"

    def _within(self, names: tuple[str, ...], before: str = "") -> str:
        style = self.style
        return "".join(f" AND {before}{style.name(name)} BETWEEN {style.mark} AND {style.mark}" for name in names)

    def once(self, key: tuple[object, ...], make: Callable[[], str]) -> str:
        """A text that is put together when it is first needed, and kept."""
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = make()
        return found
