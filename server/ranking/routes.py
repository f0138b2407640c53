"""HTTP for the yearly ranking: its page, its workbook, its signature."""

from asyncio import to_thread
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from server.accounts import sessions
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.audit.queries import record
from server.pages.download import download
from server.problem import RefusalError
from server.ranking import book, frozen, queries
from server.ranking.counted import ranked
from server.ranking.desk import deciding, lines_of, open_desk, version_of
from server.ranking.rules import bands_words, formula, points_words, share_words, short
from survey.local_time import local_date, local_words

DONE = {
    "tieu-chi": "Đã lưu tiêu chí.", "diem": "Đã lưu điểm.", "chot": "Đã chốt. Bản chốt không sửa, không xóa được.",
}  # fmt: skip
WORDS = {"points": points_words, "short": short, "formula": formula, "share": share_words, "bands": bands_words}


def show(request: AnyRequest, year: int, status: int = 200, **more: Any) -> Response[str]:
    """Return the page of a year."""
    session, centre = sessions.require(request, May.RESULTS_SEE), sessions.centre_of(request)
    asked = request.query_params.get("ban", "")[:8]
    with centre.engine.connect() as connection:
        desk = open_desk(connection, request, session, year)
        kept = version_of(connection, desk, asked)
        now = ranked(connection, desk.plan, desk.today) if desk.plan else []
        known = queries.years(connection)
    plan, rows = (kept.frozen.plan, kept.frozen.rows) if kept else (desk.plan, now)
    is_newest = kept is not None and kept.signed.version == desk.signed[0].version
    changed = frozen.changes(kept.frozen, desk.plan, now) if kept and is_newest and desk.plan else []
    values: dict[str, Any] = {"wrong": "", "done": DONE.get(request.query_params.get("xong", ""), ""), "given": {}}
    return page(
        request, "yearly_ranking.html", status, session=session, desk=desk, year=year, plan=plan, kept=kept,
        lines=lines_of(desk, plan, rows) if plan else [], ranked=sum(row.total is not None for row in rows),
        changed=[one for one in changed if desk.sees(one.office)], is_newest=is_newest, at=local_words,
        years=sorted({*known, year, desk.today.year}, reverse=True), least=centre.settings.min_cell, words=WORDS,
        may_download=session.may(May.REPORTS_MAKE), **(values | more),
    )  # fmt: skip


def _sign(request: AnyRequest, year: int, data: dict[str, str]) -> Response[Any]:
    session, centre = deciding(request), sessions.centre_of(request)
    sessions.check_form(request, session, data.get("csrf", ""))
    with centre.engine.connect() as connection:
        desk = open_desk(connection, request, session, year)
    if desk.plan is None:
        return show(request, year, 422, wrong="Năm này chưa có tiêu chí nào. Xin đặt tiêu chí trước.")
    expected = data.get("version", "")
    why = " ".join(data.get("why", "").split())
    version = int(expected) if expected.isdecimal() and len(expected) < 6 else 0
    fault = frozen.sign(centre, session, desk.plan, why, data.get("code", "")[:20], version)
    if fault is not None:
        return show(request, year, 422, wrong=fault, given=data)
    return Redirect(f"/xep-hang-nam/{year}?xong=chot", status_code=303)


@get("/xep-hang-nam", sync_to_thread=True)
def ranking_home(request: AnyRequest) -> Response[str]:
    """Show the ranking of the newest year that has criteria, of this year where none has."""
    sessions.require(request, May.RESULTS_SEE)
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        known = queries.years(connection)
    return show(request, known[0] if known else local_date(centre.now_ms()).year)


@get("/xep-hang-nam/{year:int}", sync_to_thread=True)
def ranking_page(request: AnyRequest, year: FromPath[int]) -> Response[str]:
    """Show the ranking of a year: the newest signed version, `?ban=1` another one, `?ban=nay` the data of now."""
    return show(request, year)


@post("/xep-hang-nam/{year:int}/chot", status_code=200)
async def sign_form(request: AnyRequest, year: FromPath[int], data: Form) -> Response[Any]:
    """Sign a version off."""
    return await to_thread(_sign, request, year, data)


@get("/xep-hang-nam/{year:int}/bang.xlsx", sync_to_thread=True)
def ranking_file(request: AnyRequest, year: FromPath[int]) -> Response[bytes]:
    """Give what the page shows as a workbook."""
    session, centre = sessions.require(request, May.REPORTS_MAKE), sessions.centre_of(request)
    with centre.engine.connect() as connection:
        desk = open_desk(connection, request, session, year)
        kept = version_of(connection, desk, request.query_params.get("ban", "")[:8])
        plan = kept.frozen.plan if kept else desk.plan
        if plan is None:
            raise RefusalError(404, "no_plan", "this year has no criteria")
        rows = kept.frozen.rows if kept else ranked(connection, plan, desk.today)
        made = book.workbook(connection, desk, plan, rows, kept, centre.settings.min_cell)
    actor, name = session.account.name, f"v{kept.signed.version}" if kept else "tam-tinh"
    centre.writer.run(lambda work: record(work, centre.now_ms(), actor, "ranking.export", f"{year} {name}"))
    return download(made, f"xep-hang-nam-{year}-{name}.xlsx")


ROUTES = [ranking_home, ranking_page, sign_form, ranking_file]
