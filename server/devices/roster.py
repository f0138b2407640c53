"""The page of devices: each kiosk with its place, its last sign of life, its queue, its sheet and what alarms."""

from typing import Any, Final

import msgspec
from litestar import Request, Response, get
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.routes import page
from server.accounts.rules import May
from server.database import Work
from server.devices.forecast import Forecast
from server.devices.foretell import by_device
from server.devices.signs import SILENT_MS, Sign, signs
from server.offices.queries import all_versions
from server.offices.scope import reach
from survey import wire
from survey.acceptance import Sheet
from survey.batch import Health
from survey.local_time import local_date, local_words

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
    "not_replaced": "đã có máy thay, còn phiếu chưa gửi",
}


class Line(msgspec.Struct, frozen=True):
    """One kiosk on the page. failed: what its last sheet says did not pass. seen_at: Unix milliseconds, 0 for never.

    signs: what it says of itself, by column. forecasts: what may fail soon.
    """

    id: str
    office: str
    counter: str
    is_revoked: bool
    seen: str
    is_silent: bool
    seen_at: int
    signs: dict[str, list[Sign]]
    verdict: str
    tested: str
    who: str
    failed: list[str]
    alarms: list[str]
    forecasts: list[Forecast]

    @property
    def troubles(self) -> int:
        """How many things somebody should look at; a revoked kiosk has none."""
        if self.is_revoked:
            return 0
        bad = sum(one.is_bad for several in self.signs.values() for one in several)
        return bad + len(self.alarms) + len(self.failed) + len(self.forecasts) + 3 * self.is_silent

    def has(self, what: str) -> bool:
        """Return whether it belongs to what a filter asks for."""
        if what == "xem":
            return self.troubles > 0
        if what == "im-lang":
            return self.is_silent and not self.is_revoked
        if what == "forecast":
            return bool(self.forecasts) and not self.is_revoked
        if what == "thu-hoi":
            return self.is_revoked
        if what in self.signs:
            return any(one.is_bad for one in self.signs[what])
        return True


FILTERS: Final = {
    "": "Tất cả", "xem": "Cần xem", "im-lang": "Im lặng", "queue": "Phiếu chờ lâu", "power": "Nguồn, nhiệt độ",
    "clock": "Đồng hồ", "hands": "Nút, cảm ứng", "card": "Thẻ nhớ", "forecast": "Dự đoán hỏng",
    "thu-hoi": "Đã thu hồi",
}  # fmt: skip
ORDERS: Final = {"": "Cần xem trước", "noi": "Theo đơn vị", "lau": "Lâu không liên lạc trước"}


def picked(shown: list[Line], what: str, order: str, words: str) -> list[Line]:
    """Return the kiosks a filter and a search leave, in an order; pure. shown: by office and counter."""
    wanted = words.casefold().strip()
    found = [
        one for one in shown
        if one.has(what) and wanted in f"{one.id} {one.office} {one.counter}".casefold()
    ]  # fmt: skip
    if order == "lau":
        return sorted(found, key=lambda one: (one.is_revoked, one.seen_at))
    return found if order == "noi" else sorted(found, key=lambda one: (one.is_revoked, -one.troubles))


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
    foreseen = by_device(work)
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
                seen_at=row[3] or 0,
                signs=signs(health_of(row[4])),
                verdict=sheet[0] if sheet else "",
                tested=local_words(sheet[3]) if sheet else "",
                who=sheet[1] if sheet else "",
                failed=[f"{item.id}: {item.value}" for item in body.items if item.outcome == "fail"] if body else [],
                alarms=alarms.get(row[0], []),
                forecasts=foreseen.get(row[0], []),
            )
        )
    return sorted(found, key=lambda line: (line.office, line.counter, line.id))


def health_of(body: str | None) -> Health | None:
    """Return what a kiosk said of itself last, None before it first spoke or where it cannot be read any more."""
    if not body:
        return None
    try:
        return wire.decode(body, Health)
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
    counts = {name: sum(one.has(name) for one in shown) for name in FILTERS}
    asked = {name: request.query_params.get(name, "")[:80] for name in ("loc", "xep", "tim")}
    return page(
        request, "devices.html", session=session, lines=picked(shown, asked["loc"], asked["xep"], asked["tim"]),
        asked=asked, filters=FILTERS, orders=ORDERS, counts=counts,
    )  # fmt: skip


ROUTES = [devices_page]
