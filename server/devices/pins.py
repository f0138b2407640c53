"""The technicians' PIN of a counter, an office or the whole province, as a wish that kiosks' settings carry signed."""

from typing import Final

from server.database import Work
from server.devices.queries import device
from server.devices.wishes import WishError, wish, with_own

FIELD: Final = "pin_hash"


def set_pin(work: Work, units: list[str], digest: str, now_ms: int, actor: str) -> None:
    """Give these units' kiosks the PIN of this digest; "" takes it away. A counter's is stronger than its office's."""
    done = "technician_pin.set" if digest else "technician_pin.remove"
    wish(work, units, FIELD, digest, (now_ms, actor, done, ""))


def counter_of(work: Work, device_id: str) -> str:
    """Return the counter a device stands at. Raises WishError if it is not enrolled."""
    found = device(work.connection, device_id)
    if found is None:
        raise WishError(f"device {device_id!r} is not enrolled")
    return found.counter


def own_pins(work: Work) -> list[str]:
    """Return the units that have a PIN of their own."""
    return with_own(work, FIELD)
