"""Which drives may be written: decided over trees as Linux shows them, the laptop's own disk above all left alone."""

from pathlib import Path

import pytest

from provisioning.flash.drives import LARGEST_BYTES, Drive, found, refusal

GB = 1_000_000_000
CARD = Drive("sdb", 32 * GB, False, "usb", "Generic STORAGE DEVICE", ("sdb1",))


def a_drive(root: Path, name: str, where: str, number: str, size_bytes: int, **said: str) -> Path:
    """Lay a drive into a tree as sysfs shows it: a folder of the device, a link in sys/block."""
    folder = root / "sys/devices" / where / "block" / name
    (folder / "device").mkdir(parents=True)
    for path, words in {"size": str(size_bytes // 512), "ro": "0", "removable": "0", "dev": number, **said}.items():
        (folder / path.replace("__", "/")).write_text(words + "\n")
    link = root / "sys/block" / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(folder)
    return folder


def a_part(folder: Path, name: str, number: str) -> Path:
    part = folder / name
    part.mkdir()
    (part / "partition").write_text("1\n")
    (part / "dev").write_text(number + "\n")
    return part


@pytest.fixture
def laptop(tmp_path: Path) -> Path:
    """A laptop: root on LVM over NVMe, swap on its other part, a card in a reader, an empty slot, soldered eMMC."""
    own = a_drive(tmp_path, "nvme0n1", "pci0000:00/nvme", "259:0", 512 * GB, device__model="Samsung SSD")
    root = a_part(own, "nvme0n1p2", "259:2")
    a_part(own, "nvme0n1p3", "259:3")
    volume = a_drive(tmp_path, "dm-0", "virtual", "254:0", 400 * GB)
    (root / "holders").mkdir()
    (root / "holders/dm-0").symlink_to(volume)
    card = a_drive(
        tmp_path, "sdb", "pci0000:00/usb2/2-1", "8:16", 32 * GB, removable="1", device__vendor="Generic ",
        device__model="STORAGE DEVICE  ",
    )  # fmt: skip
    a_part(card, "sdb1", "8:17")
    a_drive(tmp_path, "sdc", "pci0000:00/usb2/2-2", "8:32", 0, removable="1")
    a_drive(tmp_path, "mmcblk0", "platform/mmc", "179:0", 64 * GB, device__type="MMC", device__name="BJTD4R")
    a_drive(tmp_path, "mmcblk1", "platform/sdhci", "179:8", 32 * GB, device__type="SD", device__name="SC32G")
    a_drive(tmp_path, "loop0", "virtual", "7:0", GB)
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/mountinfo").write_text(
        "22 1 254:0 / / rw,relatime - ext4 /dev/mapper/vg-root rw\n23 22 0:5 / /proc rw - proc proc rw\n"
    )
    (tmp_path / "proc/swaps").write_text("Filename Type Size Used Priority\n/dev/nvme0n1p3 partition 8 0 -2\n")
    return tmp_path


def drive(root: Path, name: str) -> Drive:
    return next(one for one in found(root) if one.name == name)


def test_a_card_in_a_reader_may_be_written_and_is_named_as_it_says(laptop):
    card = drive(laptop, "sdb")
    assert (card.size_bytes, card.model, card.bus, card.parts) == (32 * GB, "Generic STORAGE DEVICE", "usb", ("sdb1",))
    assert refusal(card, 4 * GB) == ""
    assert refusal(drive(laptop, "mmcblk1")) == ""


def test_the_laptop_s_own_disk_is_refused_through_lvm_and_swap(laptop):
    own = drive(laptop, "nvme0n1")
    assert set(own.uses) == {"/", "swap", "dm-0"}
    assert "ổ của chính máy này" in refusal(own)


def test_a_disk_that_btrfs_mounts_without_its_number_is_known_by_its_name(laptop):
    (laptop / "proc/self/mountinfo").write_text("22 1 0:33 /@ / rw - btrfs /dev/sdb1 rw\n")
    assert "ổ của chính máy này" in refusal(drive(laptop, "sdb"))


def test_a_mounted_card_is_refused_with_where_it_is_mounted(laptop):
    (laptop / "proc/self/mountinfo").write_text("40 22 8:17 / /media/an/the\\040nho rw - vfat /dev/sdb1 rw\n")
    said = refusal(drive(laptop, "sdb"))
    assert "/media/an/the nho" in said
    assert "umount" in said


def test_soldered_memory_empty_slots_and_loops_are_no_cards(laptop):
    assert "không phải thẻ nhớ" in refusal(drive(laptop, "mmcblk0"))
    assert "chưa có thẻ" in refusal(drive(laptop, "sdc"))
    assert "loop0" not in {one.name for one in found(laptop)}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"is_read_only": True}, "khóa ghi"),
        ({"size_bytes": 2 * GB}, "nhỏ quá: 2,0 GB, cần ít nhất 4,0 GB"),
        ({"size_bytes": LARGEST_BYTES + 1}, "quá lớn"),
        ({"bus": "other"}, "không phải thẻ nhớ"),
        ({"uses": ("md0",)}, "ổ của chính máy này"),
    ],
)
def test_every_reason_against_a_drive_is_said(changed, words):
    given = {name: getattr(CARD, name) for name in CARD.__dataclass_fields__}
    assert words in refusal(Drive(**{**given, **changed}), 4 * GB)


def test_this_machine_s_own_disks_are_never_offered():
    for one in found():
        if "/" in one.uses:
            assert refusal(one) != ""
