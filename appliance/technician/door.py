"""The way in for a technician: two corners of the glass held, or F12 on a desk; loads nothing that lies behind it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from kivy.clock import Clock
from kivy.core.window import Window

from appliance.technician import corners

if TYPE_CHECKING:
    from appliance.app import KioskApp

F12: Final = 293
LOOK_S: Final = 0.25


class Door:
    """Watches the corners of the glass while nobody is here."""

    def __init__(
        self, app: "KioskApp", *, has_keys: bool, near: Callable[[], None], opened: Callable[[], None]
    ) -> None:
        """has_keys: whether F12 opens too. near: called when corners begin to be held. opened: held long enough."""
        self.app, self.near, self.opened = app, near, opened
        self._held = corners.NOBODY
        Window.bind(on_touch_down=self._down, on_touch_up=self._up)
        if has_keys:
            Window.bind(on_key_down=self._key)

    def close(self) -> None:
        """Let go of the window."""
        Window.unbind(on_touch_down=self._down, on_touch_up=self._up, on_key_down=self._key)

    def forget(self) -> None:
        """Take the fingers as lifted."""
        self._held = corners.NOBODY

    def _down(self, _window: Any, touch: Any) -> None:
        if self.app.guest is None and self.app.sitting is None:
            panel, x, y = self.app.sizes.panel, touch.x, Window.height - touch.y
            per_mm_x, per_mm_y = panel.width_px / panel.width_mm, panel.height_px / panel.height_mm
            at_s = self.app.monotonic()
            before = self._held.since_s
            self._held = corners.down(self._held, touch.uid, x / per_mm_x, y / per_mm_y, panel.width_mm, at_s)
            if before is None and self._held.since_s is not None:
                self.near()
                Clock.schedule_once(self._look, LOOK_S)

    def _up(self, _window: Any, touch: Any) -> None:
        self._held = corners.up(self._held, touch.uid)

    def _look(self, _: float) -> None:
        if self._held.since_s is None:
            return
        if self.app.sitting is None and corners.is_opened(self._held, self.app.monotonic()):
            self.opened()
        else:
            Clock.schedule_once(self._look, LOOK_S)

    def _key(self, _window: Any, key: int, *_: Any) -> bool:
        if key == F12:
            self.opened()
            return True
        return False
