"""Judgement: what it promises for any facts whatever. Most of design.md section 8 is held here."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from checks.catalogue import CATALOGUE, shapes
from checks.check import Measured
from checks.judge import judge, judge_requirement
from checks.verdict import MAY_SHIP, Finding, Judgement, Severity, Verdict
from specs.facts import Battery, Disk, Facts, Identity, Known, Memory, Network, Unknown, Wifi, known
from specs.limits import AtLeast, AtMost, Between, Equals, Matches
from specs.profile import Profile, Requirement, Standing
from specs.profiles import load_library
from specs.quantities import Measure
from tests.checks.strategies import GOOD, any_facts, numbers, paths, spoiled_facts, unknowns, whole_numbers, with_fact

LIBRARY = load_library(shapes())
WINDOWS = LIBRARY.get("ghwt-2021w-windows-laptop")
CHROMEBOOK = LIBRARY.get("ghwt-2021w-chromebook")
profiles = st.sampled_from((WINDOWS, CHROMEBOOK))

# These answer yes until something is shown to be wrong, and say so in their names or headers.
YES_UNTIL_SHOWN = {
    "firmware.no_lock_found",
    "storage.no_fault_found",
    "storage.no_bad_sectors_found",
    "identity.agrees",
    "identity.physical",
}


def row(check: str, limit: Any, when_unknown: str = "inconclusive", severity: str = "blocker") -> Requirement:
    measure = CATALOGUE[check].measure if check in CATALOGUE else Measure.TEXT
    return Requirement(check, limit, measure, severity, when_unknown, "a test", Standing.INFERRED, "demo@1")


def by_check(judgement: Judgement) -> dict[str, Finding]:
    return {finding.check: finding for finding in judgement.findings}


def test_a_good_laptop_passes(windows: Profile):
    judgement = judge(GOOD, windows)
    assert judgement.verdict is Verdict.PASS, [f for f in judgement.findings if f.verdict not in MAY_SHIP]
    assert judgement.profile == "ghwt-2021w-windows-laptop@2021-10-18"
    assert judgement.profile_digest == windows.digest


def test_a_windows_laptop_is_no_chromebook(chromebook: Profile):
    judgement = judge(GOOD, chromebook)
    assert judgement.verdict is Verdict.FAIL
    assert {f.check for f in judgement.findings if f.verdict is Verdict.FAIL} == {"system.family"}


@pytest.mark.parametrize("profile", [WINDOWS, CHROMEBOOK], ids=lambda profile: profile.id)
def test_nothing_collected_is_an_error_and_never_a_pass(profile: Profile):
    judgement = judge(Facts(), profile)
    assert judgement.verdict is Verdict.ERROR
    for finding in judgement.findings:
        assert finding.verdict not in MAY_SHIP
        if finding.limits is not None:
            assert (finding.verdict, finding.reason, finding.value) == (Verdict.ERROR, "not_collected", None)


@pytest.mark.parametrize("problem", ["absent", "not_collected", "unreadable"])
@given(facts=spoiled_facts())
@settings(max_examples=30)
def test_a_blank_reading_is_not_a_pass(problem: str, facts: Facts):
    blank = Unknown("blank", ("smbios",), problem)
    spoiled = replace(facts, memory=replace(facts.memory, installed_bytes=blank))
    judgement = judge(spoiled, WINDOWS)
    finding = by_check(judgement)["memory.installed"]
    assert judgement.verdict not in MAY_SHIP
    assert finding.value is None
    assert finding.verdict is (Verdict.INCONCLUSIVE if problem == "absent" else Verdict.ERROR)


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u200b", "\x00", "\u00a0\u2003"])
def test_a_text_with_nothing_to_see_is_unknown_even_where_a_parser_calls_it_known(blank: str):
    facts = Facts(identity=Identity(serial=known(blank, "smbios")))
    finding = judge_requirement(facts, row("identity.serial", Matches(".*")))
    assert (finding.verdict, finding.reason, finding.value) == (Verdict.INCONCLUSIVE, "unknown", None)
    assert finding.evidence == ("smbios",)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**400, -(10**30)])
@pytest.mark.parametrize("limit", [AtLeast(1), AtMost(1), Between(0, 1), Equals(1.0)])
def test_a_number_that_cannot_be_true_blames_the_bench(value: float, limit: Any):
    facts = Facts(battery=known((Battery("BAT0", present=known(True), health_percent=known(value)),)))
    finding = judge_requirement(facts, row("battery.health", limit))
    assert (finding.verdict, finding.reason, finding.value) == (Verdict.ERROR, "unreadable", None)


def test_what_could_not_be_read_blames_the_bench_and_what_is_blank_does_as_the_profile_says():
    for problem, when, expected in [
        ("absent", "inconclusive", Verdict.INCONCLUSIVE),
        ("absent", "fail", Verdict.FAIL),
        ("absent", "error", Verdict.ERROR),
        ("unreadable", "fail", Verdict.ERROR),
        ("not_collected", "fail", Verdict.ERROR),
    ]:
        facts = Facts(memory=Memory(installed_bytes=Unknown("why", (), problem)))
        finding = judge_requirement(facts, row("memory.installed", AtLeast(1), when))
        assert finding.verdict is expected
        assert finding.detail == "why"


def test_a_check_that_nobody_knows_is_an_error():
    finding = judge_requirement(GOOD, row("moon.phase", Matches(".*")))
    assert (finding.verdict, finding.reason) == (Verdict.ERROR, "no_such_check")


def test_a_profile_without_rows_is_an_error():
    assert judge(GOOD, replace(WINDOWS, requirements=(), attested=())).verdict is Verdict.ERROR


def test_attested_rows_alone_are_an_error():
    assert judge(GOOD, replace(WINDOWS, requirements=())).verdict is Verdict.ERROR


def test_an_attested_row_says_whether_a_document_stands_behind_it(windows: Profile):
    claim = windows.attested[0]
    bare, documented = (
        judge(GOOD, replace(windows, attested=(replace(claim, document=document),))).findings[-1]
        for document in ("", "model approval 12")
    )
    assert (bare.verdict, bare.reason, bare.limits) == (Verdict.INCONCLUSIVE, "not_yet_attested", None)
    assert (documented.verdict, documented.reason) == (Verdict.PASS, "attested")
    assert bare.severity is Severity.INFO


def test_a_row_for_the_technician_says_where_to_look(windows: Profile):
    claim = replace(windows.attested[0], by="technician", look="On the keys: £ above the 3.")
    finding = judge(GOOD, replace(windows, attested=(claim,))).findings[-1]
    assert (finding.verdict, finding.reason) == (Verdict.INCONCLUSIVE, "technician_looks")
    assert finding.detail == "On the keys: £ above the 3."


def test_a_finding_keeps_the_reading_the_limit_and_the_evidence_as_data(windows: Profile):
    finding = by_check(judge(GOOD, windows))["storage.capacity"]
    assert finding.value == 62_537_072_640
    assert finding.unit == "B"
    assert finding.evidence == ("block",)
    assert finding.limits == {
        "op": "at_least",
        "value": 64e9,
        "accepted_from": 57.0 * 2**30,
        "measure": "storage_size",
    }


def test_a_marginal_battery_ships_and_is_counted(windows: Profile):
    facts = with_fact(GOOD, "battery[0].health_percent", lambda _: known(96.0))
    judgement = judge(facts, windows)
    assert judgement.verdict is Verdict.MARGINAL
    assert by_check(judgement)["battery.health"].reason == "marginal"


def test_a_row_that_never_decides_does_not_decide(windows: Profile):
    facts = with_fact(GOOD, "firmware.secure_boot", lambda _: known(False))
    judgement = judge(facts, windows)
    assert by_check(judgement)["firmware.secure_boot"].verdict is Verdict.FAIL
    assert judgement.verdict is Verdict.PASS


def test_one_gigabyte_too_few_fails_with_the_reading_that_says_so(windows: Profile):
    facts = with_fact(GOOD, "memory.installed_bytes", lambda _: known(3 * 2**30))
    judgement = judge(facts, windows)
    finding = by_check(judgement)["memory.installed"]
    assert judgement.verdict is Verdict.FAIL
    assert (finding.value, finding.reason, finding.detail) == (3 * 2**30, "below_limit", "1 module")


# For any facts whatever.


@given(any_facts(), profiles)
@settings(max_examples=150)
def test_judging_never_raises_and_twice_gives_the_same_bytes(facts: Facts, profile: Profile):
    first = msgspec.json.encode(judge(facts, profile))
    assert msgspec.json.encode(judge(facts, profile)) == first
    assert msgspec.json.encode(msgspec.json.decode(first, type=Judgement)) == first


@given(any_facts() | spoiled_facts(), profiles)
@settings(max_examples=150)
def test_a_laptop_ships_only_on_readings_for_every_required_row(facts: Facts, profile: Profile):
    judgement = judge(facts, profile)
    found = by_check(judgement)
    assert list(found) == [one.check for one in profile.requirements] + [f"attested.{a.name}" for a in profile.attested]
    for one in profile.requirements:
        finding = found[one.check]
        if finding.verdict in MAY_SHIP:
            assert finding.value not in (None, "", [])
        if judgement.verdict in MAY_SHIP and finding.severity.required:
            assert finding.verdict in MAY_SHIP


@given(any_facts())
@settings(max_examples=100)
def test_every_check_in_the_catalogue_reads_any_facts_without_raising(facts: Facts):
    for check in CATALOGUE.values():
        reading = check.reading(facts, check.examples[-1].arguments)
        assert isinstance(reading, (Measured, Unknown))


@given(spoiled_facts(), profiles, st.randoms())
def test_the_order_of_requirements_never_matters(facts: Facts, profile: Profile, random):
    rows = list(profile.requirements)
    random.shuffle(rows)
    one, other = judge(facts, profile), judge(facts, replace(profile, requirements=tuple(rows)))
    assert one.verdict is other.verdict
    assert by_check(one) == by_check(other)


@given(spoiled_facts(), st.sampled_from(sorted(CATALOGUE)), unknowns)
def test_a_required_reading_that_becomes_unknown_is_never_a_pass(facts: Facts, check: str, unknown: Unknown):
    assume(any(one.check == check and one.severity != "info" for one in WINDOWS.requirements))
    blind = MappingProxyType({**CATALOGUE, check: replace(CATALOGUE[check], read=lambda *_: unknown)})
    assert judge(facts, WINDOWS, blind).verdict not in MAY_SHIP


@given(spoiled_facts(), st.data())
@settings(max_examples=200)
def test_a_fact_that_becomes_unknown_never_turns_a_row_into_a_pass(facts: Facts, data: st.DataObject):
    # Which screen is built in and which bay is filled say what the other facts are about; they are not readings.
    choice = [path for path in paths(facts) if not path.endswith((".internal", "].present"))]
    unknown = data.draw(unknowns)
    before = by_check(judge(facts, WINDOWS))
    after = by_check(judge(with_fact(facts, data.draw(st.sampled_from(choice)), lambda _: unknown), WINDOWS))
    for check in before.keys() - YES_UNTIL_SHOWN:
        if before[check].verdict not in MAY_SHIP:
            assert after[check].verdict not in MAY_SHIP, check


FAULTS: dict[str, tuple[str, Any]] = {
    "the disk says that it fails": ("storage[0].health.assessment", known("failed")),
    "the disk warns": ("storage[0].health.critical_warning", known(4)),
    "the eMMC is worn out": ("storage[0].health.pre_eol", known("urgent")),
    "the disk is a small one": ("storage[0].bytes", known(32_000_000_000)),
    "there is no disk": ("storage", known(())),
    "a firmware password is set": ("firmware.admin_password", known(True)),
    "the processor runs under a hypervisor": ("processor.hypervisor", known(True)),
    "the maker is QEMU": ("identity.manufacturer", known("QEMU")),
    "the label is another laptop's": ("identity.label_serial", known("PF9Z9Z9Z")),
    "half of the memory is gone": ("memory.installed_bytes", known(2 * 2**30)),
    "the battery is worn": ("battery[0].health_percent", known(60.0)),
    "the battery is gone": ("battery", known(())),
    "the panel is small": ("display[0].diagonal_in", known(10.1)),
    "the panel is gone": ("display", known(())),
    "there is no Wi-Fi": ("network.wifi", known(())),
    "the Wi-Fi is old": ("network.wifi[0].standards", known(("802.11g",))),
    "there is no Bluetooth": ("network.bluetooth", known(())),
    "there is no camera": ("camera", known(())),
    "there is no sound": ("audio.playback", known(0)),
    "there is no microphone": ("audio.capture", known(0)),
    "there is no keyboard": ("input.keyboard", known(False)),
    "there is no TPM": ("tpm.present", known(False)),
    "the TPM is old": ("tpm.version", known("1.2")),
    "the system is Linux": ("system.family", known("linux")),
    "the edition is Home": ("system.sku", known(101)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_evidence_of_a_fault_fails_a_good_laptop(fault: str):
    path, fact = FAULTS[fault]
    assert judge(with_fact(GOOD, path, lambda _: fact), WINDOWS).verdict is Verdict.FAIL


RANK = [Verdict.PASS, Verdict.MARGINAL, Verdict.WAIVED, Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.FAIL]


@given(spoiled_facts(), st.sampled_from(sorted(FAULTS)))
@settings(max_examples=200)
def test_evidence_of_a_fault_never_improves_a_verdict(facts: Facts, fault: str):
    path, fact = FAULTS[fault]
    try:
        worse = with_fact(facts, path, lambda _: fact)
    except AttributeError:  # the list that the fact would be in is itself unknown
        assume(False)
    before, after = judge(facts, WINDOWS).verdict, judge(worse, WINDOWS).verdict
    assert RANK.index(after) >= RANK.index(before)


@given(whole_numbers | numbers, st.floats(-1e6, 1e12), st.floats(0, 1e12))
def test_a_stricter_least_never_turns_a_fail_into_a_pass(reading: float, least: float, more: float):
    facts = Facts(memory=Memory(installed_bytes=Known(reading)))  # type: ignore[arg-type]
    loose = judge_requirement(facts, row("memory.installed", AtLeast(least)))
    strict = judge_requirement(facts, row("memory.installed", AtLeast(least + more)))
    assert loose.verdict in MAY_SHIP or strict.verdict not in MAY_SHIP


@given(whole_numbers | numbers, st.floats(-1e6, 1e12), st.floats(0, 1e12))
def test_a_stricter_most_never_turns_a_fail_into_a_pass(reading: float, most: float, less: float):
    facts = Facts(memory=Memory(installed_bytes=Known(reading)))  # type: ignore[arg-type]
    loose = judge_requirement(facts, row("memory.installed", AtMost(most)))
    strict = judge_requirement(facts, row("memory.installed", AtMost(most - less)))
    assert loose.verdict in MAY_SHIP or strict.verdict not in MAY_SHIP


def test_a_finding_shows_no_escape_that_a_parser_let_through():
    wifi = Wifi("wlan0", standards=known(("802.11ac\x1b[2J",)), model=known("\x1b]0;owned\x07\u202e"))
    finding = judge_requirement(Facts(network=Network(wifi=known((wifi,)))), row("network.wifi_standard", Equals("x")))
    assert "\x1b" not in str(finding.value) + finding.detail
    assert "\u202e" not in finding.detail


def test_a_name_that_no_encoding_holds_does_not_stop_the_record():
    disk = Disk("sd\udcff", removable=known(False), bytes=known(1))
    finding = judge_requirement(Facts(storage=known((disk,))), row("storage.capacity", AtLeast(2)))
    assert msgspec.json.encode(finding)
