"""What a Wi-Fi adapter's own name says of its standards, and what it does not say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.windows.wifi_names import standards_named


@pytest.mark.parametrize(
    ("name", "standards"),
    [
        ("Realtek RTL8821CE 802.11ac PCIe Adapter", ("802.11ac",)),
        ("Intel(R) Dual Band Wireless-AC 9560 160MHz", ("802.11ac",)),
        ("Intel(R) Wi-Fi 6 AX201 160MHz", ("802.11ax",)),
        ("Intel(R) Wi-Fi 6E AX211 160MHz", ("802.11ax",)),
        ("MediaTek Wi-Fi 7 MT7925 Wireless LAN Card", ("802.11be",)),
        ("Qualcomm Atheros AR9285 802.11b/g/n WiFi Adapter", ("802.11b", "802.11g", "802.11n")),
        ("Broadcom 802.11n Network Adapter", ("802.11n",)),
        ("Intel(R) Centrino(R) Wireless-N 2230", ("802.11n",)),
        ("Qualcomm QCA9377 Wireless Network Adapter", ()),
        ("Intel(R) Wireless 7265", ()),
        ("Wi-Fi 5 GHz Adapter", ()),
        ("Realtek 802.11ad Adapter", ()),
        ("", ()),
    ],
)
def test_a_name_says_what_the_maker_wrote_out(name: str, standards: tuple[str, ...]) -> None:
    assert standards_named(name) == standards


@given(st.text(max_size=400))
def test_any_name_gives_known_standards_only(name: str) -> None:
    known = {f"802.11{letters}" for letters in ("a", "b", "g", "n", "ac", "ax", "be")}
    assert set(standards_named(name)) <= known
