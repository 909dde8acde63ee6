from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.scanners.key_runs import BURST_GAP, BURST_LEAST, LONGEST_SCAN, PHRASE_GAP, TYPING_GAP
from hardware.scanners.keys import HOLD, LONGEST_PASTE, Broken, Command, Decoded, ScanDecoder, Scanned
from hardware.scanners.torn import REST_WITHIN

FAST = 0.008


@dataclass(frozen=True)
class Key:
    key: str
    character: str | None
    gap: float  # seconds after the key before


def typed(text: str, gap: float, first: float | None = None) -> list[Key]:
    return [Key(c, c, first if first is not None and not place else gap) for place, c in enumerate(text)]


def enter(gap: float = FAST, key: str = "enter") -> Key:
    return Key(key, "\r", gap)


def feed(*keys: Key, decoder: ScanDecoder | None = None, settle: bool = True) -> list[Decoded]:
    """Press the keys, with a marker whenever one was due before the next key, as the app does."""
    decoder = decoder or ScanDecoder()
    now, done = 100.0, []
    for key in keys:
        now += key.gap
        while (due := decoder.due) is not None and due < now:
            done += decoder.pass_time(due)
        done += decoder.press(key.key, key.character, now)
    while settle and (due := decoder.due) is not None:
        done += decoder.pass_time(due)
    return done


# ---- scans ---------------------------------------------------------------------------------------------


def test_a_burst_with_enter_is_one_scan():
    assert feed(*typed("PF3K0A5X", FAST), enter()) == [Scanned("PF3K0A5X")]


@pytest.mark.parametrize("key", ["enter", "ctrl+j", "tab"])
def test_every_terminator_ends_a_scan(key):
    assert feed(*typed("PF3K0A5X", FAST), enter(key=key)) == [Scanned("PF3K0A5X")]


def test_a_typed_serial_with_enter_is_taken_as_well():
    assert feed(*typed("PF3K", 0.3), Key("enter", "\r", 2.0)) == [Scanned("PF3K", by_hand=True)]


def test_an_empty_line_is_nothing():
    assert feed(enter(), enter(0.5)) == []


codes = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=BURST_LEAST, max_size=40)
# Not to the last digit: times are sums of gaps.
fast = st.floats(0.0, BURST_GAP * 0.999)
split = st.floats(BURST_GAP, PHRASE_GAP * 0.95)
little_split = st.floats(BURST_GAP, TYPING_GAP * 0.99)
pause = st.floats(0.0, 30.0)


@st.composite
def bursts(draw) -> tuple[list[str], list[Key]]:
    """Scans one after another, some torn once by a busy machine, with any pauses between. A head too short to be a
    burst, and a scan that begins anew after the tear, are for tests of their own."""
    texts = draw(st.lists(codes, min_size=1, max_size=8))
    keys: list[Key] = []
    for text in texts:
        torn = draw(st.one_of(st.none(), st.integers(1, len(text))))
        if torn is not None and text.startswith(text[torn : 2 * torn]) and 2 * torn <= len(text):
            torn = None
        tear = little_split if torn is not None and torn < BURST_LEAST else split
        for place, character in enumerate([*text, "\r"]):
            gap = draw(pause) if place == 0 else draw(tear) if place == torn else draw(fast)
            keys.append(Key("enter" if character == "\r" else character, character, gap))
    return texts, keys


@given(bursts())
def test_any_mix_of_bursts_gives_each_scan_exactly_once(case):
    texts, keys = case
    assert feed(*keys) == [Scanned(text) for text in texts]


@given(codes, st.text("ABC123", min_size=2, max_size=12), st.floats(TYPING_GAP * 1.01, 60), st.floats(0.1, 1.5))
def test_what_a_hand_typed_before_a_scan_stays_and_is_no_part_of_it(code, word, wait, gap):
    decoder = ScanDecoder()
    done = feed(*typed(word, gap), *typed(code, FAST, first=wait), enter(), decoder=decoder)
    assert done == [Scanned(code)]
    assert decoder.text == word
    assert feed(*typed("Z", 3.0), enter(1.0), decoder=decoder) == [Scanned(word + "Z", by_hand=True)]


@given(st.lists(st.tuples(st.sampled_from("ABCDEFGH0123 -/"), st.floats(0.07, 5.0)), min_size=1, max_size=30))
def test_typed_keys_are_never_lost(presses):
    decoder = ScanDecoder()
    word = "".join(character for character, _ in presses)
    keys = [Key(character, character, gap) for character, gap in presses]
    assert feed(*keys, decoder=decoder) == []
    assert decoder.text == word
    assert feed(enter(20.0), decoder=decoder) == [Scanned(word, by_hand=True)]


