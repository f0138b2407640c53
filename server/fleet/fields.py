"""The settings a unit may have of its own: their names, limits and words, and what a form makes of them; pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from server.questionnaires.edit import tidy
from survey.questionnaire import Questionnaire

Data = Mapping[str, Sequence[str]]
Wishes = Mapping[str, Any]

MESSAGES_AT_MOST: Final = 3
MESSAGE_AT_MOST: Final = 90
CONTACT_AT_MOST: Final = 120
INHERIT: Final = ""
OWN: Final = "own"


class Number(msgspec.Struct, frozen=True):
    """A setting that is a number. usual: what a kiosk does where nobody says anything."""

    name: str
    words: str
    unit: str
    least: int
    most: int
    usual: int
    hint: str


NUMBERS: Final = (
    Number("volume", "Âm lượng", "%", 0, 100, 60, "0 là im lặng"),
    Number("idle_timeout_s", "Hỏi “còn đó không” sau", "giây", 20, 600, 45, "không ai chạm trong ngần ấy giây"),
    Number("countdown_s", "Rồi trở về màn hình chờ sau", "giây", 20, 120, 20, "phiếu đang trả lời vẫn được giữ"),
    Number("thanks_s", "Hiện lời cảm ơn trong", "giây", 3, 60, 12, "đủ để đọc và chép mã phiếu"),
)
LANGUAGES: Final = {
    "vi": "chỉ tiếng Việt",
    "vi,en": "tiếng Việt và tiếng Anh",
    "en,vi": "tiếng Anh trước, rồi tiếng Việt",
}
FLAGS: Final = {"1": "có", "0": "không"}
WORDS: Final = {
    **{one.name: one.words for one in NUMBERS}, "languages": "Ngôn ngữ", "overall_first": "Hỏi câu chung trước tiên",
    "contact_point": "Nơi tiếp, trong lời xin đồng ý", "idle_messages": "Lời nhắn ở màn hình chờ",
    "context_on": "Câu hỏi về lượt giao dịch",
}  # fmt: skip
"""Every field in words; no other is changed here."""


class FieldsError(ValueError):
    """What a form says that cannot be. faults: by field, naming the value and the fix."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


def _first(data: Data, name: str) -> str:
    return next(iter(data.get(name, ())), "")


def read(data: Data, asked: Questionnaire) -> dict[str, Any]:
    """Return what a form wishes by field, None where the unit above decides. Raises FieldsError with every fault."""
    faults: dict[str, str] = {}
    found: dict[str, Any] = {}
    for one in NUMBERS:
        found[one.name] = _number(one, _first(data, one.name).strip(), faults)
    found["languages"] = _choice(data, "languages", LANGUAGES, faults)
    if found["languages"]:
        found["languages"] = found["languages"].split(",")
    flag = _choice(data, "overall_first", FLAGS, faults)
    found["overall_first"] = None if flag is None else flag == "1"
    found["contact_point"] = _contact(data, faults)
    found["idle_messages"] = _messages(data, faults)
    found["context_on"] = _context(data, asked)
    if faults:
        raise FieldsError(faults)
    return found


def _number(one: Number, text: str, faults: dict[str, str]) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", text) or not one.least <= int(text) <= one.most:
        faults[one.name] = f"{one.words}: “{text[:20]}” không dùng được. Xin nhập số từ {one.least} đến {one.most}."
        return None
    return int(text)


def _choice(data: Data, name: str, known: Mapping[str, str], faults: dict[str, str]) -> str | None:
    said = _first(data, name)
    if said and said not in known:
        faults[name] = f"{WORDS[name]}: “{said[:20]}” không có. Xin chọn {', '.join(known.values())}."
    return said or None


def _contact(data: Data, faults: dict[str, str]) -> str | None:
    said = tidy(_first(data, "contact_point"))
    if len(said) > CONTACT_AT_MOST:
        words = f"dài {len(said)} ký tự. Xin rút còn {CONTACT_AT_MOST}."
        faults["contact_point"] = f"{WORDS['contact_point']}: “{said[:30]}…” {words}"
    return said or None


