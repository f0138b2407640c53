"""Whole cards: image and row into real files, ten at once, read back; what must not be written is not."""

import errno
import gzip
import json
import lzma
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from provisioning import enrol
from provisioning.__main__ import app
from provisioning.card import CardError
from provisioning.flash import boot, source, write
from provisioning.image import disk
from provisioning.image.tools import digest, run

PARTS = (disk.Part("boot", 4, 36, "c"), disk.Part("data", 40, 8, "83"))
EPOCH_S = 1_790_000_000


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Path:
    """A small image of two partitions with its manifest."""
    work = tmp_path_factory.mktemp("image")
    (work / "boot").mkdir()
    (work / "boot/cmdline.txt").write_text("root=PARTUUID\n")
    (work / "tree/kiosk").mkdir(parents=True)
    (work / "tree/kiosk/noise").write_bytes(bytes(range(256)) * 4000)
    disk.fat(work / "boot.part", work / "boot", 36, EPOCH_S)
    disk.ext4(work / "data.part", work / "tree", "data", 8, EPOCH_S)
    path = work / "hailong.img"
    disk.join(path, PARTS, {"boot": work / "boot.part", "data": work / "data.part"})
    told = {"sha256": digest(path), "bytes": path.stat().st_size}
    path.with_suffix(".manifest.json").write_text(json.dumps(told))
    return path


@pytest.fixture
def desk(places, roster_of, tmp_path):
    """Return a function that runs `flash write` with ten rows that have codes and an eleventh that has none."""
    roster = roster_of(*({"Mã quầy": one.code} for one in places.counters[:11]))
    enrol.save(tmp_path / "quay.json", places)
    rows = [
        {"counter": one.id, "slot": 1, "code": f"AAAAA-BBBBB-CCCCC-{at:05d}", "expires_at": 4_000_000_000_000}
        for at, one in enumerate(places.counters[:10])
    ]
    given = {"version": 1, "centre": places.centre, "made_at": 1, "rows": rows}
    (tmp_path / "ma.json").write_text(json.dumps(given))

    def flash(image: Path, *words: str, typed: str = "") -> tuple[Exception | None, str]:
        files = ["--places", str(tmp_path / "quay.json"), "--codes", str(tmp_path / "ma.json")]
        done = CliRunner().invoke(app, ["flash", "write", str(roster), str(image), *files, *words], input=typed)
        return done.exception, done.output

    return flash


def kiosk_toml(card: Path) -> str:
    return run(["mtype", "-i", f"{card}@@{4 << 20}", "::hailong/kiosk.toml"], environment={"MTOOLS_SKIP_CHECK": "1"})


def test_ten_cards_are_made_at_once_each_for_its_own_counter(desk, image, tmp_path):
    to = [word for n in range(10) for word in ("--to", f"{tmp_path}/the-{n}.img=TT.Q{n + 1}")]
    to = [word.replace("TT.Q", "xa-tan-trao.q") for word in to]
    fault, said = desk(image, *to)
    assert fault is None, said
    assert said.count("✓ Đã ghi và đọc lại") == 10
    for n in range(10):
        card = tmp_path / f"the-{n}.img"
        assert f"AAAAA-BBBBB-CCCCC-{n:05d}" in kiosk_toml(card)
        assert card.stat().st_mode & 0o077 == 0
        assert card.read_bytes()[40 << 20 :] == image.read_bytes()[40 << 20 :]


@pytest.mark.parametrize("suffix", ["zst", "xz", "gz"])
def test_a_packed_image_makes_the_same_card(desk, image, tmp_path, suffix):
    packed = tmp_path / f"hailong.img.{suffix}"
    if suffix == "zst":
        subprocess.run(["zstd", "-q", "-1", str(image), "-o", str(packed)], check=True)
    else:
        packed.write_bytes(
            {"xz": lambda b: lzma.compress(b, preset=0), "gz": gzip.compress}[suffix](image.read_bytes())
        )
    (tmp_path / "hailong.manifest.json").write_bytes(image.with_suffix(".manifest.json").read_bytes())
    fault, said = desk(packed, "--to", f"{tmp_path}/the.img=xa-tan-trao.q1")
    assert fault is None, said
    assert (tmp_path / "the.img").read_bytes()[40 << 20 :] == image.read_bytes()[40 << 20 :]
    cut = tmp_path / "cut" / packed.name
    cut.parent.mkdir()
    cut.write_bytes(packed.read_bytes()[:-9])
    fault, _ = desk(cut, "--sha256", digest(image), "--to", f"{tmp_path}/khac.img=xa-tan-trao.q1")
    assert "chép chưa xong" in str(fault) or "khác bản kê" in str(fault)
    assert not (tmp_path / "khac.img").exists()


