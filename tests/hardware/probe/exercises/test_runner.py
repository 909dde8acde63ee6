"""Whatever an exercise is told, and whatever it does: exactly one item, in its time, and nothing left running."""

import ast
import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware.evidence.bundle import is_item_id
from hardware.laptops.exercises import EXERCISES, item_of
from hardware.probe.exercises import camera, lid, runner, sound, storage, wifi
from hardware.probe.exercises.arguments import Refused, read_arguments
from hardware.probe.exercises.ending import CHANGING
from hardware.probe.exercises.session import CannotMeasure
from hardware.probe.exercises.supervisor import Deadlines
from tests.hardware.probe import laptop_tree
from tests.hardware.probe.exercises.conftest import answer_of
from tests.hardware.probe.test_this_machine import OLD_PYTHONS

PACKAGE = Path(runner.__file__).parent
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def rules_of(name):
    return __import__(f"hardware.probe.exercises.{name}", fromlist=["ARGUMENTS"]).ARGUMENTS


def test_the_bench_and_the_probe_know_the_same_exercises():
    assert set(runner.NAMES) == set(EXERCISES)
    assert all(is_item_id(item_of(name)) for name in runner.NAMES)


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("polish", {}, "no such exercise"),
        ("../../etc", {}, "no such exercise"),
        ("cpu", {"works": 3}, "unknown argument 'works'; it takes work_s"),
        ("lid", {"x": 1}, "unknown argument 'x'; it takes none"),
        ("cpu", {"work_s": True}, "the argument work_s must be a number from 0.1 to 3000"),
        ("cpu", {"work_s": 1e9}, "the argument work_s must be a number from 0.1 to 3000"),
        ("cpu", {"work_s": "1"}, "the argument work_s must be"),
        ("camera", {"width": 1.0}, "the argument width must be a whole number from 0 to 4096"),
        ("display", {}, "the argument number is missing: a whole number from 1 to 9"),
        ("display", {"number": 10}, "the argument number must be a whole number from 1 to 9"),
        ("sound", {}, "the argument hertz is missing: a list of 2 whole numbers from 200 to 10000"),
        ("sound", {"hertz": [1000]}, "the argument hertz must be a list of 2"),
        ("sound", {"hertz": [1000, 50]}, "the argument hertz must be a list of 2"),
        ("keyboard", {"layout": "dvorak"}, "the argument layout must be one of iso-uk"),
        ("usb", [], "the arguments must be a JSON object"),
    ],
)
def test_what_it_must_not_be_told_is_a_reason(do_here, name, arguments, said):
    answer = do_here(name, arguments)
    assert answer.error.startswith(said)
    assert not answer.body
    assert is_item_id(answer.header["id"])


@pytest.mark.parametrize("seconds", [0, -1, math.nan, math.inf, 3601, True])
def test_seconds_that_are_none_are_a_reason(do_here, seconds):
    assert do_here("lid", {}, seconds).error == "the seconds must be a number above 0, at most 3600"


@given(given_arguments=JSON, name=st.sampled_from(runner.NAMES))
def test_arguments_are_taken_whole_or_refused_with_a_sentence(given_arguments, name):
    rules = rules_of(name)
    try:
        values = read_arguments(given_arguments, rules)
    except Refused as refusal:
        reason = str(refusal)
    else:
        reason = ""
        assert values.keys() == rules.keys()
        assert all(values[key] == value for key, value in given_arguments.items())
    assert not reason or len(reason) > 10


@given(st.floats(min_value=0.001, max_value=3600))
def test_every_deadline_lies_within_the_seconds_in_its_order(seconds):
    deadlines = Deadlines.within(1000.0, seconds)
    assert 1000.0 < deadlines.measure < deadlines.stop < deadlines.kill < 1000.0 + seconds


def raising(error):
    def run(_session):
        raise error

    return run


def ended_by_signal(_session):
    os.kill(os.getpid(), signal.SIGKILL)


def left_by_the_back_door(_session):
    os._exit(7)


def half_a_message(session):
    session.note({"switches": [], "events": [], "complete": False}, "counting")
    os.kill(os.getpid(), signal.SIGUSR1)


def too_much(_session):
    return {"switches": ["x" * 5_000_000], "events": [], "complete": False}


