"""From pictures to what is told, with stand-ins for pictures, reader and vote: the order, the conditions, the ends."""

import io
import sys
from itertools import pairwise

import numpy as np
import pytest

from hardware.scanners import camera_child
from hardware.scanners import camera_wording as wording
from hardware.scanners.camera_child import Eyes, play
from hardware.scanners.camera_lines import Exit
from hardware.scanners.camera_source import CameraFault, CameraGone, Frame, parse_camera_spec
from hardware.scanners.decoding.symbols import Advice, FrameReading, Symbol
from hardware.scanners.scanner import Code, Condition, Heard, ScannerState, Told

RECORDING = parse_camera_spec("/a.avi")
STREAM = parse_camera_spec("http://10.0.0.9/")
PICTURE = np.zeros((16, 16, 3), np.uint8)

NOTHING = FrameReading(())
UNREAD = FrameReading((), Advice.CLOSER)
SN1 = FrameReading((Symbol(Code("SN1", "]d1"), "DataMatrix", False, ((0.0, 0.0),) * 4),))


class Enough(Exception):
    """The test has seen what it wanted of a source that never ends."""


class Script:
    """A source, a reader and a vote in one: what happens at each opening, in order, ten pictures a second;
    None is its end."""

    def __init__(self, *openings):
        self.openings = list(openings)
        self.left = []
        self.at = 0.0
        self.reading = NOTHING
        self.skipped = 0
        self.voted = set()
        self.open_now = False

    def open(self):
        assert not self.open_now
        if not self.openings:
            raise Enough
        first, *self.left = self.openings.pop(0)
        self.left.insert(0, first)
        if isinstance(first, Exception):
            raise first
        self.open_now = True

    def next(self):
        if not self.left:
            return None
        happening = self.left.pop(0)
        if isinstance(happening, Exception):
            raise happening
        if happening is None:
            return None
        self.reading = happening
        self.at += 0.1
        return Frame(PICTURE, self.at)

    def close(self):
        self.open_now = False

    def read(self, frame, budget_ms):
        return self.reading

    def see(self, reading, at):
        new = tuple(symbol for symbol in reading.symbols if symbol.code.text not in self.voted)
        self.voted |= {symbol.code.text for symbol in new}
        return new


def told_by(script, spec=RECORDING):
    told: list[Told] = []
    pauses: list[float] = []
    try:
        play(spec, script, Eyes(spec, script, script), told.append, pauses.append)
    except Enough:
        assert not spec.finite
    return told, pauses


def states(told):
    return [value.state if isinstance(value, Condition) else [code.text for code in value.codes] for value in told]


READY, AWAY, BLIND, FAULT = ScannerState.READY, ScannerState.AWAY, ScannerState.BLIND, ScannerState.FAULT


def test_a_recording_is_ready_read_and_ended():
    told, _ = told_by(Script([NOTHING, SN1, NOTHING]))
    assert states(told) == [READY, ["SN1"], AWAY]
    assert told[-1].sentence == wording.ENDED


def test_a_recording_is_never_played_again():
    script = Script([SN1], [SN1])
    told_by(script)
    assert len(script.openings) == 1


def test_a_recording_that_is_not_there_yet_is_looked_for_with_growing_pauses():
    gone = CameraGone("There is no recording.")
    told, pauses = told_by(Script([gone], [gone], [gone], [SN1]))
    assert states(told) == [AWAY, READY, ["SN1"], AWAY]
    assert pauses == sorted(set(pauses))


def test_a_recording_of_which_no_picture_can_be_opened_is_a_fault():
    script = Script([None])
    script.skipped = 3
    told, _ = told_by(script)
    assert [(value.state, value.sentence) for value in told] == [(FAULT, wording.NOTHING_READ)]


def test_a_stream_that_breaks_off_is_away_and_ready_again_and_nothing_read_is_lost():
    gone = CameraGone("The stream has ended.")
    told, _ = told_by(Script([NOTHING, SN1, gone], [gone], [NOTHING]), STREAM)
    assert states(told)[:4] == [READY, ["SN1"], AWAY, READY]


def test_a_fault_is_told_and_a_live_camera_is_tried_again():
    told, _ = told_by(Script([CameraFault("May not be opened.")], [NOTHING]), STREAM)
    assert states(told)[:2] == [FAULT, READY]


def test_a_condition_is_told_only_when_it_changes():
    gone = CameraGone("Nothing there.")
    told, _ = told_by(Script([gone], [gone], [NOTHING] * 5, [gone]), STREAM)
    assert all(one != other for one, other in pairwise(told))


def test_a_code_that_cannot_be_read_makes_it_blind_until_it_is_read():
    told, _ = told_by(Script([NOTHING, *[UNREAD] * 10, SN1, NOTHING]))
    assert states(told) == [READY, BLIND, READY, ["SN1"], AWAY]
    assert told[1].sentence == wording.ADVICE[Advice.CLOSER]


def test_after_it_was_away_it_is_not_blind_for_what_it_saw_before():
    gone = CameraGone("Nothing there.")
    told, _ = told_by(Script([*[UNREAD] * 10, gone], [UNREAD]), STREAM)
    assert states(told)[:4] == [READY, BLIND, AWAY, READY]


def test_a_live_camera_with_nothing_in_view_is_looked_at_less_often_and_a_recording_never():
    many = [NOTHING] * 100
    _, live = told_by(Script(many), STREAM)
    _, recorded = told_by(Script(many))
    assert live.count(camera_child._IDLE_PERIOD_S) > 50
    assert recorded == []


def test_a_camera_that_is_none_is_refused_on_stderr_and_nothing_is_told(capsys):
    assert camera_child.main(["pipe:0"]) == Exit.REFUSED
    assert camera_child.main([]) == Exit.REFUSED
    out, err = capsys.readouterr()
    assert out == ""
    assert "not opened as a camera" in err


def test_a_camera_may_be_named_on_standard_input(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO("concat:a|b\n"))
    assert camera_child.main(["-"]) == Exit.REFUSED
    assert "concat" in capsys.readouterr().err


@pytest.mark.parametrize("what", [told for told in dir(wording) if told.isupper() and told not in ("ADVICE",)])
def test_every_sentence_is_one(what):
    sentence = getattr(wording, what)
    if isinstance(sentence, str):
        assert sentence.endswith(".")
        assert sentence[0].isupper() or sentence[0] == "{"


def test_a_heard_label_is_told_as_this_camera():
    told, _ = told_by(Script([SN1]))
    assert told[1] == Heard(RECORDING.name, (Code("SN1", "]d1"),))
