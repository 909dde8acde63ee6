"""The `dmi` item, /sys/class/dmi/id: what the kernel shows of SMBIOS without root, when the table may not be read."""

from __future__ import annotations

from hardware.evidence.catalogue import FEEDS
from hardware.evidence.decoding import as_int
from hardware.evidence.leaves import text_fact
from hardware.evidence.machine.dmi_facts import firmware_date, hypervisor_fact, product_fact, serial_fact, uuid_fact
from hardware.evidence.machine.dmi_records import CHASSIS_NAMES
from hardware.evidence.merge import spread
from hardware.evidence.tree import read_tree
from specs.facts import Fact, Facts, Firmware, Identity, Known, Processor

__all__ = ["read_dmi"]

_ROOT = "/sys/class/dmi/id"


def read_dmi(data: bytes, item: str) -> Facts:
    """Identity and firmware version. Raises `EvidenceError` where the item is no tree."""
    tree = read_tree(data)
    gone = tree.refused(_ROOT, "the firmware's description of the laptop", item)
    if gone is not None:
        return spread(FEEDS["dmi"], gone)

    def fact(file: str, what: str) -> Fact[str]:
        return tree.fact(f"{_ROOT}/{file}", what, item)

    uuid, date = fact("product_uuid", "the UUID"), fact("bios_date", "the firmware's date")
    serial, product = fact("product_serial", "the system serial"), fact("product_name", "the product name")
    virtual = hypervisor_fact(tree.text(f"{_ROOT}/sys_vendor"), tree.text(f"{_ROOT}/product_name"), item)
    return Facts(
        # Only a yes: what this item does not say of the processor, nobody asked it.
        processor=Processor(hypervisor=virtual) if isinstance(virtual, Known) else Processor(),
        identity=Identity(
            manufacturer=fact("sys_vendor", "the manufacturer"),
            product=product_fact(product.value, item) if isinstance(product, Known) else product,
            version=fact("product_version", "the product version"),
            sku=fact("product_sku", "the SKU number"),
            serial=serial_fact(serial, tree.text(f"{_ROOT}/chassis_serial"), item),
            uuid=uuid_fact(uuid.value, item) if isinstance(uuid, Known) else uuid,
            board_serial=fact("board_serial", "the board serial"),
            asset_tag=fact("chassis_asset_tag", "the asset tag"),
            chassis=text_fact(
                CHASSIS_NAMES.get(as_int(tree.text(f"{_ROOT}/chassis_type")) or 0), "the chassis type", item
            ),
            family=fact("product_family", "the product family"),
            board_manufacturer=fact("board_vendor", "the board's maker"),
            board_product=fact("board_name", "the board's name"),
        ),
        firmware=Firmware(
            vendor=fact("bios_vendor", "the firmware's vendor"),
            version=fact("bios_version", "the firmware's version"),
            date=firmware_date(date.value, item) if isinstance(date, Known) else date,
        ),
    )
