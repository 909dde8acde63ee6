import time

import pytest

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
