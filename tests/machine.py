"""The real parts of a kiosk, enrolled at a real centre; its window is joined where a test needs it."""

from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from appliance import identity, keys
from appliance.enrol import enrol
from appliance.link import Link
from appliance.outbox import Outbox
from appliance.settings import PANELS, Settings
from appliance.uploader import Uploader
from demo.centre import Centre


@dataclass
class Machine:
    """The disk side of one enrolled kiosk: settings, outbox, uploader; its window is joined where a test needs it."""

    local: Settings
    outbox: Outbox
    uploader: Uploader

    @property
    def folder(self) -> Path:
        return Path(self.local.data_dir)


def enrolled(centre: Centre, folder: Path, *, boot: str = "b" * 32, counter: str | None = None) -> Machine:
    """Return a machine enrolled at a counter of the centre, with its settings fetched."""
    local = Settings(data_dir=str(folder), centre=centre.url, panel=PANELS["7in"], fullscreen=False, upload_every_s=1.0)
    enrol(local, centre.code(counter or centre.counter()))
    return machine(local, centre.url, boot=boot)


def machine(local: Settings, centre_url: str, *, boot: str = "b" * 32) -> Machine:
    """Return the disk side of an enrolled kiosk, its line going to any address (a middlebox, say)."""
    folder = Path(local.data_dir)
    granted = identity.grant(folder)
    assert granted is not None
    outbox = Outbox(folder / "outbox.db", granted.device, boot)
    link = Link(centre_url, keys.device_key(folder), granted.device, keys.centre_key(granted))
    uploader = Uploader(outbox, link, outbox.clock(), folder, every_s=local.upload_every_s)
    return Machine(replace(local, centre=centre_url), outbox, uploader)
