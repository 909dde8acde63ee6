"""Colours and a number on a screen that is a file."""

import io
import os
import signal

import pytest

from hardware.probe.exercises import display, framebuffer, runner
from hardware.probe.exercises.console import GRAPHICS, TEXT, Console
from hardware.probe.exercises.font import digit_lines
from hardware.probe.exercises.framebuffer import Geometry, Screen
from tests.hardware.probe.exercises.conftest import answer_of

TRUE = Geometry(40, 30, 40 * 4 + 16, 32, (16, 8), (8, 8), (0, 8))
HIGH = Geometry(40, 30, 40 * 2, 16, (11, 5), (5, 6), (0, 5))


@pytest.fixture
def screen_of(tmp_path):
    """A screen and its file."""

    def make(geometry):
        file = tmp_path / "fb0"
        file.write_bytes(os.urandom(geometry.line * geometry.height))
        return Screen(os.open(file, os.O_RDWR), geometry), file

    return make


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(display, "COLOUR_SECONDS", 0.001)
    monkeypatch.setattr(display, "NUMBER_SECONDS", 0.001)


def pixels(file, geometry):
    data, size = file.read_bytes(), geometry.bits // 8
    return {
        data[line * geometry.line + at : line * geometry.line + at + size]
        for line in range(geometry.height)
        for at in range(0, geometry.width * size, size)
    }


def test_a_pixel_has_its_bits_where_the_screen_wants_them():
    assert TRUE.pixel(255, 0, 0) == b"\x00\x00\xff\x00"
    assert TRUE.pixel(127, 127, 127) == b"\x7f\x7f\x7f\x00"
    assert HIGH.pixel(255, 0, 0) == b"\x00\xf8"
    assert HIGH.pixel(0, 255, 0) == b"\xe0\x07"
    assert HIGH.pixel(255, 255, 255) == b"\xff\xff"


@pytest.mark.parametrize("geometry", [TRUE, HIGH], ids=["32 bits", "16 bits"])
def test_every_colour_fills_the_screen_to_its_last_pixel(screen_of, geometry):
    screen, file = screen_of(geometry)
    for _, colour in display.COLOURS:
        screen.fill(colour)
        assert pixels(file, geometry) == {geometry.pixel(*colour)}


@pytest.mark.parametrize("digit", range(1, 10))
def test_every_number_can_be_told_from_every_other(digit):
    drawn = digit_lines(digit, 60, 50, b"#", b".")
    assert len(drawn) == 50
    assert all(len(line) == 60 for line in drawn)
    assert drawn not in [digit_lines(other, 60, 50, b"#", b".") for other in range(10) if other != digit]
    assert sum(line.count(b"#") for line in drawn) > 100


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 200), (200, 3), (1366, 768)])
def test_a_number_fits_every_screen(width, height):
    drawn = digit_lines(8, width, height, b"#", b".")
    assert [len(line) for line in drawn] == [width] * height


def test_round_after_round_until_it_is_stopped(session_of, screen_of, quick):
    screen, file = screen_of(TRUE)
    told, seen = [], []

    def on(message):
        if "note" in message:
            return
        told.append(message["progress"])
        if message["progress"][0] == "shown":
            seen.append(pixels(file, TRUE))

    session = session_of(on=on)
    wait = session.wait
    rounds = []

    def waiting(seconds, files=()):
        rounds.append(seconds)
        if len(rounds) == 20:
            session.stop()
        return wait(seconds, files)

    session.wait = waiting
    result = display.rounds(session, screen, 7)
    assert [one["colour"] for one in result["shown"][:7]] == ["red", "green", "blue", "white", "black", "grey", "red"]
    assert (result["number"], result["complete"]) == (7, True)
    assert (result["width"], result["height"]) == (40, 30)
    assert [one[0] for one in told] == ["going"] * 6 + ["shown"]
    assert seen == [{TRUE.pixel(0, 0, 0), TRUE.pixel(255, 255, 255)}]


def test_before_the_number_was_on_the_screen_nothing_is_complete(session_of, screen_of, quick):
    screen, _ = screen_of(TRUE)

    def on(message):
        if message.get("progress", ("", 0))[1] == 3:
            session.stop()

    session = session_of(on=on)
    result = display.rounds(session, screen, 7)
    assert (result["number"], result["complete"]) == (None, False)


