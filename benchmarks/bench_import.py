"""``import jxc`` in a fresh interpreter: time above an empty interpreter, modules, and no heavy one among them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.harness import Line, note

__all__ = ["run"]

HEAVY = ("numpy", "pandas", "sqlalchemy", "polars", "pyarrow", "matplotlib", "narwhals")
PROBE = """
import sys, time
before = set(sys.modules)
start = time.process_time()
import jxc
spent = time.process_time() - start
import json
print(json.dumps([spent, sorted(set(sys.modules) - before - {"json"})]))
"""


def run(_rows: int = 0, rounds: int = 7) -> Iterator[Line]:
    probes = [_probe() for _ in range(rounds)]
    seconds = min(spent for spent, _ in probes)
    modules = probes[0][1]
    heavy = [name for name in HEAVY if name in modules]
    yield Line("import jxc", f"{seconds * 1000:.0f} ms", "< 150 ms", seconds < 0.150)
    yield note("import jxc: modules loaded", f"{len(modules)}")
    yield Line("import jxc: heavy modules", ", ".join(heavy) or "none", "none", not heavy)


def _probe() -> tuple[float, list[str]]:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    spent, modules = json.loads(done.stdout)
    return spent, modules
