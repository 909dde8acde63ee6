import random
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.scanners.scanner import LONGEST_CODE, Code
from hardware.scanners.serial_framing import LONGEST_FRAME, PATIENCE, SILENCE, Flaw, Framed, Framer, Unreadable
from hardware.scanners.torn import REST_WITHIN

ENDS = [b"\r", b"\n", b"\r\n", b"\t", b"\x03", b"\x03\r\n"]


class Line:
    """A line whose reader looks at it often enough."""

    def __init__(self) -> None:
        self.framer = Framer()
        self.now = 50.0
        self.framed: list[Framed] = []

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.now += 0.001
            self.framed += self.framer.feed(piece, self.now)

    def silence(self, seconds: float) -> None:
        end = self.now + seconds
        while (due := self.framer.due) is not None and due <= end:
            self.framed += self.framer.pass_time(due)
        self.now = end

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.framed if isinstance(one, Code)]

    @property
    def flaws(self) -> list[Flaw]:
        return [one.flaw for one in self.framed if isinstance(one, Unreadable)]


@pytest.fixture
def line() -> Line:
    return Line()


# ---- where a scan ends ---------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ENDS)
def test_every_end_ends_one_scan(line, end):
    line.send(b"PF1A2B3C" + end, b"5CG1234ABC" + end)
    assert line.framed == [Code("PF1A2B3C"), Code("5CG1234ABC")]


def test_stx_and_etx_frame_a_scan(line):
    line.send(b"\x02PF1A2B3C\x03\x025CG1234ABC\x03")
    assert line.texts == ["PF1A2B3C", "5CG1234ABC"]


def test_a_scanner_that_sends_no_end_is_ended_by_silence(line):
    line.send(b"PF1A2B3C")
    line.silence(SILENCE)
    assert line.framed == []  # not known yet to send none
    line.silence(PATIENCE)
    for text in [b"5CG1234ABC", b"MJ0ABC12"]:
        line.send(text)
        line.silence(SILENCE)
    assert line.texts == ["PF1A2B3C", "5CG1234ABC", "MJ0ABC12"]


def test_nothing_is_ended_before_the_line_has_been_silent_for_long_enough(line):
    line.send(b"5CG1234ABC")
    line.silence(PATIENCE)
    line.send(b"PF1A")
    line.silence(SILENCE * 0.9)
    line.send(b"2B3C")
    line.silence(SILENCE)
    assert line.texts == ["5CG1234ABC", "PF1A2B3C"]


def test_a_reader_that_comes_late_tears_no_scan(line):
    line.send(b"PF1A")
    line.now += 30.0  # nobody has looked whether the line was empty
    line.send(b"2B3C\r")
    assert line.texts == ["PF1A2B3C"]


def test_a_part_of_a_scan_is_never_a_code_once_the_scanner_is_known_to_end_its_scans(line):
    line.send(b"PF1A2B3C\r", b"5CG12")
    line.silence(SILENCE * 3)
    assert line.flaws == []
    line.silence(PATIENCE)
    assert line.framed == [Code("PF1A2B3C"), Unreadable("5CG12", Flaw.PART)]


def test_the_rest_of_a_scan_may_come_late(line):
    line.send(b"PF1A2B3C\r", b"5CG12")
    line.silence(SILENCE * 3)
    line.send(b"34ABC\r")
    assert line.texts == ["PF1A2B3C", "5CG1234ABC"]


def test_a_scanner_whose_end_was_switched_off_is_read_again_when_the_same_label_was_scanned_twice(line):
    line.send(b"PF1A2B3C\r")
    for text in [b"5CG1234ABC", b"5CG1234ABC", b"PF1A2B3D"]:
        line.send(text)
        line.silence(2 * PATIENCE)
    assert line.texts == ["PF1A2B3C", "5CG1234ABC", "PF1A2B3D"]
    assert line.flaws == [Flaw.PART]


