"""The `wifi` item, the text of `iw phy`: which 802.11 standards each radio can do."""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.decoding import decode_text
from hardware.evidence.errors import EvidenceError

__all__ = ["read_wifi"]

_WIPHY: Final = re.compile(r"Wiphy (\S{1,32})", re.ASCII)
_BAND: Final = re.compile(r"\s{0,16}Band (\d):", re.ASCII)
# In the order of age. iw names a capability set by the amendment's own word.
_ORDER: Final = ("802.11a", "802.11bg", "802.11n", "802.11ac", "802.11ax", "802.11be")
_MARKS: Final = (
    ("HT20", "802.11n"),
    ("HT TX/RX MCS rate indexes supported", "802.11n"),
    ("VHT Capabilities", "802.11ac"),
    ("HE Iftypes", "802.11ax"),
    ("HE MAC Capabilities", "802.11ax"),
    ("HE PHY Capabilities", "802.11ax"),
    ("EHT Iftypes", "802.11be"),
    ("EHT MAC Capabilities", "802.11be"),
    ("EHT PHY Capabilities", "802.11be"),
)
# nl80211 numbers the bands: 1 is 2.4 GHz, 2 is 5 GHz; 6 GHz (4) has only the newer standards.
_LEGACY: Final = {"1": "802.11bg", "2": "802.11a"}


def read_wifi(data: bytes) -> dict[str, tuple[str, ...]]:
    """The standards by radio ("phy0"); iw prints nothing where there is none.

    Raises `EvidenceError` where there is text and it names no radio.
    """
    found: dict[str, set[str]] = {}
    current: set[str] | None = None
    band = ""
    for line in decode_text(data).splitlines():
        if wiphy := _WIPHY.match(line):
            current, band = found.setdefault(wiphy.group(1), set()), ""
            continue
        if current is None:
            continue
        if match := _BAND.match(line):
            band = match.group(1)
            continue
        text = line.strip()
        if text.startswith("Bitrates (non-HT)") and band in _LEGACY:
            current.add(_LEGACY[band])
        current.update(standard for mark, standard in _MARKS if text.startswith(mark))
    if not found and data.strip():
        raise EvidenceError("the text is not what iw phy prints (it names no Wiphy)")
    return {phy: tuple(name for name in _ORDER if name in standards) for phy, standards in found.items()}
