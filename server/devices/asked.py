"""Which questionnaire is asked at a counter, how and with what about the visit: for its kiosk and its phone pages."""

from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from server.database import Work
from server.devices.queries import kiosk_json
from server.devices.wishes import WishError, together, wish
from server.offices.queries import Unit, line_above
from server.questionnaires.assigned import end_of_units, of_units
from server.questionnaires.choice import Places
from server.questionnaires.queries import after_day, asked_of, shelf
from survey.enrolment import Upcoming
from survey.questionnaire import ContextItem, Questionnaire

FIELD: Final = "questionnaire"
"""The wish that names a questionnaire by id; without it a counter asks whichever is newest."""

AHEAD: Final = 4


class AskedError(WishError):
    """A questionnaire that cannot be chosen; `str()` says what to do."""


class Asked(msgspec.Struct, frozen=True):
    """What a counter asks on a day. wishes: fields of settings its units have set, the counter's strongest."""

    questionnaire: Questionnaire
    upcoming: list[Upcoming]
    wishes: dict[str, Any]

    @property
    def items(self) -> list[ContextItem]:
        """The context items asked, in their order."""
        wished = self.wishes.get("context_on")
        if not isinstance(wished, list):
            wished = [item.id for item in self.questionnaire.context_items if item.default_on]
        return self.questionnaire.items_of(wished)

    @property
    def is_overall_first(self) -> bool:
        """Whether the overall question comes first."""
        return bool(self.wishes.get("overall_first", False))


def asked_at(connection: Connection, office: Unit, counter: Unit | None, day: date) -> Asked:
    """Return what a counter asks on a day, or its office where the counter is not known.

    Raises PublishError if nothing is published for it.
    """
    line = [*line_above(connection, office, day), office.id, *([counter.id] if counter else [])]
    said = {unit: msgspec.json.decode(body) for unit, body in kiosk_json(connection, line).items()}
    wishes = together(line, said)
    wishes.pop(FIELD, "")
    chosen = {unit: str(said[unit].get(FIELD, "")) for unit in line}
    places = Places(line, shelf(connection), of_units(connection, line), chosen)
    later = [Upcoming(at.isoformat(), one) for at, one in after_day(connection, places, day)[:AHEAD]]
    return Asked(asked_of(connection, places, day, places.wanted), later, wishes)


def choose(work: Work, units: list[str], questionnaire: str, now_ms: int, actor: str) -> None:
    """Have these units ask the questionnaire of this id from now on; "" for whichever is newest.

    What these units themselves were assigned ends with it.
    """
    if questionnaire and not shelf(work.connection, questionnaire):
        raise AskedError(f"questionnaire {questionnaire!r} is not published; run `python -m server publish` first")
    end_of_units(work, units, now_ms)
    wish(work, units, FIELD, questionnaire, (now_ms, actor, "questionnaire.choose", questionnaire))
