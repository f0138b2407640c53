"""Telling: what happened becomes alerts, receipts, and deliveries in one transaction, each exactly once.

A worker that dies in between has told nothing: the next look begins at the same line again.
"""

import structlog

from server.alerts import hooks, queries
from server.alerts.gather import CASE_EVENTS, Frame, case_things, frame_of, has_news, measured
from server.alerts.kinds import Hook, Person, Thing, Told
from server.alerts.payload import body_of
from server.alerts.rules import decide, fits, hooks_for
from server.alerts.words import Alert
from server.centre import Centre
from server.database import Work

log = structlog.get_logger()


def tell_cases(centre: Centre) -> int:
    """Tell what happened to cases since the last look; returns how many alerts are new."""
    total = 0
    while True:
        with centre.engine.connect() as connection:
            if not has_news(connection):
                return total
            frame = frame_of(connection, centre)
        total += centre.writer.run(lambda work, frame=frame: _tell_cases(work, centre, frame))  # type: ignore[misc]


def _tell_cases(work: Work, centre: Centre, frame: Frame) -> int:
    work.all(work.locked("SELECT id FROM centre"))
    things, upto = case_things(work, queries.cursor(work, CASE_EVENTS), frame)
    queries.move_cursor(work, CASE_EVENTS, upto)
    return store(work, centre, things, frame)


def tell_measures(centre: Centre) -> int:
    """Tell what today's counts, the kiosks' silence and forecasts come to; returns how many alerts are new.

    The alert of a forecast that is over ends with it.
    """
    with centre.engine.connect() as connection:
        frame = frame_of(connection, centre)
        work = Work(connection)
        persons = queries.persons(work)
        found = measured(connection, persons, frame)
        fresh = _untold(work, found.things, persons, frame)
        over = _over(work, found.things)
    if not fresh and not found.fresh and not over:
        return 0

    def write(work: Work) -> int:
        work.all(work.locked("SELECT id FROM centre"))
        if found.fresh:
            queries.add_samples(work, frame.today, frame.now_ms, found.fresh)
        queries.end(work, over, frame.now_ms)
        for alert in over:
            hooks.drop(work, alert)
        return store(work, centre, fresh, frame)

    return centre.writer.run(write)


def _over(work: Work, things: list[Thing]) -> list[int]:
    there = {one.once for one in things}
    return [alert for once, alert in queries.lasting(work, "kiosk_forecast").items() if once not in there]


def _untold(work: Work, things: list[Thing], persons: list[Person], frame: Frame) -> list[Thing]:
    """Return the things of which an alert, or somebody's receipt, is missing."""
    there = queries.known(work, (one.once for one in things))
    wanted: dict[str, set[int]] = {}
    for told in decide(things, persons, frame.now_ms, frame.calendar):
        wanted.setdefault(told.once, set()).add(told.account)
    return [one for one in things if one.once not in there or wanted.get(one.once, set()) - there[one.once]]


def store(work: Work, centre: Centre, things: list[Thing], frame: Frame) -> int:
    """Store alerts, who is told, and what programs are sent; returns how many alerts are new."""
    persons, programs = queries.persons(work), hooks.active(work)
    told: dict[str, list[Told]] = {}
    for one in decide(things, persons, frame.now_ms, frame.calendar):
        told.setdefault(one.once, []).append(one)
    names = {one.account: one.name for one in persons}
    made = 0
    for thing in things:
        alert, is_new = queries.add(work, thing, frame.now_ms)
        made += is_new
        shown = _alert(alert, thing, frame.now_ms)
        for hook in hooks_for(thing, programs):
            _post(work, centre, hook, shown, frame, ("", frame.now_ms))
        for one in told.get(thing.once, []):
            if queries.hand(work, alert, one, frame.now_ms) and one.message_at is not None:
                for hook in programs:
                    if hook.for_persons and fits(thing, hook):
                        _post(work, centre, hook, shown, frame, (names[one.account], one.message_at))
    return made


def _post(work: Work, centre: Centre, hook: Hook, alert: Alert, frame: Frame, to: tuple[str, int]) -> None:
    receiver, at = to
    body = body_of(alert, frame.name, centre.settings.public_base, receiver)
    hooks.put(work, hook.id, alert.id, receiver, body, (frame.now_ms, at))


def _alert(alert: int, thing: Thing, at: int) -> Alert:
    return Alert(
        alert, thing.kind, thing.office, thing.unit, thing.counter, thing.case, thing.device, *thing.limit,
        thing.base, thing.tenths, thing.since, at, thing.about,
    )  # fmt: skip
