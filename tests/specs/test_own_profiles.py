"""A file of one's own: it takes no name of the library, extends the library only, and is read as it is saved."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from specs.profile import Fault, ProfileError
from specs.profiles import Library, load_library
from station.cli import main
from tests.specs.loading import SHAPES

WINDOWS = "ghwt-2021w-windows-laptop"
SHIPPED = resources.files("specs.library")
ROW = '[require."usb.ports"]\nat_least = {}\nsource = "s"\nstanding = "inferred"\n'


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(SHAPES)


def saved(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, "utf-8")
    return path


def refused(library: Library, path: Path | str) -> Fault:
    with pytest.raises(ProfileError) as error:
        library.open(str(path))
    return error.value.faults[0]


def station(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, standalone_mode=False)


# A name that is taken.


def test_a_file_that_calls_itself_by_the_name_of_a_shipped_profile_is_refused(library: Library, tmp_path: Path):
    shipped = (SHIPPED / f"{WINDOWS}.toml").read_text("utf-8")
    path = saved(tmp_path, shipped.replace('at_least = "4 GB"', 'at_least = "2 GB"'))
    fault = refused(library, path)
    line = shipped[: shipped.index("version =")].count("\n") + 1
    assert (fault.line, fault.field) == (line, "version")
    assert f"another profile that is called {WINDOWS}@2021-10-18" in fault.problem
    assert "of its own" in fault.remedy
    lint = station("profile", "lint", str(path))
    assert lint.return_value == 2
    assert str(fault) in lint.stdout
    assert path.read_text("utf-8") != shipped


def test_an_abstract_file_takes_no_name_either(library: Library, tmp_path: Path):
    shipped = (SHIPPED / "ghwt-windows.toml").read_text("utf-8")
    path = saved(tmp_path, shipped.replace('"57 GiB"', '"56 GiB"'))
    assert "another profile" in refused(library, path).problem
    assert station("profile", "lint", str(path)).return_value == 2


def test_a_shipped_profile_that_was_copied_is_the_same_profile(library: Library, tmp_path: Path):
    path = saved(tmp_path, "# a copy\n" + (SHIPPED / f"{WINDOWS}.toml").read_text("utf-8"))
    assert library.open(str(path)).digest == library.get(f"{WINDOWS}@2021-10-18").digest
    assert station("profile", "lint", str(path)).return_value == 0


def test_another_version_of_a_shipped_profile_may_extend_it(library: Library, tmp_path: Path):
    head = f'id = "{WINDOWS}"\nversion = "2022-03-01"\nextends = "{WINDOWS}@2021-10-18"\n'
    assert library.open(str(saved(tmp_path, head))).lineage[:2] == (f"{WINDOWS}@2022-03-01", f"{WINDOWS}@2021-10-18")


# What is extended.


@pytest.mark.parametrize("extends", ["mine", "mine@1"])
def test_a_file_that_extends_its_own_id_is_a_circle(library: Library, tmp_path: Path, extends: str):
    fault = refused(library, saved(tmp_path, f'id = "mine"\nversion = "1"\nextends = "{extends}"\n' + ROW.format(1)))
    assert (fault.line, fault.field, fault.problem) == (3, "extends", "the profile extends itself")
    assert "break the circle" in fault.remedy


def test_a_file_whose_newest_version_is_itself_must_name_the_one_that_it_extends(library: Library, tmp_path: Path):
    head = f'id = "{WINDOWS}"\nversion = "2022-03-01"\nextends = "{WINDOWS}"\n'
    fault = refused(library, saved(tmp_path, head))
    assert fault.problem == "the profile extends itself"
    assert f'extends = "{WINDOWS}@' in fault.remedy


@pytest.mark.parametrize(
    ("extends", "problem", "remedy"),
    [
        (f"{WINDOWS}@", "names no version", f"write {WINDOWS}@2021-10-18, or {WINDOWS}"),
        (
            "ghwt-2021w-chromebook@2019",
            "no version '2019' of ghwt-2021w-chromebook",
            "versions: 2020-08-28, 2021-10-18",
        ),
        ("ghwt-window", "no profile 'ghwt-window'", "use ghwt-windows, or another that `station profile list`"),
        ("nobody", "no profile 'nobody'", "name a profile that `station profile list` shows"),
    ],
)
def test_a_parent_that_does_not_exist_brings_those_that_do(
    library: Library, tmp_path: Path, extends: str, problem: str, remedy: str
):
    fault = refused(library, saved(tmp_path, f'id = "mine"\nversion = "1"\nextends = "{extends}"\n'))
    assert (fault.line, fault.field) == (3, "extends")
    assert problem in fault.problem
    assert remedy in fault.remedy


@pytest.mark.parametrize(
    ("reference", "problem", "remedy"),
    [
        (f"{WINDOWS}@", "names no version", f"write {WINDOWS}@2021-10-18"),
        ("ghwt-2021w-chromebook@2019", "no version '2019'", "2020-08-28, 2021-10-18"),
        ("ghwt-2021w-windows-laptp", "no profile", f"use {WINDOWS}, or another"),
        ("nobody", "no profile 'nobody'", WINDOWS),
    ],
)
def test_a_reference_that_names_nothing_brings_what_there_is(
    library: Library, reference: str, problem: str, remedy: str
):
    assert library.find(reference) is None
    fault = refused(library, reference)
    assert problem in fault.problem
    assert remedy in fault.remedy
    assert str(fault) in station("profile", "lint", reference).stdout


def test_a_profile_that_is_only_there_to_be_extended_may_be_shown_and_linted():
    shown = station("profile", "show", "ghwt-windows", "--json")
    assert json.loads(shown.stdout)["abstract"] is True
    assert station("profile", "lint", "ghwt-windows").return_value == 0


# How it is saved.


def test_a_mark_of_utf8_at_the_beginning_changes_nothing(library: Library, tmp_path: Path):
    text = 'id = "mine"\nversion = "1"\n' + ROW.format(1)
    plain = library.open(str(saved(tmp_path, text)))
    assert library.open(str(saved(tmp_path, "\ufeff" + text))) == plain
    path = saved(tmp_path, "\ufeff" + text.replace("at_least = 1", "at_least = 0"))
    assert refused(library, path).line == 4
    path.write_bytes(b"\xef\xbb\xbf" + text.encode() + b"# caf\xe9\n")
    assert refused(library, path).line == 7
