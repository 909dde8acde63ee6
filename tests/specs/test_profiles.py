"""The library: every number is as published, has a source, and is judged by a check that exists.

The tables are department.md section 8 (and 2.1 for what was in force before 18 October 2021), column by column: P is
published, S a secondary paraphrase, I inferred, U from memory ([M] there) and so unverified.
"""

from __future__ import annotations

import os
import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.catalogue import CATALOGUE, shapes
from specs.limits import AtLeast, AtMost, Equals, Limit, Matches, OneOf, Place, place
from specs.profile import Attested, Confirm, Profile, ProfileError, Requirement, Standing
from specs.profile_file import LARGEST_PROFILE, parse_profile
from specs.profiles import Library, load_library, read_profile_file

AT_WORK = ("ghwt-2021w-boot-stick", "ghwt-2021w-boot-stick-quick")
"""Those that ask for more than section 8 does: what the laptop does when it is made to."""
WINDOWS, CHROMEBOOK, TABLET = "ghwt-2021w-windows-laptop", "ghwt-2021w-chromebook", "ghwt-2021w-windows-tablet"
BEFORE, STANDARD = "ghwt-2020-windows-laptop", "dfe-std-2024-laptop"
OLD, NEW = "2020-08-28", "2021-10-18"
OLD_CHROMEBOOK, OLD_TABLET = f"{CHROMEBOOK}@{OLD}", f"{TABLET}@{OLD}"
P, S, I, U = Standing.PUBLISHED, Standing.SECONDARY, Standing.INFERRED, Standing.UNVERIFIED  # noqa: E741
GIB = 2**30

Row: TypeAlias = tuple[Limit, str, Standing]

YES, SOME = Equals(True), Matches(".{1,256}")

