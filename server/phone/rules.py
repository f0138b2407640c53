"""What a phone's form says, and how far its origin is proven; pure."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from survey.ballot import Answer, Flag, Status
from survey.note import Note
from survey.plain import typed
from survey.qr_token import Lane, QrToken, is_fresh
from survey.questionnaire import REASONS_AT_MOST, ContextItem, Question, Questionnaire, status_of
from survey.scales import NA

COMMENT_AT_MOST: Final = 1000
TICKET_MS: Final = 24 * 3_600_000
FAST_MS: Final = 10_000

_PHONE: Final = re.compile(r"(0|\+84)[35789]\d{8}")
_SEPARATORS: Final = re.compile(r"[\s.\-()]+")


def lane_at_opening(token: QrToken | None, *, is_revoked: bool, now_s: float) -> Lane:
    """Return the lane a page opened with a token belongs to.

    token: None where its tag is wrong. Fresh: qr-fresh. No window: untimed. Too old: open. Forged or of a revoked
    device: quarantine. Whatever it is, the page can be used and the ballot is kept.
    """
    if token is None or is_revoked:
        return Lane.QUARANTINE
    if token.window == 0:
        return Lane.UNTIMED
    return Lane.QR_FRESH if is_fresh(token, now_s) else Lane.OPEN


class Filled(msgspec.Struct, frozen=True):
    """A form as it was filled in. wants_consent: a phone number was left without consent, so it is not kept."""

    levels: dict[str, str] = {}
    reasons: dict[str, list[str]] = {}
    context: dict[str, str] = {}
    comment: str = ""
    phone: str = ""
    is_callback: bool = False
    is_consent: bool = False

    @property
    def phone_refused(self) -> bool:
        """Return whether a number was left without consent; it is then not kept."""
        return bool(self.is_callback and self.phone and not self.is_consent)


def read_form(
    all_of: Callable[[str], list[str]], questionnaire: Questionnaire, items: Sequence[ContextItem] = ()
) -> Filled:
    """Return a form's fields, cleaned: unknown questions, levels, reasons and choices fall away.

    all_of: every value of a field by its name. items: the context items the page asks.
    """

    def one(name: str) -> str:
        return next(iter(all_of(name)), "")

    levels: dict[str, str] = {}
    reasons: dict[str, list[str]] = {}
    for question in questionnaire.questions:
        chosen = one(f"q.{question.id}")
        if chosen in _choices(question):
            levels[question.id] = chosen
            if chosen != NA and question.asks_reasons(int(chosen)):
                offered = [reason.id for reason in question.follow_up.reasons] if question.follow_up else []
                picked = [reason for reason in dict.fromkeys(all_of(f"r.{question.id}")) if reason in offered]
                if picked:
                    reasons[question.id] = picked
    return Filled(
        levels=levels,
        reasons=reasons,
        context={item.id: one(f"x.{item.id}") for item in items if one(f"x.{item.id}") in _options(item)},
        comment=_plain(one("comment")).strip(),
        phone=_SEPARATORS.sub("", _plain(one("phone")))[:40],
        is_callback=bool(one("callback")),
        is_consent=bool(one("consent")),
    )


def _choices(question: Question) -> set[str]:
    own = {str(level) for level in question.answer_scale().levels}
    return own | {NA} if question.allow_na else own


def _options(item: ContextItem) -> set[str]:
    return {option.id for option in item.options}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", typed(text))


FAULTS: Final = {
    "empty": {
        "vi": "Ông/Bà chưa chọn câu nào. Xin chọn ít nhất một câu trả lời hoặc ghi ý kiến.",
        "en": "Nothing is answered yet. Please answer at least one question or write a comment.",
    },
    "too_many_reasons": {
        "vi": "Xin chọn nhiều nhất 3 lý do cho mỗi câu.",
        "en": "Please choose at most 3 reasons for each question.",
    },
    "long_comment": {
        "vi": "Ý kiến dài quá 1.000 ký tự. Xin viết ngắn lại.",
        "en": "The comment is longer than 1,000 characters. Please shorten it.",
    },
    "bad_phone": {
        "vi": "Số điện thoại chưa đúng: cần 10 chữ số, bắt đầu bằng 03, 05, 07, 08 hoặc 09.",
        "en": "The phone number is not right: it needs 10 digits starting with 03, 05, 07, 08 or 09.",
    },
}


def fault_of(filled: Filled) -> str | None:
    """Return the code of what keeps a form from being taken, or None."""
    if not filled.levels and not filled.comment:
        return "empty"
    if any(len(picked) > REASONS_AT_MOST for picked in filled.reasons.values()):
        return "too_many_reasons"
    if len(filled.comment) > COMMENT_AT_MOST:
        return "long_comment"
    if filled.is_callback and filled.is_consent and filled.phone and not _PHONE.fullmatch(filled.phone):
        return "bad_phone"
    return None


def note_of(filled: Filled) -> Note:
    """Return what was written, to be sealed; the number only with consent."""
    is_contact = filled.is_callback and filled.is_consent
    return Note(comment=filled.comment, phone=filled.phone if is_contact else "")


def answers_of(filled: Filled) -> dict[str, Answer]:
    """Return the answers of a form; a phone does not tell how long each took."""
    return {asked: Answer(NA if level == NA else int(level)) for asked, level in filled.levels.items()}


def status(filled: Filled, questionnaire: Questionnaire) -> Status:
    """Return complete or partial; a phone never gives a quick ballot."""
    return status_of(set(filled.levels), questionnaire, quick=False)


def flags(filled: Filled, questionnaire: Questionnaire, took_ms: int) -> list[Flag]:
    """Return facts about a complete form: filled in under 10 seconds, or all answers equal."""
    if len(filled.levels) < len(questionnaire.questions):
        return []
    found = [Flag.FAST] if took_ms < FAST_MS else []
    return [*found, Flag.STRAIGHT_LINE] if len(set(filled.levels.values())) == 1 else found


def has_low(filled: Filled, questionnaire: Questionnaire) -> bool:
    """Return whether any answer is low enough to be asked why."""
    return any(
        filled.levels.get(question.id, NA) != NA and question.asks_reasons(int(filled.levels[question.id]))
        for question in questionnaire.questions
    )
