"""A questionnaire as a form: its fields, what a form makes of it, and every fault at its field; pure.

Ids, scales, thresholds and the wording of consent stay as they are: counts and consents are told by them.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from survey.questionnaire import (
    REASONS_AT_MOST,
    ContextItem,
    FollowUp,
    Option,
    Question,
    Questionnaire,
    Reason,
    Wording,
)

KIOSK_AT_MOST: Final = 70
LONG_AT_MOST: Final = 400
REASON_AT_MOST: Final = 40
REASONS_SHOWN: Final = 12
"""More reasons than this have no room on a 7-inch screen."""
OPTION_AT_MOST: Final = 40
TEXT_AT_MOST: Final = 300
BUTTON_AT_MOST: Final = 16
LANGUAGES: Final = (("vi", "tiếng Việt"), ("en", "tiếng Anh"))
PLACE: Final = re.compile(r"\{[a-z_]+\}")
FIXED: Final = frozenset({"consent_contact"})
NEW: Final = "moi"

TEXTS: Final = {
    "attract": "Lời mời ở màn hình chờ", "attract_hint": "Lời nhắc chạm màn hình", "qr_caption": "Lời dưới mã QR",
    "privacy_short": "Lời về ẩn danh", "intro": "Lời mở đầu (phiếu giấy, điện thoại)", "thanks": "Lời cảm ơn",
    "thanks_low": "Lời xin lỗi sau điểm thấp", "ballot_code": "Lời về mã phiếu",
    "not_a_complaint": "Lời nhắc về khiếu nại", "consent_refused": "Lời khi không để lại số",
    "idle_warning": "Câu hỏi khi lâu không chạm", "offline": "Lời khi không có mạng",
}  # fmt: skip


class Field(msgspec.Struct, frozen=True):
    """One box of the form. at_most: characters. wrong, warned: "" where nothing is."""

    name: str
    words: str
    lang: str
    value: str
    at_most: int
    wrong: str = ""
    warned: str = ""


def tidy(text: str) -> str:
    """Return what was typed as it is stored: NFC, one space between words, no control characters."""
    letters = "".join(" " if unicodedata.category(one).startswith("C") else one for one in text)
    return " ".join(unicodedata.normalize("NFC", letters).split())


def text_keys(asked: Questionnaire) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Give (dotted key, words by language) of every text that may be changed."""
    for key, words in asked.texts.items():
        if key in FIXED or not isinstance(words, Mapping):
            continue
        if isinstance(words.get("vi"), str):
            yield key, words
            continue
        yield from ((f"{key}.{inner}", each) for inner, each in words.items() if isinstance(each, Mapping))


def words_of(asked: Questionnaire) -> Iterator[tuple[str, str, str, str, int]]:
    """Give (field, what it is, language, value, characters at most) of every text of a questionnaire."""
    for lang, name in LANGUAGES:
        yield f"title.{lang}", f"Tên phiếu, {name}", lang, asked.title.get(lang, ""), TEXT_AT_MOST
    for question in asked.questions:
        yield from _of_question(question)
    for item in asked.items:
        for lang, name in LANGUAGES:
            yield f"c.{item.id}.{lang}", f"Câu hỏi, {name}", lang, item.text.get(lang, ""), KIOSK_AT_MOST
        for option in item.options:
            for lang, name in LANGUAGES:
                value = option.vi if lang == "vi" else option.en
                yield f"o.{item.id}.{option.id}.{lang}", f"Lựa chọn, {name}", lang, value, OPTION_AT_MOST
    for key, each in text_keys(asked):
        at_most = BUTTON_AT_MOST if key.startswith("buttons.") else TEXT_AT_MOST
        for lang, name in LANGUAGES:
            yield f"t.{key}.{lang}", f"{TEXTS.get(key, 'Chữ trên nút')}, {name}", lang, each.get(lang, ""), at_most


