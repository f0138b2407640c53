"""Published questionnaires in SQL."""

from collections.abc import Iterable
from datetime import date

import msgspec
from sqlalchemy import Connection, insert, select

from server.database import Work
from server.tables import questionnaires
from survey import wire
from survey.local_time import local_date
from survey.questionnaire import Questionnaire, bundled


class PublishError(ValueError):
    """A questionnaire that cannot be published; `str()` says why."""


class Published(msgspec.Struct, frozen=True):
    """A published version without its words. effective_from: the local day from which it is asked."""

    ref: str
    effective_from: date
    published_at: int

    @property
    def id(self) -> str:
        """The questionnaire's id."""
        return self.ref.split("@")[0]

    @property
    def order(self) -> tuple[date, int, str]:
        """What makes one version newer than another."""
        return self.effective_from, self.published_at, self.ref


def publish(work: Work, questionnaire: Questionnaire, now_ms: int, effective_from: date | None = None) -> bool:
    """Store a version for good. Returns whether it was new; raises PublishError if it is known with other words.

    effective_from: the local day from which it is asked, today if None; fixed once it is published.
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
        Published(ref, day or local_date(at_ms), at_ms)
        for ref, day, at_ms in connection.execute(select(c.ref, c.effective_from, c.published_at))
    ]
    return sorted((one for one in found if not wanted or one.id == wanted), key=lambda one: one.order)


def on_day(connection: Connection, day: date, wanted: str = "") -> Questionnaire:
    """Return the questionnaire asked on a local day: the newest whose day has come. Raises PublishError if none is.

    wanted: the id of the one that is asked here; "" for whichever is newest.
    """
    due = [one.ref for one in shelf(connection, wanted) if one.effective_from <= day]
    if not due:
        named = f"{wanted} is" if wanted else "questionnaire is"
        raise PublishError(f"no {named} published for {day}; run `python -m server seed-demo` or `publish`")
    return of_refs(connection, [due[-1]])[0]


def seen_on(connection: Connection, day: date) -> Questionnaire:
    """Return the questionnaire by which a day's counts are read: the newest of five levels, before all the oldest.

    A centre that asks in other levels only has the product's own for the tables of five; its counts stand in others.
    """
    known = [one for one in of_refs(connection, [one.ref for one in shelf(connection)]) if is_of_five(one)]
    placed = [one for one in shelf(connection) if one.ref in {each.ref for each in known}]
    if not placed:
        return bundled()
    due = [one for one in placed if one.effective_from <= day] or placed[:1]
    return next(one for one in known if one.ref == due[-1].ref)


def is_of_five(questionnaire: Questionnaire) -> bool:
    """Return whether a questionnaire's overall question has five levels."""
    overall = questionnaire.question(questionnaire.quick_question)
    return overall is not None and overall.scale == "likert5"


def newest_of(connection: Connection, ids: Iterable[str]) -> list[Questionnaire]:
    """Return the newest version of each of these questionnaires, by id."""
    newest = {one.id: one.ref for one in shelf(connection)}
    refs = [newest[one] for one in sorted(set(ids)) if one in newest]
    return sorted(of_refs(connection, refs), key=lambda one: one.id)


def after_day(connection: Connection, day: date, wanted: str = "") -> list[tuple[date, Questionnaire]]:
    """Return (day, questionnaire) of those asked from a later day on, the next one first; one for each day."""
    coming = {one.effective_from: one.ref for one in shelf(connection, wanted) if one.effective_from > day}
    return [(at, of_refs(connection, [coming[at]])[0]) for at in sorted(coming)]
