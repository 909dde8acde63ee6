import contextlib
import json
import time
from typing import Any

import pytest
from hypothesis import given

from hardware.evidence.errors import EvidenceError
from hardware.evidence.power.battery import read_battery
from specs.facts import Known, Unknown
from tests.hardware.evidence.mutations import mutated
from tests.hardware.evidence.power.test_powercfg import battery_xml, page, report
from tests.hardware.evidence.power.test_proc_acpi import INFO, STATE
from tests.hardware.evidence.power.test_upower import BATTERY, DAEMON
from tests.hardware.evidence.support import value_of

UPOWER = BATTERY + DAEMON
ACPI = (
    "Battery 0: Discharging, 91%, 02:10:00 remaining\n"
    "Battery 0: design capacity 5000 mAh, last full capacity 4020 mAh = 80%\nAdapter 0: off-line\n"
)
PROC_ACPI = INFO + STATE
POWERCFG = report(battery_xml())
PAGE = page()
TREE = json.dumps({"/sys/class/power_supply/BAT0/uevent": "POWER_SUPPLY_TYPE=Battery\n"}).encode()


def batteries_in(data: bytes) -> Any:
    return read_battery(data, "battery")


def uevent(**more):
    fields = {
        "NAME": "BAT0",
        "STATUS": "Full",
        "PRESENT": "1",
        "TECHNOLOGY": "Li-ion",
        "CYCLE_COUNT": "12",
        "VOLTAGE_MIN_DESIGN": "11400000",
        "VOLTAGE_NOW": "12600000",
        "CHARGE_FULL_DESIGN": "3684000",
        "CHARGE_FULL": "3500000",
        "MODEL_NAME": "EX-BAT",
        "SERIAL_NUMBER": "8123",
        **more,
    }
    return "".join(f"POWER_SUPPLY_{key}={value}\n" for key, value in fields.items()).encode()


def test_every_scored_field_of_every_uevent_capture_is_right(entries):
    for name, data, facts in entries("battery", "uevent.txt"):
        (battery,) = batteries_in(data)
        assert value_of(battery.design_wh) == pytest.approx(facts["design_mwh"] / 1000, rel=0.001), name
        assert value_of(battery.health_percent) == pytest.approx(facts["health_pct"], abs=0.05), name
        assert value_of(battery.cycles) == facts["cycles"], name
        assert value_of(battery.model) == facts["model"], name
        assert value_of(battery.serial) == facts["serial"], name


def test_charge_becomes_energy_by_the_design_voltage_and_never_by_that_of_the_moment():
    (battery,) = batteries_in(uevent())
    assert value_of(battery.design_wh) == pytest.approx(3.684 * 11.4, abs=0.001)
    (battery,) = batteries_in(uevent(VOLTAGE_MIN_DESIGN="0"))
    assert value_of(battery.design_wh) is None
    assert value_of(battery.health_percent) == 95.0


@pytest.mark.parametrize(
    ("field", "fact"),
    [("CYCLE_COUNT", "cycles"), ("CHARGE_FULL_DESIGN", "health_percent"), ("SERIAL_NUMBER", "serial")],
)
@pytest.mark.parametrize("value", ["0", "", "   "])
def test_zero_and_blank_are_unknown(field, fact, value):
    (battery,) = batteries_in(uevent(**{field: value}))
    assert value_of(getattr(battery, fact)) is None


def test_a_full_charge_above_the_design_is_told_as_it_is():
    (battery,) = batteries_in(uevent(CHARGE_FULL="3794520"))
    assert value_of(battery.health_percent) == 103.0


@pytest.mark.parametrize("volts", ["999999", "60000001", "", "-1"])
def test_a_voltage_that_no_battery_has_makes_no_energy(volts):
    (battery,) = batteries_in(uevent(VOLTAGE_MIN_DESIGN=volts))
    assert value_of(battery.design_wh) is None
    assert value_of(battery.health_percent) == 95.0


def test_energy_is_believed_before_charge_where_both_are_given():
    (battery,) = batteries_in(uevent(ENERGY_FULL_DESIGN="40000000", ENERGY_FULL="20000000"))
    assert (value_of(battery.design_wh), value_of(battery.health_percent)) == (40.0, 50.0)


def test_capacities_that_do_not_belong_together_give_no_health():
    (battery,) = batteries_in(uevent(CHARGE_FULL_DESIGN="1000"))
    assert value_of(battery.health_percent) is None


@pytest.mark.parametrize("value", ["", "0"])
def test_a_battery_whose_keys_are_all_empty_is_one_of_which_nothing_is_known(value):
    fields = "STATUS TECHNOLOGY CYCLE_COUNT VOLTAGE_MIN_DESIGN CHARGE_FULL_DESIGN CHARGE_FULL MODEL_NAME SERIAL_NUMBER"
    (battery,) = batteries_in(uevent(PRESENT="", **dict.fromkeys(fields.split(), value)))
    facts = {name: value_of(getattr(battery, name)) for name in battery.__struct_fields__ if name != "name"}
    assert facts == dict.fromkeys(facts)


