"""The demo: half a year of a trading company, valued, compared, explained.

Run it with `make demo`, `python examples/demo.py` or `python -m jxc demo`; it takes a few seconds.
"""

import sys

from jxc.__main__ import main

if __name__ == "__main__":
    sys.exit(main(["demo", *sys.argv[1:]]))
