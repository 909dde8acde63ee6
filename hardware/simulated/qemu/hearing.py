"""What a virtual laptop's loudspeakers played: the tones in the WAV file that QEMU writes, channel by channel."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import numpy as np
from msgspec import Struct

__all__ = ["Tone", "tones_heard"]

_HEADER: Final = 44
"""QEMU writes a plain header, and its lengths only at the end: what has come so far is heard all the same."""

_WINDOW_S: Final = 0.1
_QUIET_DB: Final = -60.0
_SAME_HZ: Final = 15.0
_LONGEST_BYTES: Final = 200 * 2**20


class Tone(Struct, frozen=True):
    """One tone: when it began and how long it lasted (seconds of sound), and its level (dB of full scale)."""

    channel: Literal["left", "right"]
    hertz: float
    level_db: float
    began_s: float
    seconds: float


def tones_heard(path: Path) -> Sequence[Tone]:
    """The tones in the order in which they began; empty where nothing was played yet. 16-bit stereo only."""
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST_BYTES)
    except FileNotFoundError:
        return ()
    rate = int.from_bytes(data[24:28], "little")
    if len(data) <= _HEADER or not 4000 <= rate <= 192_000:
        return ()
    body = data[_HEADER : len(data) - (len(data) - _HEADER) % 4]
    samples = np.frombuffer(body, dtype="<i2").reshape(-1, 2).astype(np.float64) / 32768
    found = [*_of_channel(samples[:, 0], rate, "left"), *_of_channel(samples[:, 1], rate, "right")]
    return sorted(found, key=lambda tone: tone.began_s)


def _of_channel(samples: np.ndarray, rate: int, channel: Literal["left", "right"]) -> list[Tone]:
    size = int(rate * _WINDOW_S)
    shape = np.hanning(size)
    tones: list[Tone] = []
    for number in range(len(samples) // size):
        spectrum = np.abs(np.fft.rfft(samples[number * size : (number + 1) * size] * shape)) / (size / 4)
        # The first few bins are a constant voltage, not a tone.
        at = int(np.argmax(spectrum[3:])) + 3
        level = 20 * float(np.log10(max(float(spectrum[at]), 1e-9)))
        if level < _QUIET_DB:
            continue
        hertz, began = _peak(spectrum, at) / _WINDOW_S, number * _WINDOW_S
        last = tones[-1] if tones else None
        if last and abs(last.hertz - hertz) < _SAME_HZ and began - (last.began_s + last.seconds) < _WINDOW_S / 2:
            louder = max(last.level_db, level)
            tones[-1] = Tone(channel, last.hertz, louder, last.began_s, last.seconds + _WINDOW_S)
        else:
            tones.append(Tone(channel, hertz, level, began, _WINDOW_S))
    return tones


def _peak(spectrum: np.ndarray, at: int) -> float:
    """Where between its neighbours a peak really lies, in bins: the top of a parabola through the three."""
    if not 0 < at < len(spectrum) - 1:
        return float(at)
    before, middle, after = (float(value) for value in spectrum[at - 1 : at + 2])
    bend = before - 2 * middle + after
    return at + (0.5 * (before - after) / bend if bend else 0.0)
