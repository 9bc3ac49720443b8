"""Rates of tax from files: those that are shipped, and a user's own.

    load_tax_rates("cn-vat")        code,percent,first,last,note

Invariant: what is read is checked as a whole; a rate without a last day is valid until another file says otherwise.

>>> from datetime import date
>>> load_tax_rates("cn-vat").on("goods", date(2026, 1, 5)).percent
Decimal('13')
"""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

from jxc.errors import TableError
from jxc.kernel.dates import parse_date
from jxc.kernel.exact import to_decimal
from jxc.tax.rates import TaxRate, TaxRates

__all__ = ["load_tax_rates"]

_SHIPPED = ("cn-vat",)
_COLUMNS = ("code", "percent", "first", "last", "note")


def load_tax_rates(name: str) -> TaxRates:
    """Shipped rates by name, or those of a CSV file in UTF-8; ``TableError``, and what ``TaxRates`` raises."""
    if name in _SHIPPED:
        text = files("jxc.edge").joinpath("data", "taxes", f"{name}.csv").read_text("utf-8")
    elif Path(name).is_file():
        text = Path(name).read_text("utf-8-sig")
    else:
        hint = f"shipped are {', '.join(_SHIPPED)}"
        raise TableError("file_not_found", "no such file", field="name", value=name, hint=hint)
    return TaxRates(_rate(row) for row in csv.DictReader(text.splitlines()))


def _rate(row: dict[str, str]) -> TaxRate:
    strange = [name for name in row if name not in _COLUMNS]
    if strange:
        hint = f"the columns are {', '.join(_COLUMNS)}"
        raise TableError("unknown_columns", "a column that no rate has", field="name", value=strange[0], hint=hint)
    missing = [name for name in ("code", "percent") if name not in row]
    if missing:
        raise TableError("missing_column", "a rate has a code and a percent", field=missing[0])
    first, last = (parse_date(row[name], field=name) if row.get(name) else None for name in ("first", "last"))
    return TaxRate(row["code"], to_decimal(row["percent"], field="percent"), first, last, row.get("note", ""))
