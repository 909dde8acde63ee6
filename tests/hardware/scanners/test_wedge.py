import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.scanners.keys import Command
from hardware.scanners.scanner import LONGEST_CODE, Code, Garbled, Heard
from hardware.scanners.wedge import TYPED, WEDGE, WedgeScanner
from tests.hardware.scanners.contract import Listener

FAST = 0.008
SLOW = 0.3


class Keys:
    """A hand and a scanner on one keyboard."""

    def __init__(self) -> None:
        self.listener = Listener()
        self.wedge = WedgeScanner()
        self.wedge.start(self.listener)
        self.now = 100.0
        self.commands: list[Command] = []

    def press(self, key: str, character: str | None, gap: float) -> None:
        self.now += gap
        while (due := self.wedge.due) is not None and due < self.now:
            self.commands += self.wedge.pass_time(due)
        self.commands += self.wedge.press(key, character, self.now)

    def type(self, text: str, gap: float, *, first: float = 3.0, enter: bool = True) -> None:
        for place, character in enumerate(text):
            key = "ctrl+right_square_bracket" if character == "\x1d" else character
            self.press(key, character, gap if place else first)
        if enter:
            self.press("enter", "\r", gap)

    def settle(self) -> None:
        while (due := self.wedge.due) is not None:
            self.commands += self.wedge.pass_time(due)

    @property
    def heard(self) -> list[Heard]:
        return [told for told in self.listener.told if isinstance(told, Heard)]


@pytest.fixture
def keys() -> Keys:
    return Keys()


def test_a_burst_is_told_as_a_scan(keys):
    keys.type("PF1A2B3C", FAST)
    assert keys.heard == [Heard(WEDGE, (Code("PF1A2B3C"),))]


def test_a_typed_serial_is_told_as_typed(keys):
    keys.type("PF1A2B3C", SLOW)
    assert keys.heard == [Heard(TYPED, (Code("PF1A2B3C"),))]


def test_a_pasted_serial_is_told_as_typed_since_no_scanner_pastes(keys):
    assert keys.wedge.paste("PF1A2B3C\n", 200.0) == []
    assert keys.heard == [Heard(TYPED, (Code("PF1A2B3C"),))]


@pytest.mark.parametrize("gap", [FAST, SLOW])
def test_what_has_an_aim_identifier_is_a_scan_however_slowly_it_came(keys, gap):
    keys.type("]C0PF1A2B3C", gap)
    assert keys.heard == [Heard(WEDGE, (Code("PF1A2B3C", "]C0"),))]


def test_gs_survives_in_a_scan(keys):
    keys.type("]C10109506000134352\x1d21PF1A2B3C", FAST)
    assert keys.heard == [Heard(WEDGE, (Code("0109506000134352\x1d21PF1A2B3C", "]C1"),))]
    assert keys.commands == []


def test_a_scanner_that_read_nothing_tells_nothing(keys):
    keys.type("NoRead", FAST)
    assert keys.listener.codes == []
    assert keys.listener.garbled == []


def test_a_scan_between_two_halves_of_a_typed_serial_takes_neither(keys):
    keys.type("PF1A", SLOW, enter=False)
    keys.type("5CG1234ABC", FAST)
    assert keys.wedge.text == "PF1A"
    keys.type("2B3C", SLOW)
    assert keys.heard == [Heard(WEDGE, (Code("5CG1234ABC"),)), Heard(TYPED, (Code("PF1A2B3C"),))]


def test_a_scan_that_never_ends_is_garbled_and_the_next_one_is_whole(keys):
    keys.type("PF1A2B", FAST, enter=False)
    keys.type("PF1A2B3C", FAST)
    (garbled,) = keys.listener.garbled
    assert (garbled.scanner, garbled.text) == (WEDGE, "PF1A2B")
    assert garbled.sentence.endswith("Scan again.")
    assert keys.listener.texts == ["PF1A2B3C"]


def test_neither_part_of_a_torn_scan_is_told_as_a_code(keys):
    keys.type("NXHQ5ED0010", FAST, enter=False)
    keys.type("43001FD3400", FAST, first=1.3)
    assert keys.listener.codes == []
    assert [told.text for told in keys.listener.garbled] == ["NXHQ5ED0010", "43001FD3400"]


def test_a_scan_too_long_to_be_kept_whole_is_garbled_and_says_so(keys):
    keys.type("X" * (LONGEST_CODE + 1), 0.001)
    (garbled,) = keys.listener.garbled
    assert garbled.text == "X" * LONGEST_CODE
    assert str(LONGEST_CODE) in garbled.sentence
    assert keys.listener.codes == []


def test_only_keys_that_stand_alone_are_given_back(keys):
    keys.press("f8", None, 3.0)
    keys.settle()
    assert keys.commands == [Command("f8")]
    keys.type("PF1A", FAST, enter=False)
    keys.press("f8", None, FAST)
    keys.type("2B3C", FAST, first=FAST)
    assert keys.commands == [Command("f8")]
    assert keys.listener.texts == ["PF1A\x1b2B3C"]


def test_keys_act_and_nothing_is_told_while_it_is_stopped(keys):
    keys.wedge.stop()
    keys.press("f8", None, 3.0)
    keys.type("PF1A2B3C", FAST)
    keys.type("5CG123", FAST, enter=False)
    keys.settle()
    assert keys.commands == [Command("f8")]
    assert keys.listener.codes == []
    assert keys.listener.garbled == []


def test_what_was_typed_can_be_seen_and_forgotten(keys):
    keys.type("PF1A", SLOW, enter=False)
    assert keys.wedge.text == "PF1A"
    assert keys.wedge.clear() == "PF1A"
    assert keys.wedge.text == ""


presses = st.tuples(
    st.sampled_from([*"AB1]C0", "enter", "tab", "f8", "escape", "backspace", "ctrl+q"]), st.floats(0.0, 2.0)
)


@given(st.lists(presses, max_size=60))
def test_whatever_is_pressed_each_key_is_told_or_given_back_or_still_there(pressed):
    keys = Keys()
    for key, gap in pressed:
        keys.press(key, key if len(key) == 1 else {"enter": "\r", "tab": "\t"}.get(key), gap)
    keys.settle()
    told = "".join(code.symbology + code.text for code in keys.listener.codes) + keys.wedge.text
    told += "".join(one.text for one in keys.listener.garbled if isinstance(one, Garbled))
    for character in "AB1]C0":
        sent = sum(key == character for key, _ in pressed)
        erased = sum(key == "backspace" for key, _ in pressed)
        assert sent - erased <= told.count(character) <= sent
    assert all(command.key in {"f8", "escape", "ctrl+q"} for command in keys.commands)


def test_to_import_it_costs_next_to_nothing():
    heavy = "{'serial', 'cv2', 'numpy', 'textual', 'asyncio', 'zxingcpp'}"
    ask = f"import sys, hardware.scanners.wedge; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
