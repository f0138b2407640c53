"""Ballots in SQL: streams with their heads, the wide row, what is set aside, the log of deliveries."""

from typing import Any, Final, NamedTuple

import msgspec

from server.database import Row, Work
from server.tables import ballots
from survey.batch import Batch, Fix, Hole, Shown

COLUMNS: Final = tuple(column.name for column in ballots.columns)
_MARKS: Final = ", ".join("?" * len(COLUMNS))
INSERT: Final = f"INSERT INTO ballots ({', '.join(COLUMNS)}) VALUES ({_MARKS}) ON CONFLICT (id) DO NOTHING"  # noqa: S608
ASIDE: Final = (
    "INSERT INTO set_aside (stream_id, seq, leaf, link, in_chain, ballot_id, questionnaire, verdict, code, words, raw, "
    "received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (stream_id, seq, leaf) DO NOTHING"
)
INBOX: Final = "INSERT INTO case_inbox (ballot_id) VALUES (?) ON CONFLICT (ballot_id) DO NOTHING"
CHUNK: Final = 500


def greet(work: Work, device: str, now_ms: int, health: str, software: str) -> Row | None:
    """Return (counter, counter_id, revoked_at) of a device and count this answer; None if it is unknown.

    Locks the device's row, so that two uploads of one device are judged one after the other.
    """
    return work.one(
        "UPDATE devices SET last_counter = last_counter + 1, last_seen = ?, last_health = ?, software = ? "
        "WHERE id = ? RETURNING last_counter, counter_id, revoked_at",
        (now_ms, health, software, device),
    )


def meet(work: Work, device: str) -> Row | None:
    """Return what `greet` returns, locked too, but note nothing: the device itself did not speak."""
    query = "SELECT last_counter, counter_id, revoked_at FROM devices WHERE id = ?"
    return work.one(work.locked(query), (device,))


def stream_head(work: Work, device: str, stream: str) -> tuple[int, bytes] | None:
    """Return how far a stream is held and its link there, or None if it is new."""
    row = work.one("SELECT upto, head FROM streams WHERE device = ? AND stream = ?", (device, stream))
    return None if row is None else (row[0], bytes(row[1]))


def open_stream(work: Work, device: str, stream: str, genesis: bytes, now_ms: int) -> tuple[int, int, bytes, bool]:
    """Return (row id, upto, head, is new) of a stream, locked; a stream unknown so far begins at its genesis."""
    query = work.locked("SELECT id, upto, head FROM streams WHERE device = ? AND stream = ?")
    row = work.one(query, (device, stream))
    if row is not None:
        return row[0], row[1], bytes(row[2]), False
    made = work.run(
        "INSERT INTO streams (device, stream, upto, head, first_at) VALUES (?, ?, 0, ?, ?) "
        "ON CONFLICT (device, stream) DO NOTHING",
        (device, stream, genesis, now_ms),
    )
    row = work.one(query, (device, stream))
    if row is None:
        raise LookupError(f"stream {stream} of {device} was neither found nor made")
    return row[0], row[1], bytes(row[2]), made == 1


class Standing(NamedTuple):
    """How a device's stream and boot are held. inst: the boot's, None if it is new. later_boot: one that this device
    had heard of, so that two machines are alive; None as it should be. bundle: the request for one that waits."""

    stream: int
    upto: int
    head: bytes
    has_open_holes: bool
    inst: str | None
    later_boot: int | None
    epoch: str
    config_version: int
    bundle: str | None


STANDING: Final = (
    "SELECT streams.id, upto, head, "
    "EXISTS (SELECT 1 FROM holes WHERE stream_id = streams.id AND closed_at IS NULL), "
    "(SELECT inst FROM boots WHERE device = ? AND boot = ?), "
    "(SELECT boot FROM boots WHERE device = ? AND boot > ? AND first_counter <= ? LIMIT 1), "
    "epoch, config_version, "
    "(SELECT id FROM support_bundles WHERE device_id = ? AND came_at IS NULL AND withdrawn_at IS NULL "
    "AND expires_at > ? LIMIT 1) "
    "FROM streams CROSS JOIN centre WHERE device = ? AND stream = ?"
)


def standing(work: Work, batch: Batch, now_ms: int) -> Standing | None:
    """Return all that a batch is held against, in one statement; None if its stream is new.

    The device's row is locked by `greet`, and nothing else moves its streams.
    """
    device, boot = batch.device, batch.boot
    row = work.one(STANDING, (device, boot, device, boot, batch.echo, device, now_ms, device, batch.stream))
    return None if row is None else Standing(row[0], row[1], bytes(row[2]), bool(row[3]), *row[4:])


