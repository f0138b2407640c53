"""A partition grows under the kernel's hands, on a real block device, while it stays where it is."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from commission.resize import tell

BEGINS, SECTORS, LONGER = 2048, 20480, 40960


def run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no block devices here: {words[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[str]:
    """A disk with one partition that the kernel knows."""
    if os.geteuid() != 0:
        pytest.skip("block devices want root")
    image = tmp_path / "disk.img"
    image.write_bytes(b"")
    os.truncate(image, 64 << 20)
    at = run("losetup", "--find", "--show", "--partscan", str(image))
    try:
        run("addpart", at, "1", str(BEGINS), str(SECTORS))
        yield at
    finally:
        subprocess.run(["losetup", "--detach", at], check=False)


def test_a_partition_in_use_gets_longer_and_keeps_its_place(disk: str) -> None:
    known = Path("/sys/class/block") / Path(disk).name / f"{Path(disk).name}p1"
    number = (known / "dev").read_text()
    tell(disk, 1, BEGINS, LONGER)
    assert [(known / name).read_text().strip() for name in ("start", "size")] == [str(BEGINS), str(LONGER)]
    assert (known / "dev").read_text() == number


def test_what_cannot_be_is_refused_by_the_kernel(disk: str) -> None:
    with pytest.raises(OSError, match=r"."):
        tell(disk, 7, BEGINS, LONGER)
