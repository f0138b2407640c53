"""What pages need where data is entered by hand: who asks, for which units, with which questionnaire of today."""

from datetime import date
from typing import Final

import msgspec

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest
from server.accounts.rules import May
from server.imports.meaning import OLDEST
from server.offices.queries import Unit, all_versions, every_version
from server.offices.scope import within
from server.questionnaires.queries import seen_on
from survey.local_time import local_date
from survey.questionnaire import Questionnaire

MAY: Final = May.DATA_ENTER


class Desk(msgspec.Struct, frozen=True):
    """What a page needs, read at once. units: every version in reach. reached: None for the whole province."""

    session: Session
    units: list[Unit]
    reached: frozenset[str] | None
    questionnaire: Questionnaire
    today: date


def open_desk(request: AnyRequest) -> Desk:
    """Return what someone who may enter data can see."""
    session, centre = sessions.require(request, MAY), sessions.centre_of(request)
    today = local_date(centre.now_ms())
    with centre.engine.connect() as connection:
        reached = within(session, all_versions(connection, OLDEST, today))
        units = [unit for unit in every_version(connection) if reached is None or unit.id in reached]
        return Desk(session, units, reached, seen_on(connection, today), today)
