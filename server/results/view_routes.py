"""HTTP for the further pages of results: each view, the charts as files.

Handlers of a shared path go to a thread themselves: Litestar 2.25 wraps its first handler twice.
"""

from asyncio import to_thread
from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.routes import page
from server.accounts.rules import May
from server.problem import RefusalError
from server.results import charts, entered, queries, views
from server.results.asked import Asked
from server.results.desk import VIEWS, AnyRequest, needed, open_desk, tabs
from server.results.gathered import Desk
from server.results.grids import shown
from server.results.pareto import pareto
from server.results.rules import decimal, top2
from server.results.summary import CHANNELS
from server.results.tt01 import INDICES

BARS_AT_MOST = 25


def show(
    request: AnyRequest, session: Session, name: str, *, status: int = 200, wrong: str = "", done: str = "",
    given: dict[str, str] | None = None,
) -> Response[str]:  # fmt: skip
    """Return a view's page. wrong, done: what to say above it. given: what was typed into its form, to be kept."""
    with open_desk(request, session) as desk:
        view = VIEWS[name](desk)
        version = queries.count(desk.connection, desk.asked.scope)
        scope = desk.asked.scope
        by_hand = entered.scores(desk.connection, scope.office, scope.first, scope.last) if name == "tt01" else {}
    asked, hand = desk.asked, {number: decimal(tenths / 10) for number, tenths in by_hand.items()}
    return page(
        request, "results_view.html", status, session=session, view=view, version=version, shown=shown, wrong=wrong,
        done=done, given=given or {}, indices=INDICES, hand=hand, may_enter=session.may(May.DATA_ENTER),
        may_download=session.may(May.REPORTS_MAKE), min_cell=desk.min_cell, **bar(session, asked, f"/ket-qua/{name}"),
    )  # fmt: skip


def bar(session: Session, asked: Asked, action: str) -> dict[str, Any]:
    """Return what the filter bar and the tabs of every results page need."""
    whole = "Tất cả đơn vị" if session.unit is None else f"{asked.name_of(session.unit)}, tất cả đơn vị"
    return {
        "asked": asked, "action": action, "tabs": tabs(session), "everywhere": whole,
        "office": asked.name_of(asked.scope.office) if asked.scope.office else whole,
        "place": asked.name_of(asked.scope.counter) if asked.scope.counter else "",
        "channels": [(str(one), words) for one, words in CHANNELS.items()], "lanes": list(views.LANE_WORDS.items()),
    }  # fmt: skip


def _view_route(name: str) -> HTTPRouteHandler:
    def made(request: AnyRequest) -> Response[str]:
        return show(request, sessions.require(request, needed(name)), name)

    async def view_page(request: AnyRequest) -> Response[str]:
        return await to_thread(made, request)

    view_page.__doc__ = f"Show the results page {name}."
    return get(f"/ket-qua/{name}")(view_page)


@get("/ket-qua/bieu-do/{name:str}", sync_to_thread=True)
def chart(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """Give a chart as an SVG file: xu-huong, xep-hang or ly-do."""
    session = sessions.require(request, May.RESULTS_SEE)
    with open_desk(request, session) as desk:
        drawn = _drawn(desk, name.removesuffix(".svg"))
    return Response(drawn, media_type="image/svg+xml", headers={"cache-control": "private, max-age=0, no-cache"})


def _drawn(desk: Desk, name: str) -> bytes:
    if name == "xu-huong":
        found = views.points(desk)
        shares = [top2(levels) if levels.base >= desk.min_cell else None for _, levels in found]
        return charts.line([words for words, _ in found], shares)
    if name == "xep-hang":
        rows = [row for row in views.ranking(desk).grids[0].rows if not row.is_covered][:BARS_AT_MOST]
        return charts.bars([(_short(row.cells[1]), row.cells[3], (row.cells[4], row.cells[5])) for row in rows])
    if name == "ly-do":
        counted = [one for one in pareto(views.reason_counts(desk)) if one.n >= desk.min_cell][:BARS_AT_MOST]
        return charts.bars([(_short(one.id), one.n, None) for one in counted], is_percent=False)
    raise RefusalError(404, "no_such_chart", f"there is no chart {name[:40]!r}")


def _short(words: str) -> str:
    words = words.replace("Trung tâm Phục vụ hành chính công", "TTPVHCC")
    return words if len(words) <= 44 else words[:43] + "…"


ROUTES = [*(_view_route(name) for name in VIEWS), chart]
