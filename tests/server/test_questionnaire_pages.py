"""Questionnaires at the centre: written, checked at the field, published for good, assigned to a subtree from a day."""

import json
from datetime import timedelta

import pytest

from server.offices.seed import units
from server.questionnaires.choice import Assigned, Places, Published, ahead, asked_on
from server.questionnaires.differences import changed, next_version
from server.questionnaires.edit import faults, read
from survey.enrolment import as_of
from survey.local_time import local_date
from survey.questionnaire import bundled
from tests.kiosk_double import NOW_MS
from tests.server.conftest import COUNTER, OFFICE, ORIGIN, csrf

TODAY = local_date(NOW_MS)
BASE = bundled().ref
NEXT = "sipas-motcua-9@1.1.0"
KIOSK = "q.responsibility.vi.kiosk"


def sent(client, path: str, **form: str):
    token = csrf(client.get(path.split("?")[0]))
    return client.post(path, data={"csrf": token, **form}, headers=ORIGIN, follow_redirects=False)


def begun(client) -> str:
    return sent(client, "/cau-hoi", do="begin", ref=BASE).headers["location"]


def saved(client, path: str, **fields: str):
    page = client.get(path)
    edition = page.text.split('name="edition" value="')[1].split('"')[0]
    return sent(client, path, do="save", edition=edition, **fields)


def published(client, **fields: str) -> str:
    path = begun(client)
    saved(client, path, **fields)
    return sent(client, path, do="issue").headers["location"]


# ---- pure


def test_a_form_changes_what_it_names_and_nothing_else() -> None:
    made = read(bundled(), {KIOSK: "  Tinh   thần trách nhiệm "})
    question = made.question("responsibility")
    assert question is not None
    assert question.wording("vi").kiosk == "Tinh thần trách nhiệm"
    assert changed(made, bundled()) == [
        ("Trên ki-ốt, tiếng Việt", bundled().questions[0].wording("vi").kiosk, "Tinh thần trách nhiệm")
    ]
    assert read(bundled(), {}) == bundled()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (KIOSK, "", "chưa có lời"),
        (KIOSK, "x" * 71, "dài 71 ký tự. Xin rút còn 70"),
        ("t.ballot_code.vi", "Mã phiếu của Ông/Bà", "thiếu {ma_phieu}"),
        ("t.thanks.vi", "Cảm ơn {ten}", "không có gì để điền vào {ten}"),
        ("r.responsibility.absent.en", "", "chưa có lời"),
        ("r.responsibility.absent.vi", "Lý do khác", "có hai lần"),
    ],
)
def test_each_fault_stands_at_its_field_with_the_way_out(field: str, value: str, words: str) -> None:
    found = faults(read(bundled(), {field: value}), bundled())
    assert len(found) == 1
    assert words in next(iter(found.values()))


def test_a_new_reason_never_gets_an_id_that_was_used() -> None:
    data = {"r.access.moi.vi": "Ồn ào", "r.access.moi.en": "Noisy"}
    made = read(bundled(), data, taken=["access.r1"])
    question = made.question("access")
    assert question is not None
    assert question.follow_up is not None
    assert [one.id for one in question.follow_up.reasons][-1] == "access.r2"
    assert faults(made, bundled()) == {}


def test_questions_move_and_keep_their_ids_and_codes() -> None:
    made = read(bundled(), {"q.overall.place": "1", "q.responsibility.place": "9"})
    assert made.questions[0].id in {"overall", "responsibility"}
    assert {one.code for one in made.questions} == {one.code for one in bundled().questions}
    assert next_version(["1.0.0", "1.2.0"]) == "1.3.0"


def test_the_nearest_assignment_counts_and_an_empty_one_gives_way_to_the_unit_above() -> None:
    general = [Published("a@1.0.0", TODAY, 1)]
    day = timedelta(days=1)
    assigned = [
        Assigned(1, "p", "a@1.1.0", TODAY, 2),
        Assigned(2, "o", "a@1.2.0", TODAY + day, 3),
        Assigned(3, "o", "", TODAY + 3 * day, 4),
        Assigned(4, "o", "a@1.9.0", TODAY, 5, withdrawn_at=6),
    ]
    places = Places(["p", "o", "q"], general, assigned, {})
    assert [asked_on(places, TODAY + n * day)[0] for n in (-1, 0, 1, 3)] == ["", "a@1.1.0", "a@1.2.0", "a@1.1.0"]
    assert ahead(places, TODAY) == [(TODAY + day, "a@1.2.0"), (TODAY + 3 * day, "a@1.1.0")]
    later = Places(["p", "o"], [*general, Published("b@1.0.0", TODAY + day, 9)], assigned[:1], {})
    assert asked_on(later, TODAY + day) == ("b@1.0.0", "")
    own = Places(["p", "o"], [*general, Published("b@1.0.0", TODAY, 0)], assigned[:1], {"o": "b"})
    assert asked_on(own, TODAY)[0] == "b@1.0.0"


# ---- at the centre, on both databases


