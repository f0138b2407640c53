"""What the glass shows, as plain data: a sitting and the settings in, one Frame out; pure, draws nothing.

A target's name is what a touch on it says to the sitting; every screen of appliance/screens renders one such value.
"""

from typing import Any, Final, Literal

import msgspec

from appliance import phrases
from appliance import sitting as sittings
from appliance.keyboard import Icon as Icon
from appliance.keyboard import Key as Key
from appliance.keyboard import keyboard as keyboard
from appliance.keyboard import phrases_row
from appliance.sitting import Kind, Sitting, Stage
from survey.ballot import ballot_code
from survey.enrolment import KioskSettings
from survey.questionnaire import Question, Questionnaire, in_lang
from survey.scales import MOODS, NA

MESSAGE_S: Final = 15
"""How long one idle message stays."""
DRIFT_S: Final = 60
DRIFT_STEPS: Final = 8
"""What stands still for months burns in: the waiting screen walks a small circle, a step a minute."""
QUIET_SAVE_S: Final = 0.4
"""A save quicker than this shows no screen of its own."""

WORDS: Final[dict[str, dict[str, str]]] = {
    "exit": {"vi": "Thoát", "en": "Exit"},
    "done": {"vi": "Xong", "en": "Done"},
    "retry": {"vi": "Thử lại", "en": "Try again"},
    "stay": {"vi": "Tôi vẫn ở đây", "en": "I am still here"},
    "other_language": {"vi": "English", "en": "Tiếng Việt"},
    "progress": {"vi": "Câu {n}/{of}", "en": "Question {n} of {of}"},
    "reasons_hint": {"vi": "Chọn tối đa {n} lý do, hoặc bỏ qua", "en": "Choose up to {n} reasons, or skip"},
    "choice_hint": {"vi": "Không bắt buộc", "en": "Optional"},
    "comment_empty": {"vi": "Chạm vào các phím bên dưới để viết", "en": "Touch the keys below to write"},
    "contact_title": {"vi": "Ông/Bà có muốn được liên hệ lại?", "en": "Would you like to be contacted?"},
    "contact_yes": {"vi": "Để lại số điện thoại", "en": "Leave a phone number"},
    "consent_missing": {
        "vi": "Xin đánh dấu vào ô đồng ý, hoặc chọn “Không đồng ý”.",
        "en": "Please tick the box, or choose “I do not agree”.",
    },
    "contact_point": {"vi": "quầy tiếp nhận của cơ quan", "en": "the office's reception desk"},
    "phone_hint": {"vi": "Ví dụ: 0912 345 678", "en": "For example: 0912 345 678"},
    "phone_wrong": {
        "vi": "Số chưa đúng. Số di động có 10 chữ số, bắt đầu bằng 03, 05, 07, 08 hoặc 09.",
        "en": "This number is not right. A mobile number has 10 digits and begins with 03, 05, 07, 08 or 09.",
    },
    "received": {"vi": "Đã nhận đánh giá của Ông/Bà", "en": "Your rating has been received"},
    "more": {"vi": "Trả lời thêm {n} câu", "en": "Answer {n} more"},
    "more_hint": {"vi": "Không bắt buộc, khoảng 1 phút", "en": "Optional, about one minute"},
    "saving": {"vi": "Đang lưu phiếu…", "en": "Saving your answers…"},
    "failed": {"vi": "Máy chưa lưu được phiếu", "en": "Your answers are not saved yet"},
    "failed_text": {
        "vi": "Câu trả lời của Ông/Bà vẫn còn trên máy. Xin Ông/Bà thử lại hoặc báo cán bộ.",
        "en": "Your answers are still on this machine. Please try again or tell an officer.",
    },
    "still_there": {"vi": "Ông/Bà còn đó không?", "en": "Are you still there?"},
    "acted": {"vi": "Góp ý – đã làm: {done}", "en": "You said, we did: {done}"},
    "follow_up": {"vi": "Quét để tra cứu phiếu", "en": "Scan to follow up"},
    "today": {"vi": "Hôm nay quầy này đã nhận {n} lượt đánh giá", "en": "{n} ratings received at this counter today"},
    "asleep": {"vi": "Máy nghỉ đến {until}", "en": "Resting until {until}"},
    "wake": {"vi": "Chạm vào màn hình nếu Ông/Bà muốn đánh giá", "en": "Touch the screen if you would like to rate"},
}
"""Words that no questionnaire carries, by key and language."""


class Control(msgspec.Struct, frozen=True):
    """A target with words on it. is_main: the one most people want here."""

    name: str
    text: str
    icon: Icon = ""
    is_main: bool = False


