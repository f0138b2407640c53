"""Backups: the database and the keys in one file that only the holder of a key kept elsewhere can open.

An age file (age-encryption.org/v1) of a gzipped tar: `about.json`, `database`, `keys/…`. Without the keys comments
and second steps are lost; with them beside the plain database nothing would be secret: so both go in, sealed.
"""

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
import pyrage
from sqlalchemy import Engine, make_url

from server.centre import Mark, key_folder, mark
from server.database import Work, open_engine, revision_of
from server.settings import Settings
from survey import wire
from survey.instant import Instant, to_instant

ABOUT, DATABASE, KEYS = "about.json", "database", "keys"
SUFFIX: Final = ".tar.gz.age"


class BackupError(ValueError):
    """A backup or restore that cannot be done; `str()` says what to do."""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds. kind: sqlite or postgresql; revision: of the schema; ballots: rows."""

    version: int
    made: Instant
    epoch: str
    kind: str
    revision: str
    ballots: int


def new_key() -> tuple[str, str]:
    """Return (secret, public) of a new pair: `AGE-SECRET-KEY-1…` to keep elsewhere, `age1…` for the settings."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def back_up(settings: Settings, into: Path, now_ms: int) -> tuple[Path, About]:
    """Write a backup into a folder; returns its path and what it holds. Serving goes on meanwhile.

    Raises BackupError; a backup that is not whole never has a backup's name.
    """
    recipient = _recipient(settings.backup_recipient)
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _room(settings.folder) as room:
        about = _copy_database(settings, room / DATABASE, now_ms)
        (room / ABOUT).write_bytes(wire.encode(about))
        packed = room / "packed"
        with tarfile.open(packed, "w:gz", compresslevel=6) as tar:
            for name in (ABOUT, DATABASE):
                tar.add(room / name, name)
            for each in sorted(key_folder(settings).glob("*.key")):
                tar.add(each, f"{KEYS}/{each.name}")
        target = into / f"hailong-{to_instant(now_ms)[:19].replace(':', '').replace('-', '')}{SUFFIX}"
        draft = into / f".{target.name}.new"
        pyrage.encrypt_file(str(packed), str(draft), [recipient])
    draft.chmod(0o600)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.rename(target)
    return target, about


def newest(folder: Path) -> Path | None:
    """Return the newest backup of a folder, or None."""
    return max(folder.glob(f"hailong-*{SUFFIX}"), default=None)


@contextmanager
def opened(path: Path, secret: str, beside: Path) -> Iterator[tuple[Path, About]]:
    """Give a folder with a backup's contents, and what it says of itself. Raises BackupError.

    secret: the line `AGE-SECRET-KEY-1…`. beside: a folder for the plain copy, which is gone afterwards.
    """
    try:
        identity = pyrage.x25519.Identity.from_str(secret.strip())
    except pyrage.IdentityError as error:
        raise BackupError(f"this is no secret of a backup key: {error}; it begins with AGE-SECRET-KEY-1") from error
    with _room(beside) as room:
        try:
            pyrage.decrypt_file(str(path), str(room / "packed"), [identity])
            with tarfile.open(room / "packed") as tar:
                tar.extractall(room, filter="data")
            about = wire.decode((room / ABOUT).read_bytes(), About)
        except (pyrage.DecryptError, OSError, tarfile.TarError, wire.WireError) as error:
            raise BackupError(f"{path} cannot be opened: {error}; is it whole, and is this its key?") from error
        yield room, about


@contextmanager
def _room(beside: Path) -> Iterator[Path]:
    beside.mkdir(parents=True, exist_ok=True, mode=0o700)
    room = Path(tempfile.mkdtemp(prefix=".backup-", dir=beside))
    try:
        yield room
    finally:
        shutil.rmtree(room)


def _recipient(text: str) -> pyrage.x25519.Recipient:
    if not text:
        raise BackupError(
            "backup_recipient is not set; run `python -m server backup-key`, keep the secret line away from this "
            "machine and put the age1… line into the settings"
        )
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise BackupError(f"backup_recipient {text!r} is no age1… key: {error}") from error


def _copy_database(settings: Settings, to: Path, now_ms: int) -> About:
    engine = open_engine(settings.database)
    try:
        with engine.connect() as connection:
            work = Work(connection)
            held, ballots = mark(work), work.one("SELECT count(*) FROM ballots")
        copy = _sqlite_copy if engine.dialect.name == "sqlite" else _postgresql_copy
        copy(engine, to)
        return _about(engine, held, ballots[0] if ballots else 0, now_ms)
    finally:
        engine.dispose()


def _about(engine: Engine, held: Mark, ballots: int, now_ms: int) -> About:
    return About(
        version=1, made=to_instant(now_ms), epoch=held.epoch, kind=engine.dialect.name,
        revision=revision_of(engine), ballots=ballots,
    )  # fmt: skip


def _sqlite_copy(engine: Engine, to: Path) -> None:
    """Copy in one statement: the paged copy of the library begins anew with every commit and may never end."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("VACUUM INTO ?", (str(to),))
    finally:
        raw.close()


def _postgresql_copy(engine: Engine, to: Path) -> None:
    run_postgresql("pg_dump", engine, "--format=custom", f"--file={to}")


def run_postgresql(program: str, engine: Engine, *words: str) -> None:
    """Run one of PostgreSQL's programs on an engine's database; the password never stands in its command line."""
    url = make_url(engine.url)
    found = shutil.which(program) or next(
        (str(each) for each in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))[::-1]), None
    )
    if found is None:
        raise BackupError(f"{program} is not installed; it comes with PostgreSQL's client programs")
    given = {"PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password}
    environment = {**os.environ, **{name: str(value) for name, value in given.items() if value is not None}}
    done = subprocess.run([found, *words, f"--dbname={url.database}"], env=environment, capture_output=True, text=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no words"]
        raise BackupError(f"{program} failed: {lines[-1][:300]}")
