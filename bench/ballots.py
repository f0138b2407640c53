"""Ballots to measure with: complete, with random grades, as a kiosk casts them."""

import secrets
import time

from survey.ballot import Answer, Ballot, Channel, Status, ballot_id
from survey.instant import to_instant
from survey.questionnaire import bundled


def a_ballot(device: str, stream: str, seq: int, wall_ms: int) -> Ballot:
    """Return a complete touch ballot at a place of a stream. wall_ms: when it was cast, Unix milliseconds."""
    return Ballot(
        id=ballot_id(time.time_ns() // 1_000_000, secrets.token_bytes(14)),
        device=device,
        stream=stream,
        seq=seq,
        boot=1,
        mono_ms=60_000 + seq,
        wall=to_instant(wall_ms),
        clock="exact",
        questionnaire=bundled().ref,
        layout="l1-800x480",
        lang="vi",
        channel=Channel.TOUCH,
        status=Status.COMPLETE,
        answers={q.id: Answer(1 + secrets.randbelow(5), secrets.randbelow(9000)) for q in bundled().questions},
        answers_salt=secrets.token_bytes(16),
    )
