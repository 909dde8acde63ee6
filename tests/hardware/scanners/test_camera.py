"""The camera's process: what is done when it dies, babbles or hangs; and the whole way, from pictures to codes."""

import os
import resource
import subprocess
import sys
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from hardware.scanners import camera_wording as wording
from hardware.scanners.camera import CameraScanner, watch
from hardware.scanners.camera_source import CameraRefused
from hardware.scanners.scanner import Condition, Garbled, Heard, ScannerState
from hardware.simulated.mjpeg_camera import MjpegCamera, jpeg, write_avi
from tests.hardware.scanners.camera_frames import EMPTY, label, sequence, unreadable
from tests.hardware.scanners.contract import PATIENCE, Listener

READY, AWAY, BLIND, FAULT = ScannerState.READY, ScannerState.AWAY, ScannerState.BLIND, ScannerState.FAULT
CHILD = [sys.executable, "-P", "-m", "hardware.scanners.camera_child"]
NAME = "camera 63"

SAY = """
import json, os, sys, time
def say(**what): print(json.dumps({"scanner": "camera 63", **what}), flush=True)
def ready(): say(type="condition", state="ready", sentence="The camera is ready.")
def heard(text): say(type="heard", codes=[{"text": text}])
"""


@pytest.fixture
def listener():
    return Listener()


@pytest.fixture
def scanner(request, listener, tmp_path):
    """Makes a scanner whose process runs this script, and starts it."""

    def make(script, spec="63"):
        made = CameraScanner(spec, [sys.executable, "-c", SAY + script, str(tmp_path / "starts")])
        request.addfinalizer(made.stop)
        made.start(listener)
        return made

    return make


def alive(pid):
    with suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    return False


def wait_for(what):
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def camera_processes():
    """The cameras' processes that this test has started."""
    found = []
    for entry in os.listdir("/proc"):
        with suppress(OSError, IndexError):
            parent = Path("/proc", entry, "stat").read_bytes().rpartition(b")")[2].split()[1]
            if parent == str(os.getpid()).encode() and b"camera_child" in Path("/proc", entry, "cmdline").read_bytes():
                found.append(int(entry))
    return found


# ---- the process, whatever it does ----------------------------------------------------------------------------


def test_a_process_that_dies_is_away_and_is_started_again(scanner, listener):
    scanner("ready(); heard('SN1'); os.kill(os.getpid(), 9)")
    listener.wait(lambda: listener.states.count(READY) >= 2, "a second start")
    assert listener.states[:3] == [READY, AWAY, READY]
    assert "signal 9" in listener.conditions[1].sentence


@pytest.mark.parametrize(
    "babble",
    [
        pytest.param("print('Traceback (most recent call last):', flush=True)", id="words"),
        pytest.param("os.write(1, os.urandom(300) + b'\\n')", id="noise"),
        pytest.param("say(type='heard', codes=[])", id="an empty reading"),
        pytest.param(
            "print(json.dumps({'type': 'heard', 'scanner': 'camera 1', 'codes': [{'text': 'A'}]}))", id="another"
        ),
        pytest.param("[os.write(1, b'x' * 65536) for _ in range(100)]", id="a line without end"),
    ],
)
def test_a_process_that_babbles_is_ended_and_started_again(scanner, listener, babble):
    scanner(f"ready()\n{babble}\nsys.stdout.flush(); time.sleep(60)")
    listener.wait(lambda: listener.states.count(READY) >= 2, "a second start")
    assert "no reading" in listener.conditions[1].sentence
    assert [told for told in listener.told if isinstance(told, Heard | Garbled)] == []


def test_a_condition_that_a_new_process_repeats_is_told_once(scanner, listener):
    scanner(
        "say(type='condition', state='away', sentence='Gone.'); say(type='condition', state='away', sentence='Gone.')"
    )
    listener.wait(lambda: len(listener.conditions) >= 3, "a second start")
    assert [condition.sentence for condition in listener.conditions[:1]] == ["Gone."]
    told = listener.conditions
    assert all(one != other for one, other in pairwise(told))


def test_stop_ends_a_process_that_does_not_want_to_and_what_it_started(scanner, listener, tmp_path):
    camera = scanner(
        "import signal, subprocess; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "other = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'])\n"
        "open(sys.argv[1], 'w').write(f'{os.getpid()} {other.pid}'); ready(); time.sleep(300)"
    )
    listener.wait_for_state(READY)
    pids = [int(pid) for pid in (tmp_path / "starts").read_text().split()]
    assert all(map(alive, pids))
    camera.stop()
    wait_for(lambda: not any(map(alive, pids)))


def test_it_may_be_stopped_from_within_a_tell(request, tmp_path):
    told = []
    camera = CameraScanner("63", [sys.executable, "-c", SAY + "ready(); heard('A'); heard('B'); time.sleep(300)"])
    request.addfinalizer(camera.stop)

    def tell(value):
        told.append(value)
        camera.stop()

    camera.start(tell)
    wait_for(lambda: told)
    camera.stop()
    assert len(told) == 1


def test_a_recording_whose_reading_breaks_off_is_a_fault_and_is_not_played_again(scanner, listener, tmp_path):
    camera = scanner(
        "say(type='condition', state='ready', sentence='R.', scanner='camera a.avi'); sys.exit(1)", "/a.avi"
    )
    listener.wait_for_state(FAULT)
    wait_for(lambda: camera.finished)
    assert listener.states == [READY, FAULT]


def test_a_process_that_cannot_be_started_is_away(request, listener):
    camera = CameraScanner("63", ["/nowhere/python"])
    request.addfinalizer(camera.stop)
    camera.start(listener)
    listener.wait_for_state(AWAY)
    assert "could not be started" in listener.conditions[0].sentence


