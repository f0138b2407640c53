"""HTTP for the page of releases: which there are, how far the newest has come, and the next step."""

from asyncio import to_thread
from collections import Counter
from typing import Any, Final

from litestar import Response, get, post

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.audit.queries import record
from server.centre import config_changed
from server.database import Work
from server.devices.release_wish import STAGES, Step, step_now, steps
from server.problem import RefusalError
from server.releases import queries, rules
from server.releases.file_routes import ROUTES as FILES
from server.releases.rules import STAGE_WORDS, RolloutError
from survey.local_time import local_date, local_words

HISTORY: Final = 12
DONE: Final = {
    "begin": "Đã bắt đầu: các máy thử trước sẽ lấy bản mới ở lần hỏi tới.",
    "advance": "Đã mở rộng.", "pause": "Đã tạm dừng: không máy nào bắt đầu thêm.", "resume": "Đã cho chạy tiếp.",
    "withdraw": "Đã thôi đưa bản này xuống. Máy đã chạy bản này vẫn chạy; máy khác giữ bản đang có.",
}  # fmt: skip


def _show(request: AnyRequest, session: Session, status: int = 200, **more: Any) -> Response[str]:
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        taken = queries.taken(connection)
        found = queries.kiosks(connection, local_date(centre.now_ms()))
        history = steps(connection, HISTORY)
    step = history[0] if history and history[0].version else None
    running = Counter(one.version or "chưa rõ" for one in found)
    counters = {one.version: one.counter for one in taken}
    offered = [one.version for one in taken if step is None or one.counter > counters.get(step.version, 0)]
    values: dict[str, Any] = {"wrong": "", "done": "", "entered": {}}
    return page(
        request, "releases.html", status, session=session, taken=taken, step=step, offered=offered,
        count=rules.count(step, found) if step else None, total=len(found),
        running=running.most_common(), stages=STAGES, stage_words=STAGE_WORDS,
        history=history, when=local_words, may_change=session.may(May.DEVICES_CHANGE) and session.unit is None,
        **(values | more),
    )  # fmt: skip


@get("/ban-phan-mem")
async def releases_page(request: AnyRequest) -> Response[str]:
    """Show releases and how far the rollout is; for those who look after the whole province."""
    session = _require(request, May.DEVICES_SEE)
    return await to_thread(lambda: _show(request, session))


@post("/ban-phan-mem", status_code=200)
async def releases_form(request: AnyRequest, data: Form) -> Response[str]:
    """Begin, widen, hold, let go on or withdraw."""
    return await to_thread(_do, request, data)


def _require(request: AnyRequest, need: May) -> Session:
    session = sessions.require(request, need)
    if session.unit is not None and need is May.DEVICES_CHANGE:
        raise RefusalError(403, "whole_province", "phần mềm do người trông coi ki-ốt toàn tỉnh quyết định")
    return session


def _do(request: AnyRequest, data: dict[str, str]) -> Response[str]:
    session, centre = _require(request, May.DEVICES_CHANGE), sessions.centre_of(request)
    sessions.check_form(request, session, data.get("csrf", ""))
    act, now_ms, actor = data.get("act", ""), centre.now_ms(), session.account.name

    def take(work: Work) -> None:
        step = _next(work, act, data, now_ms)
        queries.add_step(work, step, now_ms, actor)
        record(work, now_ms, actor, f"release.{act}", f"{step.version} {step.stage}".strip())
        config_changed(work)

    try:
        centre.writer.run(take)
    except RolloutError as error:
        return _show(request, session, 422, wrong=str(error), entered=data)
    return _show(request, session, done=DONE[act])


def _next(work: Work, act: str, data: dict[str, str], now_ms: int) -> Step:
    step = step_now(work.connection)
    found = queries.kiosks(work.connection, local_date(now_ms))
    if act == "begin":
        counters = {one.version: one.counter for one in queries.taken(work.connection)}
        canaries = rules.canaries_in(data.get("canaries", "")[:4000])
        return rules.begun(step, data.get("version", ""), counters, canaries, [one.id for one in found])
    if step is None or not step.version or step.version != data.get("version"):
        raise RolloutError("Trang này đã cũ: có người vừa đổi. Xin xem lại rồi bấm lần nữa.")
    if act == "advance":
        if step.stage != data.get("stage"):
            raise RolloutError("Trang này đã cũ: có người vừa mở rộng. Xin xem lại rồi bấm lần nữa.")
        return rules.advanced(step, rules.count(step, found), is_sure=data.get("sure") == "yes")
    if act in {"pause", "resume"}:
        return rules.paused(step, is_paused=act == "pause")
    if act == "withdraw":
        return rules.withdrawn(step)
    raise RolloutError("Không rõ việc cần làm. Xin tải lại trang.")


ROUTES = [releases_page, releases_form, *FILES]
