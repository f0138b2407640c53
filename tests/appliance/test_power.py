"""The Pi's power bits from files as kernels lay them out; the same for the heartbeat and the technician."""

from pathlib import Path

import pytest

from appliance.clock import Clock
from appliance.health import health
from appliance.outbox import Outbox
from appliance.power import throttled
from appliance.technician.gather import Machine

PI_4 = "sys/devices/platform/soc/soc:firmware/get_throttled"
PI_5 = "sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled"
ALARM = "sys/class/hwmon/hwmon1/in0_lcrit_alarm"


def shown(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize("where", [PI_4, PI_5, "sys/devices/platform/scb/soc:firmware/get_throttled"])
@pytest.mark.parametrize(("text", "bits"), [("50005\n", 0x50005), ("0\n", 0), ("0x80008\n", 0x80008)])
def test_the_firmwares_bits_are_found_wherever_the_kernel_shows_them(tmp_path, where, text, bits):
    assert throttled(shown(tmp_path, **{where: text})) == bits


def test_a_kernel_with_the_voltage_alarm_alone_tells_that(tmp_path):
    root = shown(tmp_path, **{ALARM: "1\n", "sys/class/hwmon/hwmon1/name": "rpi_volt\n"})
    assert throttled(root) == 0x1
    shown(tmp_path, **{ALARM: "0\n"})
    assert throttled(root) == 0


def test_another_sensors_alarm_and_a_file_without_a_number_say_nothing(tmp_path):
    root = shown(tmp_path, **{ALARM: "1\n", "sys/class/hwmon/hwmon1/name": "nvme\n", PI_4: "\n"})
    assert throttled(root) is None
    assert throttled(tmp_path / "nothing") is None


def test_heartbeat_and_technician_say_the_same(tmp_path):
    root = shown(tmp_path / "root", **{PI_5: "50000\n"})
    outbox = Outbox(tmp_path / "outbox.db", "k1", 1)
    said = health(outbox, tmp_path, Clock(1).now(), "1.0", root)
    assert said.throttled == "0x50000"
    outbox.close()
    assert Machine(tmp_path, "", root).facts().throttled == 0x50000
    outbox = Outbox(tmp_path / "outbox.db", "k1", 1)
    assert health(outbox, tmp_path, Clock(1).now(), "1.0", tmp_path / "elsewhere").throttled is None
    outbox.close()
