"""Builds a boot stick: `build(BuildOptions(...))` gives the paths of what was built.

packages --> trees (cache) --> archives: probe, system, modules, firmware, end --> initrd --+--> usb.img
                                                                                            +--> pxe/
                 shim, GRUB, kernel, SYSLINUX: as signed, never changed --------------------+--> direct/
                                                                                                 manifest.json, last
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

import hardware.probe
from hardware.bootstick import root, wording
from hardware.bootstick.boot_files import command_line, grub_config, ipxe_script, syslinux_config
from hardware.bootstick.cache import Cache
from hardware.bootstick.cpio import Archive
from hardware.bootstick.debian import Apt, run
from hardware.bootstick.errors import BuildRefused, BuildUnable, PackageUnavailable
from hardware.bootstick.fat import read_files
from hardware.bootstick.firmware import choose_firmware, firmware_archive
from hardware.bootstick.firmware_files import FirmwareFiles
from hardware.bootstick.manifest import (
    MANIFEST,
    FirmwareUsed,
    LeftOutFirmware,
    Manifest,
    MissingFirmware,
    PackageUsed,
    kept_file,
    write_manifest,
)
from hardware.bootstick.module_sets import MODULE_SETS, ModuleSet
from hardware.bootstick.modules import ModuleTree
from hardware.bootstick.output import check_output, workshop
from hardware.bootstick.parts import LEVEL, Parts
from hardware.bootstick.usb_image import FIRST_BYTE, make_image

__all__ = ["BuildOptions", "Built", "ModuleSet", "build"]

_ARCHITECTURE: Final = "amd64"
_KEY_NAME: Final = re.compile(r"[a-z][a-z0-9.-]{0,39}")
_SECRET: Final = ("usb.img", "direct/initrd")
"""What holds the stick's key; pxe/initrd is the same file."""


class BuildOptions(Struct, frozen=True, kw_only=True):
    """What is to be built.

    output: the folder that gets usb.img, pxe/, direct/ and manifest.json; empty, new, or one that was built before.
        What holds the stick's key in it is readable by its owner alone.
    cache: the folder that keeps packages between builds; with it filled, nothing comes from the network.
    bench: "HOST:PORT" that the laptop dials; "" where it finds the bench by DHCP or mDNS.
    slot: the bench's slot (0: any).
    serial: "ttyUSB0@115200" where the agent speaks on a serial line; "" for none.
    modules: the kernel modules: "laptop" for real ones, "virtual" for QEMU's (a third of the size).
    stick: the stick's id, 12 lower-case letters; "" for a stick without one.
    keys: files of the folder /intake/keys on the laptop, by name (ca.pem, stick.pem, stick.key).
    firmware: the devices' firmware: "auto" takes it from the packages that apt knows, for the modules of real laptops
        only; "none"; or a folder that lies as /lib/firmware does.
    more: further words of the kernel's command line ("intake.modules=vivid,snd-aloop", "intake.debug").
    """

    output: Path
    cache: Path
    bench: str = ""
    slot: int = 0
    serial: str = ""
    modules: ModuleSet = "laptop"
    firmware: Literal["auto", "none"] | Path = "auto"
    stick: str = ""
    keys: dict[str, bytes] = {}
    more: tuple[str, ...] = ()


class Built(Struct, frozen=True):
    """What was built: paths in the output folder, the kernel's command line that stands in its boot menus, and which
    firmware there is.
    """

    folder: Path
    usb_image: Path
    pxe_folder: Path
    kernel: Path
    initrd: Path
    manifest: Path
    command_line: str
    firmware: FirmwareUsed


def build(options: BuildOptions) -> Built:
    """Builds everything anew; what the folder held of an older build is replaced, its manifest last.

    Raises `BuildRefused` (the input), `PackageUnavailable` and `BuildUnable` (the bench).
    """
    line = command_line(options.bench, options.slot, options.serial, options.stick, options.more)
    for name in options.keys:
        if not _KEY_NAME.fullmatch(name):
            raise BuildRefused(wording.wrong_key_name(name))
    if isinstance(options.firmware, Path) and not options.firmware.is_dir():
        raise BuildRefused(wording.no_firmware_folder(options.firmware))
    check_output(options.output)
    _look_at_machine()
    with Cache.open(options.cache) as cache:
        failed: PackageUnavailable | None = None
        for apt in Apt.in_turn(cache.folder / "apt"):
            try:
                firmware = _fill(options, line, Parts(cache, apt))
                break
            except PackageUnavailable as error:
                failed = error
        else:
            assert failed is not None
            raise failed
    folder = options.output
    return Built(
        folder=folder,
        usb_image=folder / "usb.img",
        pxe_folder=folder / "pxe",
        kernel=folder / "direct" / "vmlinuz",
        initrd=folder / "direct" / "initrd",
        manifest=folder / MANIFEST,
        command_line=line,
        firmware=firmware,
    )


def _fill(options: BuildOptions, line: str, parts: Parts) -> FirmwareUsed:
    """Makes everything beside its place in the output folder, then puts it there."""
    try:
        with workshop(options.output) as shop:
            manifest = _make(shop, parts, options, line)
            write_manifest(shop / MANIFEST, manifest)
        return manifest.firmware
    except OSError as error:
        raise BuildUnable(wording.output_unusable(options.output, error)) from error


