"""Modules: what is chosen comes with all that it needs, in an order in which it can be loaded."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from hardware.bootstick.errors import BuildUnable
from hardware.bootstick.module_sets import MODULE_SETS, PRELOADED
from hardware.bootstick.modules import ModuleTree, module_name


def tree(folder: Path, needs: dict[str, tuple[str, ...]], soft: str = "", alias: str = "") -> ModuleTree:
    folder.mkdir(exist_ok=True)
    dep = "".join(f"{path}: {' '.join(needed)}\n" for path, needed in needs.items())
    for name, text in (("dep", dep), ("softdep", soft), ("alias", alias), ("builtin", "kernel/lib/crc32.ko\n")):
        (folder / f"modules.{name}").write_text(text)
    return ModuleTree(folder)


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    """Modules that need only such as come before them, as depmod makes sure."""
    count = draw(st.integers(1, 12))
    paths = [f"kernel/d/m{number}.ko" for number in range(count)]
    return {
        path: tuple(draw(st.lists(st.sampled_from(paths[:number]), unique=True))) if number else ()
        for number, path in enumerate(paths)
    }


@given(graphs(), st.data())
def test_what_is_chosen_can_be_loaded_with_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, needs: dict[str, tuple[str, ...]], data: st.DataObject
) -> None:
    names = [module_name(path) for path in needs]
    wanted = data.draw(st.lists(st.sampled_from(names)))
    # Wishes may point both ways and in circles.
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=6))
    soft = "".join(f"softdep {name} pre: {wished}\n" for name, wished in pairs)
    kept = tree(tmp_path_factory.getbasetemp() / "modules", needs, soft)
    chosen = kept.choose(wanted)
    assert {module_name(path) for path in chosen} >= set(wanted)
    for line in kept.indexes(chosen)["modules.dep"].decode().splitlines():
        path, _, order = line.partition(":")
        loaded: set[str] = set()
        for each in [*reversed(order.split()), path]:
            assert each in chosen
            assert set(needs[each]) <= loaded
            loaded.add(each)
    assert kept.choose(wanted) == chosen


def test_patterns_choose_folders_and_names_and_an_unknown_name_nothing(tmp_path: Path) -> None:
    needs = {"kernel/a/b/one-two.ko": (), "kernel/a/three.ko.xz": ("kernel/c/four.ko",), "kernel/c/four.ko": ()}
    kept = tree(tmp_path, needs)
    assert kept.choose(["one_two"]) == ["kernel/a/b/one-two.ko"]
    assert kept.choose(["one-two", "crc32", "nothing"]) == ["kernel/a/b/one-two.ko"]
    assert kept.choose(["a/*"]) == sorted(needs)


def test_the_indexes_speak_of_what_is_there_and_of_nothing_else(tmp_path: Path) -> None:
    alias = "# words\nalias usb:v1* usb-one\nalias pci:v2* other\n"
    needs: dict[str, tuple[str, ...]] = {"kernel/usb-one.ko.xz": (), "kernel/other.ko.xz": ()}
    kept = tree(tmp_path, needs, alias=alias)
    indexes = kept.indexes(["kernel/usb-one.ko.xz"])
    assert indexes["modules.alias"] == b"alias usb:v1* usb-one\n"
    # On the stick the modules are not compressed: busybox could not unpack them.
    assert indexes["modules.dep"] == b"kernel/usb-one.ko:\n"


def test_modules_are_unpacked_whatever_they_were_packed_with(tmp_path: Path) -> None:
    kept = tree(tmp_path, {"kernel/a.ko": ()})
    (tmp_path / "kernel").mkdir()
    for suffix, data in ((".xz", lzma.compress(b"code")), (".zst", zstandard.compress(b"code")), ("", b"code")):
        (tmp_path / "kernel" / f"a.ko{suffix}").write_bytes(data)
        assert kept.read(f"kernel/a.ko{suffix}") == b"code"
    (tmp_path / "kernel" / "a.ko.xz").write_bytes(b"broken")
    with pytest.raises(BuildUnable, match="is damaged"):
        kept.read("kernel/a.ko.xz")


def test_a_kernel_without_an_index_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BuildUnable, match="have no index"):
        ModuleTree(tmp_path)


@pytest.mark.parametrize("patterns", MODULE_SETS.values(), ids=MODULE_SETS.keys())
def test_no_set_can_open_a_disks_file_system_reset_the_laptop_or_talk_to_a_modem(patterns: list[str]) -> None:
    text = " ".join(patterns)
    for never in ("ext4", "ntfs", "btrfs", "xfs", "dm_", "md/", "raid", "watchdog", "efi_pstore", "zram", "wwan"):
        assert never not in text
    assert not any(pattern.startswith("fs/") for pattern in patterns)
    # Modems, which these folders are full of, are left out by naming what is taken.
    assert not {"drivers/usb/serial/*", "drivers/net/usb/*", "option", "qcserial", "cdc_mbim"} & set(patterns)
    assert set(PRELOADED) <= set(patterns)
