"""What the boot loaders read: no value that was typed can become anything but one plain word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.bootstick.boot_files import command_line, grub_config, ipxe_script, syslinux_config
from hardware.bootstick.errors import BuildRefused
from hardware.probe.agent.places import kernel_line

HOSTILE = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    [
        *("a:1; rm -rf /", "a:1\nlinux /evil", "a:1 init=/bin/sh", "a:1'", 'a:1"', "$(reboot):1", "${net0/mac}:1"),
        *("a:1\\", "a:1#", "a:1{", "a:1}", "a:1|b", "a:1&", "`x`:1", "a\0:1", "-a:1", "a:99999", "a:0", ":1", "a:"),
    ]
)


def loaders(line: str) -> list[str]:
    return [grub_config(line), syslinux_config(line), ipxe_script(line)]


@given(HOSTILE, st.integers(-5, 100_000), HOSTILE, HOSTILE, HOSTILE)
def test_a_hostile_value_is_refused_or_stays_one_word(
    bench: str, slot: int, serial: str, stick: str, word: str
) -> None:
    try:
        line = command_line(bench, slot, serial, stick, (word,))
    except BuildRefused:
        return
    expected = 3 + sum(map(bool, (bench, slot, serial, stick)))
    assert len(line.split()) == expected
    assert not set(line) & set("'\"\\$`;|&<>(){}#*?!~\n\r\t\0")
    assert line.isascii()
    plain = [text.replace(line, "") for text in loaders("")]
    assert [text.replace(f" {line}", " ", 1) for text in loaders(line)] == plain


def test_the_agent_reads_back_what_was_asked() -> None:
    told = kernel_line(command_line("bench7.example:8711", 12, "ttyUSB0@115200", "abcdefghijkl", ("intake.debug",)))
    assert told.network is not None
    assert (told.network.host, told.network.port) == ("bench7.example", 8711)
    assert (told.slot, told.stick, told.complaints) == (12, "abcdefghijkl", ())
    assert [(serial.device, serial.baud) for serial in told.serial] == [("/dev/ttyUSB0", 115200)]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"bench": "10.0.2.2"}, "as HOST:PORT, as in --bench"),
        ({"serial": "/dev/ttyS0"}, "as in --serial ttyUSB0@115200"),
        ({"serial": "ttyS0@123"}, "as in --serial ttyUSB0@115200"),
        ({"slot": -1}, "there is no slot -1"),
        ({"stick": "ABC"}, "12 letters from a to z"),
        ({"more": ("init=/bin/sh rw",)}, "no single plain word"),
        ({"more": tuple(f"word{number}=" + "x" * 90 for number in range(20))}, "are safe; name less"),
    ],
)
def test_what_is_wrong_is_told_with_the_remedy(asked: dict[str, object], sentence: str) -> None:
    values: dict[str, object] = {"bench": "", "slot": 0, "serial": "", "stick": "", "more": (), **asked}
    with pytest.raises(BuildRefused, match=sentence):
        command_line(**values)  # type: ignore[arg-type]


def test_a_refused_kernel_stops_the_laptop_and_never_starts_its_own_disk() -> None:
    after = grub_config("quiet").partition("\nfi\n")[2]
    assert "halt" in after
    assert "reboot" not in after
    assert "exit" not in after


def test_the_kernel_never_restarts_the_laptop_by_itself() -> None:
    assert "panic" not in command_line("", 0, "", "", ())
