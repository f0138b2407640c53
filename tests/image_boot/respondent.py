"""People at the machine's screen, who touch where the 7-inch panel shows its targets: a citizen, a technician."""

import time

from PIL import Image, ImageChops, ImageStat

from tests.image.machine import GoneError, Machine

NAVY, GOLD, PAPER = (20, 54, 92), (244, 186, 60), (251, 248, 243)
START, BEST, FURTHER, DONE, BEGIN = (107, 340), (88, 240), (750, 85), (670, 440), (680, 430)
SKIP = (710, 440)
QUESTIONS = 9
CORNERS = [(8, 8), (792, 8)]
KEYS = {"0": (606, 416)} | {str(n): (485 + 121 * ((n - 1) % 3), 64 + 117 * ((n - 1) // 3)) for n in range(1, 10)}
ENTER, USB, EXPORT, BACK, LEAVE = (308, 415), (659, 133), (206, 144), (88, 428), (712, 428)
TITLE, WHOLE = (0, 40, 800, 135), (0, 0, 800, 480)
"""Parts of the glass: what is asked, and all of it."""


def is_near(picture: Image.Image, place: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    """Return whether a pixel has a colour, a little dithering allowed."""
    seen = picture.getpixel(place)
    assert isinstance(seen, tuple)
    return max(abs(a - b) for a, b in zip(seen, colour, strict=True)) <= 14


def screen(machine: Machine) -> str:
    """Return which screen is on the glass: idle, question, choice, comment, thanks, ready, or ""."""
    picture = machine.picture("now")
    if is_near(picture, (12, 300), NAVY) and is_near(picture, (40, 360), GOLD):
        return "idle"
    if is_near(picture, (300, 22), PAPER) and is_near(picture, (375, 53), NAVY) and is_near(picture, (580, 440), NAVY):
        return "thanks"
    if is_near(picture, (4, 22), NAVY) and is_near(picture, (24, 300), (255, 255, 255)):
        return "question"
    if is_near(picture, (730, 20), NAVY) and is_near(picture, (60, 465), (237, 231, 220)):
        return "comment"
    is_bare = is_near(picture, (4, 22), PAPER)
    if is_bare and is_near(picture, (645, 460), NAVY) and not is_near(picture, (590, 460), NAVY):
        return "choice"
    if is_bare and is_near(picture, (590, 460), NAVY) and is_near(picture, (12, 200), PAPER):
        return "ready"
    return ""


def wait(machine: Machine, *wanted: str, within_s: float = 60.0) -> str:
    """Wait for one of these screens; returns which came. Raises GoneError."""
    until_s = time.monotonic() + within_s
    while (seen := screen(machine)) not in wanted:
        if time.monotonic() > until_s:
            machine.picture(f"not-{wanted[0]}")
            raise GoneError(f"no screen of {wanted} came in {within_s:.0f} s; it is {seen!r}")
        time.sleep(0.3)
    return seen


def touch(
    machine: Machine, place: tuple[int, int], within_s: float = 30.0, watched: tuple[int, int, int, int] = WHOLE
) -> None:
    """Touch, and wait until what is watched of the glass has changed and stands still. Raises GoneError."""
    before = machine.picture("before").crop(watched)
    machine.touch(*place)
    until_s, last = time.monotonic() + within_s, None
    while time.monotonic() < until_s:
        now = machine.picture("now").crop(watched)
        if differs(before, now) and last is not None and not differs(last, now):
            return
        last = now
        time.sleep(0.4)
    raise GoneError(f"the glass did not answer the touch at {place}")


def differs(one: Image.Image, other: Image.Image) -> bool:
    """Return whether two pictures differ by more than a cursor."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) > 0.8


def answer(machine: Machine, until_question: int = QUESTIONS) -> None:
    """Begin a visit and answer so many questions, the best grade each."""
    wait(machine, "idle")
    touch(machine, START)
    for _ in range(until_question):
        wait(machine, "question")
        touch(machine, BEST, watched=TITLE)


def visit(machine: Machine) -> None:
    """Make a whole visit, to the thanks on the glass and back to the beginning. Raises GoneError."""
    answer(machine)
    while wait(machine, "choice", "comment") == "choice":
        touch(machine, SKIP)
    touch(machine, FURTHER)
    wait(machine, "thanks")
    touch(machine, DONE)
    wait(machine, "idle")


def let_in(machine: Machine, pin: str, slow: float) -> None:
    """Hold two corners and type the technician's PIN, up to the menu. Raises GoneError."""
    wait(machine, "idle")
    before = machine.picture("before")
    machine.hold(CORNERS, 6.0 + slow)
    settled(machine, before, 30 * slow)
    for digit in pin:
        machine.touch(*KEYS[digit])
        time.sleep(0.5 * slow)
    before = machine.picture("typed")
    machine.touch(*ENTER)
    settled(machine, before, 60 * slow, still_s=5 * slow)


def settled(machine: Machine, before: Image.Image, within_s: float, still_s: float = 1.0) -> None:
    """Wait until the glass is another one than before and stands still. Raises GoneError."""
    until_s, last, since_s = time.monotonic() + within_s, before, time.monotonic()
    while time.monotonic() < until_s:
        now = machine.picture("now")
        if differs(now, last):
            last, since_s = now, time.monotonic()
        if differs(now, before) and time.monotonic() - since_s >= still_s:
            return
        time.sleep(0.3)
    raise GoneError("the glass stayed as it was")
