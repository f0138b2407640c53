"""The centre as one value: its settings, database, keys and clock; handed to whatever needs them."""

import secrets
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from sqlalchemy import Engine, func, insert, inspect, select, update

from server import keys as key_files
from server import tables
from server.database import Work, Writer, migrate, open_engine, writing
from server.keys import Keys
from server.settings import Settings


class CentreError(ValueError):
    """A centre that cannot start; `str()` says what to do."""


class Centre(msgspec.Struct, frozen=True):
    """now_ms: the clock, Unix milliseconds. engine: for reading. writer: the only way to write while serving."""

    settings: Settings
    engine: Engine
    writer: Writer
    keys: Keys
    now_ms: Callable[[], int]

    def close(self) -> None:
        """Finish what waits and let go of the database."""
        self.writer.close()
        self.engine.dispose()


class Mark(msgspec.Struct, frozen=True):
    """The centre's one row. epoch: this incarnation of the database. config_version: grows with every change."""

    epoch: str
    config_version: int


def system_ms() -> int:
    """Return the time of this machine, Unix milliseconds."""
    return time.time_ns() // 1_000_000


def key_folder(settings: Settings) -> Path:
    """Return where the keys lie."""
    return settings.folder / "keys"


def init(settings: Settings, now_ms: int) -> bool:
    """Make folder, keys, schema and epoch where they are missing. Returns whether this is a new centre."""
    settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key_files.make(key_folder(settings))
    engine = open_engine(settings.database)
    try:
        migrate(engine)
        with writing(engine) as work:
            if work.one("SELECT epoch FROM centre") is not None:
                return False
            work.connection.execute(
                insert(tables.centre).values(id=1, epoch=secrets.token_hex(16), created_at=now_ms, config_version=1)
            )
            return True
    finally:
        engine.dispose()


def begin_epoch(work: Work) -> str:
    """Return the database's new epoch; needed after every restore, so that kiosks send again what was lost."""
    epoch = secrets.token_hex(16)
    work.connection.execute(
        update(tables.centre).values(epoch=epoch, config_version=tables.centre.c.config_version + 1)
    )
    return epoch


def open_centre(settings: Settings, now_ms: Callable[[], int] = system_ms) -> Centre:
    """Return the centre of these settings. Raises CentreError or KeysError if it was never made."""
    keys = key_files.load(key_folder(settings))
    engine = open_engine(settings.database)
    if not inspect(engine).has_table("centre"):
        raise CentreError("the database has no centre yet; run `python -m server init`")
    with engine.connect() as connection:
        if connection.scalar(select(func.count()).select_from(tables.centre)) != 1:
            raise CentreError("the database has no centre yet; run `python -m server init`")
    return Centre(settings, engine, Writer(engine, settings.queue), keys, now_ms)


def mark(work: Work) -> Mark:
    """Return the centre's row."""
    row = work.one("SELECT epoch, config_version FROM centre")
    if row is None:
        raise CentreError("the database has no centre yet; run `python -m server init`")
    return Mark(row[0], row[1])


def config_changed(work: Work) -> None:
    """Note that offices, devices or questionnaires changed, so that every kiosk's settings are made anew."""
    work.run("UPDATE centre SET config_version = config_version + 1")
