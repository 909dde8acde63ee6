"""Reading a stick back: what mtools wrote is read, and a stick that holds anything at all ends in one error."""

from __future__ import annotations

import contextlib
import io
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.bootstick.fat import FatBroken, read_files
from hardware.bootstick.usb_image import FIRST_BYTE, ImageTools, make_image

FILES = {
    "vmlinuz": b"k" * 100_000,
    "EFI/BOOT/BOOTX64.EFI": b"shim",
    "EFI/BOOT/grubx64.efi": b"g" * 513,
    "EFI/debian/grub.cfg": b"set timeout=0\n",
    "empty": b"",
    "a rather long name.text": b"long",
}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("image")
    for number, data in enumerate(FILES.values()):
        (folder / str(number)).write_bytes(data)
    named = {path: folder / str(number) for number, path in enumerate(FILES)}
    tools = ImageTools(
        Path(shutil.which("mtools") or ""), Path(shutil.which("syslinux") or ""), Path("/usr/lib/SYSLINUX/mbr.bin")
    )
    make_image(folder / "usb.img", named, tools)
    return folder / "usb.img"


@pytest.fixture(scope="module")
def start(image: Path) -> bytes:
    """The first part of the stick, in which everything lies that says where files are."""
    with image.open("rb") as disk:
        return disk.read(FIRST_BYTE + 2**21)


def test_every_file_is_read_back(image: Path) -> None:
    with image.open("rb") as disk:
        found = dict(read_files(disk, FIRST_BYTE))
    assert {path: data for path, data in found.items() if not path.startswith("ldlinux")} == FILES


def test_the_image_is_as_thin_as_its_files(image: Path) -> None:
    """It is written to sticks of any size, and kept on the bench beside others."""
    assert image.stat().st_size == 97 * 2**20
    assert image.stat().st_blocks * 512 < 4 * 2**20


@given(st.data())
def test_a_stick_that_was_damaged_ends_in_one_error(start: bytes, data: st.DataObject) -> None:
    broken = bytearray(start)
    for at in data.draw(st.lists(st.integers(FIRST_BYTE, len(start) - 1), min_size=1, max_size=20)):
        broken[at] = data.draw(st.integers(0, 255))
    # What says how the partition is built is hit more often than chance would.
    for at in data.draw(st.lists(st.integers(FIRST_BYTE, FIRST_BYTE + 90), max_size=4)):
        broken[at] = data.draw(st.integers(0, 255))
    with contextlib.suppress(FatBroken):
        list(read_files(io.BytesIO(bytes(broken)), FIRST_BYTE))


def test_what_is_no_stick_is_told() -> None:
    for data in (b"", bytes(2**21), b"x" * 2**21):
        with pytest.raises(FatBroken):
            list(read_files(io.BytesIO(data), FIRST_BYTE))
