"""HTTP for the province's rules of cases: time-limits, what opens a case, how long what is personal is kept."""

from asyncio import to_thread
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect

from server.accounts import sessions
from server.accounts.forms import lists_of
from server.accounts.routes import AnyRequest, page
from server.accounts.rules import May
from server.audit.queries import record
from server.cases import queries
from server.cases.desk import frame_and, open_desk
from server.cases.opening import Rules
from server.database import Work
from server.questionnaires.queries import seen_on

NUMBERS: Final = {
    "triage_days": ("Phân loại (ngày làm việc)", 1, 60), "transfer_days": ("Chuyển đơn vị (ngày làm việc)", 1, 60),
    "explain_days": ("Giải trình (ngày làm việc)", 1, 60), "answer_days": ("Trả lời người dân (ngày)", 1, 60),
    "low_level": ("Điểm thấp là từ mức này trở xuống", 1, 3),
    "threshold": ("Số điểm thấp của một quầy trong ngày để mở vụ việc; 0 là không dùng", 0, 1000),
    "newest_days": ("Phiếu cũ hơn số ngày này không mở vụ việc", 1, 3650),
    "closed_days": ("Xóa số điện thoại sau khi đóng (ngày)", 1, 3650),
    "received_days": ("Xóa số điện thoại chậm nhất sau khi nhận (ngày)", 1, 3650),
    "words_days": ("Xóa nội dung, tệp của vụ việc đã đóng (ngày)", 1, 3650),
}  # fmt: skip
GROUPS: Final = {
    "Thời hạn": ("triage_days", "transfer_days", "explain_days", "answer_days"),
    "Mở vụ việc": ("low_level", "threshold", "newest_days"),
    "Giữ dữ liệu cá nhân": ("closed_days", "received_days", "words_days"),
}


def values_of(rules: Rules) -> dict[str, Any]:
    """Return rules as a form's fields; pure."""
    flat = msgspec.to_builtins(rules)
    return flat | flat.pop("terms") | flat.pop("retention")  # type: ignore[no-any-return]


def read_rules(data: Mapping[str, list[str]]) -> tuple[Rules | None, list[str]]:
    """Return the rules of a form, or None and what is wrong, each naming its field; pure."""
    wrong, numbers = [], {}
    for name, (words, least, most) in NUMBERS.items():
        text = next(iter(data.get(name, [])), "").strip()
        if not (text.isascii() and text.isdecimal() and len(text) < 6 and least <= int(text) <= most):
            wrong.append(f"{words}: “{text[:20]}” không được. Xin ghi số từ {least} đến {most}.")
        else:
            numbers[name] = int(text)
    if not wrong and numbers["closed_days"] > numbers["received_days"]:
        wrong.append("Xóa sau khi đóng phải không muộn hơn xóa sau khi nhận. Xin sửa một trong hai số.")
    if wrong:
        return None, wrong
    terms = {name: numbers[name] for name in GROUPS["Thời hạn"]}
    retention = {name: numbers[name] for name in GROUPS["Giữ dữ liệu cá nhân"]}
    return msgspec.convert(
        {
            "terms": terms, "retention": retention, "low_level": numbers["low_level"],
            "threshold": numbers["threshold"], "newest_days": numbers["newest_days"],
            "priority_reasons": sorted(set(data.get("priority", []))), "opens_on_comment": "comment" in data,
            "opens_on_reasons": "reasons" in data,
        },
        Rules,
    ), []  # fmt: skip


def _show(request: AnyRequest, status: int = 200, **more: Any) -> Response[str]:
    desk, centre = open_desk(request, May.OFFICES_CHANGE), sessions.centre_of(request)
    with centre.engine.connect() as connection:
        asked = seen_on(connection, desk.today)
    chips = [
        (reason.id, reason.vi, question.wording("vi").kiosk)
        for question in asked.questions
        if question.follow_up
        for reason in question.follow_up.reasons
    ]
    own = values_of(desk.frame.rules)
    known = {chip for chip, _, _ in chips}
    chips += [(one, one, "") for one in own["priority_reasons"] if one not in known]
    values: dict[str, Any] = {
        "wrong": [], "done": "", "given": own, "numbers": NUMBERS, "groups": GROUPS, "chips": chips,
    }  # fmt: skip
    return page(request, "case_rules.html", status, **frame_and(desk, **(values | more)))


def _save(request: AnyRequest, data: dict[str, list[str]]) -> Response[Any]:
    desk, centre = open_desk(request, May.OFFICES_CHANGE), sessions.centre_of(request)
    sessions.check_form(request, desk.session, next(iter(data.get("csrf", [])), ""))
    rules, wrong = read_rules(data)
    if rules is None:
        given = {name: next(iter(data.get(name, [])), "") for name in NUMBERS} | {
            "priority_reasons": data.get("priority", []), "opens_on_comment": "comment" in data,
            "opens_on_reasons": "reasons" in data,
        }  # fmt: skip
        return _show(request, 422, wrong=wrong, given=given)

    def store(work: Work) -> None:
        queries.set_rules(work, rules, desk.actor.name, desk.now_ms)
        record(work, desk.now_ms, desk.actor.name, "case.rules", "")

    centre.writer.run(store)
    return Redirect("/vu-viec/quy-tac?xong=luu", status_code=303)


@get("/vu-viec/quy-tac")
async def rules_page(request: AnyRequest) -> Response[str]:
    """Show the rules that hold."""
    done = "Đã lưu. Thời hạn mới tính từ bước kế tiếp của mỗi vụ việc." if request.query_params.get("xong") else ""
    return await to_thread(lambda: _show(request, done=done))


@post("/vu-viec/quy-tac", status_code=200)
async def rules_form(request: AnyRequest) -> Response[Any]:
    """Have other rules hold from now on."""
    return await to_thread(_save, request, await lists_of(request))


ROUTES = [rules_page, rules_form]
