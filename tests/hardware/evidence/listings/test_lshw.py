import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.decoding import decode_json
from hardware.evidence.errors import EvidenceError
from hardware.evidence.listings.lshw import lshw_disks, read_lshw
from tests.hardware.evidence.support import value_of


def node(name, kind, *children, **words):
    return {"id": name, "class": kind, **words, "children": list(children)}


def machine(*parts, **words):
    words = {
        "vendor": "Example Ltd",
        "product": "Model 1 (SKU1)",
        "serial": "EX123456",
        "version": "V2",
        "configuration": {"chassis": "notebook", "sku": "SKU1", "uuid": "01020304-0506-0708-090A-0B0C0D0E0F10"},
        **words,
    }
    return node("laptop", "system", node("core", "bus", *parts, product="Board", vendor="Example"), **words)


def bank(number, size=4 * 2**30, description="SODIMM DDR4 Synchronous 2133 MHz (0.5 ns)", **words):
    return node(f"bank:{number}", "memory", description=description, size=size, slot=f"DIMM {number}", **words)


def read(tree):
    return read_lshw(json.dumps(tree).encode(), "lshw")


def disks(tree):
    return lshw_disks(json.dumps(tree).encode(), "lshw")


def test_who_the_machine_is():
    found = read(machine()).identity
    assert value_of(found.manufacturer) == "Example Ltd"
    assert value_of(found.product) == "Model 1"
    assert value_of(found.sku) == "SKU1"
    assert value_of(found.serial) == "EX123456"
    assert value_of(found.chassis) == "Notebook"
    assert value_of(found.board_product) == "Board"
    assert found.product.evidence == ("lshw",)


@pytest.mark.parametrize(
    ("product", "sku", "expected"),
    [
        ("Model 1 (SKU1)", "SKU1", "Model 1"),
        ("Model 1 (SKU1)", "SKU2", "Model 1 (SKU1)"),
        ("Model 1 (SKU1)", None, "Model 1 (SKU1)"),
        ("Model 1 ()", None, "Model 1"),
        ("System Product Name (To Be Filled By O.E.M.)", "To Be Filled By O.E.M.", None),
    ],
)
def test_the_sku_behind_the_product_is_not_part_of_its_name(product, sku, expected):
    found = read(machine(product=product, configuration={"sku": sku} if sku else {}))
    assert value_of(found.identity.product) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("01020304-0506-0708-090a-0b0c0d0e0f10", "01020304-0506-0708-090a-0b0c0d0e0f10"),
        # Older lshw does not swap the bytes of the first three fields, and writes capitals.
        ("04030201-0605-0807-090A-0B0C0D0E0F10", "01020304-0506-0708-090a-0b0c0d0e0f10"),
        ("01020304-0506-0708-0910-111213141516", None),
        ("NONE", None),
    ],
)
def test_the_order_of_the_uuids_bytes(raw, expected):
    assert value_of(read(machine(configuration={"uuid": raw})).identity.uuid) == expected


def test_memory_is_that_of_the_banks_without_the_firmwares_flash():
    flash = node("flash", "memory", bank(0, 2**22, "Chip FLASH Non-volatile"), description="Flash Memory")
    banks = [
        bank(0, serial="S1", vendor="Samsung"),
        bank(1, 8 * 2**30, clock=1066000000),
        bank(2, None, "DIMM [empty]"),
    ]
    found = read(machine(node("memory", "memory", *banks, description="System Memory"), flash)).memory
    assert value_of(found.installed_bytes) == 12 * 2**30
    assert value_of(found.slots) == 3
    first, second = value_of(found.modules)
    assert (value_of(first.type), value_of(first.speed_mts), value_of(first.locator)) == ("DDR4", 2133, "DIMM 0")
    assert (value_of(first.manufacturer), value_of(second.speed_mts)) == ("Samsung", 2133)


