"""The sealing key is changed: the new one seals from now on, old ones open what is theirs until nothing is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from server import keys as key_files
from server.audit.queries import record
from server.centre import config_changed, key_folder
from server.database import Work, open_engine, writing
from server.keys import OLD_SEALING
from server.settings import Settings
from survey import wire
from survey.ballot import Ballot
from survey.instant import to_instant
from survey.local_time import DAY_MS, local_date

ACTOR: Final = "command line"
KEPT_DAYS: Final = 30
"""An old key is kept so long at least: ballots carried by hand, or by a kiosk from a drawer, may still come."""


def rotate(settings: Settings, now_ms: int) -> Path:
    """Make a new sealing key; returns the old one's file. Kiosks' settings are made anew once the centre restarts."""
    old = key_files.rotate(key_folder(settings), to_instant(now_ms)[:19].replace("-", "").replace(":", ""))
    engine = open_engine(settings.database)
    try:
        with writing(engine) as work:
            config_changed(work)
            record(work, now_ms, ACTOR, "keys.rotate", old.stem)
    finally:
        engine.dispose()
    return old


def until_ms(path: Path) -> int:
    """Return when an old key was replaced, Unix milliseconds."""
    text = path.stem.removeprefix(OLD_SEALING)
    return int(datetime.strptime(text, "%Y%m%dT%H%M%S").replace(tzinfo=UTC).timestamp() * 1000)


def words_of(path: Path) -> str:
    """Return until which local day an old key was in use."""
    return f"until {local_date(until_ms(path)):%d/%m/%Y}"


def retire(settings: Settings, now_ms: int) -> list[tuple[str, str]]:
    """Delete the old keys that nothing needs; returns (file, why it stays), "" where it was deleted."""
    engine = open_engine(settings.database)
    found: list[tuple[str, str]] = []
    try:
        with writing(engine) as work:
            for path in key_files.old_sealing(key_folder(settings)):
                why = _needed(work, path, now_ms)
                if not why:
                    record(work, now_ms, ACTOR, "keys.retire", path.stem)
                    path.unlink()
                found.append((path.name, why))
    finally:
        engine.dispose()
    return found


def _needed(work: Work, path: Path, now_ms: int) -> str:
    replaced = until_ms(path)
    if now_ms - replaced < KEPT_DAYS * DAY_MS:
        return f"kept: replaced less than {KEPT_DAYS} days ago"
    silent = work.all(
        "SELECT id FROM devices WHERE revoked_at IS NULL AND (last_seen IS NULL OR last_seen < ?) ORDER BY id",
        (replaced + DAY_MS,),
    )
    if silent:
        named = ", ".join(row[0] for row in silent[:5])
        return (
            f"kept: {len(silent)} kiosks were not heard since and may seal to it: {named}; revoke those that are gone"
        )
    box = SealedBox(PrivateKey(path.read_bytes()))
    left = sum(_opens(box, one) for one in _boxes(work))
    return f"kept: {left} comments, numbers or notes are sealed to it" if left else ""


def _opens(box: "SealedBox[PrivateKey]", sealed: bytes) -> bool:
    try:
        box.decrypt(sealed)
    except CryptoError:
        return False
    return True


def _boxes(work: Work) -> Iterator[bytes]:
    for table in ("ballots", "case_events", "alert_notes"):
        for (sealed,) in work.all(f"SELECT sealed FROM {table} WHERE sealed IS NOT NULL"):  # noqa: S608 our own words
            yield bytes(sealed)
    for (raw,) in work.all("SELECT raw FROM set_aside WHERE raw IS NOT NULL"):
        try:
            sealed = wire.decode(bytes(raw), Ballot).sealed
        except wire.WireError:
            continue
        if sealed:
            yield sealed
