"""The table of ballots the centre has not receipted; the one writer of the kiosk's disk, and a power cut's match.

The pragmas and their order are reliability's: EXTRA before WAL, or the very first boot can lose what was promised.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import sqlite_utils

from appliance.clock import Clock, Fix, Moment
from appliance.draft import Draft
from appliance.failures import OutboxError
from survey import chain, wire
from survey.ballot import Ballot, Flag
from survey.batch import MAX_BALLOTS, Entry, Head, Hole, Receipt, Shown, Verdict
from survey.instant import from_instant, to_instant

PRAGMAS = (
    ("busy_timeout", 5000),
    ("synchronous", "EXTRA"),
    ("journal_mode", "WAL"),
    ("wal_autocheckpoint", 200),
    ("journal_size_limit", 1_048_576),
    ("cell_size_check", "ON"),
    ("trusted_schema", "OFF"),
    ("mmap_size", 0),
    ("cache_size", -512),  # KiB; SQLite's 2 MB fill up over a thousand visits
)
READ_BACK = {"synchronous": 3, "journal_mode": "wal", "mmap_size": 0}
TOO_LARGE = "too_large"
KEEP_DAYS = 14
DAY_MS = 86_400_000


class Outbox:
    """Ballots on disk, oldest first; every method commits before it returns.

    One connection to one thread; the kiosk and the uploader each hold their own.
    """

    def __init__(self, path: Path, device: str, boot_id: str) -> None:
        """Open, or create, the outbox of a device. boot_id: 32 hex digits, new at every power-on.

        Raises OutboxError if the file is damaged (see `open_or_replace`) or does not keep its pragmas.
        """
        self.path, self.device, self.boot_id = path, device, boot_id
        self.written = 0  # transactions that have reached the disk
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            for name, value in PRAGMAS:
                self._connection.execute(f"PRAGMA {name}={value}")
            self.db = sqlite_utils.Database(self._connection, strict=True)
            self._create()
            self.pragma_faults = [
                name for name, want in READ_BACK.items() if self.db.execute(f"PRAGMA {name}").fetchone()[0] != want
            ]
            self._begin_boot()
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise OutboxError(f"outbox {path} cannot be opened: {error}") from error

    def close(self) -> None:
        """Close the file; nothing is pending, ever."""
        self._connection.close()

    # ---- a sitting, then a ballot -------------------------------------------------------------------

    def keep(self, draft: Draft) -> None:
        """Write what an open sitting has given so far, over what it had given before."""
        with self._writing():
            self.db["sitting"].upsert({"id": str(draft.id), "body": wire.encode(draft)}, pk="id")  # type: ignore[union-attr]

    def drop(self, ballot_id: str) -> None:
        """Forget a sitting in which nothing was answered."""
        with self._writing():
            self.db.execute("DELETE FROM sitting WHERE id = ?", [ballot_id])

    def open_drafts(self) -> list[Draft]:
        """Return the sittings that a power cut or a crash left open."""
        return [wire.decode(row["body"], Draft) for row in self.db.query("SELECT body FROM sitting ORDER BY rowid")]

    def cast(self, draft: Draft, moment: Moment) -> Ballot:
        """Make the ballot of a sitting, chain it, commit it and return it; a second call returns the first ballot.

        Raises sqlite3.Error if it is not on disk; then nothing has changed and it can be tried again.
        """
        with self._writing():
            known = self._one("SELECT body FROM ballots WHERE id = ?", [str(draft.id)])
            if known is not None:
                return wire.decode(known["body"], Ballot)
            head = self.head()
            ballot = _ballot(draft, moment, self.device, self.stream, head.seq + 1)
            self._append(ballot, bytes.fromhex(head.link))
            self.db.execute("DELETE FROM sitting WHERE id = ?", [str(draft.id)])
            return ballot

    def cast_left_open(self, moment: Moment) -> int:
        """Cast every sitting found open at start with what was answered, flagged; return how many."""
        drafts = self.open_drafts()
        for draft in drafts:
            if not draft.answers and draft.sealed is None:
                self.drop(str(draft.id))
                continue
            self.cast(msgspec.structs.replace(draft, flags=[*draft.flags, Flag.POWER_CUT]), moment)
        return len(drafts)

    def take(self, ballot: Ballot) -> bool:
        """Chain a ballot saved from a damaged file anew, with its old id; return False if it is here already."""
        with self._writing():
            if self._one("SELECT 1 AS here FROM ballots WHERE id = ?", [str(ballot.id)]) is not None:
                return False
            head = self.head()
            placed = msgspec.structs.replace(ballot, stream=self.stream, seq=head.seq + 1)
            self._append(placed, bytes.fromhex(head.link))
        return True

    def _append(self, ballot: Ballot, previous: bytes) -> None:
        leaf = chain.leaf(ballot)
        self.db["ballots"].insert(  # type: ignore[union-attr]
            {
                "stream": ballot.stream,
                "seq": ballot.seq,
                "id": str(ballot.id),
                "previous": previous,
                "leaf": leaf,
                "link": chain.link(previous, ballot.seq, leaf),
                "body": wire.encode(ballot),
                "taken_ms": from_instant(ballot.wall),
            }
        )

    # ---- the chain ----------------------------------------------------------------------------------

    @property
    def stream(self) -> str:
        """The 128-bit id of the current numbering."""
        return str(self._state("stream"))

    def head(self) -> Head:
        """Return the newest place of the current stream's chain; seq 0 and the genesis before the first ballot."""
        row = self._one("SELECT seq, link FROM ballots WHERE stream = ? ORDER BY seq DESC LIMIT 1", [self.stream])
        if row is not None:
            return Head(row["seq"], row["link"].hex())
        base = self._state("base")
        return wire.decode(base, Head) if base else Head(0, chain.genesis(self.device, self.stream).hex())

    def link_at(self, seq: int) -> str | None:
        """Return the link at a place of the current stream in hex, or None if it is not held (any more)."""
        row = self._one("SELECT link FROM ballots WHERE stream = ? AND seq = ?", [self.stream, seq])
        if row is not None:
            return str(row["link"].hex())
        row = self._one("SELECT previous FROM ballots WHERE stream = ? AND seq = ?", [self.stream, seq + 1])
        if row is not None:
            return str(row["previous"].hex())
        head = self.head()
        return head.link if head.seq == seq else None

    def broken_at(self, first: int = 1, most: int = -1) -> int | None:
        """Return the first place whose ballot, leaf or link does not fit, of the unsent ballots; None if whole.

        first: the place to begin at; most: how many to look at, -1 for all.
        """
        sql = (
            "SELECT seq, previous, leaf, link, body FROM ballots WHERE stream = ? AND verdict = '' AND seq >= ?"
            " ORDER BY seq LIMIT ?"
        )
        for row in self.db.query(sql, [self.stream, first, most]):
            try:
                ballot = wire.decode(row["body"], Ballot)
            except ValueError:
                return int(row["seq"])
            leaf = chain.leaf(ballot)
            is_linked = chain.link(row["previous"], row["seq"], leaf) == row["link"]
            if leaf != row["leaf"] or not is_linked or (ballot.stream, ballot.seq) != (self.stream, row["seq"]):
                return int(row["seq"])
        return None

    def new_stream(self) -> int:
        """Begin a new numbering and re-chain every held ballot with its old id; return how many.

        What the centre already said of them is forgotten: it will say `duplicate` again.
        """
        with self._writing():
            rows = list(self.db.query("SELECT body FROM ballots ORDER BY rowid"))
            stream = secrets.token_hex(16)
            self.db.execute("DELETE FROM ballots")
            self._set(stream=stream, base="", upto=0)
            previous = chain.genesis(self.device, stream)
            for seq, row in enumerate(rows, 1):
                ballot = msgspec.structs.replace(wire.decode(row["body"], Ballot), stream=stream, seq=seq)
                self._append(ballot, previous)
                previous = chain.link(previous, seq, chain.leaf(ballot))
        return len(rows)

    # ---- out to the centre, and settled -------------------------------------------------------------

    def next_entries(self, most: int = MAX_BALLOTS, after: int = 0) -> tuple[list[Entry], Head]:
        """Return the oldest unsettled ballots above `after`, contiguous, and the chain's place after them."""
        sql = (
            "SELECT seq, leaf, link, body FROM ballots WHERE stream = ? AND verdict = '' AND seq > ?"
            " ORDER BY seq LIMIT ?"
        )
        entries: list[Entry] = []
        head: Head | None = None
        for row in self.db.query(sql, [self.stream, after, most]):
            if entries and row["seq"] != entries[-1].seq + 1:
                break
            entries.append(Entry(row["seq"], row["leaf"].hex(), msgspec.Raw(row["body"])))
            head = Head(row["seq"], row["link"].hex())
        return entries, head or self._receipted_head()

    def _receipted_head(self) -> Head:
        upto = int(self._state("upto") or 0)
        link = self.link_at(upto)
        return Head(upto, link) if link else self.head()

    def holes(self, before: int | None = None) -> list[Hole]:
        """Return the places above the last receipt that will never be sent: rows lost, or parked as too large.

        before: a place whose row is held; only holes below it are looked for.
        """
        upto = int(self._state("upto") or 0)
        found: list[Hole] = []
        expected = upto + 1
        sql = "SELECT seq, previous, link, code FROM ballots WHERE stream = ? AND seq > ? AND seq <= ? ORDER BY seq"
        last = self.head().seq if before is None else before
        for row in self.db.query(sql, [self.stream, upto, last]):
            if row["seq"] > expected:
                found.append(Hole(expected, row["seq"] - 1, row["previous"].hex(), "rows lost on the card"))
            if row["code"] == TOO_LARGE:
                found.append(Hole(row["seq"], row["seq"], row["link"].hex(), "too large for the centre; kept here"))
            expected = row["seq"] + 1
        return found

    def park(self, seq: int) -> None:
        """Set one unsent ballot aside that the centre cannot take even alone; it is kept, and declared as a hole."""
        with self._writing():
            self.db.execute(
                "UPDATE ballots SET verdict = ?, code = ?, words = ? WHERE stream = ? AND seq = ? AND verdict = ''",
                [Verdict.REJECTED, TOO_LARGE, "the centre cannot take a ballot this large", self.stream, seq],
            )

    def settle(self, receipt: Receipt) -> dict[str, int]:
        """Apply a receipt and return counts: settled, voided, purged, rechained.

        A new epoch, or an upto below what was receipted, voids the receipts above upto. An upto above our own
        numbering, or another head at upto, means this card was restored or copied: a new stream begins.
        """
        counts = {"settled": 0, "voided": 0, "purged": 0, "rechained": 0}
        if receipt.stream != self.stream:
            return counts
        ours = self.link_at(receipt.upto)
        if receipt.upto > self.head().seq or (ours is not None and ours != receipt.head):
            self._set(epoch=receipt.epoch, echo=receipt.counter)
            counts["rechained"] = self.new_stream()
            return counts
        now_ms = from_instant(receipt.time)
        with self._writing():
            for judged in receipt.verdicts:
                counts["settled"] += self.db.execute(
                    "UPDATE ballots SET verdict = ?, code = ?, words = ?, receipted_ms = ?"
                    " WHERE stream = ? AND seq = ? AND seq <= ? AND verdict = ''",
                    [judged.verdict, judged.code, judged.words, now_ms, self.stream, judged.seq, receipt.upto],
                ).rowcount
            counts["voided"] = self.db.execute(
                "UPDATE ballots SET verdict = '', code = '', words = '', receipted_ms = 0"
                " WHERE stream = ? AND seq > ? AND verdict != '' AND code != ?",
                [self.stream, receipt.upto, TOO_LARGE],
            ).rowcount
            counts["purged"] = self._purge(receipt.upto, now_ms)
            self._set(epoch=receipt.epoch, echo=receipt.counter, upto=receipt.upto)
        return counts

    def _purge(self, upto: int, now_ms: int) -> int:
        """Forget what was receipted KEEP_DAYS ago, oldest first, and only what was plainly counted."""
        old = self._one(
            "SELECT max(seq) AS last FROM ballots WHERE stream = ? AND seq <= ? AND verdict IN (?, ?)"
            " AND receipted_ms BETWEEN 1 AND ?",
            [self.stream, upto, Verdict.ACCEPTED, Verdict.DUPLICATE, now_ms - KEEP_DAYS * DAY_MS],
        )
        last = old["last"] if old else None
        if last is None:
            return 0
        head = self.head()
        if last == head.seq:
            self._set(base=wire.encode(head).decode())
        return self.db.execute(
            "DELETE FROM ballots WHERE stream = ? AND seq <= ? AND verdict IN (?, ?) AND receipted_ms BETWEEN 1 AND ?",
            [self.stream, last, Verdict.ACCEPTED, Verdict.DUPLICATE, now_ms - KEEP_DAYS * DAY_MS],
        ).rowcount

    def counts(self) -> dict[str, int]:
        """Return how many ballots are held by verdict; `unsent` for those without one."""
        rows = self.db.query("SELECT verdict, count(*) AS n FROM ballots GROUP BY verdict")
        return {(row["verdict"] or "unsent"): row["n"] for row in rows}

    def pulse(self) -> None:
        """Write something small, to know that the disk still takes it."""
        with self._writing():
            self._set(pulse=secrets.token_hex(4))

    def count_since(self, from_ms: int) -> int:
        """Return how many held ballots were taken at or after a wall time, Unix milliseconds."""
        row = self._one("SELECT count(*) AS n FROM ballots WHERE taken_ms >= ?", [from_ms])
        return int(row["n"]) if row else 0

    def oldest_unsent_ms(self) -> int | None:
        """Return the wall time of the oldest unsent ballot in Unix milliseconds, or None."""
        row = self._one("SELECT min(taken_ms) AS oldest FROM ballots WHERE verdict = ''", [])
        return row["oldest"] if row else None

    # ---- boots, time, the display ledger ------------------------------------------------------------

    @property
    def boot(self) -> int:
        """This boot's durable number: one more than the last, fixed before anything is sent."""
        return int(self._state("boot"))

    @property
    def epoch(self) -> str:
        """The incarnation of the centre's database that last receipted us; "" before the first."""
        return str(self._state("epoch") or "")

    @property
    def echo(self) -> int:
        """The last counter the centre said."""
        return int(self._state("echo") or 0)

    def next_n(self) -> int:
        """Return a new request number of this boot."""
        with self._writing():
            number = int(self._state("n") or 0) + 1
            self._set(n=number)
        return number

    def add_fix(self, fix: Fix) -> None:
        """Remember a proven time, and that no true time lies below it; one a minute is enough."""
        last = self.fix()
        if last is not None and last.boot == fix.boot and fix.mono_ms - last.mono_ms < 60_000:
            return
        with self._writing():
            self.db["fixes"].insert(msgspec.to_builtins(fix))  # type: ignore[union-attr]
            self.db.execute("DELETE FROM fixes WHERE rowid <= (SELECT max(rowid) FROM fixes) - 100")
            self._set(floor_ms=max(fix.utc_ms, int(self._state("floor_ms") or 0)))

    def fix(self) -> Fix | None:
        """Return the newest proven time, of any boot."""
        row = self._one("SELECT boot, mono_ms, utc_ms, err_ms FROM fixes ORDER BY rowid DESC LIMIT 1", [])
        return Fix(**row) if row else None

    def fixes(self) -> list[Fix]:
        """Return the newest proven times, at most 100, oldest first."""
        sql = "SELECT boot, mono_ms, utc_ms, err_ms FROM fixes ORDER BY rowid DESC LIMIT 100"
        return [Fix(**row) for row in self.db.query(sql)][::-1]

    @property
    def floor_ms(self) -> int:
        """No true time lies below this Unix time."""
        return int(self._state("floor_ms") or 0)

    def clock(self) -> Clock:
        """Return a clock of this boot that stands on what was proven before."""
        clock = Clock(self.boot, floor_ms=self.floor_ms)
        clock.fix = self.fix()
        return clock

    def add_shown(self, shown: Shown) -> None:
        """Write one line of the display ledger."""
        with self._writing():
            self.db["shown"].insert(msgspec.to_builtins(shown))  # type: ignore[union-attr]

    def shown(self, most: int = 2000) -> list[Shown]:
        """Return the oldest lines of the display ledger that the centre has not had."""
        sql = "SELECT boot, first, last, from_ms, to_ms FROM shown ORDER BY rowid LIMIT ?"
        return [Shown(**row) for row in self.db.query(sql, [most])]

    def forget_shown(self, lines: int) -> None:
        """Forget the oldest lines of the display ledger, once the centre has them."""
        with self._writing():
            self.db.execute(
                "DELETE FROM shown WHERE rowid IN (SELECT rowid FROM shown ORDER BY rowid LIMIT ?)", [lines]
            )

    # ---- plumbing -----------------------------------------------------------------------------------

    @contextmanager
    def _writing(self) -> Iterator[None]:
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
            self.written += 1
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _one(self, sql: str, values: list[Any]) -> dict[str, Any] | None:
        return next(iter(self.db.query(sql, values)), None)

    def _state(self, key: str) -> Any:
        row = self._one("SELECT value FROM state WHERE key = ?", [key])
        return row["value"] if row else None

    def _set(self, **values: Any) -> None:
        with self._writing():
            self.db["state"].upsert_all(  # type: ignore[union-attr]
                [{"key": key, "value": str(value)} for key, value in values.items()], pk="key"
            )

    def _create(self) -> None:
        with self._writing():
            self.db["state"].create({"key": str, "value": str}, pk="key", if_not_exists=True)  # type: ignore[union-attr]
            self.db["sitting"].create({"id": str, "body": bytes}, pk="id", if_not_exists=True)  # type: ignore[union-attr]
            self.db["ballots"].create(  # type: ignore[union-attr]
                {
                    "stream": str, "seq": int, "id": str, "previous": bytes, "leaf": bytes, "link": bytes,
                    "body": bytes, "taken_ms": int, "verdict": str, "code": str, "words": str, "receipted_ms": int,
                },
                pk=("stream", "seq"),
                not_null={"stream", "seq", "id", "previous", "leaf", "link", "body", "taken_ms", "verdict"},
                defaults={"verdict": "", "code": "", "words": "", "receipted_ms": 0},
                if_not_exists=True,
            )  # fmt: skip
            self.db["ballots"].create_index(["id"], unique=True, if_not_exists=True)  # type: ignore[union-attr]
            self.db["ballots"].create_index(["verdict", "stream", "seq"], if_not_exists=True)  # type: ignore[union-attr]
            self.db["fixes"].create(  # type: ignore[union-attr]
                {"boot": int, "mono_ms": int, "utc_ms": int, "err_ms": int}, if_not_exists=True
            )
            self.db["shown"].create(  # type: ignore[union-attr]
                {"boot": int, "first": int, "last": int, "from_ms": int, "to_ms": int}, if_not_exists=True
            )

    def _begin_boot(self) -> None:
        with self._writing():
            if self._state("stream") is None:
                self._set(stream=secrets.token_hex(16), boot=0, boot_id="", n=0, upto=0, echo=0)
            if self._state("boot_id") != self.boot_id:
                self._set(boot=int(self._state("boot")) + 1, boot_id=self.boot_id, n=0)


def _ballot(draft: Draft, moment: Moment, device: str, stream: str, seq: int) -> Ballot:
    return Ballot(
        id=draft.id,
        device=device,
        stream=stream,
        seq=seq,
        boot=moment.boot,
        mono_ms=moment.mono_ms,
        wall=to_instant(moment.wall_ms),
        clock="exact" if moment.is_exact else "unproven",
        questionnaire=draft.questionnaire,
        layout=draft.layout,
        lang=draft.lang,
        channel=draft.channel,
        status=draft.status,
        answers=draft.answers,
        answers_salt=secrets.token_bytes(16),
        reasons=draft.reasons,
        context=draft.context,
        sealed=draft.sealed,
        sealed_salt=None if draft.sealed is None else secrets.token_bytes(16),
        consent=draft.consent,
        flags=draft.flags,
        codes=draft.codes or msgspec.UNSET,
    )
