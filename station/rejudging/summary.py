"""What a run would change, in numbers: which verdicts, which way, by which check, and what has shipped. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct

from checks.verdict import MAY_SHIP, Severity, Verdict
from station.rejudging.archive import Change, Rejudged

__all__ = ["ByCheck", "Device", "Summary", "summarise"]


class ByCheck(Struct, frozen=True):
    """How many verdicts one check turns: `worse` may ship no longer because of it, `better` may ship now."""

    check: str
    worse: int
    better: int


class Device(Struct, frozen=True):
    """A laptop whose latest verdict changes so that it may ship no longer, or may now. `checks` are what turns it."""

    serial: str
    attempt_id: str
    was: Verdict
    verdict: Verdict
    checks: tuple[str, ...]
    shipped: bool | None


class Summary(Struct, frozen=True):
    """A run in numbers. `moves` counts attempts by old and new verdict, changed ones only.

    `worse` and `better` are attempts that may ship no longer, or may now; `otherwise` those whose verdict changes and
    that are treated as before. `devices` are laptops by their latest attempt; their `shipped` is None where nobody has
    said what has shipped. `not_judged` counts attempts that could not be judged again, by reason.
    """

    attempts: int
    unchanged: int
    worse: int
    better: int
    otherwise: int
    moves: tuple[tuple[Verdict, Verdict, int], ...]
    by_check: tuple[ByCheck, ...]
    devices: tuple[Device, ...]
    not_judged: Mapping[str, int]

    @property
    def judged(self) -> int:
        """How many attempts were judged again."""
        return self.attempts - sum(self.not_judged.values())

    @property
    def changed(self) -> int:
        """How many verdicts change."""
        return self.worse + self.better + self.otherwise

    @property
    def shipped_worse(self) -> tuple[Device, ...]:
        """Laptops that have shipped and would ship no longer: what a recall is about."""
        return tuple(one for one in self.devices if one.shipped and one.verdict not in MAY_SHIP)


def summarise(results: Iterable[Rejudged], latest: Mapping[str, int], shipped: frozenset[str] | None) -> Summary:
    """The numbers of a run. `latest` is the number of each serial's latest attempt; `shipped` the serials, case-folded,
    that have left, or None where nobody has said.
    """
    attempts = unchanged = 0
    sides: Counter[str] = Counter()
    moves: Counter[tuple[Verdict, Verdict]] = Counter()
    worse: Counter[str] = Counter()
    better: Counter[str] = Counter()
    not_judged: Counter[str] = Counter()
    devices: list[Device] = []
    for one in results:
        attempts += 1
        if one.verdict is None:
            not_judged[one.problem] += 1
            continue
        if one.verdict is one.was:
            unchanged += 1
            continue
        moves[one.was, one.verdict] += 1
        side = _side(one.was, one.verdict)
        sides[side] += 1
        turned = _turning(one)
        if side == "otherwise":
            continue
        (worse if side == "worse" else better).update(turned)
        if latest.get(one.serial) == one.number:
            left = None if shipped is None else one.serial.casefold() in shipped
            devices.append(Device(one.serial, one.attempt_id, one.was, one.verdict, turned, left))
    checks = sorted({*worse, *better}, key=lambda check: (-worse[check] - better[check], check))
    return Summary(
        attempts=attempts,
        unchanged=unchanged,
        worse=sides["worse"],
        better=sides["better"],
        otherwise=sides["otherwise"],
        moves=tuple(
            (was, now, count) for (was, now), count in sorted(moves.items(), key=lambda m: (-m[1], m[0][0].value))
        ),
        by_check=tuple(ByCheck(check, worse[check], better[check]) for check in checks),
        devices=tuple(devices),
        not_judged=dict(not_judged.most_common()),
    )


def _turning(one: Rejudged) -> tuple[str, ...]:
    """The checks that turn a verdict: what stops it now and did not before, or stopped it and does no longer."""
    stops = {change.check for change in one.changes if _stops(change)}
    stopped = {change.check for change in one.changes if change.was_required and change.was not in MAY_SHIP}
    turned = stops - stopped if one.verdict not in MAY_SHIP else stopped - stops
    return tuple(sorted(turned))


def _stops(change: Change) -> bool:
    finding = change.finding
    return finding is not None and finding.severity is not Severity.INFO and finding.verdict not in MAY_SHIP


def _side(was: Verdict, now: Verdict) -> str:
    if (was in MAY_SHIP) == (now in MAY_SHIP):
        return "otherwise"
    return "better" if now in MAY_SHIP else "worse"
