"""A recorded table comes apart into what it was made of; a hostile one is refused or cut, never trusted."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.errors import EvidenceError
from hardware.evidence.machine.smbios import read_smbios
from hardware.simulated.qemu.errors import LaptopRefused
from hardware.simulated.qemu.models import model_named
from hardware.simulated.qemu.recorded_table import LARGEST_TABLE, MOST_STRUCTURES, split
from hardware.simulated.qemu.smbios import structures
from hardware.simulated.qemu.spec import laptop_spec

END = bytes((127, 4, 0, 0, 0, 0))
LAPTOP = b"".join(structures(laptop_spec(model_named("hp-255"), seed="1").tables))


def with_entry_point(table: bytes, address: int = 0x79F0B000) -> bytes:
    head = b"_SM3_" + bytes((0, 24, 3, 2, 0, 1, 0)) + struct.pack("<IQ", len(table), address)
    return head.ljust(24, b"\0")[:24] + table


@pytest.mark.parametrize("name", ["uroot__Lenovo-ThinkPad-W510.bin", "uroot__GigaByte-X399.bin"])
def test_a_real_dump_reads_the_same_from_its_parts(captures: Path, name: str) -> None:
    path = captures / "smbios-bin" / name
    if not path.is_file():
        pytest.skip(f"there is no {name} among the captures")
    whole = read_smbios(path.read_bytes())
    parts = read_smbios(b"".join(split(path.read_bytes()).structures) + END)
    assert (parts.system, parts.chassis, parts.memory, parts.bios) == (
        whole.system,
        whole.chassis,
        whole.memory,
        whole.bios,
    )


@pytest.mark.parametrize("data", [LAPTOP + END, with_entry_point(LAPTOP + END), with_entry_point(LAPTOP + END, 24)])
def test_a_table_is_found_bare_behind_its_entry_point_and_where_the_entry_point_says(data: bytes) -> None:
    assert b"".join(split(data).structures) == LAPTOP


def test_the_entry_point_of_the_third_version_is_kept_in_mind() -> None:
    assert split(with_entry_point(LAPTOP)).wide
    assert not split(LAPTOP).wide


def test_only_the_first_processor_stays_because_qemu_takes_one_a_socket() -> None:
    processor = next(one for one in split(LAPTOP).structures if one[0] == 4)
    assert [one[0] for one in split(LAPTOP + processor * 3).structures].count(4) == 1


@pytest.mark.parametrize("data", [b"", b"no table at all", END, b"_SM3_", bytes(4096), with_entry_point(b"")])
def test_what_is_no_table_is_refused_with_a_remedy(data: bytes) -> None:
    with pytest.raises(LaptopRefused, match="dmidecode --dump-bin"):
        split(data)


def test_a_table_that_is_larger_than_any_laptops_is_refused() -> None:
    with pytest.raises(LaptopRefused, match="64 kB"):
        split(LAPTOP * (LARGEST_TABLE // len(LAPTOP) + 1))


@given(
    st.binary(max_size=600)
    | st.builds(lambda at, new: LAPTOP[:at] + new + LAPTOP[at:], st.integers(0, 700), st.binary())
)
def test_whatever_it_holds_the_parts_are_whole_structures_and_not_too_many(data: bytes) -> None:
    try:
        recorded = split(data)
    except LaptopRefused:
        return
    assert 0 < len(recorded.structures) <= MOST_STRUCTURES
    for one in recorded.structures:
        assert one[1] >= 4
        assert one.endswith(b"\0\0")
        assert one[0] != 127
    try:
        read_smbios(b"".join(recorded.structures) + END)
    except EvidenceError:
        assert all(len(one) < 12 for one in recorded.structures if one[0] in (0, 1, 2, 3, 4, 17))