# What intake asks of any new laptop, whoever wrote its specification: a real laptop that is what it says, and is new.
ANY_NEW: dict[str, Row] = {
    "identity.serial": (Matches("[0-9A-Z][0-9A-Z._/-]{2,30}[0-9A-Z]"), "blocker", I),
    "identity.agrees": (YES, "blocker", I),
    "identity.model": (Matches(".{2,256}"), "blocker", I),
    "identity.physical": (YES, "blocker", I),
    "firmware.version": (SOME, "major", I),
    "storage.no_fault_found": (YES, "blocker", I),
    "storage.no_bad_sectors_found": (YES, "major", I),
    "battery.health": (AtLeast(95, marginal_below=97), "major", I),
}
# Recorded with each judgement, and never decides.
RECORDED: dict[str, Row] = {
    "identity.chassis": (
        OneOf(("Portable", "Laptop", "Notebook", "Sub Notebook", "Convertible", "Detachable")),
        "info",
        I,
    ),
    "identity.board_serial": (SOME, "info", I),
    "memory.unaccounted": (AtMost(20), "info", I),
    "storage.count": (AtLeast(1), "info", I),
    "storage.power_on_hours": (AtMost(50 * 3600), "info", I),
    "storage.percent_used": (AtMost(10, marginal_above=2), "info", I),
    "storage.media_errors": (AtMost(0), "info", I),
    "storage.available_spare": (AtLeast(100), "info", I),
    "graphics.count": (AtLeast(1), "info", I),
    "battery.count": (AtLeast(1), "info", I),
    "battery.cycles": (AtMost(5), "info", I),
    "network.addresses": (YES, "info", I),
    "input.touchpad": (YES, "info", I),
    "disagreements.count": (AtMost(0), "info", I),
}
# Asked or recorded too, of what only a Windows laptop has.
OF_WINDOWS: dict[str, Row] = {
    "identity.uuid": (Matches("[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}"), "info", I),
    "identity.sku": (SOME, "info", I),
    "firmware.oem_key_present": (YES, "info", I),
    "firmware.uefi": (YES, "info", I),
    "tpm.present": (YES, "info", I),
    "system.activated": (YES, "info", I),
    # Whole batches came without a sound driver.
    "system.devices_with_problems": (AtMost(0), "major", I),
}
# Every column of Get Help With Technology.
EVERY_ONE: dict[str, Row] = {
    "battery.present": (YES, "blocker", P),
    "network.wifi_standard": (OneOf(("802.11ac", "802.11ax", "802.11be")), "blocker", P),
    "network.bluetooth": (YES, "major", P),
    "camera.present": (YES, "major", P),
    "audio.playback": (AtLeast(1), "major", P),
    "usb.controllers": (AtLeast(1), "major", P),
    "usb.ports": (AtLeast(1), "info", P),
}
# Its laptops, with Windows or ChromeOS.
EVERY_LAPTOP: dict[str, Row] = {
    "display.diagonal": (AtLeast(11), "blocker", P),
    "display.width": (AtLeast(1366), "major", I),
    "display.height": (AtLeast(768), "major", I),
    "memory.installed": (AtLeast(4 * GIB), "blocker", P),
    "processor.vendor": (OneOf(("Intel", "AMD")), "blocker", P),
    "audio.capture": (AtLeast(1), "major", P),
    "input.keyboard": (YES, "major", P),
}
WINDOWS_LAPTOP: dict[str, Row] = {
    **ANY_NEW,
    **RECORDED,
    **OF_WINDOWS,
    **EVERY_ONE,
    **EVERY_LAPTOP,
    "storage.capacity": (AtLeast(64e9, accepted_from=57 * GIB), "blocker", P),
    "system.family": (Equals("windows"), "blocker", P),
    "system.sku": (OneOf((164.0, 121.0)), "blocker", P),
    "tpm.version": (AtLeast(2.0), "blocker", P),
    "firmware.secure_boot": (YES, "info", I),
    "firmware.no_lock_found": (YES, "blocker", P),
}
CHROMEBOOKS: dict[str, Row] = {
    **ANY_NEW,
    **RECORDED,
    **EVERY_ONE,
    **EVERY_LAPTOP,
    "storage.capacity": (AtLeast(16e9, accepted_from=14.25 * GIB), "blocker", P),
    "storage.pre_eol": (Equals("normal"), "info", I),
    "system.family": (Equals("chromeos"), "blocker", P),
    "chromeos.developer_mode_off": (YES, "blocker", I),
    "chromeos.write_protect": (YES, "major", I),
    "chromeos.not_enrolled": (YES, "blocker", I),
    "chromeos.not_used_before": (YES, "info", I),
    "chromeos.keyboard": (Equals("gb"), "major", P),
    "chromeos.hwid": (SOME, "info", I),
    "chromeos.updates_until": (YES, "info", U),
}
# A tablet has no keyboard and no touchpad, and its page asks for no microphone.
TABLETS: dict[str, Row] = {
    **ANY_NEW,
    **{check: row for check, row in RECORDED.items() if check != "input.touchpad"},
    **OF_WINDOWS,
    **EVERY_ONE,
    "identity.chassis": (
        OneOf(("Tablet", "Detachable", "Convertible", "Portable", "Laptop", "Notebook", "Sub Notebook")),
        "info",
        I,
    ),
    "processor.vendor": (Equals("Intel"), "blocker", P),
    "memory.installed": (AtLeast(2 * GIB), "blocker", P),
    "memory.unaccounted": (AtMost(25), "info", I),
    "display.width": (AtLeast(1280), "major", P),
    "input.touchscreen": (YES, "blocker", P),
    "system.family": (Equals("windows"), "blocker", P),
    "firmware.secure_boot": (YES, "info", I),
    "firmware.no_lock_found": (YES, "blocker", I),
}
ROWS: dict[str, dict[str, Row]] = {
    BEFORE: WINDOWS_LAPTOP,
    WINDOWS: WINDOWS_LAPTOP,
    OLD_CHROMEBOOK: CHROMEBOOKS,
    CHROMEBOOK: CHROMEBOOKS,
    OLD_TABLET: {
        **TABLETS,
        "display.diagonal": (AtLeast(11, accepted_from=10.95), "blocker", P),
        "display.height": (AtLeast(800), "major", P),
        "storage.capacity": (AtLeast(32e9, accepted_from=28.5 * GIB), "blocker", P),
        "system.sku": (OneOf((48.0,)), "blocker", U),
        "tpm.version": (AtLeast(2.0), "blocker", P),
    },
    TABLET: {
        **TABLETS,
        "display.diagonal": (AtLeast(10, accepted_from=9.95), "blocker", P),
        "display.height": (AtLeast(720), "major", P),
        "storage.capacity": (AtLeast(64e9, accepted_from=57 * GIB), "blocker", P),
        "system.sku": (OneOf((164.0,)), "blocker", P),
        "system.build": (AtLeast(19041), "blocker", P),
        "tpm.present": (YES, "major", I),
        "tpm.version": (AtLeast(2.0), "info", I),
    },
    STANDARD: {
        **ANY_NEW,
        **RECORDED,
        **OF_WINDOWS,
        "processor.cores": (AtLeast(2), "major", U),
        "memory.installed": (AtLeast(4 * GIB), "major", U),
        "storage.capacity": (AtLeast(64e9, accepted_from=57 * GIB), "major", U),
        "tpm.version": (AtLeast(2.0), "major", U),
        "display.diagonal": (AtLeast(9), "info", U),
        "display.height": (AtLeast(720), "info", U),
        "battery.present": (YES, "blocker", I),
        "network.wifi_standard": (OneOf(("802.11ac", "802.11ax", "802.11be")), "blocker", S),
        "firmware.no_lock_found": (YES, "blocker", I),
        "firmware.secure_boot": (YES, "major", I),
        "system.family": (Equals("windows"), "blocker", S),
        "system.sku": (OneOf((4.0, 121.0, 164.0, 48.0)), "blocker", S),
        "system.edition": (OneOf(("Enterprise", "Education", "ProfessionalEducation")), "minor", S),
    },
}
EVERY_PLUG = {
    "psu.plug": ("UK 3-pin power supply in the box", P),
    "warranty.months": ("at least 12 months from receipt", P),
}
UK_KEYS = {"keyboard.layout": ("standard UK keyboard", P)}
SOCKET = {"audio.socket": ("headphone and microphone socket", P)}
NO_PASSWORD = {"firmware.password": ("no firmware password is set", I)}
STATE_OF_WINDOWS = {
    **NO_PASSWORD,
    "management.enrolment": ("not enrolled in device management", P),
    "protection.malware": ("Microsoft Defender scans and protects in real time", P),
}
CLAIMS_OF_WINDOWS = {
    **EVERY_PLUG,
    **UK_KEYS,
    **SOCKET,
    **STATE_OF_WINDOWS,
    "battery.hours": ("at least 7 hours", P),
    "video.out": ("HDMI", P),
}
CLAIMS_OF_CHROMEBOOKS = {
    **EVERY_PLUG,
    **UK_KEYS,
    **SOCKET,
    "protection.malware": ("protection against malware is built in", P),
    "battery.hours": ("at least 10 hours", P),
    "chassis.class": ("clamshell, education grade", P),
    "firmware.write_protection": ("leaves the factory with its firmware write protected", I),
    "memory.and_storage": ("at least 4 GB of memory and 16 GB of storage, by the part number on the label", P),
    "recovery.hwid": ("the hardware ID is the one of its model", I),
    "security.chip": ("Google H1", P),
    "start.not_enrolled": ("not enrolled in any domain", I),
    "start.verified": ("starts in verified mode", I),
    "video.out": ("USB-C", P),
}
CLAIMS_OF_TABLETS = {
    **EVERY_PLUG,
    **STATE_OF_WINDOWS,
    "audio.socket": ("headphone socket", P),
    "chassis.class": ("tablet", P),
    "usb.version": ("USB 3.0", P),
    "video.out": ("USB-C or mini HDMI", P),
}
CLAIMS: dict[str, dict[str, tuple[str, Standing]]] = {
    BEFORE: {
        **CLAIMS_OF_WINDOWS,
        "chassis.class": ("clamshell, business grade", P),
        "weight.kilograms": ("at most 1.8 kg", P),
    },
    WINDOWS: {**CLAIMS_OF_WINDOWS, "chassis.class": ('clamshell, business grade ("Clamshell II")', P)},
    OLD_CHROMEBOOK: {**CLAIMS_OF_CHROMEBOOKS, "weight.kilograms": ("at most 1.29 kg", P)},
    CHROMEBOOK: CLAIMS_OF_CHROMEBOOKS,
    OLD_TABLET: {
        **CLAIMS_OF_TABLETS,
        "battery.hours": ("at least 9 hours", P),
        "weight.kilograms": ("at most 0.75 kg", P),
    },
    TABLET: {
        **CLAIMS_OF_TABLETS,
        "battery.hours": ("at least 7 hours", P),
        "encryption.bitlocker": ("BitLocker as standard", P),
    },
    STANDARD: {
        **NO_PASSWORD,
        "encryption.at_rest": ("encrypted where it holds sensitive data", S),
        "keyboard.layout": ("standard UK keyboard", I),
        "management.enrolable": ("can be enrolled in central device management, filtering and monitoring", S),
        "processor.windows11": ("on Microsoft's list of processors for Windows 11", U),
        "protection.malware": ("anti-malware present", S),
        "support.months": ("at least 60 months of the manufacturer's support", S),
        "system.supported": ("runs a version of Windows that its maker supports and patches", S),
        "warranty.months": ("at least 36 months", S),
        "wifi.generation": ("802.11ac Wave 2 at least; Wi-Fi 6 is recommended", S),
    },
}
DATES = {
    BEFORE: (OLD, "2020-08-28", "2021-10-17"),
    WINDOWS: (NEW, "2021-10-18", "2022-04-01"),
    OLD_CHROMEBOOK: (OLD, "2020-08-28", "2021-10-17"),
    CHROMEBOOK: (NEW, "2021-10-18", "2022-04-01"),
    OLD_TABLET: (OLD, "2020-08-28", "2021-10-17"),
    TABLET: (NEW, "2021-10-18", "2022-04-01"),
    STANDARD: ("2024-01-16", "2024-01-16", ""),
}
# What the department's page changed on 18 October 2021, before and after; None: the page asked nothing.
CHANGED: dict[tuple[str, str], dict[str, tuple[Limit | str | None, Limit | str | None]]] = {
    (BEFORE, WINDOWS): {
        "chassis.class": ("clamshell, business grade", 'clamshell, business grade ("Clamshell II")'),
        "weight.kilograms": ("at most 1.8 kg", None),
    },
    (OLD_CHROMEBOOK, CHROMEBOOK): {"weight.kilograms": ("at most 1.29 kg", None)},
    (OLD_TABLET, TABLET): {
        "display.diagonal": (AtLeast(11, accepted_from=10.95), AtLeast(10, accepted_from=9.95)),
        "display.height": (AtLeast(800), AtLeast(720)),
        "storage.capacity": (AtLeast(32e9, accepted_from=28.5 * GIB), AtLeast(64e9, accepted_from=57 * GIB)),
        "system.sku": (OneOf((48.0,)), OneOf((164.0,))),
        "system.build": (None, AtLeast(19041)),
        "encryption.bitlocker": (None, "BitLocker as standard"),
        "battery.hours": ("at least 9 hours", "at least 7 hours"),
        "weight.kilograms": ("at most 0.75 kg", None),
    },
}
# A TPM 2.0 was asked of tablets until then, and decided; since then the page names BitLocker instead.
WEIGHS_DIFFERENTLY = {
    (BEFORE, WINDOWS): {},
    (OLD_CHROMEBOOK, CHROMEBOOK): {},
    (OLD_TABLET, TABLET): {"tpm.version": ("blocker", "info"), "tpm.present": ("info", "major")},
}
# A part that answers late is no missing part; a measured size has no such excuse.
MAY_WAVER = {
    "network.wifi_standard",
    "network.bluetooth",
    "camera.present",
    "audio.playback",
    "audio.capture",
    "input.keyboard",
    "input.touchscreen",
}
MOST_ROWS = 50
"""Rows that are read of one laptop, which a technician has to page through."""
PAGE = re.compile(
    r"DfE device_specification\.md(?:, (?:28 Aug 2020 \(f6468c25\)|18 Oct 2021 \(314b9c4c\)|"
    r"28 Aug 2020 \(f6468c25\) and 18 Oct 2021 \(314b9c4c\))| says .* \(ba5fab0c\))"
)
NAMED = re.compile(r"(?:department|test-executives|quirks|design)\.md (?:sections? \d|no\. )")


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(shapes())


