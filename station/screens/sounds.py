"""Sounds for eyes that are elsewhere. Each has its twin on the screen, so the bench works as well with none.

The scanner's own beep means that it read; these mean what the bench made of it. They are small WAV files made here and
played by a program found on this machine, detached; where there is none, or no sound device, the terminal's
bell rings in patterns that differ. `STATION_SOUND=off` silences all of it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Protocol

from station.screens.cues import Cue

__all__ = ["BELLS", "TONES", "Sounds", "found_player", "make_wav"]

RATE: Final = 16_000

# (hertz, milliseconds); 0 Hz is silence.
TONES: Final[Mapping[Cue, tuple[tuple[int, int], ...]]] = {
    Cue.ACCEPTED: ((1760, 90),),
    Cue.KNOWN: ((1319, 70), (0, 60), (1319, 70)),
    Cue.REFUSED: ((196, 600),),
    Cue.PASS: ((659, 120), (880, 120), (1319, 220)),
    Cue.FAIL: ((659, 160), (440, 160), (262, 360)),
    Cue.REVIEW: ((587, 180), (0, 80), (587, 180)),
    Cue.ABORTED: ((330, 150), (0, 60), (330, 150), (0, 60), (330, 150)),
}

# Seconds after the moment at which the bell rings.
BELLS: Final[Mapping[Cue, tuple[float, ...]]] = {
    Cue.ACCEPTED: (0.0,),
    Cue.KNOWN: (0.0, 0.15),
    Cue.REFUSED: (0.0, 0.4, 0.8),
    Cue.PASS: (0.0, 0.6),
    Cue.FAIL: (0.0, 0.15, 0.3, 0.45),
    Cue.REVIEW: (0.0, 0.6, 0.75),
    Cue.ABORTED: (0.0, 0.15, 0.75),
}

_NULL: Final = subprocess.DEVNULL
_PLAYERS: Final[tuple[tuple[str, ...], ...]] = (("pw-play",), ("paplay",), ("aplay", "-q"))


class Ring(Protocol):
    """Rings the terminal's bell after a while."""

    def __call__(self, delay: float, /) -> None: ...


def found_player() -> tuple[str, ...] | None:
    """The command that plays a WAV file here, if there is one."""
    for name, *options in _PLAYERS:
        if path := shutil.which(name):
            return (path, *options)
    return None


def make_wav(path: Path, tones: tuple[tuple[int, int], ...]) -> None:
    """Write tones as a 16-bit mono WAV file, whole or not at all."""
    import math
    import struct
    import wave

    samples = bytearray()
    for hertz, milliseconds in tones:
        count = RATE * milliseconds // 1000
        for place in range(count):
            # Five milliseconds of rise and fall, or each tone would click.
            edge = min(1.0, place / (RATE * 0.005), (count - place) / (RATE * 0.005))
            samples += struct.pack("<h", int(12_000 * edge * math.sin(2 * math.pi * hertz * place / RATE)))
    new = path.with_suffix(f".{os.getpid()}")
    with wave.open(str(new), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(samples))
    new.replace(path)


class Sounds:
    """Plays cues. Until `prepare` has found a player that works, and wherever none does, bells ring."""

    def __init__(self, ring: Ring, environment: Mapping[str, str] = os.environ) -> None:
        self._ring = ring
        self._off = environment.get("STATION_SOUND", "").strip().lower() in {"off", "0", "no", "false"}
        cache = environment.get("XDG_CACHE_HOME") or os.path.join(environment.get("HOME", "/nonexistent"), ".cache")
        self._folder = Path(cache) / "intake-station" / "sounds"
        self._player: tuple[str, ...] | None = None
        self._playing: list[subprocess.Popen[bytes]] = []

    def prepare(self, find: Callable[[], tuple[str, ...] | None] = found_player) -> None:
        """Make the files and try the player with silence. Slow: call it in a thread."""
        if self._off or (player := find()) is None:
            return
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for cue, tones in TONES.items():
                make_wav(self._file(cue), tones)
            silence = self._folder / "silence.wav"
            make_wav(silence, ((0, 50),))
            heard = subprocess.run(
                [*player, str(silence)], timeout=5, check=False, stdin=_NULL, stdout=_NULL, stderr=_NULL
            )
        except (OSError, subprocess.SubprocessError):
            return
        if heard.returncode == 0:
            self._player = player

    def play(self, cue: Cue) -> None:
        """Let a cue be heard. Never waits and never fails."""
        if self._off:
            return
        self._reap()
        if self._player is not None:
            with contextlib.suppress(OSError):
                self._playing.append(
                    subprocess.Popen(
                        [*self._player, str(self._file(cue))],
                        stdin=_NULL,
                        stdout=_NULL,
                        stderr=_NULL,
                        start_new_session=True,
                    )
                )
                return
        for delay in BELLS[cue]:
            self._ring(delay)

    def _file(self, cue: Cue) -> Path:
        return self._folder / f"{cue.value}.wav"

    def _reap(self) -> None:
        """A player that failed is not asked again: the device has gone."""
        for process in [*self._playing]:
            if (status := process.poll()) is not None:
                self._playing.remove(process)
                if status != 0:
                    self._player = None
