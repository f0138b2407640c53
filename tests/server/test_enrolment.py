"""Devices become known: one code, one device; what each is told about itself."""

import pytest

from server.devices.enrol import CodeError, make_code
from survey import qr_token, signature, wire
from survey.enrolment import EnrolRequest
from survey.problem import Problem
from survey.questionnaire import bundled
from tests.kiosk_double import NOW_MS
from tests.server.conftest import COUNTER, OFFICE, connect

DAY_MS = 86_400_000


def code(centre, counter=COUNTER, days=7):
    return centre.writer.run(lambda work: make_code(work, counter, days, centre.now_ms(), "test"))


def refused(kiosk, one_time):
    request = EnrolRequest(version=1, code=one_time, public_key=kiosk.public_key, nonce="0" * 32)
    status, _, answer = kiosk.post("/api/v1/enrolments", wire.encode(request), {"content-type": wire.CONTENT_TYPE})
    return status, wire.decode(answer, Problem).code


def test_a_code_enrols_one_device_at_its_counter(client, centre, rows):
    kiosk = connect(client)
    grant = kiosk.enrol(code(centre))
    assert (grant.device, grant.office["vi"]) == ("ks-000001", "Trung tâm Phục vụ hành chính công xã Tân Trào")
    assert rows("SELECT counter_id, number FROM devices") == [(COUNTER, 1)]
    assert rows("SELECT epoch FROM centre") == [(grant.epoch,)]


def test_a_lost_answer_is_given_again_to_the_same_key(client, centre, rows):
    kiosk, one_time = connect(client), code(centre)
    assert kiosk.enrol(one_time).device == kiosk.enrol(one_time).device
    assert rows("SELECT count(*) FROM devices") == [(1,)]


def test_a_used_code_is_refused_to_another_key(client, centre):
    one_time = code(centre)
    connect(client).enrol(one_time)
    assert refused(connect(client), one_time) == (409, "code_used")


def test_a_code_over_its_term_is_refused(client, centre, clock):
    one_time = code(centre, days=2)
    clock.now_ms = NOW_MS + 2 * DAY_MS + 1
    assert refused(connect(client), one_time) == (410, "code_expired")


def test_a_code_never_made_is_refused_and_counted(client, rows):
    assert refused(connect(client), "ABCDE-12345") == (401, "unknown_code")
    assert rows("SELECT kind FROM events") == [("wrong_code",)]


def test_a_key_that_is_known_is_not_enrolled_twice(client, centre):
    kiosk = connect(client)
    kiosk.enrol(code(centre))
    assert refused(kiosk, code(centre)) == (409, "key_known")


@pytest.mark.parametrize("counter", ["nowhere", OFFICE, "huyen-son-duong.q1"])
def test_a_code_needs_a_counter_that_stands_today(centre, counter):
    with pytest.raises(CodeError, match=counter):
        code(centre, counter)


def test_the_code_itself_is_nowhere_in_the_database(centre, rows):
    one_time = code(centre)
    assert one_time not in str(rows("SELECT * FROM enrol_codes")) + str(rows("SELECT * FROM audit"))


def test_settings_tell_a_kiosk_all_it_needs(kiosk, centre):
    told = kiosk.settings()
    assert (told.device, told.office.id, told.counter.id) == (kiosk.device, OFFICE, COUNTER)
    assert told.questionnaire == bundled()
    assert told.seal_key == centre.keys.seal_key
    assert told.public_base == "HTTP://CENTRE.TEST"
    assert told.qr_key == qr_token.qr_key(centre.keys.qr_master, kiosk.device, kiosk.send().epoch)
    assert kiosk.send().settings_etag == told.etag


def test_settings_that_did_not_change_are_a_signed_304(kiosk):
    etag = kiosk.settings().etag
    status, headers, body, nonce = kiosk.fetch_settings(**{"if-none-match": f'"{etag}"'})
    assert (status, body) == (304, b"")
    signature.check_response(304, b"", headers, kiosk.centre_key, nonce)


def test_a_wish_of_the_counter_changes_settings_and_etag(kiosk, centre):
    before = kiosk.settings().etag

    def wish(work):
        work.run("UPDATE org_units SET kiosk = ? WHERE id = ?", ('{"volume": 20}', OFFICE))
        work.run("UPDATE org_units SET kiosk = ? WHERE id = ?", ('{"officer": "Lý A Sơn"}', COUNTER))
        work.run("UPDATE centre SET config_version = config_version + 1")

    centre.writer.run(wish)
    told = kiosk.settings()
    assert (told.volume, told.officer) == (20, "Lý A Sơn")
    assert told.etag != before
    assert kiosk.send().settings_etag == told.etag


def test_a_wish_that_cannot_be_read_costs_no_receipt(kiosk, centre):
    def wish(work):
        work.run("UPDATE org_units SET kiosk = ? WHERE id = ?", ('{"volume": 900}', OFFICE))
        work.run("UPDATE centre SET config_version = config_version + 1")

    centre.writer.run(wish)
    assert kiosk.send([kiosk.cast()]).upto == 1


def test_a_malformed_request_is_refused_with_the_path(client):
    answer = client.post("/api/v1/enrolments", content=b'{"version":1}', headers={"content-type": wire.CONTENT_TYPE})
    assert (answer.status_code, answer.json()["code"]) == (400, "not_a_request")
    assert client.post("/api/v1/enrolments", content=b"{}").status_code == 415
