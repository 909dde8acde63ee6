"""Disks are read all over, and never written."""

import errno
import hashlib
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.probe.exercises import storage
from hardware.probe.exercises.session import CannotMeasure
from hardware.probe.exercises.storage import CHUNK, places

SIZE = 40 * CHUNK + 512


@pytest.fixture
def laptop(files):
    """A laptop whose disk sda is a file."""
    return files(
        {
            "sys/block/sda/size": f"{SIZE // 512}\n",
            "sys/block/sda/removable": "0\n",
            "dev/sda": os.urandom(SIZE // 2) * 2,
        }
    )


def add_disk(laptop, name, size=2**21, removable="0", **more):
    base = laptop / "sys/block" / name
    (base / "device").mkdir(parents=True)
    (base / "size").write_text(f"{size // 512}\n")
    (base / "removable").write_text(f"{removable}\n")
    for key, text in more.items():
        (base / "device" / key).write_text(text)
    file = laptop / "dev" / name.replace("!", "/")
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(bytes(size))


@given(st.integers(1, 2**42).map(lambda sectors: sectors * 512))
def test_the_places_lie_on_the_disk_first_and_last_mib_before_all(size):
    found = list(places(size))
    assert found[0] == (0, min(size, CHUNK))
    assert any(start + length == size for start, length in found[:2])
    assert all(start >= 0 and start % 512 == 0 and length > 0 and start + length <= size for start, length in found)
    assert len(found) <= storage.MOST_REGIONS + 2


@given(st.integers(100, 4000).map(lambda gigabytes: gigabytes * 10**9), st.integers(5, 9))
def test_wherever_it_is_broken_off_the_places_are_spread_evenly(size, power):
    count = 2**power
    starts = sorted(start for start, _ in list(places(size))[2 : 2 + count])
    for index, start in enumerate(starts):
        assert abs(start / size - index / count) < 1.1 / count


def test_a_disk_is_read_whole_where_there_is_time(do, laptop):
    (disk,) = do("storage", {}, root=laptop).measured["disks"]
    assert disk["name"] == "sda"
    assert disk["size"] == SIZE
    assert 40 * CHUNK <= disk["bytes_read"] <= 41 * CHUNK
    assert disk["error_count"] == 0
    assert disk["regions"] == 7
    assert disk["seconds"] > 0
    assert disk["skipped"] is None


def test_nothing_is_ever_written(session_of, laptop, monkeypatch):
    disk = laptop / "dev/sda"
    before = (hashlib.sha256(disk.read_bytes()).digest(), disk.stat().st_mtime_ns)
    flags = []
    plain_open = os.open

    def watching(path, flag, *more, **others):
        if str(path).startswith(str(laptop / "dev")):
            flags.append(flag)
        return plain_open(path, flag, *more, **others)

    def never(*_):
        raise AssertionError("a write")

    monkeypatch.setattr(os, "open", watching)
    for name in ("write", "pwrite", "pwritev", "writev", "ftruncate", "truncate"):
        monkeypatch.setattr(os, name, never)
    storage.run(session_of(laptop), 5.0)
    assert flags
    assert all(flag & os.O_ACCMODE == os.O_RDONLY for flag in flags)
    assert not any(flag & (os.O_CREAT | os.O_TRUNC | os.O_APPEND) for flag in flags)
    assert (hashlib.sha256(disk.read_bytes()).digest(), disk.stat().st_mtime_ns) == before


def test_a_disk_that_nobody_may_write_is_read(do, laptop):
    (laptop / "dev/sda").chmod(0o444)
    assert do("storage", {}, root=laptop).measured["disks"][0]["error_count"] == 0


def test_what_is_no_built_in_disk_is_skipped_with_its_reason(do, laptop):
    add_disk(laptop, "sdb", removable="1")
    add_disk(laptop, "mmcblk0", type="SD\n")
    add_disk(laptop, "mmcblk1", type="MMC\n")
    add_disk(laptop, "mmcblk1boot0")
    add_disk(laptop, "loop3")
    add_disk(laptop, "zram0")
    add_disk(laptop, "cciss!c0d0")
    add_disk(laptop, "nvme0n1", size=0)
    real = laptop / "sys/devices/pci0/usb2/2-1/block/sdc"
    real.mkdir(parents=True)
    (real / "size").write_text("4096\n")
    (real / "removable").write_text("0\n")
    (laptop / "sys/block/sdc").symlink_to("../devices/pci0/usb2/2-1/block/sdc")
    disks = {disk["name"]: disk for disk in do("storage", {}, root=laptop).measured["disks"]}
    assert {name: disk["skipped"] for name, disk in disks.items()} == {
        "sda": None,
        "sdb": "removable",
        "sdc": "on USB",
        "mmcblk0": "removable",
        "mmcblk1": None,
        "cciss!c0d0": None,
        "nvme0n1": "its size is 0",
    }
    assert disks["cciss!c0d0"]["bytes_read"] == 2**21


def test_places_that_cannot_be_read_are_named_and_the_others_read(session_of, laptop, monkeypatch):
    plain = os.preadv

    def failing(file, buffers, place):
        if 5 * CHUNK <= place < 20 * CHUNK:
            raise OSError(errno.EIO, "Input/output error")
        return plain(file, buffers, place)

    monkeypatch.setattr(os, "preadv", failing)
    (disk,) = storage.run(session_of(laptop), 5.0)["disks"]
    assert disk["error_count"] >= 1
    assert all(error["error"] == "EIO" and 5 * CHUNK <= error["offset"] < 20 * CHUNK for error in disk["errors"])
    assert disk["bytes_read"] >= 15 * CHUNK


def test_a_disk_that_fails_everywhere_is_left_alone_soon(session_of, files, monkeypatch):
    root = files({"sys/block/sda/size": str(10**9), "sys/block/sda/removable": "0", "dev/sda": bytes(512)})

    def failing(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "preadv", failing)
    (disk,) = storage.run(session_of(root), 60.0)["disks"]
    assert disk["error_count"] == storage.MOST_ERRORS
    assert len(disk["errors"]) == 8


def test_a_disk_shorter_than_it_says_is_an_error_of_it(do, laptop):
    os.truncate(laptop / "dev/sda", 10 * CHUNK)
    (disk,) = do("storage", {}, root=laptop).measured["disks"]
    assert disk["error_count"] >= 1
    assert disk["errors"][0]["error"] == "the disk ends before the size that it gives"


def test_no_disk_and_no_leave_to_read_one_are_reasons(do, files, laptop):
    (laptop / "dev/sda").unlink()
    assert do("storage", {}, root=laptop).error == "No such file or directory"
    for name in ("size", "removable"):
        (laptop / "sys/block/sda" / name).unlink()
    (laptop / "sys/block/sda").rmdir()
    assert do("storage", {}, root=laptop).error == "the laptop shows no disk"


def test_an_ordinary_user_is_told_to_be_root(session_of, laptop, monkeypatch):
    def refusing(path, *_, **__):
        raise PermissionError(errno.EACCES, "Permission denied", path)

    session = session_of(laptop)
    monkeypatch.setattr(session, "open", refusing)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(CannotMeasure, match="Permission denied; run the probe as root"):
        storage.run(session, 1.0)
