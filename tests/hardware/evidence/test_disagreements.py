import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.bundle import Bundle, make_item, read_bundle
from hardware.evidence.facts import read_facts
from specs.facts import Claim, Disagreement, Known, Unknown
from tests.hardware.evidence.support import panel, value_of

DMI = "/sys/class/dmi/id"


def dmidecode(serial: str = "PF1A2B3C", product: str = "20L8", size: str = "8 GB") -> str:
    return (
        f"Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: LENOVO\n\tProduct Name: {product}\n"
        f"\tSerial Number: {serial}\n\nHandle 0x0002, DMI type 17, 40 bytes\nMemory Device\n\tSize: {size}\n"
        "\tType: DDR4\n"
    )


def differing(reading):
    return {found.fact: found.claims for found in value_of(reading.facts.disagreements) or ()}


def test_two_serials_are_a_fact_with_both_values_and_their_evidence(read):
    reading = read({"dmidecode": dmidecode(), "dmi": {f"{DMI}/product_serial": "PF9Z9Z9Z\n"}})
    assert differing(reading)["identity.serial"] == (
        Claim("PF1A2B3C", ("dmidecode",)),
        Claim("PF9Z9Z9Z", ("dmi",)),
    )
    assert reading.facts.identity.serial == Known("PF1A2B3C", ("dmidecode",))


def test_sources_that_agree_give_a_known_and_empty_list(read):
    reading = read(
        {"dmidecode": dmidecode(), "dmi": {f"{DMI}/product_serial": "PF1A2B3C\n", f"{DMI}/sys_vendor": "Lenovo\n"}}
    )
    assert reading.facts.disagreements == Known((), ("dmidecode", "dmi"))


def test_one_source_has_nothing_to_be_compared_with(read):
    assert isinstance(read({"dmidecode": dmidecode()}).facts.disagreements, Unknown)


@pytest.mark.parametrize(
    ("one", "two", "differ"),
    [
        ("KXG60ZNV512G TOSHIBA", "KXG60ZNV512G TOS", False),
        ("Samsung SSD 860", "SAMSUNG  SSD-860", False),
        ("Samsung SSD 860", "WDC WD10", True),
    ],
)
def test_models_that_were_cut_or_decorated_agree(read, one, two, differ):
    block = {"/sys/block/sda/size": "500118192\n", "/sys/block/sda/device/model": f"{one}\n"}
    lsblk = {"blockdevices": [{"name": "sda", "type": "disk", "size": 256060514304, "model": two}]}
    assert ("storage.sda.model" in differing(read({"block": block, "lsblk": lsblk}))) is differ


@pytest.mark.parametrize(
    ("size", "differ"), [(1_000_204_886_016, False), (1_000_202_273_280, False), (512_110_190_592, True)]
)
def test_cylinders_are_no_disagreement_and_another_disk_is(read, size, differ):
    block = {"/sys/block/sda/size": f"{1_000_204_886_016 // 512}\n"}
    lsblk = {"blockdevices": [{"name": "sda", "type": "disk", "size": size}]}
    assert ("storage.sda.bytes" in differing(read({"block": block, "lsblk": lsblk}))) is differ


def test_visible_memory_may_differ_and_fitted_memory_may_not(read):
    reading = read({"dmidecode": dmidecode(), "memory": "MemTotal: 7800000 kB\n"})
    assert differing(reading) == {}
    rows = {"Win32_PhysicalMemory": [{"Capacity": 4294967296}]}
    reading = read({"dmidecode": dmidecode(), "windows": json.dumps(rows)})
    assert [claim.value for claim in differing(reading)["memory.installed_bytes"]] == ["8589934592", "4294967296"]


def test_two_copies_of_one_item_that_differ_are_both_kept_and_compared(tmp_path):
    (tmp_path / "dmidecode.txt").write_text(dmidecode())
    (tmp_path / "dmidecode.log").write_text(dmidecode(serial="PF9Z9Z9Z"))
    bundle = read_bundle(tmp_path)
    assert sorted(bundle.items) == ["dmidecode", "dmidecode+2"]
    assert [claim.evidence for claim in differing(read_facts(bundle))["identity.serial"]] == [
        ("dmidecode",),
        ("dmidecode+2",),
    ]


def test_the_same_bytes_twice_are_one_observation(tmp_path):
    (tmp_path / "dmidecode.txt").write_text(dmidecode())
    (tmp_path / "dmidecode.bak").write_text(dmidecode())
    assert list(read_bundle(tmp_path).items) == ["dmidecode"]


def test_two_panels_on_one_connector_are_compared(read):
    reading = read({"edid-eDP-1": panel(), "edid-eDP-1+2": panel(pixels=(1920, 1080))})
    assert set(differing(reading)) == {"display.eDP-1.width_px", "display.eDP-1.height_px"}
    (screen,) = value_of(reading.facts.display)
    assert value_of(screen.width_px) == 1366


@given(st.text(max_size=30), st.text(max_size=30))
def test_the_order_in_the_bundle_changes_no_disagreement_between_kinds(one, two):
    items = [
        make_item("dmidecode", dmidecode(product=one.replace("\n", " ")).encode("utf-8", "replace")),
        make_item("dmi", json.dumps({f"{DMI}/product_name": two}).encode("utf-8", "replace")),
    ]
    forward, backward = (read_facts(Bundle.of(order)).facts for order in (items, items[::-1]))
    assert forward.identity == backward.identity
    found = value_of(forward.disagreements), value_of(backward.disagreements)
    assert found[0] == found[1]
    for disagreement in found[0] or ():
        assert isinstance(disagreement, Disagreement)
        assert len({claim.value for claim in disagreement.claims}) == len(disagreement.claims) >= 2


