"""What two weeks suggest: said with its evidence and base, not without enough of either; kept, shown, told once."""

from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import msgspec
import pytest

from server.accounts import queries as accounts
from server.alerts import hooks, queries
from server.alerts.hooks import Webhook
from server.alerts.kinds import Wants
from server.alerts.post import post
from server.alerts.tell import tell_measures
from server.devices.enrol import revoke
from server.devices.forecast import NAMES, DayTold, forecasts
from server.devices.foretell import LASTS_DAYS, foretell
from survey.batch import Health
from survey.local_time import DAY_MS
from survey.strip import Strip
from tests.kiosk_double import NOW_MS

TODAY = date(2026, 11, 21)
LEFT = Strip("column", 0, 12)


def days(low=(), errors=None, count=14, **more):
    return [
        DayTold(TODAY - timedelta(days=ago), ago in low, errors(ago) if errors else None, **more)
        for ago in reversed(range(count))
    ]


def words(told, strips=()):
    return [one.words for one in forecasts(told, TODAY, list(strips))]


def worn(tenths, written_mb, daily_mb, count=31):
    return [
        DayTold(TODAY - timedelta(days=ago), None, None, tenths, round(written_mb - ago * daily_mb))
        for ago in reversed(range(count))
    ]


def test_a_supply_that_gets_worse_is_told_with_both_weeks():
    assert words(days(low=(0, 1, 3, 9))) == [
        "Bộ nguồn có thể sắp hỏng: 3 ngày điện yếu trong 7 ngày gần đây, 1 ngày trong 7 ngày trước đó "
        "(theo 14 ngày máy có báo)."
    ]


def test_two_days_or_a_week_no_worse_than_the_last_say_nothing():
    assert words(days(low=(0, 1))) == []
    assert words(days(low=(0, 1, 3, 8, 9, 10))) == []
    assert words([]) == []


def test_new_errors_of_the_card_are_told_and_old_ones_are_not():
    assert words(days(errors=lambda ago: 2 if ago > 3 else 7)) == [
        "Thẻ nhớ có thể sắp hỏng: thêm 5 lỗi ghi đọc, từ 2 lên 7 (theo 14 ngày máy có báo)."
    ]
    assert words(days(errors=lambda ago: 7)) == []
    assert words(days(errors=lambda ago: 0 if ago else 7, count=1)) == []


def test_the_month_a_card_wears_out_comes_from_its_own_word_and_what_is_written():
    assert words(worn(4, 400_000, 5000)) == [
        "Thẻ nhớ có thể mòn hết từ tháng 03/2027: đã mòn đến 40 % khi ghi 400,0 GB, mỗi ngày ghi thêm 5,0 GB "
        "(theo 31 ngày máy có báo)."
    ], "600 GB are left at least, 120 days of them"
    assert words(worn(10, 900_000, 1)) == ["Thẻ nhớ đã mòn từ 90 % tuổi thọ trở lên (theo 31 ngày máy có báo)."]


@pytest.mark.parametrize(
    "told",
    [worn(4, 400_000, 1000), worn(1, 40_000, 5000), worn(4, 400_000, 5000, count=10), worn(4, 400_000, 0),
     worn(None, 400_000, 5000), [*worn(4, 400_000, 5000)[:-1], DayTold(TODAY, None, None, 4, 100)]],
    ids=["lasts for years", "new", "too few days", "writes nothing", "does not say", "another card since today"],
)  # fmt: skip
def test_no_month_is_told_that_the_readings_do_not_bear(told):
    assert words(told) == []


def test_a_dead_strip_is_told_with_the_days_it_was_reported():
    told = [*days(count=5)[:-2], *days(count=2, has_strips=True)]
    assert words(told, [LEFT]) == [
        "Mặt cảm ứng có dải không nhận chạm: dải bên trái, 12 % chiều rộng (máy báo trong 2 ngày, từ ngày 20/11/2026)."
    ]
    assert words(told) == [], "it answers again"


