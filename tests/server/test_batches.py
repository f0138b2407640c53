"""The batches route: what is refused, and how cheaply; two at once; counts that equal the ballots."""

import gzip
import secrets
import threading
import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from server.ballots.ingest import take
from server.ballots.routes import Shelf, unpack
from server.ballots.rules import answer_texts, answers_of
from server.ballots.verify import verify
from server.centre import begin_epoch, open_centre
from server.database import BusyError
from server.devices.enrol import revoke
from server.problem import RefusalError
from survey import wire
from survey.ballot import Answer, Status
from survey.problem import Problem
from tests.kiosk_double import HOST, NOW_MS, QUESTIONS, KioskDouble, a_ballot


def refused(kiosk, body, **headers):
    """Return (status, code) of a body signed as it is."""
    signed, _ = kiosk.sign(body, **headers)
    status, _, answer = kiosk.post("/api/v1/batches", body, {**signed, **headers})
    return status, wire.decode(answer, Problem).code


def test_a_wrong_content_type_is_refused(kiosk):
    assert refused(kiosk, b"{}", **{"content-type": "application/json"}) == (415, "wrong_content_type")


def test_an_unknown_device_is_refused(kiosk):
    body, headers, _ = kiosk.packed(kiosk.batch([]))
    stranger = KioskDouble(kiosk.post)
    stranger.device = "ks-999999"
    headers, _ = stranger.sign(body)
    status, _, answer = kiosk.post("/api/v1/batches", body, headers)
    assert (status, wire.decode(answer, Problem).code) == (401, "unknown_device")


def test_a_revoked_device_is_refused_at_once(kiosk, centre):
    kiosk.send()
    centre.writer.run(lambda work: revoke(work, kiosk.device, NOW_MS, "test"))
    assert refused(kiosk, kiosk.packed(kiosk.batch([]))[0]) == (401, "unknown_device")
    assert kiosk.fetch_settings()[0] == 401


def test_a_wrong_key_is_refused_and_counted(kiosk, rows):
    body, _, _ = kiosk.packed(kiosk.batch([]))
    thief = KioskDouble(kiosk.post)
    thief.device = kiosk.device
    headers, _ = thief.sign(body)
    status, _, answer = kiosk.post("/api/v1/batches", body, headers)
    assert (status, wire.decode(answer, Problem).code) == (401, "bad_signature")
    kiosk.send()
    assert rows("SELECT kind FROM events") == [("bad_signature",)]


@pytest.mark.parametrize("header", ["signature", "signature-input", "content-digest"])
def test_an_unsigned_request_is_refused(kiosk, header):
    body, headers, _ = kiosk.packed(kiosk.batch([]))
    kept = {name: value for name, value in headers.items() if name.lower() != header}
    status, _, answer = kiosk.post("/api/v1/batches", body, kept)
    assert (status, wire.decode(answer, Problem).code) == (401, "bad_signature")


def test_a_batch_of_another_device_is_refused(enrol):
    one, other = enrol(), enrol("xa-tan-trao.q2")
    assert refused(one, gzip.compress(wire.encode(other.batch([])))) == (401, "bad_signature")


def test_501_ballots_are_too_many(kiosk, rows):
    entries = [kiosk.cast() for _ in range(501)]
    assert refused(kiosk, gzip.compress(wire.encode(kiosk.batch(entries)))) == (413, "too_many")
    assert rows("SELECT count(*) FROM ballots") == [(0,)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (gzip.compress(b"{}", mtime=0)[:-4], (400, "bad_gzip")),
        (gzip.compress(b"{}", mtime=0) * 2, (400, "bad_gzip")),
        (gzip.compress(b"{}", mtime=0) + b"x", (400, "bad_gzip")),
        (b"plain", (400, "bad_gzip")),
        (b"", (400, "bad_gzip")),
        (gzip.compress(b"{}", mtime=0), (400, "not_a_batch")),
        (gzip.compress(b"\xff\xfe", mtime=0), (400, "not_a_batch")),
        (gzip.compress(b"[" * 60_000, mtime=0), (400, "not_a_batch")),
    ],
)
def test_a_body_that_is_no_batch_is_refused(kiosk, body, expected):
    assert refused(kiosk, body) == expected


def test_a_body_over_two_megabytes_is_refused(kiosk):
    assert refused(kiosk, secrets.token_bytes(2_000_001)) == (413, "too_large")


def test_a_bomb_of_500_megabytes_is_refused_fast_and_small():
    packer = gzip.zlib.compressobj(9, wbits=31)
    bomb = b"".join([packer.compress(bytes(1_000_000)) for _ in range(500)]) + packer.flush()
    tracemalloc.start()
    begin = time.perf_counter()
    with pytest.raises(RefusalError) as caught:
        unpack(bomb, "gzip")
    took_s = time.perf_counter() - begin
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.problem.status == 413
    assert took_s < 0.5
    assert peak < 40_000_000


def test_an_unknown_version_is_refused(kiosk):
    assert refused(kiosk, gzip.compress(wire.encode(kiosk.batch([], version=2)))) == (400, "unknown_version")


def test_a_get_is_refused(client):
    assert client.get("/api/v1/batches").status_code == 405


