"""Cells become levels, moments and words: aliases, numbers in either direction, stars, faces; dates by file; pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import msgspec

from server.imports.headings import normal
from server.offices.rules import plain
from server.offices.workbook import tidy
from survey.plain import typed
from survey.questionnaire import Question, Questionnaire
from survey.scales import NA, Level

FACES: Final = {"😡": 1, "😠": 1, "😭": 1, "🙁": 2, "☹": 2, "😞": 2, "😟": 2, "😐": 3, "😑": 3, "🙂": 4, "😊": 4,
                "😀": 5, "😄": 5, "😃": 5, "😍": 5, "🤩": 5}  # fmt: skip
NOT_APPLICABLE: Final = {"khong co", "khong ap dung", "n/a", "na", "k/a", "kad", "not applicable", "khong phat sinh"}
NOTHING: Final = {"-", "–", "—", "…", "..."}
YES: Final = {"co", "dong y", "x", "yes", "true", "1", "toi dong y", "v", "✓"}
LABELLED: Final = re.compile(r"^\(?([1-5])\)?\s*[.:)\-–=]\s*(.+)$|^(.+?)\s*[(\-–:]\s*([1-5])\s*\)?$")
PHONE: Final = re.compile(r"(?<!\d)(?:\+?84|0)(?:[\s.\-]*\d){9}(?!\d)")
CONTACT: Final = re.compile(r"(0|\+84)[35789]\d{8}")
HIDDEN: Final = "[đã che số điện thoại]"
MINUTES: Final = re.compile(
    r"(?P<a>\d{1,4})[/.\-](?P<b>\d{1,2})[/.\-](?P<c>\d{1,4})"
    r"(?:[ T,]+(?P<h>\d{1,2})[:h](?P<m>\d{2})?(?::(?P<s>\d{2})(?:\.\d+)?)?\s*(?P<half>am|pm|sa|ch)?)?"
    r"\s*(?P<zone>z|(?:gmt|utc)?[+\-]\d{1,2}(?::?\d{2})?|gmt|utc)?",
    re.IGNORECASE,
)
TIME_FIRST: Final = re.compile(r"(\d{1,2}:\d{2}(?::\d{2})?(?:\s*(?:am|pm|sa|ch))?)[\s,]+(\d.*)", re.IGNORECASE)
DMY, MDY, SWAPPED, UNSAID = "dmy", "mdy", "swapped", ""
LOCAL_H: Final = 7
SERIALS: Final = (20_000.0, 80_000.0)
EXCEL_BEGAN: Final = datetime(1899, 12, 30)


class CellError(ValueError):
    """A cell that cannot be understood; `str()` says what to do, in Vietnamese."""


class Moment(msgspec.Struct, frozen=True):
    """When a row was given. hour: None where only the day stands. is_exact: to the second."""

    day: date
    hour: int | None
    words: str
    is_exact: bool


def aliases(questionnaire: Questionnaire, question: Question) -> dict[str, Level]:
    """Return levels by the words people use for them, with and without diacritics."""
    scale = questionnaire.scales[question.scale]
    found: dict[str, Level] = {}
    named = {str(row["value"]): [row.get(key, "") for key in ("vi", "en", "abbr_vi")] for row in scale["levels"]}
    for level, words in [*named.items(), *scale.get("aliases", {}).items()]:
        for each in words:
            if each:
                found.setdefault(normal(str(each)), int(level))
    for words in list(found):
        found.setdefault(plain(words), found[words])
    return found


def level_of(value: Any, known: Mapping[str, Level], question: Question, *, is_one_best: bool) -> Level | None:
    """Return a cell's level, None for an empty cell. is_one_best: bare numbers count from 1, the best.

    Raises CellError for a word nobody has said the meaning of; nothing is guessed.
    """
    text = tidy(value)
    if not text or text in NOTHING:
        return None
    words = normal(text)
    if plain(words) in NOT_APPLICABLE:
        if question.allow_na:
            return NA
        raise CellError("câu này không có “Không áp dụng”. Xin để trống nếu không trả lời.")
    level = _level(text, words, known, question, is_one_best=is_one_best)
    if level is None or level not in question.answer_scale().levels:
        best = question.answer_scale().levels[-1]
        raise CellError(f"không phải mức trả lời. Xin ghi như “Rất hài lòng”, “Hài lòng” …, hoặc số 1 đến {best}.")
    return level


def _level(text: str, words: str, known: Mapping[str, Level], question: Question, *, is_one_best: bool) -> Level | None:
    if words in known or plain(words) in known:
        return known.get(words) or known[plain(words)]
    labelled = LABELLED.match(words)
    if labelled:
        inner = (labelled[2] or labelled[3]).strip()
        if inner in known or plain(inner) in known:
            return known.get(inner) or known[plain(inner)]
    number = re.fullmatch(r"([1-5])(?:[.,]0+)?(?:\s*(?:/\s*5|sao|điểm|★|⭐))?", words)
    if number:
        given = int(number[1])
        return question.answer_scale().levels[-1] + 1 - given if is_one_best else given
    symbols = [one for one in text if one not in "\ufe0f\u200d "]
    if symbols and set(symbols) <= set("★⭐☆✩"):
        return sum(one in "★⭐" for one in symbols)
    faces = [FACES[one] for one in symbols if one in FACES]
    return faces[0] if len(faces) == 1 == len(symbols) else None


def order_of(cells: Iterable[Any]) -> tuple[str, str]:
    """Return the order of day and month of a whole column, and "" or the question to put to a person.

    One order for a file, never by row: a day over 12 anywhere decides. Where nothing does, nothing is guessed.
    """
    texts, dates = [], []
    for cell in cells:
        if isinstance(cell, datetime | date):
            dates.append(cell)
        elif isinstance(cell, str) and (found := _parts(cell)) and len(found["a"]) < 4:
            texts.append((int(found["a"]), int(found["b"])))
    has_day_first, has_month_first = any(a > 12 for a, _ in texts), any(b > 12 for _, b in texts)
    if has_day_first and has_month_first:
        return (
            UNSAID,
            "Cột thời gian có cả ngày/tháng và tháng/ngày. Xin chọn cách đọc; dòng không khớp bị từ chối.",
        )
    if dates and has_day_first and all(one.day <= 12 for one in dates):
        return UNSAID, (
            "Một phần cột thời gian là chữ (ngày trên 12), phần khác Excel đã tự đổi thành ngày. Excel máy tiếng Anh "
            "thường đảo ngày và tháng của phần đó. Xin so với biểu mẫu rồi chọn."
        )
    if texts and not has_day_first and not has_month_first:
        return UNSAID, "Không ngày nào trên 12, nên không biết đâu là ngày, đâu là tháng. Xin chọn cách đọc."
    return (MDY if has_month_first else DMY), ""


def _parts(text: str) -> "re.Match[str] | None":
    turned = TIME_FIRST.fullmatch(" ".join(text.split()))
    return MINUTES.fullmatch(f"{turned[2]} {turned[1]}" if turned else " ".join(text.split()))


def moment_of(value: Any, order: str) -> Moment:
    """Return when a row was given, local time. order: DMY, MDY, or SWAPPED where Excel turned day and month around.

    Raises CellError for what is no moment.
    """
    if value is None or value == "":
        raise CellError("chưa có ngày. Xin ghi như 29/08/2026.")
    if isinstance(value, int | float) and not isinstance(value, bool) and SERIALS[0] < value < SERIALS[1]:
        value = EXCEL_BEGAN + timedelta(seconds=round(value * 86_400))
    if isinstance(value, str) and re.fullmatch(r"\d{5}(\.\d+)?", value) and SERIALS[0] < float(value) < SERIALS[1]:
        value = EXCEL_BEGAN + timedelta(seconds=round(float(value) * 86_400))
    if isinstance(value, datetime):
        has_time = (value.hour, value.minute, value.second) != (0, 0, 0)
        return _told(_turned(value, order), has_time=has_time, is_exact=has_time)
    if isinstance(value, date):
        return _told(_turned(datetime(value.year, value.month, value.day), order), has_time=False, is_exact=False)
    return _of_text(tidy(value), order)


def _turned(at: datetime, order: str) -> datetime:
    return at.replace(day=at.month, month=at.day) if order == SWAPPED and at.day <= 12 else at


def _of_text(text: str, order: str) -> Moment:
    found = _parts(text)
    if found is None:
        raise CellError("không phải ngày giờ. Xin ghi như 29/08/2026 9:40.")
    a, b, c = found["a"], found["b"], found["c"]
    year, month, day = (a, b, c) if len(a) == 4 else (c, a, b) if order == MDY else (c, b, a)
    try:
        hour = _hour(found)
        at = datetime(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day), hour or 0,
                      int(found["m"] or 0), int(found["s"] or 0))  # fmt: skip
    except ValueError:
        shown = "tháng/ngày/năm" if order == MDY else "ngày/tháng/năm"
        raise CellError(f"không phải ngày giờ khi đọc là {shown}. Xin ghi như 29/08/2026 9:40.") from None
    if hour is None:
        return _told(at, has_time=False, is_exact=False)
    return _told(at + _to_local(found["zone"]), has_time=True, is_exact=found["s"] is not None)


def _hour(found: "re.Match[str]") -> int | None:
    if found["h"] is None:
        return None
    hour, half = int(found["h"]), (found["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        raise ValueError("an hour of twelve")
    return hour % 12 + (12 if half in ("pm", "ch") else 0) if half else hour


def _to_local(zone: str | None) -> timedelta:
    if not zone:
        return timedelta(0)
    found = re.search(r"([+\-])(\d{1,2}):?(\d{2})?$", zone)
    if found is None:
        return timedelta(hours=LOCAL_H)
    given = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timedelta(hours=LOCAL_H) - (given if found[1] == "+" else -given)


def _told(at: datetime, *, has_time: bool, is_exact: bool) -> Moment:
    words = f"{at:%Y-%m-%dT%H:%M:%S}" if has_time else f"{at:%Y-%m-%d}"
    return Moment(at.date(), at.hour if has_time else None, words, is_exact)


def masked(text: str) -> str:
    """Return words without telephone numbers.

    >>> masked("gọi 0912 345 678 nhé")
    'gọi [đã che số điện thoại] nhé'
    """
    return PHONE.sub(HIDDEN, text)


def phone_of(value: Any) -> str:
    """Return a telephone number as digits, "" for none; Excel's lost zero is given back. Raises CellError."""
    text = re.sub(r"[\s.\-()']", "", tidy(value))
    if not text:
        return ""
    if re.fullmatch(r"[35789]\d{8}", text):
        text = f"0{text}"
    if re.fullmatch(r"84[35789]\d{8}", text):
        text = f"+{text}"
    if not CONTACT.fullmatch(text):
        raise CellError("số điện thoại cần 10 chữ số, bắt đầu bằng 03, 05, 07, 08 hoặc 09. Xin sửa hoặc bỏ trống.")
    return text


def is_yes(value: Any) -> bool:
    """Return whether a cell of consent says yes; anything else is no."""
    text = plain(tidy(value))
    return text in YES or text.startswith(("co ", "co,", "dong y", "toi dong y"))


def words_of(value: Any) -> str:
    """Return a cell's words with their lines."""
    text = value if isinstance(value, str) else tidy(value)
    return typed(text).strip()
