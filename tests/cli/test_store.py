"""``jxc store``: the tables of a database, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from jxc.__main__ import main


def test_upgrade_and_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    assert main(["store", "check", url]) == 1
    assert capsys.readouterr().out == "there: no tables, wanted: 0001\n"
    assert main(["store", "upgrade", url, "--prefix", "erp_"]) == 0
    assert main(["store", "check", url, "--prefix", "erp_"]) == 0
    assert main(["store", "check", url]) == 1


def test_sql(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "sql", "postgresql://", "--schema", "books", "--no-triggers"]) == 0
    out = capsys.readouterr().out
    assert "CREATE TABLE books.jxc_line" in out
    assert "TRIGGER" not in out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["check", "shop.db"], "bad_url"),
        (["check", "oracle://x"], "unknown_engine"),
        (["upgrade", "sqlite://"], "no_file"),
        (["upgrade", "sqlite:///x.db", "--prefix", "a b"], "bad_name"),
        (["drop", "sqlite:///x.db"], "bad_usage"),
    ],
)
def test_refusals(words: list[str], code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", *words]) == 2
    assert f"[{code}]" in capsys.readouterr().err