def current_stream(work: Work, device: str) -> str | None:
    """Return the newest stream of a device, or None."""
    row = work.one("SELECT stream FROM streams WHERE device = ? ORDER BY id DESC LIMIT 1", (device,))
    return None if row is None else row[0]


def count_streams(work: Work, device: str) -> int:
    """Return how many streams a device has begun."""
    row = work.one("SELECT count(*) FROM streams WHERE device = ?", (device,))
    return 0 if row is None else int(row[0])


def move_head(work: Work, stream_id: int, upto: int, head: bytes) -> None:
    """Set how far a stream is held for good."""
    work.run("UPDATE streams SET upto = ?, head = ? WHERE id = ?", (upto, head, stream_id))


def held(work: Work, stream_id: int, seqs: list[int]) -> dict[int, tuple[bytes, str, str, str]]:
    """Return (leaf, verdict, code, words) by seq of what the chain of a stream holds at these places."""
    found: dict[int, tuple[bytes, str, str, str]] = {}
    for at in range(0, len(seqs), CHUNK):
        part = seqs[at : at + CHUNK]
        marks = ", ".join("?" * len(part))
        for row in work.all(
            f"SELECT seq, leaf FROM ballots WHERE stream_id = ? AND seq IN ({marks})",  # noqa: S608
            (stream_id, *part),
        ):
            found[row[0]] = (bytes(row[1]), "accepted", "", "")
        for row in work.all(
            f"SELECT seq, leaf, verdict, code, words FROM set_aside WHERE in_chain AND stream_id = ? "  # noqa: S608
            f"AND seq IN ({marks})",
            (stream_id, *part),
        ):
            found.setdefault(row[0], (bytes(row[1]), row[2], row[3], row[4]))
    return found


def places(work: Work, ids: list[bytes]) -> dict[bytes, tuple[int, int, bytes]]:
    """Return (stream row, seq, leaf) by ballot id of those that are stored."""
    found: dict[bytes, tuple[int, int, bytes]] = {}
    for at in range(0, len(ids), CHUNK):
        part = ids[at : at + CHUNK]
        marks = ", ".join("?" * len(part))
        for row in work.all(f"SELECT id, stream_id, seq, leaf FROM ballots WHERE id IN ({marks})", part):  # noqa: S608
            found[bytes(row[0])] = (row[1], row[2], bytes(row[3]))
    return found


def fixes_of(work: Work, device: str, boots: set[int]) -> list[tuple[int, int, int]]:
    """Return (boot, mono_ms, utc_ms) of the proven times stored for these boots of a device, and those around them."""
    found: set[tuple[int, int, int]] = set()
    for boot in sorted(boots):
        for which, order in (("=", "mono_ms"), ("<", "boot DESC, mono_ms DESC"), (">", "boot, mono_ms")):
            rows = work.all(
                f"SELECT boot, mono_ms, utc_ms FROM fixes WHERE device = ? AND boot {which} ? "  # noqa: S608
                f"ORDER BY {order} LIMIT 100",
                (device, boot),
            )
            found.update((row[0], row[1], row[2]) for row in (rows if which == "=" else rows[:1]))
    return sorted(found)


def add_fixes(work: Work, device: str, fixes: list[tuple[Fix, int]]) -> None:
    """Store proven times, each with its Unix milliseconds."""
    work.many(
        "INSERT INTO fixes (device, boot, mono_ms, utc_ms, err_ms) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(device, fix.boot, fix.mono_ms, utc_ms, fix.err_ms) for fix, utc_ms in fixes],
    )


def add_shown(work: Work, device: str, lines: list[Shown]) -> None:
    """Store lines of the display ledger; a later line of the same beginning reaches further."""
    work.many(
        'INSERT INTO shown (device, boot, "first", "last", from_ms, to_ms) VALUES (?, ?, ?, ?, ?, ?) '
        'ON CONFLICT (device, boot, "first") DO UPDATE SET "last" = excluded."last", to_ms = excluded.to_ms '
        'WHERE excluded."last" >= shown."last"',
        [(device, line.boot, line.first, line.last, line.from_ms, line.to_ms) for line in lines],
    )


