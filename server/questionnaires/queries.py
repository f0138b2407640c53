"""Published questionnaires in SQL."""

from sqlalchemy import Connection, insert, select

from server.database import Work
from server.tables import questionnaires
from survey import wire
from survey.questionnaire import Questionnaire


class PublishError(ValueError):
    """A questionnaire that cannot be published; `str()` says why."""


def publish(work: Work, questionnaire: Questionnaire, now_ms: int) -> bool:
    """Store a version for good. Returns whether it was new; raises PublishError if it is known with other words."""
    body = wire.encode(questionnaire).decode()
    stored = work.one("SELECT body FROM questionnaires WHERE ref = ?", (questionnaire.ref,))
    if stored is not None:
        if stored[0] != body:
            raise PublishError(
                f"questionnaire {questionnaire.ref} is published with other content; a published version never "
                "changes, so raise its version"
            )
        return False
    work.connection.execute(insert(questionnaires).values(ref=questionnaire.ref, body=body, published_at=now_ms))
    work.run("UPDATE centre SET config_version = config_version + 1")
    return True


def of_refs(connection: Connection, refs: list[str]) -> list[Questionnaire]:
    """Return the published questionnaires among these."""
    query = select(questionnaires.c.body).where(questionnaires.c.ref.in_(refs))
    return [wire.decode(body, Questionnaire) for body in connection.scalars(query)]


def newest(connection: Connection) -> Questionnaire:
    """Return the questionnaire kiosks and phones show now: the last one published. Raises PublishError if none is."""
    query = select(questionnaires.c.body).order_by(questionnaires.c.published_at.desc(), questionnaires.c.ref.desc())
    body = connection.scalar(query.limit(1))
    if body is None:
        raise PublishError("no questionnaire is published; run `python -m server seed-demo` or `publish`")
    return wire.decode(body, Questionnaire)
