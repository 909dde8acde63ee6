"""The start image's archives: what goes in comes out, and nothing goes in that could land elsewhere."""

from __future__ import annotations

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.bootstick.cpio import Archive
from tests.hardware.bootstick.reading import read_archive

NAMES = st.text("abcXYZ019._-é", min_size=1, max_size=12).filter(lambda name: name not in (".", ".."))
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)


@given(st.dictionaries(PATHS, st.binary(max_size=64), max_size=8))
def test_what_is_packed_is_read_back(files: dict[str, bytes]) -> None:
    archive = Archive()
    kept: dict[str, bytes] = {}
    for path, data in files.items():
        # A file cannot also be a folder of another one.
        if not any(other.startswith(f"{path}/") or path.startswith(f"{other}/") for other in kept):
            archive.file(path, data)
            kept[path] = data
    entries = list(read_archive(archive.pack()))
    assert {entry.path: entry.data for entry in entries if stat.S_ISREG(entry.mode)} == kept
    paths = [entry.path for entry in entries]
    assert [path for path in paths if path in kept] == list(kept)
    above = {entry.path for entry in entries if stat.S_ISDIR(entry.mode)}
    assert all(path.rpartition("/")[0] in {*above, ""} for path in kept)


def test_devices_links_and_modes_are_kept() -> None:
    archive = Archive()
    archive.character_device("dev/console", 5, 1)
    archive.link("bin", "usr/bin")
    archive.folder("root", 0o700)
    archive.file("init", b"#!", 0o755)
    found = {entry.path: entry for entry in read_archive(archive.pack())}
    assert stat.S_ISCHR(found["dev/console"].mode)
    assert found["dev/console"].device == (5, 1)
    assert stat.S_ISLNK(found["bin"].mode)
    assert found["bin"].data == b"usr/bin"
    assert found["root"].mode == stat.S_IFDIR | 0o700
    assert found["init"].mode == stat.S_IFREG | 0o755


@pytest.mark.parametrize("path", ["", "/", "../etc/passwd", "a/../../b", "a\0b"])
def test_a_path_that_leads_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="no path"):
        Archive().file(path, b"")


def test_two_packages_never_hide_each_others_file() -> None:
    archive = Archive()
    archive.file("usr/bin/x", b"1")
    with pytest.raises(ValueError, match="already"):
        archive.file("usr/bin/x", b"2")
