from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.cli.progress import Progress, bar


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_the_bar_is_as_wide_whatever_is_done(total: int, done: int) -> None:
    done = min(done, total)
    inside = bar("valuing", done, total, 1).split("[")[1].split("]")[0]
    assert len(inside) == 30
    assert inside == "#" * (30 * done // total) + " " * (30 - 30 * done // total)


def test_nothing_is_drawn_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = StringIO()
    monkeypatch.setattr("sys.stderr", shown)
    monkeypatch.setattr("jxc.cli.progress.Event.wait", lambda self, seconds=0: False)
    with Progress() as progress:
        progress.stage("valuing")
        progress.tick(1, 2)
    assert shown.getvalue() == ""
