from hardware.evidence.power.battery import read_battery
from tests.hardware.evidence.support import value_of

INFO = """\
present:                 yes
design capacity:         4400 mAh
last full capacity:      3960 mAh
battery technology:      rechargeable
design voltage:          10800 mV
design capacity warning: 220 mAh
design capacity low:     100 mAh
model number:            EX-1
serial number:           77123
battery type:            LION
OEM info:                Example
"""
STATE = """\
present:                 yes
capacity state:          ok
charging state:          charged
present rate:            0 mA
remaining capacity:      1980 mAh
present voltage:         12600 mV
"""


def batteries(text):
    return read_battery(text.encode(), "battery")


def test_charge_becomes_energy_by_the_design_voltage():
    (battery,) = batteries(INFO + STATE)
    assert (value_of(battery.design_wh), value_of(battery.full_wh)) == (47.52, 42.768)
    assert (value_of(battery.health_percent), value_of(battery.charge_percent)) == (90.0, 50)
    assert (value_of(battery.model), value_of(battery.serial)) == ("EX-1", "77123")
    assert (value_of(battery.chemistry), value_of(battery.manufacturer)) == ("LION", "Example")
    assert value_of(battery.status) == "charged"


def test_energies_are_taken_as_they_are():
    (battery,) = batteries(INFO.replace("mAh", "mWh").replace("4400", "44000").replace("3960", "39600"))
    assert (value_of(battery.design_wh), value_of(battery.full_wh)) == (44.0, 39.6)


def test_headings_tell_batteries_apart_and_an_empty_bay_is_one():
    root = "/proc/acpi/battery"
    text = f"==> {root}/BAT0/info <==\n{INFO}\n==> {root}/BAT0/state <==\n{STATE}\n{root}/BAT1/info\npresent:   no\n"
    first, second = batteries(text)
    assert (first.name, second.name) == ("BAT0", "BAT1")
    assert value_of(second.present) is False


def test_batteries_without_headings_begin_at_their_design_capacity():
    first, second = batteries(INFO + STATE + INFO.replace("4400", "2200") + STATE)
    assert (value_of(first.design_wh), value_of(second.design_wh)) == (47.52, 23.76)


def test_a_voltage_that_no_battery_has_makes_no_energy():
    (battery,) = batteries(INFO.replace("10800 mV", "65535 mV"))
    assert value_of(battery.design_wh) is None
    assert value_of(battery.health_percent) == 90.0