@pytest.mark.parametrize("kind", ["USB", "UPS", "Mains", "Wireless"])
def test_only_a_battery_is_one(kind):
    assert isinstance(batteries_in(uevent(TYPE=kind)), Unknown)


def test_uevents_of_several_supplies_in_one_text_are_told_apart():
    both = uevent() + b"POWER_SUPPLY_NAME=AC\nPOWER_SUPPLY_ONLINE=1\n" + uevent(NAME="BAT1", SERIAL_NUMBER="9")
    assert [(battery.name, value_of(battery.serial)) for battery in batteries_in(both)] == [
        ("BAT0", "8123"),
        ("BAT1", "9"),
    ]


def test_a_listing_sorted_by_key_with_blank_lines_between_is_read():
    text = (
        "P: /devices/a\nE: POWER_SUPPLY_CYCLE_COUNT=5\nE: POWER_SUPPLY_NAME=BAT1\nE: POWER_SUPPLY_TYPE=Battery\n\n"
        "E: POWER_SUPPLY_MODEL_NAME=Second\nE: POWER_SUPPLY_NAME=BAT0\nE: POWER_SUPPLY_TYPE=Battery\n"
    )
    second, first = batteries_in(text.encode())
    assert (first.name, value_of(first.cycles), value_of(first.model)) == ("BAT1", 5, None)
    assert (second.name, value_of(second.cycles), value_of(second.model)) == ("BAT0", None, "Second")


def test_a_uevent_without_its_first_line_is_still_a_battery():
    (battery,) = batteries_in(uevent().partition(b"\n")[2])
    assert (battery.name, value_of(battery.serial)) == ("battery", "8123")


def test_no_more_batteries_come_out_than_a_laptop_can_have():
    assert len(batteries_in(b"".join(uevent(NAME=f"BAT{number}") for number in range(1000)))) == 16


def supply(name, **files):
    return {f"/sys/class/power_supply/{name}/{file}": value for file, value in files.items()}


def test_chargers_mice_and_keyboards_are_not_the_laptops_batteries(read):
    tree = {
        **supply("AC", type="Mains", online="1"),
        **supply("BAT0", type="Battery", present="1", energy_full_design="50000000", energy_full="48000000"),
        **supply("hidpp_battery_0", type="Battery", present="1"),
        **supply("pen", type="Battery", scope="Device", present="1"),
        **supply("ucsi-source-psy-1", type="USB", online="0"),
    }
    batteries = value_of(read({"battery": tree}).facts.battery)
    assert [battery.name for battery in batteries] == ["BAT0"]
    assert batteries[0].health_percent == Known(96.0, ("battery",))


def test_an_empty_bay_is_a_battery_that_is_not_there(read):
    (battery,) = value_of(read({"battery": supply("BAT1", type="Battery", present="0")}).facts.battery)
    assert value_of(battery.present) is False
    assert value_of(battery.design_wh) is None


def test_no_supply_at_all_is_known_absence_and_a_missing_list_is_not(read):
    assert value_of(read({"battery": {}}).facts.battery) == ()
    assert read({"battery": {"/sys/class/power_supply": {"error": "ENOENT"}}}).facts.battery.problem == "absent"


@pytest.mark.parametrize("data", [b"", b"\n", b"the battery is fine\n", b"\x00\xff" * 40, b"[]"])
def test_other_text_is_refused(data):
    with pytest.raises(EvidenceError):
        read_battery(data, "battery")


@given(mutated(uevent(), *(text.encode() for text in (UPOWER, ACPI, PROC_ACPI, POWERCFG, PAGE)), TREE))
def test_whatever_the_bytes_are_they_are_read_or_refused(data):
    with contextlib.suppress(EvidenceError):
        found = read_battery(data, "battery")
        assert isinstance(found, Unknown) or len(found) <= 16


LARGE = {
    "uevents": b"POWER_SUPPLY_NAME=BAT0\nPOWER_SUPPLY_TYPE=Battery\n" * 80_000,
    "upower": b"  native-path: BAT0\n" * 200_000,
    "a long line of acpi": b"Battery 0: " + b"a" * 4_000_000,
    "acpi": b"Battery 0: design capacity 1 mAh\n" * 120_000,
    "proc": b"/proc/acpi/battery/" * 200_000,
    "tags without end": b"<html>Installed batteries" + b"<td" * 1_300_000,
    "batteries": b"<BatteryReport><Batteries>" + b"<Battery></Battery>" * 200_000 + b"</Batteries></BatteryReport>",
    "an element without end": b"<BatteryReport " + b"a=" * 2_000_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_item_is_read_in_time_proportional_to_its_size(name):
    begin = time.perf_counter()
    with contextlib.suppress(EvidenceError):
        read_battery(LARGE[name], "battery")
    assert time.perf_counter() - begin < 5
