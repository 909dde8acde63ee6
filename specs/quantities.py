"""Numbers with units, as people write them ("4 GB", "95 %", "11 in") and as facts carry them.

Facts are SI-clean: bytes, millimetres, watt-hours, seconds, per cent, counts. A requirement is written as it
is sold or published, so this module reads the written form and gives the canonical one. It is not for
judging: limits are in `specs.limits`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from enum import Enum
from typing import Final

from msgspec import Struct

__all__ = [
    "Bounds",
    "Measure",
    "Quantity",
    "QuantityError",
    "parse_quantity",
    "render",
    "render_exact",
    "written_pattern",
]


class QuantityError(ValueError):
    """A written quantity cannot be read; the message says what was wrong and what would be right."""


class Bounds(Struct, frozen=True):
    """Which numbers a limit may name: none is below 0 unless `signed`, nor 0 where `positive`; none above `most`; no
    fraction where `whole`.
    """

    positive: bool = False
    most: int | None = None
    whole: bool = False
    signed: bool = False


class Measure(Enum):
    """What kind of thing a value is. Decides which units are allowed and what "GB" means.

    Memory is sold in powers of two (4 GB of memory is 4 GiB = 4 x 2^30 bytes); storage is sold in powers of
    ten (64 GB is 64 x 10^9 bytes). Source: design.md section 7, domain/department.md section 8.
    """

    MEMORY_SIZE = "memory size"
    STORAGE_SIZE = "storage size"
    LENGTH_IN = "length in inches"
    LENGTH_MM = "length in millimetres"
    PIXELS = "pixels"
    PERCENT = "per cent"
    ENERGY_WH = "energy"
    DURATION_S = "duration"
    MASS_KG = "mass"
    POWER_W = "power"
    DATA_RATE = "data rate"
    TEMPERATURE_C = "temperature"
    LEVEL_DB = "level"
    SIGNAL_DBM = "signal strength"
    COUNT = "count"
    VERSION = "version"
    TEXT = "text"
    YES_NO = "yes or no"

    @property
    def unit(self) -> str:
        """The canonical unit of a value of this kind; empty for counts, texts and yes/no."""
        return _CANONICAL[self]

    @property
    def examples(self) -> tuple[str, ...]:
        """Two numbers of this kind as a profile writes them, the smaller first; none for texts and yes/no."""
        return _EXAMPLES.get(self, ())

    @property
    def bounds(self) -> Bounds:
        """What every reading of this kind keeps to. Degrees and decibels alone may be below 0."""
        return _BOUNDS.get(self, Bounds())

    @property
    def is_number(self) -> bool:
        """True where values are numbers that can be compared with `at_least` and `at_most`."""
        return self not in (Measure.TEXT, Measure.YES_NO)


_CANONICAL: Final[dict[Measure, str]] = {
    Measure.MEMORY_SIZE: "B",
    Measure.STORAGE_SIZE: "B",
    Measure.LENGTH_IN: "in",
    Measure.LENGTH_MM: "mm",
    Measure.PIXELS: "px",
    Measure.PERCENT: "%",
    Measure.ENERGY_WH: "Wh",
    Measure.DURATION_S: "s",
    Measure.MASS_KG: "kg",
    Measure.POWER_W: "W",
    Measure.DATA_RATE: "MB/s",
    Measure.TEMPERATURE_C: "°C",
    Measure.LEVEL_DB: "dB",
    Measure.SIGNAL_DBM: "dBm",
    Measure.COUNT: "",
    Measure.VERSION: "",
    Measure.TEXT: "",
    Measure.YES_NO: "",
}

# What a person would write, not the unit that facts carry: nobody writes bytes or seconds.
_EXAMPLES: Final[dict[Measure, tuple[str, str]]] = {
    Measure.MEMORY_SIZE: ('"4 GB"', '"8 GB"'),
    Measure.STORAGE_SIZE: ('"64 GB"', '"128 GB"'),
    Measure.LENGTH_IN: ('"11 in"', '"14 in"'),
    Measure.LENGTH_MM: ('"250 mm"', '"300 mm"'),
    Measure.PIXELS: ('"1366 px"', '"1920 px"'),
    Measure.PERCENT: ('"80 %"', '"95 %"'),
    Measure.ENERGY_WH: ('"40 Wh"', '"60 Wh"'),
    Measure.DURATION_S: ('"50 h"', '"100 h"'),
    Measure.MASS_KG: ('"1.2 kg"', '"1.8 kg"'),
    Measure.POWER_W: ('"2 W"', '"15 W"'),
    Measure.DATA_RATE: ('"15 MB/s"', '"200 MB/s"'),
    Measure.TEMPERATURE_C: ('"80 °C"', '"95 °C"'),
    Measure.LEVEL_DB: ('"2.5 dB"', '"10 dB"'),
    Measure.SIGNAL_DBM: ('"-70 dBm"', '"-60 dBm"'),
    Measure.COUNT: ("4", "8"),
    Measure.VERSION: ("1.2", "2.0"),
}

# But for degrees and decibels no reading is below 0; things are counted whole, and nobody asks for more than all of a
# thing. A wear counter may read over 100 % (NVMe counts to 255), so that a limit from above may say so.
_BOUNDS: Final[dict[Measure, Bounds]] = {
    Measure.PERCENT: Bounds(most=100),
    Measure.COUNT: Bounds(whole=True),
    Measure.PIXELS: Bounds(whole=True),
    Measure.TEMPERATURE_C: Bounds(signed=True),
    Measure.LEVEL_DB: Bounds(signed=True),
    Measure.SIGNAL_DBM: Bounds(signed=True),
}

_BINARY: Final[dict[str, float]] = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
_MEMORY: Final[dict[str, float]] = {**_BINARY, "kB": 2**10, "KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}
_STORAGE: Final[dict[str, float]] = {**_BINARY, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}

# One inch is 25.4 mm exactly (international inch, 1959).
_SCALES: Final[dict[Measure, dict[str, float]]] = {
    Measure.MEMORY_SIZE: _MEMORY,
    Measure.STORAGE_SIZE: _STORAGE,
    Measure.LENGTH_IN: {"in": 1.0, "mm": 1 / 25.4, "cm": 1 / 2.54},
    Measure.LENGTH_MM: {"mm": 1.0, "cm": 10.0, "in": 25.4},
    Measure.PIXELS: {"px": 1.0},
    Measure.PERCENT: {"%": 1.0},
    Measure.ENERGY_WH: {"Wh": 1.0, "mWh": 0.001},
    Measure.DURATION_S: {"s": 1.0, "min": 60.0, "h": 3600.0},
    Measure.MASS_KG: {"kg": 1.0, "g": 0.001},
    Measure.POWER_W: {"W": 1.0, "mW": 0.001},
    # Megabytes of 10^6 bytes, as disks are sold and measured.
    Measure.DATA_RATE: {"MB/s": 1.0, "kB/s": 0.001, "GB/s": 1000.0},
    Measure.TEMPERATURE_C: {"°C": 1.0, "C": 1.0},
    Measure.LEVEL_DB: {"dB": 1.0},
    Measure.SIGNAL_DBM: {"dBm": 1.0},
    Measure.COUNT: {"": 1.0},
    Measure.VERSION: {"": 1.0},
}

_WRITTEN: Final = re.compile(r"\s*([+-]?\d{1,18}(?:\.\d{1,9})?)\s*([A-Za-z%°/]{0,4})\s*", re.ASCII)


class Quantity(Struct, frozen=True):
    """A value in the canonical unit of its measure, and how it was written.

    `value` is finite. `written` is what a person reads ("4 GB").
    """

    value: float
    unit: str
    written: str

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise QuantityError(f"{self.written!r} is not a finite number")


def parse_quantity(written: str | int | float, measure: Measure) -> Quantity:
    """The canonical quantity of `written` for `measure`.

    A bare number is allowed only where the measure has no unit. Raises `QuantityError` for text that is no
    number, a unit that does not fit the measure, NaN and infinities, and for true/false.
    """
    if not measure.is_number:
        raise QuantityError(f"a {measure.value} has no size; use equals, one_of or matches")
    if isinstance(written, bool):
        raise QuantityError(f"{str(written).lower()} is not a number")
    if isinstance(written, (int, float)):
        if isinstance(written, int) and abs(written) >= 10**18:
            raise QuantityError("the number has more than 18 digits")
        if not _finite(written):
            raise QuantityError(f"{written} is not a finite number")
        if measure.unit:
            raise QuantityError(f"{written} has no unit; write it as in {measure.examples[0]}")
        return Quantity(float(written), "", f"{written:g}")
    match = _WRITTEN.fullmatch(written)
    if match is None:
        kind = "a number with a unit" if measure.unit else "a number"
        raise QuantityError(f"{written!r} is not {kind}; write it as in {measure.examples[0]}")
    number, unit = match.groups()
    scale = _SCALES[measure].get(unit)
    if scale is None:
        allowed = ", ".join(name or "no unit" for name in _SCALES[measure])
        raise QuantityError(f"{unit!r} is not a unit of {measure.value} (allowed: {allowed})")
    return Quantity(float(number) * scale, measure.unit, written.strip())


def written_pattern(measure: Measure, bounds: Bounds | None = None) -> str:
    """A regular expression (of JSON Schema's dialect) for the texts that `parse_quantity` reads for this measure, and
    where `bounds` are given for those alone that keep to them.
    """
    units = "|".join(re.escape(unit).replace(r"\%", "%") for unit in _SCALES[measure])
    if bounds is None:
        return rf"^\s*[+-]?[0-9]{{1,18}}(\.[0-9]{{1,9}})?\s*({units})\s*$"
    fraction = r"(\.0{1,9})?" if bounds.whole else r"(\.[0-9]{1,9})?"
    some = "(?=.*[1-9])" if bounds.positive else ""
    past = "" if bounds.most is None else rf"(?!\s*\+?0*{_PAST[bounds.most]})"
    number = rf"(\+?[0-9]{{1,18}}{fraction}|-0{{1,18}}(\.0{{1,9}})?)"
    if bounds.signed:
        number = rf"[+-]?[0-9]{{1,18}}{fraction}"
    return rf"^{some}{past}\s*{number}\s*({units})\s*$"


_PAST: Final = {100: r"([1-9][0-9]{3}|[2-9][0-9]{2}|1[1-9][0-9]|10[1-9]|100\.0*[1-9])"}
"""A pattern for the beginning of a number, without zeros in front, that is above the number it is named by."""


def render(value: float | str | bool, measure: Measure, beside: Iterable[float] = ()) -> str:
    """`value`, in the canonical unit of `measure`, as a person would write it: "4 GB", "58.2 GB", "94 %".

    Rounded to one decimal, and to more where one would be a lie: a rounded value never reads as a whole number,
    and never as, or across, one of the numbers `beside` it (limits, in the canonical unit). Never raises.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if not _finite(value):
        return "not a number"
    limits = [limit for limit in beside if _finite(limit)]
    scale, unit = _shown_unit(value, measure)
    if any(limit != value and limit / scale == value / scale for limit in limits):
        scale, unit = 1, measure.unit
    text = _rounded(value / scale, [limit / scale for limit in limits])
    if measure is Measure.VERSION and "." not in text and "e" not in text:
        text += ".0"
    return f"{text} {unit}" if unit else text


def render_exact(value: float, measure: Measure) -> str:
    """A limit's number in words, never rounded, in the unit that says it shortest: "4 GB", "57 GiB", "28 cm"."""
    if not _finite(value):
        return "not a number"
    if measure is Measure.VERSION:
        return render(value, measure, (value,))
    ways = []
    for unit, scale in _SCALES.get(measure, {}).items():
        number = f"{value / scale:.10g}"
        if value and "e" not in number and float(number) * scale == value:
            # A whole part first ("500 g"), then the fewest digits, then the unit's own name, then the larger unit.
            ways.append((abs(value) < scale, len(number), unit != measure.unit, len(unit), -scale, f"{number} {unit}"))
    return min(ways)[-1].strip() if ways else f"{_digits(value)} {measure.unit}".strip()


def _finite(value: float) -> bool:
    """False for NaN, infinities and whole numbers that no float holds."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _shown_unit(value: float, measure: Measure) -> tuple[float, str]:
    if measure in (Measure.MEMORY_SIZE, Measure.STORAGE_SIZE):
        base = 2**10 if measure is Measure.MEMORY_SIZE else 10**3
        for power, unit in ((4, "TB"), (3, "GB"), (2, "MB"), (1, "kB")):
            if abs(value) >= base**power:
                return base**power, unit
    if measure is Measure.DURATION_S:
        for length, unit in ((3600, "h"), (60, "min")):
            if abs(value) >= length:
                return length, unit
    return 1, measure.unit


def _rounded(value: float, limits: list[float]) -> str:
    """`value` with the fewest decimals, from one on, that leave it on its side of every limit and whole number."""
    whole = round(value)
    if value == whole:
        return str(whole)
    for decimals in range(1, 16):
        text = f"{value:.{decimals}f}"
        rounded = float(text)
        if rounded != whole and all(_side(rounded, limit) == _side(value, limit) for limit in limits):
            return text
    return _digits(value)


def _digits(value: float) -> str:
    """Every digit of `value`, with no exponent where it can be read without."""
    return str(int(value)) if value == int(value) and abs(value) < 10**18 else repr(value)


def _side(value: float, limit: float) -> int:
    return (value > limit) - (value < limit)
