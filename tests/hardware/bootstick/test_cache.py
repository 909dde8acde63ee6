"""The cache: what stands under its name is whole, whoever was killed or came at the same time."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardware.bootstick.cache import Cache
from hardware.bootstick.errors import BuildUnable


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    with Cache.open(tmp_path) as cache:
        made: list[Path] = []

        def write(place: Path) -> None:
            made.append(place)
            place.write_bytes(b"packed")

        assert cache.file("packed", "name", write).read_bytes() == b"packed"
        assert cache.file("packed", "name", write).read_bytes() == b"packed"
        assert len(made) == 1


def test_a_maker_that_fails_leaves_nothing_under_any_name(tmp_path: Path) -> None:
    def half(folder: Path) -> None:
        (folder / "half").touch()
        raise BuildUnable("no")

    def half_a_file(place: Path) -> None:
        place.write_bytes(b"half")
        raise BuildUnable("no")

    with Cache.open(tmp_path) as cache:
        with pytest.raises(BuildUnable):
            cache.trees("trees", {"good": lambda folder: (folder / "file").touch(), "bad": half})
        with pytest.raises(BuildUnable):
            cache.file("packed", "bad", half_a_file)
        assert not cache.has("trees", "bad")
        assert not cache.has("packed", "bad")
        assert not list(tmp_path.glob("*/.new-*"))


def test_what_a_killed_build_left_is_removed_by_the_next_but_never_under_another(tmp_path: Path) -> None:
    left = tmp_path / "trees" / ".new-left"
    (left / "read-only").mkdir(parents=True)
    (left / "read-only" / "file").touch()
    (left / "read-only").chmod(0o500)
    with Cache.open(tmp_path) as first:
        assert not left.exists()
        working = first.folder / "trees" / ".new-working"
        working.mkdir()
        with Cache.open(tmp_path):
            assert working.exists()


def test_two_that_make_the_same_at_once_both_have_it(tmp_path: Path) -> None:
    with Cache.open(tmp_path) as cache:

        def fast(folder: Path) -> None:
            (folder / "file").write_bytes(b"same")

        def slow(folder: Path) -> None:
            (folder / "file").write_bytes(b"same")
            # Another build is faster.
            cache.trees("trees", {"name": fast})

        cache.trees("trees", {"name": slow})
        assert (tmp_path / "trees" / "name" / "file").read_bytes() == b"same"
