"""Facts judged: what is green, what a person must do, and that nothing is claimed that the machine did not say."""

import pytest
from msgspec.structs import replace

from appliance.power import throttled
from appliance.technician import checks, trial
from appliance.technician.checks import Sign
from appliance.technician.facts import Card, Code, Facts, Interface, Queue, Sound, Time, Trip
from appliance.technician.gather import Machine, ext4_errors, interfaces_of
from appliance.technician.wifi import read_list
from survey.strip import Strip

GOOD = Facts(
    interfaces=(Interface("eth0", True, ("IPv4",)),),
    trip=Trip(True, 84),
    time=Time("21/11/2026 15:04", True, 60, 10),
    queue=Queue(0, sent_age_s=60),
    throttled=0,
    temperature_c=48.2,
    card=Card(20_000, 29_000, 0, "đã dùng 10 %", 90),
    buttons={str(level): "ok" for level in range(1, 6)},
    code=Code(True, 33, 1.1),
    sound=Sound(True, 60),
    strips=(),
)


FAULTS = [
    ({"interfaces": (Interface("eth0", False),)}, "network", Sign.BAD),
    ({"interfaces": (Interface("eth0", True),)}, "network", Sign.BAD),
    ({"trip": Trip(False, why="portal")}, "trip", Sign.BAD),
    ({"trip": Trip(False, why="never heard of")}, "trip", Sign.BAD),
    *[({"trip": Trip(False, why=why)}, "trip", Sign.BAD) for why in checks.WHY],
    ({"time": Time("01/01/1970 07:00", False)}, "clock", Sign.WARN),
    ({"time": Time("21/11/2026 15:04", False, 60, -90_000)}, "clock", Sign.WARN),
    ({"queue": None}, "queue", Sign.BAD),
    ({"queue": Queue(12, 7200)}, "queue", Sign.WARN),
    ({"queue": Queue(0, rejected=1)}, "queue", Sign.WARN),
    ({"queue": Queue(0, damaged=1)}, "queue", Sign.BAD),
    ({"throttled": 0x50005}, "power", Sign.BAD),
    ({"throttled": 0x50000}, "power", Sign.WARN),
    ({"temperature_c": 81.0}, "heat", Sign.BAD),
    ({"temperature_c": 72.0}, "heat", Sign.WARN),
    ({"card": Card(20_000, 29_000, 3, None, 90)}, "card", Sign.BAD),
    ({"card": Card(20_000, 29_000, None, None, None)}, "card", Sign.BAD),
    ({"card": Card(100, 29_000, 0, None, 90)}, "card", Sign.BAD),
    ({"card": Card(20_000, 29_000, 0, None, 4000)}, "card", Sign.WARN),
    ({"buttons": {"5": "ok", "4": "stuck"}}, "buttons", Sign.BAD),
    ({"buttons": {"5": "unplugged"}}, "buttons", Sign.BAD),
    ({"code": Code(False, 33, 1.1)}, "qr", Sign.BAD),
    ({"code": Code(True, 41, 0.7)}, "qr", Sign.WARN),
    ({"temperature_c": 60.0, "throttled": 0x80008}, "heat", Sign.WARN),
    ({"strips": (Strip("column", 0, 12),)}, "glass", Sign.BAD),
    ({"sound": Sound(True, 0)}, "sound", Sign.WARN),
]


def signs(facts):
    return {each.id: each.sign for each in checks.findings(facts)}


def test_a_sound_machine_is_green_throughout():
    assert set(signs(GOOD).values()) == {Sign.OK}


@pytest.mark.parametrize(("changed", "what", "sign"), FAULTS)
def test_a_fault_has_its_sign_and_a_way_out(changed, what, sign):
    found = next(each for each in checks.findings(replace(GOOD, **changed)) if each.id == what)
    assert found.sign is sign
    assert found.way_out


def test_what_the_machine_does_not_say_is_never_green():
    silent = signs(Facts())
    assert {silent[what] for what in ("network", "power", "heat", "buttons", "glass", "sound", "trip", "clock")} == {
        Sign.UNKNOWN
    }
    assert checks.sound(Facts()).value == "chưa có giọng đọc"


def test_a_pi_and_a_desk_are_read_from_sysfs(tmp_path):
    assert throttled(tmp_path) is None
    for path, text in (
        ("sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n"),
        ("sys/fs/ext4/mmcblk0p3/errors_count", "2\n"),
        ("sys/fs/ext4/mmcblk0p2/errors_count", "0\n"),
        ("sys/class/net/lo/carrier", "1\n"),
        ("sys/class/net/eth9/carrier", "1\n"),
        ("proc/net/if_inet6", "20010db8000000000000000000000001 02 40 00 80 eth9\n"),
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert throttled(tmp_path) == 0x50005
    assert ext4_errors(tmp_path) == 2
    assert interfaces_of(tmp_path) == (Interface("eth9", True, ("IPv6",)),)


def test_a_machine_that_answers_nothing_still_gives_a_page(tmp_path):
    facts = Machine(tmp_path / "gone", "http://127.0.0.1:9", tmp_path).facts()
    assert set(facts.faults) == {"card", "queue"}
    assert len(checks.findings(facts)) == len(checks.CHECKS)


def test_networks_are_read_from_nmclis_terse_list():
    text = "*:70:WPA2:Mot\\:Cua\n:90:WPA2:Khac\n:40::Free\n:95:WPA2:Mot\\:Cua\n:50:WPA2:\nrubbish\n"
    found = read_list(text)
    assert [(each.ssid, each.is_joined, each.is_open) for each in found] == [
        ("Mot:Cua", True, False), ("Khac", False, False), ("Free", False, True),
    ]  # fmt: skip


def test_buttons_are_asked_one_by_one_and_another_one_does_not_count():
    test = trial.begun(checks.findings(GOOD), (5, 4), 0, 10)
    for n in range(5):
        test = trial.touched(test, f"touch-{n}", 11)
    assert test.step == "button-5"
    assert trial.pressed(test, 4, 12) is test
    test = trial.pressed(trial.pressed(test, 5, 12), 4, 13)
    assert test.step == "heard"
    test = trial.touched(trial.touched(test, "yes", 14), "yes", 15)
    assert test.step == ""
    assert {item.outcome for item in test.items} == {"pass"}
