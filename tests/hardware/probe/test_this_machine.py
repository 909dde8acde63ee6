"""The probe on the machine that runs the tests, as root and as somebody else, and on an old Python."""

import ast
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hardware.evidence.bundle import read_bundle

PROBE = Path(__file__).resolve().parents[3] / "hardware" / "probe"


def works(python: str) -> bool:
    """False for pyenv's stand-ins of Pythons that are not chosen."""
    return subprocess.run([python, "-c", ""], capture_output=True).returncode == 0


PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
OLD_PYTHONS = [
    python
    for python in (
        *filter(None, (shutil.which(f"python3.{minor}") for minor in (7, 8, 9, 10))),
        *map(str, sorted(PYENV.glob("versions/3.[789].*/bin/python"))),
    )
    if works(python)
]


def unprivileged(tmp_path: Path, *command: str) -> subprocess.CompletedProcess[bytes]:
    """Runs the copied probe as nobody."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs root and setpriv to become nobody")
    if not os.path.exists("/usr/bin/python3"):
        pytest.skip("needs a Python that nobody may run: /usr/bin/python3")
    for folder in (tmp_path, *tmp_path.parents):
        if folder.owner() == "root" and folder != Path("/") and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    shutil.copytree(PROBE, tmp_path / "copy", ignore=shutil.ignore_patterns("__pycache__"))
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(0o777)
    drop = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    return subprocess.run(
        [*drop, "/usr/bin/python3", str(tmp_path / "copy"), *command], capture_output=True, timeout=120, cwd="/"
    )


def test_this_machine_gives_every_item_or_a_reason(run_probe, tmp_path):
    began = time.monotonic()
    done = run_probe("-o", tmp_path / "a.zip")
    assert done.returncode == 0
    assert time.monotonic() - began < 60
    bundle = read_bundle(tmp_path / "a.zip")
    assert len(bundle.items) >= 22
    for item in bundle.items.values():
        assert item.meta.file or item.meta.error
    assert b"MemTotal" in bundle.items["memory"].data
    assert bundle.items["cpu"].meta.error is None


def test_an_ordinary_user_gets_what_is_readable_and_the_reason_for_the_rest(tmp_path):
    done = unprivileged(tmp_path, "-o", str(tmp_path / "out/a.zip"))
    assert done.returncode == 0, done.stderr
    items = read_bundle(tmp_path / "out/a.zip").items
    assert b"MemTotal" in items["memory"].data
    if Path("/sys/firmware/acpi/tables/MSDM").exists():
        assert items["msdm"].meta.error == "EACCES: /sys/firmware/acpi/tables/MSDM needs root"
    assert sorted(os.listdir(tmp_path / "copy")) == sorted(name for name in os.listdir(PROBE) if name != "__pycache__")


def test_absent_and_not_readable_differ(tmp_path, laptop):
    for name in ("sys/firmware/dmi/tables/DMI", "sys/firmware/acpi/tables/MSDM", "dev/kmsg"):
        (laptop / name).chmod(0o400)
    (laptop / "sys/devices/virtual/dmi/id/product_serial").chmod(0o400)
    (laptop / "sys/class/power_supply/BAT0/alarm").touch(0o200)
    (laptop / "proc/meminfo").unlink()
    done = unprivileged(tmp_path, "--root", str(laptop), "-o", str(tmp_path / "out/a.zip"))
    assert done.returncode == 0, done.stderr
    items = read_bundle(tmp_path / "out/a.zip").items
    reasons = {item.meta.id: item.meta.error for item in items.values()}
    assert reasons["smbios"] == "EACCES: /sys/firmware/dmi/tables/DMI needs root"
    assert reasons["msdm"] == "EACCES: /sys/firmware/acpi/tables/MSDM needs root"
    assert reasons["dmi"] == "EACCES: /sys/class/dmi/id/product_serial needs root"
    assert b'"/sys/class/dmi/id/sys_vendor": "Acme\\n"' in items["dmi"].data
    assert b'"/sys/class/dmi/id/product_serial": {"error": "EACCES"}' in items["dmi"].data
    assert reasons["memory"] == "ENOENT: /proc/meminfo does not exist"
    assert reasons["kernel"] == "EACCES: /dev/kmsg needs root"
    assert items["kernel"].data == b"Linux version 4.19.0\n"
    assert reasons["battery"] is None  # alarm is for writing only


def test_a_folder_that_may_not_be_written_is_one_sentence(tmp_path, laptop):
    done = unprivileged(tmp_path, "--root", str(laptop), "-o", "/sys/a.zip")
    assert done.returncode == 3
    assert done.stderr.count(b"\n") == 1


def test_the_module_runs_too(project, laptop, tmp_path):
    command = [sys.executable, "-m", "hardware.probe", "--root", str(laptop), "-o", str(tmp_path / "a.zip")]
    assert subprocess.run(command, cwd=project, capture_output=True).returncode == 0
    assert read_bundle(tmp_path / "a.zip").items["smbios"].data


@pytest.mark.parametrize("python", [sys.executable, *OLD_PYTHONS])
def test_every_python_that_is_here_runs_it(python, laptop, tmp_path):
    file = tmp_path / "a.zip"
    done = subprocess.run(
        [python, "-I", "-B", "-W", "error", str(PROBE), "--root", str(laptop), "-o", str(file)],
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    assert read_bundle(file).items["smbios"].data


def test_a_copy_under_any_name_next_to_hostile_modules_runs(laptop, tmp_path):
    copy = tmp_path / "probe-1.0 (copy)"
    shutil.copytree(PROBE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "json.py").write_text("raise SystemExit('hostile')")
    done = subprocess.run(
        [sys.executable, "-B", str(copy), "--root", str(laptop), "-o", str(tmp_path / "a.zip")], capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert not (copy / "__pycache__").exists()


@pytest.mark.parametrize("file", sorted(PROBE.glob("*.py")), ids=lambda file: file.name)
def test_the_source_is_python_3_7_of_the_standard_library_alone(file):
    tree = ast.parse(file.read_text(), feature_version=(3, 7))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= 1, "nothing outside its own folder"
            names = [] if node.level else [node.module or ""]
        else:
            continue
        for name in names:
            assert name.split(".")[0] in sys.stdlib_module_names
