"""What happened to cases, in SQL: lines are added and never changed; each carries the digest of the line before it."""

from hashlib import sha256
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from server.cases.words import NOTHING, Closed
from server.database import Work
from survey import wire

START: Final = bytes(32)
CITIZEN: Final = "người dân"
CENTRE: Final = "hệ thống"
KINDS: Final = {
    "opened": "Mở vụ việc", "joined": "Gộp phiếu cùng lượt giao dịch", "move": "Chuyển bước", "undo": "Hoàn tác bước",
    "unit": "Chuyển đơn vị", "owner": "Giao người xử lý", "priority": "Mức ưu tiên", "note": "Ghi chú",
    "file": "Đính kèm tệp", "file_gone": "Gỡ tệp", "merged": "Nhận vụ việc trùng", "message": "Người dân nhắn thêm",
    "rating": "Người dân đánh giá việc xử lý", "warned": "Nhắc: đã qua 80 % thời hạn",
    "late": "Quá hạn, báo cấp trên", "answer": "Trả lời người dân", "call": "Gọi lại", "kept": "Lời góp ý được giữ lại",
    "erased": "Xóa dữ liệu cá nhân", "read": "Xem số điện thoại",
    "document": "Ban hành văn bản",
}  # fmt: skip


class Event(msgspec.Struct, frozen=True):
    """One line. before, after: what changed, as codes. sealed: words, closed; None where there are none or no more."""

    id: int
    case: int
    at: int
    actor: str
    kind: str
    before: str = ""
    after: str = ""
    document: str = ""
    sealed: bytes | None = None
    has_had_words: bool = False


class New(msgspec.Struct, frozen=True):
    """A line to be written."""

    case: int
    actor: str
    kind: str
    before: str = ""
    after: str = ""
    document: str = ""
    words: Closed = Closed()


def append(work: Work, at: int, *several: New) -> None:
    """Write lines, each upon the one before. at: Unix milliseconds."""
    if not several:
        return
    work.all(work.locked("SELECT id FROM centre"))
    last = work.one("SELECT digest FROM case_events ORDER BY id DESC LIMIT 1")
    previous = START if last is None else bytes(last[0])
    rows = []
    for new in several:
        parts = (new.case, at, new.actor, new.kind, new.before[:80], new.after[:80], new.document)
        own = _digest(previous, parts, new.words.digest)
        rows.append((*parts, new.words.sealed, new.words.salt, new.words.digest, previous, own))
        previous = own
    work.many(
        'INSERT INTO case_events (case_id, at, actor, kind, "before", "after", document, sealed, salt, words_digest, '
        "previous, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def _digest(previous: bytes, parts: tuple[Any, ...], words: bytes) -> bytes:
    return sha256(previous + wire.encode([*parts, words.hex()])).digest()


def first_broken(work: Work) -> int | None:
    """Return the id of the first line that does not fit: the lines before it, or its own words where they are kept."""
    previous = START
    for line, *parts, sealed, salt, words, before, own in work.all(
        'SELECT id, case_id, at, actor, kind, "before", "after", document, sealed, salt, words_digest, previous, '
        "digest FROM case_events ORDER BY id"
    ):
        is_whole = sealed is None or sha256(bytes(salt or b"") + bytes(sealed)).digest() == bytes(words)
        fits = bytes(before) == previous and bytes(own) == _digest(previous, tuple(parts), bytes(words))
        if not (is_whole and fits):
            return int(line)
        previous = bytes(own)
    return None


def history(connection: Connection, case: int) -> list[Event]:
    """Return the lines of a case, the first one first."""
    rows = Work(connection).all(
        'SELECT id, case_id, at, actor, kind, "before", "after", document, sealed, words_digest FROM case_events '
        "WHERE case_id = ? ORDER BY id",
        (case,),
    )
    return [Event(*(*row[:8], _bytes(row[8]), bytes(row[9]) != NOTHING)) for row in rows]


def of_kinds(connection: Connection, cases: list[int], kinds: tuple[str, ...]) -> list[Event]:
    """Return the lines of some kinds of these cases, the first one first."""
    found: list[Event] = []
    marks = ", ".join("?" * len(kinds))
    for at in range(0, len(cases), 500):
        some = cases[at : at + 500]
        rows = Work(connection).all(
            'SELECT id, case_id, at, actor, kind, "before", "after", document, sealed, words_digest '  # noqa: S608
            f"FROM case_events WHERE kind IN ({marks}) AND case_id IN ({', '.join('?' * len(some))}) ORDER BY id",
            (*kinds, *some),
        )
        found += [Event(*(*row[:8], _bytes(row[8]), bytes(row[9]) != NOTHING)) for row in rows]
    return found


def erase_words(work: Work, case: int, kinds: tuple[str, ...]) -> int:
    """Drop the words of a case's lines of some kinds; returns how many had any. The lines stay."""
    marks = ", ".join("?" * len(kinds))
    return work.run(
        "UPDATE case_events SET sealed = NULL, salt = NULL "  # noqa: S608 our own words
        f"WHERE case_id = ? AND sealed IS NOT NULL AND kind IN ({marks})",
        (case, *kinds),
    )


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)


def last_undoable(events: list[Event]) -> Event | None:
    """Return the step that an undo would take back: the last one that was not taken back yet; pure."""
    steps: list[Event] = []
    for event in events:
        if event.kind == "move":
            steps.append(event)
        elif event.kind == "undo" and steps:
            steps.pop()
    return steps[-1] if steps else None
