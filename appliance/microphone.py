"""A microphone through the SDL that plays our sound: open from one touch to the next, and never for longer than told.

Samples stay in memory; what becomes of them is for others to say.
"""

import ctypes
import logging
import threading
import time
from collections.abc import Iterator
from typing import Any, Final

from appliance.sound import AUDIO, BYTES_A_SECOND, RATE, S16, SoundError, Spec, the_sdl

log = logging.getLogger(__name__)

MUTE_S: Final = 2.0
_PLAYING: Final = 1
_BLOCK: Final = 1 << 16


class MicrophoneError(RuntimeError):
    """There is nothing to record with; `str()` says why, in SDL's words."""


class Microphone:
    """One input device, held only while it is open."""

    def __init__(self) -> None:
        """Nothing is loaded or opened yet."""
        self._sdl: Any = None
        self._device = 0
        self._guard: threading.Timer | None = None
        self._lock = threading.Lock()
        self._heard_at_s = 0.0

    def open(self, at_most_s: float) -> None:
        """Begin to listen. Raises MicrophoneError where there is nothing to listen with.

        at_most_s: the device closes by itself then, whatever has become of who opened it: nobody is listened to
        unknowingly.
        """
        self.close()
        try:
            self._sdl = self._sdl or the_sdl()
        except SoundError as error:
            raise MicrophoneError(str(error)) from error
        if not self._sdl.SDL_WasInit(AUDIO) and self._sdl.SDL_InitSubSystem(AUDIO):
            raise MicrophoneError(self._error())
        device = self._first_that_opens()
        with self._lock:
            self._device = device
        self._guard = threading.Timer(at_most_s, self.close)
        self._guard.daemon = True
        self._guard.start()
        self._heard_at_s = time.monotonic()
        self._sdl.SDL_PauseAudioDevice(device, 0)

    def _first_that_opens(self) -> int:
        """Open the machine's default, else the first device that can be opened: the default may be a loudspeaker's."""
        wanted = Spec(freq=RATE, format=S16, channels=1, samples=1024)
        why = ""
        for name in self._names():
            device = int(self._sdl.SDL_OpenAudioDevice(name, 1, ctypes.byref(wanted), None, 0))
            if device:
                return device
            why = why or self._error()
        log.warning("no microphone: %s", why)
        raise MicrophoneError(why)

    def _names(self) -> Iterator[bytes | None]:
        yield None
        self._sdl.SDL_GetAudioDeviceName.restype = ctypes.c_char_p
        for n in range(max(0, self._sdl.SDL_GetNumAudioDevices(1))):
            yield self._sdl.SDL_GetAudioDeviceName(n, 1)

    def heard(self) -> bytes:
        """Return what was heard since the last call, 16-bit mono at RATE."""
        parts, room = [], ctypes.create_string_buffer(_BLOCK)
        with self._lock:
            while self._device and (got := self._sdl.SDL_DequeueAudio(self._device, room, _BLOCK)) > 0:
                parts.append(room.raw[:got])
                if len(parts) * _BLOCK > 4 * BYTES_A_SECOND:
                    break  # a device faster than time must not keep the window
        if parts:
            self._heard_at_s = time.monotonic()
        return b"".join(parts)

    @property
    def is_mute(self) -> bool:
        """Whether the device has sent nothing for MUTE_S, or is gone: silence comes as samples, too."""
        return not self.is_open or time.monotonic() - self._heard_at_s > MUTE_S

    @property
    def is_open(self) -> bool:
        """Whether the device is held and still there: a plug that was pulled ends it."""
        with self._lock:
            return bool(self._device) and self._sdl.SDL_GetAudioDeviceStatus(self._device) == _PLAYING

    def close(self) -> None:
        """Listen no longer."""
        with self._lock:
            device, self._device = self._device, 0
        if device:
            self._sdl.SDL_CloseAudioDevice(device)
        if self._guard is not None:
            self._guard.cancel()
            self._guard = None

    def _error(self) -> str:
        return self._sdl.SDL_GetError().decode(errors="replace")[:120] or "no device"