MISDEEDS = [
    (raising(ValueError("a mistake")), "the probe failed: ValueError: a mistake"),
    (raising(KeyboardInterrupt()), "the probe failed: KeyboardInterrupt: "),
    (raising(SystemExit(3)), "the probe failed: SystemExit: 3"),
    (raising(MemoryError()), "the probe failed: MemoryError: "),
    (raising(CannotMeasure("a reason")), "a reason"),
    (raising(PermissionError(13, "x")), "Permission denied"),
    (raising(ValueError("\ud800 odd" + "x" * 1000)), "the probe failed: ValueError: "),
    (lambda _session: {"events": math.nan}, "the probe failed: ValueError: "),
    (lambda _session: {"events": object()}, "the probe failed: TypeError: "),
    (lambda _session: None, "nothing was measured in the time that was given"),
    (ended_by_signal, "it was ended by signal 9; the laptop may have run out of memory"),
    (left_by_the_back_door, "it ended with status 7"),
    (half_a_message, "it was ended by signal 10 while counting"),
    (too_much, "what was measured is larger than an item may be (4 MiB)"),
]


@pytest.mark.parametrize(("run", "said"), MISDEEDS)
def test_whatever_happens_inside_there_is_exactly_one_item(do_here, monkeypatch, run, said):
    monkeypatch.setattr(lid, "run", run)
    answer = do_here("lid")
    assert answer.error.startswith(said)
    assert answer.progress[0] == ("started", 0, 0)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    measured=st.dictionaries(st.text(max_size=4), JSON, max_size=3),
    notes=st.lists(JSON, max_size=3),
    kill=st.booleans(),
)
def test_no_result_and_no_note_can_spoil_the_frames(do_here, monkeypatch, measured, notes, kill):
    def run(session):
        for note in notes:
            session.note({"switches": [], "events": [], "complete": False}, str(note))
            session.progress("going", 1, 2)
        if kill:
            os.kill(os.getpid(), signal.SIGKILL)
        return {"switches": [], "events": [], "complete": False, "more": measured}

    monkeypatch.setattr(lid, "run", run)
    answer = do_here("lid")
    assert bool(answer.body) != (kill and not notes) or answer.error


def test_what_was_measured_before_it_hung_is_kept_and_marked(do_here, monkeypatch):
    def run(session):
        session.note({"switches": ["Lid"], "events": [], "complete": False}, "reading sda at byte 4096")
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        while True:
            signal.pause()

    monkeypatch.setattr(lid, "run", run)
    answer = do_here("lid", {}, 2.0)
    assert answer.error == "it did not end in its time and was killed while reading sda at byte 4096"
    assert answer.header["truncated"]
    assert answer.measured["switches"] == ["Lid"]


def test_what_was_changed_is_put_back_the_last_change_first(do_here, monkeypatch, tmp_path):
    log = tmp_path / "log"
    log.touch()

    def run(session):
        for name in ("first", "second"):
            session.to_put_back(lambda name=name: log.write_text(log.read_text() + name + " "))
        raise ValueError("a mistake after a change")

    monkeypatch.setattr(lid, "run", run)
    do_here("lid")
    assert log.read_text() == "second first "


def test_restored_says_whether_everything_was_put_back(do_here, monkeypatch):
    whole = {"switches": [], "events": [], "complete": False}

    def broken():
        raise OSError("it does not go back")

    def changing(*undo, kill=False):
        def run(session):
            for one in undo:
                session.to_put_back(one)
            if kill:
                session.note(whole)
                os.kill(os.getpid(), signal.SIGKILL)
            return whole

        return run

    for run, restored in (
        (changing(), None),
        (changing(lambda: None), True),
        (changing(lambda: None, broken), False),
        (changing(broken, lambda: None), False),
        (changing(lambda: None, kill=True), False),
        (changing(kill=True), None),
    ):
        monkeypatch.setattr(lid, "run", run)
        assert do_here("lid").document["restored"] is restored


def test_that_something_could_not_be_put_back_is_told_where_nothing_was_measured(do_here, monkeypatch):
    def run(session):
        session.to_put_back(lambda: None)
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(lid, "run", run)
    answer = do_here("lid")
    assert not answer.body
    assert answer.error.startswith("it was ended by signal 9")
    assert answer.error.endswith("; what it changed on the laptop could not be put back; start the laptop anew")

    def long(session):
        session.to_put_back(lambda: (_ for _ in ()).throw(OSError))
        raise ValueError("x" * 1000)

    monkeypatch.setattr(lid, "run", long)
    assert do_here("lid").error.endswith("could not be put back; start the laptop anew")


def test_those_that_change_something_are_known():
    changing = {file.stem for file in PACKAGE.glob("*.py") if ".to_put_back(" in file.read_text()}
    assert {"sound" if name == "mixer" else name for name in changing} == CHANGING


