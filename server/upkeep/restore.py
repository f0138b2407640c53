"""Restores: a backup becomes the centre again, under a new epoch, so that kiosks send what came after it."""

import os
import shutil
from pathlib import Path

import msgspec
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from server.audit.queries import record
from server.ballots.recount import complete
from server.ballots.verify import Found, verify
from server.centre import begin_epoch, key_folder
from server.database import migrate, open_engine, writing
from server.seals.held import forked, kept
from server.seals.seal import folder_of
from server.settings import Settings
from server.upkeep.backup import DATABASE, KEYS, About, BackupError, opened, run_postgresql
from survey.instant import to_instant

ACTOR = "command line"


class Restored(msgspec.Struct, frozen=True):
    """What came back. aside: where the centre that was here before is kept, None if there was none.

    lost: published seals that this database contradicts or has lost, one line each.
    """

    about: About
    found: Found
    aside: Path | None
    lost: list[str]


def restore(settings: Settings, path: Path, secret: str, now_ms: int, *, replaces: bool) -> Restored:
    """Make a backup the centre of these settings. Raises BackupError; what was here before is kept aside.

    replaces: whether a centre that is here may be put aside; without it one that is here stays untouched.
    """
    with opened(path, secret, settings.folder) as (room, about):
        _fits(settings, about)
        aside = _make_way(settings, now_ms, replaces=replaces)
        _take_keys(settings, room / KEYS)
        _take_database(settings, room / DATABASE)
    engine = open_engine(settings.database)
    try:
        migrate(engine)
        with writing(engine) as work:
            complete(work)
            begin_epoch(work)
            record(work, now_ms, ACTOR, "restore", f"backup of {about.made}, {about.ballots} ballots")
            found = verify(work)
            lost = forked(work, kept(folder_of(settings)))
    finally:
        engine.dispose()
    return Restored(about, found, aside, lost)


def _fits(settings: Settings, about: About) -> None:
    kind = "sqlite" if settings.database.startswith("sqlite") else "postgresql"
    if about.kind != kind:
        raise BackupError(f"the backup is of a {about.kind} centre, the settings name {kind}; set database_url to fit")


def _make_way(settings: Settings, now_ms: int, *, replaces: bool) -> Path | None:
    """Put aside what is here; returns where. Raises BackupError if that is not wanted."""
    keys = key_folder(settings)
    is_here = keys.exists() or _has_centre(settings)
    if not is_here:
        return None
    if not replaces:
        raise BackupError(f"there is a centre in {settings.folder} already; add --replace to put it aside")
    aside = settings.folder / f"replaced-{to_instant(now_ms)[:19].replace(':', '').replace('-', '')}"
    aside.mkdir(mode=0o700)
    if keys.exists():
        keys.rename(aside / KEYS)
    if settings.database.startswith("sqlite"):
        path = _sqlite_path(settings)
        for suffix in ("", "-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.rename(aside / part.name)
    elif _has_centre(settings):
        engine = open_engine(settings.database)
        try:
            run_postgresql("pg_dump", engine, "--format=custom", f"--file={aside / DATABASE}")
        finally:
            engine.dispose()
    return aside


def _has_centre(settings: Settings) -> bool:
    if settings.database.startswith("sqlite"):
        return _sqlite_path(settings).exists()
    engine = open_engine(settings.database)
    try:
        return bool(inspect(engine).has_table("centre"))
    except OperationalError as error:
        raise BackupError(f"the database cannot be reached: {str(error.orig).strip().splitlines()[0]}") from error
    finally:
        engine.dispose()


def _sqlite_path(settings: Settings) -> Path:
    return Path(settings.database.removeprefix("sqlite:///"))


def _take_keys(settings: Settings, taken: Path) -> None:
    folder = key_folder(settings)
    folder.mkdir(mode=0o700)
    for each in sorted(taken.glob("*.key")):
        shutil.copyfile(each, folder / each.name)
        (folder / each.name).chmod(0o600)


def _take_database(settings: Settings, taken: Path) -> None:
    if not settings.database.startswith("sqlite"):
        engine = open_engine(settings.database)
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql("DROP SCHEMA public CASCADE")
                connection.exec_driver_sql("CREATE SCHEMA public")
            words = ("--no-owner", "--single-transaction", "--exit-on-error", str(taken))
            run_postgresql("pg_restore", engine, *words)
        finally:
            engine.dispose()
        return
    path = _sqlite_path(settings)
    draft = path.with_name(f".{path.name}.new")
    shutil.copyfile(taken, draft)
    draft.chmod(0o600)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.rename(path)