def resolved(library: Library) -> list[Profile]:
    found = [library.find(reference) for reference in library.references()]
    return [library.resolve(raw) for raw in found if raw is not None]


def rows_of(profile: Profile) -> list[Requirement | Attested]:
    return [*profile.requirements, *profile.attested]


def row_of(library: Library, reference: str, check: str) -> Requirement:
    return next(row for row in library.get(reference).requirements if row.check == check)


@pytest.mark.parametrize("name", ROWS)
def test_every_number_is_as_the_department_published_it(library: Library, name: str):
    rows = {row.check: (row.limit, row.severity, row.standing) for row in library.get(name).requirements}
    assert rows == ROWS[name]


@pytest.mark.parametrize("name", CLAIMS)
def test_what_no_bench_can_measure_is_claimed_and_not_judged(library: Library, name: str):
    claims = library.get(name).attested
    assert {row.name: (row.claim, row.standing) for row in claims} == CLAIMS[name]
    assert {row.severity for row in claims} == {"info"}


def test_the_five_columns_of_section_8_are_the_profiles_that_judge(library: Library):
    judging = [profile for profile in resolved(library) if not profile.abstract and profile.id not in AT_WORK]
    assert {profile.id for profile in judging} == {BEFORE, WINDOWS, CHROMEBOOK, TABLET, STANDARD}
    assert {profile.reference for profile in judging} == {library.get(name).reference for name in ROWS}