def test_a_killed_exercise_that_had_begun_to_change_something_keeps_its_item(do_here, monkeypatch, files, tmp_path):
    """From the first change on there is a note, so that the item has a body, which says what was not put back."""
    monkeypatch.setattr(sound, "loud", lambda session, _tools, _card: changed_and_killed(session))
    tools = laptop_tree.tool(laptop_tree.tool(tmp_path / "tools", "aplay", "true"), "arecord", "true")
    root = files({"proc/asound/pcm": "00-00: A : A : playback 1 : capture 1\n"})
    answer = do_here("sound", {"hertz": [1100, 2300]}, root=str(root), tools=str(tools))
    assert (answer.measured, answer.document["restored"]) == ({"loops": []}, False)
    monkeypatch.setattr(wifi, "_switch_on", changed_and_killed)
    laptop_tree.tool(tools, "iw", "printf 'Interface wlan0\\n type managed\\n'")
    answer = do_here("wifi", {}, root=str(root), tools=str(tools))
    assert (answer.measured, answer.document["restored"]) == ({"interfaces": []}, False)


def changed_and_killed(session):
    session.to_put_back(lambda: None)
    os.kill(os.getpid(), signal.SIGKILL)


def stopped_at_progress(session, number):
    """The session is stopped as soon as so much is done."""
    progress = session.progress

    def going(state, done=0, of=0):
        progress(state, done, of)
        if state == "going" and done >= number:
            session.stop()

    session.progress = going
    return session


def test_a_measurement_that_is_stopped_half_way_says_how_far_it_came(session_of, files, tmp_path, monkeypatch):
    root = files(
        {
            "sys/block/sda/size": "8192\n",
            "sys/block/sda/removable": "0\n",
            "sys/block/sdb/size": "8192\n",
            "sys/block/sdb/removable": "0\n",
            "dev/sda": bytes(8192 * 512),
            "dev/sdb": bytes(8192 * 512),
            "sys/class/video4linux/video0/name": "Cam\n",
            "sys/class/video4linux/video1/name": "Cam\n",
            "proc/asound/pcm": "00-00: A : A : playback 1 : capture 1\n",
        }
    )
    tools = laptop_tree.tool(laptop_tree.tool(tmp_path / "tools", "aplay", "true"), "arecord", "true")
    laptop_tree.tool(tools, "iw", "printf 'Interface wlan0\\n type AP\\nInterface wlan1\\n type AP\\n'")
    monkeypatch.setattr(sound, "_turn", lambda *_: [{}])
    monkeypatch.setattr(camera, "_camera", lambda *_: {})
    stops: dict[str, tuple[Callable[[Any], Any], str]] = {
        "storage": (lambda session: storage.run(session, 11.0), r"stopped after 0\.\d of 11 s"),
        "camera": (lambda session: camera.run(session, 0), "stopped after 1 of 2 cameras"),
        "sound": (lambda session: sound.run(session, [1000, 2000]), "stopped after 1 of 2 tones"),
        "wifi": (wifi.run, "stopped after 1 of 2 adapters"),
    }
    for name, (run, said) in stops.items():
        session = stopped_at_progress(session_of(root, tools), 1)
        assert run(session), name
        assert re.fullmatch(said, session.shortfall), name
        whole = session_of(root, tools)
        assert run(whole), name
        assert whole.shortfall is None, name


def test_what_fell_short_is_marked_and_kept(do_here, monkeypatch):
    def run(session):
        session.fell_short("stopped after 1 of 2 things")
        session.fell_short("and this is no news")
        return {"switches": [], "events": [], "complete": False}

    monkeypatch.setattr(lid, "run", run)
    answer = do_here("lid")
    assert (answer.error, answer.header["truncated"]) == ("stopped after 1 of 2 things", True)
    assert answer.measured["complete"] is False


def test_one_that_a_person_has_ended_is_whole_with_what_there_is(begin, files):
    root = files({"sys/bus/usb/devices/usb1/speed": "480\n"})
    running = begin("usb", {"wanted": 3}, 60, root=root)
    while running.progress()["state"] != "going":
        pass
    running.process.send_signal(signal.SIGTERM)
    data, _ = running.process.communicate(timeout=30)
    answer = answer_of(data)
    assert (answer.header["error"], answer.header["truncated"]) == (None, False)
    assert answer.measured["complete"] is False


STUBBORN = (
    "trap '' TERM HUP INT; (trap '' TERM HUP INT; exec sleep 300) & echo $! >> {pids}; echo $$ >> {pids}; sleep 300"
)


def starts_stubborn_processes(pids, **more):
    """Starts a shell and its child, neither of which heeds SIGTERM; gives once both are there."""
    subprocess.Popen(["/bin/sh", "-c", STUBBORN.format(pids=pids)], **more)
    while len(read_pids(pids)) < 2:
        time.sleep(0.01)


def read_pids(file):
    return [int(line) for line in file.read_text().split()] if file.exists() else []


