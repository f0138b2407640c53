"""The doctor: what a centre needs to be trusted tomorrow, looked at one by one; changes nothing."""

import shutil
import socket
import ssl
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from server import keys as key_files
from server.audit.queries import first_broken
from server.centre import CentreError, key_folder, mark
from server.database import Work, newest_revision, open_engine, revision_of
from server.keys import KeysError
from server.seals import queries as seal_queries
from server.seals.held import forked, kept
from server.seals.seal import folder_of
from server.settings import Settings
from server.upkeep.backup import newest
from server.upkeep.rotation import words_of

Outcome = Literal["good", "bad", "unsure"]

ROOM_BYTES: Final = 1_000_000_000
STALE_S: Final = 26 * 3600
"""A nightly backup that is two hours late is late."""
EXPIRES_DAYS: Final = 14
SILENT_MS: Final = 24 * 3_600_000
SEAL_MS: Final = 26 * 3_600_000


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at. words: what was found; fix: what to do, "" where nothing is to be done."""

    name: str
    outcome: Outcome
    words: str
    fix: str = ""


def examine(settings: Settings, now_ms: int) -> list[Finding]:
    """Return everything looked at, in the order in which to mend it."""
    found = [_folder(settings), _keys(settings), _room(settings)]
    engine = open_engine(settings.database)
    try:
        found += _database(engine, settings, now_ms)
    finally:
        engine.dispose()
    return [*found, _address(settings), _certificate(settings, now_ms), _backup(settings, now_ms)]


def _folder(settings: Settings) -> Finding:
    if not settings.folder.is_dir():
        return Finding("folder", "bad", f"{settings.folder} is not there", "run `python -m server init`")
    mode = stat.S_IMODE(settings.folder.stat().st_mode)
    if mode & 0o077:
        return Finding("folder", "bad", f"{settings.folder} has mode {mode:o}", f"run `chmod 700 {settings.folder}`")
    return Finding("folder", "good", str(settings.folder))


def _keys(settings: Settings) -> Finding:
    try:
        key_files.load(key_folder(settings))
    except KeysError as error:
        return Finding("keys", "bad", str(error), "see the words; a backup holds them")
    old = [words_of(path) for path in key_files.old_sealing(key_folder(settings))]
    words = "all there, for this user only" + (f"; old sealing keys: {', '.join(old)}" if old else "")
    return Finding(
        "keys", "good", words, "`python -m server rotate-keys --retire` when their time is over" if old else ""
    )


def _room(settings: Settings) -> Finding:
    folder = settings.folder if settings.folder.is_dir() else Path("/")
    free = shutil.disk_usage(folder).free
    words = f"{free / 1e9:.1f} GB free"
    if free < ROOM_BYTES:
        return Finding("room", "bad", words, "free at least 1 GB, or move data_dir to a larger disk")
    return Finding("room", "good", words)


def _database(engine: Engine, settings: Settings, now_ms: int) -> Iterator[Finding]:
    try:
        revision = revision_of(engine)
        yield Finding("database", "good", f"{engine.dialect.name}, schema {revision or 'none'}")
        if revision != newest_revision():
            words = f"schema {revision or 'none'}, this release needs {newest_revision()}"
            yield Finding("schema", "bad", words, "run `python -m server migrate` (`init` for a new centre)")
            return
        with engine.connect() as connection:
            yield from _contents(Work(connection), now_ms)
            yield _seals(Work(connection), settings, now_ms)
    except (SQLAlchemyError, CentreError) as error:
        words = str(getattr(error, "orig", error)).strip().splitlines()[0][:200]
        yield Finding("database", "bad", words, "check database_url and that the database runs")


def _contents(work: Work, now_ms: int) -> Iterator[Finding]:
    mark(work)
    yield _administrators(work)
    broken = first_broken(work)
    yield (
        Finding("audit log", "good", "whole")
        if broken is None
        else Finding("audit log", "bad", f"line {broken} does not fit", "compare with a backup; somebody changed it")
    )
    yield _kiosks(work, now_ms)
    alarms = work.all("SELECT kind, sum(times) FROM events GROUP BY kind ORDER BY kind")
    told = ", ".join(f"{kind} {times}" for kind, times in alarms)
    yield Finding("alarms", "unsure" if told else "good", told or "none", "look at /thiet-bi" if told else "")


def _seals(work: Work, settings: Settings, now_ms: int) -> Finding:
    wrong = forked(work, kept(folder_of(settings)))
    if wrong:
        fix = "let kiosks send again what is missing, then run `python -m server seal --new-log`"
        return Finding("seals", "bad", f"{len(wrong)} published heads are lost or contradicted: {wrong[0]}", fix)
    last = seal_queries.newest(work)
    if last is None:
        return Finding("seals", "unsure", "no head yet", "the first comes after midnight; or `python -m server seal`")
    words = f"head of {last.day:%d/%m/%Y}, {last.size} ballots"
    if now_ms - last.made_at > SEAL_MS:
        return Finding("seals", "bad", words, "see why the server did not seal yesterday; run `python -m server seal`")
    return Finding("seals", "good", words)


def _administrators(work: Work) -> Finding:
    rows = work.all("SELECT name, totp FROM accounts WHERE role = 'admin' AND disabled_at IS NULL ORDER BY name")
    if not rows:
        return Finding("administrators", "bad", "none can sign in", "run `python -m server create-admin NAME`")
    without = [row[0] for row in rows if row[1] is None]
    if without:
        words = f"without a second step yet: {', '.join(without)}"
        return Finding("administrators", "unsure", words, "have them sign in once; the page leads them")
    return Finding("administrators", "good", f"{len(rows)}, all with a second step")


def _kiosks(work: Work, now_ms: int) -> Finding:
    rows = work.all("SELECT id, last_seen FROM devices WHERE revoked_at IS NULL ORDER BY number")
    silent = [row[0] for row in rows if row[1] is None or now_ms - row[1] > SILENT_MS]
    if not silent:
        return Finding("kiosks", "good", f"{len(rows)}, all heard within a day")
    named = ", ".join(silent[:5]) + (" …" if len(silent) > 5 else "")
    return Finding("kiosks", "unsure", f"{len(silent)} of {len(rows)} silent for a day: {named}", "look at /thiet-bi")


def _address(settings: Settings) -> Finding:
    host = urlsplit(settings.public_base.lower()).hostname or ""
    if host in {"localhost", "127.0.0.1", "::1"}:
        words = f"public_base is {settings.public_base}: only this machine can reach it"
        return Finding("address", "unsure", words, "set public_base to the name that kiosks and phones use")
    if not settings.is_https:
        words = f"public_base is {settings.public_base}: passwords would cross the network in the clear"
        return Finding("address", "bad", words, "put it behind TLS (docs/vi/trung-tam.md) and set https://…")
    return Finding("address", "good", settings.public_base)


def _certificate(settings: Settings, now_ms: int, connect: Callable[[str, int], datetime] | None = None) -> Finding:
    parts = urlsplit(settings.public_base.lower())
    if parts.scheme != "https":
        return Finding("certificate", "unsure", "no https, nothing to look at")
    try:
        ends = (connect or certificate_end)(parts.hostname or "", parts.port or 443)
    except (OSError, ValueError) as error:
        words = f"{settings.public_base} is not trusted or not there: {error}"[:200]
        return Finding("certificate", "bad", words, "kiosks and phones see the same; renew the certificate")
    days = (ends - datetime.fromtimestamp(now_ms / 1000, UTC)).days
    words = f"good for {days} days, until {ends:%d/%m/%Y}"
    if days < EXPIRES_DAYS:
        return Finding("certificate", "bad", words, "renew it now; with certbot: `certbot renew`")
    return Finding("certificate", "good", words)


def certificate_end(host: str, port: int, context: ssl.SSLContext | None = None) -> datetime:
    """Return when the certificate a host shows ends. Raises OSError if it is not trusted, or nobody answers."""
    with (
        socket.create_connection((host, port), timeout=10) as line,
        (context or ssl.create_default_context()).wrap_socket(line, server_hostname=host) as safe,
    ):
        shown = safe.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)


def _backup(settings: Settings, now_ms: int) -> Finding:
    path = newest(settings.backups)
    if path is None:
        return Finding("backup", "bad", f"none in {settings.backups}", "run `python -m server backup` every night")
    age_s = now_ms / 1000 - path.stat().st_mtime
    words = f"{path.name}, {age_s / 3600:.0f} hours old"
    if age_s > STALE_S:
        return Finding("backup", "bad", words, "see why the nightly `python -m server backup` did not run")
    return Finding("backup", "good", words)
