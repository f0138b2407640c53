"""One recording as samples: how loud it is, where speech begins and ends, whether it can be kept; pure."""

import io
import sys
import wave
from array import array
from typing import Final

import msgspec

from appliance.sound import RATE
from appliance.technician.studio import Verdict

WINDOW: Final = RATE // 100
"""Samples in 10 ms."""
LEAD_S: Final = 0.15
"""Left before the first and after the last sound."""
RUN: Final = 3
"""Windows in a row that make speech; less is the tap of a finger on the glass."""
LEAST_S: Final = 0.15
FLOOR: Final = 250
"""Below this peak a window is silence, whatever the room."""
QUIET: Final = 1800
"""Speech whose louder windows stay under this is too quiet for a hall: some 25 dB below full scale."""
FULL: Final = 32_600
CLIPPED_WINDOWS: Final = 3


class Take(msgspec.Struct, frozen=True):
    """A recording without the silence at its ends. samples: 16-bit mono at RATE."""

    samples: bytes
    verdict: Verdict

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / 2 / RATE


def take_of(heard: bytes) -> Take:
    """Return what was heard, trimmed and judged."""
    peaks = _peaks(heard)
    first, last = _speech(peaks)
    if (last - first) * WINDOW < LEAST_S * RATE:
        return Take(b"", Verdict.EMPTY)
    lead = round(LEAD_S * RATE / WINDOW)
    begin, end = max(0, first - lead), min(len(peaks), last + lead)
    return Take(heard[2 * begin * WINDOW : 2 * end * WINDOW], _judged(peaks[first:last]))


def level(heard: bytes) -> float:
    """Return the peak of some samples as a share of full scale, 0 … 1."""
    return max(_peaks(heard), default=0) / 32_768


def wav(samples: bytes) -> bytes:
    """Return samples as a WAV file, 16-bit mono at RATE."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(samples)
    return out.getvalue()


def _peaks(heard: bytes) -> list[int]:
    """Return the peak of each whole window, and of what is left at the end."""
    samples = array("h", heard[: len(heard) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    windows = (samples[at : at + WINDOW] for at in range(0, len(samples), WINDOW))
    return [max(max(window), -min(window)) for window in windows]


def _speech(peaks: list[int]) -> tuple[int, int]:
    """Return the first window of speech and the one after its last; the same twice if there is none."""
    if not peaks:
        return 0, 0
    ordered = sorted(peaks)
    hum, loudest = ordered[len(ordered) // 10], ordered[-1]
    least = max(FLOOR, min(3 * hum, loudest // 8))
    loud = [peak >= least for peak in peaks]
    starts = [at for at in range(len(loud) - RUN + 1) if all(loud[at : at + RUN])]
    return (starts[0], starts[-1] + RUN) if starts else (0, 0)


def _judged(peaks: list[int]) -> Verdict:
    if sum(peak >= FULL for peak in peaks) >= CLIPPED_WINDOWS:
        return Verdict.CLIPPED
    return Verdict.QUIET if sorted(peaks)[len(peaks) * 9 // 10] < QUIET else Verdict.GOOD
