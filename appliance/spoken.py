"""The spoken survey: five buttons and a voice over a Sitting; pure, knows neither clock nor sound.

Places count buttons from the left, 0 first. A short press acts when it ends, so that a long one can mean something
else: the first button held repeats, the last goes back, the middle one says that a question does not apply.
"""

from typing import Any, Final

import msgspec

from appliance import sitting as sittings
from appliance import speech
from appliance.sitting import Kind, Sitting, Stage, Step
from appliance.speech import Output, Say
from survey.ballot import Answer, Channel
from survey.enrolment import KioskSettings
from survey.scales import NA

PATIENCE: Final = 2
"""Listening takes longer than reading: the idle time-out is this many times as long, from the end of a prompt on."""
IDLE_AT_MOST_S: Final = 600
COUNTDOWN_S: Final = 40
THANKS_S: Final = 45


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """What the voice knows beside the sitting.

    lang: of the voice, perhaps one that no screen has. buttons: levels from left to right, empty where none are.
    candidate: the level pressed once. entry: the place in a list that is walked. lead: said before the next step.
    told: the step or stage that was said last. is_asked: the still-there question was said.
    """

    lang: str
    languages: tuple[str, ...]
    buttons: tuple[int, ...]
    output: Output
    is_menu: bool = False
    candidate: int | None = None
    entry: int = 0
    lead: Say = ()
    told: Step | Stage | None = None
    is_asked: bool = False


class Turn(msgspec.Struct, frozen=True):
    """What follows from an event. say: what to say instead of what is being said, None to go on with that."""

    sitting: Sitting
    talk: Talk
    say: Say | None = None


def _with(talk: Talk, **fields: Any) -> Talk:
    return msgspec.structs.replace(talk, **fields)


def fits(kiosk: KioskSettings, buttons: tuple[int, ...]) -> bool:
    """Return whether every question's levels are those of the buttons: a level is never recoded on the way."""
    return all(sorted(one.answer_scale().levels) == sorted(buttons) for one in kiosk.questionnaire.questions)


def patient(kiosk: KioskSettings) -> KioskSettings:
    """Return the settings with the time that listening needs."""
    return msgspec.structs.replace(
        kiosk,
        idle_timeout_s=min(PATIENCE * kiosk.idle_timeout_s, IDLE_AT_MOST_S),
        countdown_s=max(kiosk.countdown_s, COUNTDOWN_S),
        thanks_s=max(kiosk.thanks_s, THANKS_S),
    )


def begun(sitting: Sitting, languages: tuple[str, ...], lang: str, buttons: tuple[int, ...], output: Output) -> Turn:
    """Return the spoken turn of a sitting just opened. lang: to speak if there is no choice of languages."""
    languages = languages[: len(buttons)] or languages  # no more than there are buttons to choose with
    is_menu = len(languages) > 1 and bool(buttons)
    talk = Talk(
        lang=lang if lang in languages else languages[0],
        languages=languages,
        buttons=buttons,
        output=output,
        is_menu=is_menu,
        lead=speech.greeting(buttons),
    )
    sitting = sittings.change(
        sitting, kiosk=patient(sitting.kiosk), channel=Channel.BUTTON if buttons else sitting.channel
    )
    return Turn(sitting, talk, speech.menu(languages) if is_menu else None)


def pressed(turn: Turn, place: int, at_s: float) -> Turn:
    """Return the turn after a short press."""
    sitting, talk = turn.sitting, turn.talk
    if sitting.stage is not Stage.OPEN:
        return _after_the_end(turn, place, at_s)
    if sittings.warning_s(sitting, at_s) is not None:
        return Turn(sittings.touched(sitting, "stay", at_s), _with(talk, is_asked=False), repeated(turn))
    sitting = sittings.stirred(sitting, at_s)
    if talk.is_menu:
        return _language(sitting, talk, place)
    if sitting.step.kind is Kind.QUESTION:
        return _level(sitting, talk, place, at_s)
    return _walked(sitting, talk, place, at_s)


