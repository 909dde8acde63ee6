"""The bar on top, which never goes away: who and where, what waits for central, and how the devices are."""

from __future__ import annotations

from typing import Final

from station.bench.protocol import BenchBar
from station.clock import age_words
from station.screens import wording
from station.screens.devices import advice, calm_devices, device_rows
from station.screens.painting import Line, Span, beside, fit, shorten
from station.screens.shown import Contact, Shown

__all__ = ["top_bar"]

_WIDE: Final = 120
"""Cells from which there is room for more than what must be known."""


def top_bar(shown: Shown, width: int) -> list[Line]:
    """Who and where, what waits and whether central is there; the profile and today's count, or what a camera needs;
    and a row or two for each scanner or printer that is out of order.
    """
    clock: Span = (f" {shown.clock} ", "bar-strong")
    if shown.state is None:
        return [beside([(" Intake Station", "bar-strong")], [clock], width, "bar"), fit((), width, "bar")]
    bar = shown.state.bar
    who: list[Span] = [(f" {bar.bench}", "bar-strong"), *_operator(bar, width)]
    first = beside(who, [*_states(bar), clock], width, "bar")
    today: list[Span] = [
        ("  ", "bar"),
        *calm_devices(bar, width),
        (f"today {bar.today:,}, {bar.today_passed:,} passed ", "bar-dim"),
    ]
    profile: list[Span] = [(f" {bar.profile_title or bar.profile}", "bar-dim")]
    if shown.contact is not Contact.LIVE:  # how the devices are, only the engine knows
        return [first, beside(profile, today, width, "bar")]
    told = advice(bar, width)
    second = fit(told, width, "bar") if told else beside(profile, today, width, "bar")
    return [first, second, *device_rows(bar, width)]


def _operator(bar: BenchBar, width: int) -> list[Span]:
    """Who is signed in, with the mark of a supervisor; and which shift it is, where there is room."""
    if not bar.operator:
        return [("  ", "bar"), (f" {wording.NOBODY} ", "bar-warn")]
    spans: list[Span] = [(f"  {bar.operator}", "bar")]
    if bar.role == "supervisor":
        spans.append((f" {wording.SUPERVISOR_ROLE if width >= _WIDE else wording.SUPERVISOR_MARK}", "bar-strong"))
    if bar.shift and width >= _WIDE:
        spans.append((f"  {bar.shift}", "bar-dim"))
    return spans


def _states(bar: BenchBar) -> list[Span]:
    spans: list[Span] = []
    if bar.dead_letters:
        spans.append((f" {bar.dead_letters:,} rejected ", "bar-warn"))
    unsent = f"  {bar.unsent:,} unsent"
    if bar.unsent and bar.oldest_unsent_seconds is not None:
        unsent += f", oldest {age_words(bar.oldest_unsent_seconds)}"
    spans.append((unsent, "bar"))
    central = wording.CENTRAL.get(bar.central, f"central {bar.central}")
    spans.append((f"  {shorten(central, 20)} ", "bar" if bar.central == "ok" else "bar-strong"))
    return spans
