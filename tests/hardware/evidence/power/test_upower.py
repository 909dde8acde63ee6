import pytest

from hardware.evidence.errors import EvidenceError
from hardware.evidence.power.battery import read_battery
from hardware.evidence.power.upower import upower_devices
from tests.hardware.evidence.support import value_of

BATTERY = """\
  native-path:          BAT0
  vendor:               EXM
  model:                EX-BAT 1
  serial:               4321
  power supply:         yes
  updated:              ven. 01 mars 2024 10:00:00 CET (12 seconds ago)
  has history:          yes
  has statistics:       yes
  battery
    present:             yes
    rechargeable:        yes
    state:               discharging
    warning-level:       none
    energy:              30,5 Wh
    energy-empty:        0 Wh
    energy-full:         40,1256 Wh
    energy-full-design:  50,25 Wh
    energy-rate:         10,2 W
    voltage:             11,4 V
    charge-cycles:       187
    time to empty:       3,0 hours
    percentage:          76%
    capacity:            79,8519%
    technology:          lithium-ion
    icon-name:          'battery-full-symbolic'
  History (rate):
    1705365022\t10.934\tdischarging
"""
MOUSE = """\
  native-path:          hidpp_battery_0
  model:                Example Mouse
  serial:               aa-bb
  power supply:         no
  mouse
    present:             yes
    percentage:          55% (should be ignored)
"""
SUM = """\
  power supply:         yes
  battery
    present:             yes
    energy-full:         40.1 Wh
    energy-full-design:  0 Wh
    percentage:          76%
"""
DAEMON = "Daemon:\n  daemon-version:  1.90.2\n  on-battery:      yes\n"
PATH = "/org/freedesktop/UPower/devices/"


def dump(**devices):
    parts = [f"Device: {PATH}{name}\n{text}" for name, text in devices.items()]
    return "\n".join([*parts, DAEMON]).encode()


def batteries(data):
    return read_battery(data, "battery")


def test_a_decimal_comma_is_no_mark_between_thousands():
    (battery,) = batteries(BATTERY.encode())
    assert (value_of(battery.design_wh), value_of(battery.full_wh)) == (50.25, 40.126)
    assert (battery.name, value_of(battery.model), value_of(battery.serial)) == ("BAT0", "EX-BAT 1", "4321")
    assert (value_of(battery.manufacturer), value_of(battery.chemistry)) == ("EXM", "lithium-ion")
    assert (value_of(battery.cycles), value_of(battery.charge_percent)) == (187, 76)
    assert (value_of(battery.health_percent), value_of(battery.status)) == (79.9, "discharging")


def test_a_dump_gives_the_laptops_batteries_and_not_the_mouse_nor_the_sum_of_all():
    second = BATTERY.replace("BAT0", "BAT1").replace(",", ".")
    found = batteries(dump(battery_BAT0=BATTERY, mouse_hidpp_battery_0=MOUSE, battery_BAT1=second, DisplayDevice=SUM))
    assert [battery.name for battery in found] == ["BAT0", "BAT1"]
    assert value_of(found[1].design_wh) == 50.25
    kinds = [device.kind for device in upower_devices(dump(a=BATTERY, b=MOUSE, DisplayDevice=SUM).decode())]
    assert kinds == ["battery", "mouse", "battery"]


def test_several_devices_printed_one_after_the_other_are_told_apart():
    text = (
        f"{PATH}battery_BAT0\n{PATH}DisplayDevice\n" + BATTERY + "\n" + MOUSE + "\n" + BATTERY.replace("BAT0", "BAT1")
    )
    assert [battery.name for battery in batteries(text.encode())] == ["BAT0", "BAT1"]


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ("charge-cycles:       N/A", "cycles"),
        ("charge-cycles:       0", "cycles"),
        ("energy-full-design:  0 Wh", "design_wh"),
        ("energy-full-design:  0 Wh", "health_percent"),
        ("percentage:          50% (should be ignored)", "charge_percent"),
        ("energy-full:         abc Wh", "full_wh"),
        ("energy-full:         40,1 kWh", "full_wh"),
        ("technology:          unknown", "chemistry"),
    ],
)
def test_what_upower_does_not_know_is_unknown(line, fact):
    key = line.partition(":")[0]
    lines = [line if old.strip().startswith(f"{key}:") else old for old in BATTERY.splitlines()]
    text = "\n".join(lines).replace("79,8519%", "100%")
    (battery,) = batteries(text.encode())
    assert value_of(getattr(battery, fact)) is None


def test_the_health_that_upower_works_out_stands_in_where_energies_are_missing():
    text = BATTERY.replace("energy-full:         40,1256 Wh", "energy-full:         0 Wh")
    (battery,) = batteries(text.encode())
    assert value_of(battery.health_percent) == 79.9


def test_a_bay_without_battery_is_told():
    (battery,) = batteries(BATTERY.replace("present:             yes", "present:             no").encode())
    assert value_of(battery.present) is False


def test_only_a_dump_proves_that_there_is_no_battery():
    line = MOUSE.replace("hidpp_battery_0", "AC").replace("power supply:         no", "power supply:         yes")
    assert batteries(dump(line_power_AC=line.replace("mouse", "line-power"))) == ()
    for text in (MOUSE, f"{PATH}battery_BAT0\n{PATH}DisplayDevice\n"):
        with pytest.raises(EvidenceError):
            batteries(text.encode())


def test_every_scored_field_of_the_captures_is_right(entries):
    seen = 0
    for name, data, facts in entries("battery", ".txt"):
        if "upower" not in name or "design_mwh" not in facts:
            continue
        (battery,) = batteries(data)
        assert value_of(battery.design_wh) * 1000 == pytest.approx(facts["design_mwh"], rel=0.001), name
        assert value_of(battery.full_wh) * 1000 == pytest.approx(facts["full_mwh"], rel=0.001), name
        assert value_of(battery.model) == facts["name"], name
        published = facts["published_expectation"]
        assert value_of(battery.manufacturer) == published["MANUFACTURER"]
        assert value_of(battery.serial) == (str(published["SERIAL"]) if published["SERIAL"] else None)
        seen += 1
    assert seen


def test_other_peoples_expectations_of_dumps_hold(entries):
    found = {name: batteries(data) for name, data, _ in entries("battery", ".txt") if name.startswith("jc__")}
    assert found["jc__ubuntu-18.04_upower-d.txt"] == ()
    (battery,) = found["jc__generic_upower-i-non-utc.txt"]
    assert (value_of(battery.design_wh), value_of(battery.full_wh)) == (48.84, 33.444)
