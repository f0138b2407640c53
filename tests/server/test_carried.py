"""Files carried by hand: taken once, proven whole first; no false clone, no sign of life, no damage to what is held."""

import io
import secrets

import pytest
from msgspec.structs import replace

from server.ballots.carried import ImportFault, import_file
from server.ballots.routes import Shelf
from server.ballots.verify import verify
from server.devices.enrol import revoke
from survey import carried
from survey.batch import Hole
from survey.carried import End, Label
from tests.kiosk_double import NOW_MS
from tests.server.conftest import ORIGIN, csrf


def a_file(kiosk, entries, seal_key, step=2, end=None, **changed):
    """Return a file of these entries, two to a batch."""
    label = Label(version=1, file=secrets.token_hex(16), device=kiosk.device, stream=kiosk.stream,
                  made="2026-11-21T07:30:00.000Z")  # fmt: skip
    batches = [kiosk.batch(entries[at : at + step], **changed) for at in range(0, len(entries), step)]
    body = carried.head(label)
    for index, batch in enumerate(batches):
        body += carried.batch_record(label, index, batch, kiosk.key, seal_key)
    end = end or End(batches=len(batches), ballots=len(entries), first=entries[0].seq, last=entries[-1].seq)
    return body + carried.end_record(label, len(batches), end, kiosk.key, seal_key)


@pytest.fixture
def take(centre):
    """Return a function that imports a file's bytes."""
    shelf = Shelf(centre)
    return lambda body: import_file(centre, shelf, io.BytesIO(body), "test")


def everything(rows):
    tables = ("ballots", "set_aside", "streams", "rollup_ballots", "boots", "events", "deliveries", "fixes", "audit")
    return {table: rows(f"SELECT count(*) FROM {table}") for table in tables}


def test_a_carried_file_is_counted_once_and_the_later_upload_gets_duplicates(kiosk, centre, take, rows):
    entries = [kiosk.cast() for _ in range(5)]
    body = a_file(kiosk, entries, centre.keys.seal_key)
    assert take(body).verdicts == {"accepted": 5}
    assert take(body).verdicts == {"duplicate": 5}
    receipt = kiosk.send(entries)
    assert [judged.verdict for judged in receipt.verdicts] == ["duplicate"] * 5
    assert receipt.upto == 5
    assert rows("SELECT count(*) FROM ballots") == [(5,)]
    assert rows("SELECT sum(n) FROM rollup_ballots") == [(5,)]
    assert centre.writer.run(verify).faults == []


def test_a_carried_file_is_no_sign_of_life_and_never_a_clone(kiosk, centre, take, rows):
    kiosk.send([kiosk.cast()])
    before = rows("SELECT last_seen, last_counter, last_health, software FROM devices")
    late = a_file(kiosk, [kiosk.cast() for _ in range(2)], centre.keys.seal_key, n=0)
    kiosk.boot, kiosk.inst = 2, "e" * 32
    kiosk.send()
    kiosk.send()
    after_boot = rows("SELECT boot, inst FROM boots ORDER BY boot")
    middle = rows("SELECT last_seen, last_counter, last_health, software FROM devices")
    assert middle != before
    assert take(late).verdicts == {"accepted": 2}
    assert rows("SELECT last_seen, last_counter, last_health, software FROM devices") == middle
    assert rows("SELECT boot, inst FROM boots ORDER BY boot") == after_boot
    kiosk.send([kiosk.cast()])
    assert rows("SELECT kind FROM events") == []


def test_a_boot_the_centre_first_heard_of_on_a_stick_raises_no_alarm_when_it_calls(kiosk, centre, take, rows):
    kiosk.boot, kiosk.inst = 7, "a" * 32
    take(a_file(kiosk, [kiosk.cast()], centre.keys.seal_key))
    kiosk.send()
    kiosk.boot, kiosk.inst = 8, "b" * 32
    kiosk.send([kiosk.cast()])
    assert rows("SELECT kind FROM events") == []


def test_an_old_file_voids_no_receipt(kiosk, centre, take):
    entries = [kiosk.cast() for _ in range(4)]
    old = a_file(kiosk, entries[:2], centre.keys.seal_key)
    assert kiosk.send(entries).upto == 4
    assert take(old).verdicts == {"duplicate": 2}
    assert kiosk.send().upto == 4


def test_declared_holes_are_carried_too(kiosk, centre, take, rows):
    first, _, third = (kiosk.cast() for _ in range(3))
    gone = [Hole(2, 2, kiosk.link_at(2).hex(), "rows lost on the card")]
    label_body = a_file(kiosk, [first], centre.keys.seal_key)
    assert take(label_body).verdicts == {"accepted": 1}
    assert take(a_file(kiosk, [third], centre.keys.seal_key, gone=gone)).verdicts == {"accepted": 1}
    assert rows('SELECT "first", "last" FROM holes') == [(2, 2)]


