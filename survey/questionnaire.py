"""Questionnaires: ordered questions in numbered versions; a published version never changes."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Final

import msgspec

from survey import wire
from survey.ballot import Ballot, Ident, Status
from survey.scales import NA, Level, Scale, scale

Text = dict[str, str]
"""Words by language code; `vi` is always there."""

REASONS_AT_MOST: Final = 3


def in_lang(words: Mapping[str, Any], lang: str) -> str:
    """Return words in a language, Vietnamese where it has none, empty where there is neither."""
    return str(words.get(lang) or words.get("vi", ""))


class Reason(msgspec.Struct, frozen=True):
    """Why someone was not satisfied; its id is never reused or re-meant."""

    id: Ident
    vi: str
    en: str

    def text(self, lang: str) -> str:
        """Return the chip's words in a language, Vietnamese where there are none."""
        return self.en if lang == "en" else self.vi


class FollowUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reasons asked for after a low grade."""

    when_score_lte: int
    multi: bool
    max_choices: Annotated[int, msgspec.Meta(ge=1, le=REASONS_AT_MOST)]
    title: Text
    reasons: list[Reason]


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question in one language: kiosk at most 70 characters, long for phone and paper."""

    kiosk: str
    long: str


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One question. sipas_factor: id of the factor its counts are pooled into."""

    number: int
    id: Ident
    code: str
    slug: str
    criterion_vi: str
    sipas_factor: Ident
    sipas_factor_secondary: Ident | None = None
    subject: str
    scale: Ident
    required: bool
    allow_na: bool
    text: dict[str, Wording]
    legal_refs: list[str] = []
    follow_up: FollowUp | None = None
    audio: dict[str, str] = {}

    def wording(self, lang: str) -> Wording:
        """Return the question in a language, Vietnamese where there is none."""
        return self.text.get(lang) or self.text["vi"]

    def answer_scale(self) -> Scale:
        """Return the scale its levels are of."""
        return scale(self.scale)

    def asks_reasons(self, level: Level) -> bool:
        """Return whether this level is low enough to ask why."""
        return self.follow_up is not None and level != NA and int(level) <= self.follow_up.when_score_lte


class Option(msgspec.Struct, frozen=True):
    """One choice of a context item."""

    id: Ident
    vi: str
    en: str

    def text(self, lang: str) -> str:
        """Return the choice's words in a language, Vietnamese where there are none."""
        return self.en if lang == "en" else self.vi


class ContextItem(msgspec.Struct, frozen=True):
    """A question about the visit or the person; optional always, off where not switched on."""

    id: Ident
    type: str
    optional: bool
    default_on: bool
    text: Text
    options: list[Option]
    sensitive: bool = False
    note: str = ""


class Factor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A SIPAS factor that question counts are pooled into."""

    id: Ident
    vi: str
    en: str


class Questionnaire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An ordered set of questions with everything a screen, a phone page and a report say about them."""

    schema: str
    id: Ident
    version: Annotated[str, msgspec.Meta(pattern=r"^\d+\.\d+\.\d+$")]
    status: str
    effective_from: str | None
    title: Text
    provenance: str
    rules: dict[str, Any]
    scales: dict[str, Any]
    sipas_factors: list[Factor]
    questions: Annotated[list[Question], msgspec.Meta(min_length=1, max_length=40)]
    quick_mode: dict[str, Any]
    context_items: list[ContextItem]
    demographics: list[ContextItem]
    open_items: list[dict[str, Any]]
    texts: dict[str, Any]
    languages: list[dict[str, Any]]
    indicators: dict[str, Any]

    @property
    def ref(self) -> str:
        """`id@version`, the way a ballot names it."""
        return f"{self.id}@{self.version}"

    @property
    def quick_question(self) -> str:
        """The id of the question that one press of a button answers."""
        return str(self.quick_mode["question"])

    def question(self, question_id: str) -> Question | None:
        """Return a question by id, or None."""
        return next((question for question in self.questions if question.id == question_id), None)

    def level_text(self, scale_id: str, level: Level, lang: str) -> str:
        """Return the words under a face: of a level of a scale, or of NA."""
        words = self._na() if level == NA else self._level(scale_id, level)
        return in_lang(words, lang)

    def _na(self) -> Mapping[str, Any]:
        return next(row["na"] for row in self.scales.values() if "na" in row)

    def _level(self, scale_id: str, level: Level) -> Mapping[str, Any]:
        return next(row for row in self.scales[scale_id]["levels"] if row["value"] == level)

    def text(self, key: str, lang: str) -> str:
        """Return a text by dotted key, `thanks` or `buttons.next`; Vietnamese where the language has none."""
        words: Any = self.texts
        for part in key.split("."):
            words = words[part]
        return in_lang(words, lang)

    @property
    def items(self) -> list[ContextItem]:
        """Every question about the visit and the person, in their order."""
        return [*self.context_items, *self.demographics]

    def items_of(self, ids: Sequence[str]) -> list[ContextItem]:
        """Return the items with these ids, in the order of the ids; an unknown id is left out."""
        known = {item.id: item for item in self.items}
        return [known[item] for item in ids if item in known]


Fault = tuple[str, str]
"""A stable code, and words of at most 60 characters that name the thing."""


