"""Currencies: a code, and how many decimal places its money has.

    Currency("CNY", 2)   Currency("JPY", 0)   Currency("KWD", 3)   Currency("CLF", 4)   Currency("POINT", 0)

Invariant: a currency always has a number of places.  The ISO 4217 codes for which the standard gives no minor unit
(gold, special drawing rights, "no currency") are therefore known but not usable until somebody states their places.
Two currencies are equal when code and places are; the name is only for show.

>>> currency("JPY").places, currency("CLF").places
(0, 4)
>>> currency("RMB")
Traceback (most recent call last):
...
jxc.errors.CurrencyError: there is no such currency (currency: RMB); did you mean CNY?
>>> Currencies.iso().with_(Currency("POINT", 0, "Club point")).get("POINT").places
0
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NoReturn, Self

from jxc.errors import CurrencyError
from jxc.kernel import _iso4217 as iso4217
from jxc.kernel.text import check_text

__all__ = ["MAX_PLACES", "Currencies", "Currency", "currency"]

MAX_PLACES = 30
"""The most decimal places of a currency; the finest in use has eighteen."""

_CODE = re.compile(r"[A-Z][A-Z0-9._-]{0,23}")
_ALIASES = {"RMB": "CNY", "CNH": "CNY", "NTD": "TWD", "NT$": "TWD", "UKP": "GBP", "US$": "USD", "HK$": "HKD"}
_SIGNS = {"¥": "CNY or JPY", "￥": "CNY or JPY", "元": "CNY", "圆": "CNY", "€": "EUR", "£": "GBP", "$": "USD"}


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency: ``code`` (capital letters, as in ISO 4217, or one of your own), ``places`` of its minor unit, name.

    Raises ``CurrencyError`` ``bad_currency_code`` or ``bad_currency_places``.
    """

    code: str
    places: int
    name: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if _CODE.fullmatch(self.code) is None:
            raise CurrencyError(
                "bad_currency_code",
                "not a code of a currency",
                field="code",
                value=self.code,
                hint="capital letters first, then letters, digits or . _ -, 24 characters at most",
            )
        if type(self.places) is not int or not 0 <= self.places <= MAX_PLACES:
            raise CurrencyError(
                "bad_currency_places",
                "not a number of decimal places",
                field="places",
                value=self.places,
                hint=f"a whole number from 0 to {MAX_PLACES}",
            )
        check_text(self.name, field="name", empty=True)

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class Currencies:
    """An immutable collection of currencies, sorted by code: ISO 4217, and whatever a book adds to it.

    Raises ``CurrencyError`` ``duplicate_currency`` when two entries have one code.
    """

    entries: tuple[Currency, ...]
    _by_code: dict[str, Currency] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        entries = tuple(sorted(self.entries, key=lambda entry: entry.code))
        by_code = {entry.code: entry for entry in entries}
        if len(by_code) < len(entries):
            twice = next(a.code for a, b in pairwise(entries) if a.code == b.code)
            raise CurrencyError("duplicate_currency", "two currencies have one code", field="code", value=twice)
        object.__setattr__(self, "entries", entries)
        object.__setattr__(self, "_by_code", by_code)

    @classmethod
    def iso(cls) -> Currencies:
        """The active currencies of ISO 4217 that have a minor unit."""
        return _iso()

    def with_(self, *currencies: Currency) -> Self:
        """A copy that also has these; one of a code that is there already takes its place."""
        return type(self)(tuple({**self._by_code, **{entry.code: entry for entry in currencies}}.values()))

    def get(self, code: str, *, field: str = "currency") -> Currency:
        """The currency of that code; ``CurrencyError`` ``no_minor_unit`` or ``unknown_currency``, with a near miss."""
        found = self._by_code.get(code) if isinstance(code, str) else None  # pyright: ignore[reportUnnecessaryIsInstance]
        return found if found is not None else _refuse(code, field, self._by_code)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[Currency]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


def currency(code: str | Currency, *, field: str = "currency") -> Currency:
    """The ISO 4217 currency of that code; a ``Currency`` is returned as it is."""
    return code if isinstance(code, Currency) else _iso().get(code, field=field)


@lru_cache(maxsize=1)
def _iso() -> Currencies:
    rows = (line.split(" ", 2) for line in iso4217.ACTIVE.split("\n") if line)
    return Currencies(tuple(Currency(code, int(places), name) for code, places, name in rows if places != "-"))


def _refuse(code: str, field: str, known: Iterable[str]) -> NoReturn:
    if f"\n{code} - " in iso4217.ACTIVE:
        raise CurrencyError(
            "no_minor_unit",
            "ISO 4217 gives this code no minor unit",
            field=field,
            value=code,
            hint=f'state its places: Currencies.iso().with_(Currency("{code}", places))',
        )
    raise CurrencyError(
        "unknown_currency", "there is no such currency", field=field, value=code, hint=_hint(code, known)
    )


def _hint(code: str, known: Iterable[str]) -> str:
    codes = sorted(known)
    text = str(code).strip().upper()
    if f"\n{text} " in iso4217.WITHDRAWN:
        return f'withdrawn from ISO 4217; state its places: Currencies.iso().with_(Currency("{text}", places))'
    near = _ALIASES.get(text) or _SIGNS.get(text) or (text if text in codes else " or ".join(_near(text, codes)))
    return f"did you mean {near}?" if near else "use a code of ISO 4217 such as CNY, or add one of your own"


def _near(text: str, codes: list[str]) -> list[str]:
    from difflib import get_close_matches  # only on the way out, so that importing the kernel stays light

    return get_close_matches(text, codes, n=3)
