"""Exercises as the bench gets them: a process of the probe, its frames, its item as the bench's parsers read it."""

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from hardware.evidence.exercises.battery import read_battery_draw
from hardware.evidence.exercises.camera import read_camera_pictures
from hardware.evidence.exercises.cpu import read_processor_load
from hardware.evidence.exercises.display import read_display_shown
from hardware.evidence.exercises.keyboard import read_keys_pressed
from hardware.evidence.exercises.lid import read_lid_moved
from hardware.evidence.exercises.memory import read_memory_test
from hardware.evidence.exercises.sound import read_sound_loops
from hardware.evidence.exercises.storage import read_disk_reads
from hardware.evidence.exercises.touchpad import read_touchpad_touched
from hardware.evidence.exercises.usb import read_usb_ports
from hardware.evidence.exercises.wifi import read_wifi_scan
from hardware.probe.agent.frames import FrameReader
from hardware.probe.exercises import runner
from hardware.probe.exercises.session import Session
from hardware.probe.laptop import Laptop
from hardware.probe.tools import Tools

READERS: dict[str, Callable[[bytes, str], object]] = {
    "memory": read_memory_test,
    "storage": read_disk_reads,
    "cpu": read_processor_load,
    "camera": read_camera_pictures,
    "sound": read_sound_loops,
    "wifi": read_wifi_scan,
    "battery": read_battery_draw,
    "keyboard": read_keys_pressed,
    "touchpad": read_touchpad_touched,
    "display": read_display_shown,
    "lid": read_lid_moved,
    "usb": read_usb_ports,
}


class Answer(NamedTuple):
    """What an exercise answered: its progress as (state, done, of), and its one item."""

    progress: list[tuple[str, int, int]]
    header: dict[str, Any]
    body: bytes
    seconds: float

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def measured(self) -> dict[str, Any]:
        assert self.body, self.header["error"]
        found: dict[str, Any] = self.document["measured"]
        return found

    @property
    def error(self) -> str:
        assert self.header["error"] is not None
        return str(self.header["error"])


def answer_of(data: bytes, seconds: float = 0.0) -> Answer:
    """The frames as an answer; whatever is not exactly progress and then one item that the bench can read fails."""
    frames = list(FrameReader().feed(data))
    assert b"".join(frame.encode() for frame in frames) == data, "nothing but whole frames"
    *before, last = frames
    assert all(frame.header["frame"] == "progress" and not frame.body for frame in before)
    header = last.header
    assert list(header) == ["frame", "id", "source", "exit", "ms", "size", "sha256", "truncated", "error"]
    assert header["frame"] == "item"
    assert header["size"] == len(last.body)
    if last.body:
        document = json.loads(last.body)
        assert list(document) == ["exercise", "version", "arguments", "seconds", "restored", "measured"]
        assert header["id"] == f"exercise-{document['exercise']}"
        READERS[document["exercise"]](last.body, header["id"])
    else:
        assert header["error"]
    progress = [(one.header["state"], one.header["done"], one.header["of"]) for one in before]
    assert all(state in ("started", "going", "shown") and 0 <= done <= of for state, done, of in progress)
    return Answer(progress, header, last.body, seconds)


class Running:
    """A process of the probe that does an exercise."""

    def __init__(self, command: list[str]) -> None:
        self._began = time.monotonic()
        # A session of its own, as the bench gives it one.
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)

    def progress(self) -> dict[str, Any]:
        """The next frame's header, once it is there."""
        assert self.process.stdout is not None
        lengths = self.process.stdout.read(8)
        found: dict[str, Any] = json.loads(self.process.stdout.read(int.from_bytes(lengths[:4], "big")))
        return found

    def answer(self) -> Answer:
        data, _ = self.process.communicate(timeout=60)
        assert self.process.returncode == 0
        return answer_of(data, time.monotonic() - self._began)


@pytest.fixture
def begin(project: Path) -> Iterator[Callable[..., Running]]:
    """Begins an exercise by the probe's own door; `root` and `tools` as the probe has them."""
    started: list[Running] = []

    def start(name: str, arguments: object = None, seconds: float = 30.0, **more: Path) -> Running:
        probe = str(project / "hardware" / "probe")
        command = [sys.executable, "-I", "-S", "-B", probe, "--exercise", name, "--seconds", str(seconds)]
        command += ["--arguments", json.dumps(arguments or {})]
        for key, place in more.items():
            command += [f"--{key}", str(place)]
        started.append(Running(command))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()
        if one.process.stdout is not None:
            one.process.stdout.close()


@pytest.fixture
def do(begin: Callable[..., Running]) -> Callable[..., Answer]:
    """Does an exercise to its end."""
    return lambda *arguments, **more: begin(*arguments, **more).answer()


@pytest.fixture
def do_here() -> Callable[..., Answer]:
    """Does an exercise whose parts a test has replaced: the supervisor is this process, the worker its child."""

    def run(
        name: str, arguments: object = None, seconds: float = 20.0, root: str = "/", tools: str | None = None
    ) -> Answer:
        out = io.BytesIO()
        began = time.monotonic()
        assert runner.main(name, arguments if arguments is not None else {}, seconds, out, root, tools) == 0
        return answer_of(out.getvalue(), time.monotonic() - began)

    return run


@pytest.fixture
def session_of() -> Callable[..., Session]:
    """A session in this process; `on` gets each message for the supervisor."""

    def make(root: Path | str = "/", tools: Path | None = None, seconds: float = 20.0, on: Any = None) -> Session:
        laptop = Laptop(str(root))
        return Session(
            laptop, Tools(str(tools)) if tools else None, time.monotonic() + seconds, on or (lambda message: None)
        )

    return make


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., Path]:
    """A made-up laptop's tree of these files (text or bytes), to be changed at will."""

    def build(contents: dict[str, str | bytes]) -> Path:
        root = tmp_path / "laptop"
        for name, content in contents.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        root.mkdir(exist_ok=True)
        return root

    return build
