"""The text of `upower -i DEVICE` or `upower --dump` (`-d`): one block of indented "key: value" lines a device.

The keys are English in every language, the numbers follow the locale: "53,4052 Wh" is 53.4 (quirks.md no. 21).
upower prints %g, so there is never a mark between thousands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from hardware.evidence.decoding import as_int
from hardware.evidence.errors import EvidenceError
from hardware.evidence.power.record import MOST_BATTERIES, BatteryRecord
from specs.facts import Battery

__all__ = ["UpowerDevice", "is_upower", "upower_batteries", "upower_devices"]

_PATH: Final = "/org/freedesktop/UPower/devices/"
_MOST_DEVICES: Final = 256
_MOST_KEYS: Final = 64
_KEY: Final = re.compile(r"([a-z][a-z -]{0,40}):(?:\s|$)", re.ASCII)
_KIND: Final = re.compile(r"\s{0,8}([a-z][a-z-]{0,30})\s*", re.ASCII)
_NUMBER: Final = re.compile(r"(\d{1,9})(?:[.,](\d{1,9}))?(?:e([+-]\d{1,2}))?\s{0,4}(\S{1,3})?", re.ASCII)
_HISTORY: Final = "history ("


class UpowerDevice(Struct, frozen=True):
    """One device: `path` is its object path or "", `kind` upower's word ("battery", "mouse", "line-power")."""

    path: str
    kind: str
    values: Mapping[str, str]

    def is_laptops_battery(self) -> bool:
        """True for what feeds the laptop: not a mouse's (quirks.md no. 20), not a UPS, not the sum of all."""
        native = self.values.get("native-path", "")
        # The sum of all batteries ("DisplayDevice") stands for nothing in the kernel and has no native path.
        return (
            self.kind == "battery"
            and self.values.get("power supply", "yes") == "yes"
            and native not in ("", "(null)")
            and "hidpp" not in native
        )

    def record(self) -> BatteryRecord:
        """The battery that the device is."""
        values = self.values
        native = values.get("native-path", "").rstrip("/").rpartition("/")[2]
        present = {"yes": True, "no": False}.get(values.get("present", ""))
        percentage = values.get("percentage", "")
        # "(should be ignored)": the device knows only words such as "low".
        charge = None if "ignored" in percentage else _number(percentage, "%")
        health = _number(values.get("capacity"), "%")
        return BatteryRecord(
            name=native,
            present=present,
            design_wh=_number(values.get("energy-full-design"), "Wh"),
            full_wh=_number(values.get("energy-full"), "Wh"),
            # 100 is also what upower assumes where it knows no design.
            health=health if health != 100 else None,
            cycles=as_int(values.get("charge-cycles")),
            charge_percent=round(charge) if charge is not None else None,
            status=values.get("state"),
            chemistry=values.get("technology"),
            model=values.get("model"),
            serial=values.get("serial"),
            manufacturer=values.get("vendor"),
        )


def is_upower(text: str) -> bool:
    """True where the text may be upower's."""
    return "native-path:" in text or _PATH in text or "daemon-version:" in text


def upower_batteries(text: str, item: str) -> tuple[Battery, ...]:
    """The laptop's batteries, in upower's order; none among the devices is known absence only in a dump.

    Raises `EvidenceError` where the text describes no device, or only ones that cannot prove that there is no battery.
    """
    devices = upower_devices(text)
    batteries = [device for device in devices if device.is_laptops_battery()]
    if not batteries and not _is_dump(text):
        if not devices:
            raise EvidenceError("upower's text only names devices; upower --dump says what they are")
        raise EvidenceError("upower's text describes other devices than the laptop's battery; upower --dump has all")
    return tuple(device.record().battery(item) for device in batteries[:MOST_BATTERIES])


def upower_devices(text: str) -> tuple[UpowerDevice, ...]:
    """Every device that the text describes, peripherals too."""
    found: list[UpowerDevice] = []
    for path, lines in _blocks(text):
        kind = ""
        values: dict[str, str] = {}
        for line in lines:
            word = _KIND.fullmatch(line)
            if word and not kind:
                kind = word.group(1)
            text_line = line.strip()
            if text_line.lower().startswith(_HISTORY):
                break
            match = _KEY.match(text_line)
            if match and len(values) < _MOST_KEYS:
                values.setdefault(match.group(1), text_line[match.end(1) + 1 :].strip())
        if values:
            found.append(UpowerDevice(path, kind, values))
    return tuple(found)


def _blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    """The lines of each device. A device begins at its path, or, in the output of `-i`, at its native-path."""
    path = ""
    lines: list[str] | None = None
    count = 0
    for line in text.splitlines():
        start = line.strip()
        heading = start.partition(_PATH)[2]
        daemon = start == "Daemon:"
        native = start.startswith("native-path:")
        if heading or daemon or (native and (lines is None or any("native-path:" in known for known in lines[:2]))):
            if lines is not None:
                yield path, lines
                count += 1
            if count >= _MOST_DEVICES:
                return
            path = _PATH + heading.split()[0] if heading.split() else ""
            lines = None if daemon else []
        if lines is not None and not heading and start and len(lines) < _MOST_KEYS * 4:
            lines.append(line)
    if lines is not None:
        yield path, lines


def _is_dump(text: str) -> bool:
    return "daemon-version:" in text


def _number(text: str | None, unit: str) -> float | None:
    """The number before `unit`, with a decimal point or comma; None for anything else."""
    match = _NUMBER.fullmatch((text or "").strip()[:40])
    if match is None or match.group(4) != unit:
        return None
    whole, part, power, _ = match.groups()
    return float(f"{whole}.{part or 0}e{power or 0}")
