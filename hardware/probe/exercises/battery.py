"""Battery: the charger is unplugged, and what the batteries tell is sampled once a second, as sysfs gives it."""

from __future__ import annotations

from typing import Any

from . import wording
from .arguments import Rule
from .session import CannotMeasure, Session

ARGUMENTS = {"samples": Rule(1, 60, 10)}  # without the charger; then it is done
SECONDS = 1.0
"""Between two samples: gauges renew their values about so often."""
MOST_SAMPLES = 64
FIRST_SAMPLES = 4
"""Kept of those before; where there are too many, the ones after these go."""
ATTRIBUTES = ("status", "power_now", "current_now", "voltage_now", "energy_now", "charge_now", "capacity")
MOST_BATTERIES = 4
_BASE = "/sys/class/power_supply"


def run(session: Session, samples: int) -> dict[str, Any]:
    """Samples until so many were taken without the charger, or its time is over."""
    batteries, chargers = supplies(session)
    if not batteries:
        raise CannotMeasure(wording.NO_BATTERY)
    taken: list[dict[str, Any]] = []
    drawn = 0
    while not session.over() and drawn < samples:
        at = session.elapsed()
        taken.append(sample(session, at, batteries, chargers))
        if len(taken) > MOST_SAMPLES:
            del taken[FIRST_SAMPLES]
        drawn += taken[-1]["mains"] is False
        session.progress("going", drawn, samples)
        session.note({"seconds": session.elapsed(), "samples": taken}, "asking the battery")
        if drawn < samples:
            session.wait(max(0.0, at + SECONDS - session.elapsed()))
    if not taken:
        raise CannotMeasure(wording.TOO_LITTLE_TIME)
    return {"seconds": session.elapsed(), "samples": taken}


def supplies(session: Session) -> tuple[list[str], list[str]]:
    """The names of the laptop's batteries, and of what charges it; not the batteries of mice."""
    batteries: list[str] = []
    chargers: list[str] = []
    for name in session.names(_BASE):
        kind = session.text(f"{_BASE}/{name}/type")
        if kind == "Battery" and session.text(f"{_BASE}/{name}/scope") != "Device":
            batteries.append(name)
        elif kind is not None and (kind == "Mains" or kind.startswith("USB")):
            chargers.append(name)
    return batteries[:MOST_BATTERIES], chargers


def sample(session: Session, at: float, batteries: list[str], chargers: list[str]) -> dict[str, Any]:
    """One sample: the attributes that each battery has. `mains` is None where neither chargers nor batteries tell."""
    told: dict[str, dict[str, str]] = {}
    for name in batteries:
        texts = ((attribute, session.text(f"{_BASE}/{name}/{attribute}")) for attribute in ATTRIBUTES)
        told[name] = {attribute: text[:64] for attribute, text in texts if text is not None}
    online = [session.number(f"{_BASE}/{name}/online") for name in chargers]
    mains: bool | None = None
    if any(one is not None for one in online):
        mains = any(online)
    elif any(values.get("status") == "Discharging" for values in told.values()):
        mains = False
    return {"at": at, "mains": mains, "batteries": told}
