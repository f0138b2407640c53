"""What the glass says at a first boot: settings, the enrolment, the counter; what is wrong is never off the glass."""

import re

from msgspec.structs import replace

from appliance.firstboot import progress as p
from appliance.firstboot.progress import Applied, PairView, Progress, Proof, Stage
from appliance.technician.pages import AskView, RowsView

GOOD = tuple(Proof(f"s{n}", "ok", f"Mục {n}", "được") for n in range(8))
BAD = Proof("firewall", "bad", "Tường lửa", "chưa bật", "Khởi động lại máy.")
DONE = Applied(True, GOOD)


def shown(progress: Progress, at_s: float = 0.0):
    return p.frame(progress, at_s).screen


def test_every_setting_comes_onto_the_glass_in_turn():
    progress = Progress(DONE, Stage.ENROLLING)
    seen = set()
    for at_s in (0, 5, 10):
        view = shown(progress, at_s)
        assert isinstance(view, RowsView)
        assert 1 <= len(view.rows) <= 4
        seen |= {row.name for row in view.rows}
    assert seen == {one.name for one in GOOD} | {"Ghi danh"}


def test_what_is_wrong_stays_on_the_glass_with_its_way_out():
    progress = Progress(Applied(True, (*GOOD, BAD)), Stage.ENROLLING)
    for at_s in range(0, 60, 3):
        rows = shown(progress, at_s).rows
        assert ("Tường lửa", "Khởi động lại máy.") in [(row.name, row.way_out) for row in rows]


def test_a_refused_code_is_said_and_asked_again():
    view = shown(Progress(DONE, Stage.REFUSED, words="Mã trên thẻ đã hết hạn.", tries=3))
    assert [(row.sign, row.way_out) for row in view.rows] == [("bad", "Mã trên thẻ đã hết hạn.")]


def test_office_and_counter_stand_large_before_the_survey_begins_by_itself():
    ready = Progress(DONE, Stage.READY, office="UBND xã Tân Trào", counter="Quầy số 2", device="ks-000007", since_s=100)
    view = shown(ready, 130)
    assert isinstance(view, AskView)
    assert view.text.startswith("UBND xã Tân Trào\nQuầy số 2\n")
    assert re.search(r"sau 30 giây", view.text)
    assert "ks-000007" in view.title
    assert not p.is_over(ready, 159)
    assert p.is_over(ready, 160)


def test_citizens_come_first_a_kiosk_with_something_amiss_begins_too():
    ready = Progress(Applied(True, (BAD,)), Stage.READY, office="A", counter="B", device="ks-1", since_s=0)
    view = shown(ready)
    assert isinstance(view, RowsView)
    assert [control.name for control in view.controls] == ["trial", "begin"]
    assert p.is_over(ready, p.READY_S)


def test_the_as_built_record_holds_every_setting_and_fails_with_one_of_them():
    progress = Progress(Applied(True, (*GOOD, BAD)), Stage.READY, office="A", counter="B", device="ks-1")
    items = {item.id: item.outcome for item in p.items(progress)}
    assert items == {f"set-s{n}": "pass" for n in range(8)} | {"set-firewall": "fail", "enrolled": "pass"}


PAIRING = Progress(
    DONE, Stage.PAIRING, letters="7K3MQX2P", four=("hạc", "miền", "nong", "tem"),
    page="https://ks.example.vn/thiet-bi/ghep?ma=7K3MQX2P",
)  # fmt: skip


def test_letters_words_and_code_stand_on_the_glass_together():
    view = shown(PAIRING)
    assert isinstance(view, PairView)
    assert (view.qr, view.letters, view.four) == (PAIRING.page, "7K3M-QX2P", ["hạc", "miền", "nong", "tem"])
    assert "mở ks.example.vn/thiet-bi/ghep và" in view.where
    assert [control.name for control in view.controls] == ["again"]


def test_what_did_not_apply_is_seen_also_while_the_kiosk_waits_to_be_paired():
    seen = {type(p.frame(replace(PAIRING, applied=Applied(True, (*GOOD, BAD))), at_s).screen) for at_s in (0, 5, 10)}
    assert seen == {PairView, RowsView}


def test_a_refused_code_offers_to_pair_instead():
    view = shown(Progress(DONE, Stage.REFUSED, words="Mã trên thẻ đã hết hạn.", tries=3))
    assert [control.name for control in view.controls] == ["pair"]
