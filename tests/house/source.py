"""The source of the house as data: one ``Module`` per file of src/jxc, parsed once.

>>> where = module("jxc/kernel/rounding.py")
>>> where.layer, where.name
('kernel', 'jxc.kernel.rounding')
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["BELOW_PORTS", "ROOT", "Module", "module", "modules"]

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"

BELOW_PORTS = frozenset(
    [
        "costing",
        "errors",
        "kernel",
        "ledger",
        "logistics",
        "orders",
        "posting",
        "reconcile",
        "reports",
        "settlement",
        "stock",
        "tax",
    ]
)
"""The layers that compute and do nothing else: no clock, file, environment, randomness, or foreign library."""


@dataclass(frozen=True, slots=True)
class Module:
    path: str
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def layer(self) -> str:
        """The package or top module it belongs to; the root's own ``__init__`` belongs to ``jxc``."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 else parts[0]

    @property
    def stem(self) -> str:
        return self.path.rsplit("/", 1)[-1].removesuffix(".py")

    @property
    def is_pure(self) -> bool:
        return self.layer in BELOW_PORTS

    def line(self, node: ast.AST) -> str:
        return self.text.splitlines()[getattr(node, "lineno", 1) - 1]

    def at(self, node: ast.AST, what: str) -> str:
        return f"src/{self.path}:{getattr(node, 'lineno', 1)}: {what}"


@cache
def modules() -> tuple[Module, ...]:
    """Every module of jxc, in the order of its path."""
    paths = sorted((SOURCE / "jxc").rglob("*.py"))
    texts = [(path.relative_to(SOURCE).as_posix(), path.read_text("utf-8")) for path in paths]
    return tuple(Module(path, text, ast.parse(text, path)) for path, text in texts)


def module(path: str) -> Module:
    return next(found for found in modules() if found.path == path)
