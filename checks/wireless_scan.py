"""Wi-Fi on the air: which networks does the laptop see, and how strong? What its radio is: `checks.wireless`."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from checks.check import Check, Example, Kind, Reading, absent
from checks.exercised import unless_broken_off
from checks.several import worst_of
from specs.facts import Exercises, Fact, Facts, Known, SeenNetwork, Unknown, WifiScan, known
from specs.quantities import Measure

__all__ = ["CHECKS"]

_NEEDS: Final = ("exercise-wifi",)
_NO_ADAPTER: Final = "no Wi-Fi adapter was there to scan with"


class NetworkArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """Which networks count."""

    ssid: Annotated[
        str, Meta(description="the name of the bench's own network, where only that one counts; any where left out")
    ] = ""


def _scan(facts: Facts, arguments: NetworkArguments) -> Reading:
    scans = facts.exercises.wifi
    if isinstance(scans, Unknown):
        return scans
    counts = ((scan.name, _count(scan.networks, arguments.ssid)) for scan in scans.value)
    return worst_of(counts, min) or absent(_NO_ADAPTER, scans)


def _count(networks: Fact[tuple[SeenNetwork, ...]], ssid: str) -> Fact[int]:
    if isinstance(networks, Unknown):
        return networks
    return Known(len({one.bssid for one in _counting(networks.value, ssid)}), networks.evidence)


def _signal(facts: Facts, arguments: NetworkArguments) -> Reading:
    scans = facts.exercises.wifi
    if isinstance(scans, Unknown):
        return scans
    strongest = ((scan.name, _strongest(scan.networks, arguments.ssid)) for scan in scans.value)
    return worst_of(strongest, min) or absent(_NO_ADAPTER, scans)


def _strongest(networks: Fact[tuple[SeenNetwork, ...]], ssid: str) -> Fact[float]:
    if isinstance(networks, Unknown):
        return networks
    counting = _counting(networks.value, ssid)
    if not counting:
        return absent("it sees no network that counts", networks)
    return Known(max(one.signal_dbm for one in counting), networks.evidence)


def _counting(networks: tuple[SeenNetwork, ...], ssid: str) -> list[SeenNetwork]:
    return [one for one in networks if not ssid or one.ssid == ssid]


def _of(*networks: SeenNetwork) -> Facts:
    return Facts(exercises=Exercises(wifi=known((WifiScan("wlan0", known(networks)),))))


_OURS: Final = SeenNetwork("02:00:00:00:00:01", "BENCH", -48.0, 5180)
_OTHER: Final = SeenNetwork("02:00:00:00:00:02", "Guest", -39.0, 2412)
_REFUSED: Final = Unknown("it could not scan: EBUSY", (), "unreadable")

CHECKS: Final = (
    Check(
        id="wireless.scan",
        title="Wi-Fi networks seen",
        kind=Kind.EXERCISE,
        measure=Measure.COUNT,
        looks_at="how many radio stations a Wi-Fi adapter sees; the adapter that sees fewest counts",
        needs=_NEEDS,
        decides="the profile gives the least, and may name the bench's own network; unknown without an adapter",
        remedy="Wi-Fi sees no network. Check its switch, and that the bench's network is on the air, then put the"
        " laptop on the repair shelf.",
        read=unless_broken_off("wifi", _scan),
        arguments=NetworkArguments,
        examples=(
            Example("two networks", _of(_OTHER, _OURS), 2),
            Example("the bench's own", _of(_OTHER, _OURS), 1, {"ssid": "BENCH"}),
            Example("nothing", _of(), 0),
            Example(
                "the adapter could not scan",
                Facts(exercises=Exercises(wifi=known((WifiScan("wlan0", _REFUSED),)))),
                None,
            ),
            Example("no adapter", Facts(exercises=Exercises(wifi=known(()))), None),
            Example("nobody looked", Facts(), None),
        ),
    ),
    Check(
        id="wireless.signal",
        title="Wi-Fi signal",
        kind=Kind.EXERCISE,
        measure=Measure.SIGNAL_DBM,
        looks_at="how strong the strongest network is; a loose aerial makes all of them weak",
        needs=_NEEDS,
        decides="the profile gives the least, for the bench's own network and as a good laptop there measures it",
        remedy="Wi-Fi hears badly. Compare with a good laptop in the same place, then put it on the repair shelf.",
        read=unless_broken_off("wifi", _signal),
        arguments=NetworkArguments,
        examples=(
            Example("the strongest", _of(_OTHER, _OURS), -39.0),
            Example("the bench's own", _of(_OTHER, _OURS), -48.0, {"ssid": "BENCH"}),
            Example("the bench's own is not there", _of(_OTHER), None, {"ssid": "BENCH"}),
            Example("nobody looked", Facts(), None),
        ),
    ),
)
