"""Keeps the uploader's process alive: started again when it ends, later each time it ends early."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from appliance.settings import Settings

log = logging.getLogger(__name__)

FIRST_S, LAST_S = 10.0, 600.0
"""The pause before a new start: doubled each time the process ends early, up to the last."""
STEADY_S: Final = 300.0
"""A process that lived so long ended by chance, not by a fault that comes at once."""


def command(local: Settings, more: Sequence[str] = ()) -> list[str]:
    """Return how the uploader is started; it ends with this process. more: as `--at-once`, to send as ballots come."""
    words = [sys.executable, "-m", "appliance.uploader", "--data", local.data_dir, "--centre", local.centre]
    words += ["--every", str(local.upload_every_s), "--parent", str(os.getpid())]
    return [*words, *more]


class Keeper:
    """One process, started again whenever it is found ended. log_path: where its words go, newest 1 MB kept."""

    def __init__(self, words: Sequence[str], log_path: Path, monotonic: Callable[[], float]) -> None:
        self._words, self._log_path, self._monotonic = list(words), log_path, monotonic
        self.process: subprocess.Popen[bytes] | None = None
        self.restarts = 0
        self._pause_s, self._began_s, self._due_s = FIRST_S, 0.0, 0.0

    def start(self) -> None:
        """Start it."""
        self._began_s = self._monotonic()
        if self._log_path.exists() and self._log_path.stat().st_size > 1_000_000:
            self._log_path.replace(self._log_path.with_suffix(".old"))
        with self._log_path.open("ab") as output:
            self.process = subprocess.Popen(self._words, stdout=output, stderr=output)

    def look(self) -> None:
        """Start it again if it has ended and its pause is over; call it every few seconds."""
        now_s = self._monotonic()
        if self.process is not None and self.process.poll() is not None:
            lived_s = now_s - self._began_s
            self._pause_s = FIRST_S if lived_s >= STEADY_S else self._pause_s
            log.error("the uploader ended: code=%s lived_s=%.0f", self.process.returncode, lived_s)
            self.process, self._due_s = None, now_s + self._pause_s
            self._pause_s = min(2 * self._pause_s, LAST_S)
        elif self.process is None and now_s >= self._due_s:
            self.restarts += 1
            self.start()

    def end(self) -> None:
        """Ask it to end, and see that it has."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
