"""A view of results made for a request: what is asked, what may be seen, and the questionnaire it is read by."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from litestar import Request
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.rules import May
from server.offices import scope as offices_scope
from server.offices.queries import all_versions
from server.questionnaires.queries import seen_on
from server.results import more_views, views
from server.results.asked import read_asked
from server.results.gathered import Desk
from server.results.grids import View
from server.results.overview import overview
from server.results.periods import Period
from survey.local_time import local_date, local_hour

AnyRequest = Request[Any, Any, Any]

VIEWS: Final[dict[str, Callable[[Desk], View]]] = {
    "phan-tich": views.analysis, "xep-hang": views.ranking, "gio": views.hours, "ly-do": views.why,
    "cau-hoi": more_views.questions, "can-bo": more_views.officers, "so-sanh": more_views.comparison,
    "phu": more_views.coverage, "tt01": more_views.nine,
}  # fmt: skip
SHEETS: Final = {"tong-quan": overview, **VIEWS}
"""What can be had as a workbook: every page, and the first one."""

TABS: Final = (
    ("", "Tổng quan", "Overview"), ("phan-tich", "Phân tích", "Analysis"), ("xep-hang", "Xếp hạng", "League"),
    ("gio", "Theo giờ", "Hours"), ("ly-do", "Lý do", "Reasons"), ("cau-hoi", "Câu hỏi", "Questions"),
    ("can-bo", "Cán bộ", "Officers"), ("so-sanh", "So sánh", "Compare"), ("phu", "Tỷ lệ tham gia", "Coverage"),
    ("tt01", "TT 01/2018", "Nine indices"),
)  # fmt: skip


def needed(name: str) -> May:
    """Return what one must be allowed to open a view."""
    return May.OFFICERS_SEE if name == "can-bo" else May.RESULTS_SEE


def tabs(session: Session) -> list[tuple[str, str, str]]:
    """Return (name, words, English words) of the views someone may open."""
    return [one for one in TABS if session.may(needed(one[0]))]


@contextmanager
def open_desk(request: AnyRequest, session: Session) -> Iterator[Desk]:
    """Give what a view is made of, while a connection is open. Raises RefusalError 404 for a unit outside."""
    centre = sessions.centre_of(request)
    now_ms = centre.now_ms()
    today = local_date(now_ms)
    with centre.engine.connect() as connection:
        asked = read_asked(connection, request, session, today, centre.settings.month_cut)
        yield Desk(
            connection,
            asked,
            seen_on(connection, min(asked.period.last, today)),
            centre.settings.min_cell,
            (today, local_hour(now_ms)),
            lambda period: asked.scope.within if asked.is_now else _reach(connection, session, period),
        )


def _reach(connection: Connection, session: Session, period: Period) -> frozenset[str] | None:
    if session.unit is None:
        return None
    return offices_scope.within(session, all_versions(connection, period.first, period.last))
