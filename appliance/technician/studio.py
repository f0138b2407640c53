"""Recording the prompts of one language, one after another; pure: what is to be done stands in the wish returned."""

from enum import StrEnum
from typing import Any, Final

import msgspec

from appliance.prompts import SPOKEN, prompts
from survey.questionnaire import Questionnaire

LONGEST_S: Final = 60.0
"""A recording ends by itself then; the longest prompt takes some 20 seconds to read."""
GATE: Final = "language"
"""The prompt in which a language says its own name; with it the language can be chosen (see appliance.voice)."""


class Verdict(StrEnum):
    """good: kept at once; quiet, clipped: kept if a person accepts it; empty: nothing was said."""

    GOOD = "good"
    QUIET = "quiet"
    CLIPPED = "clipped"
    EMPTY = "empty"


class Line(msgspec.Struct, frozen=True):
    """One prompt to read: its id, and its Vietnamese text."""

    id: str
    text: str


class Tally(msgspec.Struct, frozen=True):
    """How far one language is. is_offered: respondents can choose it."""

    code: str
    kept: int
    count: int
    is_offered: bool


class Studio(msgspec.Struct, frozen=True, kw_only=True):
    """One language being recorded.

    kept: prompts with a recording of the words as they are now; stale: of words that have changed since;
    before: prompts whose former recording can be had back. doing: "", "record", "save" or "play".
    take: what was recorded and not kept yet. told, sign: news for a person. level: of the microphone, 0 … 1.
    """

    lang: str
    lines: tuple[Line, ...]
    kept: frozenset[str] = frozenset()
    stale: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    at: int = 0
    doing: str = ""
    take: Verdict | None = None
    told: str = ""
    sign: str = ""
    level: float = 0.0
    seconds: float = 0.0

    @property
    def line(self) -> Line:
        """The prompt on the glass."""
        return self.lines[self.at]

    @property
    def has_recording(self) -> bool:
        """Whether there is something of this prompt to hear or delete."""
        return self.line.id in self.kept or self.line.id in self.stale


def script(questionnaire: Questionnaire, lang: str) -> tuple[Line, ...]:
    """Return every prompt to read: what each respondent hears, then the language's name, then lists and letters."""
    texts = prompts(questionnaire, lang if lang == "en" else "vi")
    levels = {len(question.answer_scale().levels) for question in questionnaire.questions}
    texts = {name: text for name, text in texts.items() if name != "test" and _is_here(name, levels)}
    rare = [name for name in texts if name.partition(".")[0] in {"why", "reason", "item", "option", "letter"}]
    often = [name for name in texts if name not in rare and name != GATE]
    return tuple(Line(name, _read(name, texts[name], lang)) for name in (*often, GATE, *rare))


def _is_here(name: str, levels: set[int]) -> bool:
    """Return whether a kiosk that asks in so many levels says this prompt."""
    kind, _, count = name.partition(".")
    if kind in {"welcome", "walk"}:
        return int(count) in levels
    return kind != "button" or int(count) <= max(levels)


def _read(name: str, text: str, lang: str) -> str:
    return text if name != GATE or lang in SPOKEN else "Đọc tên của thứ tiếng này, bằng chính thứ tiếng đó."


def opened(
    lang: str, lines: tuple[Line, ...], kept: frozenset[str], stale: frozenset[str], before: frozenset[str]
) -> Studio:
    """Return a studio at the first prompt that has no recording yet."""
    first = next((n for n, line in enumerate(lines) if line.id not in kept), 0)
    return Studio(lang=lang, lines=lines, kept=kept, stale=stale, before=before, at=first)


def change(studio: Studio, **fields: Any) -> Studio:
    """Return the studio with these fields changed."""
    return msgspec.structs.replace(studio, **fields)


def touched(studio: Studio, name: str) -> tuple[Studio, str]:
    """Return the studio after a touch, and what is to be done: "" or record, stop, keep, play, hush, swap."""
    if studio.doing == "record":
        return (change(studio, doing="save"), "stop") if name == "stop" else (studio, "")
    if studio.doing == "save":
        return studio, ""
    if studio.take is not None:
        return _judged(studio, name)
    if studio.doing == "play" and name == "hush":
        return change(studio, doing=""), "hush"
    return _idle(studio, name)


def _idle(studio: Studio, name: str) -> tuple[Studio, str]:
    here = studio.line.id
    if name in {"last", "next"}:
        at = (studio.at + (1 if name == "next" else -1)) % len(studio.lines)
        return change(studio, at=at, doing="", told="", sign=""), "hush"
    if name == "record":
        return change(studio, doing="record", told="", sign="", level=0.0, seconds=0.0), "record"
    if name == "play" and studio.has_recording:
        return change(studio, doing="play", told="", sign=""), "play"
    if (name == "delete" and studio.has_recording) or (name == "undo" and here in studio.before):
        return change(studio, doing="save"), "swap" if name == "undo" else "delete"
    return studio, ""


def _judged(studio: Studio, name: str) -> tuple[Studio, str]:
    """A take that is too quiet or too loud: heard, kept, or recorded anew."""
    if name == "keep":
        return change(studio, doing="save", take=None), "keep"
    if name == "record":
        return change(studio, doing="record", take=None, told="", sign="", level=0.0, seconds=0.0), "record"
    if name == "discard":
        return change(studio, take=None, told="Đã bỏ bản vừa thu.", sign=""), "forget"
    if name == "play":
        return studio, "hear"
    return studio, ""


# ---- what the microphone and the card answer


def heard(studio: Studio, level: float, seconds: float) -> Studio:
    """Return the studio while it records. level: the meter falls slowly, so that an eye can follow."""
    return change(studio, level=max(level, studio.level * 0.8), seconds=seconds)


def failed(studio: Studio, why: str) -> Studio:
    """Return the studio when something could not be done; nothing that was there is lost."""
    return change(studio, doing="", take=None, told=why, sign="bad", level=0.0)


WORDS: Final = {
    Verdict.QUIET: "Tiếng quá nhỏ: nói gần micrô hơn rồi thu lại, hoặc vẫn giữ.",
    Verdict.CLIPPED: "Tiếng quá to, bị vỡ: nói xa micrô hơn rồi thu lại, hoặc vẫn giữ.",
}


def judged(studio: Studio, verdict: Verdict) -> Studio:
    """Return the studio after a recording that is not kept as it is."""
    if verdict is Verdict.EMPTY:
        return failed(studio, "Không nghe thấy tiếng nói: kiểm tra micrô, nói to hơn rồi thu lại.")
    return change(studio, doing="", take=verdict, told=WORDS[verdict], sign="warn", level=0.0)


def settled(studio: Studio, kept: frozenset[str], stale: frozenset[str], before: frozenset[str], told: str) -> Studio:
    """Return the studio once the card has been written."""
    return change(studio, doing="", take=None, kept=kept, stale=stale, before=before, told=told, sign="ok", level=0.0)


def tally(lang: str, lines: tuple[Line, ...], kept: frozenset[str], *, is_offered: bool) -> Tally:
    """Return how far a language is."""
    return Tally(lang, sum(line.id in kept for line in lines), len(lines), is_offered)
