"""What the pages of cases need, read at once: who looks, which units, which cases, their words opened."""

from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest
from server.accounts.rules import May, permissions
from server.ballots.rules import answers_of
from server.cases import events, queries
from server.cases.events import Event
from server.cases.handle import Actor
from server.cases.masks import mask_phone, mask_words
from server.cases.open import Frame, frame_of, note_in
from server.cases.queries import Case, File, Paper
from server.cases.rules import Move, moves_from
from server.cases.words import open_words
from server.centre import Centre
from server.database import Work
from server.offices.queries import PROVINCE, Unit, all_versions
from server.offices.scope import subtree, within
from server.problem import RefusalError
from server.questionnaires.queries import of_refs
from survey.local_time import local_date
from survey.note import Note
from survey.qr_token import Lane

OLDEST: Final = date(2015, 1, 1)
SEEN_MS: Final = 400 * 86_400_000
CHANNELS: Final = {
    "touch": "Màn hình ki-ốt", "button": "Nút bấm", "qr": "Quét mã ở ki-ốt", "link": "Đường dẫn",
    "post": "Tờ trong hồ sơ",
    "paper": "Phiếu giấy", "phone": "Gọi điện thoại", "import": "Tệp của biểu mẫu khác",
}  # fmt: skip


class Desk(msgspec.Struct, frozen=True):
    """Who looks at cases, and where. units: every unit there ever was. reached: None for the whole province."""

    session: Session
    units: dict[str, Unit]
    reached: frozenset[str] | None
    frame: Frame
    today: date

    @property
    def actor(self) -> Actor:
        """Who acts."""
        top = self.session.unit
        is_above = top is None or (top in self.units and self.units[top].kind == PROVINCE)
        return Actor(self.session.account.name, is_above, self.reached)

    @property
    def now_ms(self) -> int:
        """The moment the page was asked for."""
        return self.frame.now_ms

    def name(self, unit: str) -> str:
        """Return a unit's name; its id where it is unknown."""
        return self.units[unit].name_vi if unit in self.units else unit

    def may(self, permission: str) -> bool:
        """Return whether whoever looks may do a thing."""
        return self.session.may(permission)


def open_desk(request: AnyRequest, permission: May) -> Desk:
    """Return what someone with this permission can see."""
    session, centre = sessions.require(request, permission), sessions.centre_of(request)
    today = local_date(centre.now_ms())
    with centre.engine.connect() as connection:
        units = all_versions(connection, OLDEST, today)
        return Desk(session, units, within(session, units), frame_of(connection, centre.now_ms()), today)


def case_in(desk: Desk, connection: Connection, wanted: int) -> Case:
    """Return a case in reach. Raises RefusalError 404, told like one that does not exist."""
    found = queries.find(connection, wanted)
    if found is None or not found.is_in(desk.reached):
        raise RefusalError(404, "no_such_case", "there is no such case")
    return found


def notes_of(connection: Connection, centre: Centre, cases: list[int]) -> dict[int, list[Note]]:
    """Return what respondents wrote, by case, opened in memory."""
    sealed = queries.sealed_of(connection, cases)
    return {case: [note_in(one, centre.keys) for one in several] for case, several in sealed.items()}


Answered = tuple[str, str, list[str], bool]


class Line(msgspec.Struct, frozen=True):
    """One line of a history as it is shown."""

    event: Event
    words: str


class Shown(msgspec.Struct, frozen=True):
    """A case as its page shows it. comments: numbers covered. phone: masked, "" where there is none or no right."""

    case: Case
    papers: list[tuple[Paper, list[Answered]]]
    comments: list[str]
    phone: str
    lines: list[Line]
    files: list[File]
    moves: list[Move]
    owners: list[tuple[str, str]]
    targets: list[Unit]
    can_undo: bool


def shown(desk: Desk, connection: Connection, centre: Centre, case: Case) -> Shown:
    """Return a case with all its page shows to this account."""
    lines = events.history(connection, case.id)
    may_read = desk.may(May.COMMENTS_SEE)
    notes = notes_of(connection, centre, [case.id]).get(case.id, [])
    kept = [open_words(line.sealed, centre.keys) for line in lines if line.kind == "kept" and line.sealed]
    comments = [mask_words(one) for one in [*(note.comment for note in notes), *kept] if one]
    phone = next((note.phone for note in notes if note.phone), "")
    step = events.last_undoable(lines)
    papers = [paper for paper in queries.papers(connection, case.id) if paper.lane != Lane.WITHDRAWN]
    return Shown(
        case,
        [(paper, _answers(connection, paper)) for paper in papers],
        comments if may_read else [],
        mask_phone(phone) if phone and desk.may(May.PHONES_SEE) else "",
        [Line(line, mask_words(open_words(line.sealed, centre.keys)) if may_read else "") for line in lines],
        queries.files(connection, case.id),
        moves_from(case.state) if desk.may(May.CASES_HANDLE) else [],
        owners_of(connection, desk, case.unit),
        targets_of(desk, case),
        step is not None and step.after == case.state and desk.may(May.CASES_HANDLE),
    )


def _answers(connection: Connection, paper: Paper) -> list[Answered]:
    """Return (question, level in words, reasons in words, whether it is low) of a ballot."""
    (asked,) = of_refs(connection, [paper.questionnaire])
    order = [question.id for question in asked.questions]
    given = answers_of(paper.levels, ",".join("0" * len(order)), order)
    found = []
    for question in asked.questions:
        if question.id in given:
            why = question.follow_up.reasons if question.follow_up else []
            names = [one.text("vi") for one in why if one.id in paper.reasons.get(question.id, [])]
            level = given[question.id].level
            words = asked.level_text(question.scale, level, "vi")
            found.append((question.wording("vi").kiosk, words, names, bool(names) or level in (1, 2)))
    return found


def owners_of(connection: Connection, desk: Desk, unit: str) -> list[tuple[str, str]]:
    """Return (account, person) of those who may handle cases of a unit."""
    rows = Work(connection).all(
        "SELECT name, person, role, unit FROM accounts WHERE disabled_at IS NULL ORDER BY person, name"
    )
    return [
        (row[0], row[1] or row[0])
        for row in rows
        if May.CASES_HANDLE in permissions(row[2]) and (row[3] is None or unit in subtree(desk.units.values(), row[3]))
    ]


def targets_of(desk: Desk, case: Case) -> list[Unit]:
    """Return the units a case can be handed to: those that stand, are no counters, and lie in reach or right above."""
    above = desk.units[desk.session.unit].parent if desk.session.unit in desk.units else None
    return sorted(
        (
            one
            for one in desk.units.values()
            if one.kind != "counter"
            and (one.valid_to is None or one.valid_to >= desk.today)
            and one.id != case.unit
            and (desk.reached is None or one.id in desk.reached or one.id == above)
        ),
        key=lambda one: (one.kind, one.name_vi),
    )


def frame_and(desk: Desk, **more: Any) -> dict[str, Any]:
    """Return what every template of cases is given."""
    return {"session": desk.session, "desk": desk, "now_ms": desk.now_ms, "May": May, "channels": CHANNELS} | more
