"""What every scanner does: it tells what it read, and how it is. Three kinds stand behind it: the keyboard wedge
(`wedge`), the serial scanner (`serial_scanner`) and the camera (`camera`).

A scanner never interprets: which of the codes is the serial number is for `hardware.scanners.grammar`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Final, Protocol, TypeAlias

from msgspec import Struct

__all__ = ["LONGEST_CODE", "Code", "Condition", "Garbled", "Heard", "Scanner", "ScannerState", "Tell", "Told"]

LONGEST_CODE: Final = 4096
"""Characters of one code. A QR code holds 4,296 characters at most (ISO/IEC 18004), and no label comes near it."""


class Code(Struct, frozen=True):
    """One code as it was read: its text, exactly what the bars hold, and its AIM identifier ("]C0", "]d1", "]Q1").

    The identifier is empty where the scanner did not say; it never stands in the text. The text is raw: it may hold
    GS, markup or escape sequences, and has at most `LONGEST_CODE` characters.
    """

    text: str
    symbology: str = ""


class Heard(Struct, frozen=True, tag="heard"):
    """One reading: a single code from a hand-held scanner, or all the codes of one label from a camera."""

    scanner: str
    codes: tuple[Code, ...]


class Garbled(Struct, frozen=True, tag="garbled"):
    """Something came that is no code (noise, a scan that never ended); `text` is what came of it, raw and bounded."""

    scanner: str
    text: str
    sentence: str


class ScannerState(Enum):
    """`ready`: it would read a code now. `away`: it is not there, and is looked for. `blind`: it is there and sees a
    code that it cannot read. `fault`: somebody must mend something.
    """

    READY = "ready"
    AWAY = "away"
    BLIND = "blind"
    FAULT = "fault"


class Condition(Struct, frozen=True, tag="condition"):
    """How a scanner is now, in one sentence for the technician; told only when it changes."""

    scanner: str
    state: ScannerState
    sentence: str


Told: TypeAlias = Heard | Garbled | Condition
Tell: TypeAlias = Callable[[Told], None]


class Scanner(Protocol):
    """One scanner. The contract, which one set of tests holds against every kind:

    - `start` returns at once and raises nothing because a device is not there: it tells `away` and goes on looking.
    - Every code that was read is told once, in the order of reading, whole. `tell` may be called from any thread, never
      from two at once.
    - A device that is pulled out is `away`, and `ready` again when it is back, without anybody doing anything.
    - After `stop` has returned nothing is told, and the device is free for others. Both may be called twice.
    """

    @property
    def name(self) -> str:
        """What a person calls it: "serial scanner /dev/ttyACM0", "camera 0"."""
        ...

    def start(self, tell: Tell) -> None:
        """Begins to listen."""
        ...

    def stop(self) -> None:
        """Stops listening and lets the device go."""
        ...