def test_backspace_takes_back_what_was_typed_also_when_it_repeats():
    decoder = ScanDecoder()
    back = [Key("backspace", "\x7f", 0.5), *[Key("backspace", "\x7f", 0.033)] * 3]
    feed(*typed("ABCDEF", 0.2), *back, decoder=decoder)
    assert decoder.text == "AB"


# ---- what is no scan -----------------------------------------------------------------------------------


def test_a_burst_that_never_ends_is_broken_and_gone():
    decoder = ScanDecoder()
    assert feed(*typed("PF3K0A5X", FAST), decoder=decoder) == [Broken("PF3K0A5X")]
    assert decoder.text == ""


def test_the_late_end_of_a_broken_scan_submits_nothing():
    decoder = ScanDecoder()
    done = feed(*typed("AB", 0.3), *typed("PF3K0A5X", FAST, first=3.0), enter(1.3), decoder=decoder)
    assert done == [Broken("PF3K0A5X")]
    assert decoder.text == "AB"


def test_the_scan_after_a_broken_one_is_whole():
    again = [*typed("PF3K0A5XJ", FAST, first=2.0), enter()]
    other = [*typed("PF3K0A6X", FAST, first=0.6), enter()]
    assert feed(*typed("PF3K0A5X", FAST), *again, *other) == [
        Broken("PF3K0A5X"),
        Scanned("PF3K0A5XJ"),
        Scanned("PF3K0A6X"),
    ]


# ---- torn scans ----------------------------------------------------------------------------------------

serials = st.from_regex(r"[A-Z0-9]{8,22}", fullmatch=True)
stall = st.floats(PHRASE_GAP * 1.01, REST_WITHIN * 0.99)


@given(serials, st.data(), stall, st.floats(0.3, 30.0))
def test_no_part_of_a_torn_scan_is_ever_taken_and_the_same_label_scanned_again_is(serial, data, stalled, wait):
    torn = data.draw(st.integers(1, len(serial)))
    decoder = ScanDecoder()
    done = feed(
        *typed(serial[:torn], FAST),
        *typed(serial[torn:], FAST, first=stalled),
        enter(FAST if torn < len(serial) else stalled),
        decoder=decoder,
    )
    assert {one.text for one in done if isinstance(one, Scanned)} <= {serial}
    assert decoder.text == ""
    assert feed(*typed(serial, FAST, first=wait), enter(), decoder=decoder)[-1] == Scanned(serial)


def test_the_rest_of_a_broken_scan_is_broken_too():
    done = feed(*typed("NXHQ5ED0010", FAST), *typed("43001FD3400", FAST, first=1.3), enter())
    assert done == [Broken("NXHQ5ED0010"), Broken("43001FD3400")]


@pytest.mark.parametrize("rest", ["4", "43", "430"])
def test_a_rest_of_few_keys_is_no_typed_serial(rest):
    assert feed(*typed("NXHQ5ED001", FAST), *typed(rest, FAST, first=1.3), enter()) == [
        Broken("NXHQ5ED001"),
        Broken(rest),
    ]


def test_a_rest_of_few_keys_that_begins_in_time_and_ends_a_moment_later_is_no_typed_serial():
    done = feed(*typed("NXHQ5ED001", FAST), *typed("43", FAST, first=REST_WITHIN - 0.01), enter())
    assert done == [Broken("NXHQ5ED001"), Broken("43")]


def test_a_scan_torn_into_three_gives_no_code():
    done = feed(
        *typed("NXHQ5ED", FAST), *typed("0010430", FAST, first=1.3), *typed("01FD3400", FAST, first=4.0), enter()
    )
    assert done == [Broken("NXHQ5ED"), Broken("0010430"), Broken("01FD3400")]


@pytest.mark.parametrize("wait", [0.01, 0.3, 1.0, 5.0])
def test_the_same_label_scanned_again_after_a_broken_scan_is_taken_however_soon(wait):
    again = typed("NXHQ5ED001043001FD3400", FAST, first=PHRASE_GAP + wait)
    assert feed(*typed("NXHQ5ED0010", FAST), *again, enter())[-1] == Scanned("NXHQ5ED001043001FD3400")


