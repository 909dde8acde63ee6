import pytest

from hardware.evidence.power.battery import read_battery
from specs.facts import Unknown
from tests.hardware.evidence.support import value_of


def batteries(text):
    return read_battery(text.encode(), "battery")


def test_charges_give_a_health_and_no_energy():
    text = (
        "Battery 0: Discharging, 91%, 02:10:00 remaining\n"
        "Battery 0: design capacity 5000 mAh, last full capacity 4020 mAh = 80%\nAdapter 0: off-line\n"
    )
    (battery,) = batteries(text)
    assert value_of(battery.health_percent) == 80.4
    assert (value_of(battery.design_wh), value_of(battery.full_wh)) == (None, None)
    assert "no design voltage" in battery.design_wh.reason
    assert (value_of(battery.status), value_of(battery.charge_percent)) == ("Discharging", 91)
    assert value_of(battery.present) is True


def test_energies_are_energies():
    (battery,) = batteries("Battery 0: design capacity 50000 mWh, last full capacity 45000 mWh = 90%\n")
    assert (value_of(battery.design_wh), value_of(battery.full_wh)) == (50.0, 45.0)


@pytest.mark.parametrize(
    ("line", "status", "charge"),
    [
        ("Battery 0: Not charging, 100%", "Not charging", 100),
        ("     Battery 1: charged, 100%", "charged", 100),
        ("Battery 0: Charging, 84%, charging at zero rate - will never fully charge.", "Charging", 84),
        ("Battery 0: Unknown, 79%", None, 79),
        ("Battery 0: Full, 0%", "Full", 0),
        ("Battery 1: Discharging, 0%, rate information unavailable", "Discharging", None),
        ("Battery 0: Full, 250%", "Full", None),
    ],
)
def test_each_versions_wording_is_read(line, status, charge):
    (battery,) = batteries(line + "\n")
    assert (value_of(battery.status), value_of(battery.charge_percent)) == (status, charge)


def test_an_empty_slot_is_a_battery_that_is_not_there():
    (battery,) = batteries("Battery 1: slot empty\n")
    assert value_of(battery.present) is False


def test_a_capacity_that_is_a_per_cent_is_taken_for_one():
    (battery,) = batteries("Battery 0: design capacity 5000 mAh, last full capacity 97 mAh = 1%\n")
    assert value_of(battery.health_percent) == 1.0
    (battery,) = batteries("Battery 0: design capacity 60 mAh, last full capacity 55 mAh = 92%\n")
    assert value_of(battery.health_percent) == 92.0


def test_no_battery_line_is_no_proof_that_there_is_none():
    found = batteries("Adapter 0: on-line\nThermal 0: ok, 40.0 degrees C\n")
    assert isinstance(found, Unknown)
    assert found.problem == "absent"


def test_other_peoples_expectations_of_captures_hold(entries):
    seen = 0
    for name, data, facts in entries("battery", ".txt"):
        if "acpi" not in name:
            continue
        wanted = [row for row in facts["published_expectation"] if row["type"] == "Battery"]
        found = read_battery(data, "battery")
        assert isinstance(found, tuple)
        assert len(found) == len(wanted)
        for battery, row in zip(found, wanted, strict=True):
            assert value_of(battery.status) == row["state"]
            assert value_of(battery.charge_percent) == (row["charge_percent"] or None)
            health = value_of(battery.health_percent)
            assert (health is None) == ("design_capacity_mah" not in row)
            if health is not None:
                # The command cuts, it does not round.
                assert int(health) == row["last_full_capacity_percent"]
        seen += 1
    assert seen == 2
