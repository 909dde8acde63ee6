"""What the tests of decisions judge by: a few small profiles, and days that stand still."""

from __future__ import annotations

from datetime import date
from typing import Any

from checks.catalogue import shapes
from specs.decisions import Approval, Subject, Waiver
from specs.profile_file import parse_profile
from specs.profiles import Library

TODAY = date(2021, 10, 18)

_ROW = 'source = "a test"\nstanding = "inferred"\n'

BASE = f"""
id = "base"
version = "1"
abstract = true
[require."battery.health"]
at_least = "95 %"
marginal_below = "97 %"
{_ROW}
[attest."warranty.months"]
claim = "at least 12 months"
{_ROW}
"""
DEMO = f"""
id = "demo"
version = "{{version}}"
extends = "base"
[require."storage.capacity"]
at_least = "64 GB"
accepted_from = "57 GiB"
{_ROW}
[require."battery.cycles"]
at_most = 50
{_ROW}
[require."usb.ports"]
between = [2, 4]
{_ROW}
[require."camera.present"]
equals = true
{_ROW}
[attest."battery.hours"]
claim = "at least {{hours}} hours"
{_ROW}
[attest."keyboard.layout"]
claim = "standard UK keyboard"
by = "technician"
look = "On the keys: £ above 3."
{_ROW}
"""
BARE = f"""
id = "bare"
version = "1"
[require."camera.present"]
equals = true
{_ROW}
"""
FAULTY = """
id = "faulty"
version = "1"
[require."no.such_check"]
equals = true
"""


def demo(version: str = "1", hours: int = 7) -> str:
    """The demo profile as a file."""
    return DEMO.format(version=version, hours=hours)


LIBRARY = Library(
    tuple(
        parse_profile(text, f"{number}.toml")
        for number, text in enumerate((BASE, demo("1"), demo("2", 9), BARE, FAULTY))
    ),
    shapes(),
)


def waiver(**changes: Any) -> Waiver:
    """A waiver as the book gives it back."""
    made: dict[str, Any] = {
        "id": "01a20f0d-68c8-7a48-aca3-9ed85e34d3fd",
        "by": "Anna",
        "made_at": "2021-10-18T09:00:00.000Z",
        "until": "2021-12-31",
        "subject": Subject(serial="PF1A2B3C"),
        "check": "camera.present",
        "reason": "the school asked for none",
    }
    return Waiver(**{**made, **changes})


def approval(**changes: Any) -> Approval:
    """An approval as the book gives it back."""
    made: dict[str, Any] = {
        "id": "01a20f0e-0b39-77c6-b07c-c4b4a053cfa9",
        "by": "Anna",
        "made_at": "2021-10-18T09:00:00.000Z",
        "model": "LENOVO 81MA",
        "claims": {"battery.hours": "at least 7 hours"},
        "document": "MA-17",
    }
    return Approval(**{**made, **changes})
