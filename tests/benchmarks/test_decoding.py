"""The comparison of decoders counts right, and can say that ours missed."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from benchmarks import decoding
from benchmarks.label_frames import DEGRADATIONS, KINDS, code_39_bars, code_128_bars, frame_of, read_back, write_frames
from hardware.scanners.decoding.symbols import Advice, FrameReading


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("frames")
    entries = write_frames(made, seed=4, frames=4, negatives=1, bursts=1)
    assert len(entries) == 4 + 1 + 6
    return made


def run(monkeypatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["decoding", *arguments])
    return decoding.main()


def test_the_same_seed_gives_the_same_frames(folder: Path, tmp_path: Path):
    assert (
        write_frames(tmp_path, seed=4, frames=2, negatives=0) == json.loads((folder / "manifest.json").read_text())[:2]
    )
    first = json.loads((folder / "manifest.json").read_text())[0]["file"]
    assert (tmp_path / first).read_bytes() == (folder / first).read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_frame_for_every_degradation(kind: str):
    for seed, degradation in enumerate(DEGRADATIONS[:: len(DEGRADATIONS) - 1]):
        image, expected = frame_of(np.random.default_rng(seed), kind, degradation, 3)
        assert image.shape == (720, 1280, 3)
        assert len(expected) == (4 if kind == "Multi" else 1)


def test_the_generator_prints_what_it_says():
    assert read_back(code_128_bars("9912345")) == "9912345"
    assert read_back([1, 0, 1]) is None
    assert len(code_39_bars("A")) == 3 * 16 - 1


def test_decode_gives_the_texts_of_one_picture(tmp_path: Path):
    image, expected = frame_of(np.random.default_rng(2), "DataMatrix", "clean", 0)
    cv2.imwrite(str(tmp_path / "one.png"), image)
    assert decoding.decode(tmp_path / "one.png") == [one["text"] for one in expected]
    assert decoding.decode(tmp_path / "none.png") == []


def test_wrong_and_false_texts_are_counted():
    gray = np.zeros((50, 50), np.uint8)
    label = {
        "file": "a",
        "expected": [{"symbology": "Code128", "text": "A1"}],
        "kind": "Code128",
        "degradation": "clean",
    }
    empty: dict[str, object] = {"file": "b", "expected": [], "kind": "negative/noise", "degradation": None}
    result = decoding.score(lambda _: ["A7"], [({**label, "severity": 0}, gray), ({**empty, "severity": None}, gray)])
    assert result["read"]["all"] == [0, 1]
    assert result["wrong"] == [["a", "A7"]]
    assert result["false"] == [["b", "A7"]]
    assert not decoding.good(result)


def test_all_engines_are_compared_in_one_run(folder: Path, monkeypatch, capsys):
    run(monkeypatch, str(folder), "--json")
    said = json.loads(capsys.readouterr().out)
    assert set(said["engines"]) == set(decoding.engines())
    ours = said["engines"]["ours"]
    assert ours["wrong"] == ours["false"] == []
    assert said["bursts"]["symbols"] >= 1
    assert said["bursts"]["wrong"] == []
    assert said["bursts"]["told_twice"] == 0
    assert set(said["advice"]) == {"table", "right", "given", "without_code"}


def test_advice_is_right_where_it_names_the_cause_and_an_alarm_where_no_code_is(monkeypatch):
    said = [
        FrameReading((), Advice.FOCUS),
        FrameReading((), Advice.FOCUS),
        FrameReading(()),
        FrameReading((), Advice.CLOSER),
    ]
    monkeypatch.setattr(decoding, "_reader", lambda: SimpleNamespace(read=lambda _: said.pop(0)))
    label = {"file": "a", "expected": [{"text": "A1"}], "degradation": "defocus", "severity": 3}
    moved: dict[str, object] = {**label, "degradation": "motion"}
    empty: dict[str, object] = {"file": "e", "expected": [], "degradation": None, "severity": None}
    gray = np.zeros((50, 50), np.uint8)
    result = decoding.score_advice([(label, gray), (moved, gray), (moved, gray), (empty, gray)])
    assert result["table"] == {"defocus 3": {"focus": 1}, "motion 3": {"focus": 1, "none": 1}, "no code": {"closer": 1}}
    assert (result["right"], result["given"], result["without_code"]) == (1, 2, [["e", "closer"]])


def test_the_figures_are_printed_by_kind_and_degradation(folder: Path, monkeypatch, capsys):
    assert run(monkeypatch, str(folder), "--engines", "ours") in (0, 1)
    said = capsys.readouterr().out
    assert "kind " in said
    assert "vote over bursts" in said
    assert "advice where nothing was read" in said


def test_no_frames_at_all_is_status_2_in_one_sentence(tmp_path: Path, monkeypatch, capsys):
    assert run(monkeypatch, str(tmp_path)) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    (tmp_path / "manifest.json").write_text("[]")
    assert run(monkeypatch, str(tmp_path)) == 2