class FaceChoice(msgspec.Struct, frozen=True):
    """A face to touch. mood: which of the five, 5 happiest. is_dim: another one is chosen."""

    name: str
    mood: int
    words: str
    is_chosen: bool = False
    is_dim: bool = False


class Chip(msgspec.Struct, frozen=True):
    """A reason or choice to touch. is_shut: as many as allowed are chosen already."""

    name: str
    text: str
    is_chosen: bool = False
    is_shut: bool = False


class IdleView(msgspec.Struct, frozen=True):
    """Waiting for someone. qr: the address in the code; message: one line of what was done, or empty."""

    office: str
    counter: str
    officer: str
    greeting: str
    hint: str
    message: str
    caption: str
    qr: str
    start: Control
    lang: Control | None
    access: Control | None = None


class AsleepView(msgspec.Struct, frozen=True):
    """Dark outside opening hours. title: until when; hint: that a touch wakes it."""

    title: str
    hint: str


class QuestionView(msgspec.Struct, frozen=True):
    """One question. faces: happiest first. share: how much of the way lies behind, 0 … 1. listen: has it read."""

    text: str
    progress: str
    share: float
    faces: list[FaceChoice]
    controls: list[Control]
    listen: Control | None = None


class ChipsView(msgspec.Struct, frozen=True):
    """Reasons after a low grade, or one choice about the visit."""

    title: str
    about: str
    hint: str
    chips: list[Chip]
    controls: list[Control]


class CommentView(msgspec.Struct, frozen=True):
    """A free comment with its keyboard. empty: what stands in the box before the first letter.

    strip: suggestions or ready phrases above the keys, None where there never are any. page: ready phrases in place of
    the keys, each chosen by its touch; rows are then the one row below them.
    """

    title: str
    hint: str
    text: str
    empty: str
    count: str
    rows: list[list[Key]]
    controls: list[Control]
    strip: list[Chip] | None = None
    page: list[Chip] = []


class ContactView(msgspec.Struct, frozen=True):
    """The offer to be called back, and what is agreed to."""

    title: str
    consent: str
    agree: str
    is_agreed: bool
    complaint: str
    controls: list[Control]


class PhoneView(msgspec.Struct, frozen=True):
    """The phone pad."""

    title: str
    number: str
    hint: str
    complaint: str
    rows: list[list[Key]]
    controls: list[Control]


class ReceivedView(msgspec.Struct, frozen=True):
    """One press of a button, received. share: of the waiting time left, 0 … 1."""

    title: str
    words: str
    hint: str
    left_s: int
    share: float
    controls: list[Control]


class NoticeView(msgspec.Struct, frozen=True):
    """A few calm words: saving, or not saved."""

    name: Literal["saving", "failed"]
    title: str
    text: str
    controls: list[Control]


class ThanksView(msgspec.Struct, frozen=True):
    """The same thanks for every grade, and the ballot code.

    qr: where the ballot can be followed, "" where nothing was written that anybody could answer.
    """

    title: str
    code_label: str
    code: str
    code_use: str
    notes: list[str]
    controls: list[Control]
    qr: str = ""
    qr_caption: str = ""


class StillThere(msgspec.Struct, frozen=True):
    """Laid over a screen when nobody has touched it for a while. left_s: whole seconds."""

    title: str
    text: str
    left_s: int
    stay: Control


Screen = (
    IdleView
    | AsleepView
    | QuestionView
    | ChipsView
    | CommentView
    | ContactView
    | PhoneView
    | ReceivedView
    | NoticeView
    | ThanksView
)


class Frame(msgspec.Struct, frozen=True):
    """Everything on the glass. name: of the screen, stable, for tests and the log.

    drift: step of the slow walk that spares the panel, 0 for none. is_dim: under a veil, the office has just closed.
    """

    name: str
    screen: Screen
    still_there: StillThere | None = None
    drift: int = 0
    is_dim: bool = False


def word(key: str, lang: str) -> str:
    """Return words of the kiosk's own, Vietnamese where a language has none."""
    return in_lang(WORDS[key], lang)


