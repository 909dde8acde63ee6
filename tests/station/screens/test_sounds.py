import stat
import time
import wave

import pytest

from station.screens.cues import Cue
from station.screens.sounds import BELLS, TONES, Sounds, found_player


def player(tmp_path, status: int = 0):
    """A player that notes what it was asked to play."""
    program = tmp_path / "player"
    program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/played\nexit {status}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return (str(program),)


def played(tmp_path, count: int) -> list[str]:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        lines = (tmp_path / "played").read_text().splitlines() if (tmp_path / "played").exists() else []
        if len(lines) >= count:
            return lines
        time.sleep(0.01)
    raise AssertionError("not played")


@pytest.fixture
def rings():
    return []


def sounds(tmp_path, rings, **environment) -> Sounds:
    return Sounds(rings.append, {"XDG_CACHE_HOME": str(tmp_path), **environment})


def test_every_cue_has_its_own_tones_and_its_own_bells():
    assert TONES.keys() == BELLS.keys() == set(Cue)
    assert len(set(TONES.values())) == len(Cue)
    assert len(set(BELLS.values())) == len(Cue)


def test_a_refusal_is_low_and_long_a_pass_rises_and_a_fail_falls():
    pitches = {cue: [hertz for hertz, _ in tones if hertz] for cue, tones in TONES.items()}
    assert sum(ms for _, ms in TONES[Cue.REFUSED]) >= 500
    assert max(pitches[Cue.REFUSED]) < min(pitches[Cue.ACCEPTED])
    assert pitches[Cue.PASS] == sorted(pitches[Cue.PASS])
    assert pitches[Cue.FAIL] == sorted(pitches[Cue.FAIL], reverse=True)
    assert len(BELLS[Cue.REFUSED]) == 3


def test_a_player_that_works_is_used(tmp_path, rings):
    all_sounds = sounds(tmp_path, rings)
    all_sounds.prepare(lambda: player(tmp_path))
    all_sounds.play(Cue.PASS)
    assert played(tmp_path, 2)[1].endswith("pass.wav")
    assert rings == []


def test_the_files_are_short_and_whole(tmp_path, rings):
    sounds(tmp_path, rings).prepare(lambda: player(tmp_path))
    for cue in Cue:
        with wave.open(str(tmp_path / "intake-station" / "sounds" / f"{cue.value}.wav")) as file:
            assert 0.05 < file.getnframes() / file.getframerate() < 1.0


@pytest.mark.parametrize("find", [lambda path: None, lambda path: player(path, 1), lambda path: ("/nonexistent",)])
def test_without_a_player_or_a_device_bells_ring(tmp_path, rings, find):
    all_sounds = sounds(tmp_path, rings)
    all_sounds.prepare(lambda: find(tmp_path))
    all_sounds.play(Cue.REFUSED)
    assert rings == list(BELLS[Cue.REFUSED])


def test_a_player_that_fails_later_gives_way_to_bells(tmp_path, rings):
    all_sounds = sounds(tmp_path, rings)
    all_sounds.prepare(lambda: player(tmp_path))
    player(tmp_path, 1)
    all_sounds.play(Cue.PASS)
    end = time.monotonic() + 5
    while not rings and time.monotonic() < end:
        time.sleep(0.02)
        all_sounds.play(Cue.FAIL)
    assert rings[: len(BELLS[Cue.FAIL])] == list(BELLS[Cue.FAIL])


def test_off_is_off(tmp_path, rings):
    all_sounds = sounds(tmp_path, rings, STATION_SOUND="off")
    all_sounds.prepare(lambda: player(tmp_path))
    all_sounds.play(Cue.FAIL)
    assert rings == []
    assert not (tmp_path / "played").exists()


def test_a_folder_that_cannot_be_made_leaves_the_bells(tmp_path, rings):
    (tmp_path / "intake-station").write_text("in the way")
    all_sounds = sounds(tmp_path, rings)
    all_sounds.prepare(lambda: player(tmp_path))
    all_sounds.play(Cue.ACCEPTED)
    assert rings == [0.0]


def test_finding_a_player_never_fails(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert found_player() is None
