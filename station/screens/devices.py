"""The scanners and the printer, on the bars: calm where all is well, and in a sentence where somebody must act.

A camera cannot read what it sees many times an hour, for a moment each: that has a row that is always there, so that
nothing jumps. What is away or out of order stays so until somebody acts, and has rows of its own.
"""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len

from station.bench.protocol import BenchBar, DeviceLine
from station.screens import wording
from station.screens.painting import Line, Span, capped, fit, line_width, shorten, wrap

__all__ = ["advice", "calm_devices", "device_rows"]

_READY: Final = "ready"
_BLIND: Final = "blind"
_GLYPHS: Final = {"away": "○", "blind": "◐", "fault": "!"}
_MOST_DEVICES: Final = 2
_ROWS_OF_ONE: Final = 2


def advice(bar: BenchBar, width: int) -> list[Span]:
    """What to do with a label that a camera sees and cannot read, in one row; empty where every one reads."""
    device = next((device for device in bar.devices if device.state == _BLIND), None)
    if device is None:
        return []
    head = _head(device)
    sentence = _sentence(device)
    room = width - cell_len(head) - 1
    if cell_len(sentence) > room and ": " in sentence:
        # The advice stands behind the colon, what was seen before it.
        sentence = sentence.split(": ", 1)[1]
        sentence = sentence[:1].upper() + sentence[1:]
    return [(head, "bar-warn"), (f"{shorten(sentence, room)} ", "bar-warn")]


def device_rows(bar: BenchBar, width: int) -> list[Line]:
    """A sentence for each scanner or printer that is away or out of order; more than a few are counted."""
    lasting = [device for device in bar.devices if device.state not in {_READY, _BLIND}]
    rows: list[Line] = []
    for place, device in enumerate(lasting[:_MOST_DEVICES]):
        head = _head(device)
        sentence = _sentence(device)
        if device.kind == "printer" and bar.labels_waiting:
            sentence += f" ({_labels(bar)})"
        if place == _MOST_DEVICES - 1 and len(lasting) > _MOST_DEVICES:
            sentence += f" (+ {wording.DEVICES_MORE.format(count=len(lasting) - _MOST_DEVICES)})"
        rows += _wrapped(head, sentence, width)
    return rows


def calm_devices(bar: BenchBar, width: int) -> list[Span]:
    """What works, by name where there is room and else by what it does, and the labels that are still to print."""
    spans: list[Span] = []
    ready = [device for device in bar.devices if device.state == _READY]
    if width >= 120:
        names = [device.name or device.kind for device in ready]
        spans += [(f"{shorten(name, 28)} ✔  ", "bar-dim") for name in names[:3]]
    else:
        kinds = {device.kind for device in ready}
        spans += [(f"{does} ✔  ", "bar-dim") for kind, does in wording.DEVICE_DOES.items() if kind in kinds]
    if bar.labels_waiting:
        spans.append((f"{_labels(bar)}  ", "bar"))
    return spans


def _labels(bar: BenchBar) -> str:
    return wording.LABELS_WAIT.format(count=wording.many(bar.labels_waiting, "label"))


def _head(device: DeviceLine) -> str:
    kind = "camera" if device.name.lower().startswith("camera") else device.kind
    word = wording.DEVICE.get(kind, shorten(kind.upper(), 12))
    return f" {_GLYPHS.get(device.state, '!')} {word}  "


def _sentence(device: DeviceLine) -> str:
    return device.sentence or wording.DEVICE_STATES.get(device.state, wording.DEVICE_STATES["fault"])


def _wrapped(head: str, sentence: str, width: int) -> list[Line]:
    first: Span = (head, "bar-warn")
    indent = line_width([first])
    rows = capped(wrap(sentence, width - indent - 1) or [""], _ROWS_OF_ONE, width - indent - 1)
    lines = [fit([first, (rows[0], "bar-warn")], width, "bar-warn")]
    return lines + [fit([(" " * indent + row, "bar-warn")], width, "bar-warn") for row in rows[1:]]
