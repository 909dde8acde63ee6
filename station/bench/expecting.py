"""What a golden laptop is expected to say, and whether it said it. Pure.

Golden (good): every required check comes out as it did when the laptop was registered; pass and marginal are the same.
Known-bad: exactly those checks fail that failed then. What counts is what was measured: a fault that a supervisor has
let through is still a fault here, and what stands on a model's paper says nothing about the bench.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from checks.verdict import MAY_SHIP, Finding, Verdict

__all__ = [
    "Expected",
    "GoldenKind",
    "NotGolden",
    "Problem",
    "expected_of",
    "problems_of",
    "profile_id",
]

GoldenKind: TypeAlias = Literal["good", "bad"]
Expected: TypeAlias = dict[str, tuple[str, ...]]
"""By check: the verdicts of which any is as expected."""

_FINE: Final = (Verdict.PASS.value, Verdict.MARGINAL.value)
_NO_FAIL: Final = (*_FINE, Verdict.INCONCLUSIVE.value, Verdict.ERROR.value)
_FAIL: Final = (Verdict.FAIL.value,)


class NotGolden(Exception):
    """An attempt that makes no golden laptop of this kind. `checks` are those that stand against it, if any do."""

    def __init__(self, kind: GoldenKind, checks: tuple[str, ...] = ()) -> None:
        super().__init__(kind)
        self.kind = kind
        self.checks = checks


class Problem(Struct, frozen=True):
    """A check that came out otherwise: what was expected, and the verdict. Empty: it was not tested at all."""

    check: str
    expected: tuple[str, ...]
    found: str = ""


def expected_of(kind: GoldenKind, findings: Iterable[Finding]) -> Expected:
    """What the laptop of these findings is to say from now on. Raises `NotGolden`."""
    required = [finding for finding in findings if finding.severity.required]
    if kind == "good":
        wrong = tuple(one.check for one in required if one.verdict not in MAY_SHIP)
        if wrong or not required:
            raise NotGolden(kind, wrong)
        return {one.check: _FINE if _measured(one) in _FINE else (_measured(one),) for one in required}
    if all(_measured(one) != Verdict.FAIL.value for one in required):
        raise NotGolden(kind)
    return {one.check: _FAIL if _measured(one) == Verdict.FAIL.value else _NO_FAIL for one in required}


def problems_of(
    kind: GoldenKind, expected: Mapping[str, tuple[str, ...]], findings: Iterable[Finding]
) -> tuple[Problem, ...]:
    """What came out otherwise than expected, in the order of the findings; none where the bench can be trusted.

    A check that the profile has gained since must pass on a good laptop and must not fail on a bad one. One that it has
    lost is no matter, but for a known fault: nobody has seen whether this bench still finds it.
    """
    said = {one.check: _measured(one) for one in findings if one.severity.required}
    usual = _FINE if kind == "good" else _NO_FAIL
    problems = [
        Problem(check, expected.get(check, usual), verdict)
        for check, verdict in said.items()
        if verdict not in expected.get(check, usual)
    ]
    faults = [check for check, verdicts in expected.items() if verdicts == _FAIL]
    if kind == "bad":
        problems += [Problem(check, _FAIL) for check in faults if check not in said]
    # A laptop of which nothing was tested, or without a known fault, proves nothing.
    if not said or (kind == "bad" and not faults):
        problems = problems or [Problem("", _FAIL if kind == "bad" else _FINE)]
    return tuple(problems)


def profile_id(reference: str) -> str:
    """The profile's id in ID@VERSION."""
    return reference.partition("@")[0]


def _measured(finding: Finding) -> str:
    """The verdict that the reading alone would have."""
    return (finding.verdict if finding.decision is None else finding.decision.was).value
