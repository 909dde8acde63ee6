"""Verifying a stick: whatever is changed on it within the image's length is noticed, and the part is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hardware.bootstick.builder import BuildOptions, Built, build
from hardware.bootstick.errors import BuildRefused
from hardware.bootstick.fat import read_files
from hardware.bootstick.usb_image import FIRST_BYTE
from hardware.bootstick.verify import verify_folder, verify_stick
from tests.hardware.bootstick.made_up import MadeUpArchive


@pytest.fixture(scope="module")
def built(full_archive: MadeUpArchive, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """One stick, not to be changed."""
    place = tmp_path_factory.mktemp("verified")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", full_archive.path)
        return build(BuildOptions(output=place / "stick", cache=place / "cache", stick="abcdefghijkl"))


def faults(built: Built, stick: bytes, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "sdX").write_bytes(stick)
    return {fault.path: fault.wrong for fault in verify_stick(built.folder, tmp_path / "sdX").faults}


def test_a_stick_is_compared_over_the_length_of_the_image_and_not_beyond(built: Built, tmp_path: Path) -> None:
    image = built.usb_image.read_bytes()
    assert faults(built, image, tmp_path) == {}
    assert faults(built, image + b"whatever lies on the rest of the stick", tmp_path) == {}
    assert verify_stick(built.folder, tmp_path / "sdX").compared == len(image)
    assert verify_folder(built.folder).compared == 0


def _free_space(image: bytes) -> int:
    return len(image) - 512


def _folder(image: bytes) -> int:
    # The time at which a file was last looked at; no file is another one for it.
    return image.index(b"VMLINUZ    ") + 18


@pytest.mark.parametrize(
    ("part", "where"),
    [
        ("the boot code", lambda image: 0),
        ("the boot code", lambda image: 439),
        ("the partition table", lambda image: 446 + 16 + 4),  # a second partition
        ("the partition table", lambda image: 511),
        ("the space before the partition", lambda image: 512),
        ("the space before the partition", lambda image: FIRST_BYTE - 1),
        ("the boot sector", lambda image: FIRST_BYTE + 0x60),
        ("the folders or the free space", _free_space),
        ("the folders or the free space", _folder),
        ("vmlinuz", lambda image: image.index(b"a kernel")),
    ],
)
def test_one_changed_byte_is_noticed_and_its_part_is_named(
    built: Built, tmp_path: Path, part: str, where: Callable[[bytes], int]
) -> None:
    image = bytearray(built.usb_image.read_bytes())
    image[where(bytes(image))] ^= 1
    assert set(faults(built, bytes(image), tmp_path)) == {part}


def test_the_table_of_files_is_a_part_too(built: Built, tmp_path: Path) -> None:
    image = bytearray(built.usb_image.read_bytes())
    reserved = int.from_bytes(image[FIRST_BYTE + 14 : FIRST_BYTE + 16], "little")
    # The last entry: a cluster that no file has is marked as taken.
    per_table = int.from_bytes(image[FIRST_BYTE + 36 : FIRST_BYTE + 40], "little")
    image[FIRST_BYTE + (reserved + per_table) * 512 - 4] ^= 1
    assert set(faults(built, bytes(image), tmp_path)) == {"the table of files"}


def test_a_stick_that_is_too_small_or_something_else_is_told(built: Built, tmp_path: Path) -> None:
    image = built.usb_image.read_bytes()
    cut = faults(built, image[:-1], tmp_path)
    assert cut == {"the stick": "it is smaller than the image"}
    assert "cannot be read as a stick" in faults(built, bytes(len(image)), tmp_path)["sdX"]


def test_without_the_folders_own_image_a_good_stick_is_still_known_as_good(
    full_archive: MadeUpArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", full_archive.path)
    built = build(BuildOptions(output=tmp_path / "stick", cache=tmp_path / "cache"))
    image = built.usb_image.read_bytes()
    for spoil in (lambda: built.usb_image.write_bytes(b"\0" * len(image)), built.usb_image.unlink):
        spoil()
        assert faults(built, image, tmp_path) == {}
        changed = faults(built, b"\x90" + image[1:], tmp_path)
        assert "its own usb.img is missing or changed" in changed["the stick"].replace("the folder's own", "its own")
    with (tmp_path / "sdX").open("rb") as stick:
        assert dict(read_files(stick, FIRST_BYTE))
    text = built.manifest.read_text().replace('"usb.img"', '"other.img"')
    built.manifest.write_text(text)
    with pytest.raises(BuildRefused, match="build the stick anew"):
        verify_stick(built.folder, tmp_path / "sdX")
