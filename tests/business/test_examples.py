"""The shipped example of a shop runs and prints what it should."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.house.source import ROOT


def test_the_shop_prints_what_its_books_say() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}
    example = ROOT / "examples" / "shop.py"
    done = subprocess.run([sys.executable, str(example)], capture_output=True, text=True, check=True, env=environment)
    lines = done.stdout.splitlines()
    assert lines[-3:] == [
        "margin of li: 125.00 - 53.50 = 71.50",
        "stock 160.50, account 1405 160.50",
        "6 facts of 1 groups of items, 6 entries: clean",
    ]