def idle(kiosk: KioskSettings, lang: str, qr: str, at_s: float, today: int = 0) -> Frame:
    """Return the frame of a kiosk that nobody uses.

    qr: the address for phones. at_s: monotonic seconds, for the messages' turns and the drift. today: ballots cast at
    this kiosk today; their number is shown, never what they say.
    """
    questionnaire = kiosk.questionnaire
    turn = idle_messages(kiosk, lang, today)
    screen = IdleView(
        office=in_lang(kiosk.office.name, lang),
        counter=in_lang(kiosk.counter.name, lang),
        officer=kiosk.officer,
        greeting=questionnaire.text("attract", lang),
        hint=questionnaire.text("attract_hint", lang),
        message=turn[int(at_s / MESSAGE_S) % len(turn)],
        caption=questionnaire.text("qr_caption", lang),
        qr=qr,
        start=Control("start", questionnaire.text("buttons.start", lang), "next", is_main=True),
        lang=_language(kiosk, lang),
    )
    return Frame("idle", screen, drift=drift(at_s))


def idle_messages(kiosk: KioskSettings, lang: str, today: int) -> list[str]:
    """Return the lines that take turns: what was said and done, today's number of ballots, that they are anonymous."""
    told = [words for message in kiosk.idle_messages if (words := in_lang(message, lang))]
    told += [word("acted", lang).format(done=(one.en if lang == "en" else "") or one.vi) for one in kiosk.acted or []]
    count = [word("today", lang).format(n=today)] if today else []
    return [*told, *count, kiosk.questionnaire.text("privacy_short", lang)]


def asleep(kiosk: KioskSettings, lang: str, until: str, at_s: float) -> Frame:
    """Return the frame of a kiosk outside opening hours. until: when the office opens, in words."""
    return Frame("asleep", AsleepView(word("asleep", lang).format(until=until), word("wake", lang)), drift=drift(at_s))


def drift(at_s: float) -> int:
    """Return the step of the slow walk at a moment, 0 … DRIFT_STEPS - 1; one a minute."""
    return int(at_s / DRIFT_S) % DRIFT_STEPS


def view(sitting: Sitting, at_s: float) -> Frame:
    """Return the frame of an open sitting at a moment."""
    if sitting.stage in {Stage.CAST, Stage.OVER}:
        return Frame("thanks", _thanks(sitting))
    if sitting.stage is Stage.FAILED:
        return Frame("failed", _failed(sitting))
    if sitting.stage is Stage.CASTING and (sitting.has_failed or at_s - sitting.since_s >= QUIET_SAVE_S):
        return Frame("saving", NoticeView("saving", word("saving", sitting.lang), "", []))
    left_s = sittings.warning_s(sitting, at_s)
    return Frame(
        str(sitting.step.kind), _step(sitting, at_s), None if left_s is None else _still_there(sitting, left_s)
    )


def _step(sitting: Sitting, at_s: float) -> Screen:
    kind = sitting.step.kind
    if kind is Kind.RECEIVED:
        return _received(sitting, at_s)
    if kind is Kind.CHOICE:
        return _choice(sitting)
    if kind is Kind.COMMENT:
        return _comment(sitting)
    if kind is Kind.CONTACT:
        return _contact(sitting)
    if kind is Kind.PHONE:
        return _phone(sitting)
    question = next(question for question in sittings.asked(sitting) if question.id == sitting.step.about)
    return _reasons(sitting, question) if kind is Kind.REASONS else _question(sitting, question)


def faces(questionnaire: Questionnaire, question: Question, lang: str, chosen: int | str | None) -> list[FaceChoice]:
    """Return the faces of a question's scale, happiest first. chosen: a level, `na`, or None."""
    moods = MOODS[question.scale]
    return [
        FaceChoice(
            name=f"level-{level}",
            mood=moods[level],
            words=questionnaire.level_text(question.scale, level, lang),
            is_chosen=level == chosen,
            is_dim=chosen is not None and level != chosen,
        )
        for level in sorted(moods, reverse=True)
    ]


def _question(sitting: Sitting, question: Question) -> QuestionView:
    questionnaire, lang = sitting.kiosk.questionnaire, sitting.lang
    asked = [each.id for each in sittings.asked(sitting)]
    number = asked.index(question.id) + 1
    level = sitting.level(question.id)
    controls = _back(sitting)
    if question.allow_na:
        na = questionnaire.level_text(question.scale, NA, lang)
        controls.append(Control("na", na, "check" if level == NA else "none", is_main=level == NA))
    if level is None:
        controls += _aside(sitting)
    else:  # five controls would be too narrow for a finger in portrait
        controls += [*_aside(sitting)[-1 if question.allow_na else 0 :], _button(sitting, "next", "next")]
    return QuestionView(
        text=question.wording(lang).kiosk,
        progress=word("progress", lang).format(n=number, of=len(asked)),
        share=(number - 1 + (level is not None)) / len(asked),
        faces=faces(questionnaire, question, lang, level),
        controls=controls,
    )