def test_a_scan_cut_by_unplugging_is_no_code(line):
    line.send(b"PF1A")
    assert line.framer.hang_up() == [Unreadable("PF1A", Flaw.PART)]
    line.send(b"PF1A2B3C\r")
    assert line.texts == ["PF1A2B3C"]
    assert line.framer.hang_up() == []


# ---- torn scans ----------------------------------------------------------------------------------------

TORN = Unreadable("NXHQ5ED0010", Flaw.PART)
REST = Unreadable("43001FD3400", Flaw.PART)
ENDING = b"PF1A2B3C\r"
"""What makes it known that the scanner ends its scans."""


@pytest.mark.parametrize("stall", [1.3, 5.0, REST_WITHIN - 0.1])
def test_the_rest_of_a_scan_that_was_told_to_be_a_part_is_no_code(line, stall):
    line.send(ENDING, b"NXHQ5ED0010")
    line.silence(stall)
    line.send(b"43001FD3400\r", b"5CG1234ABC\r")
    assert line.framed == [Code("PF1A2B3C"), TORN, REST, Code("5CG1234ABC")]


def test_a_scan_torn_into_three_gives_no_code(line):
    line.send(ENDING, b"NXHQ5ED")
    line.silence(1.3)
    line.send(b"0010430")
    line.silence(1.3)
    line.send(b"01FD3400\r")
    assert line.texts == ["PF1A2B3C"]
    assert line.flaws == [Flaw.PART] * 3


def test_a_reader_that_comes_late_takes_no_rest_for_a_scan(line):
    line.send(ENDING, b"NXHQ5ED0010")
    line.silence(1.3)
    line.now += 100.0  # nobody has looked whether the line was empty
    line.send(b"43001FD3400\r")
    assert line.framed == [Code("PF1A2B3C"), TORN, REST]


@pytest.mark.parametrize("wait", [0.0, 0.3, 1.0, 30.0])
def test_the_same_label_scanned_again_after_a_part_is_taken_however_soon(line, wait):
    line.send(ENDING, b"NXHQ5ED0010")
    line.silence(PATIENCE + wait)
    line.send(b"NXHQ5ED001043001FD3400\r")
    assert line.framed[1:] == [TORN, Code("NXHQ5ED001043001FD3400")]


def test_the_same_label_scanned_again_before_a_part_was_told_is_taken_once(line):
    line.send(ENDING, b"NXHQ5ED0010")
    line.silence(0.6)
    line.send(b"NXHQ5ED001043001FD3400\r")
    assert line.texts == ["PF1A2B3C", "NXHQ5ED001043001FD3400"]


def test_another_label_after_a_part_is_refused_once_at_most_and_after_a_while_not_at_all(line):
    for wait, codes in [(2.0, 1), (REST_WITHIN + 0.1, 2)]:
        line.framed.clear()
        line.send(ENDING, b"NXHQ5ED0010")
        line.silence(wait)
        line.send(b"5CG1234ABC\r" * 2)
        assert line.texts == ["PF1A2B3C"] + ["5CG1234ABC"] * codes


def test_where_scans_have_an_identifier_another_label_is_taken_after_a_part(line):
    line.send(ENDING, b"]C0NXHQ5ED")
    line.silence(PATIENCE)
    line.send(b"]C05CG1234ABC\r")
    assert line.framed[-1] == Code("5CG1234ABC", "]C0")


def test_a_part_that_says_too_little_makes_no_rest_a_code(line):
    line.send(ENDING, b"0000")
    line.silence(PATIENCE)
    line.send(b"00001234\r")
    assert line.texts == ["PF1A2B3C"]


def test_a_late_end_alone_ends_the_torn_scan(line):
    line.send(ENDING, b"NXHQ5ED0010")
    line.silence(1.3)
    line.send(b"\r\n", b"5CG1234ABC\r\n")
    assert line.framed == [Code("PF1A2B3C"), TORN, Code("5CG1234ABC")]


