"""The recordings of one language on the card: each written whole, the former one kept until the next, its words noted.

`<prompt>.wav` is what is played, `<prompt>.before` the recording it took the place of, `read.json` what was read.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from appliance.durable import fsync_folder, write_durably
from appliance.technician.studio import Line

READ: Final = "read.json"
_FORMER: Final = "~"
"""Before a prompt's id in read.json: the words of its former recording."""


class Recordings:
    """The folder of one language."""

    def __init__(self, folder: Path) -> None:
        """folder: `<data>/voice/<lang>`; made with the first recording."""
        self.folder = folder

    def path(self, prompt: str) -> Path:
        """Return where a prompt's recording is, or would be."""
        return self.folder / f"{prompt}.wav"

    def state(self, lines: Iterable[Line]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """Return the prompts recorded, those recorded with other words than now, and those with a former recording.

        A file whose words nobody noted was put here by hand, and counts as recorded.
        """
        read, names = self._read(), self._names()
        there = {line.id: line.text for line in lines if f"{line.id}.wav" in names}
        kept = frozenset(name for name, text in there.items() if read.get(name, text) == text)
        former = frozenset(line.id for line in lines if f"{line.id}.before" in names)
        return kept, frozenset(there) - kept, former

    def keep(self, line: Line, wav: bytes) -> None:
        """Write a recording; the one that was there becomes the former one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.path(line.id)
        if path.exists():
            write_durably(self._former(line.id), path.read_bytes(), 0o644)
        write_durably(path, wav, 0o644)
        read = self._read()
        self._note({**read, _FORMER + line.id: read.get(line.id, ""), line.id: line.text})

    def delete(self, prompt: str) -> None:
        """Take a recording away; `undo` brings it back."""
        self.path(prompt).replace(self._former(prompt))
        fsync_folder(self.folder)
        read = self._read()
        self._note({**read, _FORMER + prompt: read.pop(prompt, "")} | {prompt: ""})

    def undo(self, prompt: str) -> None:
        """Bring the former recording back; one that is there changes places with it."""
        path, former = self.path(prompt), self._former(prompt)
        if path.exists():
            aside = former.with_suffix(".aside")
            os.link(path, aside)
            former.replace(path)
            aside.replace(former)
        else:
            former.replace(path)
        fsync_folder(self.folder)
        read = self._read()
        self._note({**read, prompt: read.get(_FORMER + prompt, ""), _FORMER + prompt: read.get(prompt, "")})

    def _former(self, prompt: str) -> Path:
        return self.folder / f"{prompt}.before"

    def _names(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()} if self.folder.is_dir() else set()

    def _read(self) -> dict[str, str]:
        try:
            return msgspec.json.decode((self.folder / READ).read_bytes(), type=dict[str, str])
        except (OSError, msgspec.DecodeError):
            return {}

    def _note(self, read: dict[str, str]) -> None:
        words = {name: text for name, text in read.items() if text}
        write_durably(self.folder / READ, msgspec.json.format(msgspec.json.encode(words, order="sorted")), 0o644)
