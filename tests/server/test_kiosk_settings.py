"""Settings of kiosks from afar: inherited, checked, tried at a counter, given to all, undone; on both databases."""

import re

import msgspec
import pytest
from litestar.testing import TestClient

from server.accounts import passwords
from server.accounts import queries as accounts
from server.app import make_app
from server.centre import open_centre
from server.fleet.fields import FieldsError, changes, filled, read, sources
from survey.questionnaire import bundled
from tests.kiosk_double import HOST, NOW_MS
from tests.server.conftest import COUNTER, GOOD, OFFICE, ORIGIN, csrf, enter

PATH = "/thiet-bi/cai-dat"
WARD = "xa-tan-trao"


def sent(client, do: str, unit: str = OFFICE, **fields):
    data = {"csrf": csrf(client.get(f"{PATH}?don_vi={unit}")), "don_vi": unit, "do": do, **fields}
    return client.post(PATH, data=data, headers=ORIGIN)


def ids(rows) -> list[int]:
    return [row[0] for row in rows("SELECT id FROM kiosk_changes ORDER BY id")]


# ---- pure


def test_a_form_filled_from_wishes_says_the_same_wishes() -> None:
    wishes = {
        "volume": 0, "languages": ["vi"], "overall_first": False, "contact_point": "quầy 9", "thanks_s": 20,
        "idle_messages": [{"vi": "Sáng thứ Bảy có làm việc", "en": "Open on Saturday"}], "context_on": ["step"],
    }  # fmt: skip
    assert changes(wishes, read(filled(wishes), bundled())) == {}
    assert changes({}, read(filled({}), bundled())) == {}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("volume", "101", "“101” không dùng được. Xin nhập số từ 0 đến 100"),
        ("thanks_s", "mười", "“mười” không dùng được. Xin nhập số từ 3 đến 60"),
        ("languages", "fr", "“fr” không có"),
        ("contact_point", "x" * 121, "dài 121 ký tự. Xin rút còn 120"),
    ],
)
def test_each_fault_names_the_field_the_value_and_the_fix(field: str, value: str, words: str) -> None:
    with pytest.raises(FieldsError) as refused:
        read({field: [value]}, bundled())
    assert words in refused.value.faults[field]


def test_a_field_holds_from_the_nearest_unit_that_says_it() -> None:
    found = sources(["p", "o", "q"], {"p": {"volume": 10}, "o": {"volume": 0}, "q": {"thanks_s": 9}})
    assert (found["volume"].value, found["volume"].whose, found["volume"].is_own) == (0, "o", False)
    assert (found["thanks_s"].value, found["thanks_s"].whose, found["thanks_s"].is_own) == (9, "", True)


# ---- at the centre


def test_looking_stores_nothing_and_shows_both_screens(signed_in, kiosk, rows) -> None:
    page = sent(signed_in, "look", volume="80", messages_how="own", **{"message.0.vi": "Sáng thứ Bảy có làm việc"})
    assert page.status_code == 200
    assert "Xem trước: 2 thay đổi, chưa lưu" in page.text
    drawn = re.findall(r'src="/man-hinh/([0-9a-f]{40})/idle\.png"', page.text)
    assert len(set(drawn)) == 2
    assert kiosk.settings().volume == 60
    assert ids(rows) == []


def test_a_change_is_tried_at_one_counter_then_given_to_all_then_undone(signed_in, kiosk, enrol, rows) -> None:
    other = enrol("xa-tan-trao.q2")
    assert "Đang thử thay đổi số" in sent(signed_in, "trial", volume="0", trial=COUNTER).text
    assert (kiosk.settings().volume, other.settings().volume) == (0, 60)
    (number,) = ids(rows)
    assert "Đã áp dụng" in sent(signed_in, "spread", id=str(number)).text
    assert (kiosk.settings().volume, other.settings().volume) == (0, 0)
    assert rows("SELECT kiosk FROM org_units WHERE id = ?", COUNTER) == [("{}",)]
    assert "Đã hoàn tác" in sent(signed_in, "undo", id=str(number)).text
    assert (kiosk.settings().volume, other.settings().volume) == (60, 60)
    assert sent(signed_in, "undo", id=str(number)).status_code == 409
    done = [row[0] for row in rows("SELECT action FROM audit ORDER BY id") if row[0].startswith("kiosk_settings")]
    assert done == ["kiosk_settings.trial", "kiosk_settings.set", "kiosk_settings.undo"]


