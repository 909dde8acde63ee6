"""The names of the facts are a contract, and what is not known is null with a reason."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from specs.facts import (
    COMPONENTS,
    Answer,
    Battery,
    BatteryDraw,
    Bluetooth,
    BrokenOff,
    Camera,
    CameraPicture,
    Disk,
    DiskRead,
    Display,
    DisplayShown,
    Ethernet,
    Exercises,
    Facts,
    Graphics,
    Identity,
    KeysPressed,
    Known,
    LidMoved,
    Memory,
    MemoryModule,
    MemoryTest,
    Network,
    Operator,
    ProcessorLoad,
    SeenNetwork,
    SensorHeat,
    SoundLoop,
    TouchpadTouched,
    Unknown,
    UsbPort,
    UsbTried,
    Wifi,
    WifiScan,
    known,
    printable,
    value_of,
    walk,
)
from tests.checks.strategies import any_facts, plain_facts

# design.md section 6, word for word, and our additions.
CONTRACT = """
    identity.manufacturer identity.product identity.version identity.sku identity.serial identity.uuid
    identity.board_serial identity.asset_tag identity.chassis
    firmware.vendor firmware.version firmware.date firmware.uefi firmware.secure_boot firmware.setup_mode
    firmware.admin_password firmware.oem_key_present firmware.oem_key_last5
    processor.vendor processor.model processor.cores processor.threads
    memory.installed_bytes memory.visible_bytes memory.slots
    memory.modules[0].size_bytes memory.modules[0].type memory.modules[0].speed_mts memory.modules[0].locator
    memory.modules[0].manufacturer memory.modules[0].part memory.modules[0].serial
    storage[0].name storage[0].kind storage[0].bytes storage[0].model storage[0].serial storage[0].firmware
    storage[0].removable
    storage[0].health.assessment storage[0].health.percent_used storage[0].health.power_on_hours
    storage[0].health.power_cycles storage[0].health.media_errors storage[0].health.critical_warning
    storage[0].health.life_used storage[0].health.pre_eol storage[0].health.reallocated
    display[0].connector display[0].internal display[0].width_px display[0].height_px display[0].width_mm
    display[0].height_mm display[0].diagonal_in display[0].manufacturer display[0].product display[0].serial
    display[0].year
    battery[0].name battery[0].present battery[0].design_wh battery[0].full_wh battery[0].cycles
    battery[0].health_percent battery[0].status battery[0].chemistry battery[0].model battery[0].serial
    network.wifi[0].name network.wifi[0].model network.wifi[0].vendor_id network.wifi[0].device_id
    network.wifi[0].driver network.wifi[0].standards network.wifi[0].mac
    network.bluetooth[0].name network.bluetooth[0].address
    network.ethernet[0].name network.ethernet[0].driver network.ethernet[0].mac
    camera[0].name camera[0].model
    audio.cards audio.playback audio.capture
    input.keyboard input.touchpad input.touchscreen
    graphics[0].name graphics[0].vendor_id graphics[0].device_id graphics[0].driver
    usb.controllers usb.ports
    tpm.present tpm.version tpm.manufacturer
    system.family system.name system.edition system.sku system.build system.oem_activated
    system.devices_with_problems
