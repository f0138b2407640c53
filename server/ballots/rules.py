"""How a ballot is judged, dated, laned and laid out as a row; pure: no database, no clock of its own."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import msgspec

from survey import chain, wire
from survey.ballot import Answer, Ballot, Channel, Consent, Flag, Status
from survey.batch import Entry, Fix, Head, Hole
from survey.instant import from_instant, to_instant
from survey.local_time import local_date, local_hour
from survey.qr_token import Lane
from survey.questionnaire import Questionnaire, Rules, faults, rules_of

AHEAD_MS: Final = 300_000
"""How far in the future a ballot's time may be before it is set back to its arrival."""

BIRTH: Final = "2024-01-01T00:00:00.000Z"
"""No ballot was cast before the product was; an older clock was not right, whatever it claims."""

BIRTH_MS: Final = from_instant(BIRTH)
CLAMPED: Final = "clamped"
FOREIGN: Final = "foreign"
ABSENT, NOT_APPLICABLE = "-", "n"
PLACES: Final = ("1", "2", "3", "4", "5", NOT_APPLICABLE)

_INSTANT: Final = re.compile(r"\d{4}-(0\d|1[0-2])-[0-3]\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z")
_LETTERS: Final[dict[Any, str]] = {1: "1", 2: "2", 3: "3", 4: "4", 5: "5", "na": NOT_APPLICABLE}


class Known(msgspec.Struct, frozen=True):
    """A published questionnaire made ready: its rules and questions in order; how plain answers are laid out.

    letters: each question's letter by level. spent: the form that milliseconds are written in, `%d,%d,%d`.
    overall: the place of the overall question in order.
    """

    rules: Rules
    order: tuple[str, ...]
    letters: tuple[dict[Any, str], ...]
    spent: str
    overall: int = 0


def known(questionnaire: Questionnaire) -> Known:
    """Return a questionnaire made ready to judge many ballots."""
    rules = rules_of(questionnaire)
    order = tuple(question.id for question in questionnaire.questions)
    letters = tuple({level: _LETTERS[level] for level in rules.levels[asked]} for asked in order)
    overall = order.index(questionnaire.quick_question) if questionnaire.quick_question in order else len(order) - 1
    return Known(rules, order, letters, ",".join(["%d"] * len(order)), overall)


class Prepared(msgspec.Struct, frozen=True, gc=False):
    """One entry of a batch, looked at on its own. ballot: None where it cannot be counted; code and words say why.

    levels, ms: the answers as they are stored.
    """

    seq: int
    leaf: bytes
    raw: bytes
    ballot: Ballot | None = None
    order: tuple[str, ...] = ()
    levels: str = ""
    ms: str = ""
    code: str = ""
    words: str = ""
    ballot_id: bytes | None = None
    questionnaire: str | None = None
    overall: int = 0


def may_ask(entry: Prepared) -> bool:
    """Return whether a ballot may ask for someone's attention: words, reasons, or a low overall grade."""
    ballot = entry.ballot
    return ballot is not None and (
        ballot.sealed is not None or bool(ballot.reasons) or entry.levels[entry.overall] in "12"
    )


def prepare(entry: Entry, questionnaires: Mapping[str, Known]) -> Prepared:
    """Return an entry decoded, its leaf compared with the stated one and its answers held against its questionnaire."""
    stated = bytes.fromhex(entry.leaf)
    raw = bytes(entry.ballot)
    if b"\\" in raw and b"\\u0000" in raw:  # one byte is found ten times faster, and few ballots have it
        return Prepared(entry.seq, stated, raw, code="not_a_ballot", words="a NUL character is not text")
    try:
        ballot = wire.decode(raw, Ballot)
        computed = chain.leaf(ballot)
    except (wire.WireError, UnicodeEncodeError) as error:
        return Prepared(entry.seq, stated, raw, code="not_a_ballot", words=_short(str(error)))
    ballot_id = ballot.id.bytes
    if computed != stated:
        words = "the stated leaf is not that of the ballot"
        return Prepared(entry.seq, stated, raw, code="leaf_mismatch", words=words, ballot_id=ballot_id)
    asked = questionnaires.get(ballot.questionnaire)
    if asked is None:
        words = _short(f"{ballot.questionnaire} is not published here")
        return Prepared(
            entry.seq, stated, raw, code="unknown_questionnaire", words=words, ballot_id=ballot_id,
            questionnaire=ballot.questionnaire,
        )  # fmt: skip
    texts = _plain_texts(ballot, asked)
    if texts is None:
        wrong = faults(ballot, asked.rules)
        if wrong:
            return Prepared(entry.seq, stated, raw, code=wrong[0][0], words=wrong[0][1], ballot_id=ballot_id)
        texts = answer_texts(ballot.answers, asked.order)
    return Prepared(entry.seq, stated, raw, ballot, asked.order, *texts, ballot_id=ballot_id,
                    questionnaire=asked.rules.ref, overall=asked.overall)  # fmt: skip