@pytest.mark.parametrize("learned", [b"", ENDING])
@pytest.mark.parametrize("away", [0.5, 60.0])
def test_the_rest_of_a_scan_that_comes_after_the_replug_is_no_code(line, learned, away):
    line.send(learned, b"NXHQ5ED0010")
    line.framed += line.framer.hang_up()
    line.now += away
    line.framer.open(line.now)
    line.silence(1.3)
    line.send(b"43001FD3400\r", b"5CG1234ABC\r")
    assert line.framed[-3:] == [TORN, REST, Code("5CG1234ABC")]


def test_the_rest_from_a_scanner_that_sends_no_end_is_no_code_after_the_replug(line):
    line.send(b"PF1A2B3C")
    line.silence(PATIENCE)
    line.send(b"NXHQ5ED0010")
    line.framed += line.framer.hang_up()
    line.framer.open(line.now)
    for text in [b"43001FD3400", b"5CG1234ABC"]:
        line.silence(1.0)
        line.send(text)
    line.silence(SILENCE)
    assert line.framed == [Code("PF1A2B3C"), TORN, REST, Code("5CG1234ABC")]


@pytest.mark.parametrize("stall", [0.15, 0.9])
def test_a_stall_in_the_first_scan_of_a_scanner_that_ends_its_scans_tears_nothing(line, stall):
    line.send(b"NXHQ5ED0010")
    line.silence(stall)
    line.send(b"43001FD3400\r")
    assert line.framed == [Code("NXHQ5ED001043001FD3400")]


def test_two_scans_with_no_end_or_one_torn_scan_are_no_code_until_the_scanner_is_known(line):
    line.send(b"NXHQ5ED0010")
    line.silence(0.3)
    line.send(b"43001FD3400")
    line.silence(PATIENCE)
    assert line.framed == [Unreadable("NXHQ5ED001043001FD3400", Flaw.PART)]


def test_a_scanner_wrongly_taken_to_send_no_end_gives_no_rest(line):
    line.send(b"NXHQ5ED0010")
    line.silence(1.3)
    line.send(b"43001FD3400\r", b"5CG1234ABC\r")
    assert line.framed[1:] == [REST, Code("5CG1234ABC")]


# ---- opening -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("learned", [b"", ENDING])
def test_a_scan_under_way_when_the_port_is_opened_is_a_part(line, learned):
    line.send(learned)
    line.framer.open(line.now)
    assert not line.framer.settled
    line.silence(SILENCE * 0.9)
    line.send(b"043001FD3400\r")
    assert line.framer.settled
    line.send(b"5CG1234ABC\r")
    assert line.framed[-2:] == [Unreadable("043001FD3400", Flaw.PART), Code("5CG1234ABC")]


def test_a_line_that_is_silent_when_it_is_opened_is_settled_and_read(line):
    line.framer.open(line.now)
    line.silence(SILENCE)
    assert line.framer.settled
    assert line.framer.due is None
    line.send(b"5CG1234ABC\r")
    assert line.texts == ["5CG1234ABC"]


def test_a_scan_under_way_at_the_opening_that_stalls_is_a_part_and_so_is_its_rest(line):
    line.framer.open(line.now)
    line.send(b"5ED0010")
    line.silence(1.3)
    line.send(b"43001FD3400\r")
    assert line.framed == [Unreadable("5ED0010", Flaw.PART), REST]


def test_a_flood_at_the_opening_is_settled(line):
    line.framer.open(line.now)
    line.send(b"A" * 10_000)
    assert line.framer.settled
    assert line.flaws == [Flaw.TOO_LONG]


# ---- what a scan holds ---------------------------------------------------------------------------------


def test_separators_and_an_iso_15434_message_are_kept_whole(line):
    message = b"[)>\x1e06\x1d1PABC\x1dSPF1A2B3C\x1e\x04"
    line.send(b"]d1" + message + b"\r", b"]C10109506000134352\x1d21PF1\r\n")
    assert line.framed == [Code(message.decode(), "]d1"), Code("0109506000134352\x1d21PF1", "]C1")]


