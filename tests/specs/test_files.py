"""A file that a person named is read whole, or refused at once; a pipe without a writer holds nobody up."""

from __future__ import annotations

import errno
import os
import socket
import threading
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from specs.files import FileRefused, read_small_file

pytestmark = pytest.mark.timeout(60)

MOST = 1000


def refusal(path: Path | str, most: int = MOST) -> str:
    with pytest.raises(FileRefused) as refused:
        read_small_file(path, most)
    return str(refused.value)


@pytest.mark.parametrize("size", [0, 1, MOST - 1, MOST])
def test_a_file_is_read_whole(tmp_path: Path, size: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)) * 4)
    os.truncate(path, size)
    assert read_small_file(path, MOST) == path.read_bytes()
    link = tmp_path / "link"
    link.symlink_to(path)
    assert read_small_file(str(link), MOST) == path.read_bytes()


def test_a_file_that_is_too_large_is_never_read_in_part(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * (MOST + 1))
    assert "too large" in refusal(path)
    os.truncate(path, 2**40)  # takes no room on the disk, and there is no memory for it
    assert "1,000 bytes" in refusal(path)


def test_a_file_that_is_longer_than_it_says_is_bounded_too() -> None:
    path = Path("/proc/self/maps")
    if not path.exists():
        pytest.skip("there is no /proc here")
    assert path.stat().st_size == 0
    assert "too large" in refusal(path, 100)
    assert len(read_small_file(path, 10_000_000)) > 100


def test_a_pipe_that_nobody_writes_to_is_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "pipe" in refusal(pipe)


def test_a_pipe_takes_the_place_of_a_file_between_the_look_and_the_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, pipe = tmp_path / "file", tmp_path / "pipe"
    path.write_text("text")
    os.mkfifo(pipe)
    looked = os.stat

    def then_swapped(place: Path) -> os.stat_result:
        seen = looked(place)
        pipe.replace(path)
        return seen

    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", then_swapped)
        said = refusal(path)
    assert "pipe" in said


def test_a_writer_at_a_pipe_goes_on_waiting_for_its_reader(tmp_path: Path) -> None:
    """Who looks at a pipe must not take the place of the program that it is for."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    opened = threading.Event()

    def write() -> None:
        with pipe.open("wb") as end:
            opened.set()
            end.write(b"for another")

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    for _ in range(20):
        refusal(pipe)
    assert not opened.is_set()
    assert pipe.read_bytes() == b"for another"
    writer.join()


def test_devices_folders_and_sockets_are_refused(tmp_path: Path) -> None:
    assert "device" in refusal("/dev/zero")
    assert "device" in refusal("/dev/null")
    assert "folder" in refusal(tmp_path)
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "socket"))
    server.close()
    assert refusal(tmp_path / "socket")


def test_what_is_not_there_or_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is not there" in refusal(tmp_path / "none")
    (tmp_path / "file").write_text("text")
    assert "Not a directory" in refusal(tmp_path / "file" / "none")
    (tmp_path / "loop").symlink_to("loop")
    assert "cannot be read (" in refusal(tmp_path / "loop")

    def denied(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", denied)  # the tests may run as root, whom nothing is denied
    assert refusal(tmp_path / "file") == "cannot be read (Permission denied)"


@given(st.text(max_size=300))
@example("a\0b")
@example("\ud800")
@example("\x1b[31m\u202e")
@example("x" * 300)
def test_no_name_makes_it_fail_otherwise(name: str) -> None:
    assert refusal(os.path.join("/no-such-folder", name.replace("/", ""), "x")).isprintable()
