"""A tone is heard where it is, as loud as it is, and noise is none."""

import io
import math
import random
import wave
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.probe.exercises import tone


def sine(hertz, amplitude, seconds=1.0, noise=0.0, seed=1):
    chance = random.Random(seed)
    step = 2 * math.pi * hertz / tone.RATE
    values = (amplitude * math.sin(step * at) + chance.gauss(0, noise) for at in range(int(seconds * tone.RATE)))
    return array("h", [max(-32768, min(32767, round(value * 32767))) for value in values]).tobytes()


@pytest.mark.parametrize("channel", [0, 1])
def test_the_file_has_its_tone_on_one_channel_only(channel):
    with wave.open(io.BytesIO(tone.wav(1234, channel, 1.0))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, tone.RATE)
        samples = array("h", file.readframes(file.getnframes()))
    assert len(samples) == 2 * tone.RATE
    assert not any(samples[1 - channel :: 2])
    heard = tone.heard(samples[channel::2].tobytes(), 1234)
    assert heard is not None
    assert heard.tone_db == pytest.approx(-6.0, abs=0.1)
    assert heard.noise_db < -80


@settings(max_examples=25, deadline=None)
@given(st.integers(200, 10_000), st.floats(-60, -1))
def test_a_tone_has_the_level_that_it_has(hertz, level):
    heard = tone.heard(sine(hertz, 10 ** (level / 20), 0.7), hertz)
    assert heard is not None
    assert heard.tone_db == pytest.approx(level, abs=0.5)
    assert heard.rms == pytest.approx(10 ** (level / 20) / math.sqrt(2), rel=0.05, abs=1e-4)


@settings(max_examples=15, deadline=None)
@given(st.integers(200, 10_000), st.integers(0, 1000))
def test_noise_alone_is_no_tone_and_a_tone_in_it_stands_out(hertz, seed):
    alone = tone.heard(sine(hertz, 0.0, noise=0.05, seed=seed), hertz)
    with_tone = tone.heard(sine(hertz, 0.02, noise=0.05, seed=seed), hertz)
    assert alone is not None
    assert with_tone is not None
    assert alone.tone_db - alone.noise_db < 10
    assert with_tone.tone_db - with_tone.noise_db > 12


def test_another_tone_than_the_asked_one_is_not_heard():
    other = tone.heard(sine(3000, 0.5), 1000)
    assert other is not None
    assert other.tone_db < -80


def test_a_tone_that_begins_late_is_heard():
    late = bytes(2 * tone.RATE) + sine(900, 0.1, 0.8) + bytes(tone.RATE)
    heard = tone.heard(late, 900)
    assert heard is not None
    assert heard.tone_db == pytest.approx(-20, abs=0.5)


@given(st.binary(max_size=3000))
def test_what_is_too_short_tells_nothing(data):
    assert tone.heard(data, 1000) is None


def test_silence_is_the_lowest_level_and_no_mistake():
    assert tone.heard(bytes(2 * tone.RATE), 1000) == tone.Heard(tone.SILENCE_DB, tone.SILENCE_DB, 0.0)