@pytest.mark.parametrize("name", [CHROMEBOOK, OLD_CHROMEBOOK])
def test_a_chromebook_as_sold_is_looked_at_by_the_technician(library: Library, name: str):
    looked_at = {row.name: row.look for row in library.get(name).attested if row.by == "technician"}
    assert set(looked_at) == {"keyboard.layout", "recovery.hwid", "start.not_enrolled", "start.verified"}
    assert all(look.endswith(".") for look in looked_at.values())


WITH_WINDOWS = [BEFORE, WINDOWS, OLD_TABLET, TABLET, STANDARD]


@pytest.mark.parametrize("name", WITH_WINDOWS)
def test_a_firmware_that_reports_no_passwords_passes_and_the_technician_looks(library: Library, name: str):
    row = row_of(library, name, "firmware.no_lock_found")
    assert row.arguments == {"silent_passes": True}
    assert "the technician looks" in row.note
    looked_at = {row.name: row.look for row in library.get(name).attested if row.by == "technician"}
    assert set(looked_at) == {"firmware.password"}
    assert all(look.endswith(".") for look in looked_at.values())


@pytest.mark.parametrize("name", ROWS)
def test_silence_counts_as_good_only_where_the_row_says_why(library: Library, name: str):
    silent = {row.check: row.note for row in library.get(name).requirements if row.arguments.get("silent_passes")}
    allowed = {"storage.no_bad_sectors_found", "firmware.no_lock_found"}
    assert set(silent) == allowed & ROWS[name].keys()
    assert all(silent.values())