def _plain_texts(ballot: Ballot, asked: Known) -> tuple[str, str] | None:
    """Return the answer texts of a ballot that can have no fault, None where `faults` must look.

    Most ballots are such: complete, with neither reasons nor context. Then one pass both checks and lays out.
    """
    answers = ballot.answers
    if (
        ballot.status is not Status.COMPLETE
        or len(answers) != len(asked.order)
        or ballot.reasons
        or ballot.context
        or (ballot.sealed is None) != (ballot.sealed_salt is None)
    ):
        return None
    try:
        given = [answers[question] for question in asked.order]
        levels = "".join([letters[answer.level] for letters, answer in zip(asked.letters, given, strict=True)])
    except KeyError:  # a question that is not asked, or a level it does not have
        return None
    return levels, asked.spent % tuple([answer.ms for answer in given])


def _short(words: str) -> str:
    return words.replace("\x00", "")[:60]


class Walk(msgspec.Struct, frozen=True):
    """A batch held against its stream's chain.

    fresh: entries above upto, each with its link. old: entries at or below. holes: declared holes that were passed.
    upto, head: where the chain ends. trouble: "" or why nothing of the batch may be stored.
    """

    fresh: list[tuple[Prepared, bytes]]
    old: list[Prepared]
    holes: list[Hole]
    upto: int
    head: bytes
    trouble: str = ""


def walk(upto: int, head: bytes, entries: Sequence[Prepared], gone: Iterable[Hole], claimed: Head) -> Walk:
    """Return a batch's walk along the chain from (upto, head), over stated leaves and declared holes.

    Where every entry is old, each is held against what is stored at its place, so the head is left aside.

    claimed: the batch's own head; what is new must end exactly there. trouble is `gap`, `chain_mismatch` or "".
    """
    start, start_head = upto, head
    fresh: list[tuple[Prepared, bytes]] = []
    old: list[Prepared] = []
    passed: list[Hole] = []
    holes = sorted((hole for hole in gone if hole.last > upto), key=lambda hole: hole.first)

    def pass_holes() -> None:
        nonlocal upto, head
        while holes and holes[0].first <= upto + 1:
            hole = holes.pop(0)
            if hole.last > upto:
                upto, head = hole.last, bytes.fromhex(hole.link)
                passed.append(hole)

    last_seq = 0
    for entry in entries:
        if entry.seq <= last_seq:
            return Walk([], [], [], start, start_head, "chain_mismatch")
        last_seq = entry.seq
        if entry.seq <= start:
            old.append(entry)
            continue
        if entry.seq != upto + 1:
            pass_holes()
        if entry.seq <= upto:
            old.append(entry)
            continue
        if entry.seq != upto + 1:
            return Walk([], [], [], start, start_head, "gap")
        head = chain.link(head, entry.seq, entry.leaf)
        upto = entry.seq
        fresh.append((entry, head))
    if claimed.seq > upto:
        pass_holes()
    if claimed.seq > upto:
        return Walk([], [], [], start, start_head, "ahead" if not entries else "gap")
    is_forked_only = upto == start and entries
    if upto > start and claimed.seq != upto:
        return Walk([], [], [], start, start_head, "chain_mismatch")
    if claimed.seq == upto and not is_forked_only and bytes.fromhex(claimed.link) != head:
        return Walk([], [], [], start, start_head, "chain_mismatch")
    return Walk(fresh, old, passed, upto, head)


