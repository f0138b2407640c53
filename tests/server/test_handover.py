"""A sitting that goes on by phone is two ballots of one person: both stored, one counted, whichever comes first."""

import re
from io import BytesIO

import openpyxl
import pytest

from server.ballots.verify import verify
from survey import qr_token
from survey.ballot import Answer, Flag, Status
from survey.qr_token import QrToken
from tests.kiosk_double import QUESTIONS
from tests.server.test_phone import ALL, WINDOW, opened, post

BOOT, COUNTER_NO = 3, 7
PLACE = BOOT << 20 | COUNTER_NO


def half(kiosk, answered=3, codes=(PLACE,), **changed):
    """Return the entry of a ballot handed over with this many answers."""
    status = Status.COMPLETE if answered == 9 else Status.PARTIAL
    fields = {
        "answers": {question: Answer(5, 900) for question in QUESTIONS[:answered]},
        "status": status,
        "flags": [Flag.HANDED_OVER],
        "codes": list(codes),
        "boot": BOOT,
    }
    return kiosk.cast(**(fields | changed))


@pytest.fixture
def address(kiosk):
    """Return a function that gives the address a kiosk's code leads to."""
    told = kiosk.settings()

    def of(counter=COUNTER_NO, window=WINDOW, key=told.qr_key):
        return f"/Q/{qr_token.make(QrToken(told.qr_kiosk, BOOT, counter, window, b'head'), key)}"

    return of


@pytest.fixture
def send(client):
    """Return a function that opens an address on a phone and sends a form."""

    def sent(address, **form):
        answer = post(client, address, opened(client, address), **form)
        assert answer.status_code == 200
        return answer

    return sent


@pytest.fixture
def lanes(rows, centre):
    """Return a function that gives channel, lane and levels of every ballot, all counts checked."""

    def read():
        assert centre.writer.run(verify).faults == []
        stored = sorted(rows("SELECT channel, lane, levels FROM ballots"))
        told = sorted(rows("SELECT channel, lane, sum(n) FROM rollup_ballots GROUP BY 1, 2"))
        assert told == sorted({(c, lane, sum(x[:2] == (c, lane) for x in stored)) for c, lane, _ in stored})
        assert rows("SELECT count(*) FROM rollup_ballots WHERE n <= 0") == [(0,)]
        return stored

    return read


PHONE_COUNTS = [("qr", "qr-fresh", "444444444"), ("touch", "superseded", "555------")]


def test_the_phones_ballot_counts_when_it_comes_first(kiosk, address, send, lanes):
    send(address())
    assert kiosk.send([half(kiosk)]).verdicts[0].verdict == "accepted"
    assert lanes() == PHONE_COUNTS


def test_the_phones_ballot_counts_when_the_kiosks_half_comes_first(kiosk, address, send, lanes):
    kiosk.send([half(kiosk)])
    assert lanes() == [("touch", "kiosk", "555------")]
    send(address())
    assert lanes() == PHONE_COUNTS


def test_a_half_whose_phone_never_sends_is_a_partial_ballot_like_any(kiosk, lanes):
    kiosk.send([half(kiosk), kiosk.cast()])
    assert [row[1] for row in lanes()] == ["kiosk", "kiosk"]


@pytest.mark.parametrize("is_phone_first", [True, False])
def test_where_the_kiosks_part_is_fuller_it_counts(kiosk, address, send, lanes, is_phone_first):
    steps = [lambda: send(address(), **{"q.access": "1"}), lambda: kiosk.send([half(kiosk, 9, flags=[])])]
    for step in steps if is_phone_first else steps[::-1]:
        step()
    assert lanes() == [("qr", "superseded", "--1------"), ("touch", "kiosk", "555555555")]


@pytest.mark.parametrize("is_phone_first", [True, False])
def test_someone_who_finished_on_both_is_counted_once_by_the_phone(kiosk, address, send, lanes, is_phone_first):
    steps = [lambda: send(address()), lambda: kiosk.send([half(kiosk, 9, flags=[])])]
    for step in steps if is_phone_first else steps[::-1]:
        step()
    assert [row[1] for row in lanes()] == ["qr-fresh", "superseded"]


@pytest.mark.parametrize("is_phone_first", [True, False])
def test_a_kiosk_without_a_proven_clock_vouches_for_the_phone(kiosk, address, send, lanes, is_phone_first):
    steps = [lambda: send(address(window=0)), lambda: kiosk.send([half(kiosk, clock="unproven")])]
    for step in steps if is_phone_first else steps[::-1]:
        step()
    assert lanes() == PHONE_COUNTS


