"""The page behind the QR: the right lane for every token, nothing discarded, one ballot however often sent."""

import gzip
import re
from base64 import b64encode
from hashlib import sha256

import pytest

from server.ballots.verify import verify
from server.devices.enrol import revoke
from server.phone.rules import Filled, fault_of, read_form
from survey import qr_token
from survey.ballot import read_ballot_code
from survey.qr_token import QrToken
from survey.questionnaire import bundled
from survey.sealing import open_sealed
from tests.kiosk_double import NOW_MS, QUESTIONS
from tests.server.conftest import COUNTER

NOW_S = NOW_MS // 1000
WINDOW = NOW_S // 30
ALL = {f"q.{question}": "4" for question in QUESTIONS}


@pytest.fixture
def token(kiosk):
    """Return a function that makes a token as the kiosk does."""
    told = kiosk.settings()

    def make(counter=1, window=WINDOW, key=told.qr_key, boot=3):
        return qr_token.make(QrToken(told.qr_kiosk, boot, counter, window, b"head"), key)

    return make


def opened(client, address):
    page = client.get(address)
    assert page.status_code == 200, page.text
    return re.search(r'name="ticket" value="([^"]+)"', page.text)[1]


def post(client, address, ticket, **form):
    return client.post(address, data={"ticket": ticket, **(form or ALL)})


def lanes(rows):
    return [row[0] for row in rows("SELECT lane FROM ballots ORDER BY seq")]


def test_a_fresh_token_gives_a_ballot_in_the_lane_qr_fresh(client, token, rows, centre):
    address = f"/Q/{token()}"
    thanks = post(client, address, opened(client, address))
    assert thanks.status_code == 200
    read_ballot_code(re.search(r'class="code">([^<]+)<', thanks.text)[1])
    assert 'method="post" action="/tra-cuu' in thanks.text, "the code goes on in a body, in no address"
    assert rows("SELECT lane, channel, status, counter_id, levels, lang FROM ballots") == [
        ("qr-fresh", "qr", "complete", COUNTER, "444444444", "vi")
    ]
    assert rows("SELECT device FROM streams") == [("web-xa-tan-trao.ttpvhcc",)]
    assert centre.writer.run(verify).faults == []


def test_a_form_sent_twice_is_one_ballot_with_one_code(client, token, rows, centre):
    address = f"/q/{token()}"
    ticket = opened(client, address)
    form = ALL | {"comment": "Cảm ơn", "q.attitude": "1", "r.attitude": "attitude.impolite"}
    first, again = (post(client, address, ticket, **form) for _ in range(2))
    assert re.search("code.>([^<]+)", first.text)[1] == re.search("code.>([^<]+)", again.text)[1]
    assert rows("SELECT count(*) FROM ballots") == [(1,)]
    assert rows("SELECT count(*) FROM set_aside") == [(0,)]
    post(client, address, ticket, **{"q.overall": "1"})
    assert rows("SELECT verdict FROM set_aside") == [("conflict",)]
    assert centre.writer.run(verify).faults == []


def test_the_second_ballot_of_one_token_is_shared(client, token, rows):
    address = f"/Q/{token()}"
    tickets = [opened(client, address) for _ in range(2)]
    for ticket in tickets:
        post(client, address, ticket)
    assert lanes(rows) == ["qr-fresh", "shared"]


def test_opening_a_page_spends_nothing(client, token, rows):
    address = f"/Q/{token()}"
    for _ in range(3):
        ticket = opened(client, address)
    post(client, address, ticket)
    assert lanes(rows) == ["qr-fresh"]


def test_each_token_lands_in_its_lane_and_nothing_is_discarded(client, token, rows):
    addresses = [
        f"/Q/{token(1, window=0)}",
        f"/Q/{token(2, window=WINDOW - 30)}",
        f"/Q/{token(3, window=WINDOW + 60)}",
        f"/Q/{token(4, key=bytes(32))}",
        f"/o/{COUNTER}",
    ]
    for address in addresses:
        assert post(client, address, opened(client, address)).status_code == 200
    assert lanes(rows) == ["untimed", "open", "open", "quarantine", "open"]


def test_a_slow_writer_keeps_the_lane_for_a_day_but_not_longer(client, token, rows, clock):
    address = f"/Q/{token()}"
    slow, too_slow = opened(client, address), opened(client, f"/Q/{token(2)}")
    clock.now_ms += 23 * 3_600_000
    post(client, address, slow)
    clock.now_ms += 2 * 3_600_000
    post(client, f"/Q/{token(2)}", too_slow)
    assert lanes(rows) == ["qr-fresh", "open"]


def test_a_revoked_kiosks_code_is_quarantined(client, token, kiosk, centre, rows):
    centre.writer.run(lambda work: revoke(work, kiosk.device, NOW_MS, "test"))
    address = f"/Q/{token()}"
    post(client, address, opened(client, address))
    assert lanes(rows) == ["quarantine"]


@pytest.mark.parametrize("code", ["x", "A" * 44, "%00", "Ố", "A" * 4000])
def test_what_is_no_code_of_ours_is_told_in_vietnamese(client, kiosk, code):
    page = client.get(f"/Q/{code}")
    assert (page.status_code, "Không tìm thấy" in page.text) == (404, True)
    assert client.post(f"/Q/{code}", data=ALL).status_code == 404


