import json

import pytest

from hardware.evidence.machine.dmi import read_dmi
from specs.facts import Known, Unknown
from tests.hardware.evidence.support import value_of

ROOT = "/sys/class/dmi/id"


def test_identity_without_root_is_what_the_kernel_shows_and_the_rest_says_why(read):
    facts = read(
        {
            "dmi": {
                f"{ROOT}/sys_vendor": "LENOVO\n",
                f"{ROOT}/product_name": "20L8S00000\n",
                f"{ROOT}/product_version": "ThinkPad Example\n",
                f"{ROOT}/product_serial": {"error": "EACCES"},
                f"{ROOT}/product_uuid": {"error": "EACCES"},
                f"{ROOT}/chassis_type": "10\n",
                f"{ROOT}/bios_version": "N1EX\n",
                f"{ROOT}/bios_date": "02/03/2021\n",
            }
        },
        {"smbios": "EACCES: /sys/firmware/dmi/tables/DMI needs root"},
    ).facts
    assert facts.identity.product == Known("20L8S00000", ("dmi",))
    assert facts.identity.version == Known("ThinkPad Example", ("dmi",))
    assert facts.identity.chassis == Known("Notebook", ("dmi",))
    assert facts.firmware.date == Known("2021-02-03", ("dmi",))
    assert isinstance(facts.identity.serial, Unknown)
    assert facts.identity.serial.problem == "unreadable"
    assert "root" in facts.identity.serial.reason
    assert facts.memory.installed_bytes.problem == "unreadable"


def test_a_machine_without_smbios_has_absent_identity(read):
    facts = read({"dmi": {ROOT: {"error": "ENOENT"}}}, {"smbios": "ENOENT: no table"}).facts
    assert facts.identity.manufacturer.problem == "absent"


def test_the_scanned_serial_is_not_the_firmwares_business(read):
    facts = read({}, {"smbios": "EACCES: needs root"}).facts
    assert facts.identity.label_serial.problem == "not_collected"


def test_a_shared_uuid_is_unknown(read):
    text = {f"{ROOT}/product_uuid": "03000200-0400-0500-0006-000700080009"}
    assert value_of(read({"dmi": text}).facts.identity.uuid) is None
    text = {f"{ROOT}/product_uuid": "ABCDEF01-2345-6789-ABCD-EF0123456789"}
    assert value_of(read({"dmi": text}).facts.identity.uuid) == "abcdef01-2345-6789-abcd-ef0123456789"


@pytest.mark.parametrize(
    ("maker", "product", "virtual"),
    [
        ("QEMU", "Standard PC (Q35 + ICH9, 2009)", True),
        ("Microsoft Corporation", "Virtual Machine", True),
        ("Microsoft Corporation", "Surface Laptop 3", None),
        ("Example Ltd", "HuronRiver Platform", None),
    ],
)
def test_a_virtual_machine_and_a_reference_platform_are_told_from_a_laptop(maker, product, virtual):
    tree = {"/sys/class/dmi/id/sys_vendor": f"{maker}\n", "/sys/class/dmi/id/product_name": f"{product}\n"}
    facts = read_dmi(json.dumps(tree).encode(), "dmi")
    assert value_of(facts.processor.hypervisor) is virtual
    assert (value_of(facts.identity.product) is None) is (product == "HuronRiver Platform")
