"""The stored tree held against its ballots, its heads and the files of published heads; changes nothing."""

from pathlib import Path

import msgspec

from server.database import Work
from server.seals import note, queries
from server.seals.tree import roots_at


class Kept(msgspec.Struct, frozen=True):
    """A published head as its file says. log: which one."""

    name: str
    log: int
    head: note.Head


def kept(folder: Path) -> list[Kept]:
    """Return the published heads kept as files, the smallest first; a file that is none is left aside."""
    found = []
    for path in folder.glob("*-*-*.txt"):
        try:
            found.append(Kept(path.name, int(path.name.partition("-")[0]), note.read(path.read_text(encoding="utf-8"))))
        except (note.NoteError, ValueError):
            continue
    return sorted(found, key=lambda one: (one.log, one.head.size))


def forked(work: Work, published: list[Kept]) -> list[str]:
    """Return, one line each, the published heads of the newest log that this database contradicts or has lost."""
    last = queries.newest(work)
    log = 1 if last is None else last.log
    known = {_mark(note.read(one.note)) for one in queries.heads(work.connection)}
    unknown = [one for one in published if one.log == log and _mark(one.head) not in known]
    if not unknown:
        return []
    size = queries.size_of(work)
    roots = roots_at((leaf for _, leaf in queries.leaves(work)), [one.head.size for one in unknown])
    return [
        f"published head of {one.head.day:%d/%m/%Y} ({one.name}): "
        + (
            f"it has {one.head.size} ballots, this database only {size}"
            if one.head.size > size
            else "these ballots, in another order or changed"
            if roots[one.head.size] != one.head.root
            else "this database does not know it"
        )
        for one in unknown
    ]


def _mark(head: note.Head) -> tuple[str, int, bytes, str]:
    return head.origin, head.size, head.root, head.time


def faults(work: Work, folder: Path, public_key: bytes | None) -> list[str]:
    """Return what does not fit, one line each: changed or lost ballots, heads that are not over these leaves, forks.

    public_key: None where there is none at hand; then signatures are not looked at.
    """
    found = queries.strangers(work)
    heads = queries.heads(work.connection)
    size = queries.size_of(work)
    counted = work.one("SELECT count(*) FROM sealed_leaves")
    if counted is not None and counted[0] != size:
        found.append(f"sealed places: {counted[0]} of {size} are there")
    roots = roots_at((leaf for _, leaf in queries.leaves(work)), [one.size for one in heads])
    before = 0
    for one in heads:
        name = f"head {one.number} of {one.day:%d/%m/%Y}"
        found += _head_faults(one, name, roots.get(one.size), public_key)
        if one.size < before:
            found.append(f"{name}: {one.size} ballots, an earlier head has {before}")
        before = max(before, one.size)
    return found + forked(work, kept(folder))


def _head_faults(one: queries.Stored, name: str, root: bytes | None, public_key: bytes | None) -> list[str]:
    try:
        head = note.read(one.note) if public_key is None else note.check(one.note, note.Key("", public_key))
    except note.NoteError as error:
        return [f"{name}: {error}"]
    if (head.size, head.root) != (one.size, one.root):
        return [f"{name}: the signed text says something else than the table"]
    return [] if root == one.root else [f"{name}: the first {one.size} ballots are not those it was signed over"]
