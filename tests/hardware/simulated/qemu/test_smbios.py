"""What the simulated firmware says is what the bench's own parser reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.machine.dmi_facts import dmi_facts
from hardware.evidence.machine.smbios import read_smbios
from hardware.simulated.qemu.models import model_named, models
from hardware.simulated.qemu.smbios import structures
from hardware.simulated.qemu.spec import laptop_spec, with_faults
from tests.hardware.evidence.support import value_of

END = bytes((127, 4, 0, 0, 0, 0))


def table_of(model: str, *faults: str, serial: str = "") -> bytes:
    spec = with_faults(laptop_spec(model_named(model), serial=serial, seed="7"), faults)
    return b"".join(structures(spec.tables)) + END


@pytest.mark.parametrize("name", sorted(models()))
def test_the_bench_reads_every_model_as_the_laptop_that_it_is(name: str) -> None:
    model = model_named(name)
    facts = dmi_facts(read_smbios(table_of(name, serial="PF1A2B3C")), "smbios")
    assert value_of(facts.identity.manufacturer) == model.manufacturer
    assert value_of(facts.identity.product) == model.product
    assert value_of(facts.identity.serial) == "PF1A2B3C"
    assert value_of(facts.identity.chassis) == "Notebook"
    assert value_of(facts.memory.installed_bytes) == model.memory_gib * 2**30
    assert value_of(facts.firmware.version) == model.bios_version
    assert value_of(facts.tpm.version) == "2.0"


def test_a_laptop_with_too_little_memory_and_no_tpm_says_so() -> None:
    facts = dmi_facts(read_smbios(table_of("hp-250-g7", "little-memory", "no-tpm")), "smbios")
    assert value_of(facts.memory.installed_bytes) == 2 * 2**30
    assert not hasattr(facts.tpm.present, "value")


def test_each_structure_is_whole_by_itself() -> None:
    for structure in structures(laptop_spec(model_named("geobook-1e"), seed="1").tables):
        assert structure.endswith(b"\0\0")
        assert structure.find(b"\0\0", structure[1]) == len(structure) - 2


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60))
def test_any_serial_that_a_firmware_can_hold_comes_back_as_it_was(serial: str) -> None:
    table = read_smbios(table_of("dell-latitude-5300", serial=serial))
    assert table.system[0].serial == serial
    assert table.damage is None
