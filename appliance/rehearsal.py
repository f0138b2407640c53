"""The screens a respondent is about to meet, as values, so that they are built while nobody is here; pure."""

from uuid import UUID

from appliance import sitting as sittings
from appliance import view as views
from appliance.sitting import Kind, Step
from appliance.view import Frame
from survey.ballot import Answer
from survey.enrolment import KioskSettings

NOBODY = UUID(int=0)


def frames(kiosk: KioskSettings, lang: str, layout: str) -> list[Frame]:
    """Return one frame of each kind of screen on the usual way; no sitting comes of it, nothing is kept."""
    sitting = sittings.opened(kiosk, NOBODY, lang, layout, 0.0)
    first = sittings.asked(sitting)[0]
    answered = sittings.change(sitting, answers={first.id: Answer(1)})
    steps = [Step(Kind.REASONS, first.id)] if sittings.is_low(answered, first) else []
    steps.append(Step(Kind.COMMENT))
    shown = [views.view(sitting, 0.0), *(views.view(sittings.change(answered, step=step), 0.0) for step in steps)]
    return [*shown, views.view(sittings.cast(answered, "0" * 10, 0.0), 0.0)]