def test_a_second_phone_with_the_same_code_is_shared_and_sets_nothing_aside(kiosk, address, send, lanes):
    for _ in range(2):
        send(address())
    kiosk.send([half(kiosk)])
    assert [row[1] for row in lanes()] == ["qr-fresh", "shared", "superseded"]


@pytest.mark.parametrize("order", ["phones", "kiosk", "between"])
def test_two_codes_of_one_sitting_are_one_person(kiosk, address, send, lanes, order):
    steps = [lambda: send(address(7)), lambda: send(address(8))]
    cast = lambda: kiosk.send([half(kiosk, codes=(PLACE, PLACE + 1))])  # noqa: E731
    steps.insert({"phones": 2, "kiosk": 0, "between": 1}[order], cast)
    for step in steps:
        step()
    assert [row[1] for row in lanes()] == ["qr-fresh", "shared", "superseded"]


def test_another_code_sets_nothing_aside(kiosk, address, send, lanes):
    send(address(COUNTER_NO + 1))
    kiosk.send([half(kiosk)])
    send(address(COUNTER_NO + 2))
    assert [row[1] for row in lanes()] == ["qr-fresh", "qr-fresh", "kiosk"]


def test_a_forged_code_sets_nothing_aside(kiosk, address, send, lanes):
    send(address(key=bytes(32)))
    kiosk.send([half(kiosk)])
    send(address(key=b"x" * 32))
    assert [row[1] for row in lanes()] == ["quarantine", "quarantine", "kiosk"]


def test_another_kiosk_cannot_name_this_ones_codes(kiosk, enrol, address, send, lanes):
    other = enrol("xa-tan-trao.q2")
    send(address())
    other.send([half(other)])
    assert [row[1] for row in lanes()] == ["qr-fresh", "kiosk"]


def test_a_ballot_a_kiosk_only_passes_on_sets_nothing_aside(kiosk, address, send, lanes):
    send(address())
    kiosk.send([half(kiosk, device="ks-999999")])
    assert [row[1] for row in lanes()] == ["qr-fresh", "quarantine"]


def test_a_code_of_another_day_sets_nothing_aside(kiosk, address, send, lanes):
    kiosk.send([half(kiosk, wall="2026-11-19T07:30:00.000Z")])
    send(address())
    assert [row[1] for row in lanes()] == ["qr-fresh", "kiosk"]


def test_a_half_sent_twice_and_a_form_sent_twice_change_nothing(client, kiosk, address, lanes):
    ticket = opened(client, address())
    entry = half(kiosk)
    for _ in range(2):
        post(client, address(), ticket)
        kiosk.send([entry])
    assert lanes() == PHONE_COUNTS


def test_reasons_of_a_half_leave_the_counts_with_it(kiosk, address, send, lanes, rows):
    answers = {"responsibility": Answer(1, 900), "attitude": Answer(5, 900)}
    kiosk.send([half(kiosk, answers=answers, reasons={"responsibility": ["responsibility.absent"]})])
    send(address())
    lanes()
    assert rows("SELECT lane, reason, n FROM rollup_reasons") == [("superseded", "responsibility.absent", 1)]


def test_page_and_workbook_count_one_person_once(kiosk, address, send, lanes, signed_in):
    kiosk.send([half(kiosk, sealed=b"s" * 64, sealed_salt=b"t" * 16)])
    send(address(), comment="Cảm ơn", **ALL)
    lanes()
    page = signed_in.get("/ket-qua").text
    assert re.search(r'id="so-phieu">([^<]+)<', page)[1] == "1"
    assert "chuyển sang máy khác" in page
    assert "Số phiếu có ý kiến bằng lời: 2" in page, "what was written on the kiosk is read too"
    book = openpyxl.load_workbook(BytesIO(signed_in.get("/bao-cao/thang/2026-11.xlsx").content))
    data = [row for row in book["Dữ liệu phiếu"].iter_rows(min_row=8, values_only=True) if isinstance(row[0], int)]
    assert [row[4] for row in data] == ["QR"]
    total = next(row for row in book["Tổng hợp"].iter_rows(min_row=8, values_only=True) if row[1] == "Tổng cộng")
    assert total[4] == 1


def test_verify_finds_a_half_that_someone_counted_again(kiosk, address, send, centre):
    kiosk.send([half(kiosk)])
    send(address())
    centre.writer.run(lambda work: work.run("UPDATE handovers SET aside_id = NULL"))
    assert any("set aside for a part that is not there" in fault for fault in centre.writer.run(verify).faults)


def test_codes_are_covered_by_the_leaf(kiosk, centre):
    kiosk.send([half(kiosk)])
    centre.writer.run(lambda work: work.run("UPDATE ballots SET codes = '1'"))
    assert any("changed after it was cast" in fault for fault in centre.writer.run(verify).faults)
