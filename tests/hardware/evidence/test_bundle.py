import errno
import hashlib
import io
import json
import os
import zipfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.bundle import (
    LARGEST_BUNDLE,
    LARGEST_ITEM,
    MOST_ITEMS,
    Bundle,
    BundleError,
    ProbeName,
    is_item_id,
    make_item,
    read_bundle,
    write_bundle,
    zip_bytes,
)

ITEM_IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,20}", fullmatch=True)


def example() -> Bundle:
    items = [
        make_item("cpu", b"processor : 0\n", source="/proc/cpuinfo", ms=0.3),
        make_item("smart-sda", b"", source="smartctl --json -x /dev/sda", exit=2, error="EACCES: /dev/sda needs root"),
        make_item("edid-eDP-1", b"", source="/sys/class/drm/card0-eDP-1/edid"),
    ]
    return Bundle.of(
        items,
        bundle_id="01890000-0000-7000-8000-000000000000",
        captured_at="2021-10-18T09:00:00Z",
        probe=ProbeName("example", "1"),
    )


def zipped(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def manifest(**items: bytes) -> dict[str, object]:
    rows = [
        {"id": name, "file": f"items/{name}", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in items.items()
    ]
    return {"format": "intake-bundle/1", "items": rows}


def refused(path: Path) -> str:
    with pytest.raises(BundleError) as caught:
        read_bundle(path)
    message = str(caught.value)
    assert "\n" not in message
    assert "Traceback" not in message
    return message


def test_a_bundle_is_read_back_as_it_was_written(tmp_path):
    write_bundle(tmp_path / "one.zip", example())
    assert read_bundle(tmp_path / "one.zip") == example()


def test_the_same_bundle_gives_the_same_bytes():
    assert zip_bytes(example()) == zip_bytes(example())


@given(
    st.dictionaries(ITEM_IDS, st.binary(max_size=300), max_size=6),
    st.dictionaries(ITEM_IDS, st.text(min_size=1, max_size=30), max_size=3),
)
def test_every_bundle_comes_back_whole(tmp_path_factory, contents, failures):
    items = [make_item(name, data) for name, data in contents.items()]
    items += [make_item(name, b"", error=words) for name, words in failures.items() if name not in contents]
    bundle = Bundle.of(items, bundle_id="x", captured_at="y")
    path = tmp_path_factory.mktemp("bundles") / "b.zip"
    write_bundle(path, bundle)
    assert read_bundle(path) == bundle


def test_the_same_bundle_as_a_folder_is_the_same(tmp_path):
    with zipfile.ZipFile(io.BytesIO(zip_bytes(example()))) as archive:
        archive.extractall(tmp_path / "folder")
    assert read_bundle(tmp_path / "folder") == example()


def test_files_copied_by_hand_are_evidence_by_their_stems(tmp_path):
    (tmp_path / "dmidecode.txt").write_bytes(b"Handle")
    (tmp_path / "edid-eDP-1.bin").write_bytes(b"\0\xff")
    (tmp_path / ".hidden").write_bytes(b"x")
    (tmp_path / "two words.txt").write_bytes(b"x")
    (tmp_path / "folder").mkdir()
    bundle = read_bundle(tmp_path)
    found = {name: item.data for name, item in bundle.items.items()}
    assert found == {"dmidecode": b"Handle", "edid-eDP-1": b"\0\xff", "two_words": b"x"}
    assert bundle.items["two_words"].meta.source == "two words.txt"


def test_an_empty_file_alone_is_refused(tmp_path):
    (tmp_path / "dmidecode.txt").touch()
    assert "is empty" in refused(tmp_path / "dmidecode.txt")


def test_a_zip_cut_at_any_byte_is_refused_in_one_sentence(tmp_path):
    whole = zip_bytes(example())
    for length in {*range(0, len(whole), 37), 1, 2, 3, len(whole) - 1, len(whole) - 22}:
        path = tmp_path / "cut.zip"
        path.write_bytes(whole[:length])
        assert "again" in refused(path)


def test_a_zip_with_any_byte_changed_is_refused_or_says_the_same_of_every_item(tmp_path):
    whole = zip_bytes(example())
    path = tmp_path / "changed.zip"
    for position in range(0, len(whole), 7):
        path.write_bytes(whole[:position] + bytes((whole[position] ^ 0x55,)) + whole[position + 1 :])
        try:
            bundle = read_bundle(path)
        except BundleError:
            continue
        assert {name: item.data for name, item in bundle.items.items()} == {
            name: item.data for name, item in example().items.items()
        }


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_to_compress_are_refused(tmp_path, method):
    listed = json.dumps(manifest(cpu=b"x")).encode()
    with zipfile.ZipFile(tmp_path / "x.zip", "w", method) as archive:
        archive.writestr("manifest.json", listed)
        archive.writestr("items/cpu", b"x")
    refused(tmp_path / "x.zip")


def test_a_file_larger_than_any_bundle_is_not_opened(tmp_path):
    with (tmp_path / "x.zip").open("wb") as file:
        file.truncate(10 * LARGEST_BUNDLE)
    assert "larger than" in refused(tmp_path / "x.zip")


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04", pytest.param(os.urandom(64) * 20, id="noise")])
def test_a_file_that_is_no_zip_is_refused(tmp_path, data):
    (tmp_path / "x.zip").write_bytes(data)
    refused(tmp_path / "x.zip")


def test_nothing_there_a_zip_without_manifest_and_an_empty_folder_are_refused(tmp_path):
    assert "no such file" in refused(tmp_path / "missing.zip")
    assert "manifest.json" in refused(zipped(tmp_path / "x.zip", {"a.txt": b""}))
    (tmp_path / "empty").mkdir()
    assert "manifest.json" in refused(tmp_path / "empty")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"{}x",
        b'{"format": 7}',
        b'{"format": "intake-bundle/2"}',
        b'{"items": [{"id": "../x"}]}',
        b'{"items": [{"id": "a"}, {"id": "a"}]}',
        b'{"items": [{"id": "a", "size": "1"}]}',
        b'{"probe": ' * 5000,
        b"\xff\xfe\x00",
    ],
)
def test_a_manifest_that_is_none_is_refused(tmp_path, text):
    assert "manifest" in refused(zipped(tmp_path / "x.zip", {"manifest.json": text}))