def status_of(answered: set[str], questionnaire: Questionnaire, *, quick: bool) -> Status:
    """Return the status of a ballot with these questions answered or NA.

    quick: the sitting began with one press of a button; with nothing but that answer the ballot is quick.
    """
    if all(question.id in answered for question in questionnaire.questions):
        return Status.COMPLETE
    return Status.QUICK if quick and answered == {questionnaire.quick_question} else Status.PARTIAL


class Rules(msgspec.Struct, frozen=True):
    """A questionnaire made ready to check many ballots: what each id may carry."""

    ref: str
    levels: dict[str, frozenset[Level]]
    low: dict[str, frozenset[Level]]
    reasons: dict[str, frozenset[str]]
    reasons_at_most: dict[str, int]
    choices: dict[str, frozenset[str]]
    quick_question: str


def rules_of(questionnaire: Questionnaire) -> Rules:
    """Return the rules of a questionnaire."""
    levels: dict[str, frozenset[Level]] = {}
    low: dict[str, frozenset[Level]] = {}
    for question in questionnaire.questions:
        own = question.answer_scale().levels
        levels[question.id] = frozenset([*own, NA]) if question.allow_na else frozenset(own)
        low[question.id] = frozenset(level for level in own if question.asks_reasons(level))
    follow_ups = {q.id: q.follow_up for q in questionnaire.questions if q.follow_up}
    return Rules(
        ref=questionnaire.ref,
        levels=levels,
        low=low,
        reasons={key: frozenset(reason.id for reason in up.reasons) for key, up in follow_ups.items()},
        reasons_at_most={key: up.max_choices for key, up in follow_ups.items()},
        choices={item.id: frozenset(option.id for option in item.options) for item in questionnaire.items},
        quick_question=questionnaire.quick_question,
    )


def faults(ballot: Ballot, rules: Rules) -> list[Fault]:
    """Return what is wrong with a ballot under its questionnaire; an empty list when it may be counted."""
    found: list[Fault] = []
    for asked, answer in ballot.answers.items():
        allowed = rules.levels.get(asked)
        if allowed is None:
            found.append(("unknown_question", f"question {asked[:24]} is not in {rules.ref}"))
        elif answer.level not in allowed:
            code = "na_not_allowed" if answer.level == NA else "level_off_scale"
            found.append((code, f"{asked}: level {answer.level} is not one of its answers"))
    for asked, chosen in ballot.reasons.items():
        found += _reason_faults(asked, chosen, ballot, rules)
    for item, choice in ballot.context.items():
        if choice not in rules.choices.get(item, ()):
            found.append(("unknown_context", f"context {item[:24]}={choice[:24]}"))
    found += _status_faults(ballot, rules)
    if (ballot.sealed is None) != (ballot.sealed_salt is None):
        found.append(("salt_without_seal", "a sealed part and its salt come together"))
    return [(code, words[:60]) for code, words in found]


def _reason_faults(asked: str, chosen: list[str], ballot: Ballot, rules: Rules) -> list[Fault]:
    if ballot.level(asked) not in rules.low.get(asked, ()):
        return [("reason_without_low_level", f"reasons for {asked[:24]} need a low level")]
    found = [("unknown_reason", f"reason {reason[:40]}") for reason in chosen if reason not in rules.reasons[asked]]
    most = rules.reasons_at_most[asked]
    if len(chosen) > most or len(set(chosen)) < len(chosen):
        found.append(("too_many_reasons", f"{asked}: {len(chosen)} reasons; {most} different ones at most"))
    return found


def _status_faults(ballot: Ballot, rules: Rules) -> list[Fault]:
    if not ballot.answers and ballot.sealed is None:
        return [("empty", "a ballot with neither answer nor comment")]
    is_all = ballot.answers.keys() >= rules.levels.keys()
    is_quick_only = ballot.answers.keys() == {rules.quick_question}
    fits = {
        Status.COMPLETE: is_all,
        Status.PARTIAL: not is_all,
        Status.QUICK: is_quick_only,
    }
    return [] if fits[ballot.status] else [("wrong_status", f"{ballot.status} does not fit its answers")]


DEFAULT_ID: Final = "sipas-motcua-9"


def bundled_ids() -> tuple[str, ...]:
    """Return the ids of the questionnaires that ship with the product, the default first."""
    from importlib import resources  # as in `bundled`

    found = {entry.name.removesuffix(".json") for entry in (resources.files("survey") / "questionnaires").iterdir()}
    return (DEFAULT_ID, *sorted(found - {DEFAULT_ID}))


@cache
def bundled(questionnaire_id: str = DEFAULT_ID) -> Questionnaire:
    """Return a questionnaire that ships with the product. Raises ValueError naming those that do."""
    from importlib import resources  # a kiosk has its questionnaire from its centre and never loads this

    folder = resources.files("survey") / "questionnaires"
    source = folder / f"{questionnaire_id}.json"
    if not source.is_file():
        known = ", ".join(sorted(bundled_ids()))
        raise ValueError(f"questionnaire {questionnaire_id!r} does not ship with this release; use one of {known}")
    return wire.decode(source.read_bytes(), Questionnaire)
