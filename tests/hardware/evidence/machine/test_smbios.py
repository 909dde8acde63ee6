import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.errors import EvidenceError
from hardware.evidence.machine.dmi_facts import dmi_facts
from hardware.evidence.machine.smbios import read_smbios
from specs.facts import Known
from specs.identifiers import is_placeholder
from tests.hardware.evidence.support import value_of

UUID = bytes.fromhex("11223344556677889900aabbccddeeff")


def structure(kind: int, body: bytes, *strings: bytes) -> bytes:
    text = b"".join(string + b"\0" for string in strings) or b"\0"
    return struct.pack("<BBH", kind, len(body) + 4, kind) + body + text + b"\0"


def system(*strings: bytes) -> bytes:
    return structure(1, bytes((1, 2, 3, 4)) + UUID + bytes((6, 5, 6)), *strings)


def chassis(kind: int, *strings: bytes) -> bytes:
    return structure(3, bytes((1, kind, 0, 2, 3)) + bytes(8), *strings)


def memory(size: int, kind: int = 0x1A, extended: int = 0) -> bytes:
    body = bytes(8) + struct.pack("<H", size) + bytes((0, 0, 1, 0, kind)) + bytes(2)
    body += struct.pack("<H", 2667) + bytes((2, 3, 0, 4, 0)) + struct.pack("<I", extended) + bytes(2)
    return structure(17, body, b"Slot A", b"Example", b"M1234567", b"PART-1")


END = structure(127, b"")
LAPTOP = system(b"Example Ltd", b"Model 1", b"v1", b"EX12345678", b"SKU-1", b"Family") + chassis(
    10, b"Example Ltd", b"CH12345678", b"TAG-1"
)


def entry_point_3(table: bytes, address: int = 0x7F000000) -> bytes:
    return b"_SM3_\0" + bytes((24, 3, 2, 0, 1, 0)) + struct.pack("<IQ", len(table), address)


def entry_point_2(table: bytes, address: int = 0xE0000) -> bytes:
    start = b"_SM_\0" + bytes((31, 2, 7)) + bytes(8) + b"_DMI_\0"
    return start + struct.pack("<HIHB", len(table), address, 9, 0x27)


def layouts(table: bytes) -> dict[str, bytes]:
    padded = entry_point_3(table, 32).ljust(32, b"\0")
    return {
        "linux, 3.x": entry_point_3(table) + table,
        "linux, 2.x": entry_point_2(table) + table,
        "dmidecode --dump-bin": padded + table,
        "windows": bytes((0, 3, 2, 0)) + struct.pack("<I", len(table)) + table,
        "bare": table,
    }