def test_an_item_that_is_not_the_one_listed_is_refused(tmp_path):
    listed = json.dumps(manifest(cpu=b"one")).encode()
    assert "SHA-256" in refused(zipped(tmp_path / "x.zip", {"manifest.json": listed, "items/cpu": b"two"}))
    assert "missing" in refused(zipped(tmp_path / "y.zip", {"manifest.json": listed}))


@pytest.mark.parametrize(
    "file", ["../cpu", "/etc/passwd", "items/../../cpu", "items/a/b", "items/", "items/..", "cpu", "items\\cpu"]
)
def test_a_path_outside_items_is_refused(tmp_path, file):
    listed = manifest(cpu=b"x")
    listed["items"][0]["file"] = file  # type: ignore[index]
    refused(zipped(tmp_path / "x.zip", {"manifest.json": json.dumps(listed).encode(), file: b"x"}))
    (tmp_path / "folder" / "items").mkdir(parents=True)
    (tmp_path / "folder" / "manifest.json").write_text(json.dumps(listed))
    (tmp_path / "cpu").write_bytes(b"x")
    refused(tmp_path / "folder")


def test_links_are_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    folder = tmp_path / "folder"
    (folder / "items").mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(manifest(cpu=b"secret")))
    (folder / "items" / "cpu").symlink_to(secret)
    assert "missing" in refused(folder)
    by_hand = tmp_path / "by_hand"
    by_hand.mkdir()
    (by_hand / "cpu.txt").symlink_to(secret)
    (by_hand / "memory.txt").write_bytes(b"MemTotal: 1 kB")
    assert list(read_bundle(by_hand).items) == ["memory"]


def test_a_folder_of_items_that_is_a_link_is_not_followed(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "cpu").write_bytes(b"secret")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(manifest(cpu=b"secret")))
    (folder / "items").symlink_to(tmp_path / "elsewhere")
    assert "missing" in refused(folder)


def test_a_zip_bomb_is_cut_and_marked(tmp_path):
    bomb = bytes(64 * 2**20)
    listed = manifest(cpu=bomb)
    path = zipped(tmp_path / "bomb.zip", {"manifest.json": json.dumps(listed).encode(), "items/cpu": bomb})
    assert path.stat().st_size < 2**18
    item = read_bundle(path).items["cpu"]
    assert item.meta.truncated
    assert item.meta.size == len(item.data) == LARGEST_ITEM


