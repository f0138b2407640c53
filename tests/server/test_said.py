"""Published comments: told beforehand, picked, covered, approved by another; gone the moment they are erased."""

import html
import re
import secrets
from datetime import date

import msgspec
import pytest

from server.said.rules import Comment, blacked_out, in_order, may_be_told, places_of, token
from survey.ballot import Answer
from survey.note import Note
from survey.sealing import seal
from tests.kiosk_double import QUESTIONS
from tests.server import test_results
from tests.server.conftest import OFFICE, ORIGIN, csrf
from tests.server.test_plans import publish

REVIEW = f"/y-kien-cong-bo?don_vi={OFFICE}&thang=2026-10"
PUBLIC = f"/cong-khai/{OFFICE}/noi-gi"


def text(page):
    return html.unescape(test_results.text(page)).replace("\u00a0", " ")


@pytest.fixture
def settings(settings):
    """A centre whose ballots have said since 10 October that comments may be published."""
    return msgspec.structs.replace(settings, comments_told_from="2026-10-10")


@pytest.fixture
def said(signed_in, enrol, centre):
    """Return a function that casts comments by day; the office publishes, October has thirty answers and more."""
    publish(signed_in)
    kiosk = enrol("xa-tan-trao.q1")
    answers = {one: Answer(4, 2000) for one in QUESTIONS}
    kiosk.send([kiosk.cast(answers=answers, wall="2026-10-05T03:00:00.000Z") for _ in range(30)])

    def cast(words, day="2026-10-13"):
        box = {"sealed": seal(Note(comment=words), centre.keys.seal_key), "sealed_salt": secrets.token_bytes(16)}
        kiosk.send([kiosk.cast(answers=answers, wall=f"{day}T03:00:00.000Z", **box)])

    return cast


def act(client, place, **fields):
    page = client.get(REVIEW)
    tokens = list(dict.fromkeys(re.findall(r'name="loi" value="([0-9a-f]+)"', page.text)))
    form = {"csrf": csrf(page), "don_vi": OFFICE, "thang": "2026-10", "loi": tokens[place]} | fields
    return client.post("/y-kien-cong-bo", data=form, headers=ORIGIN, follow_redirects=False)


# ---- rules


def test_only_whole_words_are_blacked_out_and_numbers_are_covered_first():
    words = "Chị Lan, quầy 2, số 0912345678: lan can gãy. Lan!"
    assert blacked_out(words, places_of(words, "LAN, quầy")) == "Chị ▇▇▇ ▇▇▇ 2, số 09xx xxx 678: ▇▇▇ can gãy. ▇▇▇"


def test_the_order_within_a_day_follows_the_key_and_not_the_arrival():
    day = date(2026, 10, 13)
    several = [Comment(bytes([n]) * 16, day, str(n)) for n in range(20)]
    orders = {tuple(one.text for one in in_order(several, bytes([key]) * 32)) for key in range(5)}
    assert len(orders) == 5
    assert tuple(map(str, range(20))) not in orders
    assert in_order(several, b"k" * 32) == in_order(several[::-1], b"k" * 32)
    assert token(several[0].ballot, b"k" * 32) != token(several[0].ballot, b"l" * 32)


def test_without_a_day_nothing_was_told_and_before_it_nothing_either():
    assert [may_be_told(told, date(2026, 10, 13)) for told in ("", "2026-10-14", "2026-10-13")] == [False, False, True]


# ---- pages


def test_a_comment_is_picked_covered_approved_and_read_by_everybody_without_time_or_counter(said, signed_in, rows):
    said("Chị Lan rất chậm, gọi tôi 0912345678")
    assert "Chưa có lời góp ý nào" in signed_in.get(PUBLIC).text
    assert act(signed_in, 0, act="pick", black="Lan").status_code == 303
    assert "Chưa có lời góp ý nào" in signed_in.get(PUBLIC).text
    assert act(signed_in, 0, act="show").status_code == 303
    page = signed_in.get(PUBLIC)
    assert "Chị ▇▇▇ rất chậm, gọi tôi 09xx xxx 678" in text(page)
    assert "Ngày 13/10/2026" in text(page)
    assert not re.search(r"Lan|0912|10:00|Quầy số", text(page))
    assert page.headers["cache-control"] == "no-store"
    assert not any("chậm" in str(row) for row in rows("SELECT * FROM published_comments"))
    actions = [row[0] for row in rows("SELECT action FROM audit ORDER BY id") if row[0].startswith("said.")]
    assert [one for one in actions if one != "said.read"] == ["said.picked", "said.shown"]


def test_a_comment_that_is_withheld_needs_a_reason_and_one_that_is_taken_off_is_gone(said, signed_in):
    said("Nhanh gọn")
    assert "ghi lý do" in text(act(signed_in, 0, act="withhold"))
    act(signed_in, 0, act="pick")
    act(signed_in, 0, act="show")
    assert "Nhanh gọn" in signed_in.get(PUBLIC).text
    assert act(signed_in, 0, act="withhold", reason="nêu đích danh").status_code == 303
    assert "Nhanh gọn" not in signed_in.get(PUBLIC).text
    assert act(signed_in, 0, act="show").status_code == 422


def test_what_is_erased_is_off_the_page_at_once(said, signed_in, centre):
    said("Nhanh gọn")
    act(signed_in, 0, act="pick")
    act(signed_in, 0, act="show")
    assert "Nhanh gọn" in signed_in.get(PUBLIC).text
    centre.writer.run(lambda work: work.run("UPDATE ballots SET sealed = NULL, sealed_salt = NULL"))
    assert "Nhanh gọn" not in signed_in.get(PUBLIC).text
    assert "không có lời góp ý nào chọn được" in signed_in.get(REVIEW).text


def test_ballots_that_did_not_say_so_and_months_below_thirty_are_not_offered(said, signed_in):
    said("Lời cũ", "2026-10-09")
    said("Lời tháng này", "2026-11-10")
    assert "Lời cũ" not in signed_in.get(REVIEW).text
    assert "Lời tháng này" not in signed_in.get(REVIEW.replace("2026-10", "2026-11")).text


def test_a_handler_picks_and_only_a_leader_other_than_the_picker_approves(said, as_role):
    said("Nhanh gọn")
    as_role("leader", "xa-tan-trao", "leader-hai")
    handler = as_role("handler", "xa-tan-trao")
    assert act(handler, 0, act="pick").status_code == 303
    assert "Chỉ lãnh đạo" in text(act(handler, 0, act="show"))
    leader = as_role("leader", "xa-tan-trao")
    assert act(leader, 0, act="withhold", reason="xem lại").status_code == 303
    assert act(leader, 0, act="pick").status_code == 303
    assert "Người chọn không tự duyệt" in text(act(leader, 0, act="show"))
    stranger = as_role("leader", "phuong-minh-xuan")
    assert stranger.get(REVIEW).status_code == 404


class TestWhereBallotsDoNotSaySo:
    """The default."""

    @pytest.fixture
    def settings(self, settings):
        return msgspec.structs.replace(settings, comments_told_from="")

    def test_nothing_is_offered_nothing_published_and_the_page_says_why(self, said, signed_in):
        said("Nhanh gọn")
        page = signed_in.get(REVIEW)
        assert "phiếu chưa nói trước" in page.text
        assert "Nhanh gọn" not in page.text
        assert signed_in.get(PUBLIC).status_code == 404
        assert "noi-gi" not in signed_in.get(f"/cong-khai/{OFFICE}").text