def test_an_image_that_differs_from_its_manifest_writes_no_card(desk, image, tmp_path):
    other = tmp_path / "hailong.img"
    body = bytearray(image.read_bytes())
    body[30 << 20] ^= 1
    other.write_bytes(body)
    fault, _ = desk(other, "--to", f"{tmp_path}/the.img=xa-tan-trao.q1")
    assert "Không thấy bản kê hailong.manifest.json" in str(fault)
    (tmp_path / "hailong.manifest.json").write_bytes(image.with_suffix(".manifest.json").read_bytes())
    fault, _ = desk(other, "--to", f"{tmp_path}/the.img=xa-tan-trao.q1")
    assert "khác bản kê" in str(fault)
    assert not (tmp_path / "the.img").exists()


def test_a_row_without_a_code_twice_the_same_row_and_a_missing_name_write_no_card(desk, image, tmp_path):
    one, two = f"{tmp_path}/1.img", f"{tmp_path}/2.img"
    assert "Chưa có mã ghi danh" in str(desk(image, "--to", f"{one}=xa-tan-trao.q11")[0])
    fault, _ = desk(image, "--to", f"{one}=xa-tan-trao.q1", "--to", f"{two}=xa-tan-trao.q1")
    assert "Mỗi máy một lần" in str(fault)
    fault, _ = desk(image, "--to", f"{one}=xa-tan-trao.q1", "--to", f"{one}=xa-tan-trao.q2")
    assert "Mỗi thẻ một lần" in str(fault)
    assert "thiếu tên quầy" in str(desk(image, "--to", one)[0])
    assert not Path(one).exists()
    assert not Path(two).exists()


def test_what_is_there_is_overwritten_only_after_its_name_was_typed(desk, image, tmp_path):
    there = tmp_path / "the.img"
    there.write_bytes(b"ballots")
    fault, said = desk(image, "--to", f"{there}=xa-tan-trao.q1", typed="co\n")
    assert "Chưa ghi thẻ nào" in str(fault)
    assert "sẽ bị ghi đè" in said
    assert there.read_bytes() == b"ballots"
    assert "chưa ghi gì" in desk(image, "--to", f"{there}=xa-tan-trao.q1", "--dry-run")[1]
    assert there.read_bytes() == b"ballots"
    fault, said = desk(image, "--to", f"{there}=xa-tan-trao.q1", typed="the.img\n")
    assert fault is None, said
    assert "AAAAA" in kiosk_toml(there)


def test_no_device_of_this_machine_is_written(desk, image):
    fault, _ = desk(image, "--yes", "--to", "/dev/null=xa-tan-trao.q1", "--to", "/dev/khong-co=xa-tan-trao.q2")
    assert "/dev/null không phải thẻ nhớ" in str(fault)
    assert "/dev/khong-co không phải thẻ nhớ" in str(fault)
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize(("system", "way_out"), [("bookworm", "--os trixie"), ("own", "bỏ --bundle")])
def test_the_bundle_goes_with_trixie_only(desk, image, tmp_path, system, way_out):
    bundle, to = tmp_path / "goi.tar", f"{tmp_path}/the.img=xa-tan-trao.q1"
    bundle.write_bytes(b"")
    fault, _ = desk(image, "--os", system, "--bundle", str(bundle), "--to", to)
    assert way_out in str(fault)
    assert not (tmp_path / "the.img").exists()