def _of_question(question: Question) -> Iterator[tuple[str, str, str, str, int]]:
    for lang, name in LANGUAGES:
        wording = question.text.get(lang) or Wording("", "")
        yield f"q.{question.id}.{lang}.kiosk", f"Trên ki-ốt, {name}", lang, wording.kiosk, KIOSK_AT_MOST
        yield f"q.{question.id}.{lang}.long", f"Câu đầy đủ, {name}", lang, wording.long, LONG_AT_MOST
    if question.follow_up is None:
        return
    for lang, name in LANGUAGES:
        title = question.follow_up.title.get(lang, "")
        yield f"w.{question.id}.{lang}", f"Câu hỏi lý do, {name}", lang, title, KIOSK_AT_MOST
    for reason in question.follow_up.reasons:
        for lang, name in LANGUAGES:
            value = reason.vi if lang == "vi" else reason.en
            yield f"r.{reason.id}.{lang}", f"Lý do, {name}", lang, value, REASON_AT_MOST


def fields(asked: Questionnaire, base: Questionnaire, official: Questionnaire | None) -> dict[str, Field]:
    """Return every field by name, with what is wrong with it. base: what the places in texts are compared with.

    official: the product's own wording of this questionnaire, None where it has none.
    """
    wrong, known = faults(asked, base), _official(official)
    found = {}
    for name, words, lang, value, at_most in words_of(asked):
        differs = name in known and known[name] != value
        warned = f"Khác lời của bộ câu hỏi chuẩn: “{known[name]}”. Giữ nguyên ý của tiêu chí." if differs else ""
        found[name] = Field(name, words, lang, value, at_most, wrong.get(name, ""), warned)
    return found


def _official(official: Questionnaire | None) -> dict[str, str]:
    if official is None:
        return {}
    return {name: value for name, _, _, value, _ in words_of(official) if name.startswith("q.")}


def faults(asked: Questionnaire, base: Questionnaire) -> dict[str, str]:
    """Return what must be put right before publishing, by field, each with value and fix."""
    before = {name: value for name, _, _, value, _ in words_of(base)}
    found = {}
    for name, words, _, value, at_most in words_of(asked):
        fault = _fault(words, value, at_most, before.get(name, ""))
        if fault:
            found[name] = fault
    for question in asked.questions:
        if question.follow_up is not None:
            found |= _reason_faults(question.id, question.follow_up)
    return found


def _fault(words: str, value: str, at_most: int, before: str) -> str:
    if not value:
        return f"{words}: chưa có lời. Xin nhập." if before or not words.startswith("Câu đầy đủ") else ""
    if len(value) > at_most:
        return f"{words}: “{value[:30]}…” dài {len(value)} ký tự. Xin rút còn {at_most}."
    missing = set(PLACE.findall(before)) - set(PLACE.findall(value))
    extra = set(PLACE.findall(value)) - set(PLACE.findall(before))
    if missing:
        return f"{words}: thiếu {', '.join(sorted(missing))}, chỗ hệ thống tự điền. Xin ghi lại."
    return f"{words}: không có gì để điền vào {', '.join(sorted(extra))}. Xin bỏ." if extra else ""


def _reason_faults(question: str, follow_up: FollowUp) -> dict[str, str]:
    found: dict[str, str] = {}
    n = len(follow_up.reasons)
    if not 1 <= n <= REASONS_SHOWN:
        fix = "Xin giữ ít nhất một lý do." if n == 0 else f"Xin bỏ bớt, còn {REASONS_SHOWN}."
        found[f"w.{question}.vi"] = f"Câu này có {n} lý do. {fix}"
    seen: set[str] = set()
    for reason in follow_up.reasons:
        if reason.vi.casefold() in seen:
            found[f"r.{reason.id}.vi"] = f"Lý do “{reason.vi}” có hai lần. Xin đổi lời hoặc bỏ một."
        seen.add(reason.vi.casefold())
    return found


# ---- what a form makes of it


