"""Whether a Raspberry Pi has power enough, as its kernel says: the firmware's bits, wherever this kernel shows them."""

from pathlib import Path
from typing import Final

from appliance.hardware import said
from survey.batch import UNDER_VOLTAGE_NOW

BITS: Final = ("sys/devices/platform/*/*firmware/get_throttled", "sys/devices/platform/*firmware/get_throttled")
"""The firmware's own word: below `soc` on Pi 1 to 4, below `soc@107c000000` on Pi 5, at the top on some kernels."""
ALARM: Final = "sys/class/hwmon/hwmon*/in0_lcrit_alarm"
"""Kernels without that file have at least the driver rpi_volt: 1 while the voltage is too low."""


def throttled(root: Path = Path("/")) -> int | None:
    """Return the firmware's bits, 0 for all is well, None where this machine does not say. root: `/`, or a copy.

    Bits 0 to 3: now under voltage, frequency capped, throttled, too hot; 16 to 19: the same, since the start.
    """
    for pattern in BITS:
        for path in sorted(root.glob(pattern)):
            bits = _number(path, 16)
            if bits is not None:
                return bits
    for path in sorted(root.glob(ALARM)):
        if said(path.parent / "name") == "rpi_volt":
            alarm = _number(path, 10)
            return None if alarm is None else UNDER_VOLTAGE_NOW * bool(alarm)
    return None


def _number(path: Path, base: int) -> int | None:
    try:
        return int(said(path), base)
    except ValueError:
        return None