def send_days(kiosk, clock, said, **more):
    for ago, (throttled, errors) in zip(reversed(range(len(said))), said, strict=True):
        clock.now_ms = NOW_MS - ago * DAY_MS
        kiosk.send(health=Health(throttled=throttled, card_errors=errors, **more))
        kiosk.send(health=Health(throttled="0x0", card_errors=errors, **more))


WORSE = (("0x0", 0), ("0x1", 0), ("0x50000", 2), ("0x1", 4))


def test_what_kiosks_say_is_kept_by_day_and_shown(signed_in, kiosk, clock, centre, rows):
    send_days(kiosk, clock, WORSE)
    low = [bool(row[0]) for row in rows("SELECT is_power_low FROM device_days ORDER BY day")]
    assert low == [False, True, True, True]
    assert foretell(centre) == 2
    shown = signed_in.get(f"/thiet-bi/may/{kiosk.device}").text
    assert "3 ngày điện yếu trong 7 ngày gần đây" in shown
    assert "từ 0 lên 4 (theo 4 ngày máy có báo)" in shown
    assert foretell(centre) == 0, "nothing changed"


def test_heat_is_no_low_power_anywhere(kiosk, signed_in, rows):
    kiosk.send(health=Health(throttled="0xe0008"))
    assert [bool(row[0]) for row in rows("SELECT is_power_low FROM device_days")] == [False]
    assert "nguồn đủ" in signed_in.get("/thiet-bi").text
    assert "yếu" not in signed_in.get(f"/thiet-bi/may/{kiosk.device}").text


def test_one_dip_is_one_day_of_low_power_however_long_the_machine_runs_on(kiosk, clock, rows):
    for ago in (6, 5, 4, 3):
        clock.now_ms = NOW_MS - ago * DAY_MS
        kiosk.send(health=Health(throttled="0x10000" if ago < 6 else "0x0", uptime_s=(10 - ago) * 86_400))
    kiosk.send(health=Health(throttled="0x10000", uptime_s=60))
    low = [bool(row[0]) for row in rows("SELECT is_power_low FROM device_days ORDER BY day")]
    assert low == [False, True, False, True], "noted once since the start, and again after the next one"


def test_a_kiosk_that_says_nothing_of_all_leaves_no_row(kiosk, rows):
    kiosk.send(health=Health(version="0.9.0"))
    assert rows("SELECT count(*) FROM device_days") == [(0,)]


def test_the_list_shows_filters_and_hands_out_forecasts(signed_in, enrol, centre, rows):
    well, ill = enrol("xa-tan-trao.q1"), enrol("phuong-minh-xuan.q1")
    well.send(health=Health(throttled="0x0", card_errors=0))
    ill.send(health=Health(touch="ok", strips=[LEFT]))
    assert foretell(centre) == 1
    page = signed_in.get("/thiet-bi?loc=forecast").text
    assert ill.device in page
    assert well.device not in page
    assert (
        "Mặt cảm ứng có dải không nhận chạm: dải bên trái, 12 % chiều rộng (máy báo trong 1 ngày, từ ngày 21/11/2026)"
        in page
    )
    assert (
        "A strip of the touch panel does not answer: a strip at the left, 12 % of the width"
        in signed_in.get("/thiet-bi?loc=forecast&lang=en").text
    )
    centre.writer.run(lambda work: revoke(work, ill.device, NOW_MS, "test"))
    assert ill.device not in signed_in.get("/thiet-bi?loc=forecast").text
    assert foretell(centre) == 1
    assert rows("SELECT count(*) FROM device_forecasts") == [(0,)]


def person(centre, name, mailbox="", role="technician", unit=None):
    def add(work):
        accounts.add(work, name, "x", role, NOW_MS, must_change=False, unit=unit)
        wants = msgspec.convert(
            {"kinds": ("kiosk_forecast",), "mailbox": mailbox, "quiet": {"begin": 0, "end": 0, "has_days_off": False}},
            Wants,
        )
        queries.set_wants(work, accounts.by_name(work.connection, name).id, wants, NOW_MS)

    centre.writer.run(add)


