"""Dataframe libraries are imported when they are needed, and their absence is an error that says what to install.

    name of a module  --library-->  the module, or MissingExtraError ``missing_extra``

Invariant: importing ``jxc.frames`` imports none of them.

>>> library("decimal").Decimal("1.50")
Decimal('1.50')
>>> library("no_such_library")
Traceback (most recent call last):
    ...
jxc.errors.MissingExtraError: dataframes need no_such_library, which is not installed; pip install no_such_library
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from jxc.errors import MissingExtraError

__all__ = ["NARWHALS", "library"]

NARWHALS = "narwhals.stable.v2"


def library(name: str) -> Any:
    """The module of this name; its names are not known to a type checker, since pandas ships no types."""
    try:
        return import_module(name)
    except ImportError as error:
        package = name.split(".", maxsplit=1)[0]
        install = '"jxc[frames]"' if name == NARWHALS else package
        raise MissingExtraError(
            "missing_extra", f"dataframes need {package}, which is not installed", hint=f"pip install {install}"
        ) from error
