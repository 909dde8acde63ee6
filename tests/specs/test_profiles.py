"""The library: every number is as published, has a source, and is judged by a check that exists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.catalogue import CATALOGUE, shapes
from specs.limits import AtLeast, AtMost, Equals, Limit, Matches, OneOf
from specs.profile import Attested, Profile, ProfileError, Requirement, Standing
from specs.profile_file import LARGEST_PROFILE, parse_profile
from specs.profiles import Library, load_library, read_profile_file

WINDOWS, CHROMEBOOK = "ghwt-2021w-windows-laptop", "ghwt-2021w-chromebook"
P, I = Standing.PUBLISHED, Standing.INFERRED  # noqa: E741 - the letters of department.md section 8
GIB = 2**30

# department.md section 8, both columns of this contract: what every laptop must be.
BOTH: dict[str, tuple[Limit, str, Standing]] = {
    "display.diagonal": (AtLeast(11), "blocker", P),
    "display.width": (AtLeast(1366), "major", I),
    "display.height": (AtLeast(768), "major", I),
    "memory.installed": (AtLeast(4 * GIB), "blocker", P),
    "processor.vendor": (OneOf(("Intel", "AMD")), "blocker", P),
    "network.wifi_standard": (OneOf(("802.11ac", "802.11ax", "802.11be")), "blocker", P),
    "network.bluetooth": (Equals(True), "major", P),
    "camera.present": (Equals(True), "major", P),
    "audio.playback": (AtLeast(1), "major", P),
    "audio.capture": (AtLeast(1), "major", P),
    "usb.ports": (AtLeast(1), "major", P),
    "input.keyboard": (Equals(True), "major", P),
    "battery.health": (AtLeast(95, marginal_below=97), "major", I),
    "battery.cycles": (AtMost(5), "info", I),
}
# Not in the table of section 8, but what it takes for granted: a real laptop that is what it says.
TAKEN_FOR_GRANTED: dict[str, tuple[Limit, str, Standing]] = {
    "identity.serial": (Matches("[0-9A-Z][0-9A-Z._/-]{2,30}[0-9A-Z]"), "blocker", I),
    "identity.agrees": (Equals(True), "blocker", I),
    "identity.model": (Matches(".{2,256}"), "blocker", I),
    "identity.physical": (Equals(True), "blocker", I),
    "identity.chassis": (
        OneOf(("Portable", "Laptop", "Notebook", "Sub Notebook", "Convertible", "Detachable")),
        "info",
        I,
    ),
    "firmware.version": (Matches(".{1,256}"), "major", I),
    "storage.no_fault_found": (Equals(True), "blocker", I),
    "battery.present": (Equals(True), "blocker", P),
}
ROWS: dict[str, dict[str, tuple[Limit, str, Standing]]] = {
    WINDOWS: {
        **BOTH,
        **TAKEN_FOR_GRANTED,
        "storage.capacity": (AtLeast(64e9, accepted_from=57 * GIB), "blocker", P),
        "system.family": (Equals("windows"), "blocker", P),
        "system.sku": (OneOf((164.0, 121.0)), "blocker", P),
        "tpm.version": (AtLeast(2.0), "blocker", P),
        "firmware.uefi": (Equals(True), "info", I),
        "firmware.secure_boot": (Equals(True), "info", I),
        "firmware.no_lock_found": (Equals(True), "blocker", P),
    },
    CHROMEBOOK: {
        **BOTH,
        **TAKEN_FOR_GRANTED,
        "storage.capacity": (AtLeast(16e9, accepted_from=14.25 * GIB), "blocker", P),
        "system.family": (Equals("chromeos"), "blocker", P),
        "chromeos.developer_mode_off": (Equals(True), "blocker", I),
        "chromeos.write_protect": (Equals(True), "major", I),
        "chromeos.not_enrolled": (Equals(True), "blocker", I),
        "chromeos.not_used_before": (Equals(True), "info", I),
        "chromeos.keyboard": (Equals("gb"), "major", P),
    },
}
CLAIMS = {
    WINDOWS: {
        "battery.hours": "at least 7 hours",
        "chassis.class": 'clamshell, business grade ("Clamshell II")',
        "keyboard.layout": "standard UK keyboard",
        "psu.plug": "UK 3-pin power supply in the box",
        "video.out": "HDMI",
        "warranty.months": "at least 12 months from receipt",
    },
    CHROMEBOOK: {
        "battery.hours": "at least 10 hours",
        "chassis.class": "clamshell, education grade",
        "firmware.write_protection": "leaves the factory with its firmware write protected",
        "keyboard.layout": "standard UK keyboard",
        "memory.and_storage": "at least 4 GB of memory and 16 GB of storage, by the part number on the label",
        "psu.plug": "UK 3-pin power supply in the box",
        "recovery.hwid": "the hardware ID is the one of its model",
        "security.chip": "Google H1",
        "start.not_enrolled": "not enrolled in any domain",
        "start.verified": "starts in verified mode",
        "video.out": "USB-C",
        "warranty.months": "at least 12 months from receipt",
    },
}


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(shapes())


def resolved(library: Library) -> list[Profile]:
    found = [library.find(reference) for reference in library.references()]
    return [library.resolve(raw) for raw in found if raw is not None]


def rows_of(profile: Profile) -> list[Requirement | Attested]:
    return [*profile.requirements, *profile.attested]


@pytest.mark.parametrize("name", [WINDOWS, CHROMEBOOK])
def test_every_number_is_as_the_department_published_it(library: Library, name: str):
    rows = {row.check: (row.limit, row.severity, row.standing) for row in library.get(name).requirements}
    assert rows == ROWS[name]


@pytest.mark.parametrize("name", [WINDOWS, CHROMEBOOK])
def test_what_no_bench_can_measure_is_claimed_and_not_judged(library: Library, name: str):
    assert {row.name: row.claim for row in library.get(name).attested} == CLAIMS[name]


def test_a_chromebook_as_sold_is_looked_at_by_the_technician(library: Library):
    looked_at = {row.name: row.look for row in library.get(CHROMEBOOK).attested if row.by == "technician"}
    assert set(looked_at) == {"keyboard.layout", "recovery.hwid", "start.not_enrolled", "start.verified"}
    assert all(look.endswith(".") for look in looked_at.values())


def test_nothing_of_a_windows_laptop_waits_for_the_technician(library: Library):
    assert {row.by for row in library.get(WINDOWS).attested} == {"model"}


def test_what_chromeos_does_not_say_is_never_the_laptops_fault(library: Library):
    rows = [row for row in library.get(CHROMEBOOK).requirements if row.check.startswith("chromeos.")]
    assert {row.when_unknown for row in rows} == {"inconclusive"}


@pytest.mark.parametrize("name", [WINDOWS, CHROMEBOOK])
def test_a_profile_of_this_contract_says_when_it_holds(library: Library, name: str):
    profile = library.get(name)
    assert (profile.version, profile.effective_from, profile.effective_to) == ("2021-10-18", "2021-10-18", "2022-04-01")
    assert not profile.abstract


def test_every_profile_of_the_library_resolves(library: Library):
    assert {WINDOWS, CHROMEBOOK} <= {profile.id for profile in resolved(library)}


def test_every_row_has_a_source_and_a_standing_and_a_check_that_exists(library: Library):
    for profile in resolved(library):
        for row in profile.requirements:
            assert row.check in CATALOGUE
            assert CATALOGUE[row.check].measure is row.measure
        for source, standing in [(row.source, row.standing) for row in rows_of(profile)]:
            assert len(source) > 10
            assert standing in Standing


def test_a_published_row_names_the_departments_document(library: Library):
    for profile in resolved(library):
        for row in rows_of(profile):
            if row.standing is Standing.PUBLISHED:
                assert "DfE" in row.source or "department.md" in row.source


def test_every_row_says_in_which_profile_it_stands(library: Library):
    for profile in resolved(library):
        assert {row.origin for row in rows_of(profile)} <= set(profile.lineage)


def test_no_row_lets_a_blank_pass(library: Library):
    for profile in resolved(library):
        assert {row.when_unknown for row in profile.requirements} <= {"inconclusive", "error", "fail"}


def test_the_digest_names_one_profile_and_is_the_same_each_time(library: Library):
    digests = [profile.digest for profile in resolved(library)]
    assert len(set(digests)) == len(digests)
    assert digests == [profile.digest for profile in resolved(load_library(shapes()))]


def test_a_reference_without_a_version_means_the_newest():
    text = 'id = "demo"\nversion = "{}"\n[require."usb.ports"]\nat_least = {}\nsource = "s"\nstanding = "inferred"\n'
    raws = [parse_profile(text.format(v, n), f"{v}.toml") for n, v in enumerate(("1.9", "1.10", "1.2"), 1)]
    library = Library(tuple(raws), shapes())
    assert library.get("demo").version == "1.10"
    assert library.get("demo@1.9").version == "1.9"
    assert library.references() == ("demo@1.10", "demo@1.2", "demo@1.9")


def test_two_profiles_of_the_same_id_and_version_are_refused():
    text = 'id = "demo"\nversion = "1"\nabstract = true\n'
    with pytest.raises(ProfileError, match=r"b\.toml:2: version: a\.toml has the same"):
        Library((parse_profile(text, "a.toml"), parse_profile(text, "b.toml")), shapes())


def test_a_profile_that_does_not_exist_is_refused_and_the_others_are_named(library: Library):
    with pytest.raises(ProfileError, match=WINDOWS):
        library.get("ghwt-2019")
    with pytest.raises(ProfileError, match="no profile"):
        library.get(f"{WINDOWS}@1999-01-01")


def test_a_profile_that_is_only_there_to_be_extended_judges_nothing(library: Library, tmp_path: Path):
    with pytest.raises(ProfileError, match="only there to be extended"):
        library.get("ghwt-windows")
    path = tmp_path / "abstract.toml"
    path.write_text('id = "demo"\nversion = "1"\nabstract = true\n')
    with pytest.raises(ProfileError, match="only there to be extended"):
        library.open(str(path))


@given(st.text(st.characters(codec=None)))
def test_any_reference_is_a_profile_or_is_refused(reference: str):
    with pytest.raises(ProfileError) as refused:
        load_library(shapes()).open(reference)
    assert str(refused.value).isprintable()


# Files.


def test_a_file_of_ones_own_extends_the_library(library: Library, tmp_path: Path):
    path = tmp_path / "mine.toml"
    path.write_text(
        f'id = "mine"\nversion = "1"\nextends = "{WINDOWS}"\n'
        '[require."memory.installed"]\noverride = true\nat_least = "8 GB"\nsource = "us"\nstanding = "inferred"\n'
    )
    profile = library.open(str(path))
    rows = {row.check: row for row in profile.requirements}
    assert rows["memory.installed"].limit == AtLeast(8 * GIB)
    assert rows["tpm.version"].origin == f"{WINDOWS}@2021-10-18"


def refused(path: Path | str) -> Any:
    with pytest.raises(ProfileError) as error:
        read_profile_file(Path(path))
    return error.value.faults[0]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    assert "cannot be read" in refused(tmp_path / "none.toml").problem
    assert "cannot be read" in refused(tmp_path).problem
    assert "cannot be read" in refused("a\0b.toml").problem


def test_a_file_that_is_not_utf8_is_refused_at_its_line(tmp_path: Path):
    path = tmp_path / "latin.toml"
    path.write_bytes(b'id = "demo"\ntitle = "caf\xe9"\n')
    fault = refused(path)
    assert (fault.line, fault.remedy) == (2, "save it as UTF-8")
    assert "latin.toml" in fault.file


def test_a_file_of_noise_is_refused(tmp_path: Path):
    path = tmp_path / "noise.toml"
    path.write_bytes(bytes(range(256)) * 4)
    assert refused(path).line


@pytest.mark.parametrize("letter", ["#", "é", "漢"])
def test_a_file_too_large_is_refused_and_never_read_in_part(tmp_path: Path, letter: str):
    path = tmp_path / "large.toml"
    path.write_text('id = "demo"\nversion = "1"\nabstract = true\n#' + letter * LARGEST_PROFILE, "utf-8")
    assert "too large" in refused(path).problem