def _make(shop: Path, parts: Parts, options: BuildOptions, line: str) -> Manifest:
    packages = parts.packages
    tree = parts.module_tree()
    modules = {path: tree.read(path) for path in tree.choose(MODULE_SETS[options.modules])}
    (shop / "direct").mkdir()
    initrd, kernel = shop / "direct" / "initrd", shop / "direct" / "vmlinuz"
    with initrd.open("wb") as out:
        out.write(_packed_now(root.probe_archive(options.keys)))
        out.write(parts.packed(root.system_archive(packages, parts.python)).read_bytes())
        out.write(parts.packed(root.modules_archive(tree, parts.release, modules)).read_bytes())
        firmware, packed = _firmware(parts, options, tree, modules)
        out.write(packed)
        out.write(_packed_now(root.whole_archive()))
    shutil.copyfile(packages.find(f"boot/vmlinuz-{parts.release}"), kernel)

    shim = packages.find("usr/lib/shim/shimx64.efi.signed", "usr/lib/shim/shimx64.efi.signed.latest")
    grub = packages.find("usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed")
    texts = {"grub.cfg": grub_config(line), "syslinux.cfg": syslinux_config(line)}
    (shop / "texts").mkdir()
    for name, text in texts.items():
        (shop / "texts" / name).write_text(text, "ascii")
    make_image(
        shop / "usb.img",
        {
            "EFI/BOOT/BOOTX64.EFI": shim,
            "EFI/BOOT/mmx64.efi": packages.find("usr/lib/shim/mmx64.efi.signed", "usr/lib/shim/mmx64.efi"),
            "EFI/BOOT/grubx64.efi": grub,
            f"EFI/{_grub_folder(grub)}/grub.cfg": shop / "texts" / "grub.cfg",
            "vmlinuz": kernel,
            "initrd": initrd,
            "syslinux.cfg": shop / "texts" / "syslinux.cfg",
        },
        parts.image_tools(),
    )
    shutil.rmtree(shop / "texts")

    pxe = shop / "pxe"
    (pxe / "grub").mkdir(parents=True)
    shutil.copyfile(shim, pxe / "shimx64.efi")
    shutil.copyfile(packages.find("usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed"), pxe / "grubx64.efi")
    (pxe / "grub" / "grub.cfg").write_text(grub_config(line), "ascii")
    (pxe / "intake.ipxe").write_text(ipxe_script(line), "ascii")
    for file in (kernel, initrd):
        os.link(file, pxe / file.name)
    for name in _SECRET:
        (shop / name).chmod(0o600)

    output = sorted(file for file in shop.rglob("*") if file.is_file())
    with (shop / "usb.img").open("rb") as image:
        on_image = sorted(
            (kept_file(path, data) for path, data in read_files(image, FIRST_BYTE)), key=lambda row: row.path
        )
    return Manifest(
        stick=options.stick,
        command_line=line,
        kernel=parts.release,
        modules=options.modules,
        module_count=len(modules),
        firmware=firmware,
        probe={"name": hardware.probe.NAME, "version": hardware.probe.VERSION},
        made_from=tuple(
            PackageUsed(each.name, each.version, each.architecture, each.sha256) for each in packages.made_from
        ),
        output=tuple(kept_file(file.relative_to(shop).as_posix(), file) for file in output),
        image=tuple(on_image),
    )


def _firmware(
    parts: Parts, options: BuildOptions, tree: ModuleTree, modules: dict[str, bytes]
) -> tuple[FirmwareUsed, bytes]:
    """What goes on the stick of it, and its packed archive: empty where there shall be none."""
    wanted = options.firmware
    missing: list[tuple[str, ...]] = []
    if isinstance(wanted, Path):
        source, folders = "folder", [wanted]
    elif wanted == "auto" and options.modules == "laptop":
        source = "packages"
        folders, missing = parts.firmware()
    else:
        return FirmwareUsed(source="none"), b""
    found = choose_firmware(modules, FirmwareFiles(folders))
    packed = parts.packed(firmware_archive(found, tree, modules))
    used = FirmwareUsed(
        source=source,
        files=len(found.files),
        size=found.size,
        sha256=packed.stem,
        missing=tuple(MissingFirmware(names, wording.FIRMWARE_LOST[names[0]]) for names in missing),
        left_out=tuple(LeftOutFirmware(each.kind, each.files) for each in found.left_out),
    )
    return used, packed.read_bytes()


def _packed_now(archive: Archive) -> bytes:
    """The archive, compressed and kept nowhere else: it holds the stick's keys."""
    import zstandard

    return zstandard.ZstdCompressor(level=LEVEL).compress(archive.pack())


def _grub_folder(grub: Path) -> str:
    """The folder in which this GRUB looks for its configuration: it was built in, and signed with it."""
    data = grub.read_bytes()
    for name in ("debian", "ubuntu"):
        if f"/EFI/{name}\0".encode() in data:
            return name
    raise BuildUnable(wording.grub_unknown())


def _look_at_machine() -> None:
    try:
        said = run(["dpkg", "--print-architecture"])
    except BuildUnable as error:
        raise BuildUnable(wording.NO_APT) from error
    found = said.stdout.decode("utf-8", "replace").strip()
    if found != _ARCHITECTURE:
        raise BuildUnable(wording.wrong_architecture(found))