def test_a_bookworm_card_is_said_to_be_no_kiosk_yet(desk, image, tmp_path):
    fault, said = desk(image, "--os", "bookworm", "--to", f"{tmp_path}/the.img=xa-tan-trao.q1")
    assert fault is None
    assert "không tự thành ki-ốt" in said.replace("\n", " ")
    assert "✓ Đã ghi và đọc lại" in said


def test_a_card_that_reads_back_otherwise_is_found(image, tmp_path):
    card = tmp_path / "the.img"
    proven = source.proven(image, source.expected(image))
    write.write(proven, card, lambda size: None)
    assert write.read_back(card, proven.size_bytes, lambda size: None) == proven.sha256
    with card.open("r+b") as file:
        file.seek(42 << 20)
        file.write(b"x")
    assert write.read_back(card, proven.size_bytes, lambda size: None) != proven.sha256


def test_a_failing_card_is_told_and_the_others_are_whole(desk, image, tmp_path):
    fault, said = desk(
        image, "--to", f"{tmp_path}/khong-co/1.img=xa-tan-trao.q1", "--to", f"{tmp_path}/2.img=xa-tan-trao.q2"
    )
    assert "1 trong 2 thẻ chưa xong" in str(fault)
    assert "✗" in said
    assert "AAAAA" in kiosk_toml(tmp_path / "2.img")


def test_what_a_card_answers_is_told_in_plain_words():
    with pytest.raises(OSError, match="No space") as full, Path("/dev/full").open("wb", buffering=0) as file:
        file.write(b"x")
    assert "hết chỗ" in write.words_of(full.value, Path("/dev/sdb"))
    assert "sudo" in write.words_of(OSError(errno.EACCES, ""), Path("/dev/sdb"))


def test_a_disk_without_a_boot_partition_is_no_card(tmp_path):
    assert boot.fat_start(bytes(512)) is None
    assert boot.fat_start(b"short") is None
    (tmp_path / "x.img").write_bytes(bytes(4096))
    with pytest.raises(CardError, match="không có phân vùng khởi động"):
        boot.start_of(tmp_path / "x.img")


def test_a_bundle_is_laid_on_the_card_of_a_stock_system_and_read_back(desk, image, tmp_path):
    (tmp_path / "b/hailong/debs").mkdir(parents=True)
    (tmp_path / "b/hailong/first-boot").write_text("#!/bin/sh\n")
    (tmp_path / "b/hailong/debs/ten-dai-cua-mot-goi_1.0~rc1+deb13u1_arm64.deb").write_bytes(bytes(range(256)) * 9000)
    run(["tar", "-cf", str(tmp_path / "goi.tar"), "-C", str(tmp_path / "b"), "hailong"])
    card = f"{tmp_path}/the.img=xa-tan-trao.q1"
    fault, said = desk(image, "--os", "trixie", "--bundle", str(tmp_path / "goi.tar"), "--to", card)
    assert fault is None, said
    at = f"{tmp_path}/the.img@@{4 << 20}"
    assert "network:" in run(["mtype", "-i", at, "::network-config"], environment={"MTOOLS_SKIP_CHECK": "1"})
    assert boot.differing(at, tmp_path / "b") == []
    (tmp_path / "b/hailong/first-boot").write_text("khác\n")
    (tmp_path / "b/thieu").write_text("x")
    assert boot.differing(at, tmp_path / "b") == [
        "đọc lại tệp hailong/first-boot không đúng", "đọc lại tệp thieu không đúng",
    ]  # fmt: skip
    (tmp_path / "b/hailong/debs/lon.deb").write_bytes(bytes(40 << 20))
    run(["tar", "-cf", str(tmp_path / "lon.tar"), "-C", str(tmp_path / "b"), "hailong"])
    _, said = desk(image, "--os", "trixie", "--bundle", str(tmp_path / "lon.tar"), "--to", card, "--yes")
    assert "phân vùng khởi động không đủ chỗ" in " ".join(said.split())
    fault, _ = desk(image, "--os", "trixie", "--bundle", str(tmp_path / "khong-co.tar"), "--to", card, "--yes")
    assert "Không thấy gói" in str(fault)


def test_the_drives_of_this_machine_are_listed():
    done = CliRunner().invoke(app, ["flash", "list"])
    assert done.exit_code == 0, done.output
