"""HTTP for one case: its page, its steps, its attachments."""

from asyncio import to_thread
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from server.accounts import sessions
from server.accounts.forms import Files, guarded
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.audit.queries import record
from server.cases import handle, issue, queries
from server.cases.calls import REASONS
from server.cases.desk import Desk, case_in, frame_and, open_desk, shown
from server.cases.events import KINDS, New, append
from server.cases.files import FILE_AT_MOST, MEDIA, fault_of_file, kind_of, safe_name
from server.cases.opening import WHY
from server.cases.papers import KINDS as DOCUMENTS
from server.cases.rules import FINDINGS, WORDS, Given, read_number
from server.database import Work
from server.problem import RefusalError
from survey.local_time import local_words

DONE: Final = {
    "buoc": "Đã chuyển bước.", "hoan-tac": "Đã hoàn tác. Bước vừa bỏ vẫn còn trong lịch sử.",
    "giao": "Đã giao người xử lý.",
    "ghi": "Đã ghi vào lịch sử.", "uu-tien": "Đã đổi mức ưu tiên.", "tep": "Đã đính kèm tệp.", "go-tep": "Đã gỡ tệp.",
    "ban-hanh": "Đã ban hành văn bản. Văn bản đã ban hành không sửa, không xóa được.",
}  # fmt: skip


def _show(request: AnyRequest, wanted: int, status: int = 200, **more: Any) -> Response[str]:
    desk, centre = open_desk(request, May.CASES_SEE), sessions.centre_of(request)
    with centre.engine.connect() as connection:
        found = shown(desk, connection, centre, case_in(desk, connection, wanted))
        issued = issue.issued_of(connection, wanted, centre.keys)
        writing = issue.drafts_of(connection, wanted)
    if found.comments:
        actor, number = desk.session.account.name, found.case.number
        centre.writer.run(lambda work: record(work, centre.now_ms(), actor, "case.read", number))
    values: dict[str, Any] = {
        "wrong": "", "done": DONE.get(request.query_params.get("xong", ""), ""), "given": {}, "shown": found,
        "case": found.case, "states": WORDS, "findings": FINDINGS, "kinds": KINDS, "whys": WHY, "at": local_words,
        "reads": REASONS, "documents": DOCUMENTS, "issued": issued, "writing": writing,
    }  # fmt: skip
    return page(request, "case.html", status, **frame_and(desk, **(values | more)))


def _given(data: Mapping[str, str]) -> Given:
    return Given(
        note=data.get("note", ""), document=data.get("document", "").strip(), finding=data.get("finding", ""),
        unit=data.get("unit", ""), answer=data.get("answer", ""), other=read_number(data.get("other", "")),
    )  # fmt: skip


def _act(desk: Desk, request: AnyRequest, case: int, data: Mapping[str, str]) -> tuple[Any, str]:
    """Return a job that does what a form asks, giving its fault or None, and the word for its success."""
    keys, actor, frame = sessions.centre_of(request).keys, desk.actor, desk.frame
    note = data.get("note", "")
    jobs: dict[str, tuple[Callable[[Work], str | None], str]] = {
        "move": (
            lambda work: handle.move(work, case, data.get("target", ""), _given(data), actor, frame, keys), "buoc",
        ),
        "undo": (lambda work: handle.undo(work, case, actor, frame), "hoan-tac"),
        "owner": (lambda work: handle.assign(work, case, data.get("owner", ""), actor, frame), "giao"),
        "priority": (
            lambda work: handle.prioritise(work, case, data.get("is_priority") == "1", note, actor, frame, keys),
            "uu-tien",
        ),
        "note": (lambda work: handle.write_note(work, case, note, actor, frame, keys), "ghi"),
    }  # fmt: skip
    if data.get("act") not in jobs:
        raise RefusalError(400, "no_such_act", "there is no such act")
    return jobs[data["act"]]


def _fault(desk: Desk, shown_case: Any, data: Mapping[str, str]) -> str | None:
    if data.get("act") == "owner" and data.get("owner"):
        known = {name for name, _ in shown_case.owners}
        return (
            None if data["owner"] in known else "Người này không xử lý phản ánh của đơn vị. Xin chọn trong danh sách."
        )
    if data.get("unit") and data["unit"] not in {one.id for one in shown_case.targets}:
        return "Đơn vị nhận không có trong danh sách. Xin chọn lại."
    return None


