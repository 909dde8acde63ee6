"""ChromeOS: what a Chromebook's firmware and product data say of its state (department.md section 5.3).

A Chromebook as it is sold lets nobody read them: they need developer mode, or a boot stick, which needs it too. What
is not read here is unknown and never yes; the profile says what the technician looks at instead.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Final

from msgspec import Meta, Struct

from checks.check import Check, Example, Kind, Measured, Reading, absent, measured
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


def _hwid(facts: Facts) -> Reading:
    return measured(facts.chromeos.hwid)


def _region(facts: Facts) -> Reading:
    return measured(facts.chromeos.region)


class UpdatesArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """How long the Chromebook must get automatic updates."""

    until: Annotated[datetime.date, Meta(description="the day until which updates must go on, at least")]


def _updates_until(facts: Facts, arguments: UpdatesArguments) -> Reading:
    expiry = facts.chromeos.update_expiry
    if isinstance(expiry, Unknown):
        return expiry
    try:
        end = datetime.date.fromisoformat(expiry.value)
    except ValueError:
        return absent(f"the end of updates is given as {expiry.value}, which is no date", expiry)
    return Measured(end >= arguments.until, expiry.evidence, f"updates end on {end}")


_ENDS_2029: Final = Facts(chromeos=ChromeOs(update_expiry=known("2029-06-30")))

CHECKS: Final = (
    Check(
        id="chromeos.developer_mode_off",
        title="Developer mode off",
        kind=Kind.SECURITY,
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
        kind=Kind.SECURITY,
        measure=Measure.YES_NO,
        looks_at="the write protection of a Chromebook's firmware, as crossystem gives it",
        needs=("chromeos",),
        decides="on or off; the firmware's own switch word is read in two ways, so from it alone this is unknown",
        remedy="Put the Chromebook on the query shelf: somebody has opened it or unlocked its firmware.",
        read=_write_protect,
        examples=(
            Example("as it was sold", Facts(chromeos=ChromeOs(write_protected=known(True))), True),
            Example("unlocked", Facts(chromeos=ChromeOs(write_protected=known(False))), False),
            Example("nothing was read", Facts(), None),
        ),
    ),
    Check(
        id="chromeos.not_enrolled",
        title="Not enrolled",
        kind=Kind.SECURITY,
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
        kind=Kind.HEALTH,
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
        kind=Kind.INVENTORY,
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
    Check(
        id="chromeos.hwid",
        title="Google's hardware id",
        kind=Kind.IDENTITY,
        measure=Measure.TEXT,
        looks_at="the HWID in a Chromebook's firmware, which names the model and its variant",
        needs=("chromeos",),
        decides="the profile says which",
        remedy="Another Chromebook than ordered. Put it on the query shelf.",
        read=_hwid,
        examples=(
            Example("a model by its code name", Facts(chromeos=ChromeOs(hwid=known("BLOOG B6A-A2B"))), "BLOOG B6A-A2B"),
            Example("nothing was read", Facts(), None),
        ),
    ),
    Check(
        id="chromeos.region",
        title="Region in the product data",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the region in a Chromebook's product data, such as gb",
        needs=("chromeos",),
        decides="the profile says which",
        remedy="This Chromebook was made for another country. Put it on the query shelf.",
        read=_region,
        examples=(
            Example("the UK", Facts(chromeos=ChromeOs(region=known("gb"))), "gb"),
            Example("nothing was read", Facts(), None),
        ),
    ),
    Check(
        id="chromeos.updates_until",
        title="Automatic updates go on",
        kind=Kind.SOFTWARE,
        measure=Measure.YES_NO,
        looks_at="the date on which Google ends automatic updates for this model, as the Chromebook gives it",
        needs=("chromeos",),
        decides="yes where updates end on the day given or later; unknown where the Chromebook gives no such date",
        remedy="Updates end too early for this order. Return it to the sender.",
        read=_updates_until,
        arguments=UpdatesArguments,
        examples=(
            Example("long enough", _ENDS_2029, True, {"until": "2029-06-30"}),
            Example("a day too short", _ENDS_2029, False, {"until": "2029-07-01"}),
            Example("nothing was read", Facts(), None, {"until": "2029-06-30"}),
        ),
    ),
)
