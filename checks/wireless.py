"""Wireless: Wi-Fi and Bluetooth."""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Measured, Reading, every
from specs.facts import Bluetooth, Facts, Known, Network, Unknown, Wifi, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _standard(facts: Facts) -> Reading:
    adapters = facts.network.wifi
    if isinstance(adapters, Unknown):
        return adapters
    if not adapters.value:
        return Measured("no Wi-Fi adapter", adapters.evidence)
    spoken = [(one, one.standards) for one in adapters.value if isinstance(one.standards, Known)]
    if not spoken:
        return adapters.value[0].standards if isinstance(adapters.value[0].standards, Unknown) else Unknown("none")
    standards = tuple(sorted({name for _, fact in spoken for name in fact.value}))
    models = [one.model.value for one, _ in spoken if isinstance(one.model, Known)]
    if not standards:
        return Measured("no known standard", every(fact for _, fact in spoken), ", ".join(models))
    return Measured(standards, every(fact for _, fact in spoken), ", ".join(models))


def _bluetooth(facts: Facts) -> Reading:
    controllers = facts.network.bluetooth
    if isinstance(controllers, Unknown):
        return controllers
    return Measured(bool(controllers.value), controllers.evidence)


CHECKS: Final = (
    Check(
        id="network.wifi_standard",
        title="Wi-Fi",
        measure=Measure.TEXT,
        looks_at="the Wi-Fi standards that the adapter can speak",
        needs=("net", "wifi"),
        decides="within where any of them is allowed; no adapter at all is a fault, not an unknown",
        remedy="Wi-Fi is missing or too old. Put the laptop on the repair shelf.",
        read=_standard,
        examples=(
            Example(
                "an 802.11ac adapter",
                Facts(network=Network(wifi=known((Wifi("wlan0", standards=known(("802.11n", "802.11ac"))),)))),
                ("802.11ac", "802.11n"),
            ),
            Example("no adapter", Facts(network=Network(wifi=known(()))), "no Wi-Fi adapter"),
        ),
    ),
    Check(
        id="network.bluetooth",
        title="Bluetooth",
        measure=Measure.YES_NO,
        looks_at="whether a Bluetooth controller answers",
        needs=("bluetooth",),
        decides="yes where at least one does",
        remedy="Bluetooth does not answer. Put the laptop on the repair shelf.",
        read=_bluetooth,
        examples=(
            Example("one", Facts(network=Network(bluetooth=known((Bluetooth("hci0"),)))), True),
            Example("none", Facts(network=Network(bluetooth=known(()))), False),
        ),
    ),
)
