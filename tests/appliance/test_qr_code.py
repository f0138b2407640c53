"""The rotating code: each one new, also after the window was started again within one boot."""

from appliance.clock import Clock
from appliance.qr_code import RotatingCode
from survey import qr_token
from survey.enrolment import KioskSettings, Place
from survey.questionnaire import bundled

KIOSK = KioskSettings(
    version=1,
    etag="",
    device="k",
    office=Place("o", {"vi": "o"}),
    counter=Place("c", {"vi": "c"}),
    questionnaire=bundled(),
    public_base="HTTPS://KS.VN",
    qr_kiosk=7,
    qr_key=bytes(32),
    seal_key=bytes(32),
)


def test_no_code_of_a_boot_comes_again_after_a_restart_of_the_window():
    now_ms = iter(range(60_000, 10**9, 30_000))
    clock = Clock(3, wall=lambda: 0, monotonic=lambda: next(now_ms), ntp=lambda: False)
    places = []
    for _ in range(3):
        code = RotatingCode(lambda: clock, lambda: b"head", lambda shown: None)
        for _ in range(40):
            places.append(qr_token.place_of(code.url(KIOSK, is_new=True).rsplit("/", 1)[-1]))
    assert len(set(places)) == len(places)
    assert places == sorted(places)