@pytest.mark.parametrize("name", ROWS)
def test_what_tells_used_stock_never_decides_and_says_why(library: Library, name: str):
    for check in ("battery.cycles", "storage.power_on_hours"):
        row = row_of(library, name, check)
        assert row.severity == "info"
        assert "accepts pre-issued stock" in row.note


@pytest.mark.parametrize("name", [OLD_TABLET, TABLET])
def test_the_screens_of_tablets_have_one_tolerance(library: Library, name: str):
    limit = row_of(library, name, "display.diagonal").limit
    assert isinstance(limit, AtLeast)
    assert limit.value - limit.floor == pytest.approx(0.05)


@pytest.mark.parametrize("name", [CHROMEBOOK, OLD_CHROMEBOOK])
def test_what_chromeos_does_not_say_is_never_the_laptops_fault(library: Library, name: str):
    rows = [row for row in library.get(name).requirements if row.check.startswith("chromeos.")]
    assert {row.when_unknown for row in rows} == {"inconclusive"}


@pytest.mark.parametrize("name", [CHROMEBOOK, OLD_CHROMEBOOK])
def test_nothing_is_asked_of_a_chromebook_that_only_windows_has(library: Library, name: str):
    asked = {row.check for row in library.get(name).requirements}
    assert asked.isdisjoint({"identity.uuid", "identity.sku", "firmware.oem_key_present", "tpm.present", "tpm.version"})
    assert {check for check in asked if check.startswith("system.")} == {"system.family"}


