"""The numbers of a run: they add up, and each change of side has its check."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from checks.verdict import MAY_SHIP, Finding, Severity, Verdict
from station.rejudging.archive import Change, Rejudged, after
from station.rejudging.summary import summarise

verdicts = st.sampled_from(list(Verdict))
severities = st.sampled_from(list(Severity))


def finding(check: str, verdict: Verdict, severity: Severity = Severity.BLOCKER) -> Finding:
    return Finding(check, verdict, severity, None, "", None, "a reason")


def change(check: str, was: Verdict | None, now: Verdict | None, severity: Severity = Severity.BLOCKER) -> Change:
    return Change(check, was, was is not None and severity.required, finding(check, now, severity) if now else None)


def rejudged(number: int, was: Verdict, now: Verdict | None, *changes: Change, problem: str = "") -> Rejudged:
    return Rejudged(number, f"attempt-{number}", f"PF{number:06d}", was, now, changes, problem)


LATEST = {f"PF{number:06d}": number for number in range(100)}


def test_the_check_that_stops_a_laptop_is_named_and_one_that_only_changed_is_not() -> None:
    one = rejudged(
        1,
        Verdict.PASS,
        Verdict.FAIL,
        change("storage.capacity", Verdict.PASS, Verdict.FAIL),
        change("battery.health", Verdict.PASS, Verdict.MARGINAL),
        change("firmware.secure_boot", Verdict.PASS, Verdict.FAIL, Severity.INFO),
    )
    found = summarise([one], LATEST, frozenset({"pf000001"}))
    assert [(line.check, line.worse, line.better) for line in found.by_check] == [("storage.capacity", 1, 0)]
    assert [device.serial for device in found.shipped_worse] == ["PF000001"]


def test_a_check_that_is_no_longer_asked_for_frees_a_laptop() -> None:
    one = rejudged(2, Verdict.FAIL, Verdict.PASS, change("tpm.version", Verdict.FAIL, None))
    found = summarise([one], LATEST, None)
    assert [(line.check, line.worse, line.better) for line in found.by_check] == [("tpm.version", 0, 1)]
    assert [device.shipped for device in found.devices] == [None]


def test_an_attempt_that_is_not_the_devices_latest_is_counted_as_an_attempt_only() -> None:
    one = rejudged(1, Verdict.PASS, Verdict.FAIL, change("storage.capacity", Verdict.PASS, Verdict.FAIL))
    found = summarise([one], {"PF000001": 2}, frozenset({"pf000001"}))
    assert (found.worse, found.devices, found.shipped_worse) == (1, (), ())


def test_what_cannot_be_judged_is_counted_by_its_reason() -> None:
    found = summarise([rejudged(n, Verdict.PASS, None, problem="gone") for n in range(3)], LATEST, None)
    assert (found.attempts, found.changed, found.not_judged) == (3, 0, {"gone": 3})


changes = st.lists(
    st.builds(change, st.sampled_from(["a.b", "c.d", "e.f"]), verdicts | st.none(), verdicts | st.none(), severities),
    max_size=4,
)
results = st.lists(st.tuples(verdicts, verdicts | st.none(), changes), max_size=20)


@given(results, st.sets(st.integers(0, 19)))
def test_the_numbers_add_up(drawn: list[tuple[Verdict, Verdict | None, list[Change]]], left: set[int]) -> None:
    ones = [rejudged(n, was, now, *some, problem="" if now else "gone") for n, (was, now, some) in enumerate(drawn)]
    found = summarise(ones, LATEST, frozenset(f"pf{n:06d}" for n in left))
    judged = [one for one in ones if one.verdict is not None]
    assert found.attempts == len(ones)
    assert found.unchanged + found.changed + sum(found.not_judged.values()) == len(ones)
    assert sum(count for _, _, count in found.moves) == found.changed
    sides = [((one.was in MAY_SHIP), (one.verdict in MAY_SHIP)) for one in judged]
    assert (found.worse, found.better) == (sides.count((True, False)), sides.count((False, True)))
    assert len(found.devices) == found.worse + found.better
    assert {one.serial for one in found.shipped_worse} == {
        one.serial for one in judged if one.number in left and one.was in MAY_SHIP and one.verdict not in MAY_SHIP
    }


@given(st.dictionaries(st.sampled_from(["a.b", "c.d", "e.f"]), verdicts), changes)
def test_changes_made_to_findings_give_the_new_ones(old: dict[str, Verdict], some: list[Change]) -> None:
    before = tuple(finding(check, verdict) for check, verdict in old.items())
    now = {one.check: one for one in after(before, some)}
    last = {one.check: one.finding for one in some}
    for check in {*old, *last}:
        expected = last[check] if check in last else finding(check, old[check])
        assert now.get(check) == expected
