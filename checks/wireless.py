"""Wireless: Wi-Fi and Bluetooth."""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Kind, Measured, Reading, every
from checks.several import all_told, count_of, gravest_of, texts_of
from specs.facts import Bluetooth, Facts, Known, Network, Unknown, Wifi, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _standard(facts: Facts) -> Reading:
    adapters = facts.network.wifi
    if isinstance(adapters, Unknown):
        return adapters
    if not adapters.value:
        return Measured(_NO_WIFI, adapters.evidence)
    spoken = [(one, one.standards) for one in adapters.value if isinstance(one.standards, Known)]
    if not spoken:
        why = gravest_of((one.name, one.standards) for one in adapters.value)
        return why or Unknown("no adapter gives its standards")
    standards = tuple(sorted({name for _, fact in spoken for name in fact.value}))
    models = [one.model.value for one, _ in spoken if isinstance(one.model, Known)]
    if not standards:
        return Measured(_NONE_KNOWN, every(fact for _, fact in spoken), ", ".join(models))
    return Measured(standards, every(fact for _, fact in spoken), ", ".join(models))


def _bluetooth(facts: Facts) -> Reading:
    controllers = facts.network.bluetooth
    if isinstance(controllers, Unknown):
        return controllers
    return Measured(bool(controllers.value), controllers.evidence)


_NO_WIFI: Final = "no Wi-Fi adapter"
_NONE_KNOWN: Final = "no known standard"
# In the order of their age. iw tells b and g as one; the name of an adapter on Windows says which.
_OLD: Final = ("802.11b", "802.11a", "802.11g", "802.11bg")
_STANDARDS: Final = (*_OLD, "802.11n", "802.11ac", "802.11ad", "802.11ax", "802.11be")


def _wifi_count(facts: Facts) -> Reading:
    return count_of(facts.network.wifi, lambda adapter: adapter.name)


def _wifi_model(facts: Facts) -> Reading:
    adapters = facts.network.wifi
    if isinstance(adapters, Unknown):
        return adapters
    return texts_of(((one.name, one.model) for one in adapters.value), Measured(_NO_WIFI, adapters.evidence))


def _wifi_driver(facts: Facts) -> Reading:
    adapters = facts.network.wifi
    if isinstance(adapters, Unknown):
        return adapters
    return all_told(((one.name, one.driver) for one in adapters.value), Measured(False, adapters.evidence, _NO_WIFI))


_INTEL: Final = Facts(
    network=Network(
        wifi=known((Wifi("wlan0", model=known("Intel Wireless-AC 9560"), driver=known("iwlwifi")),)),
    )
)
_BARE: Final = Facts(
    network=Network(wifi=known((Wifi("wlan0", driver=Unknown("the device has no driver", ("net",), "absent")),)))
)
_NONE: Final = Facts(network=Network(wifi=known(())))

CHECKS: Final = (
    Check(
        id="network.wifi_standard",
        title="Wi-Fi",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the Wi-Fi standards that the adapter can speak",
        needs=("net", "wifi"),
        decides="within where any of them is allowed; no adapter at all is a fault, not an unknown",
        remedy="Wi-Fi is missing or too old. Put the laptop on the repair shelf.",
        read=_standard,
        words=(*_STANDARDS, _NO_WIFI, _NONE_KNOWN),
        examples=(
            Example(
                "an 802.11ac adapter",
                Facts(network=Network(wifi=known((Wifi("wlan0", standards=known(("802.11n", "802.11ac"))),)))),
                ("802.11ac", "802.11n"),
            ),
            Example("no adapter", _NONE, _NO_WIFI),
            Example("one whose radio nobody asked", _BARE, None),
        ),
    ),
    Check(
        id="network.bluetooth",
        title="Bluetooth",
        kind=Kind.INVENTORY,
        measure=Measure.YES_NO,
        looks_at="whether a Bluetooth controller answers",
        needs=("bluetooth",),
        decides="yes where at least one does",
        remedy="Bluetooth does not answer. Put the laptop on the repair shelf.",
        read=_bluetooth,
        examples=(
            Example("one", Facts(network=Network(bluetooth=known((Bluetooth("hci0"),)))), True),
            Example("none", Facts(network=Network(bluetooth=known(()))), False),
            Example("nobody looked", Facts(), None),
        ),
    ),
    Check(
        id="network.wifi_count",
        title="Number of Wi-Fi adapters",
        kind=Kind.INVENTORY,
        measure=Measure.COUNT,
        looks_at="how many Wi-Fi adapters of its own the laptop has; one on USB may be the bench's and does not count",
        needs=("net", "wifi", "pci"),
        decides="the profile says how many, 1 as a rule",
        remedy="A Wi-Fi adapter is missing, or there is one too many. Put the laptop on the repair shelf.",
        read=_wifi_count,
        examples=(
            Example("one", _INTEL, 1),
            Example("none", _NONE, 0),
            Example("nobody looked", Facts(), None),
        ),
    ),
    Check(
        id="network.wifi_model",
        title="Wi-Fi model",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the names of the Wi-Fi adapters; the kernel has only their numbers, Windows and lspci have names",
        needs=("net", "windows", "lspci"),
        decides="within where each of them is allowed and each adapter has a name; no adapter at all is a fault",
        remedy="Another Wi-Fi adapter than ordered. Put the laptop on the query shelf.",
        read=_wifi_model,
        examples=(
            Example("an Intel", _INTEL, ("Intel Wireless-AC 9560",)),
            Example("none", _NONE, _NO_WIFI),
            Example("one without a name", _BARE, None),
        ),
    ),
    Check(
        id="network.wifi_driver",
        title="Wi-Fi driver",
        kind=Kind.SOFTWARE,
        measure=Measure.YES_NO,
        looks_at="whether a driver has taken every Wi-Fi adapter",
        needs=("net", "pci", "windows"),
        decides="yes where each adapter names its driver; no where there is no adapter; unknown where one names none:"
        " it may have none, or the evidence does not say",
        remedy="The Wi-Fi adapter has no driver. Put the laptop on the re-image shelf.",
        read=_wifi_driver,
        examples=(
            Example("an Intel with its driver", _INTEL, True),
            Example("no adapter", _NONE, False),
            Example("one that names no driver", _BARE, None),
        ),
    ),
)
