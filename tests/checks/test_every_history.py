"""Every short history of readings of one row, with each rule and waiver: a fault never helps, a bound is a bound."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from checks.confirming import confirmed
from checks.deciding import waived
from checks.judge import judge
from checks.verdict import MAY_SHIP, Finding, Severity, Verdict
from specs.decisions import Decisions, Subject, Waiver
from specs.facts import Battery, Facts, Unknown, known
from specs.limits import AtLeast
from specs.profile import Confirm, Profile, Requirement, Standing
from specs.quantities import Measure
from tests.checks.strategies import GOOD

LIMIT = AtLeast(90, marginal_below=95)
RULES = [None, Confirm(2, 3), Confirm(3, 5)]
BOUND = 80.0
# What one reading may be: a number, one with a part that could not be read or did not say, or nothing at all.
READINGS: dict[str, tuple[float | None, str, Verdict]] = {
    "99": (99.0, "", Verdict.PASS),
    "92": (92.0, "", Verdict.MARGINAL),
    "89": (89.0, "", Verdict.FAIL),
    "70": (70.0, "", Verdict.FAIL),
    "89, a part unreadable": (89.0, "unreadable", Verdict.FAIL),
    "89, a part blank": (89.0, "absent", Verdict.FAIL),
    "blank": (None, "", Verdict.INCONCLUSIVE),
    "unreadable": (None, "", Verdict.ERROR),
}
RANK = [Verdict.PASS, Verdict.MARGINAL, Verdict.WAIVED, Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.FAIL]
HISTORIES = [list(one) for length in (1, 2, 3) for one in itertools.product(READINGS, repeat=length)]


def row(rule: Confirm | None) -> Requirement:
    return Requirement(
        "battery.health",
        LIMIT,
        Measure.PERCENT,
        "major",
        "inconclusive",
        "a test",
        Standing.INFERRED,
        "demo@1",
        confirm=rule,
    )


def waiver(worst: float | None) -> Waiver:
    return Waiver(
        id="w",
        by="Anna",
        made_at="",
        until="2999-12-31",
        subject=Subject(serial="PF1A2B3C"),
        check="battery.health",
        reason="a test",
        worst=worst,
    )


def come_to(history: Sequence[str], rule: Confirm | None, waivers: Sequence[Waiver]) -> Finding:
    """What a history comes to."""
    findings = []
    for name in history:
        value, unread, verdict = READINGS[name]
        findings.append(Finding("battery.health", verdict, Severity.MAJOR, value, "%", None, "a reason", unread=unread))
    return waived(confirmed(row(rule), findings[0], findings[1:]), LIMIT, "demo", GOOD, waivers)


WAIVERS: dict[str, list[Waiver]] = {"none": [], "unbounded": [waiver(None)], "bounded": [waiver(BOUND)]}
EVERY = [pytest.param(rule, name, id=f"{rule or 'no rule'}, {name}") for rule in RULES for name in WAIVERS]


@pytest.mark.parametrize(("rule", "waivers"), EVERY)
def test_a_fault_never_ships_but_by_the_rule_or_a_waiver(rule: Confirm | None, waivers: str) -> None:
    for history in HISTORIES:
        found = come_to(history, rule, WAIVERS[waivers])
        verdicts = [READINGS[name][2] for name in history]
        if (Verdict.FAIL in verdicts and len(history) > 1) or verdicts[0] is Verdict.FAIL:
            assert found.verdict is not Verdict.PASS, history
        if found.verdict is Verdict.WAIVED:
            assert waivers != "none", history
            assert Verdict.ERROR not in verdicts, history
            assert not any(READINGS[name][1] == "unreadable" for name in history), history
        if found.verdict is Verdict.WAIVED and waivers == "bounded":
            assert all((READINGS[name][0] or 0) >= BOUND and not READINGS[name][1] for name in history), history
        if Verdict.MARGINAL in verdicts[:1] or (Verdict.MARGINAL in verdicts and found.verdict in MAY_SHIP):
            assert found.verdict is not Verdict.PASS, history


@pytest.mark.parametrize(("rule", "waivers"), EVERY)
def test_one_more_reading_that_shows_a_fault_never_improves_a_history(rule: Confirm | None, waivers: str) -> None:
    for history in HISTORIES:
        before = RANK.index(come_to(history, rule, WAIVERS[waivers]).verdict)
        for fault in ("89", "70", "89, a part unreadable"):
            assert RANK.index(come_to([*history, fault], rule, WAIVERS[waivers]).verdict) >= before, (history, fault)


@pytest.mark.parametrize(("rule", "waivers"), EVERY)
def test_a_number_that_is_worse_never_improves_a_history(rule: Confirm | None, waivers: str) -> None:
    numbers = ["99", "92", "89", "70"]
    for history in HISTORIES:
        before = RANK.index(come_to(history, rule, WAIVERS[waivers]).verdict)
        for at, name in enumerate(history):
            for worse in numbers[numbers.index(name) + 1 :] if name in numbers else []:
                changed = [*history[:at], worse, *history[at + 1 :]]
                assert RANK.index(come_to(changed, rule, WAIVERS[waivers]).verdict) >= before, (history, changed)


def two_batteries(first: float, second: Unknown) -> Facts:
    batteries = (
        Battery("BAT0", present=known(True), health_percent=known(first)),
        Battery("BAT1", present=known(True), health_percent=second),
    )
    return replace(GOOD, battery=known(batteries))


@pytest.mark.parametrize(
    ("problem", "bound", "verdict"),
    [
        ("unreadable", None, Verdict.FAIL),
        ("unreadable", 88.0, Verdict.FAIL),
        ("not_collected", None, Verdict.FAIL),
        ("absent", None, Verdict.WAIVED),
        ("absent", 88.0, Verdict.FAIL),
    ],
)
def test_a_waiver_lets_nothing_through_of_which_a_part_could_not_be_read(
    windows: Profile, problem: str, bound: float | None, verdict: Verdict
) -> None:
    facts = two_batteries(89.0, Unknown("why", ("battery",), problem))
    decisions = Decisions(waivers=(waiver(bound),))
    [found] = [one for one in judge(facts, windows, decisions=decisions).findings if one.check == "battery.health"]
    assert found.verdict is verdict
    assert found.unread == problem