def test_a_version_is_written_published_and_asked_nowhere_until_it_is_assigned(signed_in, kiosk, rows) -> None:
    path = begun(signed_in)
    answer = saved(signed_in, path, **{KIOSK: "Công chức có tận tình không?"})
    assert answer.headers["location"].startswith(path)
    page = signed_in.get(path).text
    assert "Công chức có tận tình không?" in page
    assert "Khác lời của bộ câu hỏi chuẩn" in page
    where = sent(signed_in, path, do="issue").headers["location"]
    assert where == f"/cau-hoi/phien-ban/{NEXT}?moi=1"
    assert rows("SELECT count(*) FROM questionnaire_drafts") == [(0,)]
    assert kiosk.settings().questionnaire.ref == BASE
    assert "chỉ hỏi nơi được giao" in signed_in.get("/cau-hoi").text
    assert rows("SELECT action FROM audit ORDER BY id DESC LIMIT 1")[0][0] == "questionnaire.publish"


def test_what_is_wrong_is_kept_and_shown_and_cannot_be_published(signed_in, rows) -> None:
    path = begun(signed_in)
    saved(signed_in, path, **{KIOSK: "dài " * 30, "t.thanks.vi": "Cảm ơn bà con"})
    page = signed_in.get(path).text
    assert "Xin rút còn 70" in page
    assert "Cảm ơn bà con" in page
    answer = sent(signed_in, path, do="issue")
    assert answer.status_code == 422
    assert "Chưa ban hành được" in answer.text
    assert rows("SELECT count(*) FROM questionnaires") == [(1,)]


def test_a_second_person_does_not_overwrite_the_first(signed_in) -> None:
    path = begun(signed_in)
    saved(signed_in, path, **{KIOSK: "Lời thứ nhất"})
    late = sent(signed_in, path, do="save", edition="1", **{KIOSK: "Lời thứ hai"})
    assert late.status_code == 409
    assert "Lời thứ hai" in late.text
    assert "Lời thứ nhất" in signed_in.get(path).text


def test_a_subtree_asks_it_from_its_day_on_and_kiosks_know_before(signed_in, kiosk, enrol, clock) -> None:
    where = published(signed_in, **{KIOSK: "Công chức có tận tình không?"}).split("?")[0]
    other = enrol("xa-son-dong.q1") if any(one.id == "xa-son-dong.q1" for one in units()) else None
    day = TODAY + timedelta(days=3)
    answer = sent(signed_in, where, unit=OFFICE, day=day.isoformat(), do="ask")
    assert "Ki-ốt nhận ở lần liên lạc tới" in answer.text
    told = kiosk.settings()
    assert told.questionnaire.ref == BASE
    assert [(one.effective_from, one.questionnaire.ref) for one in told.upcoming] == [(day.isoformat(), NEXT)]
    assert as_of(told, day.isoformat()).questionnaire.question("responsibility").wording("vi").kiosk.startswith("Công")
    if other is not None:
        assert not other.settings().upcoming
    clock.now_ms += 4 * 86_400_000
    assert kiosk.settings().questionnaire.ref == NEXT


def test_what_has_not_come_is_withdrawn_and_what_has_come_is_not(signed_in, kiosk, rows, clock) -> None:
    where = published(signed_in).split("?")[0]
    sent(signed_in, where, unit=COUNTER, day=(TODAY + timedelta(days=2)).isoformat(), do="ask")
    ((number,),) = rows("SELECT id FROM questionnaire_assignments")
    assert sent(signed_in, "/cau-hoi", do="withdraw", id=str(number)).status_code == 200
    assert not kiosk.settings().upcoming
    sent(signed_in, where, unit=COUNTER, day=TODAY.isoformat(), do="ask")
    assert kiosk.settings().questionnaire.ref == NEXT
    newest = rows("SELECT max(id) FROM questionnaire_assignments")[0][0]
    assert sent(signed_in, "/cau-hoi", do="withdraw", id=str(newest)).status_code == 409
    assert kiosk.settings().questionnaire.ref == NEXT


@pytest.mark.parametrize(("day", "words"), [("hôm nay", "không phải là ngày"), ("2020-01-01", "đã qua")])
def test_a_day_that_cannot_be_is_refused_with_the_way_out(signed_in, day: str, words: str) -> None:
    where = published(signed_in).split("?")[0]
    answer = sent(signed_in, where, unit=OFFICE, day=day, do="ask")
    assert answer.status_code == 422
    assert words in answer.text


def test_pictures_carry_no_key_and_are_drawn_for_signed_in_people_only(signed_in, centre) -> None:
    page = signed_in.get(f"/cau-hoi/phien-ban/{BASE}").text
    address = page.split('src="/man-hinh/')[1].split('"')[0]
    name = address.split("/")[0]
    wanted = (centre.settings.folder / "previews" / name / "wanted.json").read_bytes()
    kiosk = json.loads(wanted)["kiosk"]
    assert set(kiosk["qr_key"]) == {"A", "="}
    assert kiosk["pin_hash"] == ""
    picture = signed_in.get(f"/man-hinh/{address}")
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert signed_in.get(f"/man-hinh/{name}/nothing.png").status_code == 404
    signed_in.cookies.clear()
    assert signed_in.get(f"/man-hinh/{address}", follow_redirects=False).status_code == 303