def test_the_same_label_scanned_again_before_the_first_was_called_broken_is_taken_once():
    again = typed("NXHQ5ED001043001FD3400", FAST, first=0.6)
    assert feed(*typed("NXHQ5ED0010", FAST), *again, enter()) == [Scanned("NXHQ5ED001043001FD3400")]


def test_where_scans_have_an_identifier_another_label_is_taken_after_a_broken_scan():
    done = feed(*typed("]C0NXHQ5ED", FAST), *typed("]C0PF3K0A5X", FAST, first=1.5), enter())
    assert done == [Broken("]C0NXHQ5ED"), Scanned("]C0PF3K0A5X")]


def test_a_part_that_says_too_little_makes_no_rest_a_scan():
    assert feed(*typed("0000", FAST), *typed("00001234", FAST, first=1.3), enter()) == [
        Broken("0000"),
        Broken("00001234"),
    ]


def test_another_label_is_refused_once_at_most_and_after_a_while_not_at_all():
    other = [*typed("PF3K0A5X", FAST, first=3.0), enter()]
    broken = typed("NXHQ5ED0010", FAST)
    assert feed(*broken, *other, *other)[1:] == [Broken("PF3K0A5X"), Scanned("PF3K0A5X")]
    later = [*typed("PF3K0A5X", FAST, first=REST_WITHIN + 1.0), enter()]
    assert feed(*broken, *later)[1:] == [Scanned("PF3K0A5X")]


def test_a_serial_typed_by_hand_after_a_broken_scan_is_taken():
    done = feed(*typed("NXHQ5ED0010", FAST), *typed("PF3K0A5X", 0.2, first=2.0), enter(0.4))
    assert done == [Broken("NXHQ5ED0010"), Scanned("PF3K0A5X", by_hand=True)]


@pytest.mark.parametrize("head", ["N", "NX", "NXH"])
@pytest.mark.parametrize("gap", [0.4, 0.9, 1.3, 8.0])
def test_a_head_too_short_to_tell_from_typing_breaks_the_scan(head, gap):
    decoder = ScanDecoder()
    done = feed(*typed(head, FAST), *typed("Q5ED0010", FAST, first=gap), enter(), decoder=decoder)
    assert done == [Broken(head + "Q5ED0010")]
    assert decoder.text == ""


@pytest.mark.parametrize("pace", [0.12, 0.25, 0.5])
@pytest.mark.parametrize("wait", [0.35, 0.6, 0.95])
def test_what_a_hand_typed_a_moment_before_a_scan_is_no_part_of_it(pace, wait):
    decoder = ScanDecoder()
    assert feed(*typed("hel", pace), *typed("PF0NDLLC", FAST, first=wait), enter(), decoder=decoder) == [
        Scanned("PF0NDLLC")
    ]
    assert decoder.text == "hel"


def test_what_a_hand_typed_a_moment_before_a_scan_that_never_ends_stays():
    decoder = ScanDecoder()
    assert feed(*typed("hel", 0.2), *typed("PF0NDLLC", FAST, first=0.6), decoder=decoder) == [Broken("PF0NDLLC")]
    assert decoder.text == "hel"


def test_a_long_text_typed_a_moment_before_a_scan_does_not_hide_it():
    decoder = ScanDecoder()
    keys = [*typed("HELLO WORLD AND ALL", 0.15), *typed("PF0NDLLC", FAST, first=0.5), enter()]
    assert feed(*keys, decoder=decoder) == [Scanned("PF0NDLLC")]
    assert decoder.text == "HELLO WORLD AND ALL"


def test_backspace_takes_back_what_was_typed_before_a_long_pause():
    decoder = ScanDecoder()
    feed(*typed("ABC", 0.2), Key("backspace", "\x7f", 5.0), decoder=decoder)
    assert decoder.text == "AB"


# ---- keys that act -------------------------------------------------------------------------------------

COMMANDS = (
    [Key(f"f{number}", None, FAST) for number in range(1, 13)]
    + [Key("escape", "\x1b", FAST), Key("up", None, FAST), Key("down", None, FAST), Key("delete", None, FAST)]
    + [Key(f"ctrl+{letter}", chr(ord(letter) - 96), FAST) for letter in "abcdqxz"]
    + [Key("ctrl+right_square_bracket", "\x1d", FAST), Key("alt+q", "q", FAST)]
)


@pytest.mark.parametrize("key", COMMANDS, ids=lambda key: key.key)
def test_a_key_alone_acts_once(key):
    assert feed(Key(key.key, key.character, 5.0)) == [Command(key.key)]


