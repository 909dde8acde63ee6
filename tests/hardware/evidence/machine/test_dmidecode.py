import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import text_fact
from hardware.evidence.machine.dmi_facts import dmi_facts
from hardware.evidence.machine.dmidecode import read_dmidecode
from specs.facts import Known
from tests.hardware.evidence.support import value_of

# The captures' own list calls these two a value; quirks.md section 3 calls dashes, and specs.identifiers "TBD", blank.
VERSIONS_THAT_ARE_PLACEHOLDERS = {
    "Compal__HGL31I__D41BCEEEA6C4.txt": "-",
    "LG_Electronics__S460-G.BG31P1__867A56FA0730.txt": "TBD",
}


def scored(table):
    """The table's records and facts under the names of the captures' manifest."""
    facts = dmi_facts(table, "dmidecode")
    modules = value_of(facts.memory.modules) or ()
    total = value_of(facts.memory.installed_bytes)

    def text(records, name):
        return value_of(text_fact(getattr(records[0], name), name)) if records else None

    return {
        "manufacturer": value_of(facts.identity.manufacturer),
        "product": value_of(facts.identity.product),
        "version": value_of(facts.identity.version),
        "serial": value_of(facts.identity.serial),
        "sku": value_of(facts.identity.sku),
        "chassis_type": value_of(facts.identity.chassis),
        "family": text(table.system, "family"),
        "board_manufacturer": text(table.board, "manufacturer"),
        "board_product": text(table.board, "product"),
        "bios_vendor": value_of(facts.firmware.vendor),
        "bios_version": value_of(facts.firmware.version),
        "bios_date": text(table.bios, "date"),
        "memory_total_mb": total // 2**20 if total is not None else None,
        "memory_modules_mb": sorted(value_of(module.size_bytes) // 2**20 for module in modules),
        "cpus": sorted(str(value_of(text_fact(cpu.version, "cpu"))) for cpu in table.processor if cpu.in_use),
        "battery_design_mwh": [battery.design_mwh for battery in table.battery],
        "tpm_spec": value_of(facts.tpm.version),
    }


def expected(facts):
    want = dict(facts)
    want["memory_modules_mb"] = sorted(want["memory_modules_mb"])
    want["cpus"] = sorted(str(" ".join(cpu.split()) if cpu else None) for cpu in want["cpus"])
    return want


def test_every_scored_field_of_every_capture_is_right(entries, same):
    wrong = []
    for name, data, facts in entries("dmidecode"):
        got, want = scored(read_dmidecode(data)), expected(facts)
        if name in VERSIONS_THAT_ARE_PLACEHOLDERS:
            assert want["version"] == VERSIONS_THAT_ARE_PLACEHOLDERS[name]
            want["version"] = None
        wrong += [(name, key, want[key], got[key]) for key in got if key in want and not same(want[key], got[key])]
    assert wrong == []


def test_the_captures_are_read_in_a_few_milliseconds_each(entries):
    captures = entries("dmidecode")
    start = time.process_time()
    for _, data, _ in captures:
        dmi_facts(read_dmidecode(data), "dmidecode")
    assert (time.process_time() - start) / len(captures) < 0.05


def test_a_known_firmware_date_is_iso_8601(entries):
    for name, data, facts in entries("dmidecode"):
        date = value_of(dmi_facts(read_dmidecode(data), "dmidecode").firmware.date)
        if facts["bios_date"] is not None:
            month, day, year = facts["bios_date"].split("/")
            assert date is not None, name
            assert date[5:] == f"{month}-{day}"
            assert date[:4].endswith(year)


TEXT = """# dmidecode 3.4
Handle 0x0001, DMI type 1, 27 bytes
System Information
{i}Manufacturer: Example Ltd
{i}Product Name: Default string
{i}Serial Number: EX12345678
{i}Wake-up Type: Power Switch

Handle 0x0004, DMI type 16, 23 bytes
Physical Memory Array
{i}Use: System Memory
{i}Number Of Devices: 2

Handle 0x0005, DMI type 17, 84 bytes
Memory Device
{i}Size: 4 GB
{i}Type: LPDDR4
{i}Speed: 2667 MT/s
{i}Locator: A

"""


@pytest.mark.parametrize("indent", ["\t", "    ", "        "])
def test_tabs_and_blanks_indent_alike(indent):
    facts = dmi_facts(read_dmidecode(TEXT.format(i=indent).encode()), "dmidecode")
    assert facts.identity.manufacturer == Known("Example Ltd", ("dmidecode",))
    assert value_of(facts.identity.product) is None
    assert value_of(facts.memory.installed_bytes) == 4 * 2**30


def test_a_table_that_breaks_off_before_all_memory_was_listed_gives_no_sum():
    text = TEXT.format(i="\t") + "Invalid entry length (0). DMI table is broken! Stop.\n"
    facts = dmi_facts(read_dmidecode(text.encode()), "dmidecode")
    assert value_of(facts.memory.installed_bytes) is None
    assert value_of(facts.identity.serial) == "EX12345678"


def test_memory_is_unknown_where_one_fitted_module_does_not_say_its_size():
    text = TEXT.format(i="\t") + "Handle 0x0006, DMI type 17, 84 bytes\nMemory Device\n\tSize: Unknown\n"
    assert value_of(dmi_facts(read_dmidecode(text.encode()), "dmidecode").memory.installed_bytes) is None


def test_other_text_is_refused():
    with pytest.raises(EvidenceError):
        read_dmidecode(b"# dmidecode 3.4\nPermission denied\n")


def test_a_damaged_table_is_told(read):
    reading = read({"dmidecode": TEXT.format(i="\t") + "<TRUNCATED>"})
    assert [problem.item for problem in reading.problems] == ["dmidecode"]


@pytest.mark.parametrize(
    ("status", "fitted"), [("Enabled", True), ("Disabled", False), ("Not Implemented", None), ("Unknown", None)]
)
def test_a_power_on_password_is_read_from_the_hardware_security_block(read, status, fitted):
    text = "Handle 0x0001, DMI type 24, 5 bytes\nHardware Security\n"
    text += f"\tPower-On Password Status: {status}\n\tAdministrator Password Status: Not Implemented\n"
    firmware = read({"dmidecode": text}).facts.firmware
    assert (value_of(firmware.power_on_password), value_of(firmware.admin_password)) == (fitted, None)


QUIET = """# dmidecode 3.6
BIOS Information
\tVendor: Example
\tVersion: 1.2
\tRelease Date: 02/24/2020

System Information
\tManufacturer: Example Ltd
\tProduct Name: HuronRiver Platform
\tSerial Number: EX12345678

Memory Device
\tSize: 1536 MB
\tType: LPDDR4
\tSpeed: Unknown
\tConfigured Memory Speed: 2400 MT/s

Memory Device Mapped Address
\tSize: 99 GB

Memory Device
\tSize: 512 kB
\tType: Flash
"""
OLD = """# dmidecode 2.7
SMBIOS 2.4 present.

Handle 0x0001
\tDMI type 1, 27 bytes.
\tSystem Information
\t\tManufacturer: Example Ltd
\t\tSerial Number: EX12345678
Handle 0x0011
\tDMI type 17, 27 bytes.
\tMemory Device
\t\tSize: 1024 MB
\t\tType: DDR2
\t\tSpeed: 533 MHz (1.9 ns)
"""


def test_the_quiet_form_without_handles_is_read():
    facts = dmi_facts(read_dmidecode(QUIET.encode()), "dmidecode")
    assert (value_of(facts.firmware.version), value_of(facts.firmware.date)) == ("1.2", "2020-02-24")
    assert value_of(facts.identity.serial) == "EX12345678"
    assert value_of(facts.identity.product) is None
    (module,) = value_of(facts.memory.modules)
    assert (value_of(module.size_bytes), value_of(module.speed_mts)) == (1536 * 2**20, 2400)


@pytest.mark.parametrize("encode", [str.encode, lambda text: text.replace("\n", "\r\n").encode("utf-16")])
def test_the_form_of_old_versions_is_read(encode):
    facts = dmi_facts(read_dmidecode(encode(OLD)), "dmidecode")
    assert value_of(facts.identity.serial) == "EX12345678"
    (module,) = value_of(facts.memory.modules)
    assert (value_of(module.size_bytes), value_of(module.speed_mts)) == (2**30, 533)


def test_a_text_that_lost_its_indentation_is_read():
    facts = dmi_facts(read_dmidecode(TEXT.format(i="").encode()), "dmidecode")
    assert value_of(facts.identity.serial) == "EX12345678"
    assert value_of(facts.memory.installed_bytes) == 4 * 2**30


def test_records_that_are_inactive_or_the_makers_own_are_not_read():
    text = TEXT.format(i="\t") + "Handle 0x0007, DMI type 126, 27 bytes\nInactive\n\tSerial Number: OLD\n\n"
    text += "Handle 0x0008, DMI type 221, 27 bytes\nOEM-specific Type\n\tHeader and Data:\n\t\tDD 1B\n"
    assert read_dmidecode(text.encode()) == read_dmidecode(TEXT.format(i="\t").encode())


@pytest.mark.parametrize(
    ("sizes", "total"),
    [
        (["1536 MB"] * 2, 3 * 2**30),
        (["2 GB"] * 8, 16 * 2**30),
        (["4096 MB", "16 GB"], 20 * 2**30),
        (["524288 kB", "No Module Installed"], 2**29),
        (["No Module Installed"] * 2, None),
        (["Unknown"] * 2, None),
        (["<OUT OF SPEC>", "4 GB"], None),
        (["999999999 TB"], None),
        (["1 GB"] * 65, None),
    ],
)
def test_the_sum_of_memory_is_what_the_sizes_say_or_not_known(sizes, total):
    text = "".join(
        f"Handle 0x{n:04X}, DMI type 17, 40 bytes\nMemory Device\n\tSize: {s}\n" for n, s in enumerate(sizes)
    )
    assert value_of(dmi_facts(read_dmidecode(text.encode()), "dmidecode").memory.installed_bytes) == total


def test_a_damaged_table_that_never_said_how_much_memory_there_is_gives_no_sum():
    text = "Handle 0x0005, DMI type 17, 40 bytes\nMemory Device\n\tSize: 4 GB\n<TRUNCATED>\n"
    assert value_of(dmi_facts(read_dmidecode(text.encode()), "dmidecode").memory.installed_bytes) is None


@given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 60))
def test_any_bytes_are_a_table_or_an_evidence_error(data, at, cut):
    whole = TEXT.format(i="\t").encode()
    for text in (data, whole[:at] + data + whole[at + cut :], b"Handle 0x0001, DMI type 17, 9 bytes\n\tSize: " + data):
        try:
            dmi_facts(read_dmidecode(text), "dmidecode")
        except EvidenceError:
            continue


def test_a_virtual_machine_is_told(entries):
    virtual = {
        name
        for name, data, _ in entries("dmidecode")
        if value_of(dmi_facts(read_dmidecode(data), "dmidecode").processor.hypervisor)
    }
    assert {name for name in virtual if name.startswith(("jc__", "eReuse__Standard_PC"))} == virtual
    assert len(virtual) == 3