def held(turn: Turn, place: int, at_s: float) -> Turn:
    """Return the turn after a button was held: first repeats, last goes back, middle passes."""
    sitting, talk = sittings.stirred(turn.sitting, at_s), turn.talk
    if sitting.stage is not Stage.OPEN or sittings.warning_s(sitting, at_s) is not None:
        return pressed(turn, place, at_s)
    if place == len(talk.buttons) - 1:
        return _back(sitting, talk, at_s)
    if place == len(talk.buttons) // 2 and not talk.is_menu:
        return _passed(sitting, talk, at_s)
    return Turn(sitting, talk, repeated(turn))


def after(turn: Turn, at_s: float) -> Turn:
    """Return the turn as time and the sitting's own way have left it: a new step is said, a silence is asked about."""
    sitting, talk = turn.sitting, turn.talk
    if sitting.stage is Stage.OPEN and not _is_spoken(sitting.step, talk):
        skips_all = sitting.step.kind in {Kind.COMMENT, Kind.CONTACT, Kind.PHONE}
        sitting = sittings.ended(sitting, at_s) if skips_all else sittings.passed(sitting, at_s)
        return after(Turn(sitting, talk, turn.say), at_s)
    if sitting.stage is not Stage.OPEN:
        return _stage(sitting, talk)
    if sittings.warning_s(sitting, at_s) is not None:
        return Turn(sitting, talk) if talk.is_asked else Turn(sitting, _with(talk, is_asked=True), ("still_there",))
    talk = _with(talk, is_asked=False) if talk.is_asked else talk
    if talk.is_menu or talk.told == sitting.step:
        return Turn(sitting, talk, turn.say)
    talk = _with(talk, told=sitting.step, candidate=None, entry=0)
    return Turn(sitting, _with(talk, lead=()), (*talk.lead, *step(sitting, talk)))


def listening(sitting: Sitting, until_s: float) -> Sitting:
    """Return the sitting whose patience counts from the end of a prompt."""
    if sitting.stage is Stage.CAST:
        return sittings.change(sitting, since_s=max(sitting.since_s, until_s))
    return sittings.change(sitting, touched_at_s=max(sitting.touched_at_s, until_s))


def step(sitting: Sitting, talk: Talk) -> Say:
    """Return all that is said of the present step."""
    if sitting.step.kind is Kind.QUESTION:
        return speech.question(sitting, talk.buttons)
    if sitting.step.kind in {Kind.REASONS, Kind.CHOICE}:
        return speech.walk(sitting, talk.buttons, talk.entry)
    return ("comment",) if sitting.step.kind is Kind.COMMENT else ()


def repeated(turn: Turn) -> Say:
    """Return what hearing it again says."""
    talk = turn.talk
    return speech.menu(talk.languages) if talk.is_menu else step(turn.sitting, talk)


def _is_spoken(at: Step, talk: Talk) -> bool:
    """Return whether a step can be done by ear.

    Over a loudspeaker no list is: the mere question why would tell a low grade, and where a walk stops tells a choice.
    """
    if not talk.buttons or at.kind is Kind.QUESTION:
        return True
    return at.kind in {Kind.REASONS, Kind.CHOICE} and talk.output == "headphones"


def _language(sitting: Sitting, talk: Talk, place: int) -> Turn:
    if place >= len(talk.languages):
        return Turn(sitting, talk, speech.menu(talk.languages))
    lang = talk.languages[place]
    shown = lang if lang in sittings.languages(sitting.kiosk) else "vi"
    return Turn(sittings.change(sitting, lang=shown), _with(talk, lang=lang, is_menu=False, told=None), ())


def _level(sitting: Sitting, talk: Talk, place: int, at_s: float) -> Turn:
    one, level = sitting.kiosk.questionnaire.question(sitting.step.about), talk.buttons[place]
    if one is None or sitting.moves_at_s is not None:
        return Turn(sitting, talk)
    if level != talk.candidate:
        return Turn(sitting, _with(talk, candidate=level), speech.candidate(one, level, talk.output))
    return _answered(sitting, talk, f"level-{level}", at_s, ("noted",))


def _answered(sitting: Sitting, talk: Talk, name: str, at_s: float, lead: Say) -> Turn:
    """Answer by the sitting's own rule. A press that is confirmed has waited out the lock-out already."""
    ready = sittings.change(sitting, pressed_at_s=float("-inf"))
    return Turn(sittings.touched(ready, name, at_s), _with(talk, candidate=None, lead=lead), ())