@pytest.mark.parametrize("key", COMMANDS, ids=lambda key: key.key)
@pytest.mark.parametrize("place", [0, 1, 2, 4, 8])
def test_a_key_within_a_burst_never_acts_and_the_engine_sees_it(key, place):
    keys = [*typed("PF3K0A5X", FAST)]
    keys.insert(place, key)
    (scan,) = feed(*keys, enter())
    assert isinstance(scan, Scanned)
    assert any(not character.isprintable() for character in scan.text)


@given(st.lists(st.one_of(st.sampled_from(COMMANDS), st.builds(Key, *[st.just("A")] * 2, st.just(FAST))), min_size=2))
def test_no_burst_that_ends_in_enter_ever_acts(keys):
    assert not [done for done in feed(*keys, enter()) if isinstance(done, Command)]


def test_a_code_of_one_command_key_is_a_broken_scan():
    assert feed(Key("f10", None, 3.0), enter()) == [Broken("\x1b")]
    decoder = ScanDecoder()
    done = feed(*typed("PF3K0A5X", 0.3), Key("f10", None, 3.0), enter(), decoder=decoder)
    assert done == [Broken("\x1b")]
    assert decoder.text == "PF3K0A5X"


def test_several_command_keys_at_once_act_on_nothing():
    assert feed(Key("f1", None, 3.0), Key("f10", None, FAST)) == [Broken("\x1b\x1b")]


def test_an_arrow_held_down_repeats_and_an_f_key_does_not():
    assert feed(*[Key("down", None, 0.03)] * 5) == [Command("down")] * 5
    assert feed(*[Key("f8", None, 0.03)] * 5) == [Command("f8")]


def test_a_command_waits_for_the_keys_that_were_queued_behind_it():
    decoder = ScanDecoder()
    assert decoder.press("f10", None, 1.0) == []
    assert decoder.due == pytest.approx(1.0 + HOLD)
    assert decoder.pass_time(1.0 + HOLD) == [Command("f10")]


def test_shift_reported_by_itself_is_no_key():
    assert feed(Key("left_shift", None, 0.2), *typed("A", 0.2), Key("enter", "\r", 0.5)) == [Scanned("A", by_hand=True)]


# ---- pastes and bounds ---------------------------------------------------------------------------------


def test_a_paste_waits_for_enter_and_its_lines_are_scans():
    decoder = ScanDecoder()
    lines = [Scanned("PF3K0A5X", by_hand=True), Scanned("PF3K0A6X", by_hand=True)]
    assert decoder.paste("PF3K0A5X\nPF3K0A6X\r\nPF3", 1.0) == lines
    assert decoder.text == "PF3"
    assert feed(enter(5.0), decoder=decoder) == [Scanned("PF3", by_hand=True)]


def test_a_paste_with_controls_is_handed_on_raw():
    assert ScanDecoder().paste("PF3\x1b[31m\n", 1.0) == [Scanned("PF3\x1b[31m", by_hand=True)]


@given(st.text(max_size=300))
def test_no_paste_makes_a_command(text):
    decoder = ScanDecoder()
    done = decoder.paste(text, 1.0) + decoder.pass_time(99.0)
    assert all(isinstance(one, Scanned) for one in done)


def test_a_scan_too_long_to_be_kept_whole_is_broken_and_bounded():
    (scan,) = feed(*typed("X" * 50_000, 0.0001), enter())
    assert scan == Broken("X" * LONGEST_SCAN)


def test_the_longest_scan_is_whole():
    (scan,) = feed(*typed("X" * LONGEST_SCAN, 0.0001), enter())
    assert scan == Scanned("X" * LONGEST_SCAN)


def test_an_endless_paste_is_bounded():
    decoder = ScanDecoder()
    assert decoder.paste("X" * 1_000_000 + "\n", 1.0) == []
    assert decoder.paste("\n" + "Y" * 5000 + "\n", 2.0) == [Broken("X" * LONGEST_SCAN), Broken("Y" * LONGEST_SCAN)]


def test_what_a_cut_paste_leaves_over_is_never_taken_for_a_scan():
    decoder = ScanDecoder()
    scans = decoder.paste("PF3K0A5X\n" * 10_000, 1.0)
    assert scans == [Scanned("PF3K0A5X", by_hand=True)] * (LONGEST_PASTE // 9)
    assert feed(enter(5.0), decoder=decoder) == [Broken("PF3K0A5X"[: LONGEST_PASTE % 9])]
