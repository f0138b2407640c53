"""The day is sealed: new leaves get their places, the head over all of them is signed, stored and kept as a file."""

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import Connection

from server.audit.queries import record
from server.centre import Centre
from server.database import Work
from server.seals import note, queries
from server.seals.held import forked, kept
from server.seals.queries import Stored
from server.seals.tree import Edge
from server.settings import Settings
from survey.instant import to_instant
from survey.local_time import local_date

FOLDER: Final = "heads"
WORKER: Final = "worker"
AT_ONCE: Final = 5_000


class ForkError(ValueError):
    """A head that would contradict a published one; `str()` says what to do."""


def folder_of(settings: Settings) -> Path:
    """Return where published heads are kept as files; no restore of the database touches it."""
    return settings.folder / FOLDER


def origin_of(settings: Settings, log: int) -> str:
    """Return a log's name."""
    host = urlsplit(settings.public_base.lower()).netloc
    return f"{host}/dau-niem-phong" + ("" if log == 1 else f"/{log}")


def seal_due(centre: Centre) -> int:
    """Seal yesterday, unless it is sealed; returns how many heads were made. Not before midnight here."""
    today = local_date(centre.now_ms())
    with centre.engine.connect() as connection:
        last = queries.newest(Work(connection))
    if last is not None and local_date(last.made_at) >= today:
        return 0
    seal(centre, today - timedelta(days=1), WORKER)
    return 1


def seal(centre: Centre, last_day: date, actor: str, *, is_new_log: bool = False) -> Stored:
    """Return the head over every ballot received until this day, made now.

    is_new_log: go on under a new name, because a restore lost published heads. Raises ForkError without it.
    """
    with centre.engine.connect() as connection:
        _refuse_loss(Work(connection))
        if not is_new_log:
            _refuse_fork(connection, folder_of(centre.settings))
        found = queries.without_place(connection, last_day)
    for at in range(0, len(found), AT_ONCE):
        part = found[at : at + AT_ONCE]
        centre.writer.run(lambda work, part=part: queries.append(work, part))  # type: ignore[misc]
    edge = _grown(centre)
    made = centre.writer.run(lambda work: _sign(work, centre, edge, last_day, actor, is_new_log=is_new_log))
    keep(centre)
    return made


def _refuse_loss(work: Work) -> None:
    last = queries.newest(work)
    if last is not None and queries.size_of(work) < last.size:
        raise ForkError(
            "sealed leaves are missing from the database; nothing was signed. Run `python -m server verify`"
        )


def _refuse_fork(connection: Connection, folder: Path) -> None:
    wrong = forked(Work(connection), kept(folder))
    if wrong:
        raise ForkError(
            f"{wrong[0]}; nothing was signed. If the database came from a backup, let the kiosks send again what is "
            "missing, then run `python -m server seal --new-log`: it goes on under a new name, for all to see"
        )


def _grown(centre: Centre) -> tuple[int, bytes]:
    """Return size and edge of the tree as it is read now: millions of leaves are hashed while batches come in."""
    with centre.engine.connect() as connection:
        work = Work(connection)
        last = queries.newest(work)
        edge = Edge() if last is None else Edge(last.size, last.edge)
        for _, leaf in queries.leaves(work, after=edge.size):
            edge.add(leaf)
    return edge.size, edge.packed


def _sign(work: Work, centre: Centre, grown: tuple[int, bytes], day: date, actor: str, *, is_new_log: bool) -> Stored:
    work.all(work.locked("SELECT id FROM centre"))
    last, keys, now_ms = queries.newest(work), centre.keys, centre.now_ms()
    log = 1 if last is None else last.log + is_new_log
    edge = Edge(*grown)
    for _, leaf in queries.leaves(work, after=edge.size):
        edge.add(leaf)
    if edge.size != queries.size_of(work):
        raise ForkError(
            "sealed leaves are missing from the database; nothing was signed. Run `python -m server verify`"
        )
    head = note.Head(origin_of(centre.settings, log), edge.size, edge.root, day, to_instant(now_ms))
    text = note.signed(head, keys.signing, keys.centre_key)
    named = note.key_id(head.origin, keys.centre_key).hex()
    made = Stored(0, log, day, edge.size, edge.root, edge.packed, now_ms, named, text)
    queries.add_head(work, made)
    record(work, now_ms, actor, "seal.new_log" if is_new_log else "seal.head", f"{day} size {edge.size}")
    return made


def keep(centre: Centre) -> None:
    """Write every head that is not yet a file; a crash between storing and writing is made good next time."""
    folder = folder_of(centre.settings)
    folder.mkdir(mode=0o700, exist_ok=True)
    with centre.engine.connect() as connection:
        for one in queries.heads(connection):
            path = folder / f"{one.log}-{one.size}-{one.made_at}.txt"
            if path.exists():
                continue
            draft = path.with_suffix(".new")
            draft.write_text(one.note, encoding="utf-8")
            with draft.open("rb") as file:
                os.fsync(file.fileno())
            draft.rename(path)