@pytest.mark.parametrize("name", [OLD_TABLET, TABLET])
def test_nothing_is_asked_of_a_tablet_that_it_has_not_got(library: Library, name: str):
    asked = {row.check for row in library.get(name).requirements}
    assert asked.isdisjoint({"input.keyboard", "input.touchpad", "audio.capture"})
    assert "keyboard.layout" not in {row.name for row in library.get(name).attested}


@pytest.mark.parametrize("name", [CHROMEBOOK, OLD_CHROMEBOOK])
def test_updates_of_a_chromebook_outlast_the_warranty_of_the_last_one_received(library: Library, name: str):
    last = date.fromisoformat(library.get(name).effective_to)
    until = row_of(library, name, "chromeos.updates_until").arguments["until"]
    assert str(until) == last.replace(year=last.year + 1).isoformat()


@pytest.mark.parametrize("name", ROWS)
def test_what_is_left_out_says_why_and_is_gone(library: Library, name: str):
    profile = library.get(name)
    left = {row.check if isinstance(row, Requirement) else row.name for row in rows_of(profile)}
    assert {row.name for row in profile.dropped}.isdisjoint(left)
    assert bool(profile.dropped) == (name in (OLD_CHROMEBOOK, CHROMEBOOK, OLD_TABLET, TABLET))
    for row in profile.dropped:
        assert PAGE.match(row.source) if row.standing is P else NAMED.search(row.source), row.source


# Dates and versions.


@pytest.mark.parametrize("name", DATES)
def test_a_profile_says_when_it_holds(library: Library, name: str):
    profile = library.get(name)
    assert (profile.version, profile.effective_from, profile.effective_to) == DATES[name]
    assert not profile.abstract


def in_sequence(library: Library) -> list[list[Profile]]:
    """The judging profiles that follow each other: those of one id, and the Windows laptop's two."""
    judging = [profile for profile in resolved(library) if not profile.abstract]
    of_id: dict[str, list[Profile]] = {}
    for profile in sorted(judging, key=lambda one: one.effective_from):
        of_id.setdefault(WINDOWS if profile.id == BEFORE else profile.id, []).append(profile)
    return list(of_id.values())


def test_dated_versions_neither_overlap_nor_leave_a_hole(library: Library):
    pairs = [pair for sequence in in_sequence(library) for pair in pairwise(sequence)]
    assert len(pairs) == 3
    for before, after in pairs:
        assert date.fromisoformat(before.effective_to) + timedelta(1) == date.fromisoformat(after.effective_from)


