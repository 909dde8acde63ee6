"""The network as a whole: the wired adapters, and the addresses of all. Wi-Fi and Bluetooth: `checks.wireless`."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from checks.check import Check, Example, Kind, Measured, Reading, every
from checks.several import count_of, gravest, gravest_of
from specs.facts import Bluetooth, Ethernet, Fact, Facts, Known, Network, Wifi, known, value_of
from specs.quantities import Measure

__all__ = ["CHECKS"]

_ADDRESS: Final = re.compile(r"[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}", re.ASCII | re.IGNORECASE)
# The two lowest bits of the first byte (IEEE 802): a group's address, and one that software has made up.
_GROUP: Final = 1
_LOCAL: Final = 2


def _ethernet(facts: Facts) -> Reading:
    return count_of(facts.network.ethernet, lambda adapter: adapter.name)


def _addresses(facts: Facts) -> Reading:
    network = facts.network
    kinds: list[list[tuple[str, Fact[str]]]] = [
        [(one.name, one.mac) for one in value_of(network.wifi) or ()],
        [(one.name, one.address) for one in value_of(network.bluetooth) or ()],
        [(one.name, one.mac) for one in value_of(network.ethernet) or ()],
    ]
    told = [(name, number, fact) for number, kind in enumerate(kinds) for name, fact in kind if isinstance(fact, Known)]
    told.sort(key=lambda entry: (entry[0], entry[1], entry[2].value))
    evidence = every(fact for _, _, fact in told)
    # One card's Wi-Fi and Bluetooth may share an address or have neighbouring ones: only like ones are compared.
    times = Counter((number, _digits(fact.value)) for _, number, fact in told)
    faults = [
        f"{name} has {fact.value}, {why}"
        for name, number, fact in told
        if (why := _wrong(fact.value) or ("which another has too" if times[number, _digits(fact.value)] > 1 else ""))
    ]
    if faults:
        return Measured(False, evidence, ", ".join(faults))
    unlisted = gravest((network.wifi, network.bluetooth, network.ethernet))
    unknown = gravest((unlisted, gravest_of(entry for kind in kinds for entry in kind)))
    if unknown is not None:
        return unknown
    if not told:
        nobody = every((network.wifi, network.bluetooth, network.ethernet))
        return Measured(False, nobody, "no network adapter answers")
    return Measured(True, evidence, ", ".join(f"{name} {fact.value}" for name, _, fact in told))


def _digits(address: str) -> str:
    return address.replace("-", ":").casefold()


def _wrong(address: str) -> str:
    """Why it is nobody's own address; empty where it can be one."""
    if _ADDRESS.fullmatch(address) is None:
        return "which is no address"
    digits = _digits(address)
    if not digits.strip("0:"):
        return "which is all zeros"
    if not digits.strip("f:"):
        return "which is all ones"
    first = int(digits[:2], 16)
    if first & _GROUP:
        return "which is a group's address"
    return "which software has made up" if first & _LOCAL else ""


def _facts(wifi: str, bluetooth: str, wired: str = "") -> Facts:
    return Facts(
        network=Network(
            wifi=known((Wifi("wlan0", mac=known(wifi)),)),
            bluetooth=known((Bluetooth("hci0", address=known(bluetooth)),)),
            ethernet=known((Ethernet("eth0", mac=known(wired)),) if wired else ()),
        )
    )


CHECKS: Final = (
    Check(
        id="network.ethernet",
        title="Wired network adapters",
        kind=Kind.INVENTORY,
        measure=Measure.COUNT,
        looks_at="how many wired adapters of its own the laptop has; one on USB may be the bench's and does not count",
        needs=("net",),
        decides="the profile says how many; many models have none",
        remedy="Another number of network sockets than ordered. Put the laptop on the query shelf.",
        read=_ethernet,
        examples=(
            Example("one", Facts(network=Network(ethernet=known((Ethernet("eth0"),)))), 1),
            Example("none", Facts(network=Network(ethernet=known(()))), 0),
            Example("nobody looked", Facts(), None),
        ),
    ),
    Check(
        id="network.addresses",
        title="Network addresses",
        kind=Kind.IDENTITY,
        measure=Measure.YES_NO,
        looks_at="the hardware addresses of every Wi-Fi, Bluetooth and wired adapter",
        needs=("net", "bluetooth"),
        decides="no where one is all zeros or ones, a group's, made up by software, or that of another adapter of its"
        " kind, and where no adapter answers; unknown where one shows no address of its own",
        remedy="An adapter has lost its address, or hides it behind a random one. Switch random addresses off and test"
        " again; if it stays, put the laptop on the repair shelf.",
        read=_addresses,
        examples=(
            Example("Wi-Fi and Bluetooth of one card", _facts("3c:6a:a7:10:20:30", "3c:6a:a7:10:20:31"), True),
            Example("all zeros", _facts("3c:6a:a7:10:20:30", "00:00:00:00:00:00"), False),
            Example("made up by software", _facts("3e:6a:a7:10:20:30", "3c:6a:a7:10:20:31"), False),
            Example("one that shows none", Facts(network=Network(wifi=known((Wifi("wlan0"),)))), None),
        ),
    ),
)
