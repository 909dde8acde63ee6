"""What decisions do to findings, and the much longer list of what they never do."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checks.catalogue import CATALOGUE, shapes
from checks.deciding import ATTESTED, approved, waived
from checks.judge import judge
from checks.verdict import MAY_SHIP, Decided, Finding, Judgement, Severity, Verdict
from specs.decisions import Approval, Decisions, Subject, Waiver
from specs.facts import Disk, Facts, Known, Unknown, known
from specs.limits import AtLeast, AtMost, Between, Equals, Limit, limit_data
from specs.profile import TECHNICIAN, Attested, Profile, Standing
from specs.profile_file import parse_profile
from specs.profiles import Library
from tests.checks.strategies import GOOD, spoiled_facts, with_fact

PROFILE = """
id = "demo"
version = "1"
[require."memory.installed"]
at_least = "4 GB"
source = "a test"
standing = "inferred"
[require."battery.health"]
at_least = "95 %"
source = "a test"
standing = "inferred"
[require."battery.cycles"]
at_most = 50
source = "a test"
standing = "inferred"
[require."camera.present"]
equals = true
source = "a test"
standing = "inferred"
[require."identity.serial"]
matches = "[A-Z0-9]{8}"
source = "a test"
standing = "inferred"
[attest."battery.hours"]
claim = "at least 7 hours"
source = "a test"
standing = "inferred"
[attest."keyboard.layout"]
claim = "standard UK keyboard"
by = "technician"
look = "On the keys: £ above 3."
source = "a test"
standing = "inferred"
"""
DEMO: Profile = Library((parse_profile(PROFILE, "demo.toml"),), shapes()).get("demo")
UNWAIVABLE = {check.id for check in CATALOGUE.values() if not check.waivable}
ROWS = [*(row.check for row in DEMO.requirements), "attested.battery.hours", "attested.keyboard.layout"]
MODEL = "LENOVO 81MA"
SERIAL = "PF1A2B3C"


def waiver(check: str = "battery.health", **changes: Any) -> Waiver:
    made = Waiver(
        id="w1",
        by="Anna",
        made_at="2021-10-18T09:00:00.000Z",
        until="2021-12-31",
        subject=Subject(serial=SERIAL),
        check=check,
        reason="agreed with the school",
    )
    return replace(made, **changes)


def approval(**changes: Any) -> Approval:
    made = Approval(
        id="a1",
        by="Anna",
        made_at="2021-10-18T09:00:00.000Z",
        model=MODEL,
        claims={"battery.hours": "at least 7 hours"},
        document="MA-17",
    )
    return replace(made, **changes)


def worn(percent: float) -> Facts:
    """The good laptop with a worn battery."""
    return with_fact(GOOD, "battery[0].health_percent", lambda _: known(percent, "battery"))


def judged(facts: Facts, *decisions: Waiver | Approval, profile: Profile = DEMO) -> Judgement:
    approvals = tuple(one for one in decisions if isinstance(one, Approval))
    return judge(
        facts,
        profile,
        decisions=Decisions(approvals, tuple(one for one in decisions if isinstance(one, Waiver))),
    )


def finding(judgement: Judgement, check: str = "battery.health") -> Finding:
    [found] = [one for one in judgement.findings if one.check == check]
    return found


def test_a_waiver_lets_a_fault_through_and_the_finding_says_who_why_and_until_when():
    before = judged(worn(91.0))
    after = judged(worn(91.0), waiver())
    assert (before.verdict, after.verdict) == (Verdict.FAIL, Verdict.WAIVED)
    found = finding(after)
    assert found.decision == Decided("w1", "Anna", "agreed with the school", "2021-12-31", Verdict.FAIL)
    # What was measured stays, so that a fault is counted as what it is.
    assert replace(found, verdict=Verdict.FAIL, decision=None) == finding(before)


def test_a_waiver_lets_a_blank_reading_through_where_it_has_no_bound():
    blank = with_fact(GOOD, "battery[0].health_percent", lambda _: Unknown("blank", ("battery",), "absent"))
    assert finding(judged(blank)).verdict is Verdict.INCONCLUSIVE
    assert finding(judged(blank, waiver())).verdict is Verdict.WAIVED
    assert finding(judged(blank, waiver(worst=0.0))).verdict is Verdict.INCONCLUSIVE


def test_a_waiver_for_another_profile_or_check_does_nothing():
    assert judged(worn(91.0), waiver(profile="other"), waiver("battery.cycles")) == judged(worn(91.0))
    assert finding(judged(worn(91.0), waiver(profile="demo"))).verdict is Verdict.WAIVED


def test_a_bound_is_where_letting_through_ends():
    assert finding(judged(worn(90.0), waiver(worst=90.0))).verdict is Verdict.WAIVED
    assert finding(judged(worn(89.9), waiver(worst=90.0))).verdict is Verdict.FAIL


@pytest.mark.parametrize("limit", [Between(1, 2), Equals(3.0), None])
def test_a_bound_lets_nothing_through_where_no_reading_is_worse_than_another(limit: Limit | None):
    found = Finding("usb.ports", Verdict.FAIL, Severity.BLOCKER, 5, "", None, "different")
    assert waived(found, limit, "demo", GOOD, [waiver("usb.ports", worst=1.0)]) is found
    assert waived(found, limit, "demo", GOOD, [waiver("usb.ports")]).verdict is Verdict.WAIVED


@pytest.mark.parametrize("value", [True, "91", None, ["91"]])
def test_a_bound_lets_nothing_through_that_is_no_number(value: Any):
    found = Finding("battery.health", Verdict.FAIL, Severity.BLOCKER, value, "%", None, "different")
    assert waived(found, AtLeast(95.0), "demo", GOOD, [waiver(worst=0.0)]) is found


# What decisions never do, for any laptop and any decisions.

checks = st.sampled_from(ROWS) | st.sampled_from(sorted(CATALOGUE))
subjects = st.sampled_from((Subject(serial=SERIAL), Subject(serial="PF999999"), Subject(model=MODEL)))
waivers = st.builds(
    waiver,
    check=checks,
    id=st.sampled_from(("w1", "w2", "w3")),
    until=st.sampled_from(("2021-12-30", "2021-12-31")),
    subject=subjects,
    profile=st.sampled_from(("", "demo", "other")),
    worst=st.none() | st.sampled_from((0.0, 49.0, 51.0, 90.0, 2.0 * 2**30)),
    by=st.sampled_from(("Anna", "Bob")),
)
several = st.lists(waivers, max_size=6)
approvals = st.builds(
    approval,
    id=st.sampled_from(("a1", "a2")),
    made_at=st.sampled_from(("2021-10-18T09:00:00.000Z", "2021-10-19T09:00:00.000Z")),
    model=st.sampled_from((MODEL, "LENOVO 81MB")),
    claims=st.dictionaries(
        st.sampled_from(("battery.hours", "keyboard.layout")),
        st.sampled_from(("at least 7 hours", "at least 9 hours", "standard UK keyboard")),
    ),
    document=st.sampled_from(("MA-17", "MA-18")),
)


@st.composite
def laptops(draw: st.DrawFn) -> Facts:
    """Any laptop; most of them with something wrong that the demo profile asks for."""
    facts = draw(spoiled_facts())
    if draw(st.booleans()):
        facts = replace(facts, battery=battery(draw(st.floats(0, 100)), draw(st.integers(0, 500))))
    if draw(st.booleans()):
        facts = replace(
            facts, camera=draw(st.sampled_from((known(()), Unknown("blank", (), "absent"), Facts().camera)))
        )
    return facts


def battery(percent: float, cycles: int) -> Any:
    assert isinstance(GOOD.battery, Known)
    one = replace(GOOD.battery.value[0], health_percent=known(percent), cycles=known(cycles))
    return known((one,), "battery")


def changed(facts: Facts, *decisions: Waiver | Approval) -> list[tuple[Finding, Finding]]:
    """Each finding that decisions changed, without and with them."""
    pairs = zip(judged(facts).findings, judged(facts, *decisions).findings, strict=True)
    return [(before, after) for before, after in pairs if before != after]


@given(laptops(), several)
def test_a_waiver_only_ever_turns_a_fault_or_a_blank_into_waived(facts: Facts, some: list[Waiver]):
    for before, after in changed(facts, *some):
        assert before.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE)  # never error, never a pass
        assert after.verdict is Verdict.WAIVED
        decided = after.decision
        assert decided is not None
        assert decided.was is before.verdict
        assert replace(after, verdict=before.verdict, decision=None) == before
        assert any(
            one.check == before.check and (one.id, one.by, one.until) == (decided.id, decided.by, decided.until)
            for one in some
        )


@given(laptops(), several)
def test_with_waivers_no_verdict_gets_heavier_and_what_passed_still_passes(facts: Facts, some: list[Waiver]):
    before, after = judged(facts), judged(facts, *some)
    passed = [one for one in before.findings if one.verdict in MAY_SHIP]
    assert all(one in after.findings for one in passed)
    if before.verdict in MAY_SHIP:
        assert after.verdict is before.verdict
    if before.verdict is Verdict.ERROR:
        assert after.verdict not in MAY_SHIP


@given(laptops())
def test_what_the_bench_could_not_test_is_never_let_through(facts: Facts):
    everything = [waiver(check, subject=Subject(model=MODEL)) for check in ROWS]
    before, after = judged(facts), judged(facts, *everything)
    errors = [one for one in before.findings if one.verdict is Verdict.ERROR]
    assert all(one in after.findings for one in errors)


def test_waivers_of_everything_let_through_nothing_of_a_laptop_that_was_not_collected():
    everything = [waiver(check, subject=Subject(model=MODEL)) for check in ROWS]
    alone = replace(Facts(), identity=GOOD.identity)
    assert judged(alone, *everything).verdict is Verdict.ERROR


@given(laptops(), st.floats(0, 100), st.integers(0, 500))
def test_a_reading_worse_than_its_bound_is_never_let_through(facts: Facts, percent: float, cycles: int):
    some = (waiver(worst=percent), waiver("battery.cycles", worst=float(cycles)))
    for before, after in changed(facts, *some):
        assert after.verdict is Verdict.WAIVED
        assert before.value is not None
        if before.check == "battery.health":
            assert percent <= before.value < 95.0
        else:
            assert cycles >= before.value > 50


@given(laptops(), st.lists(waivers, max_size=6), st.sampled_from((("PF999999", SERIAL), (SERIAL, "PF999999"))))
def test_a_laptop_whose_label_and_firmware_differ_is_let_through_by_no_serial(
    facts: Facts, some: list[Waiver], says: tuple[str, str]
):
    swapped = replace(facts.identity, label_serial=known(says[0]), serial=known(says[1]))
    by_serial = [one for one in some if one.subject.serial]
    assert changed(replace(facts, identity=swapped), *by_serial) == []


@given(laptops(), several)
def test_another_laptop_s_waiver_lets_nothing_through(facts: Facts, some: list[Waiver]):
    mine = replace(facts, identity=replace(facts.identity, label_serial=known("PFMINE01"), serial=known("PFMINE01")))
    assert changed(mine, *(one for one in some if one.subject.serial)) == []


@given(laptops())
def test_who_a_laptop_is_is_never_let_through(facts: Facts):
    assert "identity.serial" in UNWAIVABLE
    assert all(before.check not in UNWAIVABLE for before, _ in changed(facts, *map(waiver, UNWAIVABLE)))
    nobody = replace(facts, identity=replace(GOOD.identity, serial=Unknown("blank", (), "absent")))
    everything = [waiver(check, subject=Subject(model=MODEL)) for check in ROWS]
    assert finding(judged(nobody, *everything), "identity.serial").verdict not in MAY_SHIP


@given(laptops(), several, st.lists(approvals, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_decisions_never_matters(facts: Facts, some: list[Waiver], others: list[Approval], random: Any):
    # Ids are the store's and never repeat.
    made = [replace(one, id=f"w{number}") for number, one in enumerate(some)]
    made_too = [replace(one, id=f"a{number}") for number, one in enumerate(others)]
    first = judged(facts, *made, *made_too)
    random.shuffle(made)
    random.shuffle(made_too)
    assert msgspec.json.encode(judged(facts, *made, *made_too)) == msgspec.json.encode(first)


def test_of_several_waivers_the_one_that_ends_last_counts():
    short, long = waiver(id="w1", until="2021-10-31"), waiver(id="w2", until="2021-11-30", by="Bob")
    for order in ((short, long), (long, short)):
        decision = finding(judged(worn(91.0), *order)).decision
        assert decision is not None
        assert (decision.id, decision.by, decision.until) == ("w2", "Bob", "2021-11-30")


@given(laptops(), several, st.lists(approvals, max_size=4))
def test_an_ended_or_expired_decision_does_nothing(facts: Facts, some: list[Waiver], others: list[Approval]):
    over = Decisions(
        tuple(replace(one, ended_at="2021-10-20T09:00:00.000Z") for one in others),
        tuple(some),
    ).in_force("2022-01-01T00:00:00.000Z")
    assert judge(facts, DEMO, decisions=over) == judged(facts)
    assert judged(worn(91.0), waiver()) != judged(worn(91.0))


# Approvals


def test_an_approval_stands_behind_its_claim_and_names_its_document():
    before, after = judged(GOOD), judged(GOOD, approval(until="2022-10-18"))
    assert finding(before, "attested.battery.hours").verdict is Verdict.INCONCLUSIVE
    found = finding(after, "attested.battery.hours")
    assert (found.verdict, found.reason, found.detail) == (Verdict.PASS, ATTESTED, "MA-17")
    assert found.decision == Decided("a1", "Anna", "MA-17", "2022-10-18", Verdict.INCONCLUSIVE)


@pytest.mark.parametrize(
    "changes",
    [
        {"claims": {"battery.hours": "at least 9 hours"}},
        {"claims": {"battery.hours": "At least 7 hours"}},
        {"claims": {"warranty.months": "at least 7 hours"}},
        {"claims": {}},
        {"model": "LENOVO 81MB"},
    ],
    ids=str,
)
def test_an_approval_of_another_claim_or_model_does_nothing(changes: dict[str, Any]):
    assert judged(GOOD, approval(**changes)) == judged(GOOD)


@given(laptops(), st.lists(approvals, max_size=4))
def test_an_approval_touches_only_the_very_claim_that_a_model_attests(facts: Facts, some: list[Approval]):
    for before, after in changed(facts, *some):
        assert (before.check, before.verdict, after.verdict) == (
            "attested.battery.hours",
            Verdict.INCONCLUSIVE,
            Verdict.PASS,
        )
        assert any(
            one.claims.get("battery.hours") == before.value and one.document == after.detail and one.covers(facts)
            for one in some
        )


def test_what_the_technician_looks_at_is_approved_by_no_paper():
    claim = Attested("keyboard.layout", "UK", "a test", Standing.INFERRED, "demo@1", by=TECHNICIAN, look="look")
    found = Finding("attested.keyboard.layout", Verdict.INCONCLUSIVE, Severity.MAJOR, "UK", "", None, "x")
    assert approved(found, claim, GOOD, [approval(claims={"keyboard.layout": "UK"})]) is found


def test_a_claim_on_record_in_the_profile_needs_no_approval():
    claim = Attested("battery.hours", "at least 7 hours", "a test", Standing.INFERRED, "demo@1", document="D-1")
    found = Finding("attested.battery.hours", Verdict.PASS, Severity.INFO, claim.claim, "", None, ATTESTED, "D-1")
    assert approved(found, claim, GOOD, [approval()]) is found


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_approvals_the_latest_counts(order: int):
    later = approval(id="a2", made_at="2021-11-01T09:00:00.000Z", document="MA-18")
    found = finding(judged(GOOD, *(approval(), later)[::order]), "attested.battery.hours")
    assert found.detail == "MA-18"


def test_a_waived_disk_says_what_was_read():
    small = replace(GOOD, storage=known((Disk("mmcblk0", bytes=known(31_268_536_320)),)))
    limit = AtLeast(64e9, accepted_from=57 * 2.0**30)
    found = Finding(
        "storage.capacity",
        Verdict.FAIL,
        Severity.BLOCKER,
        31_268_536_320,
        "B",
        limit_data(limit, CATALOGUE["storage.capacity"].measure),
        "below_limit",
    )
    # A disk sold as 32 GB reads less, and "32 GB" does not let it through.
    assert waived(found, limit, "demo", small, [waiver("storage.capacity", worst=32e9)]) is found
    through = waived(found, limit, "demo", small, [waiver("storage.capacity", worst=31e9)])
    assert (through.verdict, through.value) == (Verdict.WAIVED, 31_268_536_320)


def test_a_bound_of_a_most_is_the_other_way_round():
    found = Finding("battery.cycles", Verdict.FAIL, Severity.BLOCKER, 60, "", None, "above_limit")
    assert waived(found, AtMost(50), "demo", GOOD, [waiver("battery.cycles", worst=60.0)]).verdict is Verdict.WAIVED
    assert waived(found, AtMost(50), "demo", GOOD, [waiver("battery.cycles", worst=59.0)]) is found
