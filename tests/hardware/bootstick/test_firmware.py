"""Firmware: what the stick's modules ask for is on it, nothing else, and nothing from outside its folders."""

from __future__ import annotations

import contextlib
import lzma
import os
import posixpath
import stat
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from hardware.bootstick import wording
from hardware.bootstick.cpio import Entry
from hardware.bootstick.errors import BuildRefused, BuildUnable
from hardware.bootstick.firmware import Firmware, choose_firmware, firmware_archive, named_firmware
from hardware.bootstick.firmware_files import FirmwareFiles
from hardware.bootstick.firmware_sets import PACKAGES, SOUND_PROCESSORS
from tests.hardware.bootstick.made_up import module
from tests.hardware.bootstick.reading import read_archive
from tests.hardware.bootstick.test_modules import tree

WIFI = "kernel/drivers/net/wireless/intel/iwlwifi/iwlwifi.ko"
BRCM = "kernel/drivers/net/wireless/broadcom/brcm80211/brcmfmac/brcmfmac.ko"
AMD = "kernel/drivers/gpu/drm/amd/amdgpu/amdgpu.ko"


def put(folder: Path, *names: str, size: int = 4) -> Path:
    """Files of these names, each of `size` bytes that are its own."""
    for name in names:
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(name.encode().ljust(size, b"."))
    return folder


def chosen(folder: Path, modules: dict[str, bytes], most: int = 2**20) -> Firmware:
    return choose_firmware(modules, FirmwareFiles([folder]), most)


def packed(firmware: Firmware, folder: Path, modules: dict[str, bytes], alias: str = "") -> dict[str, Entry]:
    kept = tree(folder, dict.fromkeys(modules, ()), alias=alias)
    return {entry.path: entry for entry in read_archive(firmware_archive(firmware, kept, modules).pack())}


def test_what_a_module_names_is_taken_and_nothing_else(tmp_path: Path) -> None:
    put(
        tmp_path,
        "rtw88/rtw8822c_fw.bin",
        "rtw88/rtw8723d_fw.bin",
        "secret.bin",
        "brcm/a-sdio.b.bin",
        "brcm/x/y-sdio.bin",
    )
    modules = {
        "kernel/drivers/net/wireless/r.ko": module("rtw88/rtw8822c_fw.bin", "not-there.bin"),
        BRCM: module("brcm/*-sdio.*.bin", "*/*/*.txt"),
        "kernel/plain.ko": module(more=b"parm=firmware=secret.bin\0"),
        "kernel/no-module.ko": b"firmware=secret.bin\0",
    }
    found = chosen(tmp_path, modules)
    assert list(found.files) == ["brcm/a-sdio.b.bin", "rtw88/rtw8822c_fw.bin"]
    assert found.files["rtw88/rtw8822c_fw.bin"] == b"rtw88/rtw8822c_fw.bin"
    assert (found.links, found.left_out) == ({}, ())


def test_of_intels_wifi_the_newest_that_the_driver_takes_and_the_one_before(tmp_path: Path) -> None:
    put(tmp_path, *(f"iwlwifi-cc-a0-{version}.ucode" for version in (9, 50, 59, 71, 73, 100)))
    put(tmp_path, "iwlwifi-cc-a0-b0-70.ucode", "iwlwifi-ty-a0-59.ucode", "iwlwifi-ty-a0.pnvm")
    found = chosen(tmp_path, {WIFI: module("iwlwifi-cc-a0-72.ucode", "iwlwifi-ty-a0-72.ucode")})
    assert set(found.files) == {
        *("iwlwifi-cc-a0-71.ucode", "iwlwifi-cc-a0-59.ucode", "iwlwifi-ty-a0-59.ucode", "iwlwifi-ty-a0.pnvm")
    }


def test_where_room_ends_a_scan_comes_before_a_picture_and_what_is_left_out_is_told(tmp_path: Path) -> None:
    put(tmp_path, "amdgpu/navi10_ce.bin", "amdgpu/navi10_me.bin", "amdgpu/renoir_ce.bin", size=100)
    put(tmp_path, "iwlwifi-cc-a0-72.ucode", "iwlwifi-cc-a0-59.ucode", size=100)
    modules = {AMD: module("amdgpu/*.bin"), WIFI: module("iwlwifi-cc-a0-72.ucode")}
    for most, files in (
        (99, ()),
        (100, ("iwlwifi-cc-a0-72.ucode",)),
        (299, ("amdgpu/renoir_ce.bin", "iwlwifi-cc-a0-72.ucode")),
        (300, ("amdgpu/renoir_ce.bin", "iwlwifi-cc-a0-59.ucode", "iwlwifi-cc-a0-72.ucode")),
    ):
        assert tuple(chosen(tmp_path, modules, most).files) == files
    assert {each.kind: each.files for each in chosen(tmp_path, modules, 200).left_out} == {"amdgpu": 2, "iwlwifi": 1}


