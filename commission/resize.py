"""`python3 -m commission.resize DISK NUMBER START LENGTH`: tell the kernel how long a partition is now, in sectors.

The partition stays while its neighbours are in use: `partx --update` takes it away and brings it back, and `sfdisk`
tells the kernel nothing of a disk that is in use. Debian's `resizepart` would do the same; the base image has none.
"""

import fcntl
import os
import struct
import sys
from array import array
from typing import Final

SECTOR: Final = 512
BLKPG: Final = 0x1269
RESIZE: Final = 3
"""BLKPG_RESIZE_PARTITION of Linux's <linux/blkpg.h>."""
PARTITION: Final = "@qqi64s64s4x"
ARGUMENT: Final = "@iiiP"


def tell(disk: str, number: int, start: int, length: int) -> None:
    """Tell the kernel a partition's length. start: where it begins, unchanged; both in sectors. Raises OSError."""
    told = array("B", struct.pack(PARTITION, start * SECTOR, length * SECTOR, number, b"", b""))
    at, size = told.buffer_info()
    handle = os.open(disk, os.O_RDONLY)
    try:
        fcntl.ioctl(handle, BLKPG, struct.pack(ARGUMENT, RESIZE, 0, size, at))
    finally:
        os.close(handle)


if __name__ == "__main__":
    tell(sys.argv[1], *map(int, sys.argv[2:5]))
