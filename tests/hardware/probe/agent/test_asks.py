"""Asks as children: numbered frames that survive any lost line, deadlines, and nothing left running."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.laptops.asking import Patience
from hardware.probe.agent import ask as module
from hardware.probe.agent.ask import Commands
from hardware.probe.agent.asks import MOST_OPEN, Asks
from hardware.probe.agent.frames import Frame, FrameReader
from hardware.probe.agent.messages import BadMessage, Collect, Exercise
from hardware.probe.exercises import ending
from hardware.probe.exercises.console import GRAPHICS, TEXT, Console
from tests.hardware.probe import laptop_tree

PATIENCE = 60.0

PRELUDE = """
import json, os, signal, struct, subprocess, sys, time
def say(body=b"", **header):
    text = json.dumps(header).encode()
    os.write(1, struct.pack(">II", len(text), len(body)) + text + body)
def note(text):
    with open(NOTE + ".new", "w") as file:
        file.write(str(text))
    os.rename(NOTE + ".new", NOTE)
"""


@pytest.fixture
def note(tmp_path: Path) -> Path:
    """A file that children write."""
    return tmp_path / "note"


@pytest.fixture
def asks_for(tmp_path: Path, note: Path) -> Callable[[str], Asks]:
    """Asks whose every child is this script."""

    def make(script: str) -> Asks:
        file = tmp_path / "child.py"
        file.write_text(f"NOTE = {str(note)!r}\n{PRELUDE}{script}\n")
        return Asks(Commands((sys.executable, "-I", "-S", "-B", str(file))))

    return make


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def hear(asks: Asks) -> list[Frame]:
    """All frames until an ask's end."""
    frames: list[Frame] = []
    reader = FrameReader()
    while not frames or frames[-1].header["frame"] not in ("end", "failed"):
        frames += reader.feed(next_frame(asks))
    return frames


def next_frame(asks: Asks) -> bytes:
    end = time.monotonic() + PATIENCE
    while (frame := asks.next_frame()) is None:
        assert time.monotonic() < end
        time.sleep(0.01)
    return frame


def exercise(ask: int = 1, seconds: float = 50.0) -> Exercise:
    return Exercise(ask, "memory", '{"a":1}', seconds)


def the_item(frames: list[Frame]) -> Frame:
    (item,) = [frame for frame in frames if frame.header["frame"] == "item"]
    assert item.header["id"] == "exercise-memory"
    assert frames[-1].header["frame"] == "end"
    return item


# ---- what is given ---------------------------------------------------------------------------------------------


def test_an_exercise_is_told_what_to_do_and_its_frames_are_numbered(asks_for):
    asks = asks_for("""
say(frame="progress", state="started", done=0, of=0)
say(json.dumps(sys.argv[1:]).encode(), frame="item", id="exercise-memory")
""")
    asks.begin(exercise(7, 8.0))
    frames = hear(asks)
    assert [(frame.header["ask"], frame.header["n"]) for frame in frames] == [(7, 0), (7, 1), (7, 2)]
    assert the_item(frames).body == (b'["--exercise", "memory", "--arguments", "{\\"a\\":1}", "--seconds", "6.000"]')
    assert asks.running() == []


def test_a_capture_passes_as_it_is(asks_for):
    asks = asks_for("""
say(frame="start", expected=["a"])
say(b"bytes", frame="item", id="a")
say(frame="end", items=1)
""")
    asks.begin(Collect(1, True))
    assert [frame.header["frame"] for frame in hear(asks)] == ["start", "item", "end"]


def test_an_ask_whose_number_is_known_is_not_begun_again(asks_for, note):
    asks = asks_for('open(NOTE, "a").write("x"); say(frame="item", id="exercise-memory")')
    asks.begin(exercise())
    asks.begin(exercise())
    hear(asks)
    asks.drop(1)
    asks.begin(exercise())
    asks.begin(exercise(2))
    hear(asks)
    assert note.read_text() == "xx"


def test_after_all_is_forgotten_numbers_begin_anew(asks_for):
    asks = asks_for('say(frame="item", id="exercise-memory")')
    asks.begin(exercise())
    hear(asks)
    asks.forget()
    assert asks.next_frame() is None
    asks.begin(exercise())
    the_item(hear(asks))


def test_a_resume_of_what_is_not_known_says_so(asks_for):
    asks = asks_for("")
    assert asks.resume(9, 4) == {
        "frame": "failed",
        "ask": 9,
        "n": 4,
        "error": "the laptop does not know this ask; scan the laptop again",
    }