def test_a_version_is_named_for_the_day_from_which_it_holds(library: Library):
    assert {profile.version == profile.effective_from for profile in resolved(library)} == {True}


@pytest.mark.parametrize("name", [CHROMEBOOK, TABLET])
def test_an_id_alone_means_the_version_of_this_contract(library: Library, name: str):
    assert library.get(name).reference == f"{name}@{NEW}"
    assert library.get(f"{name}@{OLD}").effective_to < library.get(name).effective_from


def asked(profile: Profile) -> dict[str, Limit | str]:
    return {row.check if isinstance(row, Requirement) else row.name: limit_or_claim(row) for row in rows_of(profile)}


def limit_or_claim(row: Requirement | Attested) -> Limit | str:
    return row.limit if isinstance(row, Requirement) else row.claim


@pytest.mark.parametrize(("before", "after"), CHANGED)
def test_on_18_october_2021_exactly_these_numbers_changed(library: Library, before: str, after: str):
    old, new = asked(library.get(before)), asked(library.get(after))
    changed = {name: (old.get(name), new.get(name)) for name in {*old, *new} if old.get(name) != new.get(name)}
    assert changed == CHANGED[before, after]


@pytest.mark.parametrize(("before", "after"), WEIGHS_DIFFERENTLY)
def test_on_18_october_2021_nothing_else_came_to_decide(library: Library, before: str, after: str):
    old = {row.check: row.severity for row in library.get(before).requirements}
    new = {row.check: row.severity for row in library.get(after).requirements}
    changed = {check: (old[check], new[check]) for check in old.keys() & new.keys() if old[check] != new[check]}
    assert changed == WEIGHS_DIFFERENTLY[before, after]


@pytest.mark.parametrize("name", [BEFORE, OLD_CHROMEBOOK, OLD_TABLET])
def test_a_weight_was_stated_until_june_2021(library: Library, name: str):
    weight = next(row for row in library.get(name).attested if row.name == "weight.kilograms")
    assert (weight.effective_from, weight.effective_to) == ("2020-08-28", "2021-06-30")
    assert "stated until June 2021" in weight.source


@pytest.mark.parametrize("name", ROWS)
def test_no_row_but_the_weight_ends_before_its_profile(library: Library, name: str):
    profile = library.get(name)
    end = profile.effective_to or "9999-12-31"
    ended = [row for row in rows_of(profile) if (row.effective_to or "9999-12-31") < end]
    assert {row.name for row in ended if isinstance(row, Attested)} <= {"weight.kilograms"}
    assert not [row for row in ended if isinstance(row, Requirement)]


@pytest.mark.parametrize("name", [TABLET, WINDOWS])
def test_a_row_that_the_new_page_changed_names_the_new_page(library: Library, name: str):
    profile = library.get(name)
    for row in rows_of(profile):
        if row.origin == profile.reference and row.standing is P:
            assert row.source.startswith("DfE device_specification.md, 18 Oct 2021 (314b9c4c)")


# Sources and standings.


def test_every_profile_of_the_library_resolves(library: Library):
    assert {BEFORE, WINDOWS, CHROMEBOOK, TABLET, STANDARD} <= {profile.id for profile in resolved(library)}


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
            if row.standing is P:
                assert PAGE.match(row.source) or row.source.startswith("department.md section"), row.source


def test_what_is_inferred_says_from_what(library: Library):
    for profile in resolved(library):
        for row in rows_of(profile):
            if row.standing in (I, U):
                assert NAMED.search(row.source), row.source


def test_a_paraphrase_is_named_where_a_number_rests_on_one(library: Library):
    for profile in resolved(library):
        for row in rows_of(profile):
            assert (row.standing is S) == ("paraphrase" in row.source), row.source


@pytest.mark.parametrize("name", ROWS)
def test_what_is_from_memory_is_unverified_and_nothing_else_is(library: Library, name: str):
    for row in rows_of(library.get(name)):
        assert (row.standing is U) == ("from memory" in row.source), row.source