def test_every_scored_field_of_every_capture_is_right(entries, same):
    wrong = []
    for name, data, facts in entries("smbios-bin", ".bin"):
        got = dmi_facts(read_smbios(data), "smbios")
        total = value_of(got.memory.installed_bytes)
        sizes = sorted(value_of(module.size_bytes) // 2**20 for module in value_of(got.memory.modules) or ())
        found = {
            "manufacturer": value_of(got.identity.manufacturer),
            "product": value_of(got.identity.product),
            "serial": value_of(got.identity.serial),
            "chassis_type": value_of(got.identity.chassis),
            "bios_version": value_of(got.firmware.version),
            "memory_total_mb": total // 2**20 if total else None,
            "memory_modules_mb": sizes,
        }
        facts["memory_modules_mb"].sort()
        wrong += [(name, key, facts[key], found[key]) for key in found if not same(facts[key], found[key])]
    assert wrong == []


def test_a_bare_table_of_a_machine_with_placeholders_keeps_them_unknown(entries):
    (_, data, facts), *_ = entries("smbios-bin", ".dmi")
    got = dmi_facts(read_smbios(data), "smbios")
    assert value_of(got.identity.serial) is None
    assert value_of(got.identity.product) is None
    assert value_of(got.identity.uuid) == facts["system"]["UUID"]
    assert value_of(got.firmware.version) == facts["bios"]["Version"]
    assert value_of(got.memory.installed_bytes) == 64 * 2**30
    assert value_of(got.memory.slots) == 4


@pytest.mark.parametrize("layout", list(layouts(b"")))
def test_every_layout_gives_the_same_facts(layout):
    table = LAPTOP + memory(4096) + END
    facts = dmi_facts(read_smbios(layouts(table)[layout]), "smbios")
    assert value_of(facts.identity.serial) == "EX12345678"
    assert value_of(facts.identity.chassis) == "Notebook"
    assert value_of(facts.memory.installed_bytes) == 4 * 2**30


def test_a_firmware_flash_chip_is_not_memory():
    facts = dmi_facts(read_smbios(LAPTOP + memory(4096) + memory(0x8000 | 512, kind=9) + END), "smbios")
    assert value_of(facts.memory.installed_bytes) == 4 * 2**30
    assert value_of(facts.memory.slots) == 1


def test_a_large_module_has_its_size_in_the_extended_field():
    facts = dmi_facts(read_smbios(LAPTOP + memory(0x7FFF, extended=32768) + END), "smbios")
    assert value_of(facts.memory.installed_bytes) == 32 * 2**30


def test_empty_slots_everywhere_is_unknown_memory_not_none():
    memory_facts = dmi_facts(read_smbios(LAPTOP + memory(0) + memory(0) + END), "smbios").memory
    assert value_of(memory_facts.installed_bytes) is None
    assert value_of(memory_facts.slots) == 2


def test_the_chassis_serial_stands_in_for_a_system_serial_that_is_a_placeholder():
    table = system(b"Example Ltd", b"Model 1", b"v1", b"To be filled by O.E.M.", b"s", b"f")
    table += structure(2, bytes((1, 2, 0, 3)), b"Example Ltd", b"Board", b"BOARD12345")
    without = dmi_facts(read_smbios(table + END), "smbios")
    assert value_of(without.identity.serial) is None
    assert value_of(without.identity.board_serial) == "BOARD12345"
    facts = dmi_facts(read_smbios(table + chassis(10, b"Example Ltd", b"CH12345678") + END), "smbios")
    assert facts.identity.serial == Known("CH12345678", ("smbios",))


def test_of_several_chassis_the_notebook_counts():
    facts = dmi_facts(read_smbios(system(b"a") + chassis(12, b"Dock") + chassis(31, b"Laptop") + END), "smbios")
    assert value_of(facts.identity.chassis) == "Convertible"


@pytest.mark.parametrize(("setting", "fitted"), [(0b0100, True), (0b0000, False), (0b1000, None), (0b1100, None)])
def test_an_administrator_password_is_read_from_type_24(setting, fitted):
    table = LAPTOP + structure(24, bytes((setting,))) + END
    assert value_of(dmi_facts(read_smbios(table), "smbios").firmware.admin_password) is fitted


@pytest.mark.parametrize(
    ("setting", "fitted"), [(0b01000000, True), (0b00001111, False), (0b10000100, None), (0b11000000, None)]
)
def test_a_power_on_password_is_read_from_type_24(setting, fitted):
    table = LAPTOP + structure(24, bytes((setting,))) + END
    assert value_of(dmi_facts(read_smbios(table), "smbios").firmware.power_on_password) is fitted


@pytest.mark.parametrize("length", range(1, len(LAPTOP), 7))
def test_a_cut_table_gives_what_is_whole_or_is_refused(length):
    try:
        table = read_smbios(entry_point_3(LAPTOP) + LAPTOP[:length])
    except EvidenceError:
        return
    assert len(table.system) <= 1


@given(
    st.text("0xX.*- ", max_size=20)
    | st.text("fF", max_size=20)
    | st.sampled_from(["Default string", "None", "System Serial Number"])
)
def test_a_placeholder_never_becomes_known(text):
    assert is_placeholder(text)
    strings = [text.encode()] * 6
    identity = dmi_facts(read_smbios(system(*strings) + chassis(10, *strings) + END), "smbios").identity
    for name in ("manufacturer", "product", "version", "sku", "serial", "asset_tag"):
        assert value_of(getattr(identity, name)) is None


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_an_evidence_error(data):
    for start in (b"", b"_SM3_", b"_SM_", LAPTOP):
        try:
            read_smbios(start + data)
        except EvidenceError:
            continue
