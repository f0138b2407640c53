"""The page of devices: each kiosk with its place, its last sign of life, its queue, its sheet and what alarms."""

from typing import Any, Final

import msgspec
from litestar import Request, Response, get
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.routes import page
from server.accounts.rules import May
from server.database import Work
from server.offices.queries import all_versions
from server.offices.scope import reach
from survey import wire
from survey.acceptance import Sheet
from survey.batch import Health
from survey.local_time import local_date, local_words

SILENT_MS: Final = 3_600_000
"""A kiosk says something every five minutes; an hour of silence is shown."""

KINDS: Final = {
    "clone": "thẻ bị sao chép",
    "fork": "hai phiếu một chỗ",
    "conflict": "phiếu trùng mã",
    "gap": "thiếu phiếu",
    "hole": "mất phiếu trên máy",
    "ahead": "máy đi trước trung tâm",
    "chain_mismatch": "chuỗi không khớp",
    "new_stream": "bắt đầu chuỗi mới",
    "bad_signature": "chữ ký sai",
    "code_used": "mã ghi danh dùng lại",
}


class Line(msgspec.Struct, frozen=True):
    """One kiosk on the page. queue: None before it first spoke; failed: what its last sheet says did not pass."""

    id: str
    office: str
    counter: str
    is_revoked: bool
    seen: str
    is_silent: bool
    queue: int | None
    version: str
    verdict: str
    tested: str
    who: str
    failed: list[str]
    alarms: list[str]


def lines(connection: Connection, now_ms: int, reached: frozenset[str] | None = None) -> list[Line]:
    """Return every enrolled kiosk, by office and counter. reached: only those at these counters; None for all."""
    work = Work(connection)
    units = all_versions(connection, local_date(now_ms), local_date(now_ms))
    alarms: dict[str, list[str]] = {}
    for device, kind, times in work.all(
        "SELECT device, kind, sum(times) FROM events GROUP BY device, kind ORDER BY kind"
    ):
        alarms.setdefault(device, []).append(f"{KINDS.get(kind, kind)} ({times})")
    sheets = {row[0]: row[1:] for row in work.all(
        "SELECT device, verdict, who, body, received_at FROM acceptances ORDER BY received_at, id"
    )}  # fmt: skip
    found = []
    for row in work.all(
        "SELECT id, counter_id, software, last_seen, last_health, revoked_at FROM devices ORDER BY number"
    ):
        if reached is not None and row[1] not in reached:
            continue
        counter = units.get(row[1])
        office = units.get(counter.parent or "") if counter else None
        sheet = sheets.get(row[0])
        body = wire.decode(sheet[2], Sheet) if sheet else None
        found.append(
            Line(
                id=row[0],
                office=office.name_vi if office else "",
                counter=counter.name_vi if counter else row[1],
                is_revoked=row[5] is not None,
                seen=local_words(row[3]) if row[3] else "",
                is_silent=row[3] is None or now_ms - row[3] > SILENT_MS,
                queue=_queue(row[4]),
                version=row[2],
                verdict=sheet[0] if sheet else "",
                tested=local_words(sheet[3]) if sheet else "",
                who=sheet[1] if sheet else "",
                failed=[f"{item.id}: {item.value}" for item in body.items if item.outcome == "fail"] if body else [],
                alarms=alarms.get(row[0], []),
            )
        )
    return sorted(found, key=lambda line: (line.office, line.counter, line.id))


def _queue(health: str | None) -> int | None:
    if not health:
        return None
    try:
        return wire.decode(health, Health).queue
    except wire.WireError:
        return None


@get("/thiet-bi", sync_to_thread=True)
def devices_page(request: Request[Any, Any, Any]) -> Response[str]:
    """Show every kiosk."""
    session = sessions.require(request, May.DEVICES_SEE)
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        reached = reach(connection, session, local_date(centre.now_ms()))
        shown = lines(connection, centre.now_ms(), reached)
    return page(request, "devices.html", session=session, lines=shown)


ROUTES = [devices_page]
