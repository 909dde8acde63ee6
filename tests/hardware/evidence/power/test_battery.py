from typing import Any

import pytest

from hardware.evidence.errors import EvidenceError
from hardware.evidence.power.battery import read_battery
from specs.facts import Known
from tests.hardware.evidence.support import value_of


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


def test_other_text_is_refused():
    with pytest.raises(EvidenceError):
        read_battery(b"Battery 0: Full, 100%\n", "battery")
