"""The counters a person may pick for a kiosk, by office."""

import msgspec

from server.accounts.queries import Session
from server.centre import Centre
from server.database import Work
from server.offices.queries import COUNTER, standing
from server.offices.scope import within
from survey.local_time import local_date


class Shelf(msgspec.Struct, frozen=True):
    """One office of the list to choose from. counters: (id, name, whether a kiosk stands there)."""

    office: str
    counters: list[tuple[str, str, bool]]


def shelves(centre: Centre, session: Session) -> list[Shelf]:
    """Return the counters that stand today within reach of a session, by office and name."""
    with centre.engine.connect() as connection:
        units = {one.id: one for one in standing(connection, local_date(centre.now_ms()))}
        rows = Work(connection).all("SELECT DISTINCT counter_id FROM devices WHERE revoked_at IS NULL")
    taken, reached = {row[0] for row in rows}, within(session, units)
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for one in units.values():
        if one.kind == COUNTER and one.parent in units and (reached is None or one.id in reached):
            found.setdefault(one.parent, []).append((one.id, one.name_vi, one.id in taken))
    named = sorted((units[office].name_vi, office) for office in found)
    return [Shelf(name, sorted(found[office], key=lambda each: each[1])) for name, office in named]