def test_what_was_on_the_screen_is_put_back(session_of, screen_of, files, quick, monkeypatch):
    _, file = screen_of(TRUE)
    before = file.read_bytes()
    root = files({"dev/fb0": before})
    monkeypatch.setattr(framebuffer, "geometry_of", lambda _file: TRUE)

    def on(message):
        if message.get("progress", ("",))[0] == "shown":
            session.stop()

    session = session_of(root, on=on)
    assert display.run(session, 3)["complete"]
    assert (root / "dev/fb0").read_bytes() != before
    assert session.put_back() is True
    assert (root / "dev/fb0").read_bytes() == before


@pytest.fixture
def laptop(files, monkeypatch):
    """A laptop with a screen and a console whose mode stands in a file, for a killed process leaves it as it is."""

    def mode(console):
        with open(console.path) as file:
            return int(file.read())

    def set_mode(console, mode):
        with open(console.path, "w") as file:
            file.write(str(mode))

    monkeypatch.setattr(Console, "mode", mode)
    monkeypatch.setattr(Console, "set_mode", set_mode)
    monkeypatch.setattr(framebuffer, "geometry_of", lambda _file: TRUE)
    return files({"dev/fb0": bytes(TRUE.line * TRUE.height), "dev/tty0": str(TEXT)})


def mode_of(laptop):
    return int((laptop / "dev/tty0").read_text())


def test_the_console_is_in_its_graphics_mode_meanwhile_and_only_then(session_of, laptop):
    session = session_of(laptop, seconds=0.0)
    display.run(session, 3)
    assert mode_of(laptop) == GRAPHICS
    assert session.put_back() is True
    assert mode_of(laptop) == TEXT


def test_a_screen_that_another_program_draws_on_is_left_alone(do_here, laptop):
    (laptop / "dev/tty0").write_text(str(GRAPHICS))
    answer = do_here("display", {"number": 3}, root=str(laptop))
    assert answer.error.startswith("another program draws on this screen")
    assert mode_of(laptop) == GRAPHICS
    assert (laptop / "dev/fb0").read_bytes() == bytes(TRUE.line * TRUE.height)


def killed_while_the_colours_stand(monkeypatch):
    monkeypatch.setattr(display, "rounds", lambda _session, _screen, _number: os.kill(os.getpid(), signal.SIGKILL))


def test_where_it_is_killed_the_screen_shows_its_text_again(do_here, laptop, monkeypatch):
    killed_while_the_colours_stand(monkeypatch)
    answer = do_here("display", {"number": 3}, root=str(laptop))
    assert answer.error.startswith("it was ended by signal 9")
    assert mode_of(laptop) == TEXT
    assert answer.document["restored"] is True
    assert answer.measured["shown"] == []


def test_a_screen_that_cannot_be_given_back_is_told(do_here, laptop, monkeypatch):
    killed_while_the_colours_stand(monkeypatch)
    set_mode = Console.set_mode

    def refused(console, mode):
        if mode == TEXT:
            raise PermissionError
        set_mode(console, mode)

    monkeypatch.setattr(Console, "set_mode", refused)
    assert do_here("display", {"number": 3}, root=str(laptop)).document["restored"] is False


def test_the_boot_sticks_own_console_is_taken_however_it_was_left(laptop, monkeypatch, quick):
    (laptop / "dev/tty0").write_text(str(GRAPHICS))
    out = io.BytesIO()
    assert runner.main("display", {"number": 3}, 1.0, out, str(laptop), boot_stick=True) == 0
    answer = answer_of(out.getvalue())
    assert (answer.header["error"], answer.document["restored"]) == (None, True)
    assert answer.measured["number"] == 3
    assert mode_of(laptop) == TEXT


def test_no_screen_and_no_framebuffer_are_reasons(do, files):
    assert do("display", {"number": 3}, root=files({})).error == "there is no framebuffer (/dev/fb0) to draw on"
    assert do("display", {"number": 3}, root=files({"dev/fb0": b""})).error == "Inappropriate ioctl for device"
