"""One respondent at the kiosk, from the first press to the ballot code; pure, knows neither window, disk nor clock.

Every function takes the moment it happens, `at_s` in seconds of a clock that never goes back, and returns a new value.
"""

import re
from enum import StrEnum
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from appliance import phrases, writing
from appliance.draft import Draft
from appliance.writing import Writing
from survey.ballot import Answer, Channel, Consent, Flag
from survey.enrolment import KioskSettings
from survey.note import Note
from survey.questionnaire import ContextItem, Question, status_of
from survey.scales import NA, Level

LINGER_S: Final = 0.25
"""How long a chosen face is shown before the next question."""
RECEIVED_S: Final = 8.0
"""How long one press of a button waits for more before it is cast."""
FAST_MS: Final = 8000
PATIENCE_S: Final = 10.0
"""How long the disk may take before the respondent is told."""
RETRY_EVERY_S: Final = 15.0
COMMENT_AT_MOST: Final = 1000
PHONE_AT_MOST: Final = 12
FREE: Final = frozenset({"key", "tone", "erase", "offer", "phrase", "digit", "reason", "consent"})
"""Touches that may follow each other as fast as fingers move; every other waits for the lock-out."""


class Stage(StrEnum):
    """open: being answered; casting: on its way to disk; cast: on disk; failed: not on disk; over: leave the screen."""

    OPEN = "open"
    CASTING = "casting"
    CAST = "cast"
    FAILED = "failed"
    OVER = "over"


class Kind(StrEnum):
    """What a step asks for."""

    RECEIVED = "received"
    QUESTION = "question"
    REASONS = "reasons"
    CHOICE = "choice"
    COMMENT = "comment"
    CONTACT = "contact"
    PHONE = "phone"
    HANDOVER = "handover"


class Step(msgspec.Struct, frozen=True):
    """One screen of the way. about: the id of the question or context item, else empty."""

    kind: Kind
    about: str = ""


class Pace(msgspec.Struct, frozen=True):
    """How quickly presses may follow each other. lockout_s: one press; cooldown_s: one person, at a button."""

    lockout_s: float = 0.4
    cooldown_s: float = 5.0


STEADY: Final = Pace()

Complaint = Literal["", "consent_missing", "phone_wrong"]


class Sitting(msgspec.Struct, frozen=True, kw_only=True):
    """One respondent's answers and place.

    kiosk: the settings as they were when it began; newer ones wait for the next respondent.
    touched_at_s: the last sign of life. pressed_at_s: the last press the lock-out counts from.
    shown_at_s: since when the present step is on the glass. moves_at_s: when a chosen face gives way, or None.
    since_s: when the present stage began. code: the mã phiếu once cast.
    sealed, sealed_note: the closed box, and the words it was made of; the words never leave this value.
    codes: places of the codes offered for going on by phone. address: in the newest; left_at: the step it was asked at.
    """

    kiosk: KioskSettings
    ballot: UUID
    lang: str
    layout: str
    channel: Channel
    step: Step
    pace: Pace = STEADY
    is_quick: bool = False
    answers: dict[str, Answer] = {}
    reasons: dict[str, tuple[str, ...]] = {}
    context: dict[str, str] = {}
    writing: Writing = Writing()
    has_agreed: bool = False
    has_refused: bool = False
    wants_contact: bool = False
    phone: str = ""
    is_phone_given: bool = False
    complaint: Complaint = ""
    sealed: bytes | None = None
    sealed_note: Note = Note()
    marks: tuple[Flag, ...] = ()
    stage: Stage = Stage.OPEN
    has_failed: bool = False
    code: str = ""
    touched_at_s: float = 0.0
    pressed_at_s: float = 0.0
    shown_at_s: float = 0.0
    moves_at_s: float | None = None
    since_s: float = 0.0
    codes: tuple[int, ...] = ()
    address: str = ""
    left_at: Step | None = None

    @property
    def comment(self) -> str:
        """The comment as it reads now."""
        return self.writing.text

    def level(self, question: str) -> Level | None:
        """Return the level given to a question, `na`, or None."""
        answer = self.answers.get(question)
        return None if answer is None else answer.level


def opened(kiosk: KioskSettings, ballot: UUID, lang: str, layout: str, at_s: float, pace: Pace = STEADY) -> Sitting:
    """Return the sitting of someone who touched the start target; nothing is answered yet."""
    sitting = Sitting(
        kiosk=kiosk, ballot=ballot, lang=lang, layout=layout, channel=Channel.TOUCH, step=Step(Kind.QUESTION), pace=pace
    )
    return change(_at(sitting, path(sitting)[0], at_s), pressed_at_s=at_s)


