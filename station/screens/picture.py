"""Pictures of the bench made by the bench itself, for the README and the documentation.

The SVG that Textual exports asks the web for its font; without it, a proportional font shears the block letters. Here
the font is one that is installed, and the file refers to nothing outside itself.
"""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path
from typing import Final

from station.bench.protocol import BenchState
from station.screens.app import BenchApp
from station.screens.bridge import Connection
from station.screens.shown import Answer, Contact, Shown
from station.screens.timing import Clock

__all__ = ["bench_picture", "standalone"]

_FONT_FACE: Final = re.compile(r"@font-face\s*\{[^}]*\}")
_FONTS: Final = '"DejaVu Sans Mono", "Liberation Mono", monospace'


def bench_picture(
    state: BenchState,
    size: tuple[int, int],
    path: Path,
    *,
    answer: Answer | None = None,
    clock: str = "14:02",
) -> None:
    """Write what a bench in `state` looks like at `size` (columns, rows) to `path`: .svg, or .png where CairoSVG is.

    The same state gives the same bytes. Must not be called from a running event loop.
    """
    without_colour = os.environ.pop("NO_COLOR", None)  # a wish for this terminal, not for the picture
    try:
        svg = standalone(asyncio.run(_screenshot(state, size, answer, clock)))
    finally:
        if without_colour is not None:
            os.environ["NO_COLOR"] = without_colour
    if path.suffix == ".png":
        import cairosvg

        cairosvg.svg2png(bytestring=svg.encode(), write_to=str(path))
    else:
        path.write_text(svg, encoding="utf-8")


def standalone(svg: str) -> str:
    """An exported screenshot without web fonts, without a random id, and with a font that lines up."""
    svg = _FONT_FACE.sub("", svg)
    svg = re.sub(r"\bterminal-\d+-", "terminal-", svg)
    svg = re.sub(r"font-family:\s*Fira Code[^;]*;", f"font-family: {_FONTS};", svg)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    return svg


async def _screenshot(state: BenchState, size: tuple[int, int], answer: Answer | None, clock: str) -> str:
    async def nobody() -> Connection:
        await asyncio.Event().wait()
        raise OSError

    shown = Shown(state=state, contact=Contact.LIVE, answer=answer, focus=state.slots[0].number)
    frozen = Clock(time_of_day=lambda: clock, now=lambda: 0.0, flash=3600.0)
    app = BenchApp(nobody, Path(os.devnull), clock=frozen, shown=shown)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        return app.export_screenshot()
