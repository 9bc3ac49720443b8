"""``python -m jxc store``: the tables of a store in a SQL database.

jxc store upgrade URL     make the tables, or bring them to this version
jxc store check URL       which version is there; exit status 1 if it is not the one wanted
jxc store sql URL         print the statements, for who runs them by hand; connects nowhere
"""

from __future__ import annotations

from argparse import Namespace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from jxc.cli.arguments import Parser
from jxc.cli.console import say
from jxc.errors import MissingExtraError

if TYPE_CHECKING:
    from jxc.stores.sql.migrate import State

__all__ = ["run"]

_EPILOG = """\
A URL is that of SQLAlchemy: sqlite:///shop.db, postgresql://user@host/database, mysql://user@host/database,
mariadb://user@host/database. Back up first. An upgrade runs in one transaction where the engine can.

Exit status: 0 the tables are of this version, 1 they are not, 2 the database refuses."""


def run(words: list[str]) -> int:
    """Upgrade, check, or print; 1 if the tables are not of this version, else 0."""
    parser = Parser("store", "Make, upgrade or check the tables of a store in a SQL database.", _EPILOG)
    parser.add_argument("what", choices=("upgrade", "check", "sql"), help="what to do")
    parser.add_argument("url", metavar="URL", help="the database")
    parser.add_argument("--prefix", default="jxc_", help="what the names of the tables begin with (default: jxc_)")
    parser.add_argument("--schema", help="the schema that the tables are in (default: that of the connection)")
    parser.add_argument("--no-triggers", action="store_true", help="without triggers that keep facts append-only")
    options = parser.parse_args(words)
    return _DOINGS[options.what](_migrate(), options)


def _migrate() -> Any:
    try:
        return import_module("jxc.stores.sql.migrate")
    except ImportError as error:
        raise MissingExtraError(
            "missing_extra", f"stores in SQL need {error.name}, which is not installed", hint='pip install "jxc[sql]"'
        ) from error


def _upgrade(migrate: Any, options: Namespace) -> int:
    protect = not options.no_triggers
    return _told(migrate.upgrade(options.url, prefix=options.prefix, schema=options.schema, protect=protect))


def _check(migrate: Any, options: Namespace) -> int:
    return _told(migrate.check(options.url, prefix=options.prefix, schema=options.schema))


def _sql(migrate: Any, options: Namespace) -> int:
    protect = not options.no_triggers
    say(migrate.ddl(options.url, prefix=options.prefix, schema=options.schema, protect=protect).rstrip())
    return 0


def _told(state: State) -> int:
    say(f"there: {state.present or 'no tables'}, wanted: {state.wanted}")
    return 0 if state.is_ready else 1


_DOINGS = {"upgrade": _upgrade, "check": _check, "sql": _sql}