def _reasons(sitting: Sitting, question: Question) -> ChipsView:
    lang, follow_up = sitting.lang, question.follow_up
    assert follow_up is not None
    chosen, is_full = sitting.reasons.get(question.id, ()), sittings.is_full(sitting)
    chips = [
        Chip(f"reason-{reason.id}", reason.text(lang), reason.id in chosen, is_full and reason.id not in chosen)
        for reason in follow_up.reasons
    ]
    return ChipsView(
        title=in_lang(follow_up.title, lang),
        about=question.wording(lang).kiosk,
        hint=word("reasons_hint", lang).format(n=follow_up.max_choices if follow_up.multi else 1),
        chips=chips,
        controls=[*_back(sitting), *_aside(sitting), _button(sitting, "next" if chosen else "skip", "next")],
    )


def _choice(sitting: Sitting) -> ChipsView:
    lang = sitting.lang
    item = next(item for item in sittings.context_items(sitting.kiosk) if item.id == sitting.step.about)
    chosen = sitting.context.get(item.id)
    return ChipsView(
        title=in_lang(item.text, lang),
        about="",
        hint=word("choice_hint", lang),
        chips=[Chip(f"choice-{option.id}", option.text(lang), option.id == chosen) for option in item.options],
        controls=[*_back(sitting), *_aside(sitting), _button(sitting, "next" if chosen else "skip", "next")],
    )


def _comment(sitting: Sitting) -> CommentView:
    lang, item = sitting.lang, _open_item(sitting, "comment")
    text, layer = sitting.comment, sitting.writing.layer
    is_last = sittings.path(sitting)[-1] == sitting.step
    name = "next" if text else "skip"
    words = "submit" if is_last else name
    ready = _phrases(sitting)
    is_page = layer == "phrases" and bool(ready)
    return CommentView(
        title=in_lang(item["text"], lang),
        hint=in_lang(item["hint"], lang),
        text=text,
        empty=word("comment_empty", lang),
        count=f"{len(text)}/{sittings.COMMENT_AT_MOST}",
        rows=phrases_row(lang)
        if is_page
        else keyboard(lang, layer, sitting.writing.typing.scheme, has_phrases=bool(ready)),
        controls=[*_back(sitting), _button(sitting, name, "next", words)],
        strip=_strip(sitting, ready),
        page=ready if is_page else [],
    )


def _phrases(sitting: Sitting) -> list[Chip]:
    levels = {question: answer.level for question, answer in sitting.answers.items()}
    chosen = phrases.chosen(sitting.kiosk.questionnaire, levels)
    written = sitting.comment
    return [
        Chip(f"phrase-{phrase.id}", phrase.text(sitting.lang), is_chosen=phrase.text(sitting.lang) in written)
        for phrase in chosen
    ]


def _strip(sitting: Sitting, ready: list[Chip]) -> list[Chip] | None:
    """Return what stands above the keys: phrases before the first letter, then suggestions where there are any."""
    writing = sitting.writing
    if writing.text:
        offers = [Chip(f"offer-{n}", offer.text) for n, offer in enumerate(writing.offers)]
        return offers if writing.is_helped and sitting.lang == "vi" else None
    return ready[:3] or ([] if writing.is_helped and sitting.lang == "vi" else None)


def _contact(sitting: Sitting) -> ContactView:
    lang, questionnaire = sitting.lang, sitting.kiosk.questionnaire
    office, contact = (
        in_lang(sitting.kiosk.office.name, lang),
        sitting.kiosk.contact_point or word("contact_point", lang),
    )
    code, days = grouped(ballot_code(sitting.ballot)), sitting.kiosk.retention_days
    filled = questionnaire.text("consent_contact", lang).format(
        ten_co_quan=office,
        so_ngay=days,
        ma_phieu=code,
        kenh_lien_he=contact,
        office=office,
        days=days,
        code=code,
        contact=contact,
    )
    return ContactView(
        title=word("contact_title", lang),
        consent=filled,
        agree=questionnaire.text("buttons.agree", lang),
        is_agreed=sitting.has_agreed,
        complaint=word(sitting.complaint, lang) if sitting.complaint else "",
        controls=[
            *_back(sitting),
            _button(sitting, "refuse", "none", "disagree"),
            Control("next", word("contact_yes", lang), "phone", is_main=True),
        ],
    )


