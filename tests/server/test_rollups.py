"""The wider and finer rollups: equal to a count straight over the ballots, whatever came in, on both databases."""

import json
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.ballots.recount import complete, rebuild
from server.ballots.sums import TABLES
from server.ballots.verify import verify
from survey.ballot import Answer, Channel, Status
from tests.kiosk_double import QUESTIONS

WALLS = st.sampled_from(
    ["2026-11-19T01:10:00.000Z", "2026-11-20T04:59:00.000Z", "2026-11-20T05:00:00.000Z", "2026-11-10T17:30:00.000Z"]
)
LEVELS = st.dictionaries(st.sampled_from(QUESTIONS), st.integers(1, 5), min_size=1)
SEVERAL = st.lists(st.tuples(WALLS, LEVELS, st.sampled_from(["", "ho_tich", "dat_dai"])), max_size=8)


def cast(kiosk, wall, levels, field):
    status = Status.COMPLETE if len(levels) == len(QUESTIONS) else Status.PARTIAL
    answers = {question: Answer(level, 1000) for question, level in levels.items()}
    return kiosk.cast(wall=wall, answers=answers, status=status, context={"field": field} if field else {})


def counted_straight(rows):
    """Return the heat map, the halves, the fields and the stops as a plain walk over ballots finds them."""
    hours, halves, fields, stops = Counter(), Counter(), Counter(), Counter()
    told = rows("SELECT day, hour, counter_id, levels, context, status FROM ballots WHERE is_dated")
    for day, hour, counter, levels, context, status in told:
        hours[str(day), hour] += 1
        halves[str(day), "am" if hour < 12 else "pm", counter, levels.count("5")] += 1
        fields[json.loads(context or "{}").get("field", "")] += 1
        if status == "partial":
            stops[QUESTIONS[max(place for place, letter in enumerate(levels) if letter != "-")]] += 1
    del fields[""]
    return hours, halves, fields, stops


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SEVERAL)
def test_every_rollup_equals_a_count_straight_over_the_ballots(kiosk, centre, rows, several):
    kiosk.send([cast(kiosk, *one) for one in several])
    hours, halves, fields, stops = counted_straight(rows)
    assert {(str(a), b): n for a, b, n in rows("SELECT day, hour, sum(n) FROM rollup_hours GROUP BY 1, 2")} == hours
    assert {(str(a), b): n for a, b, n in rows("SELECT day, hour, sum(n) FROM whole_hours GROUP BY 1, 2")} == hours
    in_all = Counter()
    for (day, part, counter, fives), n in halves.items():
        in_all[day, part, counter] += fives * n
    grouped = rows("SELECT day, part, counter_id, sum(n5 + g5) FROM rollup_halves GROUP BY 1, 2, 3")
    assert {(str(a), b, c): n for a, b, c, n in grouped} == in_all
    assert dict(rows("SELECT field, sum(n) FROM rollup_fields GROUP BY 1")) == fields
    assert dict(rows("SELECT question, sum(n) FROM rollup_stops GROUP BY 1")) == stops
    assert centre.writer.run(verify).faults == []


def test_noon_is_the_afternoon_and_midnight_belongs_to_the_new_day(kiosk, rows):
    walls = ("2026-11-20T04:59:59.000Z", "2026-11-20T05:00:00.000Z", "2026-11-10T17:00:00.000Z")
    kiosk.send([kiosk.cast(wall=wall) for wall in walls])
    told = rows("SELECT day, part FROM rollup_halves ORDER BY day, part")
    assert [(str(day), part) for day, part in told] == [
        ("2026-11-11", "am"),
        ("2026-11-20", "am"),
        ("2026-11-20", "pm"),
    ]
    assert [str(row[0]) for row in rows('SELECT DISTINCT "first" FROM tenday_ballots ORDER BY 1')] == ["2026-11-11"]


def test_undated_ballots_have_no_hour_but_count_in_their_third_of_the_month(kiosk, rows):
    kiosk.send([kiosk.cast(clock="unproven", wall="2026-01-01T00:00:00.000Z") for _ in range(3)])
    assert rows("SELECT count(*) FROM rollup_hours") == rows("SELECT count(*) FROM rollup_halves")
    assert rows("SELECT sum(n) FROM tenday_ballots") == [(3,)]


def test_a_recount_makes_the_same_rollups_and_fills_new_ones_once(kiosk, centre, rows):
    kiosk.send([kiosk.cast() for _ in range(4)])
    quick = {"answers": {"overall": Answer(1, 5)}, "status": Status.QUICK, "channel": Channel.BUTTON}
    kiosk.send([kiosk.cast(**quick)])
    before = {table: sorted(map(str, rows(f"SELECT * FROM {table}"))) for table in TABLES}
    assert centre.writer.run(complete) == 0
    for table in TABLES:
        centre.writer.run(lambda work, table=table: work.run(f"DELETE FROM {table}"))
    assert centre.writer.run(complete) == 5
    assert {table: sorted(map(str, rows(f"SELECT * FROM {table}"))) for table in TABLES} == before
    assert centre.writer.run(rebuild) == 5
    assert centre.writer.run(verify).faults == []
