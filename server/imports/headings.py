"""What headings and words mean, however they were typed: numbering, stars, tone marks, question texts; pure."""

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Final

from server.offices.rules import plain
from survey.questionnaire import Question, Questionnaire

NUMBERING: Final = re.compile(r"^(?:(?:câu hỏi|câu|mục|q)\s*\d{1,2}\s*[.:)\-–]?|\(?\d{1,2}\s*[.):]|[ivx]{1,4}[.)])\s+")
GRID: Final = re.compile(r"^(.*?)\s*\[(.+)\]$")
TONES: Final = {"oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa", "oè": "òe", "oé": "óe", "oẻ": "ỏe",
                "oẽ": "õe", "oẹ": "ọe", "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy"}  # fmt: skip
TONE: Final = re.compile(rf"(?<!q)({'|'.join(TONES)})\b")
ENOUGH: Final = 0.55
TIME, OFFICE, COUNTER, COMMENT, CONSENT, PHONE = "time", "office", "counter", "comment", "consent", "phone"
EXTRA, DROP = "extra", ""
KNOWN: Final = {
    TIME: ("dau thoi gian", "timestamp", "thoi gian", "ngay", "ngay khao sat", "ngay danh gia", "thoi diem", "date"),
    OFFICE: ("don vi", "co quan", "co quan giai quyet", "xa phuong", "ten don vi", "ubnd", "noi giao dich",
             "ma don vi"),
    COUNTER: ("quay", "so quay", "quay so", "ma quay", "quay giao dich"),
    COMMENT: ("y kien dong gop khac", "y kien khac", "gop y", "y kien dong gop", "y kien", "de xuat kien nghi",
              "kien nghi", "comments"),
    PHONE: ("so dien thoai", "dien thoai", "sdt", "so dien thoai lien he", "so dien thoai khong bat buoc"),
    CONSENT: ("dong y lien he", "dong y", "toi muon duoc lien he lai ve y kien nay", "dong y de lien he lai"),
}  # fmt: skip
SILENT: Final = ("email", "dia chi email", "diem so", "score", "tt", "stt", "ho ten", "ho va ten", "so cccd", "cccd")


def normal(text: str) -> str:
    """Return words in one spelling: composed, one case, single spaces, without numbering and star, old tone style.

    >>> normal("Câu 1. Thái độ  PHỤC VỤ, hoà nhã *")
    'thái độ phục vụ, hòa nhã'
    """
    words = " ".join(unicodedata.normalize("NFC", text).replace("\u200b", "").split()).casefold()
    bare = NUMBERING.sub("", words).strip(" *:")
    return TONE.sub(lambda found: TONES[found[1]], bare)


def named_apart(headings: Sequence[str]) -> list[str]:
    """Return headings of which the second of one name says so: a question deleted and added again has two columns."""
    seen: dict[str, int] = {}
    found = []
    for heading in headings:
        key = normal(heading)
        seen[key] = seen.get(key, 0) + 1
        found.append(heading if seen[key] == 1 else f"{heading} ({seen[key]})")
    return found


def head_score(cells: Sequence[str]) -> tuple[int, int]:
    """Return how much a row looks like headings: known ones, then different texts; (0, 0) for what is none."""
    texts = {normal(cell) for cell in cells if cell and not re.fullmatch(r"[\d\s.,:/()+\-]+", cell)}
    if len(texts) < 2:
        return (0, 0)
    return sum(1 for text in texts if role_of(text) is not None), len(texts)


def is_numbering(cells: Sequence[str]) -> bool:
    """Return whether a row only numbers the columns: (1) (2) (3) …, as tables of offices do."""
    numbers = [re.fullmatch(r"\(?(\d{1,3})\)?", cell) for cell in cells if cell]
    found = [int(number[1]) for number in numbers if number]
    return len(found) >= 3 and len(found) == len(numbers) and found == list(range(found[0], found[0] + len(found)))


def fingerprint(headings: Sequence[str]) -> str:
    """Return what a form is known again by: the digest of its headings in one spelling."""
    return sha256("\n".join(normal(heading) for heading in headings).encode()).hexdigest()


def role_of(heading: str) -> str | None:
    """Return what a heading surely is, other than a question; DROP for what is never kept, None for anything else."""
    words = re.sub(r"[^\w ]", "", plain(normal(heading)))
    for role, names in KNOWN.items():
        if words in names:
            return role
    return DROP if words in SILENT else None


def suggested(headings: Sequence[str], questionnaire: Questionnaire) -> list[str]:
    """Return for each heading what it most likely means: a question's id, a role, or EXTRA; each question once.

    The second column of one question goes to the same question.
    """
    roles = [role_of(re.sub(r" \(\d+\)$", "", heading)) for heading in headings]
    scored = sorted(
        (
            (-likeness(heading, question), at, question.id)
            for at, heading in enumerate(headings)
            if roles[at] is None
            for question in questionnaire.questions
            if likeness(heading, question) >= ENOUGH
        ),
    )
    taken: dict[str, int] = {}
    for _, at, question in scored:
        if roles[at] is not None:
            continue
        twin = re.sub(r" \(\d+\)$", "", headings[at])
        if question not in taken or normal(headings[taken[question]]) == normal(twin):
            taken.setdefault(question, at)
            roles[at] = question
    return [EXTRA if role is None else role for role in roles]


def likeness(heading: str, question: Question) -> float:
    """Return 0 to 1: how like a question's words a heading is."""
    found = GRID.match(heading)
    asked = plain(normal(found[2] if found else heading))
    number = re.match(r"^(?:cau hoi|cau|q)\s*(\d{1,2})\b", plain(heading))
    if number and int(number[1]) == question.number and len(asked) < 4:
        return 1.0
    if not asked:
        return 0.0
    words = [question.criterion_vi, *(each for one in question.text.values() for each in (one.kiosk, one.long))]
    return max(_alike(asked, plain(normal(each))) for each in words)


def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    mine, theirs = set(one.split()), set(other.split())
    shared = len(mine & theirs) / max(1, min(len(mine), len(theirs)))
    return 0.5 * SequenceMatcher(None, one, other).ratio() + 0.5 * shared * min(1.0, len(mine & theirs) / 3)
