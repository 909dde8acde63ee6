"""Packages: apt's records are read strictly, and a program's libraries are found where Debian puts them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.bootstick.cache import Cache
from hardware.bootstick.debian import Apt, read_records
from hardware.bootstick.elf import NotElf, needed_libraries
from hardware.bootstick.errors import BuildUnable
from hardware.bootstick.packages import Packages
from hardware.bootstick.python_files import is_wanted
from tests.hardware.bootstick.made_up import LIBRARIES, MadeUpArchive

RECORD = b"""\
Package: shim-signed
Version: 1.51
Architecture: amd64
Pre-Depends: debconf
Depends: debconf (>= 0.5) | debconf-2.0, mokutil, libc6 (>= 2.14)
Description: words
 Depends: not-this
Size: 12
SHA256: %s
""" % (b"ab" * 32)


def test_a_record_is_read() -> None:
    [package] = read_records(RECORD)
    assert (package.name, package.version, package.size, package.sha256) == ("shim-signed", "1.51", 12, "ab" * 32)
    assert package.depends == ("debconf", "mokutil", "libc6")


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"ab" * 32, b"ab"), (b"Package: shim-signed", b"Package: ../evil"), (b"Size: 12", b"Size: x"), (b"1.51", b"")],
)
def test_a_record_that_is_not_whole_is_none(old: bytes, new: bytes) -> None:
    assert read_records(RECORD.replace(old, new)) == []


@given(st.binary(max_size=400))
def test_whatever_apt_says_never_breaks_the_reading(said: bytes) -> None:
    read_records(said)


def a_library() -> Path:
    """One of this machine's that needs another one besides libc."""
    return (LIBRARIES / "libstdc++.so.6").resolve()


def test_only_the_libraries_that_a_program_names_come_with_it(own_apt: MadeUpArchive, tmp_path: Path) -> None:
    own_apt.add("tool", {"usr/bin/tool": a_library()}, ("libc6", "libbig9", "libgcc-s1 (>= 3.0)", "a-shell"))
    own_apt.add("libbig9", {"usr/share/big": b"not needed"}, ())
    own_apt.add("libgcc-s1", {"lib/x86_64-linux-gnu/libgcc_s.so.1": (LIBRARIES / "libgcc_s.so.1").resolve()})
    names = ("libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2")
    own_apt.add("libc6", {f"usr/lib/x86_64-linux-gnu/{name}": (LIBRARIES / name).resolve() for name in names}, ())
    with Cache.open(tmp_path / "cache") as cache:
        packages = Packages(Apt(tmp_path / "apt"), cache)
        packages.add(Apt(tmp_path / "apt").package("tool"))
        found = packages.libraries([packages.find("usr/bin/tool")])
    assert set(found) >= {"libc.so.6", "libm.so.6", "libgcc_s.so.1"}
    assert [package.name for package in packages.made_from] == ["libc6", "libgcc-s1", "tool"]


def test_a_library_under_an_odd_name_is_found_among_what_is_depended_on(own_apt: MadeUpArchive, tmp_path: Path) -> None:
    own_apt.add("tool", {"usr/bin/tool": (LIBRARIES / "libdl.so.2").resolve()}, ("liboddly1g",))
    names = ("libc.so.6", "ld-linux-x86-64.so.2")
    own_apt.add("liboddly1g", {f"lib/x86_64-linux-gnu/{name}": (LIBRARIES / name).resolve() for name in names}, ())
    with Cache.open(tmp_path / "cache") as cache:
        packages = Packages(Apt(tmp_path / "apt"), cache)
        packages.add(Apt(tmp_path / "apt").package("tool"))
        assert "libc.so.6" in packages.libraries([packages.find("usr/bin/tool")])


def test_a_library_that_nobody_brings_is_one_sentence(own_apt: MadeUpArchive, tmp_path: Path) -> None:
    own_apt.add("tool", {"usr/bin/tool": a_library()}, ())
    with Cache.open(tmp_path / "cache") as cache:
        packages = Packages(Apt(tmp_path / "apt"), cache)
        packages.add(Apt(tmp_path / "apt").package("tool"))
        with pytest.raises(BuildUnable, match="of the package tool was not found"):
            packages.libraries([packages.find("usr/bin/tool")])


def test_a_link_out_of_its_package_leads_nowhere(own_apt: MadeUpArchive, tmp_path: Path) -> None:
    own_apt.add("evil", {"usr/bin/passwords": Path("../../../../../../etc/passwd"), "usr/bin/loop": Path("loop")}, ())
    with Cache.open(tmp_path / "cache") as cache:
        packages = Packages(Apt(tmp_path / "apt"), cache)
        packages.add(Apt(tmp_path / "apt").package("evil"))
        for path in ("usr/bin/passwords", "usr/bin/loop"):
            with pytest.raises(BuildUnable, match="none of the packages brings"):
                packages.find(path)


@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda rest: b"\x7fELF\x02\x01" + rest))
def test_what_is_no_program_is_told(data: bytes) -> None:
    try:
        needed_libraries(data)
    except NotElf:
        return


def test_what_an_agent_imports_is_on_the_stick_and_what_developers_want_is_not() -> None:
    for path in ("ssl.py", "json/decoder.py", "encodings/idna.py", "ctypes/__init__.py", "lib-dynload/_ssl.x.so"):
        assert is_wanted(path), path
    for path in ("test/a.py", "idlelib/a/b.py", "pdb.py", "encodings/cp1250.py", "lib-dynload/_sqlite3.x.so", "a.txt"):
        assert not is_wanted(path), path
