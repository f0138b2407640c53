"""The register in SQL: what is kept now, which consents ballots carry, what was erased and asked for."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from server.database import Work
from server.questionnaires.queries import of_refs, shelf
from server.register.rules import Kept, Request, Text, with_gaps
from survey import wire
from survey.ballot import Consent
from survey.local_time import local_date

LINES: Final = 200
_KEPT: Final = {
    "contacts": "SELECT count(*), min(received_day) FROM ballots WHERE sealed IS NOT NULL AND consent IS NOT NULL",
    "comments": "SELECT count(*), min(received_day) FROM ballots WHERE sealed IS NOT NULL",
    "events": "SELECT count(*), min(at) FROM case_events WHERE sealed IS NOT NULL",
    "files": "SELECT count(*), min(at) FROM case_files WHERE length(body) > 0",
    "accounts": "SELECT count(*), min(made_at) FROM accounts WHERE disabled_at IS NULL",
    "officers": "SELECT count(*), NULL FROM officers WHERE ended_on IS NULL",
    "bundles": "SELECT count(*), min(came_at) FROM support_bundles WHERE body IS NOT NULL",
    "audit": "SELECT count(*), min(at) FROM audit",
}


def kept(connection: Connection) -> dict[str, Kept]:
    """Return what is kept now, by its key in the register."""
    work = Work(connection)
    found = {key: work.one(query) or (0, None) for key, query in _KEPT.items()}
    return {key: Kept(row[0], _day(row[1])) for key, row in found.items()}


def _day(value: Any) -> date | None:
    if value is None or isinstance(value, date):
        return value
    return local_date(value) if isinstance(value, int) else date.fromisoformat(str(value))


def texts(connection: Connection) -> list[Text]:
    """Return every wording of consent that was published or that a ballot carries, the oldest first."""
    carried = _carried(connection)
    placed = {one.ref: one.effective_from for one in shelf(connection)}
    wordings: dict[tuple[str, str, str], list[str]] = {}
    for asked in sorted(of_refs(connection, list(placed)), key=lambda one: placed[one.ref]):
        text = asked.texts.get("consent_contact", {})
        key = (str(text.get("id", "")), str(text.get("vi", "")), str(text.get("en", "")))
        if key[0]:
            wordings.setdefault(key, []).append(asked.ref)
    found = []
    for (name, vi, en), refs in wordings.items():
        n, still = _sum(carried, name, refs)
        found.append(Text(name, min(placed[ref] for ref in refs), with_gaps(vi), with_gaps(en), n, still, refs))
    return found


def _carried(connection: Connection) -> list[tuple[Consent, str, int, int]]:
    rows = Work(connection).all(
        "SELECT consent, questionnaire, count(*), count(sealed) FROM ballots WHERE consent IS NOT NULL "
        "GROUP BY consent, questionnaire"
    )
    return [(wire.decode(row[0], Consent), row[1], row[2], row[3]) for row in rows]


def _sum(carried: Iterable[tuple[Consent, str, int, int]], name: str, refs: list[str]) -> tuple[dict[str, int], int]:
    n: dict[str, int] = {}
    still = 0
    for consent, ref, count, sealed in carried:
        if consent.text == name and ref in refs:
            n[consent.lang] = n.get(consent.lang, 0) + count
            still += sealed
    return n, still


def add_request(work: Work, asked_on: date, done_at: int, what: str, n: int, actor: str) -> None:
    """Write down a request that was met; not whose it was."""
    day: Any = str(asked_on) if work.is_sqlite else asked_on
    work.run(
        "INSERT INTO erasure_requests (asked_on, done_at, what, n, actor) VALUES (?, ?, ?, ?, ?)",
        (day, done_at, what, n, actor),
    )


def requests(connection: Connection) -> list[Request]:
    """Return the requests met at the desk, the newest first."""
    rows = Work(connection).all(
        f"SELECT asked_on, done_at, what, n, actor FROM erasure_requests ORDER BY id DESC LIMIT {LINES}"  # noqa: S608
    )
    return [Request(_day(row[0]) or local_date(row[1]), local_date(row[1]), *row[2:]) for row in rows]


def erased_by_themselves(connection: Connection) -> int:
    """Return how many boxes and lines citizens erased: at their own page at once, or by a request at the desk."""
    row = Work(connection).one("SELECT coalesce(sum(n), 0) FROM deletions WHERE why = 'citizen'")
    return int(row[0]) if row else 0


def deletions(connection: Connection) -> list[tuple[date, str, str, int]]:
    """Return (local day, what, why, how many) of what was erased, the newest first, a day's alike ones together."""
    rows = Work(connection).all("SELECT at, what, why, n FROM deletions ORDER BY id DESC LIMIT 5000")
    found: dict[tuple[date, str, str], int] = {}
    for at, what, why, n in rows:
        key = (local_date(at), what, why)
        found[key] = found.get(key, 0) + n
    return [(*key, n) for key, n in list(found.items())[:LINES]]
