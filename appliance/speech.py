"""What to say, as lists of prompt ids; pure.

Over headphones a choice is named. Over a loudspeaker nothing that is said depends on what was answered: the room
hears the same words for every grade, and no list of reasons that only a low grade would bring.
"""

from typing import Final, Literal

from appliance import sitting as sittings
from appliance.sitting import Kind, Sitting
from survey.questionnaire import Question

Output = Literal["headphones", "speaker"]
Say = tuple[str, ...]
"""Prompt ids in order. PAUSE is a short silence; `en/language` is a prompt of one language whatever else is spoken."""

PAUSE: Final = "~"


def menu(languages: tuple[str, ...]) -> Say:
    """Return the choice of a spoken language: each in its own voice, with its button."""
    lines = [(f"{lang}/language", f"{lang}/button.{n}", PAUSE) for n, lang in enumerate(languages, 1)]
    return tuple(prompt for line in lines for prompt in line)


def greeting(buttons: tuple[int, ...]) -> Say:
    """Return what comes before the first question. buttons: levels from left to right, empty where there are none."""
    return (f"welcome.{len(buttons)}", "how", PAUSE) if buttons else ()


def question(sitting: Sitting, buttons: tuple[int, ...]) -> Say:
    """Return the question asked now, and which button is which; without buttons the levels alone."""
    asked = sittings.asked(sitting)
    one = next(each for each in asked if each.id == sitting.step.about)
    place = f"progress.{asked.index(one) + 1}.{len(sitting.kiosk.questionnaire.questions)}"
    head = (place, f"question.{one.id}", PAUSE)
    return (*head, *levels(one, buttons), *(("na.hint",) if one.allow_na and buttons else ()))


def levels(one: Question, buttons: tuple[int, ...]) -> Say:
    """Return the levels of a question from left to right, each with its button."""
    if not buttons:
        return tuple(f"level.{one.scale}.{level}" for level in sorted(one.answer_scale().levels, reverse=True))
    lines = [(f"button.{n}", f"level.{one.scale}.{level}") for n, level in enumerate(buttons, 1)]
    return tuple(prompt for line in lines for prompt in line)


def candidate(one: Question, level: int, output: Output) -> Say:
    """Return what answers a first press of a level's button."""
    return ("chosen", f"level.{one.scale}.{level}", "again") if output == "headphones" else ("pressed",)


def entries(sitting: Sitting) -> list[str]:
    """Return the ids that a list step offers, in order: reasons of a question, options of a context item."""
    if sitting.step.kind is Kind.REASONS:
        one = sitting.kiosk.questionnaire.question(sitting.step.about)
        return [] if one is None or one.follow_up is None else [reason.id for reason in one.follow_up.reasons]
    item = next(item for item in sittings.context_items(sitting.kiosk) if item.id == sitting.step.about)
    return [option.id for option in item.options]


def is_picked(sitting: Sitting, entry: str) -> bool:
    """Return whether an entry of the present list is chosen."""
    about = sitting.step.about
    return entry in sitting.reasons.get(about, ()) or sitting.context.get(about) == entry


def entry(sitting: Sitting, place: int) -> Say:
    """Return one entry of the present list, and whether it is chosen."""
    name = entries(sitting)[place]
    is_reason = sitting.step.kind is Kind.REASONS
    said = f"reason.{name}" if is_reason else f"option.{sitting.step.about}.{name}"
    return (said, "picked") if is_picked(sitting, name) else (said,)


def walk(sitting: Sitting, buttons: tuple[int, ...], place: int) -> Say:
    """Return a list's title, how to walk it, and its present entry; without buttons every entry."""
    head = f"why.{sitting.step.about}" if sitting.step.kind is Kind.REASONS else f"item.{sitting.step.about}"
    if buttons:
        return (head, f"walk.{len(buttons)}", PAUSE, *entry(sitting, place))
    return (head, *(prompt for n in range(len(entries(sitting))) for prompt in entry(sitting, n)))


def spelled(code: str) -> Say:
    """Return a ballot code letter by letter, slowly, with a longer pause in its middle."""
    letters = [part for letter in code for part in (f"letter.{letter}", PAUSE)]
    half = len(letters) // 2
    return ("code", PAUSE, *letters[:half], PAUSE, *letters[half:])


def thanks(code: str, output: Output, *, has_buttons: bool) -> Say:
    """Return the end: the same for every answer. On a loudspeaker the code is read only when asked for."""
    if not has_buttons:
        return ("thanks", "not_a_complaint")
    told = ("thanks", "elsewhere", "not_a_complaint", PAUSE)
    return (*told, *spelled(code), "code.again") if output == "headphones" else (*told, "code.ask")
