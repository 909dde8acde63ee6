"""What the agent is told: options and the kernel's line, which may hold anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.probe.agent import places
from hardware.probe.agent.places import Network, Serial, Told


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("serial:auto", Serial()),
        ("serial:/dev/ttyS0", Serial("/dev/ttyS0", 115200)),
        ("serial:/dev/ttyUSB0,921600", Serial("/dev/ttyUSB0", 921600)),
        ("serial:/dev/serial/by-id/usb-FTDI_A1-if00-port0", Serial("/dev/serial/by-id/usb-FTDI_A1-if00-port0")),
        ("net:auto", Network()),
        ("net:192.0.2.7:8711", Network("192.0.2.7", 8711)),
        ("net:bench-2.school.example:1", Network("bench-2.school.example", 1)),
    ],
)
def test_a_way_to_the_bench_is_read(text, place):
    assert places.reach(text) == place


@pytest.mark.parametrize(
    "text",
    [
        *("", "serial", "serial:", "serial:ttyS0", "serial:/etc/passwd", "serial:/dev/../etc/passwd"),
        *("serial:/dev/ttyS0,", "serial:/dev/ttyS0,1", "serial:/dev/ttyS0,١١٥٢٠٠", "usb:auto"),
        *("net:", "net:host", "net:host:0", "net:host:65536", "net:host:", "net::1", "net:a b:1", "net:-a:1"),
        "net:" + "a" * 300 + ":1",
    ],
)
def test_what_is_no_way_is_refused(text):
    with pytest.raises(ValueError, match=r"^"):
        places.reach(text)


def test_the_kernel_line_of_a_boot_stick():
    line = "BOOT_IMAGE=/vmlinuz quiet intake.bench=10.0.0.1:8711 intake.slot=3 intake.serial=ttyS0,ttyUSB0@57600"
    assert places.kernel_line(line + " intake.stick=abcdefghijkl panic=-1\n") == Told(
        serial=(Serial("/dev/ttyS0", 57600), Serial("/dev/ttyUSB0", 57600)),
        network=Network("10.0.0.1", 8711),
        slot=3,
        stick="abcdefghijkl",
    )


def test_a_line_that_says_nothing_lets_the_bench_be_found_everywhere():
    assert places.kernel_line("quiet") == Told(serial=(Serial(),), network=Network())


def test_a_word_that_cannot_be_read_is_left_out_and_said():
    told = places.kernel_line(
        "intake.slot=x\x1b[2J intake.slot=1000 intake.bench=a intake.serial=sda intake.stick=../a"
    )
    assert told._replace(complaints=()) == Told(serial=(Serial(),), network=Network())
    assert len(told.complaints) == 4
    assert "intake.slot=1000 on the kernel line cannot be read" in told.complaints[1]


WORDS = st.sampled_from(["bench", "slot", "serial", "stick", "modules"])
VALUES = st.text(max_size=30) | st.from_regex(r"[a-zA-Z0-9.,:@-]{0,40}", fullmatch=True)


@given(st.lists(st.tuples(WORDS, VALUES), max_size=12))
def test_whatever_stands_on_the_line_what_is_told_is_within_bounds(words):
    told = places.kernel_line(" ".join(f"intake.{name}={value}" for name, value in words))
    assert 0 <= told.slot <= 999
    assert len(told.stick) <= 40
    assert told.network is not None
    assert 0 <= told.network.port <= 65535
    assert 1 <= len(told.serial) <= places.MOST_PORTS
    for serial in told.serial:
        assert serial.device == "" or serial.device.startswith("/dev/tty")
        assert "/" not in serial.device[5:]
    assert len(told.complaints) <= 4


@given(st.text(max_size=200))
def test_any_text_is_a_way_or_is_refused(text):
    try:
        place = places.reach(text)
    except ValueError:
        return
    assert isinstance(place, Serial | Network)
