"""Which tone was played by which loudspeaker, heard in the file that QEMU writes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hardware.simulated.qemu.hearing import tones_heard

RATE = 44100


def wav(left: np.ndarray, right: np.ndarray) -> bytes:
    # As QEMU's file is while it is written: the lengths in its header are still zero.
    header = (
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0" + RATE.to_bytes(4, "little") + (RATE * 4).to_bytes(4, "little")
    )
    header += b"\x04\0\x10\0data\0\0\0\0"
    both = np.stack([left, right], axis=1)
    return header + (both * 32767).astype("<i2").tobytes()


def tone(hertz: float, seconds: float, loud: float = 0.4) -> np.ndarray:
    return loud * np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE)


def test_each_channel_is_heard_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    quiet = np.zeros(RATE)
    path.write_bytes(wav(np.concatenate([tone(1000, 1), quiet]), np.concatenate([quiet, tone(1730, 1)]) + 0.0))
    first, second = tones_heard(path)
    assert (first.channel, second.channel) == ("left", "right")
    assert first.hertz == pytest.approx(1000, abs=3)
    assert second.hertz == pytest.approx(1730, abs=3)
    assert first.began_s == 0.0
    assert second.began_s == pytest.approx(1.0, abs=0.15)
    assert first.seconds == pytest.approx(1.0, abs=0.15)
    assert first.level_db == pytest.approx(20 * np.log10(0.4), abs=1)


def test_silence_nothing_and_a_file_that_only_begins_are_no_tones(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    assert tones_heard(path) == ()
    path.write_bytes(b"RIFF")
    assert tones_heard(path) == ()
    path.write_bytes(wav(np.zeros(RATE), np.zeros(RATE)))
    assert list(tones_heard(path)) == []
    path.write_bytes(wav(np.zeros(RATE), np.zeros(RATE)) + b"\x01")
    assert list(tones_heard(path)) == []