def test_a_file_under_two_names_is_there_once_with_a_link(tmp_path: Path) -> None:
    put(tmp_path, "ath11k/hw2.0/amss.bin", "sof/signed/a.ri")
    (tmp_path / "ath11k" / "hw2.1").symlink_to("hw2.0")
    (tmp_path / "sof" / "a.ri").symlink_to("signed/a.ri")
    (tmp_path / "b.ri").symlink_to("/lib/firmware/sof/a.ri")
    modules = {"kernel/a.ko": module("ath11k/hw2.1/amss.bin", "ath11k/hw2.0/amss.bin", "sof/*.ri", "b.ri")}
    entries = packed(chosen(tmp_path, modules), tmp_path / "modules", modules)
    assert {path: entry.data.decode() for path, entry in entries.items() if stat.S_ISLNK(entry.mode)} == {
        "usr/lib/firmware/ath11k/hw2.1/amss.bin": "../hw2.0/amss.bin",
        "usr/lib/firmware/sof/a.ri": "signed/a.ri",
        "usr/lib/firmware/b.ri": "sof/signed/a.ri",
    }
    assert entries["usr/lib/firmware/sof/signed/a.ri"].data == b"sof/signed/a.ri"


def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    outside = put(tmp_path / "outside", "passwords")
    folder = put(tmp_path / "firmware", "inside.bin")
    for name, target in {
        "absolute": str(outside / "passwords"),
        "up": "../outside/passwords",
        "far": "/lib/firmware/../../etc/passwd",
        "loop": "loop",
        "hop": "skip",
        "skip": "hop",
        "folder": str(outside),
        "dots": "..",
        "nowhere": "not-there",
        "itself": "inside.bin/../../outside/passwords",
    }.items():
        (folder / name).symlink_to(target)
    names = (*os.listdir(folder), "folder/passwords", "dots/outside/passwords", "../outside/passwords", "/etc/passwd")
    found = chosen(folder, {"kernel/a.ko": module("*", "*/*", *names)})
    assert (list(found.files), found.links) == (["inside.bin"], {})


NAMES = st.sampled_from(["a", "b", "c", "d/a", "d/b", "d/e/a", "f", "f/a"])
TARGETS = st.sampled_from(
    [
        "a",
        "b",
        "../a",
        "../../a",
        "d",
        "d/a",
        "e/a",
        ".",
        "..",
        "/",
        "/lib/firmware/a",
        "/lib/firmware/d",
        "../../o",
        "o",
    ]
)


@given(st.lists(NAMES, unique=True, max_size=4), st.dictionaries(NAMES, TARGETS, max_size=6))
def test_every_link_on_the_stick_leads_to_a_file_on_the_stick(
    tmp_path_factory: pytest.TempPathFactory, files: list[str], links: dict[str, str]
) -> None:
    place = tmp_path_factory.mktemp("links")
    (place / "o").write_bytes(b"outside")
    folder = place / "lib"
    folder.mkdir()
    for name in (*links, *files):
        made = folder / name
        # A link or a file may be where a folder would be wanted, and nothing is made through a link.
        if any(each.is_symlink() for each in made.parents) or os.path.lexists(made):
            continue
        with contextlib.suppress(FileExistsError, NotADirectoryError):
            made.parent.mkdir(parents=True, exist_ok=True)
            if name in links:
                made.symlink_to(links[name])
            else:
                made.write_bytes(b"inside")
    modules = {"kernel/a.ko": module("*", "*/*", "*/*/*", "d/a", "d/e/a", "f/a")}
    entries = packed(chosen(folder, modules), place / "modules", modules)
    for path, entry in entries.items():
        if stat.S_ISLNK(entry.mode):
            real = posixpath.normpath(posixpath.join(posixpath.dirname(path), entry.data.decode()))
            assert real.startswith("usr/lib/firmware/")
            assert entries[real].data == b"inside"
        elif path.startswith("usr/lib/firmware/") and stat.S_ISREG(entry.mode):
            assert entry.data == b"inside"


def test_packed_firmware_is_unpacked_and_a_plain_file_counts_before_it(tmp_path: Path) -> None:
    (tmp_path / "a.bin.xz").write_bytes(lzma.compress(b"from xz"))
    (tmp_path / "b.bin.zst").write_bytes(zstandard.compress(b"from zst"))
    (tmp_path / "c.bin").write_bytes(b"plain")
    (tmp_path / "c.bin.zst").write_bytes(b"never looked at")
    (tmp_path / "d.bin.zst").symlink_to("b.bin.zst")
    found = chosen(tmp_path, {"kernel/a.ko": module("a.bin", "b.bin", "c.bin", "d.bin")})
    assert found.files == {"a.bin": b"from xz", "b.bin": b"from zst", "c.bin": b"plain"}
    assert found.links == {"d.bin": "b.bin"}


def test_the_list_of_wifi_channels_has_the_name_that_its_installation_would_give_it(tmp_path: Path) -> None:
    names = [f"regulatory.db{end}-{kind}" for end in ("", ".p7s") for kind in ("debian", "upstream")]
    found = chosen(
        put(tmp_path, *names), {"kernel/net/wireless/cfg80211.ko": module("regulatory.db", "regulatory.db.p7s")}
    )
    assert found.files == {"regulatory.db": b"regulatory.db-debian", "regulatory.db.p7s": b"regulatory.db.p7s-debian"}


