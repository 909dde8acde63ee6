"""ChromeOS: what a Chromebook's firmware and product data say of its state (department.md section 5.3).

A Chromebook as it is sold lets nobody read them: they need developer mode, or a boot stick, which needs it too. What
is not read here is unknown and never yes; the profile says what the technician looks at instead.
"""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Measured, Reading, measured
from specs.facts import ChromeOs, Facts, Known, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]

_NEVER: Final = "never"
"""What the facts say of a laptop whose product data, read in whole, knows of no first use."""

# ChromeOS's own table of regions. Newer Chromebooks name their region only, and the layout follows from it.
_LAYOUT_OF_REGION: Final = {"gb": "gb"}


def _developer_mode_off(facts: Facts) -> Reading:
    mode = facts.chromeos.developer_mode
    if isinstance(mode, Unknown):
        return mode
    return Measured(not mode.value, mode.evidence, "developer mode is on" if mode.value else "")


def _write_protect(facts: Facts) -> Reading:
    return measured(facts.chromeos.write_protected)


def _not_enrolled(facts: Facts) -> Reading:
    asks = facts.chromeos.enrolment_checked
    if isinstance(asks, Unknown):
        return asks
    return Measured(not asks.value, asks.evidence, "it is still bound to a domain" if asks.value else "")


def _not_used_before(facts: Facts) -> Reading:
    since = facts.chromeos.activated_on
    if isinstance(since, Unknown):
        return since
    never = since.value == _NEVER
    return Measured(never, since.evidence, "" if never else f"first used in {since.value}")


def _keyboard(facts: Facts) -> Reading:
    layout, region = facts.chromeos.keyboard, facts.chromeos.region
    if isinstance(layout, Unknown) and isinstance(region, Known):
        of_region = _LAYOUT_OF_REGION.get(region.value.casefold())
        if of_region is not None:
            return Measured(of_region, region.evidence, f"the layout of its region, {region.value}")
    return measured(layout)


CHECKS: Final = (
    Check(
        id="chromeos.developer_mode_off",
        title="Developer mode off",
        measure=Measure.YES_NO,
        looks_at="the developer switch of a Chromebook's firmware",
        needs=("chromeos",),
        decides="no where anything says that developer mode is on; without developer mode nobody can ask, and it is"
        " unknown",
        remedy="Restart it, press the space bar at the warning screen and confirm: that turns verification on and"
        " erases the laptop.",
        read=_developer_mode_off,
        examples=(
            Example("in developer mode", Facts(chromeos=ChromeOs(developer_mode=known(True))), False),
            Example("as it was sold", Facts(chromeos=ChromeOs(developer_mode=known(False))), True),
            Example("nothing was read", Facts(), None),
        ),
    ),
    Check(
        id="chromeos.write_protect",
        title="Firmware write protection",
        measure=Measure.YES_NO,
        looks_at="the write protection of a Chromebook's firmware, as crossystem gives it",
        needs=("chromeos",),
        decides="on or off; the firmware's own switch word is read in two ways, so from it alone this is unknown",
        remedy="Put the Chromebook on the query shelf: somebody has opened it or unlocked its firmware.",
        read=_write_protect,
        examples=(
            Example("unlocked", Facts(chromeos=ChromeOs(write_protected=known(False))), False),
            Example("nothing was read", Facts(), None),
        ),
    ),
    Check(
        id="chromeos.not_enrolled",
        title="Not enrolled",
        measure=Measure.YES_NO,
        looks_at="the enrolment entry in a Chromebook's product data",
        needs=("chromeos",),
        decides="no where the Chromebook asks Google which domain it belongs to; yes where the entry says that it does"
        " not, or where it was never used and has no such entry",
        remedy="Return it to the sender: its last owner has to release it from their domain first.",
        read=_not_enrolled,
        examples=(
            Example("still bound to a domain", Facts(chromeos=ChromeOs(enrolment_checked=known(True))), False),
            Example("new stock", Facts(chromeos=ChromeOs(enrolment_checked=known(False))), True),
            Example("nothing was read", Facts(), None),
        ),
    ),
    Check(
        id="chromeos.not_used_before",
        title="Not used before",
        measure=Measure.YES_NO,
        looks_at="the week of first use in a Chromebook's product data",
        needs=("chromeos",),
        decides="yes only where the whole product data was read and knows of no first use; a date is a no",
        remedy="Look whether it was announced as used stock; if not, put it on the query shelf.",
        read=_not_used_before,
        examples=(
            Example("new stock", Facts(chromeos=ChromeOs(activated_on=known(_NEVER))), True),
            Example("used since December 2020", Facts(chromeos=ChromeOs(activated_on=known("2020-50"))), False),
            Example("half of the product data was read", Facts(chromeos=ChromeOs(region=known("gb"))), None),
        ),
    ),
    Check(
        id="chromeos.keyboard",
        title="Layout in the product data",
        measure=Measure.TEXT,
        looks_at="the keyboard layout in a Chromebook's product data, else its region where that settles the layout",
        needs=("chromeos",),
        decides="the profile says which; what is printed on the keys is for the technician to look at",
        remedy="Look at the keys. If they are not UK keys, put the Chromebook on the query shelf.",
        read=_keyboard,
        examples=(
            Example("a UK keyboard", Facts(chromeos=ChromeOs(keyboard=known("gb"))), "gb"),
            Example("only the region, which is the UK", Facts(chromeos=ChromeOs(region=known("gb"))), "gb"),
            Example("only a region that settles nothing", Facts(chromeos=ChromeOs(region=known("us"))), None),
        ),
    ),
)
