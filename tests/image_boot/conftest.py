"""One image of this checkout, one centre on this host, one card made from a row of a roster."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.centre import Centre
from provisioning import card
from provisioning.card import Code
from provisioning.rows import Row
from tests.image.machine import GATE, Machine, copy_card, write_boot

IMAGE = Path(os.environ.get("HAILONG_IMAGE", Path(__file__).parents[2] / "build/hailong.img"))
MORE_BYTES = 512 << 20
"""How much larger the card is than the image."""
PIN = "402817"
"""Of the province's technicians."""


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A centre on this host; the machine reaches its port and no other."""
    made = Centre(tmp_path_factory.mktemp("centre")).prepare().start()
    made.do("set-pin", "--all", given=f"{PIN}\n")
    yield made
    made.stop()


@pytest.fixture(scope="session")
def row(centre: Centre) -> Row:
    return Row(line=2, counter=centre.counter(), slot=1, host="ki-thu-nghiem-1", network="cáp")


@pytest.fixture(scope="session")
def machine(centre: Centre, row: Row, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The machine with its card in, not yet turned on."""
    assert IMAGE.exists(), f"{IMAGE} is not there: make image"
    places = os.environ.get("HAILONG_QEMU_FOLDER")
    folder = Path(places) if places else tmp_path_factory.mktemp("machine")
    image = copy_card(IMAGE, folder, MORE_BYTES)
    code = Code(f"http://{GATE}", centre.code(row.counter))
    write_boot(image, card.files_of(row, code, "own", "hl-thu"), folder)
    made = Machine(image, folder, port=centre.port)
    yield made
    made.cut()
