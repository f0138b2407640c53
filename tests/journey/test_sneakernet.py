"""Ballots on foot: a real outbox, a stick, the centre's command line beside the running centre, then the network."""

from collections.abc import Callable
from pathlib import Path

from appliance import identity, keys
from appliance.technician import sneakernet
from demo.centre import Centre
from tests.faults.test_network import counted
from tests.journey.test_lines import cast
from tests.machine import Machine


def carry(kiosk: Machine, stick: Path) -> list[sneakernet.Part]:
    settings = identity.kiosk_settings(kiosk.folder)
    assert settings is not None
    stick.mkdir(exist_ok=True)
    sealer = sneakernet.Sealer(keys.device_key(kiosk.folder), settings.seal_key)
    return sneakernet.export(kiosk.outbox, stick, sealer, lambda count: None, 4)


def test_carried_then_connected_every_ballot_is_one_row(
    centre: Centre, enrol_machine: Callable[[], Machine], tmp_path: Path
) -> None:
    kiosk = enrol_machine()
    kiosk.uploader.fetch_settings()
    cast(kiosk, 10)
    parts = carry(kiosk, tmp_path / "stick")
    assert [part.ballots for part in parts] == [4, 4, 2]
    assert kiosk.outbox.counts() == {"unsent": 10}
    files = [str(path) for path in (tmp_path / "stick").iterdir()]
    said = centre.do("import-outbox", *files)
    assert said.count("nhận mới") == 3
    assert counted(centre, kiosk.outbox.device) == 10
    cast(kiosk, 1)
    kiosk.uploader.exchange()
    assert kiosk.outbox.counts() == {"duplicate": 10, "accepted": 1}
    assert counted(centre, kiosk.outbox.device) == 11
    assert "0 nhận mới, 4 đã có" in centre.do("import-outbox", *files)
    assert centre.rows("SELECT kind FROM events WHERE device = ?", kiosk.outbox.device) == []
    kiosk.uploader.exchange()
    assert kiosk.outbox.counts() == {"duplicate": 10, "accepted": 1}
    assert "fit" in centre.do("verify")
