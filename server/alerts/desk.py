"""What the pages of alerts need, read at once: who looks, what holds now, which alerts they may see."""

from typing import Final

import msgspec
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest
from server.accounts.rules import May
from server.alerts import queries
from server.alerts.gather import Frame, frame_of
from server.alerts.kinds import Person
from server.alerts.queries import Line
from server.alerts.rules import may_see
from server.alerts.words import Alert, title
from server.database import Work
from server.problem import RefusalError

SEEN_MS: Final = 90 * 86_400_000


class Desk(msgspec.Struct, frozen=True):
    """Who looks at alerts, and what holds now."""

    session: Session
    person: Person
    frame: Frame

    def title(self, alert: Alert) -> str:
        """Return an alert in one line."""
        return title(alert, self.frame.name)

    def may_see(self, alert: Alert) -> bool:
        """Return whether whoever looks may see an alert."""
        return may_see(alert.kind, self.frame.line(*alert.places), self.person)


def open_desk(request: AnyRequest) -> Desk:
    """Return who looks. Raises RefusalError 403 for someone without the right to alerts."""
    session, centre = sessions.require(request, May.ALERTS_SEE), sessions.centre_of(request)
    account = session.account
    with centre.engine.connect() as connection:
        wants = queries.wants_of(connection, account.id)
        frame = frame_of(connection, centre)
    return Desk(session, Person(account.id, account.name, account.unit, account.allowed, wants), frame)


def lines_of(desk: Desk, connection: Connection) -> list[Line]:
    """Return the alerts of the last 90 days this person may see, the newest first."""
    since = desk.frame.now_ms - SEEN_MS
    return [one for one in queries.lines(connection, desk.person.account, since) if desk.may_see(one.alert)]


def line_in(desk: Desk, connection: Connection, wanted: int) -> Line:
    """Return an alert this person may see. Raises RefusalError 404, told like one that does not exist."""
    found = queries.line(connection, desk.person.account, wanted)
    if found is None or not desk.may_see(found.alert):
        raise RefusalError(404, "no_such_alert", "there is no such alert")
    return found


def forget_hidden(desk: Desk, work: Work) -> None:
    """Drop what waits for this person and is no longer theirs to see: another role, another unit."""
    account, now_ms = desk.person.account, desk.frame.now_ms
    every = queries.lines(work.connection, account, 0)
    hidden = [one.alert.id for one in every if one.state(now_ms) == "new" and not desk.may_see(one.alert)]
    queries.forget(work, account, hidden)
