"""The options of `station bench`: what is wrong is told at once and changes nothing, what is right is passed on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click import UsageError
from hypothesis import given
from hypothesis import strategies as st

import station.bench.headless
from station.bench.protocol import PutInSlot, UseLabel, UsePrinter, UseScanner
from station.bench_commands import _device_commands
from station.cli import run
from station.paths import Paths
from station.store.bench_store import BenchStore


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The commands that the engine would be given. The command runs in `tmp_path`, and no engine is started."""
    commands: list[Any] = []

    def instead(paths: Paths, given: list[Any], scans: Any, out: Any) -> int:
        commands.extend(given)
        return 0

    monkeypatch.setattr(station.bench.headless, "run_headless", instead)
    monkeypatch.setenv("STATION_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return commands


def bench(*words: str) -> int:
    return run(["bench", "--headless", *words])


WRONG = [
    ("--scanner", "serial:auto"),
    ("--scanner", "=serial:auto"),
    ("--scanner", "0=serial:auto"),
    ("--scanner", "5=serial:auto"),
    ("--scanner", "-1=serial:auto"),
    ("--scanner", "1 =serial:auto"),
    ("--scanner", "²=serial:auto"),
    ("--scanner", "٣=serial:auto"),
    ("--scanner", "000001999=serial:auto"),
    ("--scanner", f"{'0' * 9}{'1' * 9000}=serial:auto"),
    ("--scanner", "1=usb"),
    ("--scanner", "1=serial:"),
    ("--scanner", "1=serial:COM1"),
    ("--scanner", "1=serial:auto?baud=1"),
    ("--scanner", "1=camera:"),
    ("--scanner", "1=camera:rtsp://x"),
    ("--scanner", "1=camera:pipe:0"),
    ("--scanner", "1=camera:0?width=9"),
    ("--scanner", "1=\x1b[2Jred"),
    ("--printer", "nonsense"),
    ("--printer", "tcp:"),
    ("--printer", "tcp:x:99999"),
    ("--printer", "png:"),
    ("--printer", "png:?dpi=203"),
    ("--printer", "png:labels?dpi=7"),
    ("--printer", "usb:relative"),
    ("--printer", "serial:/etc/../dev/ttyUSB0"),
    ("--printer", "x" * 5000),
    ("--printer", "png:a\nb"),
    ("--label", ""),
    ("--label", "nope"),
    ("--label", "nope.toml"),
    ("--label", "~nobody-of-that-name/x.toml"),
    ("--label", "."),
    ("--label", "commands"),
    ("--slot", "000001999=this-machine"),
]


@pytest.mark.parametrize(("option", "text"), WRONG, ids=[f"{option}-{at}" for at, (option, _) in enumerate(WRONG)])
def test_what_was_typed_wrong_is_told_in_one_clean_sentence_and_changes_nothing(
    option: str, text: str, told: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Something right before it: that is not done either.
    assert bench("--printer", "png:labels", option, text) == 2
    written = capsys.readouterr()
    assert written.out == ""
    [sentence] = [line for line in written.err.splitlines() if line.startswith("Error: ")]
    assert sentence == written.err.splitlines()[-1]
    assert len(sentence) < 600
    assert sentence.isprintable()
    assert "Traceback" not in written.err
    assert told == []
    assert not (tmp_path / "data").exists()


def test_a_layout_file_with_a_fault_is_named(told: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.toml").write_text("title = 1\n[")
    assert bench("--label", "mine.toml") == 2
    assert "mine.toml" in capsys.readouterr().err.splitlines()[-1]
    assert told == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1=serial:auto", "serial:auto"),
        ("1=serial:/dev/ttyUSB0?baud=115200", "serial:/dev/ttyUSB0?baud=115200"),
        ("4=camera:0", "camera:0"),
        ("2=camera:0?width=1920&height=1080", "camera:0?width=1920&height=1080"),
        ("2=camera:/dev/video2", "camera:/dev/video2"),
        ("2=camera:http://127.0.0.1:80/a?b=c", "camera:http://127.0.0.1:80/a?b=c"),
        ("2=camera:labels.avi", "camera:{here}/labels.avi"),
        ("2=camera:../x/im_%04d.jpg?fps=5", "camera:{above}/x/im_%04d.jpg?fps=5"),
        ("2=camera:~/labels.avi", "camera:{home}/labels.avi"),
        ("2=", ""),
    ],
)
def test_a_scanner_is_passed_on_with_its_path_made_absolute(
    text: str, wanted: str, told: list[Any], tmp_path: Path
) -> None:
    assert bench("--scanner", text) == 0
    place = {"here": tmp_path, "above": tmp_path.parent, "home": tmp_path / "home"}
    assert told == [UseScanner(int(text[0]), wanted.format(**place))]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("tcp:127.0.0.1:9100?dpi=300", "tcp:127.0.0.1:9100?dpi=300"),
        ("usb:/dev/usb/lp0", "usb:/dev/usb/lp0"),
        ("png:labels", "png:{here}/labels"),
        (" png:labels ", "png:{here}/labels"),
        ("pdf:./labels/../out?dpi=600", "pdf:{here}/out?dpi=600"),
        ("png:~/labels", "png:{home}/labels"),
        ("png:~nobody-of-that-name/labels", "png:{here}/~nobody-of-that-name/labels"),
        ("png:/srv/labels", "png:/srv/labels"),
        ("", ""),
    ],
)
def test_a_printer_is_passed_on_with_its_folder_made_absolute(
    text: str, wanted: str, told: list[Any], tmp_path: Path
) -> None:
    assert bench("--printer", text) == 0
    assert told == [UsePrinter(wanted.format(here=tmp_path, home=tmp_path / "home"))]