def opened_by_button(
    kiosk: KioskSettings, ballot: UUID, lang: str, layout: str, at_s: float, level: int, pace: Pace = STEADY
) -> Sitting:
    """Return the sitting of someone whose first sign is a button: the overall grade is answered already."""
    sitting = opened(kiosk, ballot, lang, layout, at_s, pace)
    return change(
        sitting,
        channel=Channel.BUTTON,
        is_quick=True,
        answers={kiosk.questionnaire.quick_question: Answer(level)},
        step=Step(Kind.RECEIVED),
    )


def change(sitting: Sitting, **fields: Any) -> Sitting:
    """Return the sitting with these fields changed."""
    return msgspec.structs.replace(sitting, **fields)


# ---- the way through


def path(sitting: Sitting) -> list[Step]:
    """Return every step of the way as the answers so far make it."""
    steps: list[Step] = [Step(Kind.RECEIVED)] if sitting.is_quick else []
    for question in asked(sitting):
        steps.append(Step(Kind.QUESTION, question.id))
        if is_low(sitting, question):
            steps.append(Step(Kind.REASONS, question.id))
    steps += [Step(Kind.CHOICE, item.id) for item in context_items(sitting.kiosk)]
    steps.append(Step(Kind.COMMENT))
    if sitting.comment or any(is_low(sitting, question) for question in asked(sitting)):
        steps.append(Step(Kind.CONTACT))
        if sitting.wants_contact:
            steps.append(Step(Kind.PHONE))
    return steps


def asked(sitting: Sitting) -> list[Question]:
    """Return the questions in the order this respondent meets them."""
    questions = list(sitting.kiosk.questionnaire.questions)
    if sitting.kiosk.overall_first or sitting.is_quick:
        questions.sort(key=lambda question: question.id != sitting.kiosk.questionnaire.quick_question)
    return questions


def is_low(sitting: Sitting, question: Question) -> bool:
    """Return whether this question was given a level low enough to ask why."""
    level = sitting.level(question.id)
    return level is not None and question.asks_reasons(level)


def context_items(kiosk: KioskSettings) -> list[ContextItem]:
    """Return the context items and demographics this kiosk asks, in its order; ids it does not know are left out."""
    return kiosk.questionnaire.items_of(kiosk.context_on)


def languages(kiosk: KioskSettings) -> list[str]:
    """Return the languages whose words are complete, in the kiosk's order; Vietnamese at least."""
    complete = {row["code"] for row in kiosk.questionnaire.languages if row.get("status") == "complete"}
    return [lang for lang in kiosk.languages if lang in complete] or ["vi"]


def next_language(kiosk: KioskSettings, lang: str) -> str:
    """Return the language the switch leads to; the same one where there is no other."""
    offered = languages(kiosk)
    return offered[(offered.index(lang) + 1) % len(offered)] if lang in offered else offered[0]


def previous_step(sitting: Sitting) -> Step | None:
    """Return the step that back leads to, or None on the first."""
    steps = [step for step in path(sitting) if step.kind is not Kind.RECEIVED]
    place = steps.index(sitting.step) if sitting.step in steps else 0
    return steps[place - 1] if place else None


def passed(sitting: Sitting, at_s: float) -> Sitting:
    """Return the sitting past the present step, whatever was answered there."""
    return _forward(sitting, at_s)


def moved(sitting: Sitting, step: Step, at_s: float) -> Sitting:
    """Return the sitting at another step of its way."""
    return _at(sitting, step, at_s)


def _at(sitting: Sitting, step: Step, at_s: float) -> Sitting:
    return change(sitting, step=step, shown_at_s=at_s, touched_at_s=at_s, moves_at_s=None, complaint="")


def _forward(sitting: Sitting, at_s: float) -> Sitting:
    steps = path(sitting)
    after = steps[steps.index(sitting.step) + 1 :]
    if sitting.is_quick:
        answered = {Step(Kind.QUESTION, question) for question in sitting.answers}
        after = [step for step in after if step not in answered] if sitting.step.kind is Kind.RECEIVED else after
    return _at(sitting, after[0], at_s) if after else ended(sitting, at_s)


# ---- what a person does


