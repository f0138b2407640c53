"""Valid values to build a test from by changing one thing; and the strategies hypothesis draws them with."""

from typing import Any
from uuid import UUID

import msgspec
from hypothesis import strategies as st

from survey.ballot import Answer, Ballot, Channel, Flag, Status, ballot_id
from survey.instant import to_instant
from survey.questionnaire import Questionnaire, bundled

DEVICE = "k-0001"
STREAM = "00112233445566778899aabbccddeeff"
NOON_MS = 1_795_233_600_000
"""2026-11-21T04:00:00Z, 11:00 in Hà Nội."""


def a_questionnaire() -> Questionnaire:
    """The nine questions."""
    return bundled()


def a_ballot(seq: int = 1, **changes: Any) -> Ballot:
    """A complete touch ballot, all satisfied, with one thing changed."""
    answers = {question.id: Answer(4, 1500) for question in bundled().questions}
    ballot = Ballot(
        id=UUID(int=seq << 64 | 7 << 76 | 0b10 << 62),
        device=DEVICE,
        stream=STREAM,
        seq=seq,
        boot=3,
        mono_ms=60_000 + seq,
        wall=to_instant(NOON_MS + seq * 1000),
        clock="exact",
        questionnaire=bundled().ref,
        layout="l1-800x480",
        lang="vi",
        channel=Channel.TOUCH,
        status=Status.COMPLETE,
        answers=answers,
        answers_salt=seq.to_bytes(16),
    )
    return msgspec.structs.replace(ballot, **changes)


def _levels(question: Any) -> st.SearchStrategy[Any]:
    own = st.sampled_from(question.answer_scale().levels)
    return st.one_of(own, st.just("na")) if question.allow_na else own


@st.composite
def ballots(draw: st.DrawFn, seq: int = 1) -> Ballot:
    """Ballots that the questionnaire accepts, of every status."""
    questionnaire = bundled()
    status = draw(st.sampled_from(Status))
    asked = {
        Status.COMPLETE: questionnaire.questions,
        Status.QUICK: [questionnaire.questions[-1]],
        Status.PARTIAL: questionnaire.questions[: draw(st.integers(1, 8))],
    }[status]
    answers = {q.id: Answer(draw(_levels(q)), draw(st.integers(0, 90_000))) for q in asked}
    reasons = {
        q.id: draw(st.lists(st.sampled_from([r.id for r in q.follow_up.reasons]), max_size=3, unique=True))
        for q in asked
        if q.follow_up and q.asks_reasons(answers[q.id].level)
    }
    sealed = draw(st.one_of(st.none(), st.binary(min_size=49, max_size=300)))
    wall_ms = draw(st.integers(0, 4_000_000_000_000))
    return Ballot(
        id=ballot_id(wall_ms, draw(st.binary(min_size=14, max_size=14))),
        device=DEVICE,
        stream=STREAM,
        seq=seq,
        boot=draw(st.integers(0, 2**31)),
        mono_ms=draw(st.integers(0, 2**40)),
        wall=to_instant(wall_ms),
        clock=draw(st.sampled_from(["exact", "unproven"])),
        questionnaire=questionnaire.ref,
        layout=draw(st.sampled_from(["l1-800x480", "l1-720x1280"])),
        lang=draw(st.sampled_from(["vi", "en"])),
        channel=draw(st.sampled_from(Channel)),
        status=status,
        answers=answers,
        answers_salt=draw(st.binary(min_size=16, max_size=16)),
        reasons={key: chosen for key, chosen in reasons.items() if chosen},
        sealed=sealed,
        sealed_salt=None if sealed is None else draw(st.binary(min_size=16, max_size=16)),
        flags=draw(st.lists(st.sampled_from(Flag), max_size=3, unique=True)),
    )
