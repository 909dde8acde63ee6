"""The network: an address that is nobody's own is a fault, and one that nobody sees is unknown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checks.catalogue import CATALOGUE
from checks.check import Measured
from checks.verdict import MAY_SHIP
from specs.facts import Bluetooth, Ethernet, Fact, Facts, Network, Unknown, Wifi, known
from specs.limits import Equals
from tests.checks.families import facts_of, outcome, unknowns, value, verdict

REAL = "3c:6a:a7:10:20:30"
OTHER = "3c:6a:a7:10:20:31"
CHECK = CATALOGUE["network.addresses"]
addresses = facts_of(st.sampled_from((REAL, OTHER, "3C-6A-A7-10-20-30", "00:00:00:00:00:00", "02:11:22:33:44:55", "x")))


def of(wifi: Any = (), bluetooth: Any = (), wired: Any = ()) -> Facts:
    return Facts(
        network=Network(
            wifi=known(tuple(Wifi(f"wlan{i}", mac=fact) for i, fact in enumerate(wifi)), "net"),
            bluetooth=known(tuple(Bluetooth(f"hci{i}", address=fact) for i, fact in enumerate(bluetooth)), "bluetooth"),
            ethernet=known(tuple(Ethernet(f"eth{i}", mac=fact) for i, fact in enumerate(wired)), "net"),
        )
    )


@pytest.mark.parametrize(
    "address",
    [
        "00:00:00:00:00:00",
        "ff:ff:ff:ff:ff:ff",
        "01:00:5e:00:00:01",
        "3e:6a:a7:10:20:30",
        "3c:6a:a7:10:20",
        "3c6aa7102030",
        "",
        "3c:6a:a7:10:20:30\n",
        "3c:6a:a7:10:20:३०",
    ],
)
def test_an_address_that_is_nobodys_own_is_a_fault_of_any_adapter(address: str):
    for where in ({"wifi": [known(address)]}, {"bluetooth": [known(address)]}, {"wired": [known(address)]}):
        assert value("network.addresses", of(**{"wifi": [known(REAL)], **where})) is False


def test_two_alike_of_one_kind_are_a_fault_and_those_of_one_card_are_none():
    assert value("network.addresses", of([known(REAL)], [known(REAL)])) is True
    assert value("network.addresses", of([known(REAL), known(OTHER)])) is True
    assert value("network.addresses", of([known(REAL), known(REAL)])) is False
    assert value("network.addresses", of([known(REAL), known("3C-6A-A7-10-20-30")])) is False
    assert value("network.addresses", of(wired=[known(REAL), known(REAL)])) is False


def test_a_fault_is_told_with_its_adapter():
    reading = CHECK.reading(of([known(REAL, "net")], [known("00:00:00:00:00:00", "bluetooth")]))
    assert reading == Measured(False, ("bluetooth", "net"), "hci0 has 00:00:00:00:00:00, which is all zeros")


def test_a_laptop_without_any_adapter_has_no_address_of_its_own():
    reading = CHECK.reading(of())
    assert isinstance(reading, Measured)
    assert reading.value is False
    assert reading.evidence == ("net", "bluetooth")


def test_an_adapter_that_shows_no_address_is_unknown_unless_another_is_at_fault():
    hidden = Unknown("software has made it up", ("net",), "absent")
    assert CHECK.reading(of([hidden])) is hidden
    beside = CHECK.reading(of([hidden], [known(REAL)]))
    assert beside == Unknown("wlan0: software has made it up", ("net",), "absent")
    assert value("network.addresses", of([hidden], [known("00:00:00:00:00:00")])) is False


@given(unknowns(), st.sampled_from(("wifi", "bluetooth", "ethernet")))
def test_a_kind_that_nobody_could_list_is_never_a_pass(why: Unknown, kind: str):
    network = of([known(REAL)], [known(OTHER)], [known("3c:6a:a7:10:20:32")]).network
    facts = Facts(network=replace(network, **{kind: why}))
    assert CHECK.reading(facts) is why


Macs = list[Fact[str]]


@given(st.lists(addresses, max_size=3), st.lists(addresses, max_size=2), addresses)
def test_another_adapter_never_turns_a_fault_into_a_pass(wifi: Macs, wired: Macs, more: Fact[str]):
    if (wifi or wired) and verdict("network.addresses", Equals(True), of(wifi, wired=wired)) not in MAY_SHIP:
        assert verdict("network.addresses", Equals(True), of([*wifi, more], wired=wired)) not in MAY_SHIP


@given(st.lists(addresses, max_size=3), st.randoms())
def test_the_order_of_adapters_never_matters(wifi: Macs, random):
    adapters = [Wifi(f"wlan{i}", mac=fact) for i, fact in enumerate(wifi)]
    rest = {"bluetooth": known(()), "ethernet": known(())}

    def read() -> Any:
        return outcome(CHECK.reading(Facts(network=Network(wifi=known(tuple(adapters)), **rest))))  # type: ignore[arg-type]

    first = read()
    random.shuffle(adapters)
    assert read() == first


def test_wired_adapters_are_counted():
    assert value("network.ethernet", of(wired=[known(REAL), known(OTHER)])) == 2
    assert value("network.ethernet", of()) == 0
    assert value("network.ethernet", Facts()) is None