def test_a_bench_cannot_ask_for_ever_more(asks_for):
    asks = asks_for("time.sleep(300)")
    try:
        for number in range(1, MOST_OPEN + 1):
            asks.begin(exercise(number))
        with pytest.raises(BadMessage, match="more than 32 asks"):
            asks.begin(exercise(MOST_OPEN + 1))
    finally:
        asks.forget()
        asks.wait(PATIENCE)


# ---- what goes wrong -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ('sys.exit("no memory at all")', "the probe ended with status 1 and gave nothing (no memory at all)"),
        ("os.kill(os.getpid(), 9)", "the probe was ended by SIGKILL"),
        ('say(frame="what")', "the probe on the laptop sent a frame that no exercise gives"),
        ('os.write(1, b"x" * 8)', "the probe on the laptop sent a header of 2021161080 bytes"),
        ('print("x" * 5000, file=sys.stderr)\nsys.exit("last")', "status 1 and gave nothing (last)"),
    ],
)
def test_an_exercise_that_comes_to_nothing_gives_its_item_with_the_reason(asks_for, script, reason):
    asks = asks_for(script)
    asks.begin(exercise())
    item = the_item(hear(asks))
    assert reason in item.header["error"]
    assert (item.header["size"], item.body) == (0, b"")


def test_a_capture_that_breaks_off_has_failed(asks_for):
    asks = asks_for('say(frame="start"); sys.exit("out of memory")')
    asks.begin(Collect(1, False))
    last = hear(asks)[-1]
    assert (last.header["frame"], last.header["n"]) == ("failed", 1)
    assert "(out of memory)" in last.header["error"]


def test_a_probe_that_cannot_be_started_is_a_reason():
    asks = Asks(Commands(("/nowhere/python",)))
    asks.begin(exercise())
    assert "could not be started on the laptop (No such file or directory)" in the_item(hear(asks)).header["error"]


def test_an_answer_without_end_is_ended(asks_for, monkeypatch):
    monkeypatch.setattr(module, "LARGEST_ANSWER", 100_000)
    asks = asks_for('while True: say(bytes(9000), frame="item", id="a")')
    asks.begin(Collect(1, False))
    frames = hear(asks)
    assert "more than 100000 bytes in all" in frames[-1].header["error"]
    assert sum(len(frame.body) for frame in frames) <= 100_000


GRANDCHILD = """
child = subprocess.Popen([sys.executable, "-c", '''
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.setpgrp()
sys.stdout.write("ready"); sys.stdout.flush()
time.sleep(300)
'''], stdout=subprocess.PIPE)
child.stdout.read(5)
"""


def test_at_its_deadline_an_exercise_is_killed_with_everything_that_it_started(asks_for, note):
    asks = asks_for(GRANDCHILD + "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nnote(child.pid)\ntime.sleep(300)")
    asks.begin(exercise(seconds=2.0))
    error = the_item(hear(asks)).header["error"]
    assert error == "killed at its deadline of 2 s"
    # On a busy machine it may not even have come so far.
    if note.exists():
        assert not laptop_tree.alive(int(note.read_text()))


def test_a_grandchild_that_holds_the_pipe_does_not_hold_the_answer(asks_for, note):
    script = GRANDCHILD.replace("stdout=subprocess.PIPE", "stderr=subprocess.PIPE").replace("sys.stdout", "sys.stderr")
    asks = asks_for(
        script.replace("child.stdout", "child.stderr")
        + 'say(frame="item", id="exercise-memory")\nnote(child.pid)\nos._exit(0)'
    )
    asks.begin(exercise())
    assert "error" not in the_item(hear(asks)).header
    assert not laptop_tree.alive(int(note.read_text()))


def test_what_was_measured_up_to_the_deadline_still_comes(asks_for):
    asks = asks_for("""
def stop(number, frame):
    say(b"so far", frame="item", id="exercise-memory")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
time.sleep(300)
""")
    asks.begin(exercise(seconds=3.0))
    item = the_item(hear(asks))
    assert item.body == b"so far" or item.header["error"].startswith("killed")


PUTS_BACK = """
def stop(number, frame):
    note("put back")
    say(b"so far", frame="item", id="exercise-memory")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
note("changed")
time.sleep(300)
"""


def test_a_stopped_exercise_puts_back_what_it_changed_and_gives_what_it_has(asks_for, note):
    asks = asks_for(PUTS_BACK)
    asks.begin(exercise())
    until(note.exists)
    asks.stop(1)
    assert the_item(hear(asks)).body == b"so far"
    assert note.read_text() == "put back"
    asks.stop(1)
    asks.stop(9)
    assert asks.next_frame() is None


def test_a_stopped_exercise_that_has_nothing_says_so(asks_for, note):
    asks = asks_for('note("here")\ntime.sleep(300)')
    asks.begin(exercise())
    until(note.exists)
    asks.stop(1)
    assert the_item(hear(asks)).header["error"] == "stopped by the bench"


