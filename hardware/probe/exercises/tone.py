"""Tones as numbers: a WAV file of one, and how loud it is in a recording. Pure."""

from __future__ import annotations

import math
import struct
import sys
from array import array
from typing import NamedTuple

RATE = 48_000
"""Samples a second; every codec of a laptop has it."""
FULL_SCALE = 32_768.0
WINDOW = RATE // 5
"""Samples that are looked at together: 0.2 s, so that a tone is 5 Hz wide and its window 20 Hz."""
WINDOWS = 3
"""So many windows in a row count; the loudest ones, as nobody knows how late the loudspeaker began."""
BESIDE = (0.80, 0.86, 0.92, 0.96, 1.04, 1.08, 1.14, 1.20)
"""Where the noise is measured, as parts of the tone's frequency: beside it, and on none of its harmonics."""
SILENCE_DB = -150.0
_LOUDNESS = 0.5
_FADE = RATE // 100


class Heard(NamedTuple):
    """Levels in dB of full scale at the tone and beside it, and the loudness of the whole (1: full scale)."""

    tone_db: float
    noise_db: float
    rms: float


def wav(hertz: int, channel: int, seconds: float) -> bytes:
    """A stereo WAV file of 16 bits with the tone on one channel (0 left, 1 right) and silence on the other."""
    count = int(RATE * seconds)
    step = 2.0 * math.pi * hertz / RATE
    loudness = _LOUDNESS * (FULL_SCALE - 1)
    samples = array("h", bytes(4 * count))
    for index in range(count):
        # Faded in and out: a click is heard at every frequency.
        fade = min(1.0, index / _FADE, (count - 1 - index) / _FADE)
        samples[2 * index + channel] = int(loudness * fade * math.sin(step * index))
    data = _little_endian(samples).tobytes()
    head = (
        b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 2, RATE, RATE * 4, 4, 16) + b"data" + struct.pack("<I", len(data))
    )
    return b"RIFF" + struct.pack("<I", len(head) + len(data)) + head + data


def heard(recording: bytes, hertz: int) -> Heard | None:
    """The levels in a recording of one channel of 16 bits at `RATE`; None where it is too short to tell."""
    samples = _little_endian(array("h", recording[: len(recording) // 2 * 2]))
    starts = range(0, len(samples) - WINDOW + 1, WINDOW)
    if len(starts) < WINDOWS:
        return None
    shaped = [_shaped(samples[start : start + WINDOW]) for start in starts]
    tones = [_power(window, hertz) for window in shaped]
    first = max(range(len(tones) - WINDOWS + 1), key=lambda index: sum(tones[index : index + WINDOWS]))
    kept = shaped[first : first + WINDOWS]
    noises = [_power(window, hertz * part) for window in kept for part in BESIDE if hertz * part < RATE / 2]
    loud = samples[first * WINDOW : (first + WINDOWS) * WINDOW]
    mean = math.fsum(sample * sample for sample in loud) / len(loud)
    return Heard(
        round(_decibel(sum(tones[first : first + WINDOWS]) / WINDOWS), 2),
        round(_decibel(sum(noises) / len(noises)), 2),
        round(math.sqrt(mean) / FULL_SCALE, 6),
    )


def _shaped(samples: array[int]) -> list[float]:
    """Samples under a Hann window and without their mean: a steady offset is no sound."""
    mean = sum(samples) / len(samples)
    step = 2.0 * math.pi / len(samples)
    return [(sample - mean) * (0.5 - 0.5 * math.cos(step * index)) for index, sample in enumerate(samples)]


def _power(shaped: list[float], hertz: float) -> float:
    """The squared amplitude at one frequency (Goertzel), where a sine of full scale has 1."""
    factor = 2.0 * math.cos(2.0 * math.pi * hertz / RATE)
    before = last = 0.0
    for sample in shaped:
        before, last = last, sample + factor * last - before
    # A Hann window takes half of the amplitude, and the other half of a sine is at the negative frequency.
    amplitude_squared = (last * last + before * before - factor * last * before) * (4.0 / len(shaped)) ** 2
    return max(0.0, amplitude_squared) / FULL_SCALE**2


def _decibel(power: float) -> float:
    return max(SILENCE_DB, 10.0 * math.log10(power)) if power > 0 else SILENCE_DB


def _little_endian(samples: array[int]) -> array[int]:
    if sys.byteorder == "big":
        samples.byteswap()
    return samples
