"""The ground that a command is decided on: the terms of the book, what was stated since, how far it is closed.

    SettingRecord book/terms   ->  Terms of the book: currency, chart, policy, places of numbers, time
    PeriodRecord  book ""      ->  the page: which settings are the latest, the last day that is closed

Invariant: the ground is as the store had it when the page was read; a page of another version is another ground.

>>> table = PostingTable("tiny", ())
>>> terms = BookTerms.of(currency="CNY", chart=Chart("tiny", ()), table=table, policy=Policy())
>>> ground = Ground(terms, Settings(()))
>>> BookTerms.from_json(ground.terms.to_json()) == ground.terms, ground.closed_until is None
(True, True)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeAlias

from jxc.api.business.posting_lines import PostingLines
from jxc.api.late_read import Terms
from jxc.app.charts import chart_from, chart_json
from jxc.app.policies import check_keepable, policy_from, policy_json
from jxc.app.settings import Settings, policy_for, units_for
from jxc.costing.events import Scales
from jxc.costing.policy import Policy
from jxc.edge.posting_tables import dump_posting_table, posting_table
from jxc.errors import FieldError
from jxc.kernel.booktime import BookTime
from jxc.kernel.currencies import Currency
from jxc.kernel.currencies import currency as currency_named
from jxc.ledger.book import Book
from jxc.ledger.chart import Chart
from jxc.ledger.policy import LedgerPolicy
from jxc.ports import PeriodRecord
from jxc.posting.table import PostingTable

__all__ = [
    "PAGE",
    "BookTerms",
    "Chart",
    "Ground",
    "MasterData",
    "Policy",
    "PostingTable",
    "Settings",
    "closed_until_of",
    "page_of",
]

PAGE = ("book", "")
"""The key of the page, which every command shares and every act on settings or periods locks."""

MasterData: TypeAlias = Literal["open", "listed"]
"""Whether facts may name items and places that nothing was stated about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookTerms:
    """What a book was opened with, pinned whole.

    ``qty_places``: quantities are kept in quanta of so many places.  ``day_starts``: how long after midnight the
    business day begins (a shop that closes at two: 3 hours).
    """

    currency: Currency
    chart: Chart
    table: PostingTable
    policy: Policy
    qty_places: int = 6
    zone: str = "UTC"
    day_starts: int = 0
    master_data: MasterData = "open"
    ledger: LedgerPolicy = field(default_factory=LedgerPolicy)

    @classmethod
    def of(cls, *, currency: str | Currency, policy: Policy, **more: Any) -> BookTerms:
        """Terms from what a caller gives; raises ``CurrencyError``, ``PolicyError``, ``DateError``, ``FieldError``."""
        terms = cls(currency=currency_named(currency), policy=policy, **more)
        check_keepable(policy, terms.currency.places)
        BookTime(terms.zone)
        if terms.master_data not in ("open", "listed"):
            raise FieldError("not_one_of", "open or listed", field="master_data", value=terms.master_data)
        for name, last in (("qty_places", 12), ("day_starts", 23)):
            if type(getattr(terms, name)) is not int or not 0 <= getattr(terms, name) <= last:
                raise FieldError("not_one_of", f"a number from 0 to {last}", field=name, value=getattr(terms, name))
        return terms

    @property
    def scales(self) -> Scales:
        """The places of money and of quantities."""
        return Scales(self.currency.places, self.qty_places)

    @property
    def book(self) -> Book:
        """The book of the ledger."""
        return Book(self.chart, self.currency.code, self.ledger)

    def day_of(self, now: datetime) -> date:
        """The business day it is at that instant."""
        return (BookTime(self.zone).local(now) - timedelta(hours=self.day_starts)).date()

    def to_json(self) -> dict[str, Any]:
        """The terms as plain JSON."""
        return {
            "currency": [self.currency.code, self.currency.places],
            "chart": chart_json(self.chart),
            "posting": dump_posting_table(self.table),
            "policy": policy_json(self.policy),
            "qty_places": self.qty_places,
            "zone": self.zone,
            "day_starts": self.day_starts,
            "master_data": self.master_data,
            "ledger": {each.name: getattr(self.ledger, each.name) for each in fields(self.ledger)},
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> BookTerms:
        """The terms that were kept."""
        return cls(
            currency=currency_named(kept["currency"][0]),
            chart=chart_from(kept["chart"]),
            table=posting_table(kept["posting"]),
            policy=policy_from(kept["policy"]),
            qty_places=kept["qty_places"],
            zone=kept["zone"],
            day_starts=kept["day_starts"],
            master_data=kept["master_data"],
            ledger=LedgerPolicy(**kept["ledger"]),
        )


@dataclass(frozen=True, slots=True)
class Ground:
    """See the module; ``version``: that of the page."""

    terms: BookTerms
    settings: Settings
    version: int = 0
    closed_until: date | None = None
    book: Book = field(init=False)
    lines: PostingLines = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "book", self.terms.book)
        lines = PostingLines(self.terms.table, self.book, self.settings, self.terms.scales)
        object.__setattr__(self, "lines", lines)

    def terms_for(self, pinned: Mapping[str, Mapping[str, Any]]) -> Terms:
        """How the rows of items that belong together are read."""
        policy = policy_for(self.terms.policy, pinned)
        return Terms(policy, self.terms.scales, self.terms.currency, units_for(pinned), None)


def page_of(version: int, closed_until: date | None, settings: int) -> PeriodRecord:
    """The page as a record."""
    body = {"closed_until": None if closed_until is None else closed_until.isoformat(), "settings": settings}
    return PeriodRecord(*PAGE, "open", version, body)


def closed_until_of(page: PeriodRecord) -> date | None:
    """The last day that is closed."""
    last = page.body["closed_until"]
    return None if last is None else date.fromisoformat(last)
