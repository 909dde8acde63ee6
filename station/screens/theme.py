"""Colours, glyphs and words: one table gives each outcome all three, so that none is ever told by colour alone.

The palette is Okabe and Ito's, with black text on every colour (contrast 5.4 to 15.9; domain/tui.md
section 5) but its darkest, blue, where it is white. A style is a name here and a Rich style only where it is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from checks.verdict import Verdict

__all__ = ["ABORTED", "ANSWERS", "ASKING", "BLOCKED", "GREY", "HELD", "STOPPED", "STYLES", "VERDICTS", "Look"]


@dataclass(frozen=True, slots=True)
class Look:
    """How one outcome is shown: its glyph, its word, the style of its block and of its text on the dark ground."""

    glyph: str
    word: str
    block: str
    text: str


_GROUND: Final = "#101418"
_BAR: Final = "#26323c"
_SCAN: Final = "#0b3a5c"

# name: (foreground, background, bold)
STYLES: Final[dict[str, tuple[str, str, bool]]] = {
    "plain": ("#e8e8e8", _GROUND, False),
    "strong": ("#ffffff", _GROUND, True),
    "dim": ("#9aa4ad", _GROUND, False),
    "bar": ("#e8e8e8", _BAR, False),
    "bar-strong": ("#ffffff", _BAR, True),
    "bar-dim": ("#aeb8c0", _BAR, False),
    "bar-warn": ("#000000", "#F0E442", True),
    "scan": ("#ffffff", _SCAN, False),
    "scan-strong": ("#ffffff", _SCAN, True),
    "scan-dim": ("#a9c4d6", _SCAN, False),
    "flash": ("#000000", "#ffffff", True),
    "pass": ("#000000", "#56B4E9", True),
    "fail": ("#000000", "#D55E00", True),
    "review": ("#000000", "#F0E442", True),
    "error": ("#000000", "#CC79A7", True),
    "aborted": ("#000000", "#BDBDBD", True),
    # White, because nothing else on the screen is: the bench can do nothing more until somebody looks.
    "ask": ("#000000", "#ffffff", True),
    "ask-dim": ("#3a4650", "#ffffff", False),
    # As "ask": where it is painted, there stands what is asked.
    "ask-head": ("#000000", "#ffffff", True),
    "ask-plain": ("#000000", "#ffffff", False),
    "held": ("#000000", "#E69F00", True),
    # The blue of signs that tell one to do something; white on it (5.2), so that it is no verdict in grey either.
    "stop": ("#ffffff", "#0072B2", True),
    # Black, as if it were switched off.
    "blocked": ("#ffffff", "#000000", True),
    "busy": ("#ffffff", "#3a4650", True),
    "busy-dim": ("#c4ccd2", "#3a4650", False),
    "busy-full": ("#1d262d", "#ffffff", True),
    "busy-left": ("#ffffff", "#5d6b76", True),
    "idle": ("#ffffff", "#1b3d2f", True),
    "text-pass": ("#56B4E9", _GROUND, True),
    "text-fail": ("#FF8A3D", _GROUND, True),
    "text-review": ("#F0E442", _GROUND, True),
    "text-error": ("#E59CC5", _GROUND, True),
    "text-aborted": ("#BDBDBD", _GROUND, True),
    "text-held": ("#E69F00", _GROUND, True),
    "text-stop": ("#5AB1E8", _GROUND, True),
    # The ink of block letters: as ground, so that no font leaves gaps, and as text, for terminals without colour.
    "pass-ink": ("#000000", "#000000", True),
    "fail-ink": ("#000000", "#000000", True),
    "review-ink": ("#000000", "#000000", True),
    "error-ink": ("#000000", "#000000", True),
    "aborted-ink": ("#000000", "#000000", True),
    "ask-ink": ("#000000", "#000000", True),
    "held-ink": ("#000000", "#000000", True),
    "stop-ink": ("#ffffff", "#ffffff", True),
    "blocked-ink": ("#ffffff", "#ffffff", True),
    "busy-ink": ("#ffffff", "#ffffff", True),
    "idle-ink": ("#ffffff", "#ffffff", True),
    # What was true when the engine was last heard: readable, and plainly not now.
    "grey": ("#9a9a9a", "#1c1c1c", False),
    "grey-block": ("#101010", "#8a8a8a", True),
    "grey-ink": ("#303030", "#303030", True),
}

_DARK: Final = frozenset({_GROUND, _BAR, _SCAN})

GREY: Final = {
    name: "grey-ink" if name.endswith("-ink") else "grey" if back in _DARK else "grey-block"
    for name, (_, back, _) in STYLES.items()
}
"""What each style becomes while the engine is away."""

VERDICTS: Final = {
    Verdict.PASS: Look("✔", "PASS", "pass", "text-pass"),
    Verdict.MARGINAL: Look("✔", "PASS", "pass", "text-pass"),
    Verdict.WAIVED: Look("✔", "PASS", "pass", "text-pass"),
    Verdict.FAIL: Look("✖", "FAIL", "fail", "text-fail"),
    Verdict.INCONCLUSIVE: Look("?", "REVIEW", "review", "text-review"),
    Verdict.ERROR: Look("!", "NO TEST", "error", "text-error"),
}

ABORTED: Final = Look("■", "ABORTED", "aborted", "text-aborted")

ASKING: Final = Look("◆", "LOOK", "ask", "strong")
"""The slot waits for a person."""

HELD: Final = Look("‖", "ON HOLD", "held", "text-held")
"""What does not ship, whatever its verdict: the word takes the verdict's place."""

STOPPED: Final = Look("▲", "STOP", "stop", "text-stop")
"""The slot waits for a decision: no test runs, and none begins."""

BLOCKED: Final = Look("⊘", "BLOCKED", "blocked", "strong")
"""No laptop of a delivery is tested in the slot until somebody has seen to the bench."""

ANSWERS: Final = {
    "accepted": Look("✔", "ACCEPTED", "pass", "text-pass"),
    "known": Look("=", "KNOWN", "review", "text-review"),
    "refused": Look("✖", "REFUSED", "fail", "text-fail"),
    "broken": Look("✖", "BROKEN", "fail", "text-fail"),
    "kept": Look("✔", "KEPT", "aborted", "text-aborted"),
    "sent": Look("▸", "READ", "scan-strong", "scan-strong"),
    "note": Look("•", "NOTE", "aborted", "text-aborted"),
    "ask": Look("?", "SURE?", "review", "text-review"),
}
"""What became of a scan, and what the screen itself has to say about a key."""
