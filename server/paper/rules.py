"""What was typed from a ballot or a tally, read and judged; pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from survey.questionnaire import Question, Questionnaire
from survey.scales import NA, Level

NA_KEYS: Final = frozenset("0kKnN")
KINDS: Final = {
    "desk": "Phiếu giấy tại quầy", "box": "Hòm thư góp ý", "phone": "Phỏng vấn qua điện thoại",
}  # fmt: skip
MOST: Final = 1_000_000
COUNTS: Final = ("n5", "n4", "n3", "n2", "n1", "na")
OLDEST: Final = date(2010, 1, 1)
SCAN_AT_MOST: Final = 5_000_000
MAGIC: Final = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png", b"%PDF-": "pdf"}
MEDIA: Final = {"jpg": "image/jpeg", "png": "image/png", "pdf": "application/pdf"}


class Difference(msgspec.Struct, frozen=True):
    """A ballot two people typed differently. first, second: levels as stored; "" where one did not type it."""

    number: int
    first: str
    second: str


def read_levels(given: Mapping[str, str], questionnaire: Questionnaire) -> tuple[dict[str, Level], list[str]]:
    """Return the levels typed, by question, and what is wrong in Vietnamese. given: keys by question id."""
    found: dict[str, Level] = {}
    wrong: list[str] = []
    for question in questionnaire.questions:
        key = given.get(question.id, "").strip()
        if not key:
            continue
        level = _level(key, question)
        if level is None:
            best = question.answer_scale().levels[-1]
            more = ", hoặc 0 / K: không áp dụng" if question.allow_na else "; câu này không có “không áp dụng”"
            wrong.append(f"Câu {question.number}: “{key[:5]}” không phải mức trả lời. Xin gõ 1 đến {best}{more}.")
        else:
            found[question.id] = level
    return found, wrong


def read_keys(keys: str, questionnaire: Questionnaire) -> tuple[dict[str, Level], list[str]]:
    """Return what one line of keys says, a key a question in their order, and what is wrong in Vietnamese.

    A dash is a question left out; spaces do not count.
    """
    typed, asked = "".join(keys.split()), questionnaire.questions
    if not typed.strip("-"):
        return {}, ["chưa gõ mức nào. Xin gõ mỗi câu một phím."]
    if len(typed) > len(asked):
        return {}, [f"gõ {len(typed)} phím mà phiếu có {len(asked)} câu. Xin gõ lại; câu bỏ trống gõ dấu -."]
    given = {one.id: "" if key == "-" else key for one, key in zip(asked, typed, strict=False)}
    return read_levels({each: "K" if key in "nN" and key else key for each, key in given.items()}, questionnaire)


def _level(key: str, question: Question) -> Level | None:
    if key in NA_KEYS:
        return NA if question.allow_na else None
    return int(key) if key.isdecimal() and int(key) in question.answer_scale().levels else None


def differences(first: Mapping[int, str], second: Mapping[int, str], settled: set[int]) -> list[Difference]:
    """Return the ballots two people typed differently, of those both have got to. settled: by a third look.

    >>> [one.number for one in differences({1: "55", 2: "54"}, {1: "55", 2: "44"}, set())]
    [2]
    """
    numbers = sorted(set(second) - settled)
    return [
        Difference(number, first.get(number, ""), second[number])
        for number in numbers
        if first.get(number, "") != second[number]
    ]


def scan_kind(body: bytes) -> str | None:
    """Return what a scan is by its own first bytes: jpg, png or pdf; None for anything else."""
    return next((kind for magic, kind in MAGIC.items() if body.startswith(magic)), None)


def read_day(text: str, name: str, today: date) -> tuple[date | None, str]:
    """Return a past day and "", or None and what is wrong in Vietnamese."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None, f"{name}: “{text[:20]}” không phải ngày. Xin chọn ngày."
    if not OLDEST <= day <= today:
        return None, f"{name}: {day:%d/%m/%Y} không nằm giữa 2010 và hôm nay. Xin chọn ngày đã qua."
    return day, ""


class Tally(msgspec.Struct, frozen=True):
    """Paper an office counted itself. counts: n5 … n1, NA by question."""

    office: str
    first: date
    last: date
    ballots: int
    counts: dict[str, tuple[int, ...]]


def read_tally(
    given: Mapping[str, str], questionnaire: Questionnaire, offices: Mapping[str, str], today: date
) -> tuple[Tally | None, list[str]]:
    """Return a tally, or None and what is wrong, each naming the field. given: `ballots`, `{question}.n5` …"""
    wrong: list[str] = []
    office = given.get("office", "")
    if office not in offices:
        wrong.append("Đơn vị: chưa chọn. Xin chọn đơn vị trong danh sách.")
    first, told = read_day(given.get("first", ""), "Từ ngày", today)
    last, also = read_day(given.get("last", ""), "Đến ngày", today)
    wrong += [each for each in (told, also) if each]
    if first and last and not timedelta(0) <= last - first <= timedelta(days=366):
        wrong.append("Kỳ: ngày đầu phải trước ngày cuối, và không quá một năm. Xin sửa.")
    ballots = _number(given.get("ballots", ""), "Số phiếu", wrong)
    counts: dict[str, tuple[int, ...]] = {}
    for question in questionnaire.questions:
        row = [
            _number(given.get(f"{question.id}.{name}", "") or "0", f"Câu {question.number}, cột {name}", wrong)
            for name in COUNTS
        ]
        if sum(row) > ballots:
            wrong.append(
                f"Câu {question.number}: {sum(row)} câu trả lời, nhiều hơn {ballots} phiếu. Xin đếm lại câu này."
            )
        if row[5] and not question.allow_na:
            wrong.append(f"Câu {question.number}: câu này không có “Không áp dụng”. Xin để trống ô đó.")
        counts[question.id] = tuple(row)
    if not wrong and (ballots == 0 or not any(any(row) for row in counts.values())):
        wrong.append("Số phiếu: chưa có phiếu hay câu trả lời nào. Xin điền số đếm được.")
    if wrong or first is None or last is None:
        return None, wrong
    return Tally(office, first, last, ballots, counts), []


def _number(text: str, name: str, wrong: list[str]) -> int:
    plain = text.strip().replace(".", "")
    if not plain.isdecimal() or int(plain) > MOST:
        wrong.append(f"{name}: “{text[:20]}” không phải số đếm. Xin nhập số nguyên.")
        return 0
    return int(plain)


def progress(typed: int, said: int | None) -> str:
    """Return in Vietnamese how a pile stands against the number written on it."""
    if said is None:
        return f"đã nhập {typed} phiếu"
    if typed == said:
        return f"đủ {said} phiếu"
    return f"{typed} / {said} phiếu" if typed < said else f"{typed} phiếu, nhiều hơn {said} ghi trên tập"


def levels_shown(levels: str, questionnaire: Questionnaire) -> Sequence[tuple[str, str]]:
    """Return (code, key typed) of levels as they are stored."""
    pairs = zip(questionnaire.questions, levels, strict=False)
    return [(question.code, {"n": "K", "-": "–"}.get(letter, letter)) for question, letter in pairs]
