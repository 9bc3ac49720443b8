"""Frames made from nothing: each kind of column arrives with its type and every value."""

from __future__ import annotations

import datetime as dt
import sys
from decimal import Decimal
from typing import Any, cast, get_args

import pytest

from jxc.errors import FieldError, MissingExtraError
from jxc.frames import Column, Days, Decimals, Kind, Texts, Wholes, backend_of
from tests.frames.kinds import rows_of

COLUMNS: dict[str, Column] = {
    "row": Wholes([1, 2]),
    "day": Days([dt.date(2026, 1, 2), None]),
    "item": Texts(["TEA", "茶"]),
    "cost": Decimals([Decimal("1.5"), None], 2),
}
EMPTY: dict[str, Column] = {"row": Wholes([]), "day": Days([]), "item": Texts([]), "cost": Decimals([], 2)}


def made(kind: str, columns: dict[str, Column]) -> Any:
    pytest.importorskip(kind, reason=f"{kind} is not installed")
    return backend_of(cast("Kind", kind)).frame(columns)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_frame_of_every_kind_of_column(kind: str) -> None:
    day = dt.datetime(2026, 1, 2) if kind == "pandas" else dt.date(2026, 1, 2)  # noqa: DTZ001
    assert rows_of(made(kind, COLUMNS)) == [
        {"row": 1, "day": day, "item": "TEA", "cost": Decimal("1.50")},
        {"row": 2, "day": None, "item": "茶", "cost": None},
    ]


@pytest.mark.parametrize("kind", get_args(Kind))
def test_types_do_not_hang_on_the_values(kind: str) -> None:
    full, empty = made(kind, COLUMNS), made(kind, EMPTY)
    if kind == "pandas":
        assert (str(full.dtypes["row"]), str(full.dtypes["cost"])) == ("int64", "object")
        assert str(full.dtypes["item"]) in ("str", "object")  # as of pandas 3, and before
        assert str(full.dtypes["day"]).startswith("datetime64")
        assert str(empty.dtypes["day"]).startswith("datetime64")
        assert empty.dtypes.drop("day").tolist() == full.dtypes.drop("day").tolist()
    else:
        assert empty.schema == full.schema


def test_a_kind_that_does_not_exist() -> None:
    with pytest.raises(FieldError) as caught:
        backend_of(cast("Kind", "excel"))
    assert (caught.value.code, caught.value.hint) == ("not_a_frame_kind", "use one of pandas, polars, pyarrow")


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_library_that_is_not_installed(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, kind, None)
    with pytest.raises(MissingExtraError) as caught:
        backend_of(cast("Kind", kind))
    assert (caught.value.code, caught.value.hint) == ("missing_extra", f"pip install {kind}")