class Moment(msgspec.Struct, frozen=True, gc=False):
    """When a ballot was cast, as well as it is known. day: local. hour: None where not dated."""

    day: str
    hour: int | None
    is_dated: bool
    mark: str = ""


@lru_cache(maxsize=4096)
def _local(utc_hour: str) -> Moment:
    return moment_of(from_instant(f"{utc_hour}:00:00.000Z"))


def moment_of(utc_ms: int) -> Moment:
    """Return the local day and hour of a Unix time in milliseconds."""
    return Moment(local_date(utc_ms).isoformat(), local_hour(utc_ms), True)


class Arrival(msgspec.Struct, frozen=True):
    """What dating needs to know of an arrival: now, and the proven times of each boot."""

    now_ms: int
    limit: str
    day: str
    fixes: dict[int, list[tuple[int, int]]]


def arrival(now_ms: int, fixes: Iterable[tuple[int, int, int]]) -> Arrival:
    """Return an arrival. fixes: (boot, mono_ms, utc_ms) of the device, sent along or stored before."""
    by_boot: dict[int, list[tuple[int, int]]] = {}
    for boot, mono_ms, utc_ms in fixes:
        by_boot.setdefault(boot, []).append((mono_ms, utc_ms))
    return Arrival(now_ms, to_instant(now_ms + AHEAD_MS), local_date(now_ms).isoformat(), by_boot)


def utc_of_fix(fix: Fix) -> int | None:
    """Return a fix's Unix time in milliseconds, or None if it names no real moment."""
    try:
        return from_instant(fix.utc)
    except ValueError:
        return None


def when(ballot: Ballot, here: Arrival) -> Moment:
    """Return when a ballot was cast; never refuses one for its time.

    exact clock: the wall clock, set back to the arrival if it is over 5 minutes ahead of it.
    unproven clock: counted from a proven time of the same boot; without one from the boots around it, if they leave
    one day only; else the day of arrival, not dated.
    """
    if ballot.clock == "exact" and ballot.wall >= BIRTH and _INSTANT.fullmatch(ballot.wall):
        if ballot.wall > here.limit:
            return _clamped(here)
        try:
            return _local(ballot.wall[:13])
        except ValueError:
            return Moment(here.day, None, False)
    near = here.fixes.get(ballot.boot)
    if near:
        mono_ms, utc_ms = min(near, key=lambda fix: abs(fix[0] - ballot.mono_ms))
        cast_ms = utc_ms - (mono_ms - ballot.mono_ms)
        if cast_ms > here.now_ms + AHEAD_MS:
            return _clamped(here)
        if cast_ms >= BIRTH_MS:
            return moment_of(cast_ms)
        return Moment(here.day, None, False)
    return between(here, ballot.boot) or Moment(here.day, None, False)


def between(here: Arrival, boot: int) -> Moment | None:
    """Return when a boot without a proven time of its own was, or None if the boots around it leave several days.

    After the last proven time of an earlier boot, before a later boot began or the ballots arrived.
    Source: order by boot holds whatever the clock says.
    """
    earlier = [utc_ms for other, times in here.fixes.items() if other < boot for _, utc_ms in times]
    began = [utc_ms - mono_ms for other, times in here.fixes.items() if other > boot for mono_ms, utc_ms in times]
    lowest, highest = max(earlier, default=0), min([*began, here.now_ms])
    if not BIRTH_MS <= lowest <= highest:
        return None
    first, last = moment_of(lowest), moment_of(highest)
    if first.day != last.day:
        return None
    return first if first.hour == last.hour else Moment(first.day, None, True)


def _clamped(here: Arrival) -> Moment:
    now = moment_of(here.now_ms)
    return Moment(now.day, now.hour, True, CLAMPED)


