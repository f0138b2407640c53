"""A real centre as its own process on loopback, with an embedded database file; ended by whoever started it."""

import ctypes
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


def end_with_parent() -> None:
    """Have the kernel end this process when its parent is gone, however that one went; for a child, before exec."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


REPOSITORY = Path(__file__).parent.parent


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@dataclass
class Centre:
    """One centre. folder: its data. environment: more settings, HAILONG_CENTRE_*."""

    folder: Path
    port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    password: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def do(self, *words: str, given: str | None = None) -> str:
        """Run one command of `python -m server` and return what it printed; it must succeed. given: what it reads."""
        command = [sys.executable, "-m", "server", *words]
        done = subprocess.run(
            command, env=self._env(), cwd=REPOSITORY, capture_output=True, text=True, timeout=60, input=given
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def prepare(self) -> "Centre":
        """Make keys, schema and the demo province."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.do("init")
        said = self.do("seed-demo")
        found = re.search(r"(?:password|mật khẩu)[^:]*:\s*(\S+)", said, re.IGNORECASE)
        self.password = found[1] if found else ""
        return self

    def start(self) -> "Centre":
        """Serve, and return once it answers."""
        command = [sys.executable, "-m", "server", "serve"]
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self._env(), cwd=REPOSITORY, stdout=log, stderr=log, preexec_fn=end_with_parent
            )
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(self.url + "/healthz", timeout=2) as answer:
                    if answer.status == 200:
                        return self
            except (urllib.error.URLError, OSError):
                assert self.process.poll() is None, (self.folder / "serve.log").read_text()
                time.sleep(0.1)
        raise AssertionError("the centre did not answer in 30 s\n" + (self.folder / "serve.log").read_text())

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, gently or not."""
        if self.process is not None:
            self.process.send_signal(how)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def code(self, counter: str) -> str:
        """Return a one-time enrolment code for a counter."""
        found = re.search(r"\b[A-Z0-9]{2,}(?:-[A-Z0-9]{2,})+\b", self.do("enrol-code", "--counter", counter))
        assert found is not None
        return found[0]

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return rows straight from the centre's database file."""
        connection = sqlite3.connect(self.folder / "centre.db")
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def counter(self) -> str:
        """Return the id of one counter of the demo province."""
        return str(self.rows("SELECT id FROM org_units WHERE kind = 'counter' ORDER BY id LIMIT 1")[0][0])

    def _env(self) -> dict[str, str]:
        own = {
            "HAILONG_CENTRE_DATA_DIR": str(self.folder),
            "HAILONG_CENTRE_PORT": str(self.port),
            "HAILONG_CENTRE_PUBLIC_BASE": self.url,
            "PYTHONPATH": str(REPOSITORY),
        }
        return {**os.environ, **own, **self.environment}