def touched(sitting: Sitting, name: str, at_s: float) -> Sitting:
    """Return the sitting after a touch on the target of that name; a name the present screen has not changes nothing.

    While the still-there question is up, any touch only answers it.
    """
    if sitting.stage is not Stage.OPEN:
        return _touched_after(sitting, name, at_s)
    if warning_s(sitting, at_s) is not None:
        return change(sitting, touched_at_s=at_s, pressed_at_s=at_s)
    verb, _, what = name.partition("-")
    if verb not in FREE:
        if at_s - sitting.pressed_at_s < sitting.pace.lockout_s or sitting.moves_at_s is not None:
            return sitting
        sitting = change(sitting, pressed_at_s=at_s)
    sitting = change(sitting, touched_at_s=at_s)
    if verb == "exit":
        return ended(sitting, at_s)
    if verb == "lang":
        return change(sitting, lang=next_language(sitting.kiosk, sitting.lang))
    if verb == "back":
        step = previous_step(sitting)
        return sitting if step is None else _at(sitting, step, at_s)
    return _ON[sitting.step.kind](change(sitting, complaint=""), verb, what, at_s)


def stirred(sitting: Sitting, at_s: float) -> Sitting:
    """Return the sitting after a touch on nothing in particular: a sign of life, but no answer to still-there."""
    is_asked = warning_s(sitting, at_s) is not None
    return sitting if sitting.stage is not Stage.OPEN or is_asked else change(sitting, touched_at_s=at_s)


def pressed(sitting: Sitting, level: int, at_s: float) -> Sitting:
    """Return the sitting after a press of the button for a level; buttons answer questions and nothing else."""
    if sitting.stage is not Stage.OPEN:
        return sitting
    if sitting.step.kind is Kind.RECEIVED:
        is_double = sitting.pace.lockout_s <= at_s - sitting.shown_at_s < sitting.pace.cooldown_s
        return marked(sitting, Flag.DOUBLE_PRESS) if is_double else sitting
    if sitting.step.kind is not Kind.QUESTION or warning_s(sitting, at_s) is not None:
        return change(sitting, touched_at_s=at_s)
    sitting = change(sitting, channel=sitting.channel if sitting.answers else Channel.BUTTON)
    return touched(sitting, f"level-{level}", at_s)


def _on_received(sitting: Sitting, verb: str, what: str, at_s: float) -> Sitting:
    if verb == "more":
        return _forward(sitting, at_s)
    return ended(sitting, at_s) if verb == "done" else sitting


def _on_question(sitting: Sitting, verb: str, what: str, at_s: float) -> Sitting:
    question = sitting.kiosk.questionnaire.question(sitting.step.about)
    if question is None:
        return sitting
    if verb == "level" and what.isdecimal() and int(what) in question.answer_scale().levels:
        return _answered(sitting, question, int(what), at_s)
    if verb == "na" and question.allow_na:
        return _answered(sitting, question, NA, at_s)
    return _forward(sitting, at_s) if verb == "next" and question.id in sitting.answers else sitting


def _answered(sitting: Sitting, question: Question, level: Level, at_s: float) -> Sitting:
    before = sitting.answers.get(question.id)
    spent_ms = round((at_s - sitting.shown_at_s) * 1000) + (before.ms if before else 0)
    answer = Answer(level, min(max(spent_ms, 0), 86_400_000))
    still_low = question.asks_reasons(level)
    reasons = {key: chosen for key, chosen in sitting.reasons.items() if key != question.id or still_low}
    answers = {**sitting.answers, question.id: answer}
    return change(sitting, answers=answers, reasons=reasons, shown_at_s=at_s, moves_at_s=at_s + LINGER_S)


def _on_reasons(sitting: Sitting, verb: str, what: str, at_s: float) -> Sitting:
    question = sitting.kiosk.questionnaire.question(sitting.step.about)
    if verb in {"next", "skip"}:
        return _forward(sitting, at_s)
    if verb != "reason" or question is None or question.follow_up is None:
        return sitting
    chosen = sitting.reasons.get(question.id, ())
    if what in chosen:
        chosen = tuple(reason for reason in chosen if reason != what)
    elif any(reason.id == what for reason in question.follow_up.reasons) and not is_full(sitting):
        chosen = (*chosen, what)
    kept = {key: value for key, value in sitting.reasons.items() if key != question.id}
    return change(sitting, reasons={**kept, question.id: chosen} if chosen else kept)