def test_a_full_queue_sends_kiosks_away_before_reading(kiosk, centre, monkeypatch):
    body, headers, _ = kiosk.packed(kiosk.batch([]))
    gate = threading.Event()
    centre.writer.submit(lambda _: gate.wait(10))
    time.sleep(0.1)
    waiting = [centre.writer.submit(lambda _: None) for _ in range(centre.settings.queue)]
    with pytest.raises(BusyError):
        centre.writer.submit(lambda _: None)
    status, answered, answer = kiosk.post("/api/v1/batches", body, headers)
    gate.set()
    assert (status, wire.decode(answer, Problem).code) == (503, "busy")
    assert int(answered["retry-after"]) > 0
    assert [done.result(10) for done in waiting] == [None] * len(waiting)


def test_a_failing_job_takes_no_other_with_it(centre):
    gate = threading.Event()
    centre.writer.submit(lambda _: gate.wait(10))
    good = centre.writer.submit(lambda work: work.run("UPDATE centre SET config_version = 41"))
    bad = centre.writer.submit(lambda work: work.run("UPDATE no_such_table SET x = 1"))
    also_good = centre.writer.submit(lambda work: work.run("UPDATE centre SET config_version = config_version + 1"))
    gate.set()
    assert (good.result(10), also_good.result(10)) == (1, 1)
    assert bad.exception(10) is not None
    assert centre.writer.run(lambda work: work.one("SELECT config_version FROM centre")) == (42,)


def test_two_uploads_of_one_ballot_at_one_instant_make_one_row(kiosk, centre, settings, clock, rows):
    second = open_centre(settings, clock)
    shelf = Shelf(centre)
    total = 40
    try:
        for _ in range(total):
            batch = kiosk.batch([kiosk.cast()])
            prepared = shelf.prepare(batch.ballots)
            start = threading.Barrier(6)
            said = []

            def send(writer, batch=batch, prepared=prepared, start=start, said=said):
                start.wait()
                taken = writer.run(lambda work: take(work, batch, prepared, NOW_MS))
                said.extend(judged.verdict.value for judged in taken.verdicts)

            lines = [threading.Thread(target=send, args=(one.writer,)) for one in (centre, second) * 3]
            for line in lines:
                line.start()
            for line in lines:
                line.join(30)
            assert sorted(said) == ["accepted", *["duplicate"] * 5]
    finally:
        second.close()
    assert rows("SELECT count(*) FROM ballots") == [(total,)]
    assert centre.writer.run(verify).faults == []


def test_one_ballot_from_two_devices_at_one_instant_makes_one_row(enrol, centre, settings, clock, rows):
    one, other = enrol(), enrol("xa-tan-trao.q2")
    second = open_centre(settings, clock)
    shelf = Shelf(centre)
    total = 30
    try:
        for _ in range(total):
            ballot = a_ballot(device=one.device)
            start = threading.Barrier(2)
            said = []

            def send(writer, batch, start=start, said=said):
                prepared = shelf.prepare(batch.ballots)
                start.wait()
                taken = writer.run(lambda work: take(work, batch, prepared, NOW_MS))
                said.extend(judged.verdict.value for judged in taken.verdicts)

            batches = [kiosk.batch([kiosk.enter(ballot)]) for kiosk in (one, other)]
            pairs = zip((centre.writer, second.writer), batches, strict=True)
            lines = [threading.Thread(target=send, args=pair) for pair in pairs]
            for line in lines:
                line.start()
            for line in lines:
                line.join(30)
            assert sorted(said) == ["accepted", "duplicate"]
    finally:
        second.close()
    assert rows("SELECT count(*) FROM ballots") == [(total,)]
    assert rows("SELECT sum(n) FROM rollup_ballots") == [(total,)]
    assert centre.writer.run(verify).faults == []


def test_the_epoch_stays_over_restarts_and_changes_on_request(kiosk, centre, settings, clock):
    first = kiosk.send().epoch
    again = open_centre(settings, clock)
    assert again.writer.run(lambda work: work.one("SELECT epoch FROM centre")) == (first,)
    again.writer.run(begin_epoch)
    again.close()
    assert kiosk.send().epoch != first


ANSWERS = st.dictionaries(
    st.sampled_from(QUESTIONS),
    st.builds(Answer, st.integers(1, 5), st.integers(0, 86_400_000)),
    min_size=1,
)


@given(ANSWERS)
def test_answers_survive_as_text(answers):
    assert answers_of(*answer_texts(answers, QUESTIONS), QUESTIONS) == answers


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(ANSWERS, max_size=6), min_size=1, max_size=4))
def test_the_rollups_equal_a_count_over_the_ballots(kiosk, centre, batches):
    for answered in batches:
        entries = []
        for answers in answered:
            status = Status.COMPLETE if len(answers) == len(QUESTIONS) else Status.PARTIAL
            entries.append(kiosk.cast(answers=answers, status=status))
        kiosk.send(entries)
        if entries:
            kiosk.send(entries)
    assert centre.writer.run(verify).faults == []


def test_the_authority_is_part_of_the_signature(kiosk, client):
    body, headers, _ = kiosk.packed(kiosk.batch([]))
    assert client.post("/api/v1/batches", content=body, headers=headers).status_code == 200
    elsewhere = client.post("/api/v1/batches", content=body, headers={**headers, "host": f"not-{HOST}"})
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (401, "bad_signature")


@pytest.mark.parametrize("leaf", ["A" * 64, "g" * 64, " " + "a" * 63, "a" * 63, "a" * 63 + "\n"])
def test_a_stated_leaf_that_is_no_hex_makes_no_batch(kiosk, rows, leaf):
    entries = [kiosk.cast(), structs.replace(kiosk.cast(), leaf=leaf)]
    assert refused(kiosk, gzip.compress(wire.encode(kiosk.batch(entries)))) == (400, "not_a_batch")
    assert rows("SELECT count(*) FROM ballots") == [(0,)]
