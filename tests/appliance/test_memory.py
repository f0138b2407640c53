"""What is freed is given back."""

from pathlib import Path

from appliance import memory


def resident_pages() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1])


def test_the_c_library_takes_our_wishes() -> None:
    assert memory.settle()


def test_rubbish_in_circles_is_found_and_its_memory_goes_back() -> None:
    memory.settle()
    circle: list[object] = [bytearray(60_000) for _ in range(2_000)]
    circle.append(circle)
    full = resident_pages()
    del circle
    memory.tidy()
    assert resident_pages() < full - 20_000
