"""Published questionnaires in SQL."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, insert, select

from server.database import Work
from server.offices.queries import tops
from server.questionnaires.assigned import everything
from server.questionnaires.choice import Places, Published, ahead, asked_on
from server.tables import questionnaires
from survey import wire
from survey.local_time import local_date
from survey.questionnaire import Questionnaire, bundled


class PublishError(ValueError):
    """A questionnaire that cannot be published; `str()` says why."""


def publish(
    work: Work,
    questionnaire: Questionnaire,
    now_ms: int,
    effective_from: date | None = None,
    *,
    is_general: bool = True,
) -> bool:
    """Store a version for good. Returns whether it was new; raises PublishError if it is known with other words.

    effective_from: the local day from which it is asked, today if None; fixed once it is published.
    is_general: asked wherever nothing else is assigned; else only where it is assigned.
    """
    body = wire.encode(questionnaire).decode()
    stored = work.one("SELECT body, effective_from FROM questionnaires WHERE ref = ?", (questionnaire.ref,))
    if stored is not None:
        if stored[0] != body:
            raise PublishError(
                f"questionnaire {questionnaire.ref} is published with other content; a published version never "
                "changes, so raise its version"
            )
        if effective_from is not None and str(stored[1]) != effective_from.isoformat():
            raise PublishError(
                f"questionnaire {questionnaire.ref} is published already, from {stored[1] or 'its publication'} on; "
                "its day stays, so raise its version"
            )
        return False
    day = effective_from or local_date(now_ms)
    values = {"ref": questionnaire.ref, "body": body, "published_at": now_ms, "effective_from": day}
    values |= {"is_general": is_general}
    work.connection.execute(insert(questionnaires).values(values))
    work.run("UPDATE centre SET config_version = config_version + 1")
    return True


def of_refs(connection: Connection, refs: list[str]) -> list[Questionnaire]:
    """Return the published questionnaires among these."""
    query = select(questionnaires.c.body).where(questionnaires.c.ref.in_(refs))
    return [wire.decode(body, Questionnaire) for body in connection.scalars(query)]


def shelf(connection: Connection, wanted: str = "") -> list[Published]:
    """Return what is published, the oldest first. wanted: of this questionnaire id only; "" for all."""
    c = questionnaires.c
    found = [
        Published(ref, day or local_date(at_ms), at_ms, bool(general))
        for ref, day, at_ms, general in connection.execute(
            select(c.ref, c.effective_from, c.published_at, c.is_general)
        )
    ]
    return sorted((one for one in found if not wanted or one.id == wanted), key=lambda one: one.order)


def on_day(connection: Connection, day: date, wanted: str = "") -> Questionnaire:
    """Return the questionnaire asked on a local day: the newest whose day has come. Raises PublishError if none is.

    wanted: the id of the one that is asked here; "" for whichever is newest.
    """
    return asked_of(connection, Places([], shelf(connection, wanted), [], {}), day, wanted)


def asked_of(connection: Connection, places: Places, day: date, wanted: str = "") -> Questionnaire:
    """Return the questionnaire that is asked at a place on a day. Raises PublishError if none is."""
    ref = asked_on(places, day)[0]
    if not ref:
        named = f"{wanted} is" if wanted else "questionnaire is"
        raise PublishError(f"no {named} published for {day}; run `python -m server seed-demo` or `publish`")
    return of_refs(connection, [ref])[0]


def seen_on(connection: Connection, day: date) -> Questionnaire:
    """Return the questionnaire by which a day's counts are read: the newest of five levels, before all the oldest.

    What was assigned to the whole province counts as what is asked in general. A centre that asks in other levels only
    has the product's own for the tables of five; its counts stand in others.
    """
    shelved = shelf(connection)
    known = {one.ref: one for one in of_refs(connection, [one.ref for one in shelved]) if is_of_five(one)}
    placed = [one for one in shelved if one.ref in known and one.is_general]
    if not placed:
        return bundled()
    assigned = [one for one in everything(connection) if not one.ref or one.ref in known]
    for top in tops(connection):
        ref = asked_on(Places([top], placed, assigned, {}), day)[0]
        if ref:
            return known[ref]
    return known[placed[0].ref]


def is_of_five(questionnaire: Questionnaire) -> bool:
    """Return whether a questionnaire's overall question has five levels."""
    overall = questionnaire.question(questionnaire.quick_question)
    return overall is not None and overall.scale == "likert5"


def newest_of(connection: Connection, ids: Iterable[str]) -> list[Questionnaire]:
    """Return the newest version of each of these questionnaires, by id."""
    newest = {one.id: one.ref for one in shelf(connection)}
    refs = [newest[one] for one in sorted(set(ids)) if one in newest]
    return sorted(of_refs(connection, refs), key=lambda one: one.id)


def after_day(connection: Connection, places: Places, day: date) -> list[tuple[date, Questionnaire]]:
    """Return (day, questionnaire) of those asked at a place from a later day on, the next one first."""
    return [(at, of_refs(connection, [ref])[0]) for at, ref in ahead(places, day)]
