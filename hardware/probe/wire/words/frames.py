"""What our own frames say (../../stream.py, ../../agent/__init__.py)."""

from __future__ import annotations

_ITEMS = (
    ("kernel", "/proc/version + /dev/kmsg"),
    ("input", "/proc/bus/input/devices"),
    ("sound", "/sys/class/sound/*"),
    ("camera", "/sys/class/video4linux/*"),
    ("usb", "/sys/bus/usb/devices/*"),
    ("pci", "/sys/bus/pci/devices/*"),
    ("chromeos", "/sys/firmware/vpd/{ro,rw} + chromeos_acpi"),
    ("firmware-attributes", "/sys/class/firmware-attributes/*/authentication/*/is_enabled"),
    ("msdm", "/sys/firmware/acpi/tables/MSDM"),
    ("efi", "/sys/firmware/efi"),
    ("tpm", "/sys/class/tpm/tpm*"),
    ("rfkill", "/sys/class/rfkill/*"),
    ("bluetooth", "/sys/class/bluetooth/*"),
    ("wifi", "iw phy"),
    ("net", "/sys/class/net/*/*"),
    ("edid-eDP-1", "/sys/class/drm/card0-eDP-1/edid"),
    ("drm", "/sys/class/drm/card*-*/*"),
    ("battery", "/sys/class/power_supply/*/*"),
    ("block", "/sys/block/*"),
    ("memory", "/proc/meminfo"),
    ("cpu", "/proc/cpuinfo"),
    ("os", "/etc/os-release"),
    ("dmi", "/sys/class/dmi/id/*"),
    ("smbios", "/sys/firmware/dmi/tables/smbios_entry_point + /sys/firmware/dmi/tables/DMI"),
)
"""The ids and sources of items, as ../items_linux.py has them, the first of a capture last."""
FRAMES = (
    '{"frame":"end","items":25,"ask":1,"n":26}{"frame":"progress","state":"started","done":0,"of":0,"ask":'
    '{"frame":"pong","number":{"frame":"failed","ask":{"/sys/firmware/vpd": {"error": "ENOENT"},\n'
    '{"/sys/class/firmware-attributes": {"error": "ENOENT"}}'
    ',"sha256":"","truncated":false,"error":"ENOENT: /sys/firmware/acpi/tables/MSDM does not exist"'
    ',"sha256":"","truncated":false,"error":"ENOENT: /sys/class/tpm does not exist"'
    ',"sha256":"","truncated":false,"error":"left out: --fast"iw is not installed","error":"EACCES:  needs root"'
    '{"frame":"item","id":"smart-sda","source":"smartctl --json -x /dev/sda","exit":null,'
    '{"frame":"item","id":"smart-nvme0n1","source":"smartctl --json -x /dev/nvme0n1","exit":0,'
    + "".join(f'{{"frame":"item","id":"{name}","source":"{source}","exit":null,"ms":0.' for name, source in _ITEMS)
    + ',"size":1234,"sha256":"","truncated":false,"error":null,"ask":1,"n":1}'
    + '{"frame":"hello","protocol":1,"agent":{"name":"intake-probe","version":"0.1.0"},"boot":"","slot":0,"stick":"",'
    '"narrow":true}{"frame":"start","format":"intake-bundle/1","bundle_id":"01","captured_at":"202'
    '","probe":{"name":"intake-probe","version":"0.1.0"},"expected":["'
    + '","'.join([*(name for name, _ in reversed(_ITEMS)), "smart-nvme0n1"])
    + '"],"ask":1,"n":0}\0\0\0'
)