def _messages(data: Data, faults: dict[str, str]) -> list[dict[str, str]] | None:
    if _first(data, "messages_how") != OWN:
        return None
    found = []
    for place in range(MESSAGES_AT_MOST):
        vi, en = (tidy(_first(data, f"message.{place}.{lang}")) for lang in ("vi", "en"))
        name = f"message.{place}.{'vi' if len(vi) > MESSAGE_AT_MOST or not vi else 'en'}"
        if max(len(vi), len(en)) > MESSAGE_AT_MOST:
            long = max(vi, en, key=len)
            faults[name] = f"Lời nhắn {place + 1}: “{long[:30]}…” dài {len(long)} ký tự. Xin rút còn {MESSAGE_AT_MOST}."
        elif en and not vi:
            faults[name] = f"Lời nhắn {place + 1}: mới có tiếng Anh “{en[:30]}”. Xin nhập tiếng Việt."
        elif vi:
            found.append({"vi": vi, **({"en": en} if en else {})})
    return found


def _context(data: Data, asked: Questionnaire) -> list[str] | None:
    if _first(data, "context_how") != OWN:
        return None
    chosen = set(data.get("context_on", ()))
    return [item.id for item in asked.items if item.id in chosen]


def filled(wishes: Wishes) -> dict[str, list[str]]:
    """Return how a form is filled from what a unit wishes itself."""
    data: dict[str, list[str]] = {one.name: [str(wishes[one.name])] for one in NUMBERS if one.name in wishes}
    data["languages"] = [",".join(wishes.get("languages") or [])]
    if "overall_first" in wishes:
        data["overall_first"] = ["1" if wishes["overall_first"] else "0"]
    data["contact_point"] = [wishes.get("contact_point") or ""]
    data["messages_how"] = [OWN if wishes.get("idle_messages") is not None else INHERIT]
    for place, message in enumerate((wishes.get("idle_messages") or [])[:MESSAGES_AT_MOST]):
        data[f"message.{place}.vi"], data[f"message.{place}.en"] = [message.get("vi", "")], [message.get("en", "")]
    data["context_how"] = [OWN if wishes.get("context_on") is not None else INHERIT]
    data["context_on"] = list(wishes.get("context_on") or [])
    return data


def in_words(name: str, value: Any, asked: Questionnaire) -> str:
    """Return a value in words; what a kiosk does by itself for None."""
    number = next((one for one in NUMBERS if one.name == name), None)
    if number is not None:
        return f"{number.usual if value is None else value} {number.unit}"
    if name == "languages":
        said = ",".join(value or ["vi", "en"])
        return LANGUAGES.get(said, said)
    if name == "overall_first":
        return "có" if value else "không"
    if name == "idle_messages":
        return " · ".join(one.get("vi", "") for one in value or []) or "không có"
    if name == "context_on":
        ids = [item.id for item in asked.context_items if item.default_on] if value is None else value
        return " · ".join(item.text["vi"] for item in asked.items_of(ids)) or "không hỏi thêm"
    return str(value or "lời chung của ki-ốt")


def changes(before: Wishes, after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields a form changes, None for those the unit above is to decide again."""
    return {name: value for name, value in after.items() if before.get(name) != value}


class Source(msgspec.Struct, frozen=True):
    """A field as it holds at a unit. above: what holds without its own. whose: the unit that is from, "" for none."""

    name: str
    value: Any
    is_own: bool
    above: Any
    whose: str


def sources(line: Sequence[str], said: Mapping[str, Wishes]) -> dict[str, Source]:
    """Return every field at the last unit of a line, topmost first. said: what each unit wishes itself."""
    found = {}
    for name in WORDS:
        above = next((unit for unit in reversed(line[:-1]) if said.get(unit, {}).get(name) is not None), "")
        inherited = said[above][name] if above else None
        own = said.get(line[-1], {}).get(name)
        found[name] = Source(name, inherited if own is None else own, own is not None, inherited, above)
    return found