""".split()
# The design leaves the members of camera, graphics, bluetooth and ethernet open, and gives batteries no name.
ADDITIONS = """
    identity.label_serial identity.family identity.board_manufacturer identity.board_product identity.hardware_hash
    firmware.power_on_password
    processor.hypervisor processor.sockets processor.architecture
    storage[0].health.pending storage[0].health.uncorrectable storage[0].health.available_spare
    storage[0].health.temperature_c storage[0].health.life_time_a storage[0].health.life_time_b
    display[0].week display[0].product_code display[0].digital display[0].edid_version display[0].edid_sound
    battery[0].manufacturer battery[0].charge_percent
    network.ethernet[0].model network.ethernet[0].vendor_id network.ethernet[0].device_id
    graphics[0].model graphics[0].memory_bytes
    system.version
    chromeos.hwid chromeos.developer_mode chromeos.write_protected chromeos.enrolment_checked chromeos.activated_on
    chromeos.region chromeos.keyboard chromeos.update_expiry
    operator.answers[0].row operator.answers[0].answer operator.answers[0].by operator.answers[0].ms
    operator.answers[0].asked operator.answers[0].symptom operator.answers[0].saw operator.answers[0].challenge
    exercises.memory.tested_bytes exercises.memory.free_bytes exercises.memory.passes exercises.memory.mismatches
    exercises.storage[0].name exercises.storage[0].read_bytes exercises.storage[0].errors
    exercises.storage[0].speed_mb_s
    exercises.cpu.threads exercises.cpu.rounds exercises.cpu.wrong exercises.cpu.watched_s exercises.cpu.throttled
    exercises.cpu.sensors[0].sensor exercises.cpu.sensors[0].hottest_c exercises.cpu.sensors[0].critical_c
    exercises.camera[0].name exercises.camera[0].brightness exercises.camera[0].contrast exercises.camera[0].span
    exercises.camera[0].sharpness exercises.camera[0].codes
    exercises.sound[0].playback exercises.sound[0].capture exercises.sound[0].channel exercises.sound[0].hertz
    exercises.sound[0].over_noise_db exercises.sound[0].rms
    exercises.wifi[0].name exercises.wifi[0].networks[0].bssid exercises.wifi[0].networks[0].ssid
    exercises.wifi[0].networks[0].signal_dbm exercises.wifi[0].networks[0].mhz
    exercises.battery.on_battery_s exercises.battery.watts
    exercises.keyboard.pressed exercises.keyboard.stuck
    exercises.touchpad.cells exercises.touchpad.left_clicks exercises.touchpad.right_clicks exercises.touchpad.fingers
    exercises.touchpad.ghosts
    exercises.display.colours exercises.display.complete
    exercises.lid.switches exercises.lid.closed exercises.lid.opened
    exercises.usb.ports[0].port exercises.usb.ports[0].speed_mbps exercises.usb.known exercises.usb.complete
    exercises.broken_off[0].exercise exercises.broken_off[0].reason
    disagreements
