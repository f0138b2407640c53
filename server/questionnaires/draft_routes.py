"""HTTP for a version that is being written: its form beside its screens; saved, published for good, or dropped."""

from asyncio import to_thread
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.forms import number_of
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.previews.routes import drawer_of
from server.previews.sample import LANGUAGE_WORDS, PANEL_WORDS, chosen, look, nowhere, place_for, sample
from server.problem import RefusalError
from server.questionnaires import edit
from server.questionnaires.differences import changed
from server.questionnaires.drafts import Draft, DraftError, draft, drop, issue, save
from server.questionnaires.queries import of_refs, shelf
from server.questionnaires.routes import desk_of
from survey.local_time import local_words
from survey.questionnaire import Questionnaire, bundled, bundled_ids

SAVED: Final = "Đã lưu bản thảo. Màn hình bên cạnh là màn hình mới."


class Group(msgspec.Struct, frozen=True):
    """One card of the form. fields: of the thing itself; lines: of what belongs to it, a row each."""

    id: str
    title: str
    fields: list[edit.Field]
    lines: list[tuple[str, list[edit.Field]]] = []
    is_on: bool = False

    @property
    def wrong(self) -> list[str]:
        """What is wrong anywhere in the card."""
        return [each.wrong for each in [*self.fields, *(one for _, row in self.lines for one in row)] if each.wrong]


def _official(questionnaire: str) -> Questionnaire | None:
    return bundled(questionnaire) if questionnaire in bundled_ids() else None


def groups(asked: Questionnaire, fields: dict[str, edit.Field]) -> dict[str, list[Group]]:
    """Return the cards of the form: of questions, of items about the visit, of texts; pure."""
    langs = [lang for lang, _ in edit.LANGUAGES]
    questions = []
    for one in asked.questions:
        named = [f"q.{one.id}.{lang}.{kind}" for kind in ("kiosk", "long") for lang in langs]
        why = [f"w.{one.id}.{lang}" for lang in langs] if one.follow_up else []
        rows = [
            (reason.id, [fields[f"r.{reason.id}.{lang}"] for lang in langs])
            for reason in (one.follow_up.reasons if one.follow_up else [])
        ]
        questions.append(Group(one.id, one.criterion_vi, [fields[name] for name in [*named, *why]], rows, one.allow_na))
    items = [
        Group(one.id, one.text.get("vi", one.id), [fields[f"c.{one.id}.{lang}"] for lang in langs],
              [(o.id, [fields[f"o.{one.id}.{o.id}.{lang}"] for lang in langs]) for o in one.options], one.default_on)
        for one in asked.items
    ]  # fmt: skip
    texts = [
        Group(key, edit.TEXTS.get(key, "Chữ trên nút"), [fields[f"t.{key}.{lang}"] for lang in langs])
        for key, _ in edit.text_keys(asked)
    ]
    return {"questions": questions, "items": items, "texts": texts}


def _draft_of(connection: Connection, text: str) -> Draft:
    one = draft(connection, number_of(text))
    if one is None:
        raise RefusalError(404, "no_such_draft", "there is no such draft")
    return one


def _show(
    request: AnyRequest, number: str, status: int = 200, typed: Questionnaire | None = None, **more: Any
) -> Response[Any]:
    centre = sessions.centre_of(request)
    panel, lang = chosen(request.query_params.get("man", ""), request.query_params.get("tieng", ""))
    with centre.engine.connect() as connection:
        desk = desk_of(connection, request)
        one = _draft_of(connection, number)
        (base,) = of_refs(connection, [one.base])
        asked = typed or one.asked
        place = place_for(desk.units, desk.session, desk.reached) or nowhere(desk.today)
        kiosk = sample(centre, connection, asked, {}, place, desk.today)
    fields = edit.fields(asked, base, _official(asked.id))
    warned = [each for each in fields.values() if each.warned]
    return page(
        request, "questionnaire_draft.html", status, session=desk.session, one=one, asked=asked, fields=fields,
        groups=groups(asked, fields), place=place, look=look(drawer_of(request), kiosk, panel, lang),
        panels=PANEL_WORDS, langs=LANGUAGE_WORDS, changes=changed(asked, base), moment=local_words,
        may_change=desk.session.may(May.QUESTIONNAIRES_CHANGE), warned=warned, shown=kiosk.context_on,
        faults=[each for each in fields.values() if each.wrong], **({"wrong": "", "done": ""} | more),
    )  # fmt: skip


@get("/cau-hoi/ban-thao/{number:str}")
async def draft_page(request: AnyRequest, number: FromPath[str]) -> Response[str]:
    """Show a draft's form beside its screens."""
    done = SAVED if "luu" in request.query_params else ""
    shown: Response[str] = await to_thread(lambda: _show(request, number, done=done))
    return shown


@post("/cau-hoi/ban-thao/{number:str}", status_code=200)
async def draft_form(request: AnyRequest, number: FromPath[str], data: Form) -> Response[Any]:
    """Save a draft, publish it, or drop it."""
    return await to_thread(_do, request, number, data)


def _do(request: AnyRequest, number: str, data: dict[str, str]) -> Response[Any]:
    centre, session = sessions.centre_of(request), sessions.require(request, May.QUESTIONNAIRES_CHANGE)
    sessions.check_form(request, session, data.get("csrf", ""))
    now_ms, actor = centre.now_ms(), session.account.name
    with centre.engine.connect() as connection:
        one = _draft_of(connection, number)
        taken = [] if data.get("do") != "save" else _reasons_of(connection, one.asked.id)
    if data.get("do") == "drop":
        centre.writer.run(lambda work: drop(work, one, now_ms, actor))
        return Redirect("/cau-hoi?xong=ban-thao", status_code=303)
    if data.get("do") == "issue":
        return _issue(request, one, now_ms, actor)
    asked = edit.read(one.asked, data, taken)
    is_same = data.get("edition", "") == str(one.edition)
    if not is_same or not centre.writer.run(lambda work: save(work, one, asked, now_ms, actor)):
        words = (
            f"Chưa lưu: {one.actor} vừa sửa bản thảo này. Lời Ông/Bà nhập còn ở dưới; bấm Lưu lần nữa để lấy lời này."
        )
        return _show(request, number, 409, typed=asked, wrong=words)
    where = "".join(f"&{name}={request.query_params[name]}" for name in ("man", "tieng") if _plain(request, name))
    return Redirect(f"/cau-hoi/ban-thao/{one.id}?luu=1{where}", status_code=303)


def _plain(request: AnyRequest, name: str) -> bool:
    return request.query_params.get(name, "") in {*PANEL_WORDS, *LANGUAGE_WORDS}


def _issue(request: AnyRequest, one: Draft, now_ms: int, actor: str) -> Response[Any]:
    centre = sessions.centre_of(request)
    try:
        ref = centre.writer.run(lambda work: issue(work, one, now_ms, actor))
    except DraftError as error:
        return _show(request, str(one.id), 422, wrong=str(error))
    return Redirect(f"/cau-hoi/phien-ban/{ref}?moi=1", status_code=303)


def _reasons_of(connection: Connection, questionnaire: str) -> list[str]:
    """Return the id of every reason a questionnaire ever had: they are never given again."""
    known = of_refs(connection, [one.ref for one in shelf(connection, questionnaire)])
    asked = (question.follow_up for one in known for question in one.questions)
    return [reason.id for follow_up in asked if follow_up for reason in follow_up.reasons]


ROUTES = [draft_page, draft_form]
