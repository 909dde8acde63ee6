"""The captures of real laptops, against the values that their people published."""

from hardware.evidence.windows.item import facts_of
from hardware.evidence.windows.reading import read_rows
from hardware.evidence.windows.rows import Rows
from tests.hardware.evidence.support import value_of

MIB = 2**20


def test_the_expected_values_of_the_captures(entries, same):
    checked = 0
    for name, data, expected in entries("windows"):
        rows = read_rows(data, f"windows-{name.rpartition('.')[0]}")
        facts = facts_of(rows, "windows")
        identity, firmware, memory = facts.identity, facts.firmware, facts.memory
        total = value_of(memory.installed_bytes) or value_of(memory.visible_bytes)
        modules = value_of(memory.modules) or ()
        batteries = value_of(facts.battery) or ()
        said = rows.first("systeminfo") or {}
        got = {
            "manufacturer": value_of(facts.tpm.manufacturer)
            if "Get-Tpm" in rows.classes
            else value_of(identity.manufacturer),
            "model": value_of(identity.product),
            "serial": value_of(identity.serial),
            "family": value_of(identity.family),
            "bios_version": said.get("BIOS Version") or value_of(firmware.version),
            "bios_date": value_of(firmware.date),
            "memory_total_mb": total and total // MIB,
            "modules_mb": [value_of(module.size_bytes) // MIB for module in modules],
            "slots": value_of(memory.slots) if "max_capacity_kb" in expected else None,
            "os_version": said.get("OS Version"),
            "build": value_of(facts.system.build),
            "sku": value_of(facts.system.sku if "Win32_OperatingSystem" in rows.classes else identity.sku),
            "charge_pct": next((value_of(battery.charge_percent) for battery in batteries), None),
            "design_mwh": next((value_of(battery.design_wh) for battery in batteries), None),
            "present": value_of(facts.tpm.present),
            "cpu": value_of(facts.processor.model),
        }
        for field, value in got.items():
            if field in expected:
                assert same(expected[field], value), (name, field)
                checked += 1
    assert checked >= 30


def test_graphics_of_the_captures(entries):
    by_name = {name: (data, expected) for name, data, expected in entries("windows")}
    for name, (data, expected) in by_name.items():
        if "VideoController" in name:
            adapters = value_of(facts_of(read_rows(data, name), name).graphics)
            assert [value_of(adapter.model) for adapter in adapters] == expected["gpus"]
    name = next(name for name in by_name if name.endswith(".reg") and "intel" in name)
    data, expected = by_name[name]
    (adapter,) = value_of(facts_of(read_rows(data, name), name).graphics)
    assert value_of(adapter.memory_bytes) // MIB == expected["gpus"][0]["memory_mb"]


def test_both_items_of_one_laptop_give_the_memory_of_its_card(entries):
    parts = [read_rows(data, name) for name, data, _ in entries("windows") if "rx6600xt" in name]
    (adapter,) = value_of(facts_of(Rows.together(parts), "windows").graphics)
    assert value_of(adapter.memory_bytes) // MIB == 8176