""".split()

ONE_OF_EACH = Facts(
    memory=Memory(modules=known((MemoryModule(),))),
    storage=known((Disk("sda"),)),
    display=known((Display("eDP-1"),)),
    battery=known((Battery("BAT0"),)),
    network=Network(
        wifi=known((Wifi("wlan0"),)), bluetooth=known((Bluetooth("hci0"),)), ethernet=known((Ethernet("eth0"),))
    ),
    camera=known((Camera("video0"),)),
    graphics=known((Graphics("0000:00:02.0"),)),
    operator=Operator(known((Answer("keyboard.layout", "pass", "Anna"),))),
    exercises=Exercises(
        memory=known(MemoryTest(1, 1, 1, 0)),
        storage=known((DiskRead("sda", 1),)),
        cpu=known(ProcessorLoad(1, 1, 0, 10.0, known((SensorHeat("acpitz", 50.0),)))),
        camera=known((CameraPicture("video0"),)),
        sound=known((SoundLoop("hw:0,0", "hw:0,0", "left", 2000),)),
        wifi=known((WifiScan("wlan0", known((SeenNetwork("", "", -50.0, 2412),))),)),
        battery=known(BatteryDraw(10.0)),
        keyboard=known(KeysPressed((), ())),
        touchpad=known(TouchpadTouched(25, 1, 1, 1, 0)),
        display=known(DisplayShown(("red",), True)),
        lid=known(LidMoved(1, 1, 1)),
        usb=known(UsbTried((UsbPort("1-2", 480),), 4, True)),
        broken_off=(BrokenOff("cpu", "it hung"),),
    ),
)


def names(node: Any, path: str = "") -> list[str]:
    if isinstance(node, dict):
        return [name for key, part in node.items() for name in names(part, f"{path}.{key}" if path else key)]
    if isinstance(node, list) and node and isinstance(node[0], dict):
        return [name for index, part in enumerate(node) for name in names(part, f"{path}[{index}]")]
    return [path]


def test_the_names_are_those_of_the_design_and_no_others():
    tree = {key: value for key, value in printable(ONE_OF_EACH).items() if key in COMPONENTS}
    assert sorted(names(tree)) == sorted([*CONTRACT, *ADDITIONS])


def test_the_components_stand_in_the_designs_order():
    order = (
        "identity firmware processor memory storage display battery network camera audio input graphics usb tpm system"
        " chromeos operator exercises disagreements"
    )
    assert list(COMPONENTS) == order.split()
    assert list(printable(Facts())) == [*order.split(), "unknown", "evidence"]


def test_every_fact_is_unknown_until_it_is_read():
    assert all(isinstance(fact, Unknown) for _, fact in walk(Facts()))
    assert all(fact.problem == "not_collected" for _, fact in walk(Facts()) if isinstance(fact, Unknown))


def test_what_is_not_known_is_null_with_a_reason():
    facts = Facts(identity=Identity(serial=Unknown("the serial is blank", ("smbios",), "absent")))
    document = printable(facts)
    assert document["identity"]["serial"] is None
    assert document["unknown"]["identity.serial"] == "the serial is blank"
    assert document["storage"] is None
    assert document["unknown"]["storage"]


def test_what_is_known_stands_beside_its_evidence():
    facts = Facts(identity=Identity(serial=known("PF1A2B3C", "smbios", "dmidecode")), storage=known((), "block"))
    document = printable(facts)
    assert document["identity"]["serial"] == "PF1A2B3C"
    assert document["evidence"]["identity.serial"] == ["smbios", "dmidecode"]
    assert document["storage"] == []
    assert document["evidence"]["storage"] == ["block"]
    assert "identity.serial" not in document["unknown"]


def test_the_facts_of_a_part_are_named_by_its_place_in_the_list():
    facts = Facts(storage=known((Disk("sda"), Disk("sdb", bytes=known(5, "block")))))
    assert dict(walk(facts))["storage[1].bytes"] == known(5, "block")
    assert printable(facts)["evidence"]["storage[1].bytes"] == ["block"]


@given(any_facts())
@settings(max_examples=50)
def test_every_fact_is_either_null_with_a_reason_or_there(facts: Facts):
    document = printable(facts)
    for path, fact in walk(facts):
        if isinstance(fact, Unknown):
            assert document["unknown"][path] == fact.reason
        else:
            assert path not in document["unknown"]
            assert document["evidence"].get(path, []) == list(fact.evidence)


@given(any_facts())
@settings(max_examples=50)
def test_walking_always_goes_the_same_way_and_meets_each_fact_once(facts: Facts):
    met = [path for path, _ in walk(facts)]
    assert met == [path for path, _ in walk(facts)]
    assert len(met) == len(set(met))


@given(plain_facts())
@settings(max_examples=50)
def test_facts_survive_their_way_through_json(facts: Facts):
    data = msgspec.json.encode(facts)
    assert msgspec.json.decode(data, type=Facts) == facts
    assert msgspec.json.encode(msgspec.json.decode(data, type=Facts)) == data


@given(plain_facts())
@settings(max_examples=50)
def test_printed_facts_are_plain_json(facts: Facts):
    document = printable(facts)
    assert json.loads(json.dumps(document)) == document
    assert msgspec.json.decode(msgspec.json.encode(document)) == document


def test_a_fact_of_another_kind_is_refused_on_its_way_in():
    data = msgspec.json.encode(Facts()).replace(b"{}", b"{}", 1)
    tree = msgspec.json.decode(data)
    tree["memory"]["installed_bytes"] = {"type": "known", "value": "much", "evidence": []}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(tree, type=Facts)


def test_facts_cannot_be_changed():
    with pytest.raises(AttributeError):
        Facts().identity.serial = known("X")  # type: ignore[misc]


def test_the_value_of_an_unknown_fact_is_none():
    assert value_of(Unknown("why")) is None
    assert value_of(Known(0)) == 0
