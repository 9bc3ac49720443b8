"""``python -m jxc golden``: run golden cases and list every figure that differs.

    CASE STEP FIELD: expected X, got Y       a line for each figure that differs
    50 skipped: no engine yet for matching   a line for each engine that is missing
    250 passed, 0 failed, 92 skipped         the last line

A failing line begins with the id of its case, or with file and line where there is none.
"""

from __future__ import annotations

from collections.abc import Iterator

from jxc.cli.arguments import Parser
from jxc.cli.console import flush, say
from jxc.cli.progress import Progress
from jxc.cli.tables import clean
from jxc.edge.textfile import TextFile, open_text
from jxc.golden.runner import Report, run_lines

__all__ = ["run"]

_LIMIT = 1024**3
_EPILOG = """\
A case is one JSON object a line; it names its own policy and is run under it. Cases of your own pin the habits of the
system you leave. A case is skipped only where its engine does not exist yet.

Exit status: 0 no case failed, 1 some failed, 2 a file cannot be read."""


def run(words: list[str]) -> int:
    """Run the cases of the files named; 1 if any failed, else 0."""
    parser = Parser("golden", "Run golden cases and list every figure that differs.", _EPILOG)
    parser.add_argument("files", nargs="+", metavar="FILE", help="files of JSON lines, UTF-8")
    names: list[str] = parser.parse_args(words).files
    files = [open_text(name, limit_bytes=_LIMIT, encoding="utf-8") for name in names]
    total = Report()
    for file in files:
        report = _run_file(file)
        say(*(clean(str(failure), 4000) for failure in report.failures))
        flush()
        total.add(report)
    say(*_missing(total), total.summary)
    return 1 if total.failed else 0


def _run_file(file: TextFile) -> Report:
    with Progress() as progress, file.open() as stream:
        progress.stage(f"running {file.name}")
        return run_lines(stream, file.name)


def _missing(report: Report) -> Iterator[str]:
    for engine, count in sorted(report.skips.items()):
        yield f"{count:,} skipped: no engine yet for {engine}"