@pytest.mark.parametrize("packing", ["plain", "xz", "zst"])
def test_a_file_that_is_far_too_large_is_left_out_without_being_unpacked_whole(tmp_path: Path, packing: str) -> None:
    if packing == "plain":
        with (tmp_path / "a.bin").open("wb") as hole:
            hole.truncate(2**40)
    elif packing == "xz":
        (tmp_path / "a.bin.xz").write_bytes(lzma.compress(bytes(2**26), preset=1))
    else:
        (tmp_path / "a.bin.zst").write_bytes(zstandard.compress(bytes(2**26)))
    found = chosen(put(tmp_path, "b.bin"), {"kernel/a.ko": module("a.bin", "b.bin")})
    assert list(found.files) == ["b.bin"]
    assert [(each.kind, each.files) for each in found.left_out] == [("a.bin", 1)]


def test_what_is_no_plain_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.bin")
    (tmp_path / "b.bin").mkdir()
    (tmp_path / "line\nbreak.bin").write_bytes(b"odd")
    deep = tmp_path.joinpath(*["d"] * 400)
    deep.mkdir(parents=True)
    (deep / "c.bin").write_bytes(b"deep")
    found = chosen(tmp_path, {"kernel/a.ko": module("a.bin", "b.bin", "*.bin", "/".join(["d"] * 90) + "/c.bin")})
    assert found.files == {}


@pytest.mark.parametrize("name", ["a.bin.xz", "a.bin.zst"])
@given(data=st.binary(max_size=60))
def test_a_damaged_file_is_one_sentence(tmp_path_factory: pytest.TempPathFactory, name: str, data: bytes) -> None:
    folder = tmp_path_factory.getbasetemp() / f"damaged-{name}"
    folder.mkdir(exist_ok=True)
    whole = lzma.compress(b"firmware") if name.endswith("xz") else zstandard.compress(b"firmware")
    for contents in (data, whole[: len(data)], whole[:6] + data):
        (folder / name).write_bytes(contents)
        told = ""
        try:
            chosen(folder, {"kernel/a.ko": module("a.bin")})
        except BuildUnable as error:
            told = str(error)
        assert told == "" or told.startswith("the firmware a.bin is damaged; ")


def test_a_folder_that_is_no_firmware_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.bootstick.firmware_files._MOST_FILES", 5)
    with pytest.raises(BuildRefused, match="more than 5 files, which is no firmware"):
        FirmwareFiles([put(tmp_path, *map(str, range(6)))])


@given(st.binary(max_size=300) | st.tuples(st.integers(0, 400), st.binary(max_size=8)))
def test_whatever_a_module_is_its_names_are_read_or_there_are_none(data: bytes | tuple[int, bytes]) -> None:
    if isinstance(data, tuple):
        whole, (at, patch) = bytearray(module("a.bin", "b.bin")), data
        whole[at : at + len(patch)] = patch
        data = bytes(whole)
    assert all(name.isprintable() and len(name) <= 200 for name in named_firmware(data))


def test_names_that_no_file_can_have_are_not_looked_for() -> None:
    assert named_firmware(module("a.bin", "line\n", "x" * 201, "", "a.bin", "b.bin")) == ("a.bin", "b.bin")


def test_a_sound_processor_is_used_only_where_all_that_its_driver_may_ask_for_is_there(tmp_path: Path) -> None:
    apollo, alder = (f"kernel/sound/soc/sof/intel/snd-sof-pci-intel-{name}.ko" for name in ("apl", "tgl"))
    modules = {apollo: module(), alder: module()}
    alias = (
        "alias pci:v00008086d00005A98sv*sd*bc*sc*i* snd_sof_pci_intel_apl\n"
        "alias pci:v00008086d0000A0C8sv*sd*bc*sc*i* snd_sof_pci_intel_tgl\n"
        "alias sst snd_sof_pci_intel_apl\n"
    )
    folder = put(tmp_path / "fw", "intel/sof/sof-apl.ri", "intel/sof/sof-glk.ri", "intel/sof/sof-tgl.ri")
    put(
        folder,
        "intel/sof-tplg/sof-apl-nocodec.tplg",
        "intel/sof-tplg/sof-hda-generic-2ch.tplg",
        "intel/sof/sof-apl.ldc",
    )
    found = chosen(folder, modules)
    assert "intel/sof/sof-apl.ldc" not in found.files
    assert {"intel/sof-tplg/sof-apl-nocodec.tplg", "intel/sof-tplg/sof-hda-generic-2ch.tplg"} <= found.files.keys()
    entries = packed(found, tmp_path / "modules", modules, alias)
    assert entries["intake/sound-processors"].data == b"pci:v00008086d00005A98sv\n"
    assert set(SOUND_PROCESSORS) > {"snd_sof_pci_intel_apl", "snd_sof_pci_intel_tgl"}


def test_of_every_package_it_is_known_what_is_lost_without_it() -> None:
    assert {names[0] for names in PACKAGES} == set(wording.FIRMWARE_LOST)