def test_a_forged_ticket_still_gives_a_ballot(client, token, rows):
    address = f"/Q/{token(window=WINDOW - 100)}"
    assert post(client, address, "forged").status_code == 200
    assert lanes(rows) == ["open"]


def test_words_and_number_are_sealed_and_nowhere_in_plain(client, token, rows, centre, caplog):
    address = f"/Q/{token()}"
    form = ALL | {"comment": "Chờ quá lâu", "callback": "1", "phone": "0912 345 678", "consent": "1"}
    post(client, address, opened(client, address), **form)
    (sealed, consent), *_ = rows("SELECT sealed, consent FROM ballots")
    note = open_sealed(bytes(sealed), centre.keys.sealing)
    assert (note.comment, note.phone) == ("Chờ quá lâu", "0912345678")
    assert "contact_v1" in consent
    everything = "".join(str(rows(f"SELECT * FROM {table}")) for table in ("ballots", "events", "audit", "set_aside"))
    assert "0912345678" not in everything + caplog.text
    assert "Chờ quá lâu" not in everything + caplog.text


def test_a_number_without_consent_is_not_kept_and_that_is_said(client, token, rows, centre):
    address = f"/Q/{token()}"
    form = ALL | {"comment": "Góp ý", "callback": "1", "phone": "0912345678"}
    thanks = post(client, address, opened(client, address), **form)
    assert "không kèm số điện thoại" in thanks.text
    note = open_sealed(bytes(rows("SELECT sealed FROM ballots")[0][0]), centre.keys.sealing)
    assert note.phone == ""


def test_faults_show_the_page_again_with_the_answers_kept(client, token, rows):
    address = f"/Q/{token()}"
    ticket = opened(client, address)
    empty = client.post(address, data={"ticket": ticket})
    assert (empty.status_code, "chưa chọn câu nào" in empty.text) == (422, True)
    form = {"q.access": "2", "comment": "Đông", "callback": "1", "consent": "1", "phone": "12345"}
    again = post(client, address, ticket, **form)
    assert again.status_code == 422
    assert 'value="2" class="low" checked' in again.text
    assert ">Đông</textarea>" in again.text
    assert ticket in again.text
    assert rows("SELECT count(*) FROM ballots") == [(0,)]


def test_a_comment_alone_is_a_ballot(client, token, rows):
    address = f"/Q/{token()}"
    assert post(client, address, opened(client, address), comment="Rất tốt").status_code == 200
    assert rows("SELECT levels, status FROM ballots") == [("---------", "partial")]


def test_the_page_speaks_english_and_says_so_in_the_ballot(client, token, rows):
    address = f"/Q/{token()}?lang=en"
    assert "Please rate our service" in client.get(address).text
    post(client, address, opened(client, address))
    assert rows("SELECT lang FROM ballots") == [("en",)]


def test_the_whole_form_is_one_small_response_without_cookie_and_with_one_small_script(client, token):
    page = client.get(f"/Q/{token()}", headers={"accept-encoding": "identity"})
    assert len(gzip.compress(page.content, 6)) <= 15_000
    (script,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    assert len(script.encode()) <= 1500
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page.headers["content-security-policy"]
    assert page.text.count("<script") == 1
    assert "set-cookie" not in page.headers
    assert "unsafe" not in page.headers["content-security-policy"]
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text)
    assert client.get(f"/Q/{token()}").headers["content-encoding"] == "gzip"


def test_a_posters_page_has_no_script(client, kiosk):
    page = client.get(f"/o/{COUNTER}")
    assert "<script" not in page.text
    assert "script-src" not in page.headers["content-security-policy"]


def test_a_token_with_one_character_changed_is_never_fresh(client, token, rows):
    text = token()
    for place in (27, 30, 35, 42):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        post(client, f"/Q/{changed}", opened(client, f"/Q/{changed}"))
    assert set(lanes(rows)) == {"quarantine"}


def test_a_body_that_is_too_large_is_refused(client, token):
    assert client.post(f"/Q/{token()}", content=b"x=" + b"y" * 70_000).status_code == 413


def test_reasons_count_only_with_a_low_level_and_three_at_most():
    reasons = [reason.id for reason in bundled().question("fees").follow_up.reasons]
    form = {"q.fees": ["1"], "r.fees": [*reasons[:4], "made.up"], "q.access": ["5"], "r.access": ["access.other"]}
    filled = read_form(lambda name: form.get(name, []), bundled())
    assert filled.reasons == {"fees": reasons[:4]}
    assert fault_of(filled) == "too_many_reasons"
    assert fault_of(Filled(comment="x" * 1001)) == "long_comment"


def test_strange_characters_in_a_comment_are_cleaned_not_refused(client, token, rows, centre):
    address = f"/Q/{token()}"
    post(client, address, opened(client, address), comment="a\x00b\u0301\x07")
    note = open_sealed(bytes(rows("SELECT sealed FROM ballots")[0][0]), centre.keys.sealing)
    assert note.comment == "ab\u0301"