@pytest.mark.parametrize(
    "sent", [b"NoRead\r", b"%%NoRead\r\n", b"NOREAD\r", b"\x02]C0NoRead\x03", b"\r\n\r\n", b"\x02\x03"]
)
def test_a_scanner_that_read_nothing_gives_nothing(line, sent):
    line.send(sent)
    line.silence(5.0)
    assert line.framed == []


def test_bytes_are_read_as_utf_8_and_else_as_iso_8859_1(line):
    line.send("Größe\r".encode(), "Größe\r".encode("latin-1"), "序列号\r".encode())
    assert line.texts == ["Größe", "Größe", "序列号"]


@pytest.mark.parametrize(
    "text", ["PF1\x1b[31mA2B3C", "PF1\x00A2B3C", "[/]PF1[@click=app.quit]", "PF1\u202e3C2B\u202c", "=1+1", "\x11PF1A"]
)
def test_a_hostile_code_is_handed_on_raw_for_the_engine_to_refuse(line, text):
    line.send(f"{text}\r".encode())
    assert line.texts == [text]


def test_the_same_code_twice_is_told_twice(line):
    line.send(b"PF1A2B3C\r" * 2)
    assert line.texts == ["PF1A2B3C"] * 2


# ---- noise ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_ten_kilobytes_of_noise_are_told_once_and_the_next_scan_is_read(line, seed):
    line.send(random.Random(seed).randbytes(10_000))
    line.silence(SILENCE)
    line.send(b"pf1a2b3c\r")
    assert line.flaws == [Flaw.NOISE]
    assert line.texts[-1] == "pf1a2b3c"
    # Noise may begin with a few bytes that could be a short code; more than that it never gives.
    assert len(line.texts) <= 3


@pytest.mark.parametrize("seed", range(40))
def test_a_serial_that_follows_noise_without_a_pause_is_read(line, seed):
    line.send(random.Random(seed).randbytes(10_000) + b"\r", b"]C0PF1A2B3C\r")
    assert line.framed[-1] == Code("PF1A2B3C", "]C0")


def test_noise_without_an_end_is_dropped_up_to_the_next_end(line):
    line.send(b"\xff" * 10_000, b"\xff" * 10_000, b"\r", b"PF1A2B3C\r")
    assert line.flaws == [Flaw.TOO_LONG]
    assert line.texts == ["PF1A2B3C"]


def test_noise_without_an_end_is_dropped_up_to_silence(line):
    line.send(b"A" * 10_000)
    line.silence(SILENCE)
    line.send(b"PF1A2B3C\r")
    assert line.framed == [Unreadable("A" * LONGEST_CODE, Flaw.TOO_LONG), Code("PF1A2B3C")]


def test_noise_that_never_stops_is_told_while_it_lasts(line):
    line.send(b"\x00" * 5_000)
    assert line.flaws == [Flaw.NOISE]
    line.send(*[b"\x00" * 5_000] * 20)
    assert line.flaws == [Flaw.NOISE]


def test_a_scan_at_the_wrong_baud_rate_is_noise_and_the_next_one_is_not(line):
    line.send(bytes([0xE0, 0x1C, 0x9E, 0x00, 0xFC, 0x80]))
    line.silence(SILENCE)
    line.send(b"pf1a\r")
    assert line.flaws == [Flaw.NOISE]
    assert line.texts == ["pf1a"]


def test_the_silence_that_ends_noise_ends_it_at_once():
    framer = Framer()
    assert framer.feed(b"\xe0\x1c\x9e\x00\xfc\x80", 1.0) == []
    assert [one.flaw for one in framer.pass_time(1.0 + SILENCE) if isinstance(one, Unreadable)] == [Flaw.NOISE]
    assert framer.due is None
    assert framer.feed(b"pf1a\r", 1.0 + SILENCE) == [Code("pf1a")]


