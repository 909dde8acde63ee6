"""The `sound` item: sound cards, and how many devices play and record. The kernel's pretended cards do not count."""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.leaves import text_fact
from hardware.evidence.merge import spread
from hardware.evidence.tree import read_tree
from specs.facts import Audio, Facts, Known

__all__ = ["read_sound"]

_ROOT: Final = "/sys/class/sound"
_CARD: Final = re.compile(r"card(\d{1,3})", re.ASCII)
_PCM: Final = re.compile(r"pcmC\d{1,3}D\d{1,3}([pc])", re.ASCII)
_PRETENDED: Final = re.compile(r"/(?:devices/virtual|snd_(?:dummy|aloop)\.\d{1,3})/", re.ASCII)
_MOST_CARDS: Final = 64
_LISTED: Final = re.compile(r"^[ \t]{0,8}(\d{1,3}) \[[^\]\n]{0,40}\]: [^\n]{0,80}? - ([^\n]{1,200})$", re.MULTILINE)


def read_sound(data: bytes, item: str) -> Facts:
    """The audio facts; no card at all is known absence. Raises `EvidenceError` where the item is no tree."""
    tree = read_tree(data)
    gone = tree.refused(_ROOT, "the list of sound cards", item)
    if gone is not None:
        return spread(("audio",), gone)
    listed = dict(_LISTED.findall(tree.text("/proc/asound/cards") or ""))
    names = [name for name in tree.names(_ROOT) if not _PRETENDED.search(tree.link(f"{_ROOT}/{name}") or "")]
    cards = []
    for name in sorted(names):
        match = _CARD.fullmatch(name)
        if match:
            raw = listed.get(match.group(1)) or tree.text(f"{_ROOT}/{name}/id")
            fact = text_fact(raw, "the sound card's name", item)
            cards.append(fact.value if isinstance(fact, Known) else name)
    kinds = [match.group(1) for name in names if (match := _PCM.fullmatch(name))]
    return Facts(
        audio=Audio(
            cards=Known(tuple(cards[:_MOST_CARDS]), (item,)),
            playback=Known(kinds.count("p"), (item,)),
            capture=Known(kinds.count("c"), (item,)),
        )
    )
