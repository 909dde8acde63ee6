"""`run`, the one script: on a small copy of the project that needs no library, so no network either."""

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.system

BENCH_TOOLS = ("smartctl", "iw", "arecord", "aplay")
NOTHING_LOCKED = "# nothing is needed\n"
# A `station` that says how it was called and from where.
ECHO = """
import json, os, sys

def main():
    print(json.dumps({"arguments": sys.argv[1:], "folder": os.getcwd(), "code": __file__}))
    return 7 if "--fail" in sys.argv else 0
"""
UNKNOWN_LIBRARY = f"no-such-library-of-ours==1.0 --hash=sha256:{'0' * 64}\n"


@dataclass
class Copy:
    """A copy of `run` beside a project that needs nothing, in a folder with a space in its name."""

    root: Path
    tools: Path

    def __call__(self, *arguments: str, run: Path | None = None, cwd: Path | None = None, **env: str):
        return subprocess.run(
            [run or self.root / "run", *arguments],
            cwd=cwd or self.root,
            env=self.environment(**env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def environment(self, **env: str) -> dict[str, str]:
        keep = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return keep | {"PATH": f"{self.tools}:{os.environ['PATH']}", "PIP_NO_INDEX": "1"} | env

    def tool(self, name: str, script: str = "exit 0") -> None:
        path = self.tools / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def lock(self, text: str) -> None:
        (self.root / "requirements.lock").write_text(text)


@pytest.fixture
def copy(project, tmp_path) -> Copy:
    root = tmp_path / "the bench's $folder"
    (root / "station").mkdir(parents=True)
    (root / "station/__init__.py").touch()
    (root / "station/__main__.py").write_text(ECHO)
    for name in ("run", "pyproject.toml"):
        shutil.copy(project / name, root)
    tools = tmp_path / "tools"
    tools.mkdir()
    copy = Copy(root, tools)
    copy.lock(NOTHING_LOCKED)
    (root / "requirements-dev.lock").write_text(NOTHING_LOCKED)
    for name in BENCH_TOOLS:
        copy.tool(name)
    # No test of ours installs anything on the machine.
    copy.tool("apt-get", f"echo \"$@\" >>'{tools}/apt.log'; exit 100")
    return copy


def one_sentence(result: subprocess.CompletedProcess[str]) -> str:
    """The last line of stderr, which is what the user is told; nothing may have come on stdout."""
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr.strip().splitlines()[-1]


def best_of(times: int, *command: object) -> float:
    """The shortest time in seconds that the command took."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run([str(part) for part in command], check=True, capture_output=True)
        took.append(time.perf_counter() - start)
    return min(took)


def test_it_is_a_posix_script_and_executable(project):
    assert os.access(project / "run", os.X_OK)
    assert (project / "run").read_text().startswith("#!/bin/sh\n")
    subprocess.run(["sh", "-n", project / "run"], check=True)
    if shellcheck := shutil.which("shellcheck"):
        subprocess.run([shellcheck, project / "run"], check=True)


def test_the_first_start_sets_up_and_the_second_goes_straight_to_station(copy, tmp_path):
    first = copy("facts", "a bundle", "--json")
    assert first.returncode == 0, first.stderr
    assert '"arguments": ["facts", "a bundle", "--json"]' in first.stdout
    assert first.stdout.count("\n") == 1, "set-up must say nothing on stdout"
    assert "building .venv" in first.stderr

    # From another folder, through links that are relative and absolute; arguments and status come through.
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    (elsewhere / "link").symlink_to(Path("..") / copy.root.name / "run")
    (elsewhere / "start").symlink_to(elsewhere / "link")
    second = copy("--fail", "", "*", run=elsewhere / "start", cwd=elsewhere)
    assert second.returncode == 7
    assert second.stderr == ""
    assert '"arguments": ["--fail", "", "*"]' in second.stdout
    assert f'"folder": "{elsewhere}"' in second.stdout

    # The launcher of its own, from anywhere; a folder that looks like one of our rooms is not taken for it.
    (elsewhere / "station").mkdir()
    (elsewhere / "station/__init__.py").touch()
    (elsewhere / "command").symlink_to(copy.root / ".venv/bin/station")
    launched = copy("x", run=elsewhere / "command", cwd=elsewhere)
    assert f'"code": "{copy.root}/station/__main__.py"' in launched.stdout, launched.stderr

    venv = copy.root / ".venv/bin"
    assert best_of(7, copy.root / "run") - best_of(7, venv / "python", "-P", venv / "station") < 0.03


def test_a_changed_lock_is_noticed_and_a_failed_set_up_is_done_again(copy):
    assert copy().returncode == 0
    copy.lock(UNKNOWN_LIBRARY)
    for _ in range(2):
        failed = copy()
        assert failed.returncode == 3
        assert re.fullmatch(
            r"run: could not install the libraries: the package index did not give them; check the network, "
            r"then \./run again \(log: .*\.venv-setup\.log\)\.",
            one_sentence(failed),
        )
    copy.lock(NOTHING_LOCKED)
    mended = copy()
    assert mended.returncode == 0
    assert "building" not in mended.stderr, "pip undid its own failure; the rest of .venv is good"


@pytest.mark.slow
def test_a_venv_in_doubt_is_built_anew(copy, tmp_path):
    def killed_in_pip(venv: Path) -> None:
        (venv / ".ready-bench").unlink()
        (venv / ".unfinished").touch()

    def moved(_: Path) -> None:
        copy.root = copy.root.rename(tmp_path / "moved")

    def python_gone(venv: Path) -> None:
        (venv / "bin/python").unlink()

    def emptied(venv: Path) -> None:
        shutil.rmtree(venv)
        venv.mkdir()

    assert copy().returncode == 0
    for damage in (killed_in_pip, moved, python_gone, emptied):
        damage(copy.root / ".venv")
        again = copy()
        assert again.returncode == 0, again.stderr
        assert "building .venv" in again.stderr, damage.__name__
        assert f'"code": "{copy.root}/station/__main__.py"' in again.stdout


def test_two_first_starts_at_once_set_up_once(copy):
    both = [
        subprocess.Popen(
            [copy.root / "run", str(n)],
            env=copy.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(2)
    ]
    answers = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], answers
    assert sum("building .venv" in words for _, words in answers) == 1


def test_missing_bench_tools_are_named_once_and_it_goes_on(copy):
    only = copy.tools.parent / "only"
    only.mkdir()
    for folder in os.environ["PATH"].split(":"):
        for tool in Path(folder).glob("*"):
            if tool.name not in {*BENCH_TOOLS, "apt-get", "sudo"} and not (only / tool.name).exists():
                (only / tool.name).symlink_to(tool)
    if any(Path("/usr/sbin", name).exists() for name in ("smartctl", "iw")):
        missing, rest = "alsa-utils", "going on without the loudspeaker and microphone checks"
    else:
        missing, rest = "smartmontools iw alsa-utils", "going on without the health of the drives; the bands"
    for name in BENCH_TOOLS:
        (copy.tools / name).unlink()

    first = copy("x", PATH=f"{copy.tools}:{only}")
    assert first.returncode == 0, first.stderr
    said = [line for line in first.stderr.splitlines() if "going on without" in line]
    assert len(said) == 1
    assert rest in said[0]
    assert f"apt-get install {missing})" in said[0]

    log = copy.tools / "apt.log"
    asked = log.read_text() if log.exists() else ""
    second = copy("x", PATH=f"{copy.tools}:{only}")
    assert second.stderr == ""
    assert (log.read_text() if log.exists() else "") == asked, "apt is not asked again at every start"


@pytest.mark.parametrize("apt_works", [True, False])
def test_a_python_without_venv_gets_it_from_apt_or_the_user_is_told_how(copy, apt_works):
    installed = copy.tools / "installed"
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        copy.tool(
            name,
            f'case "$*" in *ensurepip*) [ -e "{installed}" ] || exit 1 ;; esac\nexec "{sys.executable}" "$@"',
        )
    copy.tool("sudo", 'shift; exec "$@"')
    if apt_works:
        copy.tool("apt-get", f'case "$*" in *" install "*-venv) touch "{installed}" ;; esac')

    answer = copy("x")
    if apt_works:
        assert answer.returncode == 0, answer.stderr
        assert "installing Debian packages: python3." in answer.stderr
    else:
        assert answer.returncode == 3
        assert re.fullmatch(
            r"run: Python 3\.11 or newer with its venv module is needed: "
            r"as root, apt-get install python3\.\d+-venv, then \./run again\.",
            one_sentence(answer),
        )


def test_a_copy_without_its_locks_says_so(copy):
    (copy.root / "requirements-dev.lock").unlink()
    answer = copy()
    assert answer.returncode == 3
    assert "this copy is incomplete" in one_sentence(answer)


# ---- the locks ------------------------------------------------------------------------------------------


def locked(path: Path) -> dict[str, tuple[str, list[str]]]:
    """name -> (version and markers, hashes) of a lock file; every line must be one of the two kinds."""
    found: dict[str, tuple[str, list[str]]] = {}
    name = ""
    for line in path.read_text().splitlines():
        if pin := re.fullmatch(r"([a-z0-9-]+)==(\S+(?: ; [^\\]*)?) \\", line):
            name = pin[1]
            found[name] = (pin[2].strip(), [])
        elif digest := re.fullmatch(r"    --hash=sha256:([0-9a-f]{64})(?: \\)?", line):
            found[name][1].append(digest[1])
        else:
            raise AssertionError(f"{path.name}: neither a pinned version nor a sha256: {line!r}")
    return found


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_and_hashes_everything_and_names_no_host(project, name):
    lock = locked(project / name)
    assert lock
    assert [library for library, (_, hashes) in lock.items() if not hashes] == []
    assert not re.search(r"://|find-links|index-url|file:|\.\./|^-e|^/", (project / name).read_text(), re.M)


def test_both_locks_agree(project):
    bench, dev = locked(project / "requirements.lock"), locked(project / "requirements-dev.lock")
    assert {name: dev.get(name) for name in bench} == bench