def test_a_bundle_of_many_large_items_is_cut_at_its_own_limit(tmp_path):
    contents = {f"item{n}": bytes((n,)) * LARGEST_ITEM for n in range(6)}
    entries = {"manifest.json": json.dumps(manifest(**contents)).encode()}
    entries |= {f"items/{name}": data for name, data in contents.items()}
    bundle = read_bundle(zipped(tmp_path / "x.zip", entries))
    assert sum(len(item.data) for item in bundle.items.values()) <= LARGEST_BUNDLE
    assert bundle.items["item5"].meta.truncated
    assert bundle.items["item5"].meta.error is not None


def test_an_item_without_bytes_claims_none(tmp_path):
    row = {"id": "cpu", "size": 5000, "sha256": "ab", "error": "EACCES: needs root"}
    item = read_bundle(zipped(tmp_path / "x.zip", {"manifest.json": json.dumps({"items": [row]}).encode()})).items[
        "cpu"
    ]
    assert (item.meta.size, item.meta.sha256, item.data) == (0, "", b"")


def test_too_many_items_and_too_large_a_manifest_are_refused(tmp_path):
    rows = json.dumps({"items": [{"id": f"i{n}"} for n in range(MOST_ITEMS + 1)]}).encode()
    assert str(MOST_ITEMS) in refused(zipped(tmp_path / "x.zip", {"manifest.json": rows}))
    refused(zipped(tmp_path / "y.zip", {"manifest.json": b" " * 2**21 + b"{}"}))
    (tmp_path / "many").mkdir()
    for n in range(MOST_ITEMS + 1):
        (tmp_path / "many" / f"i{n}").write_bytes(b"")
    assert str(MOST_ITEMS) in refused(tmp_path / "many")


def test_outside_text_in_a_manifest_is_cleaned(tmp_path):
    listed = {
        "bundle_id": "\x1b[31m" + "x" * 5000,
        "captured_at": "\u202enow",
        "probe": {"name": "a\nb", "version": "\0"},
        "items": [{"id": "cpu", "source": "\x1b]0;x\x07", "error": "EACCES\x1b[2J"}],
    }
    bundle = read_bundle(zipped(tmp_path / "x.zip", {"manifest.json": json.dumps(listed).encode()}))
    text = msgspec.json.encode(bundle.manifest).decode()
    assert not any(mark in text for mark in ("\\u001b", "\x1b", "\u202e", "\\u0000", "\\n"))
    assert len(text) < 1000


def test_a_full_disk_leaves_the_old_bundle_and_no_rubbish(tmp_path, monkeypatch):
    path = tmp_path / "bundle.zip"
    write_bundle(path, example())
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_bundle(path, Bundle.of([make_item("cpu", b"new")]))
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["bundle.zip"]


def test_a_long_item_is_cut_and_marked_when_it_is_made():
    item = make_item("cpu", bytes(LARGEST_ITEM + 1))
    assert item.meta.truncated
    assert item.meta.size == LARGEST_ITEM
    assert item.meta.sha256 == hashlib.sha256(item.data).hexdigest()


@pytest.mark.parametrize("text", ["", ".", "..", "-x", "a/b", "a\\b", "a b", "é", "a" * 81, "a\n"])
def test_what_may_not_name_an_item(text):
    assert not is_item_id(text)


@pytest.mark.parametrize("told", [None, 1])
def test_a_zip_with_a_hostile_list_is_refused_before_the_list_is_read(tmp_path, monkeypatch, told):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(4_000):
            archive.writestr(f"{number}", b"")
    data = bytearray(content.getvalue())
    if told is not None:
        data[-12:-10] = told.to_bytes(2, "little")
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    monkeypatch.setattr(zipfile.ZipFile, "__init__", lambda *_: pytest.fail("the list was read"))
    assert "more than 512 items" in refused(path)


def test_a_zip64_with_a_short_list_in_front_is_refused_before_the_list_is_read(tmp_path, monkeypatch):
    data = zip_bytes(example())
    path = tmp_path / "a.zip"
    path.write_bytes(data[:-22] + b"PK\6\7" + bytes(16) + data[-22:])
    monkeypatch.setattr(zipfile.ZipFile, "__init__", lambda *_: pytest.fail("the list was read"))
    assert "is not a bundle" in refused(path)


def test_a_zip_with_as_many_items_as_a_bundle_may_have_is_read(tmp_path):
    bundle = Bundle.of(make_item(f"{number:04}".ljust(80, "a"), b"x") for number in range(MOST_ITEMS))
    write_bundle(tmp_path / "a.zip", bundle)
    assert read_bundle(tmp_path / "a.zip") == bundle
