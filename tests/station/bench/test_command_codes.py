"""Command barcodes: each one of the sheet does what it says at its own bench, and nothing else ever is one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.identifiers import BadIdentifier, Serial
from station.bench.command_codes import (
    NUMBERED,
    CommandCode,
    NotThisBench,
    UnknownCommand,
    Verb,
    command_key,
    command_sheet,
    command_text,
    read_command,
)
from station.bench.namespace import is_command
from station.store.bench_store import BenchStore

COMMANDS = [
    *(CommandCode(verb) for verb in Verb if verb not in NUMBERED),
    *(CommandCode(Verb.SLOT, number) for number in (1, 2, 16)),
    *(CommandCode(Verb.CHOICE, number) for number in (1, 9)),
    *(CommandCode(Verb.SCREEN, number) for number in (1, 6)),
]


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_what_the_sheet_prints_is_what_the_bench_obeys(command: CommandCode) -> None:
    text = command_text(command, "K7Q2")
    assert read_command(text, "K7Q2") == command
    assert read_command(f"{text.lower()}\r\n", "K7Q2") == command  # caps lock, and a terminator that stayed
    assert is_command(text)


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_another_benchs_sheet_is_not_obeyed(command: CommandCode) -> None:
    with pytest.raises(NotThisBench):
        read_command(command_text(command, "K7Q3"), "K7Q2")
    with pytest.raises(NotThisBench):
        read_command(command_text(command, "K7Q2"), "")


@pytest.mark.parametrize(
    "text",
    [
        "IS1:DANCE:K7Q2",
        "IS1:SLOT:K7Q2",
        "IS1:PASS-3:K7Q2",
        "IS1:SLOT-0:K7Q2",
        "IS1:CHOICE:K7Q2",
        "IS1:CHOICE-0:K7Q2",
        "IS1:CHOICE-10:K7Q2",
        "IS1:SCREEN:K7Q2",
        "IS1:SCREEN-7:K7Q2",
        "IS1:GO-1:K7Q2",
        "IS1:",
        "IS1:PASS",
    ],
)
def test_what_is_in_our_namespace_and_means_nothing_is_no_command(text: str) -> None:
    with pytest.raises(UnknownCommand):
        read_command(text, "K7Q2")


@given(st.text(max_size=60))
def test_any_text_is_a_command_or_refused(text: str) -> None:
    try:
        read_command(text, "K7Q2")
    except (UnknownCommand, NotThisBench):
        pass
    else:
        assert text.strip(" \t\r\n").upper().endswith(":K7Q2")


@given(st.sampled_from(COMMANDS))
def test_no_command_can_be_a_serial_number(command: CommandCode) -> None:
    with pytest.raises(BadIdentifier):
        Serial.from_scan(command_text(command, "K7Q2"))


def test_a_label_of_ours_is_no_command() -> None:
    assert not is_command("IS1:LABEL:PF1A2B3C:PASS:profile@1:0190b3c4")


def test_the_sheet_has_each_command_each_choice_and_each_slot_once() -> None:
    sheet = command_sheet("K7Q2", 3)
    assert [read_command(text, "K7Q2") for _, text in sheet] == [
        *(CommandCode(verb) for verb in Verb if verb not in NUMBERED),
        *(CommandCode(Verb.CHOICE, number) for number in range(1, 10)),
        *(CommandCode(Verb.SCREEN, number) for number in range(1, 7)),
        *(CommandCode(Verb.SLOT, number) for number in (1, 2, 3)),
    ]
    assert len({caption for caption, _ in sheet}) == len(sheet)
    assert not any("{" in caption for caption, _ in sheet)


def test_the_sheet_says_which_screen_a_number_shows() -> None:
    captions = {text: caption for caption, text in command_sheet("K7Q2", 1)}
    assert captions["IS1:SCREEN-1:K7Q2"] == "SCREEN 1: the bench"
    assert captions["IS1:SCREEN-4:K7Q2"] == "SCREEN 4: history"
    assert captions["IS1:GO:K7Q2"] == "GO: go on with what stopped"
    assert captions["IS1:SIGNOFF:K7Q2"] == "SIGN OFF: leave the bench"


def test_a_bench_keeps_its_key(tmp_path: Path) -> None:
    key = command_key(BenchStore(tmp_path / "a.sqlite"))
    assert len(key) == 4
    assert command_key(BenchStore(tmp_path / "a.sqlite")) == key
