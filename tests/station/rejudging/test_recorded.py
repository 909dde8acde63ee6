"""What was let through or approved stays so wherever the record is judged again, and only for what it covered."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from checks.judge import judge
from checks.verdict import Finding, Verdict
from specs.decisions import NO_DECISIONS, Approval, Decisions, Subject, Waiver
from specs.facts import Facts, known
from specs.profile import Profile
from station.clock import SYSTEM_CLOCK
from station.rejudging.bench_archive import BenchArchive
from station.rejudging.places import BENCH, Place
from station.rejudging.recorded import with_recorded
from station.rejudging.running import make_plan, run_over
from station.store.bench_store import BenchStore
from station.store.decision_book import DecisionBook
from tests.checks.strategies import GOOD, with_fact
from tests.station.rejudging.floor import OLD, STRICT, finish, items, profile_of
from tests.station.rejudging.test_running import rejudge

WHEN = "2026-11-24T12:00:00.000Z"
WORN = with_fact(GOOD, "battery[0].health_percent", lambda _: known(92.0))


def waiver(**more: object) -> Waiver:
    plain = Waiver(
        id="w1",
        by="Supervisor 4",
        made_at="2026-11-01T08:00:00.000Z",
        until="2026-12-31",
        subject=Subject(model="LENOVO 81MA"),
        check="battery.health",
        reason="the school takes it",
    )
    return replace(plain, **more)


def again(facts: Facts, profile: Profile, findings: tuple[Finding, ...], by: Profile | None = None) -> Finding:
    """The battery's finding, judged again where no book of decisions is at hand."""
    decisions = with_recorded(NO_DECISIONS, findings, facts).in_force(WHEN)
    [found] = [
        one for one in judge(facts, by or profile, decisions=decisions).findings if one.check == "battery.health"
    ]
    return found


def test_a_waiver_in_the_record_covers_the_same_laptop_again(windows: Profile) -> None:
    first = judge(WORN, windows, decisions=Decisions(waivers=(waiver(),)))
    assert first.verdict is Verdict.WAIVED
    found = again(WORN, windows, first.findings)
    assert (found.verdict, found.decision) == (
        Verdict.WAIVED,
        next(one.decision for one in first.findings if one.check == "battery.health"),
    )


def test_its_bounds_are_carried_on(windows: Profile) -> None:
    bounded = judge(WORN, windows, decisions=Decisions(waivers=(waiver(worst=90.0),))).findings
    assert again(WORN, windows, bounded).verdict is Verdict.WAIVED
    worse = with_fact(GOOD, "battery[0].health_percent", lambda _: known(80.0))
    assert again(worse, windows, bounded).verdict is Verdict.FAIL
    for_one = judge(WORN, windows, decisions=Decisions(waivers=(waiver(profile=windows.id),))).findings
    assert again(WORN, windows, for_one, by=replace(windows, id="another")).verdict is Verdict.FAIL


def test_a_record_without_an_end_or_an_owner_carries_nothing_on(windows: Profile) -> None:
    first = judge(WORN, windows, decisions=Decisions(waivers=(waiver(),))).findings
    for change in ({"until": ""}, {"by": " "}, {"until": "never"}):
        spoiled = tuple(
            replace(one, decision=replace(one.decision, **change)) if one.decision is not None else one for one in first
        )
        assert again(WORN, windows, spoiled).verdict is Verdict.FAIL


def test_an_approval_in_the_record_stands_behind_the_same_claim_again(windows: Profile) -> None:
    claims = {claim.name: claim.claim for claim in windows.attested}
    approval = Approval(
        id="a1",
        by="Supervisor 4",
        made_at="2026-11-01T08:00:00.000Z",
        model="LENOVO 81MA",
        claims=claims,
        document="12",
    )
    first = judge(GOOD, windows, decisions=Decisions(approvals=(approval,))).findings
    decisions = with_recorded(NO_DECISIONS, first, GOOD).in_force(WHEN)
    of_model = {f"attested.{claim.name}" for claim in windows.attested if claim.by == "model"}
    attested = [one for one in judge(GOOD, windows, decisions=decisions).findings if one.check in of_model]
    assert {one.verdict for one in attested} == {Verdict.PASS}
    changed = tuple(replace(claim, claim=f"{claim.claim} more") for claim in windows.attested)
    other = judge(GOOD, replace(windows, attested=changed), decisions=decisions).findings
    assert {one.verdict for one in other if one.check.startswith("attested.")} == {Verdict.INCONCLUSIVE}


@pytest.mark.parametrize("kept", [True, False])
def test_a_laptop_that_was_let_through_is_not_called_back_by_a_store_without_the_book(
    tmp_path: Path, kept: bool
) -> None:
    path = tmp_path / "bench.sqlite"
    name = Subject(serial="AAAA1")
    scanned = items(32, serial="AAAA1")
    let_through = waiver(subject=name, check="storage.capacity")
    finish(path, "AAAA1", scanned, profile_of(OLD), keep_facts=kept, decisions=Decisions(waivers=(let_through,)))
    [one] = rejudge(path, profile_of(STRICT))
    assert (one.was, one.verdict) == (Verdict.WAIVED, Verdict.WAIVED)


@pytest.mark.parametrize(("ended", "verdict"), [(False, Verdict.WAIVED), (True, Verdict.FAIL)])
def test_a_waiver_that_ran_out_calls_nothing_back_and_one_that_was_ended_does(
    tmp_path: Path, ended: bool, verdict: Verdict
) -> None:
    path = tmp_path / "bench.sqlite"
    store = BenchStore(path)
    book = DecisionBook(store)
    today = SYSTEM_CLOCK.now_text()[:10]
    made = book.record(waiver(subject=Subject(serial="AAAA1"), check="storage.capacity", until=today))
    finish(path, "AAAA1", items(32, serial="AAAA1"), profile_of(OLD), decisions=book.in_force())
    if ended:
        assert book.end(made.id, "Supervisor 4", "the disk is to be changed after all")
    store.close()
    archive = BenchArchive.at(path)
    plan = make_plan(archive, profile_of(OLD), "2999-01-01T00:00:00.000Z")
    run = run_over(archive, Place(BENCH, str(path)), plan, lambda count: None, 1)
    assert [(one.was, one.verdict) for one in archive.results(run)] == [(Verdict.WAIVED, verdict)]
    archive.close()