def _passed(sitting: Sitting, talk: Talk, at_s: float) -> Turn:
    if sitting.step.kind is not Kind.QUESTION:
        return Turn(sittings.passed(sitting, at_s), talk, ())
    one = sitting.kiosk.questionnaire.question(sitting.step.about)
    if one is None or not one.allow_na:
        return Turn(sitting, talk, ("na.refused",))
    lead = ("level.na", "noted") if talk.output == "headphones" else ("noted",)
    return _answered(sitting, talk, NA, at_s, lead)


def _back(sitting: Sitting, talk: Talk, at_s: float) -> Turn:
    steps = [at for at in sittings.path(sitting) if _is_spoken(at, talk)]
    place = steps.index(sitting.step) if sitting.step in steps else 0
    if place:
        return Turn(sittings.moved(sitting, steps[place - 1], at_s), _with(talk, told=None), ())
    if len(talk.languages) > 1:
        return Turn(sitting, _with(talk, is_menu=True, candidate=None), speech.menu(talk.languages))
    return Turn(sitting, talk, ("first", *step(sitting, talk)))


def _walked(sitting: Sitting, talk: Talk, place: int, at_s: float) -> Turn:
    """Walk a list: before, next, choose, again, done; with three buttons next, choose, done."""
    count = len(speech.entries(sitting))
    does = ("before", "next", "choose", "again", "done") if len(talk.buttons) == 5 else ("next", "choose", "done")
    verb = does[place]
    if verb == "done":
        return Turn(sittings.passed(sitting, at_s), _with(talk, lead=("noted",)), ())
    if verb == "choose":
        return _chosen(sitting, talk, at_s)
    entry = (talk.entry + {"before": -1, "next": 1, "again": 0}[verb]) % count
    return Turn(sitting, _with(talk, entry=entry), speech.entry(sitting, entry))


def _chosen(sitting: Sitting, talk: Talk, at_s: float) -> Turn:
    name = speech.entries(sitting)[talk.entry]
    if sitting.step.kind is Kind.CHOICE:
        return _answered(sitting, talk, f"choice-{name}", at_s, ("noted",))
    was_picked = speech.is_picked(sitting, name)
    if sittings.is_full(sitting) and not was_picked:
        return Turn(sitting, talk, ("full",))
    sitting = sittings.touched(sitting, f"reason-{name}", at_s)
    return Turn(sitting, talk, ("unpicked" if was_picked else "picked",))


def _stage(sitting: Sitting, talk: Talk) -> Turn:
    """Say the end once: the thanks only when the ballot is on disk."""
    if talk.told == sitting.stage or sitting.stage in {Stage.CASTING, Stage.OVER}:
        return Turn(sitting, talk)
    said = ("failed",) if sitting.stage is Stage.FAILED else _thanks(sitting, talk)
    return Turn(sitting, _with(talk, told=sitting.stage), said)


def _thanks(sitting: Sitting, talk: Talk) -> Say:
    return (*talk.lead, *speech.thanks(sitting.code, talk.output, has_buttons=bool(talk.buttons)))


def _after_the_end(turn: Turn, place: int, at_s: float) -> Turn:
    sitting, talk = turn.sitting, turn.talk
    if sitting.stage is not Stage.CAST:
        return Turn(sittings.touched(sitting, "retry", at_s), _with(talk, told=None), None)
    if place == len(talk.buttons) - 1:
        return Turn(sittings.touched(sitting, "done", at_s), talk, ())
    sitting = sittings.change(sitting, since_s=at_s)
    return Turn(sitting, talk, (*speech.spelled(sitting.code), "code.again") if place == 0 else ("code.ask",))


def preview(sitting: Sitting, talk: Talk) -> Sitting:
    """Return the sitting as its screen shows it: the level pressed once is marked."""
    if talk.candidate is None or sitting.stage is not Stage.OPEN or sitting.step.kind is not Kind.QUESTION:
        return sitting
    return sittings.change(sitting, answers={**sitting.answers, sitting.step.about: Answer(talk.candidate)})