def test_a_layout_is_passed_on_by_its_name_or_its_absolute_path(told: list[Any], project: Path, tmp_path: Path) -> None:
    shipped = project / "hardware" / "printers" / "layouts" / "carton.toml"
    (tmp_path / "mine.toml").write_bytes(shipped.read_bytes())
    assert bench("--label", "carton") == 0
    assert bench("--label", "mine.toml") == 0
    assert told == [UseLabel("carton"), UseLabel(str(tmp_path / "mine.toml"))]


def test_several_options_are_passed_on_in_one_go(told: list[Any]) -> None:
    words = ("--scanner", "1=serial:auto", "--scanner", "2=camera:0", "--printer", "", "--label", "paperwork")
    assert bench(*words, "--slot", "1=this-machine") == 0
    assert told == [
        PutInSlot(1, "this-machine"),
        UseScanner(1, "serial:auto"),
        UseScanner(2, "camera:0"),
        UsePrinter(""),
        UseLabel("paperwork"),
    ]


# What an argument of a command line can hold: no NUL, and lone surrogates for bytes that are no UTF-8.
ARGUMENTS = st.text(st.characters(exclude_characters="\0"), max_size=60)


@given(
    st.sampled_from(["1=serial:", "1=camera:", "1=", ""]),
    st.sampled_from(["png:", "tcp:", "usb:", "serial:", ""]),
    ARGUMENTS,
)
def test_no_argument_breaks_the_command(scanner: str, printer: str, text: str) -> None:
    """A sentence, or a command: nothing else is ever raised."""
    for scanners, to in (((f"{scanner}{text}",), None), ((), f"{printer}{text}")):
        try:
            commands = _device_commands(scanners, to, None)
        except UsageError:
            continue
        assert len(commands) == 1


@pytest.mark.system
@pytest.mark.slow
def test_settings_reach_the_engine_and_are_kept(tmp_path: Path) -> None:
    """Through the real engine: the right ones are in the store when it has ended, and wrong ones leave them alone."""
    environment = {**os.environ, "STATION_DATA": str(tmp_path / "data"), "STATION_SOUND": "off"}
    command = [sys.executable, "-P", "-m", "station", "bench", "--headless"]

    def done(*words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*command, *words],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=100,
            check=False,
        )

    right = done("--scanner", "2=camera:none.avi", "--scanner", "1=", "--printer", "png:labels", "--label", "paperwork")
    assert right.returncode == 0, right.stderr.decode()
    assert all(json.loads(line) for line in right.stdout.splitlines())
    wrong = done("--printer", "pdf:other", "--label", "nope")
    assert wrong.returncode == 2
    subprocess.run([*command[:-1], "--stop"], env=environment, capture_output=True, timeout=100, check=True)
    store = BenchStore(tmp_path / "data" / "bench" / "bench.sqlite")
    try:
        assert store.setting("scanner.2") == f"camera:{tmp_path}/none.avi"
        assert store.setting("scanner.1") == "none"
        assert store.setting("printer") == f"png:{tmp_path}/labels"
        assert store.setting("label") == "paperwork"
    finally:
        store.close()