def test_memory_without_banks_is_what_the_kernel_sees():
    found = read(machine(node("memory", "memory", description="System memory", size=8_245_000_000))).memory
    assert value_of(found.visible_bytes) == 8_245_000_000
    assert value_of(found.installed_bytes) is value_of(found.modules) is None
    half = read(machine(node("memory", "memory", bank(0), bank(1, None, "SODIMM DDR4"), description="System Memory")))
    assert value_of(half.memory.installed_bytes) is None


def disk(name, **words):
    return node("disk", "disk", **{"logicalname": f"/dev/{name}", "size": 512, "description": "ATA Disk", **words})


def test_the_disks_that_are_shown():
    usb = node(
        "usb", "storage", disk("sdb", description="SCSI Disk"), disk("sdc", size=None, description="SCSI Disk"),
        businfo="usb@1:2",
    )  # fmt: skip
    nvme = node(
        "nvme0", "storage",
        node("namespace:0", "disk", logicalname="hwmon1"),
        node("namespace:1", "disk", logicalname="/dev/ng0n1"),
        node("namespace:2", "disk", logicalname="/dev/nvme0n1", size=256060514304),
        product="EXAMPLE NVMe", serial="NV1", version="1.0", logicalname="/dev/nvme0",
    )  # fmt: skip
    sata = node(
        "sata", "storage",
        disk("sda", product="Maker EX500", vendor="Maker", serial="S1", version="1", capabilities={"5400rpm": "5400"}),
        node("cdrom", "disk", logicalname=["/dev/cdrom", "/dev/sr0"]),
        businfo="pci@0000:00:17.0",
    )  # fmt: skip
    found = disks(machine(usb, nvme, sata))
    assert [(one.name, value_of(one.kind), value_of(one.removable)) for one in found] == [
        ("nvme0n1", "nvme", False),
        ("sda", "hdd", False),
        ("sdb", None, True),
    ]
    assert [value_of(fact) for fact in (found[0].model, found[0].serial, found[0].firmware)] == [
        "EXAMPLE NVMe", "NV1", "1.0",
    ]  # fmt: skip
    assert value_of(found[1].model) == "EX500"
    # An lshw that knows NVMe lists all there is; one that shows none may not know it.
    assert value_of(read(machine(usb, nvme, sata)).storage) == found
    assert value_of(read(machine(usb, sata)).storage) is None
    assert "leaves out" in read(machine(sata)).storage.reason


def test_a_memory_card_is_removable_and_an_emmc_is_not():
    def host(*marks):
        card = node("device", "generic", logicalname="/dev/mmcblk0", capabilities=dict.fromkeys(marks, True), size=5)
        return machine(node("mmc0", "bus", card))

    (found,) = disks(host("sd", "partitioned"))
    assert (value_of(found.kind), value_of(found.removable)) == (None, True)
    (found,) = disks(host("mmc"))
    assert (value_of(found.kind), value_of(found.removable)) == ("emmc", False)


def test_a_disk_that_hangs_on_nothing_is_not_called_fixed():
    (found,) = disks(machine(node("scsi:0", "storage", disk("sda", description="SCSI Disk"))))
    assert value_of(found.removable) is None


def test_adapters():
    card = {"businfo": "pci@0000:02:00.0", "vendor": "Intel Corporation"}
    wireless = node(
        "network", "network", **card, description="Wireless interface", product="Wireless 8265 [8086:24FD]",
        logicalname="wlp2s0", serial="02:11:22:33:44:55",
        configuration={"driver": "iwlwifi", "wireless": "IEEE 802.11"},
    )  # fmt: skip
    wired = node("network", "network", **card, description="Ethernet interface", product="I219", logicalname="eth0")
    bridge = node("network", "network", description="Ethernet interface", logicalname="docker0")
    screen = node("display", "display", businfo="pci@0000:00:02.0", vendor="Intel Corporation",
                  product="Intel Corporation", configuration={"driver": "i915"})  # fmt: skip
    found = read(machine(wireless, wired, bridge, screen))
    (wifi,) = value_of(found.network.wifi)
    assert [value_of(fact) for fact in (wifi.model, wifi.vendor_id, wifi.device_id, wifi.driver, wifi.mac)] == [
        "Wireless 8265", "8086", "24fd", "iwlwifi", "02:11:22:33:44:55",
    ]  # fmt: skip
    assert [adapter.name for adapter in value_of(found.network.ethernet)] == ["eth0"]
    (graphics,) = value_of(found.graphics)
    assert (graphics.name, value_of(graphics.driver), value_of(graphics.model)) == ("0000:00:02.0", "i915", None)