def _do(request: AnyRequest, wanted: int, data: dict[str, str]) -> Response[Any]:
    desk, centre = open_desk(request, May.CASES_HANDLE), sessions.centre_of(request)
    sessions.check_form(request, desk.session, data.get("csrf", ""))
    with centre.engine.connect() as connection:
        found = shown(desk, connection, centre, case_in(desk, connection, wanted))
    job, done = _act(desk, request, wanted, data)

    def store(work: Work) -> str | None:
        fault: str | None = job(work)
        if fault is None:
            words = f"{found.case.number} {data['act']} {data.get('target', '')}".strip()
            record(work, desk.now_ms, desk.session.account.name, "case.handle", words)
        return fault

    fault = _fault(desk, found, data) or centre.writer.run(store)
    if fault is not None:
        return _show(request, wanted, 422, wrong=fault, given=data)
    with centre.engine.connect() as connection:
        left = queries.find(connection, wanted)
    is_gone = left is None or not left.is_in(desk.reached)
    return Redirect("/vu-viec" if is_gone else f"/vu-viec/{wanted}?xong={done}", status_code=303)


def _attach(request: AnyRequest, wanted: int, data: dict[str, Any]) -> Response[Any]:
    desk, centre = open_desk(request, May.CASES_HANDLE), sessions.centre_of(request)
    sessions.check_form(request, desk.session, str(data.get("csrf", "")))
    with centre.engine.connect() as connection:
        case = case_in(desk, connection, wanted)
    off, file = str(data.get("off", "")), data.get("file")
    if off:
        centre.writer.run(lambda work: _take_off(work, desk, case.id, off))
        return Redirect(f"/vu-viec/{wanted}?xong=go-tep", status_code=303)
    if not isinstance(file, UploadFile) or not file.filename:
        return _show(request, wanted, 422, wrong="Chưa chọn tệp. Xin chọn tệp PDF, JPEG, PNG hoặc .docx.")
    body = file.file.read(FILE_AT_MOST + 1)
    fault, kind = fault_of_file(body, file.filename), kind_of(body) or ""
    if fault is not None:
        return _show(request, wanted, 422, wrong=fault)
    name, actor = safe_name(file.filename, kind), desk.session.account.name

    def store(work: Work) -> None:
        work.run(
            "INSERT INTO case_files (case_id, name, kind, body, actor, at) VALUES (?, ?, ?, ?, ?, ?)",
            (case.id, name, kind, body, actor, desk.now_ms),
        )
        append(work, desk.now_ms, New(case.id, actor, "file", after=kind))
        record(work, desk.now_ms, actor, "case.attach", f"{case.number} {kind} {len(body)}")

    centre.writer.run(store)
    return Redirect(f"/vu-viec/{wanted}?xong=tep", status_code=303)


def _take_off(work: Work, desk: Desk, case: int, file: str) -> None:
    changed = work.run(
        "UPDATE case_files SET removed_at = ? WHERE id = ? AND case_id = ? AND removed_at IS NULL",
        (desk.now_ms, int(file) if file.isdecimal() else 0, case),
    )
    if changed:
        append(work, desk.now_ms, New(case, desk.session.account.name, "file_gone", before=file[:20]))


@get("/vu-viec/{wanted:int}")
async def case_page(request: AnyRequest, wanted: FromPath[int]) -> Response[str]:
    """Show a case."""
    return await to_thread(_show, request, wanted)


@post("/vu-viec/{wanted:int}", status_code=200)
async def case_form(request: AnyRequest, wanted: FromPath[int], data: Form) -> Response[Any]:
    """Take a step, or take one back; give it to someone; set its priority; add a note."""
    return await to_thread(_do, request, wanted, data)


@post(
    "/vu-viec/{wanted:int}/tep",
    sync_to_thread=True,
    status_code=200,
    request_max_body_size=FILE_AT_MOST + 100_000,
    guards=[guarded(May.CASES_HANDLE)],
)
def attach_form(request: AnyRequest, wanted: FromPath[int], data: Files) -> Response[Any]:
    """Attach a file, or take one off."""
    return _attach(request, wanted, data)


@get("/vu-viec/tep/{wanted:int}", sync_to_thread=True)
def file_download(request: AnyRequest, wanted: FromPath[int]) -> Response[bytes]:
    """Give an attachment, always to be saved, never to be shown."""
    desk, centre = open_desk(request, May.CASES_SEE), sessions.centre_of(request)
    if not desk.may(May.COMMENTS_SEE):
        raise RefusalError(404, "no_such_file", "there is no such file")
    with centre.engine.connect() as connection:
        found = queries.file_body(connection, wanted)
        if found is None:
            raise RefusalError(404, "no_such_file", "there is no such file")
        case = case_in(desk, connection, found[0])
    actor = desk.session.account.name
    centre.writer.run(lambda work: record(work, centre.now_ms(), actor, "case.file", f"{case.number} {wanted}"))
    headers = {
        "content-disposition": f"attachment; filename=\"tep-{wanted}.{found[2]}\"; filename*=UTF-8''{quote(found[1])}",
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(found[3], media_type=MEDIA[found[2]], headers=headers)


ROUTES = [case_page, case_form, attach_form, file_download]