def _phone(sitting: Sitting) -> PhoneView:
    lang = sitting.lang
    rows = [[Key(f"digit-{digit}", digit) for digit in row] for row in ("123", "456", "789")]
    rows.append(
        [Key("digit-plus", "+", is_quiet=True), Key("digit-0", "0"), Key("erase", "", icon="erase", is_quiet=True)]
    )
    return PhoneView(
        title=in_lang(_open_item(sitting, "phone")["text"], lang),
        number=phone_grouped(sitting.phone),
        hint=word("phone_hint", lang),
        complaint=word(sitting.complaint, lang) if sitting.complaint else "",
        rows=rows,
        controls=[
            *_back(sitting),
            _button(sitting, "skip", "none"),
            Control("next", sitting.kiosk.questionnaire.text("buttons.submit", lang), "check", is_main=True),
        ],
    )


def _received(sitting: Sitting, at_s: float) -> ReceivedView:
    lang, questionnaire = sitting.lang, sitting.kiosk.questionnaire
    question = questionnaire.question(questionnaire.quick_question)
    assert question is not None
    level = sitting.answers[question.id].level
    assert level != NA
    left_s = sittings.received_left_s(sitting, at_s)
    others = len(questionnaire.questions) - 1
    return ReceivedView(
        title=word("received", lang),
        words=questionnaire.level_text(question.scale, level, lang),
        hint=word("more_hint", lang),
        left_s=-int(-left_s // 1),
        share=round(left_s / sittings.RECEIVED_S, 2),
        controls=[
            Control("more", word("more", lang).format(n=others), "pen", is_main=True),
            Control("done", word("done", lang), "check"),
        ],
    )


def _thanks(sitting: Sitting) -> ThanksView:
    lang, questionnaire = sitting.lang, sitting.kiosk.questionnaire
    label, _, use = questionnaire.text("ballot_code", lang).replace("{ma_phieu}", "{code}").partition("{code}")
    notes = [questionnaire.text("consent_refused", lang)] if sitting.has_refused else []
    return ThanksView(
        title=questionnaire.text("thanks", lang),
        code_label=label.strip(" :"),
        code=grouped(sitting.code),
        code_use=use.strip(" ."),
        notes=[*notes, questionnaire.text("not_a_complaint", lang)],
        controls=[Control("done", word("done", lang), "check", is_main=True)],
        qr=_follow_up(sitting),
        qr_caption=word("follow_up", lang),
    )


def _follow_up(sitting: Sitting) -> str:
    """Return the address a phone follows the ballot by; its code stands behind the #, which no server is sent."""
    if not (sitting.comment.strip() or sitting.is_phone_given):
        return ""
    return f"{sitting.kiosk.public_base.rstrip('/').upper()}/T#{sitting.code}"


def _failed(sitting: Sitting) -> NoticeView:
    lang = sitting.lang
    retry = Control("retry", word("retry", lang), "retry", is_main=True)
    return NoticeView("failed", word("failed", lang), word("failed_text", lang), [retry])


def _still_there(sitting: Sitting, left_s: int) -> StillThere:
    lang = sitting.lang
    words = sitting.kiosk.questionnaire.text("idle_warning", lang).format(n=left_s)
    title = word("still_there", lang)
    return StillThere(
        title, words.removeprefix(title).strip(), left_s, Control("stay", word("stay", lang), "check", is_main=True)
    )


def _open_item(sitting: Sitting, item_id: str) -> dict[str, Any]:
    return next(item for item in sitting.kiosk.questionnaire.open_items if item["id"] == item_id)


def _button(sitting: Sitting, name: str, icon: Icon, words: str = "") -> Control:
    text = sitting.kiosk.questionnaire.text(f"buttons.{words or name}", sitting.lang)
    return Control(name, text, icon, is_main=name in {"next", "skip"} and icon == "next")


def _back(sitting: Sitting) -> list[Control]:
    return [] if sittings.previous_step(sitting) is None else [_button(sitting, "back", "back")]


def _aside(sitting: Sitting) -> list[Control]:
    switch = _language(sitting.kiosk, sitting.lang)
    exit_ = Control("exit", word("exit", sitting.lang), "exit")
    return [exit_] if switch is None else [switch, exit_]


def _language(kiosk: KioskSettings, lang: str) -> Control | None:
    other = sittings.next_language(kiosk, lang)
    names = {row["code"]: row["name"] for row in kiosk.questionnaire.languages}
    return None if other == lang else Control("lang", names[other], "globe")


def grouped(code: str) -> str:
    """Return a ballot code as people read it out: two groups of five."""
    return f"{code[:5]}-{code[5:]}"


def phone_grouped(number: str) -> str:
    """Return a phone number as it is read out: 0912 345 678, +84 912 345 678."""
    head, rest = (number[:3], number[3:]) if number.startswith("+") else (number[:4], number[4:])
    return " ".join([part for part in (head, rest[:3], rest[3:6], rest[6:]) if part])
