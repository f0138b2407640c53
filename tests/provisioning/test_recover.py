"""Ballots off dead cards: a real centre takes them; the card is only read; what is bad is counted and told."""

import ctypes
import errno
import mmap
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner

from appliance import identity, keys
from demo.centre import Centre
from provisioning.__main__ import app
from provisioning.image import disk
from provisioning.image.tools import digest
from provisioning.recover.copying import BLOCK, RecoverError, copied
from provisioning.recover.partitions import Stretch, ext4_bytes, of_table
from survey.ballot import ballot_id
from tests.faults.test_network import counted
from tests.journey.test_lines import a_draft, cast
from tests.machine import Machine

EPOCH_S = 1_790_000_000
START, SIZE = 8, 24


def a_card(kiosk: Path, folder: Path, where: str = "kiosk") -> Path:
    """Return an image of a card that holds a kiosk's folder as it is now, its journal and all."""
    tree = folder / "tree"
    shutil.copytree(kiosk, tree / where)
    (tree / "network").mkdir()
    disk.ext4(folder / "data.part", tree, "data", SIZE, EPOCH_S)
    (folder / "boot.part").write_bytes(b"boot")
    parts = (disk.Part("boot", 4, 4, "c"), disk.Part("data", START, SIZE, "83"))
    disk.join(folder / "card.img", parts, {"boot": folder / "boot.part", "data": folder / "data.part"})
    shutil.rmtree(tree)
    return folder / "card.img"


def recover(source: Path, out: Path, ok: bool = True) -> str:
    done = CliRunner().invoke(app, ["recover", str(source), "--to", str(out), "--work", str(out.parent)])
    assert (done.exception is None) == ok, done.output + str(done.exception)
    return done.output if ok else str(done.exception)


@pytest.fixture
def kiosk(enrol_machine: Callable[[], Machine]) -> Machine:
    """An enrolled kiosk that had its settings, with three ballots receipted and five not."""
    made = enrol_machine()
    made.uploader.fetch_settings()
    cast(made, 3)
    made.uploader.exchange()
    cast(made, 5)
    return made


def test_a_dead_card_s_ballots_reach_the_centre_and_the_card_stays_as_it_is(
    centre: Centre, kiosk: Machine, tmp_path: Path
) -> None:
    assert (kiosk.folder / "outbox.db-wal").stat().st_size > 0  # the power went while it was written to
    card = a_card(kiosk.folder, tmp_path)
    before = digest(card)
    said = recover(card, tmp_path / "ra")
    assert digest(card) == before
    assert f"Máy {kiosk.outbox.device}: 8 phiếu đọc được, 3 đã có biên nhận" in said
    assert "5 phiếu để mang về, 0 phiếu hỏng" in said
    files = sorted((tmp_path / "ra").iterdir())
    assert [path.suffix for path in files] == [".hlb"]
    centre.do("import-outbox", *map(str, files))
    assert counted(centre, kiosk.outbox.device) == 8
    centre.do("import-outbox", *map(str, files))
    assert counted(centre, kiosk.outbox.device) == 8
    assert not list(tmp_path.glob("hailong-*"))  # no copy with a key in it is left lying about


def test_the_sitting_the_end_cut_short_is_brought_with_the_day_it_began(
    centre: Centre, kiosk: Machine, tmp_path: Path
) -> None:
    begun = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    draft = a_draft(id=ballot_id(int(begun.timestamp() * 1000), bytes(14)))
    kiosk.outbox.keep(draft)
    said = recover(a_card(kiosk.folder, tmp_path), tmp_path / "ra")
    assert "6 phiếu để mang về" in said
    assert "1 phiếu đang điền dở" in said
    centre.do("import-outbox", *map(str, (tmp_path / "ra").iterdir()))
    assert counted(centre, kiosk.outbox.device) == 9


def test_a_sitting_with_a_time_that_cannot_be_is_brought_all_the_same(
    centre: Centre, kiosk: Machine, tmp_path: Path
) -> None:
    kiosk.outbox.keep(a_draft(id=UUID(bytes=b"\xff" * 6 + bytes(10))))
    said = recover(a_card(kiosk.folder, tmp_path), tmp_path / "ra")
    assert "1 phiếu đang điền dở" in said
    centre.do("import-outbox", *map(str, (tmp_path / "ra").iterdir()))
    assert counted(centre, kiosk.outbox.device) == 9


