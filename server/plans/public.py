"""What everybody may read of plans: done, in words a leader approved; shares only where enough people answered."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

import msgspec
from sqlalchemy import Connection

from server.offices.queries import line_above, unit
from server.plans import queries
from server.plans.effect import Effect
from server.plans.propose import reason_words
from server.questionnaires.queries import seen_on
from survey.questionnaire import Questionnaire

DAYS: Final = 366
AT_MOST: Final = 12


class Act(msgspec.Struct, frozen=True):
    """One thing that was done. about: the question or reason it answers. effect: None where too few answered."""

    unit: str
    about: str
    text: str
    text_en: str
    done_on: date
    effect: Effect | None


def acts_of(connection: Connection, offices: Iterable[str], today: date) -> list[Act]:
    """Return what was done in the last year at these offices and those above them, the newest first, twelve at most."""
    places = {above for office in offices for above in _line(connection, office, today)}
    recent = [
        one
        for one in queries.public_of(connection, places)
        if one.done_on is not None and one.done_on > today - timedelta(days=DAYS)
    ]
    found = []
    for one in recent[:AT_MOST]:
        effect = queries.effect_of(connection, one, today, 1)
        place = unit(connection, one.unit, today) or unit(connection, one.unit, one.last)
        about = _about(seen_on(connection, min(one.last, today)), one.question, one.reason)
        found.append(
            Act(
                place.name_vi if place else "", about, one.text_vi, one.text_en, one.done_on or today,
                effect if effect.is_public else None,
            )
        )  # fmt: skip
    return found


def _about(asked: Questionnaire, question: str, reason: str) -> str:
    """Return what citizens spoke of, without the question's code; never the finding as staff wrote it."""
    named = next((one.criterion_vi for one in asked.questions if one.id == question), "Việc phục vụ nói chung")
    why = reason_words(asked, question, reason)
    return f"{named}: {why}" if why else named


def _line(connection: Connection, office: str, today: date) -> list[str]:
    found = unit(connection, office, today)
    return [office] if found is None else [*line_above(connection, found, today), office]