def told(centre):
    return foretell(centre), tell_measures(centre)


def test_a_forecast_is_one_alert_while_it_lasts_and_ends_with_it(kiosk, centre, clock, rows):
    person(centre, "ky-thuat", "kt@tinh.example")
    person(centre, "noi-khac", unit="phuong-minh-xuan")
    hook = Webhook("a" * 32, "Cổng", "http://127.0.0.1:9/", False, ("kiosk_forecast",), None, "test", NOW_MS, None)
    centre.writer.run(lambda work: hooks.make(work, centre, hook))
    kiosk.send(health=Health(touch="ok", strips=[LEFT]))
    assert told(centre) == (1, 1)
    for later in (1, 2):
        clock.now_ms = NOW_MS + later * DAY_MS
        kiosk.send(health=Health(touch="ok", strips=[LEFT]))
        assert told(centre)[1] == 0
    assert rows("SELECT kind, about, device, base FROM alerts") == [("kiosk_forecast", "touch", kiosk.device, 1)]
    assert rows("SELECT count(*) FROM alert_receipts") == rows("SELECT count(*) FROM webhook_deliveries") == [(1,)]
    kiosk.send(health=Health(touch="ok"))
    assert told(centre) == (1, 0)
    assert rows("SELECT ended_at FROM alerts") == [(clock.now_ms,)]
    assert rows("SELECT count(*) FROM webhook_deliveries") == [(0,)], "it was not tried yet"
    assert post(centre) == 0, "nobody is mailed what is over"
    clock.now_ms += DAY_MS
    kiosk.send(health=Health(touch="ok", strips=[LEFT]))
    assert told(centre) == (1, 1), "another time is another alert"


def test_the_letter_names_kiosk_part_place_and_base(kiosk, centre, clock, rows):
    person(centre, "ky-thuat", "kt@tinh.example")
    send_days(kiosk, clock, WORSE)
    told(centre)
    assert post(centre) == 1
    (letter,) = rows("SELECT message FROM mails")
    body = message_from_bytes(bytes(letter[0]), policy=default).get_content()
    assert f"Ki-ốt {kiosk.device}: bộ nguồn có thể sắp hỏng, Quầy số 1" in body
    assert f"Ki-ốt {kiosk.device}: thẻ nhớ có thể sắp hỏng" in body
    assert "Suy đoán từ 4 ngày máy có báo" in body


def test_a_count_that_wavers_about_its_threshold_is_one_forecast(kiosk, centre, clock, rows):
    send_days(kiosk, clock, WORSE)
    foretell(centre)
    supply = "SELECT since FROM device_forecasts WHERE kind = 'supply'"
    assert rows(supply) == [(NOW_MS,)]
    for later, held in ((4, 1), (5, 1), (6, 1), (7, 0)):  # from the fifth day on two low days of seven are left
        clock.now_ms = NOW_MS + later * DAY_MS
        kiosk.send(health=Health(throttled="0x0", card_errors=4))
        foretell(centre)
        assert rows(supply) == [(NOW_MS,)] * held, later
    assert LASTS_DAYS["supply"] == 3


def test_the_pages_of_an_alert_say_when_it_is_over(signed_in, kiosk, centre, rows):
    kiosk.send(health=Health(touch="ok", strips=[LEFT]))
    told(centre)
    assert f"Ki-ốt {kiosk.device}: {NAMES['touch']}" in signed_in.get("/canh-bao").text
    (number,) = rows("SELECT id FROM alerts")[0]
    assert f"/thiet-bi/may/{kiosk.device}" in signed_in.get(f"/canh-bao/{number}").text
    kiosk.send(health=Health(touch="ok"))
    told(centre)
    assert NAMES["touch"] not in signed_in.get("/canh-bao").text
    assert "hết lúc" in signed_in.get(f"/canh-bao/{number}").text
    assert "Đã hết" in signed_in.get("/canh-bao?nhom=tat-ca").text
