"""Wireless: any adapter that speaks the standard will do; none at all is a fault."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from checks.catalogue import CATALOGUE
from checks.check import Measured
from checks.verdict import MAY_SHIP
from specs.facts import Facts, Network, Unknown, Wifi, known
from specs.limits import Equals, Matches
from tests.checks.families import facts_of, outcome, unknowns, value, verdict


def read(*adapters: Wifi) -> Any:
    reading = CATALOGUE["network.wifi_standard"].reading(Facts(network=Network(wifi=known(adapters, "net"))))
    return reading.value if isinstance(reading, Measured) else None


OLD, NEW = (Wifi(name, standards=known((word,))) for name, word in (("wlan0", "802.11n"), ("wlan1", "802.11ac")))


def test_the_standards_of_all_adapters_are_read_in_one_order():
    assert read(OLD, NEW) == read(NEW, OLD) == ("802.11ac", "802.11n")


def test_no_adapter_is_a_fault_and_a_silent_one_is_unknown():
    assert read() == "no Wi-Fi adapter"
    assert read(Wifi("wlan0", standards=Unknown("iw was not there"))) is None
    assert read(Wifi("wlan0", standards=known(()))) == "no known standard"


WIFI = ("network.wifi_count", "network.wifi_model", "network.wifi_driver", "network.wifi_standard")
adapters = st.builds(
    Wifi,
    name=st.sampled_from(("wlan0", "wlan1")),
    model=facts_of(st.sampled_from(("A", "B"))),
    driver=facts_of(st.sampled_from(("iwlwifi", "rtw88"))),
    standards=facts_of(st.sampled_from((("802.11n",), ("802.11ac", "802.11n")))),
)


def of(*found: Wifi) -> Facts:
    return Facts(network=Network(wifi=known(found, "net")))


def test_no_adapter_is_known_absence_whatever_is_asked_of_it():
    assert value("network.wifi_count", of()) == 0
    assert value("network.wifi_model", of()) == "no Wi-Fi adapter"
    assert value("network.wifi_driver", of()) is False


def test_a_driver_of_one_adapter_does_not_stand_for_another():
    driven, bare = Wifi("wlan0", driver=known("iwlwifi")), Wifi("wlan1", driver=Unknown("none", ("net",), "absent"))
    assert value("network.wifi_driver", of(driven)) is True
    assert value("network.wifi_driver", of(driven, bare)) is None
    reading = CATALOGUE["network.wifi_driver"].reading(of(driven, bare))
    assert reading == Unknown("wlan1: none", ("net",), "absent")


@given(st.lists(adapters, max_size=3), st.sampled_from(WIFI), st.randoms())
def test_the_order_of_adapters_never_matters(found: list[Wifi], check: str, random):
    first = CATALOGUE[check].reading(of(*found))
    random.shuffle(found)
    assert outcome(CATALOGUE[check].reading(of(*found))) == outcome(first)


@given(st.lists(adapters, min_size=1, max_size=2), unknowns())
def test_a_silent_adapter_beside_others_passes_nothing_that_each_of_them_must_say(found: list[Wifi], why: Unknown):
    silent = Wifi("wlan2", model=why, driver=why)
    assert verdict("network.wifi_driver", Equals(True), of(*found, silent)) not in MAY_SHIP
    assert verdict("network.wifi_model", Matches(".*"), of(*found, silent)) not in MAY_SHIP


@given(unknowns(), st.sampled_from(WIFI))
def test_where_nobody_could_list_the_adapters_everything_is_unknown_in_that_way(why: Unknown, check: str):
    assert CATALOGUE[check].reading(Facts(network=Network(wifi=why))) is why
