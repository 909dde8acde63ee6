"""The real image, from this machine's Debian packages: whole, the same twice, and signed as Secure Boot wants it.

It needs the network once; that it boots is shown by the laptops of QEMU (tests/hardware/simulated).
"""

from __future__ import annotations

import ast
import hashlib
import os
import stat
import subprocess
from pathlib import Path

import pytest

import hardware.probe
from hardware.bootstick.builder import BuildOptions, Built, build
from hardware.bootstick.cpio import Entry
from hardware.bootstick.firmware import MOST
from hardware.bootstick.verify import verify_folder, verify_stick
from tests.hardware.bootstick.reading import read_initrd

pytestmark = [pytest.mark.slow, pytest.mark.system, pytest.mark.timeout(600)]

STICK = "abcdefghijkl"


@pytest.fixture(scope="module")
def sticks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Built]:
    """The stick for real laptops, built twice."""
    place = tmp_path_factory.mktemp("real")
    first, second = (
        build(BuildOptions(output=place / name, cache=place / "cache", stick=STICK, keys={"stick.key": b"key"}))
        for name in ("first", "second")
    )
    return first, second


@pytest.fixture(scope="module")
def entries(sticks: tuple[Built, Built]) -> dict[str, Entry]:
    """Everything in the start image, by path."""
    return {entry.path: entry for archive in read_initrd(sticks[0].initrd) for entry in archive}


@pytest.fixture(scope="module")
def root(entries: dict[str, Entry], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The start image as a folder, but for its devices and modules."""
    folder = tmp_path_factory.mktemp("root")
    for path, entry in entries.items():
        place = folder / path
        if stat.S_ISDIR(entry.mode):
            place.mkdir(exist_ok=True)
        elif stat.S_ISLNK(entry.mode):
            place.symlink_to(entry.data.decode())
        elif stat.S_ISREG(entry.mode) and "lib/modules" not in path:
            place.write_bytes(entry.data)
            place.chmod(stat.S_IMODE(entry.mode))
    return folder


def test_built_twice_it_is_the_same_byte_for_byte(sticks: tuple[Built, Built]) -> None:
    for name in ("usb.img", "direct/initrd", "direct/vmlinuz", "pxe/grubx64.efi", "manifest.json"):
        first, second = (hashlib.sha256((built.folder / name).read_bytes()).hexdigest() for built in sticks)
        assert first == second, name


def test_shim_grub_and_kernel_are_as_microsoft_and_debian_signed_them(sticks: tuple[Built, Built]) -> None:
    for result in (verify_folder(sticks[0].folder), verify_stick(sticks[0].folder, sticks[0].usb_image)):
        assert result.faults == ()
        names = {program.path: " ".join(sum(program.signers, ())) for program in result.signed}
        shim = names.pop("pxe/shimx64.efi", None) or names.pop("EFI/BOOT/BOOTX64.EFI")
        assert "Microsoft" in shim
        assert names
        assert all("Microsoft" not in signers and signers for signers in names.values())


def in_its_python(root: Path, *arguments: str | Path) -> str:
    """What the stick's own Python says, run with the stick's own libraries."""
    loader = root / "usr" / "lib64" / "ld-linux-x86-64.so.2"
    libraries = root / "usr" / "lib" / "x86_64-linux-gnu"
    python = os.path.realpath(root / "usr" / "bin" / "python3")
    command = [loader, "--library-path", libraries, python, "-I", "-S", "-B", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_sticks_own_python_runs_the_probe(root: Path) -> None:
    assert hardware.probe.VERSION in in_its_python(root, root / "intake" / "probe", "--version")


def test_all_that_the_probe_imports_is_on_the_stick(root: Path, project: Path) -> None:
    names = {"ssl"}
    for file in (project / "hardware" / "probe").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names.add(node.module)
    script = f"import {', '.join(sorted(names))}; ssl.create_default_context(); 'x.example'.encode('idna')"
    in_its_python(root, "-c", script)


def test_what_real_laptops_need_is_in_the_kernels_modules(entries: dict[str, Entry]) -> None:
    modules = {path.rpartition("/")[2] for path in entries if path.endswith(".ko")}
    for name in "i915 nvme ahci sdhci-pci iwlwifi ath10k_pci rtw88_pci btusb e1000e r8169 r8152 uvcvideo".split():
        assert f"{name}.ko" in modules, name
    for name in "snd-hda-intel snd-soc-skl i2c-hid-acpi intel-lpss-pci hid-multitouch battery ideapad-laptop".split():
        assert f"{name}.ko" in modules, name
    assert not modules & {"ext4.ko", "btrfs.ko", "ntfs3.ko", "dm-mod.ko", "raid1.ko", "iTCO_wdt.ko", "efi_pstore.ko"}


def test_the_firmware_that_debian_has_in_main_is_on_it_and_the_rest_is_told(
    sticks: tuple[Built, Built], entries: dict[str, Entry]
) -> None:
    used = sticks[0].firmware
    lost = {name for row in used.missing for name in row.packages}
    assert not lost & {"firmware-linux-free", "wireless-regdb"}
    for name in ("regulatory.db", "regulatory.db.p7s", "carl9170-1.fw"):
        assert f"usr/lib/firmware/{name}" in entries, name
    # Where apt's sources have non-free-firmware too it is there; else it is told.
    assert ("firmware-iwlwifi" in lost) != any("iwlwifi-cc-a0" in path for path in entries)
    assert used.size <= MOST


def test_every_program_that_the_scripts_call_is_there(root: Path) -> None:
    called = set(
        """
        sh mount mkdir chmod sed tail cut cat grep tr ip modprobe xargs find sort uniq mv sleep uevent acpid setsid
        python3 rmdir udhcpc ifconfig rm poweroff
        """.split()
    )
    for name in called:
        assert os.path.lexists(root / "usr" / "bin" / name), name
    applets = subprocess.run([root / "usr" / "bin" / "busybox", "--list"], capture_output=True, text=True, check=True)
    assert called - {"python3"} <= set(applets.stdout.split())
    for script in ("init", "intake/uevent", "intake/net", "intake/dhcp"):
        subprocess.run([root / "usr" / "bin" / "busybox", "sh", "-n", root / script], check=True)
