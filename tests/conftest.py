"""What all tests share: the profiles of hypothesis, and the folder of shared data where there is one.

Profiles, chosen by HYPOTHESIS_PROFILE: ``ci`` (default; the same examples every time), ``quick`` (fewer, for the other
Pythons), ``dev`` (new random examples each run), ``soak`` (many).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]

_SLOW_IS_FINE = (HealthCheck.too_slow, HealthCheck.data_too_large)
for _name, _examples, _fixed in (("ci", 60, True), ("quick", 15, True), ("dev", 100, False), ("soak", 3000, False)):
    settings.register_profile(
        _name,
        max_examples=_examples,
        derandomize=_fixed,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=_SLOW_IS_FINE,
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data: golden cases and real histories, which are not part of the repository."""
    named = os.environ.get("JXC_SHARED")
    place = Path(named) if named else ROOT.parent / "shared"
    if not place.is_dir():
        pytest.skip(f"no shared data: {'JXC_SHARED names no folder' if named else 'set JXC_SHARED to its folder'}")
    return place


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL for the tests; skips, or fails where JXC_REQUIRE_POSTGRES=1, if there is none."""
    from tests.servers.databases import postgres

    with postgres() as url:
        yield url


@pytest.fixture(scope="session")
def mariadb_url() -> Iterator[str]:
    """A MariaDB or MySQL for the tests; skips, or fails where JXC_REQUIRE_MARIADB=1, if there is none."""
    from tests.servers.databases import mariadb

    with mariadb() as url:
        yield url
