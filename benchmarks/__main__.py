"""``python -m benchmarks [NAME...] [--quick]``: all benchmarks, or the named ones."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable, Iterator

from benchmarks import (
    bench_business,
    bench_import,
    bench_late,
    bench_ledger,
    bench_loops,
    bench_periodic,
    bench_store,
    bench_value,
)
from benchmarks.harness import Line, table

RUNS: dict[str, Callable[..., Iterator[Line]]] = {
    "business": bench_business.run,
    "import": bench_import.run,
    "late": bench_late.run,
    "ledger": bench_ledger.run,
    "loops": bench_loops.run,
    "periodic": bench_periodic.run,
    "store": bench_store.run,
    "value": bench_value.run,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(RUNS)}; all without one")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows, fewer rounds")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in RUNS]
    if unknown:
        parser.error(f"no benchmark called {', '.join(unknown)}; there are {', '.join(RUNS)}")
    lines: list[Line] = []
    for name in options.names or RUNS:
        lines += RUNS[name](100_000, 3) if options.quick else RUNS[name]()
    print(f"CPU time (store: wall), Python {platform.python_version()}; ratios taken in one run, best of the rounds")
    print(table(lines))


if __name__ == "__main__":
    main()
