"""What networks do: every ballot is kept, no forged receipt is believed, and after the fault there is one row each."""

import socket
import time
from collections.abc import Callable, Iterator

import pytest

from appliance import link as link_module
from appliance.retry import Pace, Refused, Unreachable, Untrusted
from demo.centre import Centre, free_port
from survey import wire
from survey.batch import MAX_BALLOTS
from tests import middlebox
from tests.appliance.test_outbox import a_draft, a_moment
from tests.machine import Machine, machine
from tests.middlebox import Middlebox, answer

JSON = {"Content_Type": wire.CONTENT_TYPE}


@pytest.fixture
def kiosk(enrol_machine: Callable[[], Machine]) -> Machine:
    return enrol_machine()


@pytest.fixture
def box(centre: Centre) -> Iterator[Middlebox]:
    with Middlebox(centre.port) as opened:
        yield opened


@pytest.fixture
def through(kiosk: Machine, box: Middlebox) -> Iterator[Machine]:
    """The kiosk with three unsent ballots, its line going through the middlebox."""
    for second in range(3):
        kiosk.outbox.cast(a_draft(), a_moment(second))
    opened = machine(kiosk.local, box.url)
    yield opened
    opened.outbox.close()
    opened.uploader.link.close()


def counted(centre: Centre, device: str) -> int:
    sql = "SELECT count(*) FROM ballots JOIN streams ON streams.id = ballots.stream_id WHERE device = ?"
    return int(centre.rows(sql, device)[0][0])


def heals(centre: Centre, through: Machine, box: Middlebox, cast: int = 3) -> None:
    """The fault goes; one more exchange, and every ballot has one row and one verdict."""
    box.fault = None
    through.uploader.pace = Pace()
    through.uploader.exchange()
    assert through.outbox.counts().get("unsent", 0) == 0
    assert counted(centre, through.outbox.device) == cast


FAULTS = {
    "reset": (middlebox.hang_up, Unreachable),
    "request cut": (middlebox.cut_request, Unreachable),
    "answer lost after the commit": (middlebox.lose_answer, Unreachable),
    "captive portal": (answer("200 OK", middlebox.PORTAL, Content_Type="text/html"), Untrusted),
    "captive portal in JSON": (answer("200 OK", b'{"ok":true}', **JSON), Untrusted),
    "redirect": (answer("302 Found", Location="http://127.0.0.1:9/login"), Untrusted),
    "511": (answer("511 Network Authentication Required"), Untrusted),
    "gzipped answer": (answer("200 OK", b"\x1f\x8b\x08\x00", Content_Encoding="gzip", **JSON), Untrusted),
    "changed receipt": (middlebox.change_answer, Untrusted),
    "endless answer": (middlebox.endless, Untrusted),
    "500": (answer("500 Internal Server Error", b"oops"), Refused),
    "garbage": (answer("418 Teapot", b"\xff\xfe"), Refused),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_keeps_every_ballot_and_then_counts_each_once(
    name: str, centre: Centre, through: Machine, box: Middlebox
) -> None:
    box.fault, kind = FAULTS[name]
    with pytest.raises(link_module.LinkError) as caught:
        through.uploader.link.send(through.uploader.build(MAX_BALLOTS))
    assert isinstance(caught.value.outcome, kind)
    assert through.outbox.counts() == {"unsent": 3}
    heals(centre, through, box)


def test_a_proxy_that_sends_twice_costs_nothing(centre: Centre, through: Machine, box: Middlebox) -> None:
    box.fault = middlebox.send_twice
    through.uploader.exchange()
    assert through.outbox.counts() == {"duplicate": 3}
    heals(centre, through, box)


def test_a_receipt_for_an_older_request_is_not_ours(centre: Centre, through: Machine, box: Middlebox) -> None:
    through.uploader.exchange()
    through.outbox.cast(a_draft(), a_moment(9))
    box.fault = middlebox.replay_older_answer
    with pytest.raises(link_module.LinkError, match="another request"):
        through.uploader.link.send(through.uploader.build(MAX_BALLOTS))
    assert through.outbox.counts()["unsent"] == 1
    heals(centre, through, box, 4)


def test_a_dripping_answer_ends_at_the_deadline(
    through: Machine, box: Middlebox, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "DEADLINE_S", 2.0)
    box.fault = middlebox.drip
    started_s = time.monotonic()
    with pytest.raises(link_module.LinkError) as caught:
        through.uploader.link.send(through.uploader.build(MAX_BALLOTS))
    assert isinstance(caught.value.outcome, Unreachable)
    assert time.monotonic() - started_s < 10
    heals(centre, through, box)


def test_a_black_hole_ends_at_the_connect_timeout(kiosk: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "CONNECT_S", 1.0)
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(0)
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(hole.getsockname())
            fillers.append(filler)
        opened = machine(kiosk.local, f"http://127.0.0.1:{hole.getsockname()[1]}")
        opened.outbox.cast(a_draft(), a_moment())
        monkeypatch.setattr(link_module, "READ_S", 1.0)
        pace = opened.uploader.exchange()
        for filler in fillers:
            filler.close()
        opened.outbox.close()
    assert pace.failures == 1
    assert kiosk.outbox.counts() == {"unsent": 1}


def test_no_centre_at_all_is_said_in_one_word(kiosk: Machine) -> None:
    opened = machine(kiosk.local, f"http://127.0.0.1:{free_port()}")
    with pytest.raises(link_module.LinkError) as caught:
        opened.uploader.link.send(opened.uploader.build(1))
    assert caught.value.outcome == Unreachable("refused")
    opened.outbox.close()


@pytest.mark.parametrize(("status", "told"), [("429 Too Many Requests", "7"), ("503 Service Unavailable", "99999999")])
def test_the_kiosk_waits_as_told_but_an_hour_at_most(through: Machine, box: Middlebox, status: str, told: str) -> None:
    box.fault = answer(status, Retry_After=told)
    assert through.uploader.exchange().wait_s == min(float(told), 3600)


def test_a_centre_that_finds_every_batch_too_large_gets_them_singly_and_none_is_lost(
    centre: Centre, through: Machine, box: Middlebox
) -> None:
    def only_single(box: Middlebox, heard: middlebox.Heard, client: socket.socket) -> None:
        if len(heard.body) > 2500 and b'"seq":2' not in heard.body:
            sizes.append(len(heard.body))
        client.sendall(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    sizes: list[int] = []
    box.fault = only_single
    paces = [through.uploader.exchange() for _ in range(3)]
    assert [pace.batch for pace in paces] == [1, 1, 1]
    assert paces[-1].park, "the single ballot is parked, with a notice"
    assert through.outbox.counts() == {"unsent": 1, "rejected": 2}
    box.fault = None
    through.uploader.pace = Pace()
    through.uploader.exchange()
    assert through.outbox.counts() == {"accepted": 1, "rejected": 2}
    assert counted(centre, through.outbox.device) == 1
    assert centre.rows("SELECT count(*) FROM holes")[0][0] >= 1
