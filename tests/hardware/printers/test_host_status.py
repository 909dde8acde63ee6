import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.printers.host_status import BadStatus, HostStatus, is_whole, parse_host_status
from hardware.printers.wording import FAULTS
from hardware.simulated.label_printer import Mechanism

READY = b"\x02030,0,0,0406,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"


def test_a_printer_that_is_well_has_nothing_to_say():
    assert parse_host_status(READY) == HostStatus()
    assert not HostStatus().busy


@pytest.mark.parametrize(
    ("line", "place", "field"),
    [
        (0, 1, "paper_out"),
        (0, 2, "paused"),
        (0, 5, "buffer_full"),
        (0, 6, "diagnostic"),
        (0, 7, "partial_format"),
        (0, 9, "ram_lost"),
        (0, 10, "under_temperature"),
        (0, 11, "over_temperature"),
        (1, 2, "head_open"),
        (1, 3, "ribbon_out"),
    ],
)
def test_each_flag_stands_where_the_programming_guide_says(line, place, field):
    lines = [one.strip("\x02").split(",") for one in READY.decode().split("\x03\r\n")]
    lines[line][place] = "1"
    answer = "".join(f"\x02{','.join(one)}\x03\r\n" for one in lines[:3]).encode()
    assert parse_host_status(answer) == HostStatus(**{field: True})


def test_what_waits_in_the_printer_is_counted():
    answer = READY.replace(b"0406,000", b"0406,002").replace(b"00000000", b"00000007")
    status = parse_host_status(answer)
    assert (status.formats_held, status.labels_left, status.busy) == (2, 7, True)


def test_every_fault_of_the_simulated_printer_is_read_back_and_has_a_sentence():
    for fault, sentence in FAULTS.items():
        printer = Mechanism()
        printer.set(fault)
        assert parse_host_status(printer.take(b"~HS")) == HostStatus(**{fault: True})
        assert sentence.endswith(".")
        assert "{" not in sentence


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"OK\r\n",
        READY[:-8],
        READY + READY,
        READY.replace(b"030,0,0", b"030,2,0"),
        READY.replace(b"030,0,0", b"030,0"),
        READY.replace(b"0406", b"04x6"),
        READY.replace(b"\x02", b""),
        READY.replace(b"0406", b"9" * 600),
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        READY.replace(b"0406", "٤٠٦".encode()),
    ],
)
def test_what_is_no_status_is_never_taken_for_one(answer):
    with pytest.raises(BadStatus):
        parse_host_status(answer)


def test_an_answer_is_whole_with_its_third_line_or_when_it_never_ends():
    assert is_whole(READY)
    assert not is_whole(READY[:60])
    assert is_whole(b"x" * 512)


@given(st.binary(max_size=200), st.integers(0, len(READY)), st.integers(0, 5))
def test_noise_is_a_status_or_refused(noise, at, lost):
    for answer in (noise, READY[:at] + noise + READY[at + lost :]):
        with contextlib.suppress(BadStatus):
            assert isinstance(parse_host_status(answer), HostStatus)