SSD = {
    "/sys/block/sda/size": "1000215216\n",
    "/sys/block/sda/queue/rotational": "0\n",
    "/sys/block/sda/removable": "0\n",
}


def smart(serial: str = "S1", size: int = 512_110_190_592, passed: bool = True, reallocated: int = 0) -> str:
    return json.dumps(
        {
            "smartctl": {"version": [7, 4]},
            "device": {"name": "/dev/sda", "protocol": "ATA"},
            "model_name": "Example SSD",
            "serial_number": serial,
            "user_capacity": {"bytes": size},
            "smart_status": {"passed": passed},
            "ata_smart_attributes": {"table": [{"id": 5, "raw": {"value": reallocated}}]},
        }
    )


def test_two_smart_reports_of_one_disk_are_compared(read):
    reading = read({"block": SSD, "smart-sda": smart(), "smart-sda+2": smart(passed=False, reallocated=900)})
    found = differing(reading)
    assert [claim.value for claim in found["storage.sda.health.assessment"]] == ["passed", "failed"]
    assert found["storage.sda.health.reallocated"][1] == Claim("900", ("smart-sda+2",))


def test_a_second_report_is_read_where_the_first_is_noise_and_is_its_evidence(read):
    (disk,) = value_of(read({"block": SSD, "smart-sda": b"\0\1\2", "smart-sda+2": smart(passed=False)}).facts.storage)
    assert disk.health.assessment == Known("failed", ("smart-sda+2",))


def test_smart_data_of_another_disk_under_the_same_name_is_not_blended_in(read):
    reading = read({"block": SSD, "smart-sda": smart(serial="WD-AAA", size=1_000_204_886_016)})
    (disk,) = value_of(reading.facts.storage)
    assert value_of(disk.serial) is None
    assert value_of(disk.health.assessment) is None
    assert disk.health.assessment.problem == "unreadable"
    assert "storage.sda.bytes" in differing(reading)


def test_an_lsblk_row_of_another_disk_under_the_same_name_is_not_blended_in(read):
    row = {"name": "sda", "type": "disk", "size": 31_000_000_000, "serial": "4C530001", "tran": "usb"}
    reading = read({"block": SSD, "lsblk": {"blockdevices": [row]}})
    (disk,) = value_of(reading.facts.storage)
    assert value_of(disk.serial) is None
    assert "storage.sda.bytes" in differing(reading)


def test_who_the_laptop_is_is_never_put_together_from_two(read):
    windows = {
        "Win32_ComputerSystemProduct": {
            "IdentifyingNumber": "PF9Z9Z9Z",
            "UUID": "4C4C4544-0042-4410-8053-B9C04F4D3232",
            "Version": "Other",
        }
    }
    reading = read({"dmidecode": dmidecode(), "windows": json.dumps(windows)})
    assert value_of(reading.facts.identity.serial) == "PF1A2B3C"
    assert value_of(reading.facts.identity.uuid) is None
    assert "identity.serial" in differing(reading)


def test_two_listings_of_windows_that_differ_are_told_each_with_its_own_evidence(read):
    one = b"SerialNumber      : PF1A2B3C\nSMBIOSBIOSVersion : N22\nManufacturer      : LENOVO\n"
    two = one.replace(b"PF1A2B3C", b"PF9Z9Z9Z")
    reading = read({"windows-Win32_BIOS": one, "windows-Win32_BIOS+2": two})
    assert reading.facts.identity.serial == Known("PF1A2B3C", ("windows-Win32_BIOS",))
    assert differing(reading)["identity.serial"][1] == Claim("PF9Z9Z9Z", ("windows-Win32_BIOS+2",))


def test_a_radio_without_a_driver_is_fitted(read):
    pci = {
        "/sys/bus/pci/devices/0000:02:00.0/class": "0x028000\n",
        "/sys/bus/pci/devices/0000:02:00.0/vendor": "0x10ec\n",
        "/sys/bus/pci/devices/0000:02:00.0/device": "0xb852\n",
    }
    reading = read({"net": {"/sys/class/net/lo/type": "772\n"}, "pci": pci})
    (radio,) = value_of(reading.facts.network.wifi)
    assert value_of(radio.vendor_id) == "10ec"
    assert value_of(radio.standards) is None


def test_a_cut_text_ends_with_its_last_whole_line():
    text = b"Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: LENOVO\n\tSerial Number: PF1AB"
    facts = read_facts(Bundle.of([make_item("dmidecode", text, truncated=True)])).facts
    assert value_of(facts.identity.manufacturer) == "LENOVO"
    assert value_of(facts.identity.serial) is None


def test_a_second_edid_is_read_where_the_first_is_noise_and_is_its_evidence(read):
    (screen,) = value_of(read({"edid-eDP-1": bytes(128), "edid-eDP-1+2": panel()}).facts.display)
    assert screen.width_px == Known(1366, ("edid-eDP-1+2",))


def test_the_screens_reason_names_what_a_linux_laptop_has(read):
    assert read({"dmidecode": dmidecode()}).facts.display.reason == "drm was not collected"


def test_a_cut_list_of_batteries_is_unreadable():
    item = make_item("acpi", b"Battery 0: Full, 100%\nBatt", truncated=True)
    battery = read_facts(Bundle.of([item])).facts.battery
    assert isinstance(battery, Unknown)
    assert battery.problem == "unreadable"
