"""What the laptop's root file system holds while it runs from the stick: archives that are unpacked in this order.

The probe comes first, modules and firmware (firmware.py) last: where a laptop's memory is too small the kernel leaves
out the end without a word, and what is there must be able to say so on the screen (files/init looks for the last file).
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import hardware.probe
from hardware.bootstick import wording
from hardware.bootstick.cpio import Archive
from hardware.bootstick.errors import BuildUnable
from hardware.bootstick.module_sets import PRELOADED
from hardware.bootstick.modules import ModuleTree, unpacked
from hardware.bootstick.packages import LIBRARIES, LOADER, Packages
from hardware.bootstick.python_files import is_wanted

__all__ = ["modules_archive", "probe_archive", "system_archive", "whole_archive"]

_FILES: Final = Path(__file__).with_name("files")

_SCRIPTS: Final = {
    "init": "init",
    "intake/say": "say",
    "intake/drivers": "drivers",
    "intake/cold-plug": "cold-plug",
    "intake/uevent": "uevent",
    "intake/net": "net",
    "intake/dhcp": "dhcp",
    # The name under which busybox acpid looks for what a press of the power button does.
    "intake/acpi/PWRF/00000080": "power-off",
}

_APPLETS: Final = """
    acpid arping awk cat chmod cp cut dmesg find grep head ifconfig ip kill ls lsmod mkdir modprobe mount mv
    poweroff printf ps rm rmdir sed setsid sh sleep sort tail tr udhcpc uevent uname uniq xargs
""".split()
"""Of busybox, what the scripts use and what helps with intake.debug; nothing that writes file systems."""

_PROGRAMS: Final = (
    *("usr/sbin/smartctl", "usr/sbin/iw", "usr/bin/aplay", "usr/bin/arecord", "usr/bin/amixer"),
    "usr/sbin/alsactl",
)
_DATA: Final = (("libasound2-data", "usr/share/alsa"), ("alsa-utils", "usr/share/alsa"))
_DRIVE_DATABASE: Final = ("usr/share/smartmontools/drivedb.h", "var/lib/smartmontools/drivedb/drivedb.h")


def probe_archive(keys: Mapping[str, bytes]) -> Archive:
    """The probe as it stands here (without its Windows part), the stick's scripts and keys."""
    archive = Archive()
    for folder in ("dev", "proc", "sys", "run", "etc"):
        archive.folder(folder)
    archive.folder("root", 0o700)
    archive.folder("tmp", 0o1777)
    # The kernel opens it for process 1 before anything is mounted.
    archive.character_device("dev/console", 5, 1)
    archive.character_device("dev/null", 1, 3, 0o666)
    for target, name in _SCRIPTS.items():
        archive.file(target, (_FILES / name).read_bytes(), 0o755)
    archive.file("intake/preload", "".join(f"{name}\n" for name in PRELOADED).encode())
    archive.folder("intake/keys", 0o700)
    for name, data in sorted(keys.items()):
        archive.file(f"intake/keys/{name}", data, 0o600)
    probe = Path(hardware.probe.__file__).parent
    for file in sorted(probe.rglob("*.py")):
        inside = file.relative_to(probe)
        if inside.parts[0] != "windows":
            archive.file(f"intake/probe/{inside.as_posix()}", file.read_bytes())
    archive.file("etc/passwd", b"root:x:0:0:root:/root:/bin/sh\n")
    archive.file("etc/group", b"root:x:0:\ntty:x:5:\n")
    archive.file("etc/hosts", b"127.0.0.1 localhost\n::1 localhost\n")
    archive.file("etc/nsswitch.conf", b"hosts: files dns\n")
    # The sound of laptops with a digital microphone goes through firmware, unless the driver is told to leave it alone
    # (kernel: sound/hda/intel-dsp-config.c); then loudspeakers and headset work. Where the firmware is on the stick
    # files/init removes this.
    archive.file("etc/modprobe.d/intake.conf", b"options snd_intel_dspcfg dsp_driver=1\n")
    return archive


def system_archive(packages: Packages, python: str) -> Archive:
    """busybox, Python (`python` is "3.11") and the probe's tools, with the libraries that they need.

    Raises `BuildUnable` where a package does not bring what it should.
    """
    archive = Archive()
    for name in ("bin", "sbin", "lib", "lib64"):
        archive.link(name, f"usr/{name}")
    _add(archive, "usr/bin/busybox", packages.find("bin/busybox"))
    for applet in _APPLETS:
        archive.link(f"usr/bin/{applet}", "busybox")
    # Where the kernel looks for it when a module wants another one (a sound card its codec).
    archive.link("usr/sbin/modprobe", "../bin/busybox")
    programs = [packages.find(f"usr/bin/python{python}")]
    _add(archive, f"usr/bin/python{python}", programs[0])
    archive.link("usr/bin/python3", f"python{python}")
    for tree in (packages.tree(f"libpython{python}-minimal"), packages.tree(f"libpython{python}-stdlib")):
        for path, file in tree.under(f"usr/lib/python{python}"):
            if is_wanted(path.removeprefix(f"usr/lib/python{python}/")):
                _add(archive, path, file)
                if path.endswith(".so"):
                    programs.append(file)
    for path in _PROGRAMS:
        programs.append(packages.find(path))
        _add(archive, path, programs[-1])
    for package, folder in _DATA:
        for path, file in packages.tree(package).under(folder):
            if path not in archive:
                _add(archive, path, file)
    _add(archive, "usr/share/smartmontools/drivedb.h", packages.find(*_DRIVE_DATABASE))
    for name, file in packages.libraries(programs).items():
        if not LOADER.endswith(name):
            _add(archive, f"{LIBRARIES}/{name}", file)
    _add(archive, LOADER, packages.find(LOADER))
    return archive


def modules_archive(tree: ModuleTree, release: str, modules: Mapping[str, bytes]) -> Archive:
    """The kernel's modules (path in the tree: contents), and the indexes of just these."""
    archive = Archive()
    for name, data in tree.indexes(modules).items():
        archive.file(f"usr/lib/modules/{release}/{name}", data)
    for path, data in modules.items():
        archive.file(f"usr/lib/modules/{release}/{unpacked(path)}", data)
    return archive


def whole_archive() -> Archive:
    """The last archive: one file that says that all before it is there."""
    archive = Archive()
    archive.file("intake/whole", b"")
    return archive


def _add(archive: Archive, path: str, file: Path) -> None:
    try:
        data, mode = file.read_bytes(), file.stat().st_mode
    except OSError as error:
        raise BuildUnable(wording.cache_unusable(file, error)) from error
    archive.file(path, data, 0o755 if mode & stat.S_IXUSR else 0o644)