def is_full(sitting: Sitting) -> bool:
    """Return whether as many reasons as allowed are chosen for the question asked now."""
    question = sitting.kiosk.questionnaire.question(sitting.step.about)
    follow_up = question.follow_up if question else None
    at_most = 0 if follow_up is None else follow_up.max_choices if follow_up.multi else 1
    return len(sitting.reasons.get(sitting.step.about, ())) >= at_most


def _on_choice(sitting: Sitting, verb: str, what: str, at_s: float) -> Sitting:
    if verb in {"skip", "next"}:
        return _forward(sitting, at_s)
    item = next(item for item in context_items(sitting.kiosk) if item.id == sitting.step.about)
    if verb != "choice" or all(option.id != what for option in item.options):
        return sitting
    return change(sitting, context={**sitting.context, item.id: what}, moves_at_s=at_s + LINGER_S)


def _on_comment(sitting: Sitting, verb: str, what: str, at_s: float) -> Sitting:
    if verb in {"next", "skip"}:
        return _forward(sitting, at_s)
    if verb == "erase":
        return change(sitting, writing=writing.erased(sitting.writing))
    if verb == "offer":
        return change(sitting, writing=writing.taken(sitting.writing, what, COMMENT_AT_MOST))
    if verb == "phrase":
        words = phrases.phrase_text(sitting.kiosk.questionnaire.id, what, sitting.lang)
        return change(sitting, writing=writing.added(sitting.writing, words, COMMENT_AT_MOST))
    if verb not in {"key", "tone"} or not what:
        return sitting
    is_vietnamese = sitting.lang == "vi"
    return change(sitting, writing=writing.keyed(sitting.writing, what, COMMENT_AT_MOST, is_vietnamese=is_vietnamese))


def _on_contact(sitting: Sitting, verb: str, what: str, at_s: float) -> Sitting:
    if verb == "consent":
        return change(sitting, has_agreed=not sitting.has_agreed)
    if verb == "refuse":
        no = change(sitting, has_agreed=False, has_refused=True, wants_contact=False, phone="", is_phone_given=False)
        return _forward(no, at_s)
    if verb != "next":
        return sitting
    if not sitting.has_agreed:
        return change(sitting, complaint="consent_missing")
    return _forward(change(sitting, wants_contact=True, has_refused=False), at_s)


def _on_phone(sitting: Sitting, verb: str, what: str, at_s: float) -> Sitting:
    if verb == "digit" and len(sitting.phone) < PHONE_AT_MOST:
        is_fit = (what.isdecimal() and len(what) == 1) or (what == "plus" and not sitting.phone)
        return change(sitting, phone=sitting.phone + what.replace("plus", "+")) if is_fit else sitting
    if verb == "erase":
        return change(sitting, phone=sitting.phone[:-1])
    if verb == "skip":
        return _forward(change(sitting, phone="", is_phone_given=False), at_s)
    if verb != "next":
        return sitting
    if not re.fullmatch(phone_pattern(sitting.kiosk), sitting.phone):
        return change(sitting, complaint="phone_wrong")
    return _forward(change(sitting, is_phone_given=True), at_s)


_ON: Final = {
    Kind.RECEIVED: _on_received,
    Kind.QUESTION: _on_question,
    Kind.REASONS: _on_reasons,
    Kind.CHOICE: _on_choice,
    Kind.COMMENT: _on_comment,
    Kind.CONTACT: _on_contact,
    Kind.PHONE: _on_phone,
}


def phone_pattern(kiosk: KioskSettings) -> str:
    """Return the questionnaire's pattern of a phone number."""
    return str(next(item["pattern"] for item in kiosk.questionnaire.open_items if item["id"] == "phone"))


# ---- what time does


