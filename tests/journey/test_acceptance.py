"""A sheet on the card, sent by the real uploader to a real centre; a network that fails loses none."""

from collections.abc import Callable

from appliance.clock import Moment
from appliance.technician import sheets
from appliance.technician.checks import Finding, Sign
from appliance.technician.gather import Machine
from appliance.technician.trial import begun
from demo.centre import Centre
from tests.machine import Machine as Kiosk
from tests.machine import machine


def keep_one(kiosk: Kiosk) -> None:
    found = [Finding("network", Sign.OK, "Mạng", "eth0"), Finding("card", Sign.BAD, "Thẻ nhớ", "3 lỗi")]
    moment = Moment(1, 60_000, 1_795_248_000_000, True)
    sheet = sheets.sheet_of(begun(found, (), 0, 10).items, kiosk.outbox.device, "0.1.0", moment, 74.2, "NVA")
    sheets.keep(kiosk.folder, sheet)


def test_a_sheet_waits_for_the_network_and_is_sent_once(centre: Centre, enrol_machine: Callable[[], Kiosk]) -> None:
    kiosk = enrol_machine()
    keep_one(kiosk)
    away = machine(kiosk.local, "http://127.0.0.1:9")
    away.uploader.exchange()
    away.outbox.close()
    assert len(sheets.waiting(kiosk.folder)) == 1
    kiosk.uploader.exchange()
    assert sheets.waiting(kiosk.folder) == []
    assert len(sheets.every(kiosk.folder)) == 1
    kiosk.uploader.exchange()
    held = centre.rows("SELECT verdict, who FROM acceptances WHERE device = ?", kiosk.outbox.device)
    assert held == [("fail", "NVA")]


def test_a_sheet_that_the_centre_never_takes_does_not_block_the_next(
    centre: Centre, enrol_machine: Callable[[], Kiosk]
) -> None:
    kiosk = enrol_machine()
    (kiosk.folder / sheets.FOLDER).mkdir()
    (kiosk.folder / sheets.FOLDER / "0.json").write_bytes(b"{}")
    keep_one(kiosk)
    kiosk.uploader.exchange()
    assert sheets.waiting(kiosk.folder) == []
    assert (kiosk.folder / sheets.FOLDER / "0.json.refused").exists()


def test_the_status_pages_round_trip_is_a_real_receipt(centre: Centre, enrol_machine: Callable[[], Kiosk]) -> None:
    kiosk = enrol_machine()
    facts = Machine(kiosk.folder, centre.url).facts()
    assert facts.trip is not None
    assert facts.trip.is_receipted
    assert not facts.faults
    assert Machine(kiosk.folder, "http://127.0.0.1:9").trip().why == "refused"
    assert centre.rows("SELECT kind FROM events WHERE device = ?", kiosk.outbox.device) == []
