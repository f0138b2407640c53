"""Results by the offices of today: what merged is added, what was split is not shared out, and the page says so."""

import html
from datetime import date

import pytest

from survey.ballot import Answer
from tests.kiosk_double import QUESTIONS
from tests.server import test_results
from tests.server.conftest import OFFICE

MERGED, SPLIT, PART = "phuong-minh-xuan.ttpvhcc", "so-noi-vu", "ban-dan-toc"
MONTH = "ky=thang&luc=2026-11"


def text(page):
    return html.unescape(test_results.text(page)).replace("\u00a0", " ")


@pytest.fixture
def reformed(enrol, centre):
    """Ballots of 10 November at three offices; on 15 November one went into another, one into two."""
    for counter, level, n in (("xa-tan-trao.q1", 5, 10), ("phuong-minh-xuan.q1", 1, 30), ("so-noi-vu.q1", 3, 20)):
        kiosk = enrol(counter)
        answers = {question: Answer(level, 2000) for question in QUESTIONS}
        kiosk.send([kiosk.cast(answers=answers, wall="2026-11-10T03:00:00.000Z") for _ in range(n)])

    def change(work):
        for old, new, kind in ((MERGED, OFFICE, "merge"), (SPLIT, PART, "split"), (SPLIT, OFFICE, "split")):
            work.run(
                "INSERT INTO org_successions (old_id, new_id, day, kind, legal_ref) VALUES (?, ?, ?, ?, '')",
                (old, new, "2026-11-15", kind),
            )
        work.run("UPDATE org_versions SET valid_to = ? WHERE unit_id IN (?, ?)", ("2026-11-14", MERGED, SPLIT))
        work.run("UPDATE org_versions SET valid_to = ? WHERE parent_id IN (?, ?)", ("2026-11-14", MERGED, SPLIT))

    centre.writer.run(change)


def test_what_merged_is_added_to_its_successor_only_when_asked(signed_in, reformed):
    then = text(signed_in.get(f"/ket-qua/xep-hang?{MONTH}"))
    assert "xã Tân Trào 10 " not in then.split("quá ít phiếu")[0]
    assert "phường Minh Xuân 30 0,0" in then
    now = text(signed_in.get(f"/ket-qua/xep-hang?{MONTH}&theo=nay"))
    assert "xã Tân Trào 40 25,0" in now
    assert "phường Minh Xuân 30" not in now
    assert "đơn vị hiện nay" in now


def test_what_was_split_stands_by_itself_and_names_its_parts(signed_in, reformed):
    for page in (f"/ket-qua/xep-hang?{MONTH}&theo=nay", f"/ket-qua?{MONTH}&theo=nay"):
        assert "Sở Nội vụ (đã tách: " in text(signed_in.get(page))


def test_one_office_of_today_counts_what_came_to_it_and_the_whole_stays_the_same(signed_in, reformed):
    def shown(address):
        return text(signed_in.get(address)).split("Số phiếu ")[1].split(" ")[0]

    assert shown(f"/ket-qua?{MONTH}&don_vi={OFFICE}") == "10"
    assert shown(f"/ket-qua?{MONTH}&don_vi={OFFICE}&theo=nay") == "40"
    assert shown(f"/ket-qua?{MONTH}") == shown(f"/ket-qua?{MONTH}&theo=nay") == "60"


@pytest.mark.parametrize(
    "name", ["", "/phan-tich", "/gio", "/ly-do", "/cau-hoi", "/can-bo", "/so-sanh", "/phu", "/tt01"]
)
@pytest.mark.parametrize("office", ["", OFFICE])
def test_every_page_answers_by_the_offices_of_today(signed_in, reformed, name, office):
    answer = signed_in.get(f"/ket-qua{name}?{MONTH}&theo=nay&don_vi={office}")
    assert answer.status_code == 200
    assert 'name="theo"' in answer.text


def test_a_leader_of_the_successor_sees_what_merged_and_nobody_elses(as_role, reformed):
    client = as_role("leader", "xa-tan-trao")
    assert "xã Tân Trào 40 " in text(client.get(f"/ket-qua/xep-hang?{MONTH}&theo=nay"))
    assert "Sở Nội vụ" not in text(client.get(f"/ket-qua?{MONTH}&theo=nay"))
    assert "Minh Xuân" not in text(client.get(f"/ket-qua?{MONTH}"))


def test_the_day_is_todays_whatever_period_is_looked_at():
    from server.offices.succession import Succession, by_current

    told = [Succession(MERGED, OFFICE, date(2026, 11, 15), "merge", "")]
    assert by_current(told, [MERGED], date(2026, 11, 14))[MERGED].unit == MERGED
    assert by_current(told, [MERGED], date(2026, 11, 15))[MERGED].unit == OFFICE