def test_a_number_from_memory_decides_only_where_the_department_gave_none(library: Library):
    """The tablet of 2020 has Windows Pro, of which only the number is from memory; the standards of 2024 give none."""
    deciding = {
        name: {row.check for row in library.get(name).requirements if row.standing is U and row.severity != "info"}
        for name in ROWS
    }
    assert {name: checks for name, checks in deciding.items() if checks} == {
        OLD_TABLET: {"system.sku"},
        STANDARD: {"processor.cores", "memory.installed", "storage.capacity", "tpm.version"},
    }


def test_every_row_says_in_which_profile_it_stands(library: Library):
    for profile in resolved(library):
        assert {row.origin for row in rows_of(profile)} <= set(profile.lineage)


def test_no_row_lets_a_blank_pass(library: Library):
    for profile in resolved(library):
        assert {row.when_unknown for row in profile.requirements} <= {"inconclusive", "error", "fail"}


# How a row is judged.


@pytest.mark.parametrize("name", ROWS)
def test_only_a_part_that_may_answer_late_is_read_again(library: Library, name: str):
    again = {row.check: row.confirm for row in library.get(name).requirements if row.confirm is not None}
    assert again == {check: Confirm(2, 3) for check in MAY_WAVER & ROWS[name].keys()}


@pytest.mark.parametrize("name", ROWS)
def test_a_screen_can_show_every_row(library: Library, name: str):
    assert len(library.get(name).requirements) <= MOST_ROWS


def test_a_new_emmc_is_no_used_disk(library: Library):
    """It tells its wear in tenths of its life: a new one is in the first, which reads as 10 %."""
    limit = row_of(library, WINDOWS, "storage.percent_used").limit
    assert [place(used, limit) for used in (0, 2, 10, 20)] == [
        Place.WITHIN,
        Place.WITHIN,
        Place.MARGINAL,
        Place.ABOVE,
    ]


@pytest.mark.parametrize(
    ("name", "sold_as_less", "sold_as_enough"),
    [
        (OLD_TABLET, 16_000_000_000, 31_268_536_320),  # a real "32 GB" eMMC: quirks.md section 4 no. 25
        (TABLET, 31_268_536_320, 62_537_072_640),
        (WINDOWS, 31_268_536_320, 62_537_072_640),
        (CHROMEBOOK, 8_000_000_000, 16_000_000_000),
    ],
)
def test_a_disk_is_taken_for_the_size_it_is_sold_as(
    library: Library, name: str, sold_as_less: int, sold_as_enough: int
):
    limit = row_of(library, name, "storage.capacity").limit
    assert place(sold_as_less, limit) is Place.BELOW
    assert place(sold_as_enough, limit) is Place.WITHIN


@pytest.mark.parametrize(
    ("sku", "edition", "failing"),
    [
        (4, "Enterprise", set()),
        (121, "Education", set()),
        (164, "ProfessionalEducation", set()),
        (48, "Professional", {"minor"}),  # a query: a supervisor may let it through
        (101, "Core", {"blocker", "minor"}),
    ],
)
def test_windows_pro_is_a_query_and_home_is_refused(library: Library, sku: int, edition: str, failing: set[str]):
    read: dict[str, float | str] = {"system.sku": sku, "system.edition": edition}
    rows = [row_of(library, STANDARD, check) for check in read]
    assert {row.severity for row in rows if place(read[row.check], row.limit) is not Place.WITHIN} == failing
    assert all(CATALOGUE[check].waivable for check in read)


# The library.


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
    with pytest.raises(ProfileError, match="no version '1999-01-01'"):
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


@pytest.mark.timeout(60)
def test_a_pipe_or_a_device_is_refused_and_waited_for_by_nobody(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.toml")
    assert "pipe" in refused(tmp_path / "pipe.toml").problem
    assert "device" in refused("/dev/zero").problem


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