def test_a_damaged_outbox_gives_what_is_proven_and_counts_what_is_not(
    centre: Centre, kiosk: Machine, tmp_path: Path
) -> None:
    cast(kiosk, 60)
    kiosk.outbox.close()
    card = a_card(kiosk.folder, tmp_path)
    body = bytearray(card.read_bytes())
    at = body.index(b"SQLite format 3\0")
    pages = [n for n in range(2, 60) if body[at + n * 4096] == 13 and b'"answers"' in body[at + n * 4096 :][:4096]]
    hole = at + pages[len(pages) // 2] * 4096
    body[hole : hole + 4096] = bytes(4096)
    card.write_bytes(body)
    said = recover(card, tmp_path / "ra")
    assert "Hộp phiếu hỏng" in said
    assert (tmp_path / "ra/ban-tho").stat().st_mode & 0o077 == 0
    files = [str(path) for path in (tmp_path / "ra").glob("*.hlb")]
    centre.do("import-outbox", *files)
    words = said.split("Máy ")[1]
    read, damaged = int(words.split(": ")[1].split()[0]), int(words.split("mang về, ")[1].split()[0])
    assert damaged > 0
    assert read + damaged == 68
    assert counted(centre, kiosk.outbox.device) >= read


def test_a_mark_of_the_kiosk_that_is_gone_is_said_and_the_raw_folder_kept(kiosk: Machine, tmp_path: Path) -> None:
    for name, words in ((keys.KEY, "Khóa của máy"), (identity.GRANT, "Giấy ghi danh"), (identity.SETTINGS, "Cài đặt")):
        folder = tmp_path / name
        shutil.copytree(kiosk.folder, folder)
        for each in (name, f"{name}.again"):
            (folder / each).write_bytes(b"x")
        said = recover(folder, tmp_path / f"ra-{name}", ok=False)
        assert words in said
        raw = tmp_path / f"ra-{name}/ban-tho"
        assert raw.stat().st_mode & 0o077 == 0
        assert (raw / "kiosk/outbox.db").exists()
        assert not list((tmp_path / f"ra-{name}").glob("*.hlb"))


def test_a_stock_system_s_card_is_looked_through_too(kiosk: Machine, tmp_path: Path) -> None:
    assert "5 phiếu để mang về" in recover(a_card(kiosk.folder, tmp_path, "var/lib/hailong"), tmp_path / "ra")


def test_a_card_without_its_table_of_partitions_is_searched(kiosk: Machine, tmp_path: Path) -> None:
    card = a_card(kiosk.folder, tmp_path)
    with card.open("r+b") as file:
        file.write(bytes(512))
    assert "5 phiếu để mang về" in recover(card, tmp_path / "ra")


def test_a_folder_is_taken_as_it_is_and_stays_so(kiosk: Machine, tmp_path: Path) -> None:
    kiosk.outbox.close()
    before = {path.name: path.read_bytes() for path in kiosk.folder.iterdir() if path.is_file()}
    assert "5 phiếu để mang về" in recover(kiosk.folder, tmp_path / "ra")
    assert {path.name: path.read_bytes() for path in kiosk.folder.iterdir() if path.is_file()} == before


def test_what_holds_no_outbox_is_said(tmp_path: Path) -> None:
    assert "không có hộp phiếu" in recover(tmp_path, tmp_path / "ra", ok=False)
    assert "Không thấy" in recover(tmp_path / "khong-co", tmp_path / "ra", ok=False)
    (tmp_path / "x.img").write_bytes(os.urandom(8 << 20))
    assert "Không tìm thấy hộp phiếu" in recover(tmp_path / "x.img", tmp_path / "ra", ok=False)


def test_blocks_the_system_cannot_read_are_zeroes_and_counted(tmp_path: Path) -> None:
    """This process's own memory with a page taken out: a file whose reading fails in the middle, as a card's does."""
    whole = mmap.mmap(-1, 1 << 20)
    whole.write(b"\xaa" * (1 << 20))
    address = ctypes.addressof(ctypes.c_char.from_buffer(whole))
    guard = ctypes.CDLL(None, use_errno=True).munmap
    guard.argtypes = (ctypes.c_void_p, ctypes.c_size_t)
    assert guard(address + 80 * BLOCK, 3 * BLOCK) == 0
    handle = os.open("/proc/self/mem", os.O_RDONLY)
    out = tmp_path / "copy"
    done = copied(lambda at, count: os.pread(handle, count, at), address, 1 << 20, out, lambda count: None)
    os.close(handle)
    assert done.bad_bytes == 3 * BLOCK
    body = out.read_bytes()
    assert body[80 * BLOCK : 83 * BLOCK] == bytes(3 * BLOCK)
    assert body.count(b"\xaa") == (1 << 20) - 3 * BLOCK


def test_a_card_that_was_pulled_out_is_no_card_full_of_bad_blocks(tmp_path: Path) -> None:
    def pulled(at: int, count: int) -> bytes:
        raise OSError(errno.ENXIO, "No such device or address")

    with pytest.raises(RecoverError, match="rút ra"):
        copied(pulled, 0, 8192, tmp_path / "copy", lambda count: None)


def test_a_table_gives_its_linux_partitions_the_last_first() -> None:
    first = bytearray(512)
    first[510:512] = b"\x55\xaa"
    for n, (kind, start, size) in enumerate([(0x0C, 8, 8), (0x83, 16, 32), (0x83, 48, 64)]):
        entry = bytes([0, 0, 0, 0, kind, 0, 0, 0]) + start.to_bytes(4, "little") + size.to_bytes(4, "little")
        first[446 + 16 * n : 462 + 16 * n] = entry
    assert of_table(bytes(first), 1 << 20) == [Stretch(48 * 512, 64 * 512), Stretch(16 * 512, 32 * 512)]
    assert of_table(bytes(512), 1 << 20) == []
    assert ext4_bytes(bytes(2048)) == 0
