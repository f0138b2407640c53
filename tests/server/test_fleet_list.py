"""The fleet's list: each fact as a sign and words, what needs a look first, and filters that leave nothing else."""

import re

from server.devices.roster import picked
from server.devices.signs import signs
from survey.batch import Health

WELL = Health(
    version="1.2.0", slot="a", clock="exact", touch="ok", throttled="0x0", temperature_c=51.0, disk_free_mb=12_400,
    card_errors=0, card_life="0x01 0x02", buttons={"1": "ok", "5": "ok"},
)  # fmt: skip
ILL = Health(
    version="1.1.0", failed_release="1.2.0", clock="unproven", touch="missing", throttled="0x10000", temperature_c=84.0,
    disk_free_mb=120, card_errors=3, card_life="0x09 0x02", buttons={"1": "stuck"}, queue=4, oldest_unsent_s=200_000,
)  # fmt: skip


def words(health):
    return {one.words for several in signs(health).values() for one in several}


def test_what_is_well_is_said_without_alarm():
    assert not any(one.is_bad for several in signs(WELL).values() for one in several)
    assert words(WELL) == {
        "0 phiếu", "nguồn đủ", "51 °C", "đúng giờ", "2 nút tốt", "cảm ứng tốt", "trống 12,4 GB", "mòn 2/10",
        "1.2.0, khe a",
    }  # fmt: skip


def test_what_is_ill_is_marked_in_its_own_column():
    bad = {name: [one.words for one in several if one.is_bad] for name, several in signs(ILL).items()}
    assert bad == {
        "queue": ["4 phiếu, lâu nhất 2 ngày 7 giờ"], "power": ["nguồn từng yếu", "84 °C"], "clock": ["giờ chưa chắc"],
        "hands": ["nút 1: kẹt", "không thấy cảm ứng"], "card": ["trống 120 MB", "3 lỗi ghi đọc", "mòn 9/10"],
        "version": ["thử 1.2.0 hỏng"],
    }  # fmt: skip


def test_what_an_old_kiosk_does_not_say_is_not_invented():
    assert words(Health(version="0.9.0")) == {"0 phiếu", "0.9.0"}
    assert signs(None)["queue"] == []


def devices(answer):
    return re.findall(r'<td data-name="Máy"><a class="machine" href="/thiet-bi/may/(ks-\d+)"', answer.text)


def test_the_list_shows_trouble_first_and_filters(signed_in, enrol):
    well, ill = enrol("xa-tan-trao.q1"), enrol("phuong-minh-xuan.q1")
    well.send([well.cast()], health=WELL)
    ill.send([ill.cast()], health=ILL)
    assert devices(signed_in.get("/thiet-bi")) == [ill.device, well.device]
    assert devices(signed_in.get("/thiet-bi?loc=card")) == [ill.device]
    assert devices(signed_in.get("/thiet-bi?loc=im-lang")) == []
    assert devices(signed_in.get(f"/thiet-bi?tim={well.device}&xep=noi")) == [well.device]
    shown = signed_in.get("/thiet-bi").text
    for each in ("không thấy cảm ứng", "mòn 9/10", "nguồn từng yếu", "1.2.0, khe a"):
        assert each in shown
    assert "power was low" in signed_in.get("/thiet-bi?lang=en").text


def test_an_unknown_order_or_filter_leaves_everything():
    assert picked([], "x", "y", "z") == []
