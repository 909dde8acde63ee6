"""What the person before the laptop reads, and that nobody else writes on that console."""

import os
import pty
import re
import select
import termios
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.probe.agent.letters import large
from hardware.probe.agent.messages import TONES, Show, Welcome
from hardware.probe.agent.page import CABLE_SECONDS, Row, page
from hardware.probe.agent.screen import Screen
from hardware.probe.agent.status import Status, View, Way


def text(view: View, running: list[str], now: float) -> str:
    rows = page(view, running, now, 80, 24)
    assert len(rows) == 24
    assert all(len(row.text) <= 80 for row in rows)
    return "\n".join(row.text for row in rows)


def big(words: str) -> str:
    return "\n".join("  " + line for line in large(words, 76, 6))


WAITING = View(3, None, None, (Way("serial line ttyS0", "waiting for the bench", 100.0),), 100.0, ())


def test_while_it_waits_it_says_for_what_and_how_long():
    shown = text(WAITING, [], 107.0)
    assert big("SLOT 3") in shown
    assert big("NO BENCH") in shown
    assert "serial line ttyS0: waiting for the bench (7 s)" in shown
    assert "check the cable" not in shown


def test_after_twenty_seconds_it_says_what_to_look_at():
    assert "No bench answers: check the cable" in text(WAITING, [], 100.0 + CABLE_SECONDS)


def test_a_laptop_that_is_refused_is_told_why_and_not_to_look_at_the_cable():
    refused = Way("network", "slot 3 is taken; choose another", 100.0, True)
    shown = text(WAITING._replace(ways=(refused, *WAITING.ways)), [], 900.0)
    assert big("NOT TAKEN") in shown
    assert "\n  slot 3 is taken; choose another\n" in shown
    assert "check the cable" not in shown


def test_with_a_bench_it_says_which_and_what_is_going_on():
    view = WAITING._replace(bench="Goods-in 2")
    shown = text(view, ["collecting evidence", "exercise: cpu"], 200.0)
    assert "Bench: Goods-in 2" in shown
    assert "collecting evidence; exercise: cpu" in shown
    assert big("BUSY") in shown
    assert big("READY") in text(view, [], 200.0)


def test_the_benchs_page_stands_in_its_tone():
    view = WAITING._replace(bench="B", page=Show("Pass", ("Put the label on the lid.",), "pass"))
    rows = page(view, [], 0.0, 80, 24)
    assert {row.tone for row in rows if row.blocks} == {"plain", "pass"}
    assert big("Pass") in text(view, [], 0.0)
    assert "Put the label on the lid." in text(view, [], 0.0)


def test_a_headline_too_long_for_large_letters_is_written_small():
    view = WAITING._replace(bench="B", page=Show("Take this laptop to the supervisor", (), "hold"))
    rows = page(view, [], 0.0, 80, 24)
    assert Row("  Take this laptop to the supervisor", "hold") in rows


def test_what_could_not_be_read_is_said():
    assert "intake.slot=x" in text(WAITING._replace(complaints=("intake.slot=x on the kernel line",)), [], 0.0)


WORDS = st.text(max_size=120)


@given(
    st.builds(Show, WORDS, st.tuples(WORDS, WORDS), st.sampled_from(TONES)) | st.none(),
    st.none() | WORDS,
    st.integers(1, 200),
    st.integers(1, 70),
)
def test_whatever_is_shown_the_page_fits(shown, bench, columns, rows):
    drawn = page(WAITING._replace(bench=bench, page=shown), [], 0.0, columns, rows)
    assert len(drawn) == rows
    assert all(len(row.text) <= columns and row.text.isascii() and row.text.isprintable() for row in drawn)


@given(st.text(st.characters(codec="ascii"), max_size=30), st.integers(1, 200), st.integers(1, 70))
def test_large_letters_fit_or_are_not_there(words, columns, rows):
    lines = large(words, columns, rows)
    assert len(lines) <= rows
    assert all(len(line) <= columns and set(line) <= {"#", " "} for line in lines)


def test_every_letter_differs():
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    assert len({tuple(large(one, 10, 5)) for one in letters}) == len(letters)


# ---- the status ------------------------------------------------------------------------------------------------


def test_a_result_stays_to_be_read_when_the_cable_is_pulled():
    status = Status(0)
    status.way("network", "looking for a bench")
    status.welcomed(Welcome("B", 5, True))
    status.show(Show("Pass", (), "pass"))
    status.lost()
    view = status.view()
    assert (view.slot, view.bench) == (5, None)
    assert view.page == Show("Pass", (), "pass")
    assert "No bench for" in text(view, [], time.monotonic())
    status.welcomed(Welcome("B", 5, True))
    assert status.view().page is None


@pytest.mark.parametrize(
    ("welcome", "stays"),
    [
        (Welcome("B", 5, False), True),
        (Welcome("B", 5, True), False),
        (Welcome("C", 5, False), False),
        (Welcome("C", 5, True), False),
    ],
)
def test_a_result_outlives_neither_a_fresh_welcome_nor_that_of_another_bench(welcome, stays):
    status = Status(0)
    status.welcomed(Welcome("B", 5, True))
    status.show(Show("Pass", (), "pass"))
    status.lost()
    status.welcomed(welcome)
    assert (status.view().page is not None) == stays


def test_an_instruction_does_not_outlive_its_bench():
    status = Status(4)
    status.welcomed(Welcome("B", 0, True))
    status.show(Show("Press every key", (), "busy"))
    status.lost()
    assert status.view().page is None
    assert status.view().slot == 4


# ---- the console -----------------------------------------------------------------------------------------------


class Console:
    """A pseudo terminal in the place of the laptop's console."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        self.name = os.ttyname(self.slave)

    def read(self) -> bytes:
        data = b""
        while select.select([self.master], [], [], 0)[0]:
            data += os.read(self.master, 65536)
        return data

    def close(self) -> None:
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def console():
    console = Console()
    yield console
    console.close()


def test_only_our_own_control_sequences_reach_the_console(console):
    screen = Screen(console.name)
    screen.draw([Row("plain"), Row("  ## #", "pass", True), Row("b", "fail")])
    written = console.read()
    assert b"plain" in written
    rest = re.sub(rb"\x1b\[(\?25l|9;0\]|14;0\]|[0-9;]*m|2J|H|K)", b"", written)
    assert re.sub("\r*\n", "", rest.decode()).isprintable()
    screen.draw([Row("plain"), Row("  ## #", "pass", True), Row("b", "fail")])
    assert console.read() == b""  # nothing has changed


def test_keys_neither_appear_nor_stop_the_page(console):
    screen = Screen(console.name)
    screen.draw([Row("one")])
    console.read()
    os.write(console.master, b"abc\x13\x03")
    screen.draw([Row("two")])
    written = console.read()
    assert b"two" in written
    assert b"abc" not in written
    assert not termios.tcgetattr(console.slave)[3] & termios.ECHO


def test_a_console_that_takes_nothing_holds_nobody_up(console):
    screen = Screen(console.name)
    for number in range(300):
        screen.draw([Row(f"{number} " + "x" * 70)] * 24)
    console.read()
    screen.draw([Row("at last")])
    until = time.monotonic() + 60
    written = b""
    while b"at last" not in written:
        assert time.monotonic() < until
        screen.draw([Row("at last")])
        written += console.read()


def test_a_console_that_is_not_there_is_no_fault(tmp_path):
    screen = Screen(str(tmp_path / "tty1"))
    assert screen.size() == (80, 24)
    screen.draw([Row("one")])