def test_what_names_no_camera_is_refused_at_once():
    with pytest.raises(CameraRefused):
        CameraScanner("rtsp://10.0.0.9/")
    with pytest.raises(CameraRefused):
        next(watch("rtsp://10.0.0.9/"))


# ---- the real process -----------------------------------------------------------------------------------------


def readings(values):
    return [[code.text for code in told.codes] for told in values if isinstance(told, Heard)]


def test_every_label_of_a_recording_is_told_once_and_in_its_order(tmp_path):
    first, second = label("5CG1234ABC", "PN-0042"), label("SN1A2B3C", format="DataMatrix")
    write_avi(sequence((EMPTY, 3), (first, 16), (EMPTY, 3), (second, 8)), tmp_path / "a.avi")
    told = list(watch(str(tmp_path / "a.avi"), PATIENCE))
    assert [sorted(texts) for texts in readings(told)] == [["5CG1234ABC", "PN-0042"], ["SN1A2B3C"]]
    assert isinstance(told[0], Condition)
    assert told[0].state is READY
    assert told[-1] == Condition("camera a.avi", AWAY, wording.ENDED)


def test_numbered_pictures_are_read_and_a_broken_one_does_no_harm(tmp_path):
    pictures = [EMPTY, *[label("5CG1234ABC")] * 4, EMPTY]
    for number, picture in enumerate(pictures):
        (tmp_path / f"im_{number:04d}.jpg").write_bytes(jpeg(picture))
    (tmp_path / "im_0002.jpg").write_bytes(b"\xff\xd8\xff broken")
    assert readings(watch(str(tmp_path / "im_%04d.jpg"), PATIENCE)) == [["5CG1234ABC"]]


@pytest.mark.slow
def test_a_picture_of_a_hundred_megapixels_is_passed_over_and_the_next_are_read(tmp_path):
    huge = cv2.imencode(".jpg", np.full((9000, 12000), 128, np.uint8))[1].tobytes()
    for number, picture in enumerate([huge, *[jpeg(label("5CG1234ABC"))] * 4]):
        (tmp_path / f"im_{number}.jpg").write_bytes(picture)
    assert readings(watch(str(tmp_path / "im_%d.jpg"), PATIENCE)) == [["5CG1234ABC"]]
    (tmp_path / "huge.jpg").write_bytes(huge)
    assert list(watch(str(tmp_path / "huge.jpg"), PATIENCE)) == [
        Condition("camera huge.jpg", FAULT, wording.NOTHING_READ)
    ]


def test_watching_may_be_broken_off_and_lets_the_camera_go():
    with MjpegCamera([label("5CG1234ABC")], fps=15) as camera:
        values = watch(camera.url)
        assert next(told for told in values if isinstance(told, Heard)).codes[0].text == "5CG1234ABC"
        values.close()
        wait_for(lambda: not camera.watched)


def test_an_unreadable_code_makes_it_blind_and_a_readable_one_ready(request, listener):
    with MjpegCamera([EMPTY], fps=15) as camera:
        scanner = CameraScanner(camera.url)
        request.addfinalizer(scanner.stop)
        scanner.start(listener)
        listener.wait_for_state(READY)
        camera.show([unreadable("5CG1234ABC")])
        listener.wait_for_state(BLIND)
        camera.show([label("5CG1234ABC")])
        listener.wait_for_state(READY)
        assert listener.wait_for_texts(1) == ["5CG1234ABC"]
        scanner.stop()


@pytest.mark.slow
def test_a_stream_that_stalls_is_away_and_read_again_when_it_goes_on(request, listener):
    with MjpegCamera([EMPTY], fps=15) as camera:
        scanner = CameraScanner(camera.url)
        request.addfinalizer(scanner.stop)
        scanner.start(listener)
        listener.wait_for_state(READY)
        camera.stall()
        listener.wait_for_state(AWAY)
        assert any("no picture for 3 seconds" in condition.sentence for condition in listener.conditions)
        camera.show([label("5CG1234ABC")])
        listener.wait_for_state(READY)
        assert listener.wait_for_texts(1) == ["5CG1234ABC"]
        scanner.stop()


@pytest.mark.slow
def test_a_stream_that_promises_gigabytes_meets_the_bound_of_memory_and_is_survived(request, listener):
    head = b"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: 4000000000\r\n\r\n"
    with MjpegCamera([EMPTY], fps=1000) as camera:
        camera.babble(head + bytes(2**20))
        scanner = CameraScanner(camera.url)
        request.addfinalizer(scanner.stop)
        scanner.start(listener)
        listener.wait_for_state(AWAY)
        assert [resource.prlimit(pid, resource.RLIMIT_AS)[0] for pid in camera_processes()] == [2**30]
        camera.show([label("5CG1234ABC")])
        assert listener.wait_for_texts(1) == ["5CG1234ABC"]
        scanner.stop()
        assert camera_processes() == []


def test_the_process_ends_with_its_parents_end_of_the_pipe(tmp_path):
    child = subprocess.Popen([*CHILD, str(tmp_path / "none.avi")], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None
    assert child.stdout is not None
    assert b"no recording" in child.stdout.readline()
    child.stdin.close()
    assert child.wait(PATIENCE) == 0
    child.stdout.close()


def test_an_address_with_a_password_is_no_argument_of_any_process(request, listener):
    scanner = CameraScanner("http://bench:hunter2@127.0.0.1:9/video")
    request.addfinalizer(scanner.stop)
    scanner.start(listener)
    listener.wait_for_state(AWAY)
    (pid,) = camera_processes()
    assert Path(f"/proc/{pid}/cmdline").read_bytes().endswith(b"\0hardware.scanners.camera_child\0-\0")
    assert "hunter2" not in repr(listener.told)
    scanner.stop()
