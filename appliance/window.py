"""Everything Kivy must be told before it is imported: one window, one touch provider, no file, no way out.

Call `prepare` first; import appliance.app after it.
"""

import logging
import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Final

from appliance.settings import Settings

NO_DISPLAY_EXIT: Final = 3
"""The exit code of a kiosk without a display."""

_PINNED: Final = {
    "KIVY_NO_ARGS": "1",
    "KIVY_NO_CONFIG": "1",
    "KIVY_NO_FILELOG": "1",
    "KIVY_NO_ENV_CONFIG": "1",
    "KIVY_LOG_MODE": "PYTHON",
    "KIVY_WINDOW": "sdl2",
    "KIVY_TEXT": "sdl2",
    "KIVY_IMAGE": "sdl2",
    "KIVY_AUDIO": "none",
    "KIVY_VIDEO": "none",
    "KIVY_CAMERA": "none",
    "KIVY_SPELLING": "none",
    "KIVY_CLIPBOARD": "dummy",
    "KIVY_CLOCK": "default",
}
"""Providers that would be searched for are named, so that a missing one is an error and none is imported in vain."""


class NoDisplayError(RuntimeError):
    """There is nothing to draw on; `str()` says what to do, in one line."""


def choose_video(environ: MutableMapping[str, str], cards: Path = Path("/dev/dri")) -> str:
    """Return the SDL video driver to use: the one that is asked for, a desktop's, or the card's.

    cards: where the kernel lists graphics cards. Raises NoDisplayError if there is none: SDL alone would go on unseen.
    """
    asked = environ.get("SDL_VIDEODRIVER", "")
    if asked:
        return asked
    if environ.get("DISPLAY"):
        return "x11"
    if any(cards.glob("card*")):
        return "kmsdrm"
    raise NoDisplayError(
        "no display: neither DISPLAY nor a /dev/dri card is there; "
        "connect a screen, or set SDL_VIDEODRIVER=offscreen to run unseen"
    )


def prepare(local: Settings, driver: str, environ: MutableMapping[str, str] = os.environ) -> None:
    """Set up Kivy for this machine. driver: what choose_video said."""
    environ["SDL_VIDEODRIVER"] = driver
    environ.update(_PINNED)
    lowest = max(logging.WARNING, logging.getLevelName(local.log_level.upper()))
    logging.getLogger("kivy").addFilter(lambda record: record.levelno >= lowest)  # a level Kivy would set back to info
    from kivy.config import Config  # the environment above must stand before Kivy is first imported

    is_whole = local.fullscreen and driver.lower() not in {"offscreen", "dummy"}
    for section, key, value in (
        ("graphics", "width", local.panel.width_px),
        ("graphics", "height", local.panel.height_px),
        ("graphics", "fullscreen", "auto" if is_whole else "0"),
        ("graphics", "borderless", int(local.fullscreen)),
        ("graphics", "resizable", 0),
        ("graphics", "rotation", local.rotation),
        ("graphics", "multisamples", 0),
        ("graphics", "maxfps", local.max_fps),
        ("graphics", "show_cursor", int(not local.fullscreen)),
        ("graphics", "allow_screensaver", 0),
        ("kivy", "exit_on_escape", 0),
        ("kivy", "keyboard_mode", ""),
        ("kivy", "log_level", "warning"),
    ):
        Config.set(section, key, str(value))
    for key, _ in list(Config.items("input")):
        Config.remove_option("input", key)
    if driver.lower() == "kmsdrm":  # SDL makes no touches there; with a desktop, two providers double every touch
        Config.set("input", "%(name)s", "probesysfs,provider=mtdev")
    else:
        Config.set("input", "mouse", "mouse,disable_multitouch")


def take_lean_style() -> None:
    """Have Kivy read our one rule of style instead of those of all its widgets: a sixth of a start. After `prepare`."""
    import kivy

    whole, kivy.kivy_data_dir = kivy.kivy_data_dir, str(Path(__file__).parent / "screens")
    try:
        import kivy.lang.builder
    finally:
        kivy.kivy_data_dir = whole
