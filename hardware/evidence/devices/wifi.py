"""The `wifi` item, the text of `iw phy` (`iw list` prints the same): which 802.11 standards each radio can do.

Bands may stand in any order, 6 GHz has no rates of its own, and old versions write "HT capabilities" for the marks of
today. Only what a band says counts: the list of commands and extended features below names the same words.
"""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.decoding import decode_text
from hardware.evidence.errors import EvidenceError

__all__ = ["read_wifi"]

_WIPHY: Final = re.compile(r"Wiphy ([A-Za-z0-9_.-]{1,32})(?!\S)", re.ASCII)
_BAND: Final = re.compile(r"\s{0,16}Band (\d):", re.ASCII)
# In the order of age. iw names a capability set by the amendment's own word.
_ORDER: Final = ("802.11a", "802.11bg", "802.11n", "802.11ac", "802.11ad", "802.11ax", "802.11be")
_MOST_RADIOS: Final = 64
_MARKS: Final = (
    ("HT20", "802.11n"),
    ("HT TX/RX MCS rate indexes supported", "802.11n"),
    ("HT RX MCS rate indexes supported", "802.11n"),
    ("HT capabilities", "802.11n"),
    ("HE Iftypes", "802.11ax"),
    ("HE MAC Capabilities", "802.11ax"),
    ("HE PHY Capabilities", "802.11ax"),
    ("EHT Iftypes", "802.11be"),
    ("EHT MAC Capabilities", "802.11be"),
    ("EHT PHY Capabilities", "802.11be"),
)
# iw numbers the bands: 1 is 2.4 GHz, 2 is 5 GHz, 3 is 60 GHz; 6 GHz (4) has only the newer standards.
_24_GHZ: Final = "1"
_60_GHZ: Final = "3"
_LEGACY: Final = {"1": "802.11bg", "2": "802.11a"}


def read_wifi(data: bytes) -> dict[str, tuple[str, ...]]:
    """The standards by radio ("phy0"); iw prints nothing where there is none.

    Raises `EvidenceError` where there is text and it names no radio.
    """
    found: dict[str, set[str]] = {}
    current: set[str] | None = None
    band, depth = "", 0
    for line in decode_text(data).splitlines():
        if wiphy := _WIPHY.match(line):
            if wiphy.group(1) not in found and len(found) >= _MOST_RADIOS:
                raise EvidenceError(f"the text lists more than {_MOST_RADIOS} radios")
            current, band = found.setdefault(wiphy.group(1), set()), ""
            continue
        text = line.strip()
        if current is None or not text:
            continue
        indent = len(line) - len(line.lstrip())
        if match := _BAND.match(line):
            band, depth = match.group(1), indent
            if band == _60_GHZ:
                current.add("802.11ad")
        elif band and depth and indent <= depth:
            band = ""
        elif band:
            if text.startswith("Bitrates (non-HT)") and band in _LEGACY:
                current.add(_LEGACY[band])
            current.update(standard for mark, standard in _MARKS if text.startswith(mark))
            # Some drivers offer VHT's rates at 2.4 GHz, where the standard has none.
            if band != _24_GHZ and text.startswith("VHT Capabilities"):
                current.add("802.11ac")
    if not found and data.strip():
        raise EvidenceError("the text is not what iw phy prints (it names no Wiphy)")
    return {phy: tuple(name for name in _ORDER if name in standards) for phy, standards in found.items()}