def faulty(kiosk, other, entries, key):
    good = a_file(kiosk, entries, key)
    stranger = replace_device(kiosk, entries, key, "ks-000099")
    return {
        "empty": (b"", "not_ours"),
        "rubbish": (secrets.token_bytes(4000), "not_ours"),
        "cut within": (good[:-40], "cut_short"),
        "cut between": (good[: good.index(b"\n", 5) + 1], "cut_short"),
        "flipped": (good[:-400] + bytes([good[-400] ^ 1]) + good[-399:], "damaged"),
        "longer": (good + b"x", "damaged"),
        "another centre": (a_file(kiosk, entries, bytes(32 * [9])), "damaged"),
        "another kiosk's key": (signed_by(kiosk, other, entries, key), "bad_signature"),
        "never enrolled": (stranger, "unknown_device"),
        "later part first": (a_file(kiosk, entries[2:], key), "gap"),
        "wrong end": (a_file(kiosk, entries, key, end=End(batches=2, ballots=3, first=1, last=4)), "not_whole"),
        "other leaves": (a_file(kiosk, [replace(one, leaf="0" * 64) for one in entries], key), "chain_mismatch"),
    }


def replace_device(kiosk, entries, key, device):
    own, kiosk.device = kiosk.device, device
    body = a_file(kiosk, entries, key)
    kiosk.device = own
    return body


def signed_by(kiosk, other, entries, key):
    own, kiosk.key = kiosk.key, other.key
    body = a_file(kiosk, entries, key)
    kiosk.key = own
    return body


NAMES = [
    "empty", "rubbish", "cut within", "cut between", "flipped", "longer", "another centre", "another kiosk's key",
    "never enrolled", "later part first", "wrong end", "other leaves",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_file_with_a_fault_is_told_and_changes_nothing(kiosk, enrol, centre, take, rows, name):
    entries = [kiosk.cast() for _ in range(4)]
    body, code = faulty(kiosk, enrol("xa-tan-trao.q2"), entries, centre.keys.seal_key)[name]
    before = everything(rows)
    with pytest.raises(ImportFault, match="Không có gì thay đổi") as caught:
        take(body)
    assert caught.value.code == code
    assert everything(rows) == before


def test_a_revoked_kiosks_file_is_refused(kiosk, centre, take):
    body = a_file(kiosk, [kiosk.cast()], centre.keys.seal_key)
    centre.writer.run(lambda work: revoke(work, kiosk.device, NOW_MS, "test"))
    with pytest.raises(ImportFault, match="thu hồi"):
        take(body)


def test_the_form_takes_several_files_in_their_order_and_says_counts(signed_in, kiosk, centre, rows):
    entries = [kiosk.cast() for _ in range(4)]
    later, first = (a_file(kiosk, part, centre.keys.seal_key) for part in (entries[2:], entries[:2]))
    form = {"csrf": csrf(signed_in.get("/thiet-bi"))}
    files = [("files", ("hailong-x-ab-3-4.hlb", later)), ("files", ("hailong-x-ab-1-2.hlb", first))]
    answer = signed_in.post("/thiet-bi/nhap-phieu", data=form, files=files, headers=ORIGIN)
    assert answer.status_code == 200, answer.text
    assert answer.text.count("2 nhận mới") == 2
    assert rows("SELECT count(*) FROM ballots") == [(4,)]
    assert rows("SELECT count(*) FROM audit WHERE action = 'ballots.carried'") == [(2,)]
    again = signed_in.post("/thiet-bi/nhap-phieu", data=form, files=[("files", ("x.hlb", b"junk"))], headers=ORIGIN)
    assert (again.status_code, "không phải tệp phiếu" in again.text) == (422, True)


def test_the_form_is_for_who_is_signed_in_and_comes_from_our_page(client, signed_in, kiosk, centre):
    body = a_file(kiosk, [kiosk.cast()], centre.keys.seal_key)
    files = [("files", ("a.hlb", body))]
    page = signed_in.get("/thiet-bi")
    foreign = signed_in.post(
        "/thiet-bi/nhap-phieu", data={"csrf": csrf(page)}, files=files, headers={"origin": "http://x"}
    )
    stale = signed_in.post("/thiet-bi/nhap-phieu", data={"csrf": "0"}, files=files, headers=ORIGIN)
    assert (foreign.status_code, stale.status_code) == (403, 403)
    signed_in.cookies.clear()
    answer = client.post(
        "/thiet-bi/nhap-phieu", data={"csrf": "0"}, files=files, headers=ORIGIN, follow_redirects=False
    )
    assert answer.status_code == 303