def test_a_stopped_capture_is_only_ended(asks_for, note):
    asks = asks_for('say(frame="start")\nnote("here")\ntime.sleep(300)')
    asks.begin(Collect(1, False))
    until(note.exists)
    asks.stop(1)
    last = hear(asks)[-1]
    assert (last.header["frame"], last.header["error"]) == ("failed", "stopped by the bench")


def test_a_dropped_exercise_puts_back_what_it_changed_and_says_no_more(asks_for, note):
    asks = asks_for(PUTS_BACK)
    asks.begin(exercise())
    until(note.exists)
    asks.drop(1)
    asks.wait(PATIENCE)
    assert note.read_text() == "put back"
    assert asks.next_frame() is None
    assert asks.running() == []


def test_the_next_exercise_waits_until_the_stopped_one_has_put_back(asks_for, note):
    asks = asks_for("""
def stop(number, frame):
    time.sleep(0.5)
    os.unlink(NOTE)
    sys.exit(0)
if os.path.exists(NOTE):
    sys.exit("too soon")
signal.signal(signal.SIGTERM, stop)
note("changed")
say(b"x", frame="item", id="exercise-memory")
time.sleep(300)
""")
    asks.begin(exercise(1))
    until(note.exists)
    asks.stop(1)
    asks.begin(exercise(2))
    frames: list[Frame] = []
    while not frames or (frames[-1].header["ask"], frames[-1].header["frame"]) != (2, "item"):
        frames += FrameReader().feed(next_frame(asks))
    assert frames[-1].body == b"x"
    asks.forget()
    asks.wait(PATIENCE)


def test_a_stop_waits_longer_than_an_exercise_needs_to_put_back_what_it_changed():
    assert ending.PUT_BACK_SECONDS > ending.STOP_SECONDS + ending.END_SECONDS
    assert module.STOPPED_SECONDS > ending.PUT_BACK_SECONDS
    # The bench waits for one that waits for a stopped one, and then has to be killed itself.
    assert Patience().exercise_more_s > module.STOPPED_SECONDS + ending.PUT_BACK_SECONDS


def test_one_that_is_stopped_has_the_time_that_an_exercise_takes_to_put_back(asks_for, note):
    asks = asks_for(PUTS_BACK.replace('note("put back")', f'time.sleep({ending.STOP_SECONDS})\n    note("put back")'))
    asks.begin(exercise())
    until(note.exists)
    asks.stop(1)
    assert the_item(hear(asks)).body == b"so far"
    assert note.read_text() == "put back"


def test_only_the_exercise_is_told_to_stop_and_not_what_it_has_started(asks_for, note):
    asks = asks_for("""
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
def stop(number, frame):
    time.sleep(0.3)
    say(str(child.poll()).encode(), frame="item", id="exercise-memory")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
note("here")
time.sleep(300)
""")
    asks.begin(exercise())
    until(note.exists)
    asks.stop(1)
    assert the_item(hear(asks)).body == b"None"


def test_a_killed_exercise_that_changes_something_and_gives_nothing_says_so(asks_for):
    asks = asks_for('say(frame="progress", state="started", done=0, of=0)\nos.kill(os.getpid(), 9)')
    asks.begin(Exercise(1, "sound", "{}", 50.0))
    error = hear(asks)[-2].header["error"]
    assert error == (
        "the probe was ended by SIGKILL; what it changed on the laptop may not be put back; start the laptop anew"
    )
    asks.begin(exercise(2))
    assert hear(asks)[-2].header["error"] == "the probe was ended by SIGKILL", "a memory test changes nothing"


@pytest.mark.parametrize(
    ("before", "ours", "afterwards"),
    [(TEXT, False, TEXT), (GRAPHICS, False, GRAPHICS), (GRAPHICS, True, TEXT)],
    ids=["taken by the exercise", "taken by another program", "left so on the boot stick"],
)
def test_after_a_killed_display_exercise_the_screen_shows_its_text_again(
    tmp_path, monkeypatch, before, ours, afterwards
):
    tty = tmp_path / "tty0"
    tty.write_text(str(before))
    monkeypatch.setattr(Console, "mode", lambda console: int(Path(console.path).read_text()))
    monkeypatch.setattr(Console, "set_mode", lambda console, mode: Path(console.path).write_text(str(mode)))
    child = tmp_path / "child.py"
    child.write_text(
        f"{PRELUDE}say(frame='progress', state='started', done=0, of=0)\n"
        f"open({str(tty)!r}, 'w').write('{GRAPHICS}')\nos.kill(os.getpid(), 9)\n"
    )
    asks = Asks(Commands((sys.executable, "-I", "-S", "-B", str(child)), console=Console(str(tty), ours)))
    asks.begin(Exercise(1, "display", "{}", 50.0))
    error = hear(asks)[-2].header["error"]
    assert int(tty.read_text()) == afterwards
    assert error.endswith("start the laptop anew") == (afterwards == GRAPHICS)


