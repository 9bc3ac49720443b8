"""The flat namespace of the kernel is what its modules export, and loads them one by one."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import pytest

import jxc.kernel


def test_every_public_name_of_every_module_is_there() -> None:
    found: dict[str, object] = {}
    for module in pkgutil.iter_modules(jxc.kernel.__path__):
        if not module.name.startswith("_"):
            home = importlib.import_module(f"jxc.kernel.{module.name}")
            found |= {name: getattr(home, name) for name in home.__all__}
    assert sorted(found) == sorted(jxc.kernel.__all__)
    assert [name for name, value in found.items() if getattr(jxc.kernel, name) is not value] == []
    assert set(found) <= set(dir(jxc.kernel))


def test_no_name_hides_a_module() -> None:
    modules = {module.name for module in pkgutil.iter_modules(jxc.kernel.__path__)}
    assert not modules & set(jxc.kernel.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        jxc.kernel.no_such_name  # noqa: B018


def test_a_name_loads_only_what_it_needs() -> None:
    script = (
        "import sys; from jxc.kernel import to_decimal; "
        "loaded = {name for name in sys.modules if name.startswith('jxc.kernel.')}; "
        "assert loaded == {'jxc.kernel.exact', 'jxc.kernel.rounding'}, loaded; "
        "assert 'zoneinfo' not in sys.modules and 'difflib' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