def test_what_is_left_of_noise_when_the_scanner_is_pulled_out_is_not_told_again(line):
    line.send(b"\x00" * 60 + b"\r" + b"\x00" * 60)
    assert line.flaws == [Flaw.NOISE]
    assert line.framer.hang_up() == []
    line.send(b"pf1a\r")
    assert line.texts == ["pf1a"]


def test_a_code_of_the_longest_length_is_read_and_one_more_byte_is_too_much(line):
    line.send(b"A" * LONGEST_FRAME + b"\r", b"A" * (LONGEST_FRAME + 1) + b"\r")
    assert line.framed == [Code("A" * LONGEST_FRAME), Unreadable("A" * LONGEST_FRAME, Flaw.TOO_LONG)]


def test_a_hundred_megabytes_without_an_end_take_no_memory():
    framer, piece = Framer(), b"A" * 2**20
    tracemalloc.start()
    for second in range(100):
        framer.feed(piece, float(second))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2**18


# ---- for any bytes -------------------------------------------------------------------------------------

telling = st.sampled_from(
    [b"\r", b"\n", b"\t", b"\x03", b"\x02", b"\x1d", b"\x1e", b"\x04", b"\x00", b"\xff", b"]C0", b"NoRead"]
)
pieces = st.one_of(telling, st.binary(max_size=20), st.binary(min_size=1, max_size=3).map(lambda few: few * 3000))
sendings = st.lists(
    st.tuples(st.lists(pieces, max_size=8).map(b"".join), st.sampled_from([0.0, 0.05, 0.15, 1.2])), max_size=8
)


@given(sendings, st.randoms(use_true_random=False))
def test_how_bytes_are_cut_into_pieces_changes_nothing(sent, chance):
    whole, cut = Line(), Line()
    for data, silence in sent:
        whole.send(data)
        cuts = sorted(chance.randrange(len(data) + 1) for _ in range(chance.randrange(6)))
        for begin, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
            cut.framed += cut.framer.feed(data[begin:end], whole.now)
        cut.now = whole.now
        whole.silence(silence)
        cut.silence(silence)
    assert cut.framed == whole.framed


@given(sendings)
def test_whatever_comes_is_bounded_and_the_next_scan_after_a_pause_is_read(sent):
    line = Line()
    for data, silence in sent:
        line.send(data)
        line.silence(silence)
    line.silence(2 * PATIENCE + REST_WITHIN)
    assert line.framer.due is None
    assert all(0 < len(one.text) <= LONGEST_CODE for one in line.framed)
    line.send(b"PF1A2B3C\r")
    assert line.framed[-1] == Code("PF1A2B3C")


clean_codes = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="]"), min_size=1, max_size=30
)


@given(st.lists(clean_codes, max_size=20), st.sampled_from(ENDS), st.integers(1, 40))
def test_every_code_is_given_once_whole_and_in_order(codes, end, size):
    line = Line()
    sent = b"".join(code.encode() + end for code in codes)
    line.send(*[sent[place : place + size] for place in range(0, len(sent), size)])
    assert line.texts == [code for code in codes if code.lower() not in {"noread", "%%noread"}]
    assert line.flaws == []


@given(st.from_regex(r"[A-Z0-9]{8,22}", fullmatch=True), st.integers(1, 21), st.floats(0.0, 11.0), st.booleans())
def test_wherever_a_scan_is_torn_no_part_of_it_is_taken(serial, torn, stall, away):
    line = Line()
    line.send(ENDING, serial[:torn].encode())
    if away:
        line.framed += line.framer.hang_up()
        line.framer.open(line.now)
    line.silence(stall)
    line.send(serial[torn:].encode() + b"\r")
    assert set(line.texts[1:]) <= {serial}
    line.send(serial.encode() + b"\r")
    assert line.texts[-1] == serial
