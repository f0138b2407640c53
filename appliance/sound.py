"""Sound out of the SDL that Kivy's window brings along: opened for a visit, closed after it, no mixer between.

Samples go from memory to the device: what was answered is never in a file of sound.
"""

import ctypes
import importlib.util
import logging
import re
import wave
from ctypes import util
from pathlib import Path
from typing import Any, Final

log = logging.getLogger(__name__)

RATE: Final = 22_050
BYTES_A_SECOND: Final = 2 * RATE
AUDIO: Final = 0x10
S16: Final = 0x8010
_LOUDEST: Final = 128


class Spec(ctypes.Structure):
    """SDL_AudioSpec."""

    _fields_ = (
        ("freq", ctypes.c_int),
        ("format", ctypes.c_uint16),
        ("channels", ctypes.c_uint8),
        ("silence", ctypes.c_uint8),
        ("samples", ctypes.c_uint16),
        ("padding", ctypes.c_uint16),
        ("size", ctypes.c_uint32),
        ("callback", ctypes.c_void_p),
        ("userdata", ctypes.c_void_p),
    )


class SoundError(RuntimeError):
    """There is no way to make a sound; `str()` says why."""


def the_sdl() -> ctypes.CDLL:
    """Return SDL: the one this process has loaded, Kivy's own, or the system's."""
    try:
        loaded = re.findall(r"\S*/libSDL2-2\S*", Path("/proc/self/maps").read_text(encoding="utf-8"))
    except OSError:
        loaded = []
    found = importlib.util.find_spec("kivy")
    beside = Path(found.origin).parent.parent if found is not None and found.origin else Path("/nowhere")
    known = [*loaded, *map(str, beside.glob("Kivy.libs/libSDL2-2*")), util.find_library("SDL2-2.0") or ""]
    for name in filter(None, known):
        try:
            return _typed(ctypes.CDLL(name))
        except OSError:
            continue
    raise SoundError("SDL is not there")


def _typed(sdl: ctypes.CDLL) -> ctypes.CDLL:
    sdl.SDL_GetError.restype = ctypes.c_char_p
    sdl.SDL_OpenAudioDevice.restype = sdl.SDL_GetQueuedAudioSize.restype = ctypes.c_uint32
    sdl.SDL_NewAudioStream.restype = ctypes.c_void_p
    return sdl


class Sound:
    """One output device. Without one every call is quiet: it is said once, and the survey goes on as text."""

    def __init__(self) -> None:
        """Nothing is loaded or opened yet."""
        self.why_silent = ""
        self._sdl: Any = None
        self._device = 0

    def say(self, samples: bytes, volume: float) -> float:
        """Play these samples instead of what is being played; return how many seconds they take, 0 without a device.

        samples: 16-bit mono at RATE. volume: 0 … 1.
        """
        if not self._open():
            return 0.0
        self._sdl.SDL_ClearQueuedAudio(self._device)
        loud = self._scaled(samples, volume)
        if self._sdl.SDL_QueueAudio(self._device, loud, len(loud)):
            self._give_up("the device takes no samples")
            return 0.0
        return len(samples) / BYTES_A_SECOND

    def stop(self) -> None:
        """Be silent at once."""
        if self._device:
            self._sdl.SDL_ClearQueuedAudio(self._device)

    @property
    def left_s(self) -> float:
        """Seconds that wait to be played."""
        return self._sdl.SDL_GetQueuedAudioSize(self._device) / BYTES_A_SECOND if self._device else 0.0

    @property
    def is_open(self) -> bool:
        """Whether the device is held."""
        return bool(self._device)

    def close(self) -> None:
        """Give the device back; the next word opens it again, and a device that failed is tried again."""
        if self._device:
            self._sdl.SDL_CloseAudioDevice(self._device)
        self._device = 0

    def _open(self) -> bool:
        if self._device:
            return True
        try:
            self._sdl = self._sdl or the_sdl()
        except SoundError as error:
            return self._give_up(str(error))
        if not self._sdl.SDL_WasInit(AUDIO) and self._sdl.SDL_InitSubSystem(AUDIO):
            return self._give_up(self._error())
        wanted = Spec(freq=RATE, format=S16, channels=1, samples=1024)
        self._device = self._sdl.SDL_OpenAudioDevice(None, 0, ctypes.byref(wanted), None, 0)
        if not self._device:
            return self._give_up(self._error())
        self._sdl.SDL_PauseAudioDevice(self._device, 0)
        self.why_silent = ""
        return True

    def _give_up(self, why: str) -> bool:
        self.close()
        if why != self.why_silent:
            log.warning("no sound: %s; the survey goes on as text", why)
        self.why_silent = why
        return False

    def _error(self) -> str:
        return self._sdl.SDL_GetError().decode(errors="replace")[:120] or "no sound device"

    def _scaled(self, samples: bytes, volume: float) -> bytes:
        mixed = ctypes.create_string_buffer(len(samples))
        self._sdl.SDL_MixAudioFormat(mixed, samples, S16, len(samples), round(max(0.0, min(volume, 1.0)) * _LOUDEST))
        return mixed.raw


def clip(path: Path) -> bytes:
    """Return a WAV file as samples at RATE, mono. Raises SoundError naming the file and what is wrong with it."""
    try:
        with wave.open(str(path), "rb") as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            frames = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise SoundError(f"{path.name} cannot be read: {error}; use WAV, 16 bit") from error
    if width != 2 or channels not in (1, 2):
        raise SoundError(f"{path.name} has {8 * width} bit and {channels} channels; use 16 bit, mono or stereo")
    return frames if (channels, rate) == (1, RATE) else _converted(the_sdl(), frames, channels, rate)


def _converted(sdl: Any, frames: bytes, channels: int, rate: int) -> bytes:
    stream = ctypes.c_void_p(sdl.SDL_NewAudioStream(S16, channels, rate, S16, 1, RATE))
    try:
        padded = frames + bytes(2 * channels * (rate // 10))  # what its filter would keep back
        sdl.SDL_AudioStreamPut(stream, padded, len(padded))
        sdl.SDL_AudioStreamFlush(stream)
        room, parts = ctypes.create_string_buffer(1 << 16), []
        while (got := sdl.SDL_AudioStreamGet(stream, room, len(room))) > 0:
            parts.append(room.raw[:got])
        return b"".join(parts)[: 2 * round(len(frames) / (2 * channels) * RATE / rate)]
    finally:
        sdl.SDL_FreeAudioStream(stream)


def silence(seconds: float) -> bytes:
    """Return that much silence."""
    return bytes(2 * round(RATE * seconds))