def warning_s(sitting: Sitting, at_s: float) -> int | None:
    """Return the whole seconds left on the still-there question, or None while it is not asked."""
    if sitting.stage is not Stage.OPEN or sitting.step.kind is Kind.RECEIVED:
        return None
    over_s = at_s - sitting.touched_at_s - sitting.kiosk.idle_timeout_s
    return None if over_s < 0 else max(0, -int(-(sitting.kiosk.countdown_s - over_s) // 1))


def received_left_s(sitting: Sitting, at_s: float) -> float:
    """Return the seconds one press still waits for more."""
    return max(0.0, RECEIVED_S - (at_s - sitting.shown_at_s))


def after(sitting: Sitting, at_s: float) -> Sitting:
    """Return the sitting as time has left it by now; call it a few times a second."""
    waited_s = at_s - sitting.since_s
    if sitting.stage is Stage.CASTING:
        return failed(sitting, at_s) if waited_s >= PATIENCE_S else sitting
    if sitting.stage is Stage.FAILED:
        return _in_stage(sitting, Stage.CASTING, at_s) if waited_s >= RETRY_EVERY_S else sitting
    if sitting.stage is Stage.CAST:
        return _in_stage(sitting, Stage.OVER, at_s) if waited_s >= sitting.kiosk.thanks_s else sitting
    if sitting.stage is Stage.OVER:
        return sitting
    if sitting.moves_at_s is not None and at_s >= sitting.moves_at_s:
        return _forward(sitting, at_s)
    if sitting.step.kind is Kind.RECEIVED:
        return ended(sitting, at_s) if received_left_s(sitting, at_s) <= 0 else sitting
    if at_s - sitting.touched_at_s >= sitting.kiosk.idle_timeout_s + sitting.kiosk.countdown_s:
        return ended(marked(sitting, Flag.TIMED_OUT), at_s)
    return sitting


# ---- the end


def ended(sitting: Sitting, at_s: float) -> Sitting:
    """Return the sitting on its way to disk, or over if nothing was answered."""
    stage = Stage.CASTING if sitting.answers else Stage.OVER
    return _in_stage(change(sitting, moves_at_s=None), stage, at_s)


def cast(sitting: Sitting, code: str, at_s: float) -> Sitting:
    """Return the sitting with its ballot on disk. code: the mã phiếu."""
    return _in_stage(change(sitting, code=code), Stage.CAST, at_s)


def failed(sitting: Sitting, at_s: float) -> Sitting:
    """Return the sitting whose ballot could not be put on disk; every answer is still here."""
    return _in_stage(change(sitting, has_failed=True), Stage.FAILED, at_s)


def _touched_after(sitting: Sitting, name: str, at_s: float) -> Sitting:
    if sitting.stage is Stage.CAST and name == "done":
        return _in_stage(sitting, Stage.OVER, at_s)
    if sitting.stage is Stage.FAILED and name == "retry":
        return _in_stage(sitting, Stage.CASTING, at_s)
    return sitting


def _in_stage(sitting: Sitting, stage: Stage, at_s: float) -> Sitting:
    return change(sitting, stage=stage, since_s=at_s)


def marked(sitting: Sitting, flag: Flag) -> Sitting:
    """Return the sitting with one more fact about it."""
    return sitting if flag in sitting.marks else change(sitting, marks=(*sitting.marks, flag))


def note_of(sitting: Sitting) -> Note:
    """Return what was written and left behind: the comment once its page was left, the phone once it was given."""
    is_left = sitting.step.kind is not Kind.COMMENT or sitting.stage is not Stage.OPEN
    return Note(
        comment=sitting.comment.strip() if is_left else sitting.sealed_note.comment,
        phone=sitting.phone if sitting.is_phone_given and sitting.has_agreed else "",
    )


def with_seal(sitting: Sitting, note: Note, box: bytes | None) -> Sitting:
    """Return the sitting with the sealed box of a note; None for an empty one."""
    return change(sitting, sealed=box, sealed_note=note)


def draft_of(sitting: Sitting) -> Draft:
    """Return what the outbox may keep: no word that is not sealed."""
    questionnaire = sitting.kiosk.questionnaire
    status = status_of(set(sitting.answers), questionnaire, quick=sitting.is_quick)
    consent = Consent(questionnaire.texts["consent_contact"]["id"], sitting.lang) if sitting.sealed_note.phone else None
    return Draft(
        id=sitting.ballot,
        questionnaire=questionnaire.ref,
        layout=sitting.layout,
        lang=sitting.lang,
        channel=sitting.channel,
        status=status,
        answers=sitting.answers,
        reasons={key: list(chosen) for key, chosen in sitting.reasons.items()},
        context=sitting.context,
        sealed=sitting.sealed,
        consent=consent,
        flags=flags_of(sitting),
        codes=list(sitting.codes),
    )


def flags_of(sitting: Sitting) -> list[Flag]:
    """Return the facts about this sitting; fast and straight_line only when every question is answered."""
    flags = list(sitting.marks)
    is_whole = all(question.id in sitting.answers for question in sitting.kiosk.questionnaire.questions)
    if is_whole and sum(answer.ms for answer in sitting.answers.values()) < FAST_MS:
        flags.append(Flag.FAST)
        if len({answer.level for answer in sitting.answers.values()}) == 1:
            flags.append(Flag.STRAIGHT_LINE)
    return flags
