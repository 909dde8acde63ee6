"""What the laptop's own kernel plays in place of parts that QEMU has not: camera, radios, a sound loop, a panel.

They belong to the virtual hardware, but a kernel's stand-ins are modules, so they come with the stick: an archive of a
few files is hung on its start image, and a few words stand on the kernel's command line. The stick itself is as it was.
"""

from __future__ import annotations

from typing import Final

from hardware.bootstick.cpio import Archive
from hardware.simulated.qemu.edid import panel_edid
from hardware.simulated.qemu.spec import LaptopSpec

__all__ = ["WORDS", "hung_on", "parts_archive"]

_EDID: Final = "edid/panel.bin"

_CAMERA, _WIFI, _BLUETOOTH, _SOUND = "vivid", "mac80211_hwsim", "hci_vhci", "snd-aloop"

WORDS: Final = (
    "rdinit=/virtual/init",
    f"intake.modules={_CAMERA},{_WIFI},{_BLUETOOTH},{_SOUND}",
    f"drm.edid_firmware=Virtual-1:{_EDID}",
)
"""For the kernel's command line of every virtual laptop; what a laptop has not its archive takes away."""

_PANEL_YEAR: Final = 2021

_NETWORK: Final = "Intake-Simulated"
_STATION: Final = bytes.fromhex("020000000100")
"""The address of the stand-in's second radio."""


def _beacon(name: str) -> str:
    """What the access point sends ten times a second (IEEE 802.11, 9.3.3.2): header, interval, name, rates, channel."""
    header = bytes.fromhex("80000000") + b"\xff" * 6 + _STATION * 2 + bytes(2)
    fields = bytes(8) + (100).to_bytes(2, "little") + (0x0401).to_bytes(2, "little")
    text = name.encode()
    elements = bytes((0, len(text))) + text + bytes.fromhex("010882848b960c121824") + bytes((3, 1, 1))
    return (header + fields + elements).hex()


# One camera, and none of the module's radios, tuners and touch screens.
_OPTIONS: Final = f"options mac80211_hwsim radios=2\noptions {_CAMERA} n_devs=1 node_types=0x1\n"

# The adapter exists for as long as somebody holds its file open.
_BLUETOOTH_HELD: Final = """
until [ -c /dev/vhci ]; do sleep 0.5; done
exec 3<>/dev/vhci && printf '\\377\\000' >&3
while :; do sleep 3600; done
"""


# The connector of QEMU's graphics is called Virtual-1, and a laptop's panel eDP-1: the list of connectors is covered by
# one of other names for the same ones.
_PANEL_BUILT_IN: Final = """
until [ -e /sys/class/drm/card0-Virtual-1 ]; do sleep 0.2; done
mkdir /virtual/drm
for place in /sys/class/drm/card*; do
    name=$(busybox basename "$place" | sed s/Virtual-/eDP-/)
    busybox ln -s "$(busybox readlink -f "$place")" "/virtual/drm/$name"
done
mount -o bind /virtual/drm /sys/class/drm
"""

# Of the pretended card one end plays and the other one hears it. All ways between three devices would take minutes.
_SOUND_HEARD: Final = """
until busybox grep -q Loopback /proc/asound/pcm; do sleep 0.2; done
card=$(sed -n 's/^ *\\([0-9]*\\) \\[Loopback.*/\\1/p' /proc/asound/cards)
way='%02d-%02d: Loopback : Loopback : %s 1\\n'
printf "$way" $card 0 playback $card 1 capture >/virtual/pcm
mount -o bind /virtual/pcm /proc/asound/pcm
"""

# A second radio, put where the laptop does not see it, is the access point that the first one hears.
_ACCESS_POINT: Final = f"""#!/bin/sh
export PATH=/usr/sbin:/usr/bin
if [ $# -eq 0 ]; then
    until [ -e /sys/class/ieee80211/phy1 ]; do sleep 0.5; done
    busybox unshare -n "$0" inside &
    iw phy phy1 set netns $!
    wait
fi
until iw dev wlan1 set type __ap; do sleep 0.5; done
ip link set wlan1 up
iw dev wlan1 ap start {_NETWORK} 2412 100 2 head {_beacon(_NETWORK)}
while :; do sleep 3600; done
"""


def parts_archive(spec: LaptopSpec) -> bytes:
    """The files of this laptop's parts, as one archive."""
    model = spec.model
    archive = Archive()
    edid = panel_edid(
        maker=model.panel_maker,
        panel=model.panel,
        diagonal_in=model.diagonal_in,
        width_px=model.width_px,
        height_px=model.height_px,
        year=_PANEL_YEAR,
    )
    archive.file(f"usr/lib/firmware/{_EDID}", edid)
    archive.file("etc/modprobe.d/virtual.conf", _OPTIONS.encode())
    archive.file("virtual/access-point", _ACCESS_POINT.encode(), 0o755)
    archive.file("virtual/init", _first_program(spec).encode(), 0o755)
    return archive.pack()


def hung_on(initrd: bytes, spec: LaptopSpec) -> bytes:
    """The start image with this laptop's parts behind it, where the kernel goes on unpacking."""
    return initrd + bytes(-len(initrd) % 4) + parts_archive(spec)


def _first_program(spec: LaptopSpec) -> str:
    """Run in place of the stick's own first program, which it becomes: what it begins waits for the parts to come."""
    fitted = {_CAMERA: spec.camera, _WIFI: spec.wifi, _BLUETOOTH: spec.bluetooth, _SOUND: spec.sound == "loop"}
    begun = [_PANEL_BUILT_IN]
    begun += [_BLUETOOTH_HELD] if spec.bluetooth else []
    begun += ["/virtual/access-point"] if spec.wifi else []
    begun += [_SOUND_HEARD] if spec.sound == "loop" else []
    return "\n".join(
        [
            "#!/bin/sh",
            "export PATH=/usr/sbin:/usr/bin",
            *(f"rm -f $(find /usr/lib/modules -name '{name}.ko*')" for name, there in fitted.items() if not there),
            *(f"(\n{lines.strip()}\n) </dev/null >/dev/null 2>&1 &" for lines in begun),
            "exec /init",
            "",
        ]
    )
