"""Which row goes on which card, and every reason why not, before anything is written; pure but for the clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from provisioning.card import Code
from provisioning.flash.drives import Drive, refusal, size_words
from provisioning.rows import Row


@dataclass(frozen=True)
class Target:
    """Where one card is made. drive: None for a file; is_there: a file that would be lost."""

    path: Path
    drive: Drive | None = None
    is_there: bool = False
    why_not: str = ""

    @property
    def words(self) -> str:
        """Return what a person sees of it before it is written."""
        if self.drive is None:
            return f"tệp {self.path}" + (" (đã có, sẽ bị ghi đè)" if self.is_there else "")
        return f"{self.path}  {size_words(self.drive.size_bytes)}  {self.drive.model}"

    @property
    def is_lost(self) -> bool:
        """Return whether something that is there now will be gone."""
        return self.drive is not None or self.is_there


@dataclass(frozen=True)
class Job:
    """One card to be made."""

    target: Target
    row: Row
    code: Code


def target_of(path: Path, drives: Sequence[Drive], kind: str) -> Target:
    """Return where a card is made. kind: `missing`, `file`, `block` or `other`, of the resolved path."""
    if kind == "missing" and not path.is_relative_to("/dev"):
        return Target(path)
    if kind == "file":
        return Target(path, is_there=True)
    drive = next((one for one in drives if one.name == path.name), None)
    if kind == "block" and drive is not None:
        return Target(path, drive)
    whole = next((one for one in drives if path.name in one.parts), None)
    if whole is not None:
        return Target(path, why_not=f"{path} là một phân vùng. Xin ghi cả thẻ: {whole.path}.")
    return Target(path, why_not=f"{path} không phải thẻ nhớ, USB hay tệp. Xin xem: flash list.")


def faults(jobs: Sequence[Job], size_bytes: int, free_bytes: Mapping[Path, int]) -> list[str]:
    """Return every reason why these cards cannot be made, in Vietnamese; nothing if all can.

    size_bytes: of the image. free_bytes: by the folder of a file.
    """
    found = [job.target.why_not for job in jobs if job.target.why_not]
    found += [why for job in jobs if job.target.drive and (why := refusal(job.target.drive, size_bytes))]
    for word, values in (
        ("thẻ", [str(job.target.path) for job in jobs]),
        ("máy", [job.row.key for job in jobs]),
    ):
        twice = sorted({one for one in values if values.count(one) > 1})
        found += [f"{one}: ghi hai lần trong một lệnh. Mỗi {word} một lần." for one in twice]
    for folder, free in free_bytes.items():
        count = sum(job.target.drive is None and job.target.path.parent == folder for job in jobs)
        if count * size_bytes > free:
            found.append(f"{folder} còn {size_words(free)}, cần {size_words(count * size_bytes)}. Xin dọn bớt.")
    return found