def test_a_radio_without_a_driver_is_not_a_missing_one():
    bare = node("network", "network", businfo="pci@0000:02:00.0", description="Network controller")
    assert value_of(read(machine(bare)).network.wifi) is None
    assert "driver" in read(machine(bare)).network.wifi.reason


def test_the_processor_and_the_passwords():
    core = node(
        "cpu", "processor", product="Example i5", vendor="Intel Corp.", configuration={"cores": "2", "threads": "4"}
    )
    found = read(machine(core, configuration={"administrator_password": "enabled", "power-on_password": "disabled"}))
    one = found.processor
    assert [value_of(fact) for fact in (one.vendor, one.model, one.cores, one.threads)] == ["Intel", "Example i5", 2, 4]
    assert value_of(found.firmware.admin_password) is True
    assert value_of(found.firmware.power_on_password) is False
    twice = read(machine(core, {**core, "id": "cpu:1"})).processor
    assert (value_of(twice.model), value_of(twice.cores)) == ("Example i5", None)


def test_the_batteries_of_smbios_are_not_taken():
    assert read(machine(node("battery", "power", capacity=41000, units="mWh"))).battery.problem == "absent"


def test_json_that_is_none_is_mended():
    whole = json.dumps(machine(disk("sda", serial="a,] } {b")))
    broken = whole.replace('"children": []', '"children": [],').replace("V2", "V\x01\t2").encode()
    broken = broken.replace(b"EX123456", b"EX\xff123456") + b"," + json.dumps(disk("sdb")).encode()
    with pytest.raises(EvidenceError):
        decode_json(broken)
    found = lshw_disks(b"WARNING: you should run this program as super-user.\n" + broken, "lshw")
    assert [(one.name, value_of(one.serial)) for one in found] == [("sda", "a,] } {b"), ("sdb", None)]
    side_by_side = json.dumps(disk("sda")).encode() + b"\n" + json.dumps(disk("sdb")).encode()
    assert [one.name for one in lshw_disks(side_by_side, "lshw")] == ["sda", "sdb"]


TEXT = """laptop
    description: Notebook
    product: Model 1 (Sku Number)
    vendor: Example Ltd
    serial: [REMOVED]
    width: 64 bits
    configuration: boot=normal chassis=notebook sku=Sku Number uuid=01020304-0506-0708-090a-0b0c0d0e0f10
  *-core
       description: Motherboard
       product: Board
     *-memory
          description: System Memory
          size: 12GiB
        *-bank:0
             description: SODIMM DDR4 Synchronous 2133 MHz (0.5 ns)
             slot: DIMM 0
             size: 4GiB
             clock: 2133MHz (0.5ns)
        *-bank:1
             description: SODIMM DDR4 Synchronous 2133 MHz (0.5 ns)
             size: 8GiB
        *-bank:2
             description: DIMM [empty]
     *-pci
          bus info: pci@0000:00:00.0
        *-network DISABLED
             description: Wireless interface
             product: Wireless 8265
             bus info: pci@0000:02:00.0
             logical name: wlp2s0
             serial: 02:11:22:33:44:55
             configuration: broadcast=yes driver=iwlwifi wireless=IEEE 802.11
        *-nvme0
             description: NVMe device
             product: EXAMPLE NVMe
             logical name: /dev/nvme0
             serial: NV1
           *-namespace
                description: NVMe namespace
                logical name: /dev/nvme0n1
                size: 476GiB (512GB)
        *-usb
             bus info: usb@1:2
           *-disk
                description: SCSI Disk
                logical name: /dev/sda
                size: 7GiB (8GB)
"""


