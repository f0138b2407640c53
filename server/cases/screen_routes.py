"""HTTP for the screens a case's ballot was answered on: its own version, panel and language, drawn anew."""

from asyncio import to_thread
from datetime import date
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.routes import AnyRequest, page
from server.accounts.rules import May
from server.ballots.rules import answers_of
from server.cases import queries
from server.cases.desk import Desk, case_in, frame_and, open_desk
from server.cases.queries import Case, Paper
from server.database import Work
from server.offices.queries import unit as unit_on
from server.previews.drawer import PANELS
from server.previews.routes import drawer_of
from server.previews.sample import LANGUAGE_WORDS, Look, look, nowhere, sample
from server.questionnaires.queries import of_refs
from survey import wire
from survey.qr_token import Lane
from survey.questionnaire import Questionnaire

LAYOUTS: Final = {f"l1-{w}x{h}": panel for panel, (w, h) in PANELS.items()}
"""What a ballot calls the layout of a panel."""


class Sheet(msgspec.Struct, frozen=True):
    """The screens of one ballot. screens: (name, title, lines). is_exact: on the panel and in the words that were seen.

    wrong: why nothing can be drawn, "" where it can.
    """

    paper: Paper
    look: Look
    screens: list[tuple[str, str, list[str]]] = []
    is_exact: bool = False
    wrong: str = ""


def screens(asked: Questionnaire, paper: Paper, context: dict[str, str], lang: str) -> list[tuple[str, str, list[str]]]:
    """Return (name, title with the answer, lines) of the screens a ballot answered, in their order; pure."""
    order = [question.id for question in asked.questions]
    given = answers_of(paper.levels, ",".join("0" * len(order)), order)
    found = []
    for n, question in enumerate(asked.questions, 1):
        if question.id not in given:
            continue
        level = asked.level_text(question.scale, given[question.id].level, "vi")
        found.append((f"question-{question.id}", f"Câu {n} · {level}", [question.wording(lang).kiosk]))
        chosen = paper.reasons.get(question.id, [])
        reasons = question.follow_up.reasons if question.follow_up else []
        if chosen and reasons:
            words = [one.text(lang) for one in reasons]
            found.append((f"reasons-{question.id}", f"Câu {n}: lý do", words))
    for item in asked.items_of(list(context)):
        found.append((f"choice-{item.id}", item.text["vi"], [option.text(lang) for option in item.options]))
    return found


def _sheet(request: AnyRequest, connection: Connection, case: Case, paper: Paper) -> Sheet:
    layout, lang, kept = _seen(connection, paper.id)
    panel = LAYOUTS.get(layout, "7in")
    spoken = lang if lang in LANGUAGE_WORDS else "vi"
    try:
        (asked,) = of_refs(connection, [paper.questionnaire])
    except (ValueError, wire.WireError):
        words = f"Phiếu hỏi {paper.questionnaire} không còn nguyên vẹn ở trung tâm, nên không dựng lại được màn hình."
        return Sheet(paper, Look(panel, spoken, ""), wrong=words)
    centre = sessions.centre_of(request)
    wishes: dict[str, Any] = {"context_on": [item.id for item in asked.items if item.id in kept]}
    place = _place(connection, case, paper.day)
    kiosk = sample(centre, connection, asked, wishes, place, paper.day)
    shown = screens(asked, paper, kept, spoken)
    return Sheet(paper, look(drawer_of(request), kiosk, panel, spoken), shown, layout in LAYOUTS and lang == spoken)


def _seen(connection: Connection, ballot: bytes) -> tuple[str, str, dict[str, str]]:
    """Return the layout and language of a ballot, and what it said about the visit."""
    row = Work(connection).one("SELECT layout, lang, context FROM ballots WHERE id = ?", (ballot,))
    assert row is not None
    return row[0], row[1], wire.decode(row[2], dict[str, str]) if row[2] else {}


def _place(connection: Connection, case: Case, day: date) -> Any:
    """Return the office and counter as they were called on the ballot's day."""
    office, counter = (unit_on(connection, one, day) for one in (case.office, case.counter))
    usual = nowhere(day)
    return office or usual[0], counter or usual[1]


def _show(request: AnyRequest, wanted: int) -> Response[str]:
    desk: Desk = open_desk(request, May.CASES_SEE)
    with sessions.centre_of(request).engine.connect() as connection:
        case = case_in(desk, connection, wanted)
        papers = [one for one in queries.papers(connection, case.id) if one.lane != Lane.WITHDRAWN]
        sheets = [_sheet(request, connection, case, paper) for paper in papers]
    return page(request, "case_screens.html", **frame_and(desk, case=case, sheets=sheets, langs=LANGUAGE_WORDS))


@get("/vu-viec/{wanted:int}/man-hinh")
async def case_screens(request: AnyRequest, wanted: FromPath[int]) -> Response[str]:
    """Show the screens a case's ballots were answered on."""
    return await to_thread(_show, request, wanted)


ROUTES = [case_screens]
