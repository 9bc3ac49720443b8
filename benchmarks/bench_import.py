"""``import jxc`` in a fresh interpreter: time above an empty interpreter, modules, and no heavy one among them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.harness import Line, note

__all__ = ["run"]

HEAVY = ("numpy", "pandas", "sqlalchemy", "polars", "pyarrow", "matplotlib", "narwhals")
LIMIT = 0.150
PROBE = """
import sys, time
before = set(sys.modules)
start = time.process_time()
import jxc
{use}
spent = time.process_time() - start
import json
print(json.dumps([spent, sorted(set(sys.modules) - before)]))
"""


def run(_rows: int = 0, rounds: int = 7) -> Iterator[Line]:
    seconds, modules = _best("", rounds)
    yield Line("import jxc", f"{seconds * 1000:.0f} ms, {len(modules)} modules", "< 150 ms", seconds < LIMIT)
    seconds, modules = _best("jxc.value", rounds)
    yield note("import jxc, and the first use of jxc.value", f"{seconds * 1000:.0f} ms, {len(modules)} modules")
    heavy = [module for module in HEAVY if module in modules]
    yield Line("heavy modules loaded by both", ", ".join(heavy) or "none", "none", not heavy)


def _best(use: str, rounds: int) -> tuple[float, list[str]]:
    probes = [_probe(use) for _ in range(rounds)]
    return min(spent for spent, _ in probes), probes[0][1]


def _probe(use: str) -> tuple[float, list[str]]:
    """CPU seconds and the modules loaded, above an interpreter that has started; names load at their first use."""
    code = PROBE.replace("{use}", use)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    spent, modules = json.loads(done.stdout)
    return spent, modules
