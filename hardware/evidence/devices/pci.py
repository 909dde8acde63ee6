"""The `pci` item: graphics adapters and USB controllers among the PCI devices.

sysfs has ids and no names. No package on PyPI carries pci.ids or usb.ids: hwdata 2.4.1 reads the machine's own file,
which differs between benches, so the names stay unknown (lspci's and udev's texts bring the laptop's own).
"""

from __future__ import annotations

from hardware.evidence.decoding import as_hex
from hardware.evidence.devices.buses import bus_ids, driver_of, properties
from hardware.evidence.leaves import absent, unreadable
from hardware.evidence.tree import Tree, read_tree
from specs.facts import Facts, Graphics, Known, Network, Usb, Wifi
from specs.text import clean

__all__ = ["read_pci"]

_ROOT = "/sys/bus/pci/devices"
_MOST_ADAPTERS = 16
# Network controllers that are neither wired nor modems, and wireless controllers for 802.11.
_RADIOS = (0x0280, 0x0D20, 0x0D21)
# Programming interfaces of class 0C03 that are no host controller: USB4's router, and a device's own end.
_NOT_A_HOST = (0x40, 0xFE)


def read_pci(data: bytes, item: str) -> Facts:
    """Graphics (class 03), radios, and the number of USB controllers (0C03).

    Raises `EvidenceError` where the item is no tree.
    """
    tree = read_tree(data)
    gone = tree.refused(_ROOT, "the list of PCI devices", item)
    if gone is not None:
        return Facts(graphics=gone, usb=Usb(controllers=gone))
    classes = {name: _class(tree, name) for name in sorted(tree.names(_ROOT))}
    if classes and all(number is None for number in classes.values()):
        why = unreadable("the classes of the PCI devices are not in the evidence; capture the laptop again", item)
        return Facts(graphics=why, usb=Usb(controllers=why))
    adapters = [name for name, number in classes.items() if (number or 0) >> 16 == 0x03]
    graphics = tuple(_graphics(tree, name, item) for name in adapters[:_MOST_ADAPTERS])
    hosts = sum((number or 0) >> 8 == 0x0C03 and (number or 0) & 0xFF not in _NOT_A_HOST for number in classes.values())
    # Where the processor has them inside (ARM), they are not on PCI.
    radios = tuple(_radio(tree, name, item) for name, number in classes.items() if (number or 0) >> 8 in _RADIOS)
    return Facts(
        network=Network(wifi=Known(radios[:_MOST_ADAPTERS], (item,))) if radios else Network(),
        graphics=Known(graphics, (item,)) if graphics else absent("no graphics adapter is on PCI", item),
        usb=Usb(controllers=Known(hosts, (item,)) if hosts else absent("no USB controller is on PCI", item)),
    )


def _class(tree: Tree, name: str) -> int | None:
    number = as_hex(tree.text(f"{_ROOT}/{name}/class"))
    return number if number is not None else as_hex(properties(tree.text(f"{_ROOT}/{name}/uevent")).get("PCI_CLASS"))


def _radio(tree: Tree, name: str, item: str) -> Wifi:
    """A Wi-Fi adapter by its device: also one that no driver has taken, and that so has no interface."""
    here = f"{_ROOT}/{name}"
    vendor, device = bus_ids(tree, here, item)
    return Wifi(
        name=clean(name, 64),
        model=absent("sysfs has the adapter's ids, not its name", item),
        vendor_id=vendor,
        device_id=device,
        driver=driver_of(tree, here, item),
        standards=absent("no driver says what this adapter can do", item),
        mac=absent("the adapter has no interface", item),
    )


def _graphics(tree: Tree, name: str, item: str) -> Graphics:
    vendor, device = bus_ids(tree, f"{_ROOT}/{name}", item)
    return Graphics(clean(name, 64), vendor, device, driver_of(tree, f"{_ROOT}/{name}", item))
