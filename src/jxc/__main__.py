"""``python -m jxc``: the command line; see ``jxc.cli.app``."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0 whole, 1 rows left out or cases failed, 2 refused as a whole."""
    from jxc.cli.app import run

    return run(list(sys.argv[1:] if argv is None else argv))


if __name__ == "__main__":
    sys.exit(main())
