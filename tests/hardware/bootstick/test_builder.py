"""A whole stick, built from made-up packages: what lies where, and that nothing of it depends on chance."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import zstandard

from hardware.bootstick.builder import BuildOptions, Built, build
from hardware.bootstick.errors import BuildRefused, BuildUnable, PackageUnavailable
from hardware.bootstick.manifest import FirmwareUsed
from hardware.bootstick.verify import verify_folder, verify_stick
from tests.hardware.bootstick.made_up import MODULES, MadeUpArchive, everything, module
from tests.hardware.bootstick.reading import read_initrd

KEYS = {"ca.pem": b"authority", "stick.pem": b"certificate", "stick.key": b"a secret"}


def made(tmp_path: Path, name: str = "stick", **options: Any) -> Built:
    return build(BuildOptions(output=tmp_path / name, cache=tmp_path / "cache", **options))


def digests(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_a_stick_holds_what_uefi_bios_and_the_network_start_from(apt: MadeUpArchive, tmp_path: Path) -> None:
    built = made(
        tmp_path, bench="bench7.example:8711", slot=3, serial="ttyUSB0@115200", stick="abcdefghijkl", keys=KEYS
    )
    line = (
        "quiet loglevel=3 intake.stick=abcdefghijkl intake.bench=bench7.example:8711 intake.slot=3 "
        "intake.serial=ttyUSB0@115200"
    )
    assert built.command_line == line
    manifest = json.loads(built.manifest.read_bytes())
    assert {row["path"] for row in manifest["image"]} >= {
        *("EFI/BOOT/BOOTX64.EFI", "EFI/BOOT/grubx64.efi", "EFI/BOOT/mmx64.efi", "EFI/debian/grub.cfg"),
        *("vmlinuz", "initrd", "syslinux.cfg", "ldlinux.sys"),
    }
    assert {row["path"] for row in manifest["output"]} == {
        *("usb.img", "direct/vmlinuz", "direct/initrd"),
        *("pxe/shimx64.efi", "pxe/grubx64.efi", "pxe/grub/grub.cfg", "pxe/vmlinuz", "pxe/initrd", "pxe/intake.ipxe"),
    }
    assert f"linux /vmlinuz {line};" in (built.pxe_folder / "grub" / "grub.cfg").read_text()
    assert f"kernel vmlinuz initrd=initrd {line}\n" in (built.pxe_folder / "intake.ipxe").read_text()
    image = built.usb_image.read_bytes()[:512]
    assert image[510:] == b"\x55\xaa"
    assert image[446] == 0x80
    assert image[450] == 0xEF


def test_the_probe_comes_first_the_modules_last_and_then_the_mark_that_all_is_there(
    apt: MadeUpArchive, tmp_path: Path
) -> None:
    probe, system, modules, whole = read_initrd(made(tmp_path, keys=KEYS, modules="virtual").initrd)
    names = [{entry.path for entry in archive} for archive in (probe, system, modules, whole)]
    assert {"init", "intake/probe/__main__.py", "intake/probe/agent/__init__.py", "dev/console"} <= names[0]
    assert not any("windows" in name for name in names[0])
    assert {entry.path: entry.data for entry in probe if entry.path.startswith("intake/keys/")} == {
        f"intake/keys/{name}": data for name, data in KEYS.items()
    }
    assert {"usr/bin/busybox", "usr/bin/python3.99", "usr/bin/python3", "usr/sbin/smartctl", "lib64"} <= names[1]
    assert {"usr/lib/python3.99/os.py", "usr/lib/python3.99/json/__init__.py", "usr/share/alsa/alsa.conf"} <= names[1]
    assert {"usr/lib64/ld-linux-x86-64.so.2", "usr/lib/x86_64-linux-gnu/libc.so.6"} <= names[1]
    assert not any("test/big" in name or "this.py" in name or "_sqlite3" in name for name in names[1])
    folder = "usr/lib/modules/9.9-amd64"
    assert {f"{folder}/kernel/{path}" for path in MODULES if "ext4" not in path} <= names[2]
    assert not any("ext4" in name for name in names[2])
    assert names[3] == {"intake", "intake/whole"}


def test_stand_ins_for_cameras_are_not_on_a_stick_for_real_laptops(apt: MadeUpArchive, tmp_path: Path) -> None:
    modules = read_initrd(made(tmp_path, modules="laptop").initrd)[2]
    assert not any("vivid" in entry.path for entry in modules)


WIFI = {"drivers/net/wireless/intel/iwlwifi/iwlwifi.ko": module("iwlwifi-cc-a0-72.ucode")}
"""A module of real laptops that asks for firmware."""
PLACE = "lib/firmware/iwlwifi-cc-a0-72.ucode"


def test_firmware_of_the_sticks_modules_comes_last_before_the_mark(own_apt: MadeUpArchive, tmp_path: Path) -> None:
    everything(own_apt, WIFI)
    sha256 = own_apt.add("firmware-iwlwifi", {PLACE: b"program", "lib/firmware/iwlwifi-zz-1.ucode": b"no"}, ())
    built = made(tmp_path)
    probe, _, _, firmware, whole = read_initrd(built.initrd)
    files = {entry.path: entry.data for entry in firmware if entry.data}
    assert files == {f"usr/{PLACE}": b"program"}
    assert "intake/whole" in {entry.path for entry in whole}
    assert not any("firmware" in entry.path for entry in probe)
    manifest = json.loads(built.manifest.read_bytes())
    assert manifest["firmware"].items() >= {"source": "packages", "files": 1, "size": 7, "left_out": []}.items()
    assert sha256 in {row["sha256"] for row in manifest["made_from"]}
    assert verify_folder(built.folder).faults == ()


def test_each_firmware_package_that_apt_does_not_know_is_told_with_what_is_lost(
    own_apt: MadeUpArchive, tmp_path: Path
) -> None:
    everything(own_apt, WIFI)
    own_apt.add("firmware-misc-nonfree", {"lib/firmware/mediatek/a.bin": b"program"}, ())
    built = made(tmp_path)
    lost = {row.packages: row.lost for row in built.firmware.missing}
    assert "cannot scan" in lost["firmware-iwlwifi",]
    assert "EDID" in lost["firmware-amd-graphics",]
    assert ("firmware-mediatek", "firmware-misc-nonfree") not in lost
    missing = json.loads(built.manifest.read_bytes())["firmware"]["missing"]
    assert [(tuple(row["packages"]), row["lost"]) for row in missing] == list(lost.items())


def test_on_ubuntu_one_package_has_it_all(own_apt: MadeUpArchive, tmp_path: Path) -> None:
    everything(own_apt, WIFI)
    own_apt.add("linux-firmware", {f"usr/{PLACE}.zst": zstandard.compress(b"program")}, ())
    built = made(tmp_path)
    assert built.firmware.missing == ()
    assert f"usr/{PLACE}" in {entry.path for entry in read_initrd(built.initrd)[3]}


def test_laptops_of_qemu_and_who_wants_none_get_no_firmware(own_apt: MadeUpArchive, tmp_path: Path) -> None:
    everything(own_apt, WIFI)
    own_apt.add("firmware-iwlwifi", {PLACE: b"program"}, ())
    for built in (made(tmp_path, modules="virtual"), made(tmp_path, firmware="none")):
        assert len(read_initrd(built.initrd)) == 4
        assert built.firmware == FirmwareUsed(source="none")
        assert not any("firmware" in row["name"] for row in json.loads(built.manifest.read_bytes())["made_from"])


def test_firmware_comes_from_a_folder_where_one_is_named(own_apt: MadeUpArchive, tmp_path: Path) -> None:
    everything(own_apt, WIFI)
    folder = tmp_path / "firmware"
    with pytest.raises(BuildRefused, match=r"there is no folder .*firmware for the firmware"):
        made(tmp_path, firmware=folder)
    folder.mkdir()
    (folder / "iwlwifi-cc-a0-72.ucode").write_bytes(b"from a folder")
    built = made(tmp_path, firmware=folder)
    assert b"from a folder" in {entry.data for entry in read_initrd(built.initrd)[3]}
    assert (built.firmware.source, built.firmware.files, built.firmware.missing) == ("folder", 1, ())


def test_the_same_firmware_gives_the_same_bytes(own_apt: MadeUpArchive, tmp_path: Path) -> None:
    everything(own_apt, WIFI)
    own_apt.add("firmware-iwlwifi", {PLACE: b"program", "lib/firmware/iwlwifi-cc-a0-59.ucode": b"older"}, ())
    first = made(tmp_path, "first")
    again = build(BuildOptions(output=tmp_path / "again", cache=tmp_path / "other-cache"))
    assert first.firmware.files == 2
    assert digests(first.folder) == digests(again.folder)


def test_a_manifest_from_before_there_was_firmware_is_still_read(apt: MadeUpArchive, tmp_path: Path) -> None:
    built = made(tmp_path, modules="virtual")
    manifest = json.loads(built.manifest.read_bytes())
    del manifest["firmware"]
    built.manifest.write_text(json.dumps(manifest))
    assert verify_folder(built.folder).faults == ()


def test_the_manifest_is_true_and_holds_no_secret(apt: MadeUpArchive, tmp_path: Path) -> None:
    built = made(tmp_path, keys=KEYS, stick="abcdefghijkl")
    manifest = json.loads(built.manifest.read_bytes())
    kept = {row["path"]: row["sha256"] for row in manifest["output"]}
    assert {**digests(built.folder), "manifest.json": ""} == {**kept, "manifest.json": ""}
    debs = {row["name"]: row["sha256"] for row in manifest["made_from"]}
    for name in ("linux-image-9.9-amd64", "shim-signed", "grub-efi-amd64-signed", "mtools", "libc6"):
        deb = apt.folder / "debs" / f"{name}=1.0.deb"
        assert debs[name] == hashlib.sha256(deb.read_bytes()).hexdigest()
    assert b"secret" not in built.manifest.read_bytes()
    result = verify_folder(built.folder)
    assert result.faults == ()
    assert result.stick == "abcdefghijkl"
    assert verify_stick(built.folder, built.usb_image).faults == ()


def test_the_same_packages_give_the_same_bytes(apt: MadeUpArchive, tmp_path: Path) -> None:
    first = made(tmp_path, "first", stick="abcdefghijkl", keys=KEYS)
    again = build(
        BuildOptions(output=tmp_path / "again", cache=tmp_path / "other-cache", stick="abcdefghijkl", keys=KEYS)
    )
    assert digests(first.folder) == digests(again.folder)


def test_once_packages_are_kept_nothing_is_fetched(own_apt: MadeUpArchive, tmp_path: Path) -> None:
    everything(own_apt)
    made(tmp_path)
    before = own_apt.downloads
    (own_apt.folder / "no-network").touch()
    assert made(tmp_path, bench="10.0.2.2:8711").usb_image.is_file()
    assert own_apt.downloads == before


def test_where_the_systems_lists_are_empty_own_ones_are_fetched_once(own_apt: MadeUpArchive, tmp_path: Path) -> None:
    everything(own_apt)
    own_apt.outdate()
    assert verify_folder(made(tmp_path).folder).faults == ()
    (own_apt.folder / "no-network").touch()
    assert verify_folder(made(tmp_path, slot=2).folder).faults == ()


def test_a_newer_package_takes_the_place_of_the_old_one(own_apt: MadeUpArchive, tmp_path: Path) -> None:
    everything(own_apt)
    made(tmp_path)
    own_apt.add("libasound2-data", {"usr/share/alsa/alsa.conf": b"newer"}, (), version="2.0")
    system = read_initrd(made(tmp_path).initrd)[1]
    assert next(entry.data for entry in system if entry.path == "usr/share/alsa/alsa.conf") == b"newer"


def test_two_builds_at_once_share_a_cache(apt: MadeUpArchive, tmp_path: Path) -> None:
    with ThreadPoolExecutor() as pool:
        first, second = pool.map(lambda name: made(tmp_path, name, stick="abcdefghijkl"), ("first", "second"))
    assert digests(first.folder) == digests(second.folder)
    assert verify_folder(first.folder).faults == ()


@pytest.mark.system
def test_a_killed_build_is_made_good_by_the_next(own_apt: MadeUpArchive, tmp_path: Path, project: Path) -> None:
    everything(own_apt)
    # This package never comes, so the build is in the middle of things when it is killed.
    fifo = own_apt.folder / "debs" / "mtools=1.0.deb"
    kept = fifo.read_bytes()
    fifo.unlink()
    os.mkfifo(fifo)
    script = (
        "import sys; from pathlib import Path; from hardware.bootstick.builder import *;"
        "build(BuildOptions(output=Path(sys.argv[1]), cache=Path(sys.argv[2])))"
    )
    # The script that plays apt tests for a plain file; a fifo must be read all the same.
    apt_get = own_apt.folder / "bin" / "apt-get"
    apt_get.write_text(apt_get.read_text().replace("[ ! -f ", "[ ! -e "))
    child = subprocess.Popen(
        [sys.executable, "-c", script, tmp_path / "stick", tmp_path / "cache"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project)},
        start_new_session=True,
    )
    with fifo.open("wb"):  # returns once the copy reads from it
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    assert not (tmp_path / "stick" / "manifest.json").exists()
    fifo.unlink()
    fifo.write_bytes(kept)
    built = made(tmp_path)
    assert verify_folder(built.folder).faults == ()
    assert not list((tmp_path / "cache").glob("*/.new-*"))


def test_a_folder_with_other_things_is_left_alone(apt: MadeUpArchive, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    with pytest.raises(BuildRefused, match="other files"):
        made(tmp_path, "mine")
    assert [entry.name for entry in (tmp_path / "mine").iterdir()] == ["letter.txt"]
    with pytest.raises(BuildRefused, match="no folder"):
        made(tmp_path, "mine/letter.txt")


@pytest.mark.parametrize("name", ["pxe", "direct", "usb.img", ".new-things", "manifest.json"])
def test_a_folder_of_somebodys_that_is_called_as_ours_are_is_left_alone(
    apt: MadeUpArchive, tmp_path: Path, name: str
) -> None:
    place = tmp_path / "mine" / name
    if "." in name[1:]:
        place.parent.mkdir()
        place.write_text("keep me")
    else:
        place.mkdir(parents=True)
        (place / "letter.txt").write_text("keep me")
    before = digests(tmp_path / "mine")
    with pytest.raises(BuildRefused, match="name a new or empty folder with -o"):
        made(tmp_path, "mine")
    assert digests(tmp_path / "mine") == before


@pytest.mark.system
def test_an_interrupted_build_is_made_good_by_the_next_and_leaves_nothing_behind(
    apt: MadeUpArchive, tmp_path: Path, project: Path
) -> None:
    folder = tmp_path / "stick"
    killed = (
        "import os, shutil, sys; from pathlib import Path; from hardware.bootstick.builder import *;"
        "shutil.copyfile = lambda *_: os.kill(os.getpid(), 9);"
        "build(BuildOptions(output=Path(sys.argv[1]), cache=Path(sys.argv[2])))"
    )
    for built_before in (False, True):
        command: list[str | Path] = [sys.executable, "-c", killed, folder, tmp_path / "cache"]
        done = subprocess.run(command, cwd=project, env={**os.environ, "PYTHONPATH": str(project)}, check=False)
        assert done.returncode == -signal.SIGKILL
        assert list(folder.glob(".new-*"))
        assert (folder / "manifest.json").exists() is built_before
        built = made(tmp_path)
        assert {entry.name for entry in folder.iterdir()} == {"usb.img", "pxe", "direct", "manifest.json"}
        assert verify_folder(built.folder).faults == ()


def test_two_builds_into_one_folder_do_not_mix(apt: MadeUpArchive, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BuildUnable, match="another build is at work in"):
            made(tmp_path)
    finally:
        os.close(held)
    assert list(folder.iterdir()) == []


def test_what_holds_the_sticks_key_is_for_its_owner_alone(apt: MadeUpArchive, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    before = os.umask(0o022)
    try:
        made(tmp_path, keys={"stick.key": b"a secret" * 100})
    finally:
        os.umask(before)
    open_to_all = [file for file in folder.rglob("*") if file.is_file() and file.stat().st_mode & 0o077]
    assert {file.relative_to(folder).as_posix() for file in open_to_all} == {
        *("manifest.json", "pxe/shimx64.efi", "pxe/grubx64.efi", "pxe/grub/grub.cfg", "pxe/intake.ipxe"),
        *("pxe/vmlinuz", "direct/vmlinuz"),
    }


def test_a_build_again_replaces_the_old_stick(apt: MadeUpArchive, tmp_path: Path) -> None:
    made(tmp_path, slot=1)
    (tmp_path / "stick" / "pxe" / "stray").touch()
    built = made(tmp_path, slot=2)
    assert b"intake.slot=2" in (built.pxe_folder / "grub" / "grub.cfg").read_bytes()
    assert verify_folder(built.folder).faults == ()


def test_a_package_that_apt_does_not_know_is_one_sentence(own_apt: MadeUpArchive, tmp_path: Path) -> None:
    with pytest.raises(PackageUnavailable, match=r"apt knows no package linux-image-amd64; .*apt-get update"):
        made(tmp_path)


def test_a_package_that_cannot_be_fetched_is_one_sentence(own_apt: MadeUpArchive, tmp_path: Path) -> None:
    everything(own_apt)
    (own_apt.folder / "no-network").touch()
    with pytest.raises(PackageUnavailable, match=r"could not be downloaded \(Could not resolve the host\); see to the"):
        made(tmp_path)
    assert not (tmp_path / "stick" / "manifest.json").exists()


def test_a_package_that_is_not_the_recorded_one_is_never_used(own_apt: MadeUpArchive, tmp_path: Path) -> None:
    everything(own_apt)
    own_apt.spoil("shim-signed")
    with pytest.raises(PackageUnavailable, match="shim-signed that came is not the one in apt's records"):
        made(tmp_path)
    assert not list((tmp_path / "cache" / "trees").glob("*"))


def test_a_package_without_its_file_is_one_sentence(own_apt: MadeUpArchive, tmp_path: Path) -> None:
    everything(own_apt)
    own_apt.add("iw", {"usr/share/doc/iw/README": b"no program"})
    with pytest.raises(BuildUnable, match="none of the packages brings usr/sbin/iw"):
        made(tmp_path)


def test_a_cache_that_cannot_be_made_is_one_sentence(apt: MadeUpArchive, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(BuildUnable, match=r"the cache .* cannot be used"):
        made(tmp_path)