def test_undoing_a_trial_gives_the_counter_back_what_it_had(signed_in, kiosk, rows) -> None:
    sent(signed_in, "all", unit=COUNTER, thanks_s="30")
    sent(signed_in, "trial", thanks_s="9", trial=COUNTER)
    assert kiosk.settings().thanks_s == 9
    sent(signed_in, "undo", id=str(ids(rows)[-1]))
    assert kiosk.settings().thanks_s == 30


def test_what_was_changed_again_since_is_left_and_named(signed_in, kiosk, rows) -> None:
    sent(signed_in, "all", volume="10", thanks_s="9")
    sent(signed_in, "all", volume="20", thanks_s="9")
    page = sent(signed_in, "undo", id=str(ids(rows)[0]))
    assert "Giữ nguyên vì đã có người đổi sau đó: Âm lượng" in page.text
    assert (kiosk.settings().volume, kiosk.settings().thanks_s) == (20, 12)


def test_two_trials_of_one_field_at_one_counter_are_refused(signed_in, kiosk) -> None:
    sent(signed_in, "trial", volume="10", trial=COUNTER)
    answer = sent(signed_in, "trial", volume="20", trial=COUNTER)
    assert answer.status_code == 409
    assert "đang thử ở quầy này" in answer.text
    assert kiosk.settings().volume == 10


def test_one_bad_value_loses_nothing_else_that_was_entered(signed_in, kiosk) -> None:
    page = sent(signed_in, "all", volume="300", contact_point="quầy “Tiếp dân”, ĐT 0207")
    assert page.status_code == 422
    assert "“300” không dùng được" in page.text
    assert "quầy “Tiếp dân”, ĐT 0207" in page.text
    assert kiosk.settings().contact_point == ""


def test_a_field_left_empty_follows_the_unit_above_again(signed_in, kiosk) -> None:
    sent(signed_in, "all", unit=WARD, volume="70")
    sent(signed_in, "all", volume="10")
    assert kiosk.settings().volume == 10
    sent(signed_in, "all", volume="", thanks_s="15")
    assert (kiosk.settings().volume, kiosk.settings().thanks_s) == (70, 15)
    assert "Xã Tân Trào" in signed_in.get(f"{PATH}?don_vi={OFFICE}").text


def test_a_technician_changes_its_own_units_only(as_role) -> None:
    client = as_role("technician", OFFICE)
    assert "Đã áp dụng" in sent(client, "all", volume="30").text
    assert client.get(f"{PATH}?don_vi=phuong-minh-xuan").status_code == 404
    token = csrf(client.get(PATH))
    form = {"csrf": token, "don_vi": "phuong-minh-xuan", "do": "all", "volume": "1"}
    assert client.post(PATH, data=form, headers=ORIGIN).status_code == 404


def test_a_server_that_draws_nothing_says_so_and_shows_the_words(settings, clock) -> None:
    centre = open_centre(msgspec.structs.replace(settings, preview_command="none"), clock)
    with TestClient(make_app(centre), base_url=f"http://{HOST}") as client:
        digest = passwords.digest(GOOD)
        centre.writer.run(lambda work: accounts.add(work, "xem", digest, "viewer", NOW_MS, must_change=False))
        enter(client, GOOD, "xem")
        page = client.get(f"/cau-hoi/phien-ban/{bundled().ref}").text
    assert "không vẽ được màn hình ki-ốt" in page
    assert bundled().questions[0].wording("vi").kiosk in page
    assert "/man-hinh/" not in page
    assert not (settings.folder / "previews").exists()
