"""The floors of the design: who may import whom, read from the source, never by importing it.

Everything is judged by `violations`, which the second half of this file proves on small trees.
"""

import ast
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOMS = ("specs", "checks", "hardware", "station")  # from the ground floor up

# The rooms below that a room may import; itself always.
BELOW = {
    "specs": (),
    "checks": ("specs",),
    "hardware": ("specs",),
    "station": ("specs", "checks", "hardware"),
}

# What would let a clock, chance, a file, a process or the network into a judgement.
OUTSIDE = """
    asyncio concurrent ctypes fcntl ftplib getpass glob http imaplib importlib io locale logging mmap
    multiprocessing os pathlib pkgutil platform poplib pty pysqlite3 random runpy sched secrets select
    selectors shelve shutil signal smtplib socket socketserver sqlite3 sqlite_utils ssl subprocess sys
    tempfile termios threading time urllib xmlrpc zipfile zoneinfo
    alembic biip click cv2 httpx jinja2 litestar numpy PIL pyzbar serial sqlalchemy textual uvicorn zxingcpp
""".split()

# The profiles are files, so specs may read files; nothing else from outside.
OUTSIDE_SPECS = [name for name in OUTSIDE if name not in {"importlib", "io", "os", "pathlib"}]

IMPURE_CALLS = {"open", "input", "print", "breakpoint"}
CLOCK_CALLS = {"now", "utcnow", "today", "uuid1", "uuid4"}


@dataclass(frozen=True)
class Import:
    """One imported name, made absolute; `name` is None if it is only known when the program runs."""

    line: int
    name: str | None
    relative: bool = False


@dataclass(frozen=True)
class Module:
    """A module of the tree: where it lies, its dotted name, its tree and what it imports."""

    path: str
    name: str
    tree: ast.Module
    imports: tuple[Import, ...]

    def within(self, *packages: str) -> bool:
        return any(inside(self.name, package) for package in packages)