@pytest.mark.parametrize("how", ["returns", "raises", "is killed", "hangs"])
@pytest.mark.parametrize("apart", [False, True], ids=["in its session", "in a session apart"])
def test_nothing_that_it_started_outlives_it(do_here, monkeypatch, tmp_path, how, apart):
    pids = tmp_path / "pids"

    def run(_session):
        starts_stubborn_processes(pids, start_new_session=apart)
        if how == "raises":
            raise ValueError("x")
        if how == "is killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if how == "hangs":
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
            signal.pause()
        return {"switches": [], "events": [], "complete": True}

    monkeypatch.setattr(lid, "run", run)
    bystander = subprocess.Popen(["/bin/sleep", "300"])
    try:
        do_here("lid", {}, 3.0 if how == "hangs" else 20.0)
        assert len(read_pids(pids)) == 2
        assert not any(laptop_tree.alive(pid) for pid in read_pids(pids))
        assert bystander.poll() is None, "and nothing else is touched"
    finally:
        bystander.kill()
        bystander.wait()


def test_a_stop_still_gives_the_item_and_puts_back(begin, files, tmp_path):
    root = files({"sys/class/power_supply/BAT0/type": "Battery\n", "sys/class/power_supply/BAT0/status": "Full\n"})
    running = begin("battery", {}, 60, root=root)
    while running.progress()["state"] != "going":
        pass
    running.process.send_signal(signal.SIGTERM)
    data, _ = running.process.communicate(timeout=30)
    assert running.process.returncode == 0
    assert answer_of(data).measured["samples"][0]["batteries"]["BAT0"]["status"] == "Full"


def test_it_ends_by_itself_within_its_seconds(do, files):
    root = files({"sys/class/power_supply/BAT0/type": "Battery\n"})
    answer = do("battery", {}, 3.0, root=root)
    assert answer.header["ms"] < 3000
    assert answer.header["error"] is None
    assert answer.measured["samples"]


def test_where_nobody_reads_it_stops_and_says_so(begin, files):
    root = files({"sys/class/power_supply/BAT0/type": "Battery\n", "sys/class/power_supply/AC/type": "Mains\n"})
    (root / "sys/class/power_supply/AC/online").write_text("0\n")
    running = begin("battery", {"samples": 60}, 600, root=root)
    assert running.progress()["state"] == "started"
    assert running.process.stdout is not None
    running.process.stdout.close()
    assert running.process.wait(60) == 3


def test_where_the_supervisor_is_killed_the_worker_puts_back_and_ends_all(tmp_path, project):
    pids, undone = tmp_path / "pids", tmp_path / "undone"
    program = f"""
import os, sys, time, subprocess
sys.path.insert(0, {str(project)!r})
from pathlib import Path
from hardware.probe.exercises import lid, runner
def run(session):
    session.to_put_back(lambda: Path({str(undone)!r}).touch())
    subprocess.Popen(["/bin/sh", "-c", {STUBBORN.format(pids=pids)!r}])
    while len(Path({str(pids)!r}).read_text().split() if Path({str(pids)!r}).exists() else []) < 2:
        time.sleep(0.01)
    session.progress("going", 1, 2)
    while not session.over():
        session.wait(1.0)
lid.run = run
runner.main("lid", {{}}, 60, sys.stdout.buffer)
"""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        ready = False
        while not ready:
            length = int.from_bytes(process.stdout.read(8)[:4], "big")
            ready = json.loads(process.stdout.read(length))["done"] == 1
        process.kill()
        process.wait()
        # The pipe ends when the last process that holds it has ended: the worker and what it started.
        assert process.stdout.read() == b""
    assert undone.exists()
    assert not any(laptop_tree.alive(pid) for pid in read_pids(pids))


@pytest.mark.parametrize("file", sorted(PACKAGE.glob("*.py")), ids=lambda file: file.name)
def test_the_source_is_python_3_7_of_the_standard_library_alone(file):
    for node in ast.walk(ast.parse(file.read_text(), feature_version=(3, 7))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= 2, "nothing outside the probe"
            names = [] if node.level else [node.module or ""]
        else:
            continue
        assert all(name.split(".")[0] in sys.stdlib_module_names for name in names)


@pytest.mark.parametrize("python", [sys.executable, *OLD_PYTHONS])
def test_every_python_that_is_here_does_them(python, project, tmp_path):
    for name, arguments in (("cpu", {"work_s": 0.3}), ("memory", {"work_s": 0.3, "share": 0.01})):
        command = [python, "-I", "-B", "-W", "error", str(project / "hardware" / "probe"), "--exercise", name]
        done = subprocess.run([*command, "--arguments", json.dumps(arguments)], capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        assert done.stderr == b""
        assert b'"measured"' in done.stdout
