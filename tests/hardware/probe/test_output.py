"""The two ways out: a bundle that is there whole or not at all, and a stream."""

import json
import os
import re
import resource
import signal
import stat
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from hardware.evidence.bundle import FORMAT, Item, read_bundle
from hardware.laptops.frames import FrameDecoder
from hardware.laptops.link import CaptureStarted
from hardware.probe import NAME, VERSION
from hardware.probe.capture import new_id, rfc3339
from tests.hardware.probe import laptop_tree


def test_the_manifest_is_the_stations(run_probe, laptop, tmp_path):
    done = run_probe("--root", laptop, "-o", tmp_path / "a.zip")
    assert done.returncode == 0
    assert done.stdout == b""
    assert re.fullmatch(rb"intake-probe: 2\d items, \d+ with a reason, in /.*a.zip\n", done.stderr)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["format"] == FORMAT
    assert manifest["probe"] == {"name": NAME, "version": VERSION}
    assert UUID(manifest["bundle_id"]).version == 7
    age = datetime.now(UTC) - datetime.fromisoformat(manifest["captured_at"])
    assert timedelta(0) <= age < timedelta(minutes=1)
    assert set(manifest["items"][0]) == {
        *("id", "file", "source", "exit", "ms", "size", "sha256", "truncated", "error"),
    }
    assert len(read_bundle(tmp_path / "a.zip").items) == len(manifest["items"])


def test_the_time_and_the_id_are_of_the_moment():
    assert rfc3339(1634549400.0071) == "2021-10-18T09:30:00.007Z"
    identity = UUID(new_id(1634549400.007))
    assert identity.version == 7
    assert identity.int >> 80 == 1634549400007
    assert len({new_id(0) for _ in range(100)}) == 100


def test_both_ways_out_give_the_same(run_probe, laptop, tmp_path):
    run_probe("--root", laptop, "-o", tmp_path / "a.zip")
    bundle = read_bundle(tmp_path / "a.zip")
    decoder = FrameDecoder()
    values = list(decoder.feed(run_probe("--root", laptop, "--stream").stdout))
    assert decoder.finished
    assert isinstance(values[0], CaptureStarted)
    assert values[0].expected == tuple(bundle.items)
    items = [value for value in values if isinstance(value, Item)]
    assert [item.meta.id for item in items] == list(bundle.items)
    for item in items:
        assert item.data == bundle.items[item.meta.id].data
        assert item.meta.error == bundle.items[item.meta.id].meta.error


def test_an_older_bundle_is_replaced_and_nothing_else_is_left(run_probe, laptop, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a.zip").write_text("old")
    assert run_probe("--root", laptop, "-o", folder / "a.zip").returncode == 0
    assert zipfile.is_zipfile(folder / "a.zip")
    assert os.listdir(folder) == ["a.zip"]
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE((folder / "a.zip").stat().st_mode) == 0o666 & ~umask


def small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))


def test_a_bundle_that_does_not_fit_is_not_half_written(run_probe, laptop, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a.zip").write_text("old")
    done = run_probe("--root", laptop, "-o", folder / "a.zip", preexec_fn=small_files)
    assert done.returncode == 3
    assert done.stderr.count(b"\n") == 1
    assert b"a.zip cannot be written (File too large)" in done.stderr
    assert os.listdir(folder) == ["a.zip"]
    assert (folder / "a.zip").read_text() == "old"


def test_a_full_disk_is_one_sentence(run_probe, laptop, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("needs root to mount a small disk")
    try:
        (laptop / "proc/cpuinfo").write_bytes(os.urandom(100_000))
        done = run_probe("--root", laptop, "-o", disk / "a.zip")
        left = os.listdir(disk)
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert done.returncode == 3
    assert done.stderr.count(b"\n") == 1
    assert b"No space left on device" in done.stderr
    assert left == []


@pytest.mark.parametrize("name", ["nowhere/a.zip", "laptop", "pipe"])
def test_a_place_that_cannot_be_written_is_one_sentence(run_probe, laptop, tmp_path, name):
    os.mkfifo(tmp_path / "pipe")
    done = run_probe("--root", laptop, "-o", tmp_path / name)
    assert done.returncode == 3
    assert done.stderr.count(b"\n") == 1
    assert b"name a file" in done.stderr
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


@pytest.mark.parametrize(
    "arguments",
    [[], ["-o", "a", "--stream"], ["--what"], ["--stream", "--root", "/nowhere"]],
)
def test_wrong_usage_is_status_2(run_probe, arguments):
    done = run_probe(*arguments)
    assert done.returncode == 2
    assert done.stdout == b""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stopped_probe_leaves_no_file_and_no_command(project, laptop, tmp_path, number):
    note = tmp_path / "pid"
    tools = laptop_tree.tool(tmp_path / "tools", "smartctl", f"echo $$ > {note}.new; mv {note}.new {note}; sleep 300")
    folder = tmp_path / "out"
    folder.mkdir()
    command = [sys.executable, "-I", str(project / "hardware/probe"), "--root", str(laptop)]
    process = subprocess.Popen([*command, "--tools", str(tools), "-o", str(folder / "a.zip")], stderr=subprocess.PIPE)
    until = time.monotonic() + 20
    while not note.exists() and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(number)
    _, said = process.communicate(timeout=10)
    assert process.returncode not in (0, None)
    assert b"Traceback" not in said
    assert os.listdir(folder) == []
    assert not laptop_tree.alive(int(note.read_text()))


def test_a_stream_that_nobody_reads_ends_the_probe(project, laptop):
    command = [sys.executable, "-I", str(project / "hardware/probe"), "--root", str(laptop), "--stream"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    assert process.wait(10) == 3
    assert said.count(b"\n") == 1
    assert b"Traceback" not in said
