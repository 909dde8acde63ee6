"""What the codes that were read together ask of the bench, by the real rules."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.printers.fields import LabelFields, payload
from hardware.scanners.grammar.grammar import MOST_CODES, Grammar
from hardware.scanners.grammar.meaning import TakenFor
from hardware.scanners.scanner import Code
from station.bench import wording
from station.bench.command_codes import CommandCode, Verb, command_sheet
from station.bench.understanding import Understanding, understand

KEY = "K7Q2"
GRAMMAR = Grammar.load()
OUR_LABEL = payload(LabelFields("PF1A2B3C", "PASS", "ghwt-2021w-windows-laptop@2021-10-18", "0192a0b0-0000-7000-8abc"))


def of(*texts: str, key: str = KEY) -> Understanding:
    return understand([Code(text) for text in texts], GRAMMAR, key)


def taken(understanding: Understanding) -> list[str]:
    return [one.taken_for for one in understanding.understood]


@pytest.mark.parametrize(("caption", "text"), command_sheet(KEY, 3))
def test_every_command_of_the_benchs_own_sheet_is_a_command(caption: str, text: str) -> None:
    one = of(text)
    assert one.command is not None
    assert text.startswith(f"IS1:{one.command.verb.value}")
    assert (one.serial, one.sentence) == ("", "")
    assert taken(one) == [TakenFor.COMMAND.value]


@pytest.mark.parametrize("text", ["is1:pass:k7q2", " IS1:PASS:K7Q2\r\n", "Is1:Pass:K7q2"])
def test_a_command_is_one_in_any_case_and_with_blanks_around_it(text: str) -> None:
    assert of(text).command == CommandCode(Verb.PASS)


def test_the_same_command_seen_twice_is_one_command() -> None:
    assert of("IS1:SLOT-3:K7Q2", "is1:slot-3:k7q2").command == CommandCode(Verb.SLOT, 3)


def test_several_commands_at_once_are_none() -> None:
    one = of("IS1:PASS:K7Q2", "IS1:FAIL:K7Q2")
    assert (one.command, one.sentence) == (None, wording.SEVERAL_COMMANDS)
    assert len(one.understood) == 2


def test_a_command_beside_one_of_another_bench_is_none_either() -> None:
    assert of("IS1:PASS:K7Q2", "IS1:PASS:XXXX").command is None


def test_another_benchs_command_presses_nothing() -> None:
    one = of("IS1:PASS:XXXX")
    assert (one.command, one.serial, one.sentence) == (None, "", wording.NOT_THIS_BENCH)
    assert of("IS1:PASS:K7Q2", key="").command is None


@pytest.mark.parametrize(
    "text", ["IS1:", "IS1:FLY:K7Q2", "IS1:SLOT:K7Q2", "IS1:PASS", "IS1:PASS-1:K7Q2", "IS1:\x1b[2J"]
)
def test_a_code_of_our_namespace_that_means_nothing_is_said_clean(text: str) -> None:
    one = of(text)
    assert (one.command, one.serial) == (None, "")
    assert "no command of this bench" in one.sentence
    assert one.sentence.isprintable()


@pytest.mark.parametrize("text", [OUR_LABEL, OUR_LABEL.lower(), f"{OUR_LABEL}\r"])
def test_our_own_label_names_its_laptop_in_any_case_and_is_no_command(text: str) -> None:
    one = of(text)
    assert (one.command, one.serial, one.chosen, one.sentence) == (None, "PF1A2B3C", 0, "")
    assert taken(one) == [TakenFor.OUR_LABEL.value]


@pytest.mark.parametrize("text", ["IS1:LABEL:", "IS1:LABEL:?:PASS", "IS1:LABEL:PF 1:PASS:x@1:y", "is1:label"])
def test_a_broken_label_of_ours_is_no_command_and_no_serial(text: str) -> None:
    one = of(text)
    assert (one.command, one.serial) == (None, "")
    assert one.sentence


def test_a_command_beside_a_label_is_the_command_and_the_label_is_still_understood() -> None:
    for texts in (("IS1:NEXT:K7Q2", OUR_LABEL), (OUR_LABEL, "IS1:NEXT:K7Q2")):
        one = of(*texts)
        assert one.command == CommandCode(Verb.NEXT)
        assert one.serial == ""
        by_text = dict(zip(texts, taken(one), strict=True))
        assert by_text == {"IS1:NEXT:K7Q2": "command", OUR_LABEL: "our own label"}


def test_the_code_that_gave_the_serial_is_the_chosen_one() -> None:
    texts = ("00:1A:2B:3C:4D:5E", "1PLENOVO81MA", "SN: PF1A2B3C")
    for order in itertools.permutations(texts):
        one = of(*order)
        assert one.serial == "PF1A2B3C"
        assert order[one.chosen] == "SN: PF1A2B3C"
        assert one.understood[one.chosen].value == "PF1A2B3C"
        assert one.understood[one.chosen].taken_for == TakenFor.SERIAL.value


def test_a_code_with_several_fields_is_told_by_the_one_that_gave_the_serial() -> None:
    [one] = of("[)>\x1e06\x1d1PLENOVO81MA\x1dSPF1A2B3C\x1e\x04").understood
    assert (one.taken_for, one.value) == ("serial", "PF1A2B3C")


def test_without_a_serial_the_sentence_says_why() -> None:
    one = of("00:1A:2B:3C:4D:5E")
    assert (one.command, one.serial) == (None, "")
    assert "MAC" in one.sentence


def test_no_codes_are_a_sentence_and_nothing_else() -> None:
    one = of()
    assert (one.understood, one.command, one.serial) == ((), None, "")
    assert one.sentence


def test_a_pallet_of_codes_is_understood_as_nothing_and_each_has_its_entry() -> None:
    many = [f"PF1A2B{number:03d}" for number in range(MOST_CODES + 8)]
    one = of(*many)
    assert (one.serial, len(one.understood)) == ("", len(many))
    assert one.sentence


def test_a_pallet_of_our_own_labels_is_no_command() -> None:
    one = of(*(OUR_LABEL.replace("PF1A2B3C", f"PF1A2B{number:02d}") for number in range(MOST_CODES + 8)))
    assert one.command is None
    assert "command" not in one.sentence


PIECES = st.sampled_from(
    ["IS1:", "PASS", ":", KEY, "LABEL:", "SLOT-1", "PF1A2B3C", "\x1d", "\x00", "\u202e", "]C1", "S"]
)
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=8).map("".join), st.just(OUR_LABEL))
CODES = st.lists(
    st.builds(Code, TEXTS, st.sampled_from(["", "]C0", "]C1", "]d2", "]Q1", "]E0"])), max_size=MOST_CODES + 2
)


@given(CODES)
def test_whatever_the_texts_hold_each_code_has_an_entry_and_something_is_said(codes: list[Code]) -> None:
    one = understand(codes, GRAMMAR, KEY)
    assert len(one.understood) == len(codes)
    assert sum((one.command is not None, bool(one.serial), bool(one.sentence))) == 1
    assert one.sentence.isprintable()
    if one.serial:
        assert 0 <= one.chosen < len(codes)
        assert one.understood[one.chosen].value == one.serial
        assert one.serial.isascii()
    else:
        assert one.chosen == 0


@given(CODES)
def test_no_text_presses_a_button_without_the_benchs_key(codes: list[Code]) -> None:
    assert understand(codes, GRAMMAR, "X9X9").command is None


# Badges

BADGE = "IS1:ID:K7Q2ABCDEFGHJKLM"


@pytest.mark.parametrize("text", [BADGE, BADGE.lower(), f" {BADGE}\r\n"])
def test_a_badge_is_one_in_any_case_and_no_command(text: str) -> None:
    one = of(text)
    assert (one.badge, one.command, one.serial, one.sentence) == (BADGE, None, "", "")
    assert "ABCDEFGH" not in repr(one.understood).upper()


@pytest.mark.parametrize("text", ["IS1:ID:K7Q2", f"{BADGE}X", f"{BADGE[:-1]}0", f"{BADGE}:K7Q2"])
def test_what_is_nearly_a_badge_is_refused_and_not_repeated(text: str) -> None:
    one = of(text)
    assert (one.badge, one.command) == ("", None)
    assert "no command of this bench" in one.sentence
    assert "ABCDEFGH" not in one.sentence + repr(one.understood).upper()


def test_a_badge_beside_a_command_or_another_badge_is_neither() -> None:
    for other in ("IS1:PASS:K7Q2", "IS1:ID:ZZZZABCDEFGHJKLM"):
        assert (of(BADGE, other).badge, of(BADGE, other).sentence) == ("", wording.SEVERAL_COMMANDS)


def test_a_badge_that_lies_on_a_carton_label_is_still_a_badge() -> None:
    one = of("PF1A2B3C", BADGE)
    assert (one.badge, one.serial) == (BADGE, "")
