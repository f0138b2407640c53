"""Which release the centre wishes for each kiosk: the newest step of the rollout decides."""

from hashlib import sha256
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from server.tables import rollout_steps

CANARY: Final = "canary"
TENTH: Final = "tenth"
ALL: Final = "all"
STAGES: Final = (CANARY, TENTH, ALL)
SHARE: Final = 10
"""Of a hundred kiosks, how many the second stage has."""


class Step(msgspec.Struct, frozen=True):
    """One step of a rollout; the newest is in force. previous: what everybody else is wished, "" for nothing.

    canaries: ids of the kiosks that were chosen to go first.
    """

    version: str
    previous: str
    stage: str
    is_paused: bool
    canaries: list[str]
    at: int
    actor: str


def share_of(device: str) -> int:
    """Return a kiosk's place among a hundred: always the same one.

    >>> share_of("ks-000001")
    42
    """
    return int.from_bytes(sha256(device.encode()).digest()[:4], "big") % 100


def is_in_stage(step: Step, device: str) -> bool:
    """Return whether a kiosk belongs to the stage reached."""
    return step.stage == ALL or device in step.canaries or (step.stage == TENTH and share_of(device) < SHARE)


def wished(step: Step | None, device: str) -> str:
    """Return the release wished for a kiosk, "" for whichever it has. While a rollout is paused nobody new begins."""
    if step is None:
        return ""
    return step.version if is_in_stage(step, device) and not step.is_paused else step.previous


def steps(connection: Connection, most: int = 1) -> list[Step]:
    """Return the newest steps, the one in force first."""
    s = rollout_steps.c
    query = select(s.version, s.previous, s.stage, s.is_paused, s.canaries, s.at, s.actor)
    rows = connection.execute(query.order_by(s.id.desc()).limit(most)).all()
    return [Step(row[0], row[1], row[2], bool(row[3]), msgspec.json.decode(row[4]), row[5], row[6]) for row in rows]


def step_now(connection: Connection) -> Step | None:
    """Return the step in force, or None before any release was offered."""
    return next(iter(steps(connection)), None)
