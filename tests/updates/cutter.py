"""Looks for releases and is killed at a chosen moment; what had not reached the card by then is spoiled.

Told over stdin, one line each: `kiosk-root repository n`; answers with how it ended: `killed`, or the outcome's name,
or `broke` where our own code ended otherwise.
Moments are every opening for writing, making, renaming, removing, linking and syncing; n = 0 goes through uncut.
A file written but not synced at that moment is cut short at random, as a power cut leaves it.
"""

import os
import random
import signal
import sys
from pathlib import Path
from typing import Any

from appliance.settings import Settings
from appliance.updates.command import update
from launcher import command

MOMENTS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.symlink", "os.truncate", "os.chmod"}
WRITING = os.O_WRONLY | os.O_RDWR


class Cut:
    """Counts the moments of one process, and ends it at the n-th."""

    def __init__(self, root: str, n: int) -> None:
        self.root, self.n, self.seen = root, n, 0
        self.dirty: set[str] = set()
        self.sync, self.fsync = os.sync, os.fsync
        os.fsync, os.sync = self.fsynced, self.synced  # type: ignore[assignment]
        sys.addaudithook(self.heard)

    def moment(self) -> None:
        self.seen += 1
        if self.seen == self.n:
            for path in [one for one in self.dirty if os.path.isfile(one) and "/data/" not in one]:
                with open(path, "rb") as file:
                    size = len(file.read())
                os.truncate(path, random.Random(self.n).randint(0, size))
            os.kill(os.getpid(), signal.SIGKILL)

    def heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.n == self.seen:
            return
        if event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING:
            path = os.path.abspath(os.fsdecode(arguments[0])) if not isinstance(arguments[0], int) else ""
            if path.startswith(self.root):
                self.moment()
                self.dirty.add(path)
        elif event in MOMENTS and self.root in " ".join(str(one) for one in arguments):
            self.moment()
            if event == "os.rename":
                self._renamed(*(os.path.abspath(os.fsdecode(one)) for one in arguments[:2]))

    def _renamed(self, before: str, after: str) -> None:
        moved = {one for one in self.dirty if one == before or one.startswith(f"{before}/")}
        self.dirty = (self.dirty - moved - {after}) | {after + one[len(before) :] for one in moved}

    def fsynced(self, handle: int) -> None:
        self.moment()
        self.fsync(handle)
        self.dirty.discard(os.readlink(f"/proc/self/fd/{handle}"))
        self.moment()

    def synced(self) -> None:
        self.moment()
        self.sync()
        self.dirty.clear()
        self.moment()


def act(root: Path, repository: str, n: int) -> str:
    """Do what is asked in a process that may be cut; return how it ended."""
    os.environ |= {"HAILONG_SLOTS": str(root / "slots"), "HAILONG_FACTORY": str(root / "factory")}
    os.environ["HAILONG_RUNTIME"] = str(root / "run")
    Cut(str(root), n)
    if repository == "pick":
        return command.pick(command.places())
    if repository == "confirm":
        return str(command.confirm(command.places(), within_s=0.0, looks=1, every_s=0.01, restart="", follow=""))
    return type(update(Settings(data_dir=str(root / "data")), Path(repository))).__name__


def main() -> None:
    """Answer lines until there are no more."""
    for line in sys.stdin:
        root, repository, n = line.split()
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(write, act(Path(root), repository, int(n)).encode())
            os._exit(0)
        os.close(write)
        _, status = os.waitpid(child, 0)
        said = os.read(read, 200).decode()
        os.close(read)
        print("killed" if os.WIFSIGNALED(status) else said if status == 0 else "broke", flush=True)


if __name__ == "__main__":
    main()