def test_the_text():
    found = read_lshw(TEXT.encode(), "lshw")
    one = found.identity
    assert [value_of(fact) for fact in (one.manufacturer, one.product, one.sku, one.serial, one.chassis)] == [
        "Example Ltd", "Model 1", None, None, "Notebook",
    ]  # fmt: skip
    assert value_of(one.uuid) == "01020304-0506-0708-090a-0b0c0d0e0f10"
    assert value_of(found.memory.installed_bytes) == 12 * 2**30
    assert value_of(found.memory.slots) == 3
    nvme, stick = value_of(found.storage)
    assert (nvme.name, value_of(nvme.model), value_of(nvme.serial)) == ("nvme0n1", "EXAMPLE NVMe", "NV1")
    assert value_of(nvme.bytes) is None
    assert "rounds" in nvme.bytes.reason
    assert (stick.name, value_of(stick.removable)) == ("sda", True)
    (wifi,) = value_of(found.network.wifi)
    assert (value_of(wifi.driver), value_of(wifi.mac)) == ("iwlwifi", "02:11:22:33:44:55")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"[1]",
        b'{"id": "x"}',
        b"H/W path  Device  Class\n",
        b"rechner\n  *-core\n   Beschreibung: x\n",
    ],
)
def test_other_bytes_are_refused(data):
    with pytest.raises(EvidenceError):
        read_lshw(data, "lshw")


# The publisher has these two with their unit and type as text; what the file says is the number.
AS_TEXT = {("workbench__acer-happy.lshw.json", "ram_mb"), ("workbench__acer-happy.lshw.json", "disks")}


def test_every_scored_field_of_every_capture_is_right(entries, same):
    wrong = []
    for name, data, facts in entries("lshw"):
        found = read_lshw(data, "lshw")
        maker, product = value_of(found.identity.manufacturer), value_of(found.identity.product)
        # The publisher leaves the maker's name out of the model ("HP ProBook 430 G4").
        model = product.removeprefix(f"{maker} ") if product and maker else product
        modules = value_of(found.memory.modules) or ()
        fixed = [one for one in lshw_disks(data, "lshw") if value_of(one.removable) is not True]
        got = {
            "manufacturer": maker,
            "model": model,
            "serial": value_of(found.identity.serial),
            "ram_mb": [value_of(module.size_bytes) / 2**20 for module in modules],
            "disks": [
                {
                    "type": "HardDrive",
                    "model": value_of(one.model),
                    "serial": value_of(one.serial),
                    "size_mb": float(round(value_of(one.bytes) / 10**6)),
                }
                for one in fixed
            ],
        }
        wrong += [
            (name, key, facts[key], got[key])
            for key in got
            if key in facts and (name, key) not in AS_TEXT and not same(facts[key], got[key])
        ]
    assert wrong == []


def test_the_machine_without_emmc_in_its_listing_has_no_known_storage(entries):
    (data,) = [data for name, data, _ in entries("lshw") if "asus-e200h" in name]
    assert value_of(read_lshw(data, "lshw").storage) is None


SEEDS = [TEXT.encode(), json.dumps(machine(disk("sda"), bank(0))).encode()]


@given(st.sampled_from(SEEDS), st.integers(0, 2000), st.integers(0, 60), st.binary(max_size=60))
def test_spoilt_bytes_are_read_or_refused(seed, start, length, noise):
    try:
        found = read_lshw(seed[:start] + noise + seed[start + length :], "lshw")
    except EvidenceError:
        return
    total = value_of(found.memory.installed_bytes)
    assert total is None or 0 < total < 2**63
