"""Fixtures every kind of test may use: one real centre for a module, and machines enrolled there."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

from demo.centre import Centre
from tests.machine import Machine, enrolled


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A running centre with the demo province; the tests of one module share it."""
    made = Centre(tmp_path_factory.mktemp("centre")).prepare().start()
    yield made
    made.stop()


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    """gpiozero's own mock pins."""
    before = Device.pin_factory
    Device.pin_factory = MockFactory()
    yield Device.pin_factory
    Device.pin_factory.reset()
    Device.pin_factory = before


@pytest.fixture
def enrol_machine(centre: Centre, tmp_path: Path) -> Iterator[Callable[[], Machine]]:
    """A way to enrol one more machine at the centre."""
    made: list[Machine] = []

    def enrol() -> Machine:
        made.append(enrolled(centre, tmp_path / f"kiosk-{len(made)}", boot=f"{len(made) + 1:032x}"))
        return made[-1]

    yield enrol
    for machine in made:
        machine.outbox.close()
        machine.uploader.link.close()
