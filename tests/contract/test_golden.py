"""Golden files of every message of contract v1: added to, never edited. They change only if the contract broke."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from survey import chain, qr_token, signature, wire
from survey.acceptance import Item, Sheet, SheetReceipt
from survey.ballot import Answer, Ballot, Channel, Consent, Flag, Status, ballot_code
from survey.batch import Batch, Entry, Fix, Head, Health, Hole, Judged, Receipt, Shown, Verdict
from survey.clock import TimeTold
from survey.enrolment import EnrolRequest, Grant, Hours, KioskSettings, Place
from survey.pairing import PairAnswer, PairOffer, PairPoll, PairRequest
from survey.problem import Problem
from survey.questionnaire import bundled
from survey.support import Bundle, BundleReceipt
from tests.values import DEVICE, STREAM, a_ballot

FOLDER = Path(__file__).parent
NONCE, EPOCH = "ab" * 16, "cd" * 16

LOW = a_ballot(
    2,
    answers=a_ballot().answers | {"attitude": Answer(1, 4200), "fees": Answer("na", 900)},
    reasons={"attitude": ["attitude.not_listening", "attitude.other"]},
    context={"role": "individual", "field": "ho_tich"},
    sealed=bytes(range(112)),
    sealed_salt=b"s" * 16,
    consent=Consent("contact_v1", "vi"),
    flags=[Flag.FAST],
)
QUICK = a_ballot(3, answers={"overall": Answer(5, 800)}, channel=Channel.BUTTON, status=Status.QUICK, clock="unproven")
FIRST = a_ballot(1)
HANDED_OVER = a_ballot(
    4,
    answers={"responsibility": Answer(2, 3100), "attitude": Answer(4, 2000)},
    reasons={"responsibility": ["responsibility.absent"]},
    status=Status.PARTIAL,
    flags=[Flag.HANDED_OVER],
    codes=[3 << 20 | 12],
)


def chained() -> tuple[list[Entry], Head]:
    entries, link = [], chain.genesis(DEVICE, STREAM)
    for ballot in (FIRST, LOW, QUICK):
        leaf = chain.leaf(ballot)
        link = chain.link(link, ballot.seq, leaf)
        entries.append(Entry(ballot.seq, leaf.hex(), msgspec.Raw(wire.encode(ballot))))
    return entries, Head(3, link.hex())


ENTRIES, HEAD = chained()

SAMPLES: dict[str, Any] = {
    "ballot": FIRST,
    "ballot_low": LOW,
    "ballot_quick": QUICK,
    "ballot_handed_over": HANDED_OVER,
    "batch": Batch(
        version=1,
        device=DEVICE,
        stream=STREAM,
        boot=3,
        inst="ef" * 16,
        n=7,
        echo=6,
        head=HEAD,
        ballots=ENTRIES,
        gone=[Hole(1, 1, "00" * 32, "rows lost on the card")],
        fixes=[Fix(3, 61_000, "2026-11-21T04:00:01.000Z", 120)],
        shown=[Shown(3, 1, 1, 30_000, 60_000)],
        health=Health(version="0.1.0", queue=3, uptime_s=61, temperature_c=48.5, buttons={"5": "ok"}),
    ),
    "receipt": Receipt(
        version=1,
        epoch=EPOCH,
        stream=STREAM,
        upto=3,
        head=HEAD.link,
        counter=7,
        nonce=NONCE,
        verdicts=[Judged(1, Verdict.ACCEPTED), Judged(2, Verdict.REJECTED, "unknown_reason", "reason x")],
        settings_etag="s1",
        time="2026-11-21T04:00:02.000Z",
    ),
    "receipt_asking": Receipt(
        version=1,
        epoch=EPOCH,
        stream=STREAM,
        upto=3,
        head=HEAD.link,
        counter=8,
        nonce=NONCE,
        settings_etag="s1",
        time="2026-11-21T04:00:02.000Z",
        bundle="34" * 16,
    ),
    "bundle": Bundle(
        version=1,
        id="34" * 16,
        device=DEVICE,
        software="0.1.0",
        zip=b"PK\x05\x06" + bytes(18),
        left_out=["logs/journal.log: 900 / 1200 B"],
    ),
    "bundle_failed": Bundle(version=1, id="34" * 16, device=DEVICE, software="0.1.0", why="not_made", fault="OSError"),
    "bundle_receipt": BundleReceipt(version=1, id="34" * 16, nonce=NONCE, time="2026-11-21T04:01:14.500Z"),
    "enrol_request": EnrolRequest(version=1, code="HL-7K3M-Q9TX", public_key=b"p" * 32, nonce=NONCE, model="desk"),
    "grant": Grant(
        version=1,
        device=DEVICE,
        centre_key=b"c" * 32,
        epoch=EPOCH,
        nonce=NONCE,
        office={"vi": "UBND phường Minh Xuân", "en": "Minh Xuân ward"},
        counter={"vi": "Quầy 1", "en": "Counter 1"},
    ),
    "kiosk_settings": KioskSettings(
        version=1,
        etag="s1",
        device=DEVICE,
        office=Place("o-1", {"vi": "UBND phường Minh Xuân", "en": "Minh Xuân ward"}),
        counter=Place("c-1", {"vi": "Quầy 1", "en": "Counter 1"}),
        questionnaire=bundled(),
        public_base="HTTPS://KS.EXAMPLE.VN",
        qr_kiosk=7,
        qr_key=b"q" * 32,
        seal_key=b"x" * 32,
        hours=[Hours(1, "07:30", "11:30")],
    ),
    "acceptance": Sheet(
        version=1,
        id="12" * 16,
        device=DEVICE,
        software="0.1.0",
        began="2026-11-21T04:00:00.000Z",
        clock="exact",
        took_ms=74_000,
        who="NVA",
        verdict="fail",
        items=[
            Item("network", "pass", "eth0 (IPv4)"),
            Item("button-5", "fail", "bấm không nhận"),
            Item("heard", "skipped"),
        ],
    ),
    "acceptance_receipt": SheetReceipt(version=1, id="12" * 16, nonce=NONCE, time="2026-11-21T04:01:14.500Z"),
    "time_told": TimeTold(version=1, time="2026-11-21T04:01:14.500Z", nonce=NONCE),
    "problem": Problem(code="unknown_device", words="enrol this kiosk again", status=401),
    "pair_request": PairRequest(
        version=1, public_key=b"k" * 32, commitment=b"c" * 32, nonce=NONCE, model="Raspberry Pi 4", software="0.1.0"
    ),
    "pair_offer": PairOffer(
        version=1, centre_key=b"c" * 32, letters="7K3MQX2P", salt=b"s" * 16, expires_s=1800, nonce=NONCE
    ),
    "pair_poll": PairPoll(version=1, letters="7K3MQX2P", secret=b"s" * 32),
    "pair_answer": PairAnswer(version=1, nonce=NONCE),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_message_has_the_bytes_it_always_had(name: str) -> None:
    assert wire.encode(SAMPLES[name]) == (FOLDER / f"{name}_v1.json").read_bytes().rstrip(b"\n")


@pytest.mark.parametrize("name", SAMPLES)
def test_a_message_of_old_still_reads(name: str) -> None:
    sample = SAMPLES[name]
    assert wire.encode(wire.decode((FOLDER / f"{name}_v1.json").read_bytes(), type(sample))) == wire.encode(sample)


def test_a_ballot_that_was_handed_over_has_the_leaf_it_always_had() -> None:
    assert chain.leaf(HANDED_OVER).hex() == "4be6123ef82a3f58e1798ca16cfc06e8403f65a1607880776e0049e6b6c16703"


def test_every_golden_file_is_of_a_message_tested_here() -> None:
    assert {path.name for path in FOLDER.glob("*_v1.json")} == {f"{name}_v1.json" for name in SAMPLES} | {
        "digests_v1.json"
    }


def test_leaves_links_codes_tokens_and_signatures_are_what_they_always_were() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = qr_token.qr_key(b"m" * 32, DEVICE, EPOCH)
    now = {
        "leaves": [entry.leaf for entry in ENTRIES],
        "head": HEAD.link,
        "codes": [ballot_code(ballot.id) for ballot in (FIRST, LOW, QUICK)],
        "qr_key": key.hex(),
        "token": qr_token.make(qr_token.QrToken(7, 3, 12, 59_800_000, b"head"), key),
        "signature": signature.sign_request(
            "POST",
            "ks.example.vn",
            "/api/v1/batches",
            b"{}",
            key=Ed25519PrivateKey.from_private_bytes(b"k" * 32),
            keyid=DEVICE,
            nonce=NONCE,
        ),
    }
    assert now == wire.decode((FOLDER / "digests_v1.json").read_bytes(), dict)


def test_the_samples_hold_what_a_ballot_can() -> None:
    assert {type(sample) for sample in SAMPLES.values()} >= {Ballot, Batch, Receipt, Grant, KioskSettings}