def read(asked: Questionnaire, data: Mapping[str, str], taken: Iterable[str] = ()) -> Questionnaire:
    """Return a questionnaire with what a form says; what the form does not name stays.

    taken: ids of reasons that were ever given; a new reason never gets one of them.
    """
    used = {*taken, *(each.id for one in asked.questions if one.follow_up for each in one.follow_up.reasons)}
    questions = [_question(one, data, used) for one in asked.questions]
    return replace(
        asked,
        title=_pair(data, "title", asked.title),
        questions=_ordered(questions, data, "q"),
        context_items=_ordered([_item(one, data) for one in asked.context_items], data, "c"),
        demographics=_ordered([_item(one, data) for one in asked.demographics], data, "c"),
        texts=_texts(asked, data),
    )


def _get(data: Mapping[str, str], name: str, before: str) -> str:
    return tidy(data[name][:2000]) if name in data else before


def _pair(data: Mapping[str, str], name: str, before: Mapping[str, str]) -> dict[str, str]:
    return {**before, **{lang: _get(data, f"{name}.{lang}", before.get(lang, "")) for lang, _ in LANGUAGES}}


def _ordered(items: list[Any], data: Mapping[str, str], kind: str) -> list[Any]:
    """Return things in the order of their numbers; where two have one number, as they stood."""

    def place(each: tuple[int, Any]) -> tuple[int, int]:
        said = data.get(f"{kind}.{each[1].id}.place", "")
        return (int(said) if said.isdecimal() and len(said) < 4 else each[0] + 1, each[0])

    return [one for _, one in sorted(enumerate(items), key=place)]


def _question(one: Question, data: Mapping[str, str], used: set[str]) -> Question:
    text = dict(one.text)
    for lang, _ in LANGUAGES:
        before, name = one.text.get(lang) or Wording("", ""), f"q.{one.id}.{lang}"
        text[lang] = Wording(_get(data, f"{name}.kiosk", before.kiosk), _get(data, f"{name}.long", before.long))
    allow_na = f"q.{one.id}.na" in data if f"q.{one.id}.vi.kiosk" in data else one.allow_na
    follow_up = None if one.follow_up is None else _follow_up(one.id, one.follow_up, data, used)
    return replace(one, text=text, allow_na=allow_na, follow_up=follow_up)


def _follow_up(question: str, one: FollowUp, data: Mapping[str, str], used: set[str]) -> FollowUp:
    reasons = []
    for reason in one.reasons:
        if f"r.{reason.id}.off" not in data:
            vi, en = (_get(data, f"r.{reason.id}.{lang}", getattr(reason, lang)) for lang, _ in LANGUAGES)
            reasons.append(Reason(reason.id, vi, en))
    vi, en = (_get(data, f"r.{question}.{NEW}.{lang}", "") for lang, _ in LANGUAGES)
    if vi or en:
        fresh = _fresh(question, used)
        used.add(fresh)
        reasons.append(Reason(fresh, vi, en))
    said = data.get(f"w.{question}.most", "")
    most = int(said) if said in {str(n) for n in range(1, REASONS_AT_MOST + 1)} else one.max_choices
    return replace(one, title=_pair(data, f"w.{question}", one.title), reasons=reasons, max_choices=most)


def _fresh(question: str, used: set[str]) -> str:
    number = 1
    while f"{question}.r{number}" in used:
        number += 1
    return f"{question}.r{number}"


def _item(one: ContextItem, data: Mapping[str, str]) -> ContextItem:
    options = []
    for option in one.options:
        name = f"o.{one.id}.{option.id}"
        options.append(Option(option.id, _get(data, f"{name}.vi", option.vi), _get(data, f"{name}.en", option.en)))
    is_on = f"c.{one.id}.on" in data if f"c.{one.id}.vi" in data else one.default_on
    return replace(one, text=_pair(data, f"c.{one.id}", one.text), options=options, default_on=is_on)


def _texts(asked: Questionnaire, data: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {key: dict(each) if isinstance(each, Mapping) else each for key, each in asked.texts.items()}
    for key, before in text_keys(asked):
        outer, _, inner = key.partition(".")
        pair = _pair(data, f"t.{key}", before)
        if inner:
            made[outer][inner] = pair
        else:
            made[outer] = pair
    return made
