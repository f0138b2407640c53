"""Who is told what and when: reach, thresholds, quiet hours, digests; as facts and as properties."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.rules import ROLES, May
from server.alerts import measures, rules
from server.alerts.kinds import KINDS, Hook, Person, Quiet, Thing, Wants
from server.alerts.measures import Lows, Place, Share, Silence
from server.alerts.rules import MINUTE_MS, decide, due_ms, moment_ms
from server.offices.calendar import is_working
from survey.enrolment import Hours
from survey.local_time import local_date, local_words

SATURDAY = date(2026, 11, 21)
FRIDAY, MONDAY = SATURDAY - timedelta(days=1), SATURDAY + timedelta(days=2)
TEN = moment_ms(FRIDAY, 600)
PLACE = Place("xa.tt", "xa.q1", frozenset({"xa.q1", "xa.tt", "xa", "tq"}))
CASE = Thing("opened 7", "case_opened", "xa.tt", "xa.tt", "xa.q1", PLACE.line, case=7)
ADMIN = ROLES["admin"].may


def someone(unit: str | None = "xa", role: str = "leader", **wants: object) -> Person:
    every = {"kinds": tuple(KINDS), "mailbox": "lan@xa.example"}
    return Person(1, "lan", unit, ROLES[role].may, msgspec.convert(every | wants, Wants))


def mail_at(kind: str = "case_opened", at_ms: int = TEN, **wants: object) -> str:
    return local_words(due_ms(kind, someone(**wants).wants, at_ms, {}))


def test_whoever_asks_for_it_in_their_unit_is_told_at_once():
    (told,) = decide([CASE], [someone()], TEN, {})
    assert (told.once, told.account, told.mail_at, told.message_at) == ("opened 7", 1, TEN, None)


@pytest.mark.parametrize(
    "person",
    [
        someone("phuong"),
        someone(role="technician"),
        someone(kinds=("case_late",)),
        someone("tq", units=("phuong",)),
    ],
    ids=["another unit", "no right to cases", "not asked for", "another of their units"],
)
def test_nobody_else_is_told(person):
    assert decide([CASE], [person], TEN, {}) == []


def test_the_same_thing_twice_is_told_once():
    assert len(decide([CASE, CASE], [someone(), someone()], TEN, {})) == 1


def test_without_a_mailbox_only_the_page_tells():
    (told,) = decide([CASE], [someone(mailbox="", is_messaged=True)], TEN, {})
    assert (told.mail_at, told.message_at) == (None, TEN)


def test_only_ones_own_threshold_counts():
    thing = msgspec.structs.replace(CASE, kind="low_grades", limit=(5, 0))
    assert decide([thing], [someone()], TEN, {})
    assert decide([thing], [someone(low_n=6)], TEN, {}) == []


def test_quiet_hours_and_days_off_put_mail_off_and_priority_breaks_through():
    assert mail_at(at_ms=moment_ms(date(2026, 12, 1), 19 * 60)) == "02/12/2026 07:00"
    assert mail_at(at_ms=moment_ms(MONDAY, 60)) == "23/11/2026 07:00"
    assert mail_at(at_ms=moment_ms(FRIDAY, 18 * 60)) == "23/11/2026 07:00"
    assert mail_at("case_priority", moment_ms(SATURDAY, 60)) == "21/11/2026 01:00"
    assert mail_at("case_priority", moment_ms(SATURDAY, 60), through=()) == "23/11/2026 07:00"


def test_tet_is_quiet_until_people_are_back():
    assert mail_at(at_ms=moment_ms(date(2027, 2, 5), 600)) == "11/02/2027 07:00"


def test_digests_wait_for_the_hour_or_the_morning():
    assert mail_at(at_ms=TEN + 60_000, pace="hour") == "20/11/2026 11:00"
    assert mail_at(at_ms=TEN, pace="day") == "23/11/2026 07:30"
    assert mail_at(at_ms=moment_ms(MONDAY, 7 * 60), pace="day") == "23/11/2026 07:30"
    assert mail_at(at_ms=TEN, pace="day", quiet={"begin": 0, "end": 0, "has_days_off": False}) == "21/11/2026 07:30"


def test_a_calendar_without_working_days_holds_nothing_back_for_ever():
    off = {FRIDAY + timedelta(days=step): False for step in range(800)}
    assert due_ms("case_opened", someone(pace="day").wants, TEN, off) >= TEN


WANTS = st.builds(
    Wants, kinds=st.lists(st.sampled_from(sorted(KINDS)), unique=True).map(tuple),
    units=st.lists(st.sampled_from(["xa", "tq", "phuong"]), unique=True).map(tuple),
    mailbox=st.sampled_from(["", "a@b"]), pace=st.sampled_from(["once", "hour", "day"]),
    is_messaged=st.booleans(), quiet=st.builds(Quiet, st.integers(0, 1439), st.integers(0, 1439), st.booleans()),
    through=st.lists(st.sampled_from(sorted(KINDS)), unique=True).map(tuple),
)  # fmt: skip
PERSONS = st.lists(
    st.builds(
        Person, st.integers(1, 5), st.just("lan"), st.sampled_from([None, "xa", "phuong"]),
        st.sampled_from([role.may for role in ROLES.values()]), WANTS,
    ),
    max_size=5,
)  # fmt: skip
THINGS = st.lists(
    st.builds(
        Thing, st.sampled_from(["a", "b", "c"]), st.sampled_from(sorted(KINDS)), st.just("xa.tt"), st.just("xa.tt"),
        st.just("xa.q1"), st.sampled_from([PLACE.line, frozenset({"phuong", "tq"})]),
    ),
    max_size=5,
)  # fmt: skip
MOMENTS = st.integers(moment_ms(date(2026, 1, 1), 0), moment_ms(date(2027, 12, 31), 0))
CALENDARS = st.dictionaries(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.booleans(), max_size=5)


@given(THINGS, PERSONS, MOMENTS, CALENDARS)
def test_each_person_is_told_each_thing_at_most_once_and_only_what_they_may_see(things, persons, now_ms, calendar):
    told = decide(things, persons, now_ms, calendar)
    assert len({(one.once, one.account) for one in told}) == len(told)
    for one in told:
        assert any(
            thing.once == one.once and person.account == one.account and KINDS[thing.kind].needs in person.allowed
            and thing.kind in person.wants.kinds and (person.unit is None or person.unit in thing.line)
            for thing in things for person in persons
        )  # fmt: skip


@given(st.sampled_from(sorted(KINDS)), WANTS, MOMENTS, CALENDARS)
def test_what_is_sent_is_never_early_and_never_in_the_quiet(kind, wants, now_ms, calendar):
    at = due_ms(kind, wants, now_ms, calendar)
    assert at >= now_ms
    if kind in wants.through:
        assert at == now_ms
    else:
        assert rules.quiet_end_ms(wants.quiet, at, calendar) is None
        if wants.pace == "once" and rules.quiet_end_ms(wants.quiet, now_ms, calendar) is None:
            assert at == now_ms


@given(WANTS, MOMENTS, st.integers(0, 10 * 86_400_000), CALENDARS)
def test_what_comes_later_is_not_sent_earlier(wants, now_ms, later_ms, calendar):
    quiet = msgspec.structs.replace(wants, through=())
    first, second = (due_ms("case_opened", quiet, at, calendar) for at in (now_ms, now_ms + later_ms))
    assert first <= second


def test_a_program_is_told_of_its_kinds_in_its_units_by_the_usual_thresholds():
    inside, outside, other = Hook("a", ("case_opened",), "xa"), Hook("b", ("case_opened",), "phuong"), Hook("c", ())
    persons = Hook("d", ("case_opened",), None, for_persons=True)
    assert rules.hooks_for(CASE, [inside, outside, other, persons]) == [inside]
    own = msgspec.structs.replace(CASE, kind="low_grades", limit=(9, 30))
    assert rules.hooks_for(own, [Hook("e", ("low_grades",))]) == []


# ---- measures ------------------------------------------------------------------------------------------


def lows(*samples: tuple[int, int]) -> list[Lows]:
    return [Lows(PLACE, samples)]


def low_once(samples: list[Lows], *limits: tuple[int, int], now_ms: int = TEN, least: int = 5) -> list[str]:
    return [one.once for one in measures.low_things(samples, limits, FRIDAY, now_ms, least)]


def test_low_grades_of_a_day_are_told_at_the_threshold_and_at_each_multiple():
    assert low_once(lows((TEN, 4)), (5, 0)) == []
    assert low_once(lows((TEN, 5)), (5, 0)) == low_once(lows((TEN, 9)), (5, 0)) == ["low xa.q1 2026-11-20 5/0 1"]
    assert low_once(lows((TEN, 10)), (5, 0)) == ["low xa.q1 2026-11-20 5/0 2"]


def test_low_grades_within_minutes_count_what_came_in_them():
    samples = lows((TEN - 90 * MINUTE_MS, 3), (TEN - 40 * MINUTE_MS, 6), (TEN, 9))
    assert low_once(samples, (5, 30)) == []
    assert low_once(samples, (5, 60)) == ["low xa.q1 2026-11-20 5/60 1"]


def test_a_threshold_below_the_smallest_cell_is_taken_as_the_smallest_cell():
    assert low_once(lows((TEN, 4)), (2, 0)) == []
    (thing,) = measures.low_things(lows((TEN, 5)), [(2, 0)], FRIDAY, TEN, 5)
    assert (thing.base, thing.limit) == (5, (2, 0))


@given(st.lists(st.integers(1, 30), min_size=1, max_size=40), st.integers(1, 10), st.integers(0, 120))
def test_a_counter_is_told_no_oftener_than_its_low_grades_allow(gains, n, minutes):
    samples, told = [], set()
    for step, gain in enumerate(gains):
        samples.append((TEN + step * MINUTE_MS, (samples[-1][1] if samples else 0) + gain))
        told |= set(low_once([Lows(PLACE, tuple(samples))], (n, minutes), now_ms=samples[-1][0], least=1))
    assert len(told) <= samples[-1][1] // n
    if max(gains) >= n:
        assert told


def test_a_share_is_told_below_the_threshold_on_enough_answers_and_never_of_a_small_cell():
    def told(satisfied: int, base: int, *limits: tuple[int, int], least: int = 5) -> list[tuple[int, int]]:
        found = measures.share_things([Share(PLACE, satisfied, base)], limits, FRIDAY, least)
        return [(one.base, one.tenths) for one in found]

    assert told(7, 10, (70, 10)) == []
    assert told(6, 10, (70, 10)) == [(10, 600)]
    assert told(6, 9, (70, 10)) == []
    assert told(0, 4, (70, 1)) == []
    assert told(1, 6, (70, 1)) == [(6, 167)]


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 100), st.integers(1, 60), st.integers(1, 20))
def test_no_alert_ever_tells_a_base_below_the_smallest_cell(satisfied, more, percent, base, least):
    share = Share(PLACE, satisfied, satisfied + more)
    for thing in measures.share_things([share], [(percent, base)], FRIDAY, least):
        assert thing.base >= least
        assert thing.tenths <= 1000


def test_a_kiosk_is_silent_by_the_minutes_its_counter_was_open():
    evening, morning = moment_ms(FRIDAY, 17 * 60), moment_ms(MONDAY, 8 * 60 + 29)
    assert measures.open_minutes((), {}, evening, morning) == 59
    assert measures.open_minutes((), {}, moment_ms(FRIDAY, 11 * 60), moment_ms(FRIDAY, 14 * 60)) == 60
    assert measures.open_minutes((), {MONDAY: False}, evening, morning) == 0
    own = [Hours(6, "08:00", "10:00")]
    assert measures.open_minutes(own, {SATURDAY: True}, evening, moment_ms(SATURDAY, 600)) == 120
    assert not measures.is_open((), {}, moment_ms(FRIDAY, 12 * 60))
    assert measures.is_open((), {}, moment_ms(FRIDAY, 450))


@given(MOMENTS, st.integers(0, 40 * 86_400_000), CALENDARS)
def test_opening_minutes_are_none_on_days_off_and_no_more_than_the_time(since_ms, span_ms, calendar):
    minutes = measures.open_minutes((), calendar, since_ms, since_ms + span_ms)
    assert 0 <= minutes <= span_ms // MINUTE_MS
    days = {local_date(since_ms) + timedelta(days=step) for step in range(span_ms // 86_400_000 + 2)}
    if not any(is_working(calendar, day) for day in days):
        assert minutes == 0


def test_a_silence_is_one_alert_however_many_thresholds_it_passes_and_none_while_closed():
    silence = Silence(PLACE, "ks-000001", TEN, 61, is_open=True)
    told = measures.silence_things([silence], [(30, 0), (60, 0), (90, 0)])
    assert {one.once for one in told} == {f"silent ks-000001 {TEN}"}
    assert [one.limit for one in told] == [(30, 0), (60, 0)]
    assert measures.silence_things([msgspec.structs.replace(silence, is_open=False)], [(30, 0)]) == []


def test_every_kind_needs_a_right_that_some_role_besides_the_administrator_has():
    others = frozenset[May]().union(*(role.may for role in ROLES.values() if role.id != "admin"))
    assert {kind.needs for kind in KINDS.values()} <= others
