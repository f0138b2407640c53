"""Ballots on a stick: sealed, whole, in parts, in bounded memory; the outbox stays as it is."""

import io
import os
import secrets
import subprocess
import sys
import tracemalloc

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace
from nacl.public import PrivateKey

from appliance.clock import Moment
from appliance.draft import Draft
from appliance.outbox import Outbox
from appliance.technician import sneakernet, usb
from survey import carried
from survey.ballot import Answer, Ballot, Channel, Status, ballot_id
from survey.carried import CarriedError, End
from survey.questionnaire import bundled

KEY = Ed25519PrivateKey.generate()
CENTRE = PrivateKey.generate()
SEALER = sneakernet.Sealer(KEY, bytes(CENTRE.public_key))
QUESTIONS = [question.id for question in bundled().questions]


def a_draft():
    return Draft(
        id=ballot_id(1_795_248_000_000, secrets.token_bytes(14)), questionnaire=bundled().ref, layout="l1-800x480",
        lang="vi", channel=Channel.TOUCH, status=Status.COMPLETE, answers=dict.fromkeys(QUESTIONS, Answer(4, 900)),
    )  # fmt: skip


@pytest.fixture
def outbox(tmp_path):
    made = Outbox(tmp_path / "outbox.db", "ks-000001", "b" * 32)
    yield made
    made.close()


def cast(outbox, count):
    for second in range(count):
        outbox.cast(a_draft(), Moment(1, 60_000 + second, 1_795_248_000_000 + second, True))


def read(body, key=KEY, open_key=bytes(CENTRE)):
    file = io.BytesIO(body)
    label = carried.read_label(file)
    return list(carried.read_records(file, label, open_key, key.public_key()))


def one_file(outbox, **how):
    into = io.BytesIO()
    part = sneakernet.write_part(outbox, into, SEALER, **how)
    return part, into.getvalue()


def test_a_file_holds_what_the_uploader_would_send_and_the_outbox_keeps_it(outbox):
    cast(outbox, 3)
    part, body = one_file(outbox)
    batch, end = read(body)
    entries, head = outbox.next_entries(500)
    assert (batch.ballots, batch.head) == (entries, head)
    assert end == End(batches=1, ballots=3, first=1, last=3)
    assert part.name == f"hailong-ks-000001-{outbox.stream[:8]}-1-3.hlb"
    assert outbox.counts() == {"unsent": 3}


def test_a_lost_stick_tells_nothing(outbox):
    cast(outbox, 2)
    _, body = one_file(outbox)
    for words in (*QUESTIONS, "answers", "sipas", "questionnaire", outbox.next_entries(1)[0][0].leaf):
        assert words.encode() not in body
    with pytest.raises(CarriedError, match="damaged"):
        read(body, open_key=bytes(PrivateKey.generate()))


def test_every_cut_and_every_flipped_byte_is_found(outbox):
    cast(outbox, 2)
    _, body = one_file(outbox)
    for at in range(len(body)):
        with pytest.raises(CarriedError):
            read(body[:at])
    for at in range(len(body)):
        with pytest.raises(CarriedError):
            read(body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :])
    with pytest.raises(CarriedError):
        read(body + b"x")


def test_records_cannot_be_taken_from_one_file_into_another(outbox):
    cast(outbox, 2)
    (_, one), (_, other) = one_file(outbox, most=1), one_file(outbox, most=1)
    head = one.index(b"\n", 5) + 1
    with pytest.raises(CarriedError, match="bad_signature"):
        read(one[:head] + other[head:])
    with pytest.raises(CarriedError, match="bad_signature"):
        read(one, key=Ed25519PrivateKey.generate())


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts want root")
def test_a_mount_of_memory_is_no_stick_what_would_be_written_there_is_gone_with_the_power(tmp_path):
    (tmp_path / "media").mkdir()
    (tmp_path / "real").mkdir()
    at = repr(str(tmp_path))
    look = f"from appliance.technician import usb; from pathlib import Path; print(usb.sticks([], Path({at})))"
    mounts = """
        mount -t tmpfs none "$1/media" && mkdir "$1/media/root-rw" "$1/media/stick"
        mount -t tmpfs none "$1/media/root-rw" && mount --bind "$1/real" "$1/media/stick" && exec "$2" -c "$3"
    """
    words = ["unshare", "--mount", "sh", "-c", mounts, "sh", str(tmp_path), sys.executable, look]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    if done.returncode and "ermitted" in done.stderr:
        pytest.skip(f"no mounts here: {done.stderr.strip()}")
    is_on_a_device = os.major(tmp_path.stat().st_dev) != 0
    assert done.stdout.strip() == (f"[{tmp_path / 'media/stick'!r}]" if is_on_a_device else "[]"), done.stderr


def test_a_file_is_synced_under_its_name_too_since_fat_says_no_bytes_before(tmp_path, monkeypatch):
    seen, sync = [], os.fsync

    def synced(handle):
        seen.append((os.fstat(handle).st_ino, (tmp_path / "a.hlb").exists()))
        sync(handle)

    def write(file):
        file.write(b"ballots")
        return "a.hlb"

    monkeypatch.setattr(os, "fsync", synced)
    path = usb.put(tmp_path, write)
    number = path.stat().st_ino
    assert seen == [(number, False), (number, True), (tmp_path.stat().st_ino, True)]


def test_a_stick_that_is_missing_full_or_pulled_is_told_and_leaves_no_half_file(outbox, tmp_path):
    with pytest.raises(usb.StickError, match="Cắm USB"):
        usb.the_stick([str(tmp_path / "none")], tmp_path)
    stick = tmp_path / "stick"
    stick.mkdir()

    def full(file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(usb.StickError, match="USB không ghi được"):
        usb.put(stick, full)
    assert list(stick.iterdir()) == []


def test_many_ballots_make_several_files_in_bounded_memory(outbox, tmp_path):
    cast(outbox, 1)
    row = outbox.db.execute("SELECT body FROM ballots").fetchone()[0]
    grow(outbox, row, 10_000)
    stick = tmp_path / "stick"
    stick.mkdir()
    tracemalloc.start()
    parts = sneakernet.export(outbox, stick, SEALER, lambda count: None, 3000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [part.ballots for part in parts] == [3000, 3000, 3000, 1001]
    assert peak < 12_000_000
    assert sorted(path.name for path in stick.iterdir()) == sorted(part.name for part in parts)
    found = [each for part in parts for each in read((stick / part.name).read_bytes())]
    seqs = [entry.seq for each in found if not isinstance(each, End) for entry in each.ballots]
    assert seqs == list(range(1, 10_002))


def grow(outbox, body, count):
    """Append ballots in one transaction: a power cut's safety of each is not what is tried here."""
    from survey import chain, wire

    plain = wire.decode(body, Ballot)
    with outbox._writing():
        head = outbox.head()
        seq, link = head.seq, bytes.fromhex(head.link)
        for _ in range(count):
            seq += 1
            ballot = replace(plain, id=a_draft().id, seq=seq)
            outbox._append(ballot, link)
            link = chain.link(link, seq, chain.leaf(ballot))
