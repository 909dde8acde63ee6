"""Wireless: any adapter that speaks the standard will do; none at all is a fault."""

from __future__ import annotations

from typing import Any

from checks.catalogue import CATALOGUE
from checks.check import Measured
from specs.facts import Facts, Network, Unknown, Wifi, known


def read(*adapters: Wifi) -> Any:
    reading = CATALOGUE["network.wifi_standard"].read(Facts(network=Network(wifi=known(adapters, "net"))))
    return reading.value if isinstance(reading, Measured) else None


OLD, NEW = (Wifi(name, standards=known((word,))) for name, word in (("wlan0", "802.11n"), ("wlan1", "802.11ac")))


def test_the_standards_of_all_adapters_are_read_in_one_order():
    assert read(OLD, NEW) == read(NEW, OLD) == ("802.11ac", "802.11n")


def test_no_adapter_is_a_fault_and_a_silent_one_is_unknown():
    assert read() == "no Wi-Fi adapter"
    assert read(Wifi("wlan0", standards=Unknown("iw was not there"))) is None
    assert read(Wifi("wlan0", standards=known(()))) == "no known standard"
