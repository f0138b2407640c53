"""HTTP for published comments: the review of an office's month, and the page that everybody reads."""

from asyncio import to_thread
from typing import Any

import msgspec
from litestar import MediaType, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from server.accounts import sessions
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.audit.queries import record
from server.centre import Centre
from server.database import Work
from server.offices.queries import all_versions
from server.offices.scope import check, within
from server.pages.language import rendered
from server.plans.queries import leaders_of
from server.problem import RefusalError
from server.publish.queries import published_offices
from server.publish.rules import LEAST, Office
from server.said import queries, rules
from server.said.rules import Comment
from survey.local_time import local_date


def _key(centre: Centre) -> bytes:
    return centre.keys.session[:32]


def _shown(request: AnyRequest, status: int = 200, **more: Any) -> Response[str]:
    session, centre = sessions.require(request, May.COMMENTS_SEE), sessions.centre_of(request)
    today, told = local_date(centre.now_ms()), centre.settings.comments_told_from
    office, month = (request.query_params.get(name, "")[:80] for name in ("don_vi", "thang"))
    found: list[Comment] = []
    with centre.engine.connect() as connection:
        reached = within(session, all_versions(connection, today, today))
        if office:
            check(reached, office)
        every = published_offices(connection, today, centre.settings.month_cut)
        offices = [one for one in every if reached is None or one.id in reached]
        chosen = next((one for one in offices if one.id == office), offices[0] if offices else None)
        months = [one for one in chosen.months if one.is_enough][::-1] if chosen else []
        period = next((one.period for one in months if one.period.value == month), months[0].period if months else None)
        if chosen and period and told:
            span = (period.first, period.last)
            found = rules.in_order(queries.comments_of(connection, chosen.id, span, told, centre.keys), _key(centre))
    if found and chosen:
        actor, words = session.account.name, f"{chosen.id} {len(found)}"
        centre.writer.run(lambda work: record(work, centre.now_ms(), actor, "said.read", words))
    return page(
        request, "said.html", status, session=session, told=told, offices=offices, office=chosen, months=months,
        period=period, comments=[(rules.token(one.ballot, _key(centre)), one) for one in found], states=rules.WORDS,
        may_pick=session.may(May.CASES_HANDLE), may_decide=session.account.allowed >= rules.DECIDE, least=LEAST,
        **({"wrong": "", "done": ""} | more),
    )  # fmt: skip


def _changed(work: Work, session: Any, comment: Comment, office: str, data: dict[str, str]) -> Comment | str:
    act, reason = data.get("act", ""), " ".join(data.get("reason", "").split())
    if act == "pick" and comment.state in ("", "withheld"):
        places = {*comment.blacked, *rules.places_of(comment.text, data.get("black", "")[:400])}
        return msgspec.structs.replace(
            comment, state="picked", picked_by=session.account.name, blacked=tuple(sorted(places)), reason=""
        )
    if act not in ("show", "withhold"):
        return "Lời này vừa được người khác xử lý. Xin tải lại trang."
    units = all_versions(work.connection, comment.day, comment.day)
    if act == "withhold":
        if not reason or len(reason) > rules.REASON_AT_MOST:
            return "Không đăng: xin ghi lý do, tối đa 200 ký tự."
        return msgspec.structs.replace(comment, state="withheld", reason=reason)
    if comment.state != "picked":
        return "Lời này chưa được chọn. Xin chọn trước, rồi lãnh đạo duyệt."
    fault = rules.decision_fault(
        session.account.allowed, session.account.name, comment, leaders_of(work.connection, units, office)
    )
    return fault or msgspec.structs.replace(comment, state="shown", reason="")


def _do(request: AnyRequest, data: dict[str, str]) -> Response[Any]:
    session, centre = sessions.require(request, May.CASES_HANDLE), sessions.centre_of(request)
    sessions.check_form(request, session, data.get("csrf", ""))
    if not session.may(May.COMMENTS_SEE):
        raise RefusalError(403, "not_allowed", "this account may not read comments")
    office, month, now_ms = data.get("don_vi", "")[:80], data.get("thang", "")[:10], centre.now_ms()

    def store(work: Work) -> str:
        today, told = local_date(now_ms), centre.settings.comments_told_from
        check(within(session, all_versions(work.connection, today, today)), office)
        every = published_offices(work.connection, today, centre.settings.month_cut, office)
        period = next((one.period for one in every[0].months if one.period.value == month), None) if every else None
        span = None if period is None else (period.first, period.last)
        several = queries.comments_of(work.connection, office, span, told, centre.keys) if span and told else []
        comment = next((one for one in several if rules.token(one.ballot, _key(centre)) == data.get("loi")), None)
        if comment is None:
            return "Lời góp ý này không còn: đã xóa theo yêu cầu hoặc theo thời hạn."
        after = _changed(work, session, comment, office, data)
        if isinstance(after, str):
            return after
        queries.put(work, after, session.account.name, now_ms)
        record(work, now_ms, session.account.name, f"said.{after.state}", f"{office} {month}")
        return ""

    wrong = centre.writer.run(store)
    if wrong:
        return _shown(request, 422, wrong=wrong)
    return Redirect(f"/y-kien-cong-bo?don_vi={office}&thang={month}&xong=1", status_code=303)


@get("/y-kien-cong-bo")
async def review_page(request: AnyRequest) -> Response[str]:
    """Show a month's comments to those who review them."""
    done = "Đã lưu." if request.query_params.get("xong") else ""
    return await to_thread(lambda: _shown(request, done=done))


@post("/y-kien-cong-bo", status_code=200)
async def review_form(request: AnyRequest, data: Form) -> Response[Any]:
    """Pick a comment, black words out, approve it or withhold it."""
    return await to_thread(_do, request, data)


@get("/cong-khai/{office:str}/noi-gi", sync_to_thread=True)
def said_page(request: AnyRequest, office: FromPath[str]) -> Response[str]:
    """Show everybody what was approved; kept by no cache, so that what is erased is gone at once."""
    centre = sessions.centre_of(request)
    today, told = local_date(centre.now_ms()), centre.settings.comments_told_from
    with centre.engine.connect() as connection:
        found: list[Office] = published_offices(connection, today, centre.settings.month_cut, office[:80])
        if not found or not told:
            raise RefusalError(404, "not_published", "this office publishes no comments")
        comments = [
            one
            for month in found[0].months
            if month.is_enough
            for one in queries.comments_of(
                connection, found[0].id, (month.period.first, month.period.last), told, centre.keys, only="shown"
            )
        ]
    html = rendered(
        request, "said_public.html", is_public=True, office=found[0],
        comments=rules.in_order(comments, _key(centre)), least=LEAST,
    )  # fmt: skip
    return Response(html, media_type=MediaType.HTML, headers={"cache-control": "no-store"})


ROUTES = [review_page, review_form, said_page]
