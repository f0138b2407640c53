"""Ready phrases for a comment, chosen by this respondent's own grades and by nothing else; pure.

As many say that something was wrong as that it was right, in plain words; no office has a say in their order.
"""

from collections.abc import Mapping
from functools import lru_cache
from itertools import chain, zip_longest
from typing import Final

import msgspec

from survey.questionnaire import Questionnaire
from survey.scales import NA, Level

AT_MOST: Final = 8


class Phrase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One phrase in each language. id: stable; never leaves the kiosk, what is kept is the comment's words."""

    id: str
    vi: str
    en: str

    def text(self, lang: str) -> str:
        """Return its words, Vietnamese where a language has none."""
        return self.en if lang == "en" else self.vi


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The phrases about one question: as many of one kind as of the other."""

    praise: tuple[Phrase, ...]
    critical: tuple[Phrase, ...]


@lru_cache(maxsize=4)
def topics(questionnaire: str) -> dict[str, Topic]:
    """Return the phrases for a questionnaire by question; none for one they were not written for."""
    from importlib import resources  # the first picture does not wait for it

    data = (resources.files("appliance") / "phrases.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, dict[str, Topic]]).get(questionnaire, {})


def all_phrases(questionnaire: str) -> list[Phrase]:
    """Return every phrase for a questionnaire."""
    return [phrase for topic in topics(questionnaire).values() for phrase in (*topic.praise, *topic.critical)]


def phrase_text(questionnaire: str, phrase_id: str, lang: str) -> str:
    """Return a phrase's words, empty for an id that is none."""
    return next((each.text(lang) for each in all_phrases(questionnaire) if each.id == phrase_id), "")


def chosen(questionnaire: Questionnaire, levels: Mapping[str, Level]) -> list[Phrase]:
    """Return at most eight phrases for someone who gave these levels.

    Low grades bring critical phrases, high ones praising, taken in turn, both in the questions' order; the kind of the
    first question graded so begins. The overall question brings one of each to everybody.
    """
    known = topics(questionnaire.id)
    if not known:
        return []
    low: list[tuple[Phrase, ...]] = []
    high: list[tuple[Phrase, ...]] = []
    first = low
    for question in questionnaire.questions:
        level = levels.get(question.id, NA)
        if question.id == questionnaire.quick_question or question.id not in known or level == NA:
            continue
        side = low if question.asks_reasons(level) else high if question.answer_scale().is_satisfied(level) else None
        if side is not None:
            first = first if low or high else side
            side.append(known[question.id].critical if side is low else known[question.id].praise)
    general = known[questionnaire.quick_question]
    critical, praise = [*_in_turn(low), *general.critical], [*_in_turn(high), *general.praise]
    return _balanced(critical, praise) if first is low else _balanced(praise, critical)


def _in_turn(groups: list[tuple[Phrase, ...]]) -> list[Phrase]:
    return [phrase for phrase in chain.from_iterable(zip_longest(*groups)) if phrase is not None]


def _balanced(first: list[Phrase], second: list[Phrase]) -> list[Phrase]:
    """Return both kinds in turn; a kind that has only its general phrase stands third."""
    if len(second) == 1 < len(first):
        return [*first[:2], *second, *first[2:]][:AT_MOST]
    return [phrase for phrase in chain.from_iterable(zip_longest(first, second)) if phrase is not None][:AT_MOST]
