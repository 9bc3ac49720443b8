"""The stores in SQL: ``SqlStore``, its tables and their upgrades; needs the extra ``sql``."""

from jxc.stores.sql.schema import metadata
from jxc.stores.sql.store import SqlStore

__all__ = ["SqlStore", "metadata"]