def inside(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def absolute(name: str, level: int, package: str) -> str:
    """What `level` dots before `name` mean in `package`."""
    if not level:
        return name
    parts = package.split(".")
    base = parts[: len(parts) - level + 1]
    return ".".join([*base, name] if name else base)


def dynamic_import(call: ast.Call, package: str) -> Import | None:
    """The import that a call of import_module or __import__ makes, if it is one."""
    match call.func:
        case ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"):
            pass
        case _:
            return None
    arguments = [*call.args, *(word.value for word in call.keywords if word.arg == "name")]
    match arguments[:1]:
        case [ast.Constant(value=str(name))]:
            bare = name.lstrip(".")
            anchors = [*call.args[1:2], *(word.value for word in call.keywords if word.arg == "package")]
            match anchors:
                case [ast.Constant(value=str(anchor))]:
                    package = anchor
            level = len(name) - len(bare)
            return Import(call.lineno, absolute(bare, level, package), relative=level > 0)
        case _:
            return Import(call.lineno, None)


def imports_of(tree: ast.Module, package: str) -> Iterator[Import]:
    """Every import, also those inside functions, under TYPE_CHECKING and by import_module."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    yield Import(node.lineno, alias.name)
            case ast.ImportFrom(module=module, names=names, level=level):
                base = absolute(module or "", level, package)
                if module:
                    yield Import(node.lineno, base, relative=level > 0)
                # Any of the names may be a module.
                for alias in names:
                    name = base if alias.name == "*" else f"{base}.{alias.name}"
                    yield Import(node.lineno, name, relative=level > 0)
            case ast.Call():
                if found := dynamic_import(node, package):
                    yield found


def modules(root: Path) -> Iterator[Module]:
    """The modules of the rooms."""
    for room in ROOMS:
        for file in sorted((root / room).rglob("*.py")):
            parts = file.relative_to(root).with_suffix("").parts
            package = ".".join(parts[:-1])
            name = package if parts[-1] == "__init__" else ".".join(parts)
            tree = ast.parse(file.read_bytes(), filename=str(file))
            yield Module(str(file.relative_to(root)), name, tree, tuple(dict.fromkeys(imports_of(tree, package))))


# ---- the rules: each gives (line, what is wrong) ------------------------------------------------------

Finding = tuple[int, str]


def floors(module: Module) -> Iterator[Finding]:
    room = module.name.split(".")[0]
    for found in module.imports:
        top = (found.name or "").split(".")[0]
        if top == "tests":
            yield found.line, f"imports {found.name}: the tests are no part of the program"
        elif top in ROOMS and top != room and top not in BELOW[room]:
            allowed = " and ".join(BELOW[room]) or "nothing of ours"
            yield found.line, f"imports {found.name}: {room} may import {allowed}"


def probe_stands_alone(module: Module) -> Iterator[Finding]:
    """The probe is copied to a laptop: the standard library and, by relative import, its own files."""
    if not module.within("hardware.probe"):
        return
    for found in module.imports:
        if found.name is None or (found.relative and inside(found.name, "hardware.probe")):
            continue
        if found.name.split(".")[0] not in sys.stdlib_module_names:
            yield found.line, f"imports {found.name}: hardware/probe/ is standard library only"


def purity(module: Module) -> Iterator[Finding]:
    """checks: values in, values out. specs: the same, but that it reads its profiles from files."""
    if not module.within("checks", "specs"):
        return
    room = module.name.split(".")[0]
    denied = OUTSIDE if room == "checks" else OUTSIDE_SPECS
    for found in module.imports:
        if found.name is None:
            yield found.line, f"imports a name known only at run time: {room} is pure"
        elif found.name.split(".")[0] in denied:
            yield found.line, f"imports {found.name}: {room} is pure, no I/O, no clock, no randomness"
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if room == "checks" and name in IMPURE_CALLS:
                yield node.lineno, f"calls {name}(): checks is pure, no I/O"
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in CLOCK_CALLS:
                yield node.lineno, f"calls {name}(): {room} is pure, no clock, no randomness"


def screens_are_a_client(module: Module) -> Iterator[Finding]:
    if not module.within("station.screens"):
        return
    for found in module.imports:
        name = found.name or ""
        if inside(name, "station.store") or inside(name, "station.central"):
            yield found.line, f"imports {name}: station/screens asks the engine, it holds no store"
        elif "sqlite" in name.split(".")[0]:
            yield found.line, f"imports {name}: station/screens holds no database"


def textual_only_on_screens(module: Module) -> Iterator[Finding]:
    if not module.within("specs", "checks", "hardware", "station.bench", "station.store", "station.central"):
        return
    for found in module.imports:
        if found.name and (inside(found.name, "textual") or inside(found.name, "station.screens")):
            yield found.line, f"imports {found.name}: only the screens know Textual"


RULES: tuple[Callable[[Module], Iterator[Finding]], ...] = (
    floors,
    probe_stands_alone,
    purity,
    screens_are_a_client,
    textual_only_on_screens,
)


def strangers(root: Path) -> Iterator[str]:
    """Python at the top level that is in no room."""
    for entry in sorted(root.iterdir()):
        if entry.name.startswith(".") or entry.name in {*ROOMS, "tests", "benchmarks", "build", "dist"}:
            continue
        if entry.suffix == ".py":
            yield f"{entry.name}:1: no module lies at the top level, only {', '.join(ROOMS)} (rule strangers)"
        elif entry.is_dir() and (first := next(entry.rglob("*.py"), None)):
            yield f"{first.relative_to(root)}:1: {entry.name}/ is no room of the design (rule strangers)"


def violations(root: Path) -> list[str]:
    """Every breach of the floors in the tree at `root`, as "file:line: what (rule name)"."""
    found: dict[tuple[str, int, str], str] = {}
    for module in modules(root):
        for rule in RULES:
            for line, what in rule(module):
                # `from a import b` is one breach, though both a and a.b are names it imports.
                place = (module.path, line, rule.__name__)
                found.setdefault(place, f"{module.path}:{line}: {what} (rule {rule.__name__})")
    return [*found.values(), *strangers(root)]


# ---- the project --------------------------------------------------------------------------------------


def test_every_room_keeps_to_its_floor(project):
    broken = violations(project)
    assert not broken, "\n" + "\n".join(broken)


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_there_to_be_judged(project, room):
    assert any(module.within(room) for module in modules(project))


# ---- the judge itself ---------------------------------------------------------------------------------


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, source in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(source), encoding="utf-8")
    return root


BROKEN = [
    # floors
    ("specs/a.py", "import checks", "floors"),
    ("specs/a.py", "from station import cli", "floors"),
    ("checks/a.py", "import hardware.evidence", "floors"),
    ("checks/a.py", "from station.store import Store", "floors"),
    ("hardware/a.py", "from checks.verdict import Verdict", "floors"),
    ("hardware/laptops/a.py", "import station", "floors"),
    ("hardware/laptops/a.py", "from tests.conftest import project", "floors"),
    ("hardware/a.py", "def f():\n    import checks", "floors"),
    ("hardware/a.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import checks", "floors"),
    ("hardware/a.py", "import importlib\nimportlib.import_module('checks.verdict')", "floors"),
    ("hardware/a.py", "from importlib import import_module\nimport_module(name='station')", "floors"),
    ("hardware/a.py", "__import__('checks')", "floors"),
    ("hardware/a.py", "from importlib import import_module\nimport_module('..checks', 'x.y')", None),
    # the probe
    ("hardware/probe/a.py", "import msgspec", "probe_stands_alone"),
    ("hardware/probe/a.py", "from specs.facts import Facts", "probe_stands_alone"),
    ("hardware/probe/a.py", "from ..evidence import bundle", "probe_stands_alone"),
    ("hardware/probe/a.py", "from hardware.probe import b", "probe_stands_alone"),
    ("hardware/probe/deep/__init__.py", "from ... import evidence", "probe_stands_alone"),
    ("hardware/probe/a.py", "import json, subprocess\nfrom . import b\nfrom .b import c", None),
    # purity
    ("checks/a.py", "import os", "purity"),
    ("checks/a.py", "from pathlib import Path", "purity"),
    ("checks/a.py", "import os.path as p", "purity"),
    ("checks/a.py", "from time import monotonic", "purity"),
    ("checks/a.py", "import random", "purity"),
    ("checks/a.py", "from datetime import datetime, UTC\ndatetime.now(UTC)", "purity"),
    ("checks/a.py", "import datetime\nx = datetime.date.today()", "purity"),
    ("checks/a.py", "open('x')", "purity"),
    ("checks/a.py", "__import__(name)", "purity"),
    ("checks/a.py", "from datetime import datetime\nfrom uuid import UUID\nimport math, specs", None),
    ("specs/a.py", "import socket", "purity"),
    ("specs/a.py", "from uuid import uuid4\nuuid4()", "purity"),
    ("specs/a.py", "from importlib import resources\nfrom pathlib import Path", None),
    # the screens
    ("station/screens/a.py", "from station.store import attempts", "screens_are_a_client"),
    ("station/screens/a.py", "from .. import store", "screens_are_a_client"),
    ("station/screens/a.py", "from ..central.pages import page", "screens_are_a_client"),
    ("station/screens/a.py", "import sqlite_utils", "screens_are_a_client"),
    ("station/screens/a.py", "from pysqlite3 import dbapi2", "screens_are_a_client"),
    ("station/screens/a.py", "import textual\nfrom station.bench import client", None),
    # Textual elsewhere
    ("station/bench/a.py", "from textual.app import App", "textual_only_on_screens"),
    ("station/bench/a.py", "from ..screens import bench", "textual_only_on_screens"),
    ("station/store/a.py", "import textual", "textual_only_on_screens"),
    ("station/central/a.py", "import textual.widgets", "textual_only_on_screens"),
    ("hardware/a.py", "import textual", "textual_only_on_screens"),
    ("specs/a.py", "import textual", "textual_only_on_screens"),
    ("checks/a.py", "import textual", "textual_only_on_screens"),
    ("station/cli.py", "def bench():\n    from station.screens import app", None),
    # the top level
    ("helpers/a.py", "", "strangers"),
    ("setup.py", "", "strangers"),
    ("docs/example.txt", "import station", None),
    ("tests/checks/test_a.py", "import station", None),
]


@pytest.mark.parametrize(("name", "source", "rule"), BROKEN)
def test_a_breach_is_found_and_what_is_allowed_is_not(tmp_path, name, source, rule):
    found = violations(tree(tmp_path, {name: source}))
    if rule is None:
        assert found == []
    else:
        assert any(f"(rule {rule})" in line for line in found), found


def test_a_breach_names_the_file_the_line_and_the_rule(tmp_path):
    root = tree(tmp_path, {"checks/deep/memory.py": "import math\nfrom station import cli\n"})
    assert violations(root) == ["checks/deep/memory.py:2: imports station: checks may import specs (rule floors)"]
