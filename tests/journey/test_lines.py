"""The line from outbox to row under every disaster of the issue: exactly one row for each cast ballot."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from appliance.link import Link, LinkError
from appliance.retry import Refused
from demo.centre import Centre
from survey.batch import MAX_BALLOTS, Entry, Verdict
from tests.appliance.test_outbox import a_draft, a_moment
from tests.faults.test_network import counted
from tests.machine import Machine, enrolled, machine


def cast(kiosk: Machine, n: int) -> None:
    for second in range(n):
        kiosk.outbox.cast(a_draft(), a_moment(second))


def test_a_batch_sent_again_gives_duplicates_and_one_row_each(
    centre: Centre, enrol_machine: Callable[[], Machine]
) -> None:
    kiosk = enrol_machine()
    cast(kiosk, 5)
    built = kiosk.uploader.build(MAX_BALLOTS)
    first = kiosk.uploader.link.send(built)
    again = kiosk.uploader.link.send(built)
    assert {judged.verdict for judged in first.verdicts} == {Verdict.ACCEPTED}
    assert {judged.verdict for judged in again.verdicts} == {Verdict.DUPLICATE}
    assert again.counter > first.counter
    assert counted(centre, kiosk.outbox.device) == 5


def test_two_uploads_of_one_ballot_at_the_same_instant_make_one_row(
    centre: Centre, enrol_machine: Callable[[], Machine]
) -> None:
    kiosk = enrol_machine()
    for turn in range(1, 11):
        cast(kiosk, 1)
        lines = [machine(kiosk.local, centre.url) for _ in range(5)]
        built = [line.uploader.build(MAX_BALLOTS) for line in lines]
        start = threading.Barrier(len(lines))
        verdicts: list[Verdict] = []

        def send(
            line: Machine, batch: object, start: threading.Barrier = start, said: list[Verdict] = verdicts
        ) -> None:
            start.wait()
            said.extend(judged.verdict for judged in line.uploader.link.send(batch).verdicts)  # type: ignore[arg-type]

        threads = [threading.Thread(target=send, args=pair) for pair in zip(lines, built, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        for line in lines:
            line.outbox.close()
        assert sorted(verdicts) == [Verdict.ACCEPTED, *[Verdict.DUPLICATE] * 4]
        kiosk.uploader.exchange()
        assert counted(centre, kiosk.outbox.device) == turn


def test_a_centre_down_for_the_first_hour_gets_everything_when_it_is_back(tmp_path: Path) -> None:
    centre = Centre(tmp_path / "centre").prepare().start()
    kiosk = enrolled(centre, tmp_path / "kiosk")
    centre.stop()
    waits = []
    for second in range(12):
        kiosk.outbox.cast(a_draft(), a_moment(second))
        waits.append(kiosk.uploader.exchange().wait_s)
    assert kiosk.outbox.counts() == {"unsent": 12}
    assert all(1 <= wait <= 600 for wait in waits)
    assert kiosk.uploader.pace.failures == 12
    centre.start()
    kiosk.uploader.exchange()
    assert kiosk.outbox.counts() == {"accepted": 12}
    assert counted(centre, kiosk.outbox.device) == 12
    kiosk.outbox.close()
    centre.stop()


def test_a_centre_killed_in_the_middle_of_uploads_has_each_ballot_once(tmp_path: Path) -> None:
    import signal

    centre = Centre(tmp_path / "centre").prepare().start()
    kiosk = enrolled(centre, tmp_path / "kiosk")
    cast(kiosk, 120)
    for turn in range(3):
        killer = threading.Timer(0.02 * (turn + 1), centre.stop, [signal.SIGKILL])
        killer.start()
        for _ in range(8):
            kiosk.uploader.pace = replace(kiosk.uploader.pace, batch=5)
            kiosk.uploader.exchange()
        killer.join()
        centre.start()
    for _ in range(40):
        kiosk.uploader.exchange()
    assert kiosk.outbox.counts().get("unsent", 0) == 0
    assert counted(centre, kiosk.outbox.device) == 120
    kiosk.outbox.close()
    centre.stop()


def test_a_wrong_key_is_refused_and_the_kiosk_goes_on_surveying(
    centre: Centre, enrol_machine: Callable[[], Machine]
) -> None:
    kiosk = enrol_machine()
    cast(kiosk, 2)
    thief = Link(centre.url, Ed25519PrivateKey.generate(), kiosk.outbox.device, kiosk.uploader.link._centre_key)
    with pytest.raises(LinkError) as caught:
        thief.send(kiosk.uploader.build(MAX_BALLOTS))
    assert isinstance(caught.value.outcome, Refused)
    assert (caught.value.outcome.status, caught.value.outcome.code) == (401, "bad_signature")
    kiosk.uploader.link = thief
    pace = kiosk.uploader.exchange()
    assert (pace.wait_s, "bad_signature" in pace.tell) == (3600, True)
    cast(kiosk, 1)
    assert kiosk.outbox.counts() == {"unsent": 3}
    assert counted(centre, kiosk.outbox.device) == 0


def test_an_unknown_device_is_told_so(centre: Centre, enrol_machine: Callable[[], Machine]) -> None:
    kiosk = enrol_machine()
    stranger = Link(centre.url, kiosk.uploader.link._key, "k-nobody", kiosk.uploader.link._centre_key)
    with pytest.raises(LinkError) as caught:
        stranger.send(kiosk.uploader.build(0))
    assert caught.value.outcome == Refused(401, "unknown_device", None)


def test_one_bad_ballot_among_good_ones_is_refused_alone_and_kept(
    centre: Centre, enrol_machine: Callable[[], Machine]
) -> None:
    kiosk = enrol_machine()
    cast(kiosk, 1)
    kiosk.outbox.cast(a_draft(questionnaire="sipas-motcua-9@9.9.9"), a_moment(1))
    cast(kiosk, 1)
    kiosk.uploader.exchange()
    assert kiosk.outbox.counts() == {"accepted": 2, "rejected": 1}
    rows = kiosk.outbox.db.execute("SELECT seq, code FROM ballots WHERE verdict = 'rejected'").fetchall()
    assert rows == [(2, "unknown_questionnaire")]
    assert counted(centre, kiosk.outbox.device) == 2
    assert kiosk.outbox.head().seq == 3


def test_a_copied_card_is_seen_and_no_ballot_of_either_is_lost(
    centre: Centre, enrol_machine: Callable[[], Machine], tmp_path: Path
) -> None:
    import shutil

    kiosk = enrol_machine()
    cast(kiosk, 2)
    kiosk.uploader.exchange()
    shutil.copytree(kiosk.folder, tmp_path / "copy")
    copy = machine(replace(kiosk.local, data_dir=str(tmp_path / "copy")), centre.url, boot="c" * 32)
    cast(kiosk, 2)
    kiosk.uploader.exchange()
    cast(copy, 3)
    for _ in range(4):
        copy.uploader.exchange()
        kiosk.uploader.exchange()
    assert counted(centre, kiosk.outbox.device) == 7
    assert copy.outbox.counts().get("unsent", 0) == 0
    kinds = {row[0] for row in centre.rows("SELECT kind FROM events WHERE device = ?", kiosk.outbox.device)}
    assert kinds & {"clone", "fork", "new_stream", "chain_mismatch"}
    copy.outbox.close()


def test_settings_come_signed_once_and_not_again_until_they_change(enrol_machine: Callable[[], Machine]) -> None:
    kiosk = enrol_machine()
    assert kiosk.uploader.fetch_settings() is False, "they were fetched at enrolment"
    kiosk.uploader._etag = "older"
    assert kiosk.uploader.fetch_settings() is True


def test_an_enrolment_code_works_once_but_a_lost_answer_costs_nothing(centre: Centre, tmp_path: Path) -> None:
    code = centre.code(centre.counter())
    first = Link(centre.url, Ed25519PrivateKey.generate())
    granted = first.enrol(code, model="desk", software="test")
    assert first.enrol(code, model="desk", software="test").device == granted.device
    other = Link(centre.url, Ed25519PrivateKey.generate())
    with pytest.raises(LinkError) as caught:
        other.enrol(code, model="desk", software="test")
    assert isinstance(caught.value.outcome, Refused)
    assert caught.value.outcome.code == "code_used"
    with pytest.raises(LinkError):
        other.enrol("HL-NONE-SUCH", model="desk", software="test")


def test_a_batch_that_names_one_place_twice_still_ends_with_one_row_each(
    enrol_machine: Callable[[], Machine],
) -> None:
    kiosk = enrol_machine()
    cast(kiosk, 2)
    built = kiosk.uploader.build(MAX_BALLOTS)
    doubled: list[Entry] = [built.ballots[0], built.ballots[0], built.ballots[1]]
    receipt = kiosk.uploader.link.send(replace(built, ballots=doubled))
    assert receipt.upto in (0, 2)
    kiosk.uploader.exchange()
    assert kiosk.outbox.counts() in ({"accepted": 2}, {"duplicate": 2})