@pytest.mark.parametrize("order", [Collect(1, True), Exercise(1, "memory", "{}", 50.0)])
def test_a_mistake_of_the_agent_ends_the_ask_with_a_reason_and_its_child(asks_for, note, order):
    # The agent shortens a hash, and this is none.
    asks = asks_for('note(os.getpid())\nsay(frame="item", id="exercise-memory", sha256=None)\ntime.sleep(300)')
    asks.begin(order)
    *_, last = frames = hear(asks)
    found = last if last.header["frame"] == "failed" else frames[-2]
    assert found.header["error"].startswith("the probe on the laptop failed: TypeError: ")
    assert not laptop_tree.alive(int(note.read_text()))
    until(lambda: not asks.running())


def test_a_stopped_child_that_ignores_it_is_killed(asks_for, note):
    asks = asks_for("signal.signal(signal.SIGTERM, signal.SIG_IGN)\nnote(os.getpid())\ntime.sleep(300)")
    asks.begin(exercise())
    until(note.exists)
    asks.forget()
    asks.wait(PATIENCE)
    assert not laptop_tree.alive(int(note.read_text()))


def test_several_run_at_once(asks_for, tmp_path):
    asks = asks_for("""
with open(NOTE + sys.argv[2], "w"): pass
while len([name for name in os.listdir(os.path.dirname(NOTE)) if name.startswith("note")]) < 2: time.sleep(0.01)
say(frame="item", id="exercise-" + sys.argv[2])
""")
    for number, name in enumerate(("cpu", "wifi")):
        asks.begin(Exercise(number + 1, name, "{}", 50.0))
    assert sorted(asks.running()) == ["exercise: cpu", "exercise: wifi"]
    found = {frame.header.get("id") for _ in range(2) for frame in hear(asks)}
    assert {"exercise-cpu", "exercise-wifi"} & found
    until(lambda: not asks.running())


def test_while_colours_fill_the_screen_nothing_else_is_drawn_on_it(asks_for):
    asks = asks_for("time.sleep(300)")
    asks.begin(exercise(1))
    assert not asks.take_screen()
    asks.begin(Exercise(2, "display", "{}", 50.0))
    assert asks.take_screen()
    asks.drop(2)
    asks.drop(1)
    asks.wait(PATIENCE)
    assert not asks.take_screen()


# ---- lost lines ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Asks, list[bytes]]:
    """Two whole answers, kept, and all their frames."""
    file = tmp_path_factory.mktemp("child") / "child.py"
    script = 'say(frame="start")\nfor n in range(20): say(os.urandom(9), frame="item", id=str(n))\nsay(frame="end")'
    file.write_text(f"{PRELUDE}{script}\n")
    asks = Asks(Commands((sys.executable, "-I", "-S", "-B", str(file))))
    for number in (1, 2):
        asks.begin(Collect(number, False))
    return asks, [next_frame(asks) for _ in range(44)]


@settings(max_examples=200)
@given(cuts=st.lists(st.integers(0, 44), max_size=12))
def test_however_often_the_line_is_lost_each_frame_comes_once_and_in_order(answered, cuts):
    asks, all_frames = answered
    heard: dict[int, list[int]] = {1: [], 2: []}
    for cut in [*cuts, 1000]:
        asks.attach(lambda: None)
        assert asks.next_frame() is None  # nothing before its resume
        for number, numbers in heard.items():
            assert asks.resume(number, len(numbers)) is None
            assert asks.resume(number, 0) is None  # a second one is nothing
        for _ in range(cut):
            data = asks.next_frame()
            if data is None:
                break
            assert data in all_frames
            (frame,) = FrameReader().feed(data)
            heard[frame.header["ask"]].append(frame.header["n"])
    assert heard == {1: list(range(22)), 2: list(range(22))}


def test_no_descriptor_is_left_open(asks_for):
    asks = asks_for('say(frame="item", id="exercise-memory")')
    asks.begin(exercise(1))
    hear(asks)
    until(lambda: not asks.running())
    before = None
    for number in range(2, 6):
        asks.begin(exercise(number))
        hear(asks)
        asks.drop(number)
        count = len(os.listdir("/proc/self/fd"))
        before = before or count
    until(lambda: len(os.listdir("/proc/self/fd")) <= (before or 0))