def kiosk_lane(ballot: Ballot, sender: str) -> Lane:
    """Return the lane of a ballot a kiosk sent: its own touches and buttons, or quarantine for anything else."""
    is_own = ballot.device == sender and ballot.channel in (Channel.TOUCH, Channel.BUTTON)
    return Lane.KIOSK if is_own else Lane.QUARANTINE


def levels_text(answers: Mapping[str, Answer], order: Sequence[str]) -> str:
    """Return answers as one character a question: 1–5, n for NA, - for absent."""
    return answer_texts(answers, order)[0]


def answer_texts(answers: Mapping[str, Answer], order: Sequence[str]) -> tuple[str, str]:
    """Return (levels, milliseconds) as they are stored: a character a question, and numbers with commas between."""
    given = [answers.get(asked) for asked in order]
    if None not in given:
        levels = "".join([_LETTERS[answer.level] for answer in given])  # type: ignore[union-attr]
        return levels, ",".join([str(answer.ms) for answer in given])  # type: ignore[union-attr]
    levels = "".join([ABSENT if answer is None else _LETTERS[answer.level] for answer in given])
    return levels, ",".join(["" if answer is None else str(answer.ms) for answer in given])


def answers_of(levels: str, ms: str, order: Sequence[str]) -> dict[str, Answer]:
    """Return the answers that `answer_texts` wrote."""
    found: dict[str, Answer] = {}
    for asked, letter, spent in zip(order, levels, ms.split(","), strict=True):
        if letter != ABSENT:
            found[asked] = Answer("na" if letter == NOT_APPLICABLE else int(letter), int(spent))
    return found


def counts_by_question(levels: Sequence[str], ms: Sequence[str], questions: int) -> list[list[int]]:
    """Return n1…n5, NA and summed milliseconds of each question over ballots given as their stored texts.

    Counts by columns: the k-th letters of all ballots lie `questions` apart in the joined text.
    """
    letters = "".join(levels)
    spent = ",".join(ms).split(",")
    found: list[list[int]] = []
    for at in range(questions):
        column = letters[at::questions]
        total = sum(map(int, filter(None, spent[at::questions])))
        found.append([*map(column.count, PLACES), total])
    return found


def leaf_of_row(row: Mapping[str, Any], device: str, order: Sequence[str]) -> bytes:
    """Return the leaf of a stored ballot, computed again from its columns.

    row: the columns of ballots. device: its stream's. order: the questionnaire's question ids.
    """
    ballot = ballot_of_row(row, device, order)
    sealed = bytes(row["sealed_digest"]) if row["sealed_digest"] is not None else chain.NOTHING_SEALED
    return chain.leaf_of_parts(chain.answers_digest(ballot), sealed, chain.meta_bytes(ballot))


def ballot_of_row(row: Mapping[str, Any], device: str, order: Sequence[str]) -> Ballot:
    """Return a stored ballot as it was cast, but for its place in the stream and what was erased since."""
    return Ballot(
        id=UUID(bytes=bytes(row["id"])),
        device=row["cast_by"] or device,
        stream="0" * 32,
        seq=row["seq"],
        boot=row["boot"],
        mono_ms=row["mono_ms"],
        wall=row["wall"],
        clock=row["clock"],
        questionnaire=row["questionnaire"],
        layout=row["layout"],
        lang=row["lang"],
        channel=Channel(row["channel"]),
        status=Status(row["status"]),
        answers=answers_of(row["levels"], row["ms"], order),
        answers_salt=bytes(row["answers_salt"]),
        reasons=wire.decode(row["reasons"], dict[str, list[str]]) if row["reasons"] else {},
        context=wire.decode(row["context"], dict[str, str]) if row["context"] else {},
        sealed=bytes(row["sealed"]) if row["sealed"] is not None else None,
        sealed_salt=bytes(row["sealed_salt"]) if row["sealed_salt"] is not None else None,
        consent=wire.decode(row["consent"], Consent) if row["consent"] else None,
        flags=[Flag(flag) for flag in row["flags"].split()],
        codes=msgspec.UNSET if row["codes"] is None else [int(place) for place in row["codes"].split()],
    )