def add_holes(work: Work, stream_id: int, holes: list[Hole], now_ms: int) -> None:
    """Write declared holes down."""
    work.many(
        'INSERT INTO holes (stream_id, "first", "last", link, why, declared_at) VALUES (?, ?, ?, ?, ?, ?) '
        "ON CONFLICT DO NOTHING",
        [
            (stream_id, hole.first, hole.last, bytes.fromhex(hole.link), hole.why.replace("\x00", ""), now_ms)
            for hole in holes
        ],
    )


def open_holes(work: Work, stream_id: int) -> list[tuple[int, int]]:
    """Return (first, last) of the holes of a stream that are still open."""
    rows = work.all(
        'SELECT "first", "last" FROM holes WHERE stream_id = ? AND closed_at IS NULL ORDER BY "first"', (stream_id,)
    )
    return [(row[0], row[1]) for row in rows]


def close_hole(work: Work, stream_id: int, first: int, now_ms: int) -> None:
    """Note that every row of a hole has turned up after all."""
    work.run('UPDATE holes SET closed_at = ? WHERE stream_id = ? AND "first" = ?', (now_ms, stream_id, first))


def count_held(work: Work, stream_id: int, first: int, last: int) -> int:
    """Return how many places from first to last are held."""
    total = 0
    for table in ("ballots", "set_aside"):
        row = work.one(
            f"SELECT count(DISTINCT seq) FROM {table} WHERE stream_id = ? AND seq BETWEEN ? AND ?",  # noqa: S608
            (stream_id, first, last),
        )
        total += int(row[0]) if row else 0
    return total


class Aside(msgspec.Struct, frozen=True):
    """An entry that was set aside, with its stream and device."""

    row: int
    stream: int
    device: str
    seq: int
    leaf: bytes
    link: bytes | None
    raw: bytes
    received_at: int


def set_aside_of(work: Work, code: str, questionnaire: str) -> list[Aside]:
    """Return what was set aside under this code and questionnaire, in the order it came."""
    rows = work.all(
        "SELECT set_aside.id, stream_id, device, seq, leaf, link, raw, received_at FROM set_aside "
        "JOIN streams ON streams.id = stream_id "
        "WHERE code = ? AND questionnaire = ? AND in_chain ORDER BY set_aside.id",
        (code, questionnaire),
    )
    return [
        Aside(row[0], row[1], row[2], row[3], bytes(row[4]), None if row[5] is None else bytes(row[5]), bytes(row[6]),
              row[7])
        for row in rows
    ]  # fmt: skip


def counter_of(work: Work, device: str) -> str | None:
    """Return the counter a device stands at, or None if it is none of ours."""
    row = work.one("SELECT counter_id FROM devices WHERE id = ?", (device,))
    return None if row is None else str(row[0])


def reword(work: Work, row: int, verdict: str, code: str, words: str) -> None:
    """Give an entry that stays set aside its new verdict."""
    work.run("UPDATE set_aside SET verdict = ?, code = ?, words = ? WHERE id = ?", (str(verdict), code, words, row))


def take_back(work: Work, row: int) -> None:
    """Let an entry go from set_aside, because it takes its place among the ballots in the same transaction."""
    work.run("DELETE FROM set_aside WHERE id = ?", (row,))


def log_delivery(work: Work, stream_id: int, span: tuple[int, int], counts: dict[str, int], now_ms: int) -> None:
    """Write down one delivery with its verdicts' counts."""
    work.run(
        'INSERT INTO deliveries (stream_id, "first", "last", accepted, duplicate, rejected, conflict, received_at) '
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            stream_id, *span, counts.get("accepted", 0), counts.get("duplicate", 0), counts.get("rejected", 0),
            counts.get("conflict", 0), now_ms,
        ),
    )  # fmt: skip


def chain_of(work: Work, stream_id: int) -> list[tuple[int, dict[str, Any] | None, bytes]]:
    """Return (seq, ballot row or None, leaf) of every place a stream's chain holds, in order."""
    rows = work.all(f"SELECT {', '.join(COLUMNS)} FROM ballots WHERE stream_id = ?", (stream_id,))  # noqa: S608
    named = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    found: list[tuple[int, dict[str, Any] | None, bytes]] = [(row["seq"], row, bytes(row["leaf"])) for row in named]
    aside = work.all("SELECT seq, leaf FROM set_aside WHERE stream_id = ? AND in_chain", (stream_id,))
    found += [(row[0], None, bytes(row[1])) for row in aside]
    return sorted(found, key=lambda place: place[0])
