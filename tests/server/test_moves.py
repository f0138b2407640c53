"""A kiosk carried to another counter counts there from then on, and one that is replaced loses its right to send."""

from server.devices.enrol import make_code
from survey.batch import Fix, Health
from survey.instant import to_instant
from tests.kiosk_double import NOW_MS
from tests.server.conftest import COUNTER, ORIGIN, connect, csrf
from tests.server.test_units import send
from tests.server.test_units import undo as take_back

OTHER = "xa-tan-trao.q2"
HOUR_MS = 3_600_000


def act(client, device, **data):
    page = client.get(f"/thiet-bi/may/{device}")
    return client.post(f"/thiet-bi/may/{device}", data={"csrf": csrf(page)} | data, headers=ORIGIN)


def counters(rows):
    return [row[0] for row in rows("SELECT counter_id FROM ballots ORDER BY seq")]


def test_ballots_keep_the_counter_they_were_given_at(signed_in, kiosk, rows):
    entries = [kiosk.cast(wall=to_instant(NOW_MS - 60_000))]
    moved = act(signed_in, kiosk.device, act="move", quay=OTHER)
    assert (moved.status_code, "Đã chuyển" in moved.text) == (200, True)
    entries.append(kiosk.cast(wall=to_instant(NOW_MS + 60_000)))
    kiosk.send(entries)
    assert counters(rows) == [COUNTER, OTHER]
    assert kiosk.settings().counter.id == OTHER
    assert rows("SELECT action FROM audit WHERE action = 'device.move'") == [("device.move",)]
    assert dict(rows("SELECT counter_id, sum(n) FROM rollup_ballots GROUP BY counter_id")) == {COUNTER: 1, OTHER: 1}


def test_a_move_is_undone_and_what_was_counted_stays(signed_in, kiosk, rows):
    act(signed_in, kiosk.device, act="move", quay=OTHER)
    kiosk.send([kiosk.cast(wall=to_instant(NOW_MS + 1000))])
    assert "Đã hoàn tác" in act(signed_in, kiosk.device, act="undo").text
    kiosk.send([kiosk.cast(wall=to_instant(NOW_MS + 2000))])
    assert counters(rows) == [OTHER, COUNTER]
    assert "Không có lần chuyển nào" in act(signed_in, kiosk.device, act="undo").text


def test_a_ballot_without_a_proven_time_goes_by_its_hour(signed_in, kiosk, rows):
    act(signed_in, kiosk.device, act="move", quay=OTHER)
    fix = Fix(1, 10 * HOUR_MS, to_instant(NOW_MS), 100)
    early = kiosk.cast(clock="unproven", mono_ms=10 * HOUR_MS - 2 * HOUR_MS, wall="1970-01-01T00:00:00.000Z")
    late = kiosk.cast(clock="unproven", mono_ms=10 * HOUR_MS + 1000, wall="1970-01-01T00:00:00.000Z")
    kiosk.send([early, late], fixes=[fix])
    assert counters(rows) == [COUNTER, OTHER]


def test_a_counter_out_of_reach_or_the_same_moves_nothing(as_role, signed_in, kiosk, rows):
    local = as_role("technician", "xa-tan-trao")
    assert act(local, kiosk.device, act="move", quay="phuong-minh-xuan.q1").status_code == 422
    assert "đang ở quầy này rồi" in act(local, kiosk.device, act="move", quay=COUNTER).text
    assert rows("SELECT count(*) FROM device_moves") == [(0,)]


def replacing(centre, kiosk):
    return centre.writer.run(lambda work: make_code(work, COUNTER, 7, centre.now_ms(), "test", replaces=kiosk.device))


def test_the_old_kiosk_is_revoked_when_the_new_one_enrols(client, centre, kiosk, rows):
    code = replacing(centre, kiosk)
    assert rows("SELECT revoked_at FROM devices") == [(None,)]
    connect(client).enrol(code)
    assert rows("SELECT revoked_at IS NULL FROM devices ORDER BY id") == [(False,), (True,)]
    assert rows("SELECT subject FROM audit WHERE action = 'device.replace'") == [(kiosk.device,)]


def test_a_kiosk_that_still_holds_ballots_is_not_revoked_but_shown(signed_in, client, centre, kiosk, rows):
    kiosk.send(health=Health(queue=3))
    connect(client).enrol(replacing(centre, kiosk))
    assert rows("SELECT revoked_at FROM devices WHERE id = ?", kiosk.device) == [(None,)]
    assert "đã có máy thay, còn phiếu chưa gửi" in signed_in.get("/thiet-bi").text


def test_a_new_counter_a_kiosk_came_through_is_not_taken_back(signed_in, enrol):
    send(signed_in, "xa-tan-trao.ttpvhcc", "them", name_vi="Quầy số 9", code="TT.Q9", kind="counter", day="2025-08-01")
    kiosk = enrol()
    act(signed_in, kiosk.device, act="move", quay="tt.q9")
    act(signed_in, kiosk.device, act="move", quay=OTHER)
    refused = take_back(signed_in, "tt.q9")
    assert (refused.status_code, "đã có 2 lần chuyển ki-ốt" in refused.text) == (422, True)
