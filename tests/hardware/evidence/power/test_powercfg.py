import pytest

from hardware.evidence.errors import EvidenceError
from hardware.evidence.power.battery import read_battery
from tests.hardware.evidence.support import value_of

FIELDS = {
    "Id": "EX-BAT 1",
    "Manufacturer": "EXM",
    "SerialNumber": "  4321 ",
    "ManufactureDate": "",
    "Chemistry": "LiP",
    "LongTerm": "1",
    "RelativeCapacity": "0",
    "DesignCapacity": "50000",
    "FullChargeCapacity": "45000",
    "CycleCount": "31",
}
SPACE = "http://schemas.microsoft.com/battery/2012"


def battery_xml(**more):
    return "".join(f"<{key}>{value}</{key}>" for key, value in {**FIELDS, **more}.items())


def report(*batteries, before="", space=SPACE):
    inner = "".join(f"<Battery>{battery}</Battery>" for battery in batteries)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{before}\r\n<BatteryReport xmlns="{space}">'
        f"<SystemInformation><Manufacturer>Other</Manufacturer></SystemInformation>"
        f"<Batteries>{inner}</Batteries><RuntimeEstimates><DesignCapacity><Capacity>1</Capacity></DesignCapacity>"
        f"</RuntimeEstimates></BatteryReport>"
    )


def batteries(text, encoding="utf-8-sig"):
    return read_battery(text.encode(encoding), "battery")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_report_is_read_in_every_encoding_that_windows_saves_it_in(encoding):
    (battery,) = batteries(report(battery_xml()), encoding)
    assert (value_of(battery.design_wh), value_of(battery.full_wh)) == (50.0, 45.0)
    assert (value_of(battery.health_percent), value_of(battery.cycles)) == (90.0, 31)
    assert (battery.name, value_of(battery.model), value_of(battery.serial)) == ("EX-BAT 1", "EX-BAT 1", "4321")
    assert (value_of(battery.chemistry), value_of(battery.manufacturer)) == ("LiP", "EXM")


@pytest.mark.parametrize(
    ("more", "fact"),
    [
        ({"CycleCount": "0"}, "cycles"),
        ({"CycleCount": "4294967295"}, "cycles"),
        ({"DesignCapacity": "0"}, "design_wh"),
        ({"DesignCapacity": "0"}, "health_percent"),
        ({"FullChargeCapacity": "4294967295"}, "full_wh"),
        ({"RelativeCapacity": "1"}, "design_wh"),
        ({"RelativeCapacity": "1"}, "health_percent"),
        ({"SerialNumber": " "}, "serial"),
        ({"Manufacturer": "-"}, "manufacturer"),
        ({"DesignCapacity": "5000000"}, "design_wh"),
        ({"DesignCapacity": "1000"}, "health_percent"),
    ],
)
def test_what_windows_does_not_know_is_unknown(more, fact):
    (battery,) = batteries(report(battery_xml(**more)))
    assert value_of(getattr(battery, fact)) is None


def test_a_placeholder_name_is_no_reason_to_lose_the_battery():
    (battery,) = batteries(report(battery_xml(Id="Unknown", Manufacturer="")))
    assert value_of(battery.model) is None
    assert value_of(battery.design_wh) == 50.0


def test_two_batteries_a_ups_and_none():
    ups = battery_xml(Id="UPS", LongTerm="0", RelativeCapacity="1")
    assert [battery.name for battery in batteries(report(battery_xml(), battery_xml(Id="Second"), ups))] == [
        "EX-BAT 1",
        "Second",
    ]
    assert batteries(report()) == ()


ENTITY = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "text",
    [
        report(battery_xml(Id="&b;"), before=ENTITY),
        report(battery_xml(), before='<!DOCTYPE a SYSTEM "file:///etc/passwd">'),
        report(battery_xml())[:-30],
        "<Other><Batteries/></Other>",
        "<BatteryReport></BatteryReport>",
        "<BatteryReport>" + "<a>" * 40 + "</a>" * 40 + "</BatteryReport>",
        "<BatteryReport><Batteries>\0</Batteries></BatteryReport>",
        "<",
    ],
)
def test_hostile_broken_and_other_xml_is_refused(text):
    with pytest.raises(EvidenceError):
        batteries(text)


def page(**more):
    rows = {
        "NAME": ("EX-BAT 1", "Second"),
        "MANUFACTURER": ("EXM", "EXM"),
        "SERIAL NUMBER": ("4321", "-"),
        "CHEMISTRY": ("LiP", "LION"),
        "DESIGN CAPACITY": ("50\u202f000 mWh\r\n", "20.000 mWh"),
        "FULL CHARGE CAPACITY": ("45,000 mWh", "8 000 mWh"),
        "CYCLE COUNT": ("31", "-"),
        **more,
    }
    table = "".join(
        f'<tr><td><span class="label">{key}</span></td>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        for key, cells in rows.items()
    )
    return (
        "<!DOCTYPE html><html><body><h2>\r\nInstalled batteries</h2><table><thead><tr><td> </td><td>BATTERY 1</td>"
        f"<td>BATTERY 2</td></tr></thead>{table}</table><table><tr><td>NAME</td><td>Not one</td></tr></table>"
    )


def test_the_page_is_read_whatever_stands_between_thousands():
    first, second = batteries(page())
    assert (value_of(first.design_wh), value_of(first.full_wh)) == (50.0, 45.0)
    assert (first.name, value_of(first.cycles), value_of(first.serial)) == ("EX-BAT 1", 31, "4321")
    assert (value_of(second.design_wh), value_of(second.full_wh)) == (20.0, 8.0)
    assert (value_of(second.cycles), value_of(second.serial)) == (None, None)


def test_a_capacity_in_another_unit_and_a_page_without_batteries():
    first, _ = batteries(page(**{"DESIGN CAPACITY": ("100 %", "5 Wh")}))
    assert value_of(first.design_wh) is None
    for text in ("<html><body>Installed batteries</body></html>", "<html></html>"):
        with pytest.raises(EvidenceError):
            batteries(text)


def test_the_capture_is_right(entries):
    (entry,) = entries("battery", ".xml")
    _, data, facts = entry
    found = read_battery(data, "battery")
    assert isinstance(found, tuple)
    assert len(found) == len(facts["batteries"])
    for battery, wanted in zip(found, facts["batteries"], strict=True):
        assert battery.name == wanted["name"]
        assert value_of(battery.design_wh) * 1000 == pytest.approx(wanted["design_mwh"])
        assert value_of(battery.full_wh) * 1000 == pytest.approx(wanted["full_mwh"])
        assert value_of(battery.health_percent) == wanted["health_pct"]
        assert value_of(battery.serial) == wanted["serial"]
        assert value_of(battery.chemistry) == wanted["chemistry"]
        assert value_of(battery.manufacturer) == wanted["manufacturer"]
