"""The one model of what Windows said: rows by CIM class, and registry values by their name.

However it was written down (`reading.read_rows`), a value keeps the type it came in: numbers and flags of a text are
text. The helpers here read either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from hardware.evidence.decoding import as_int, count_of, dig
from specs.text import clean

__all__ = [
    "MOST_ROWS",
    "Row",
    "Rows",
    "enum_in",
    "flag_in",
    "items_in",
    "number_in",
    "signed_in",
    "text_in",
]

MOST_ROWS: Final = 4096
"""Rows kept of one class. A laptop has some 300 plug and play devices, and fewer of everything else."""

Row = Mapping[str, object]

_MOST_ITEMS: Final = 1024
_CUTS: Final = ("...", "\N{HORIZONTAL ELLIPSIS}")


class Rows(Struct, frozen=True):
    """CIM class name -> its rows; registry values by lower-case full name.

    `whole` is true where a probe says which classes it asked for: a class with no rows is then known absence.
    `day_first` says in which order the text writes its dates, where one of them tells.
    """

    classes: Mapping[str, Sequence[Row]]
    values: Mapping[str, object]
    whole: bool = False
    day_first: bool | None = None

    @classmethod
    def of(cls, tree: Mapping[str, object]) -> Rows:
        """The rows in the item's object. One row may stand alone; what is no row is not there."""
        classes: dict[str, Sequence[Row]] = {}
        for name, value in tree.items():
            rows = value if isinstance(value, list) else [value]
            classes[name] = [row for row in rows[:MOST_ROWS] if isinstance(row, dict)]
        registry = tree.get("registry")
        values = {key.lower(): value for key, value in registry.items()} if isinstance(registry, dict) else {}
        # What a command answered with a single word ("Confirm-SecureBootUEFI": true).
        alone = {f"\\{name.lower()}": value for name, value in tree.items() if isinstance(value, bool)}
        return cls(classes, {**values, **alone}, whole=True)

    @classmethod
    def together(cls, parts: Iterable[Rows]) -> Rows:
        """The rows of several items of one laptop as if they were one; of a class that two hold, the first's."""
        classes: dict[str, Sequence[Row]] = {}
        values: dict[str, object] = {}
        whole = False
        orders: set[bool | None] = set()
        for part in parts:
            for name, rows in part.classes.items():
                if not classes.get(name):
                    classes[name] = rows
            values = {**part.values, **values}
            whole = whole or part.whole
            orders.add(part.day_first)
        orders.discard(None)
        return cls(classes, values, whole=whole, day_first=orders.pop() if len(orders) == 1 else None)

    def all(self, name: str) -> Sequence[Row]:
        """The rows of a class, in order."""
        return self.classes.get(name, ())

    def first(self, name: str) -> Row | None:
        """The first row of a class."""
        return next(iter(self.all(name)), None)

    def asked(self, name: str) -> bool:
        """True where the class was read: it has rows, or a probe says that it has none."""
        return bool(self.classes.get(name)) or (self.whole and name in self.classes)

    def registry(self, name: str) -> object:
        """The registry value of that name, under whichever key the probe read it from."""
        ending = "\\" + name.lower()
        return next((value for key, value in self.values.items() if key.endswith(ending)), None)

    def keys(self, part: str) -> dict[str, dict[str, object]]:
        """The registry keys whose lower-case path holds `part`, each with its values by lower-case name."""
        found: dict[str, dict[str, object]] = {}
        for path, value in self.values.items():
            key, _, name = path.rpartition("\\")
            if part in key:
                found.setdefault(key, {})[name] = value
        return found


def number_in(row: Row | None, name: str) -> int | None:
    """A number of a row; CIM's 64-bit numbers, and all of a text's, come as digits in a string."""
    value = dig(row, name)
    return as_int(value) if isinstance(value, str) else count_of(value)


def signed_in(row: Row | None, name: str) -> int | None:
    """A number of a row that may be negative."""
    value = dig(row, name)
    if isinstance(value, str):
        digits = as_int(value.strip().removeprefix("-"))
        return -digits if digits is not None and value.strip().startswith("-") else digits
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return value
    return None


def text_in(row: Row | None, name: str) -> str | None:
    """A text of a row; None for a blank one, and for one that was cut when it was printed."""
    value = dig(row, name)
    if not isinstance(value, str) or not value.strip() or value.rstrip().endswith(_CUTS):
        return None
    return value


def flag_in(row: Row | None, name: str) -> bool | None:
    """A true or false of a row; PowerShell and wmic print them as words, never translated."""
    value = dig(row, name)
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def enum_in(row: Row | None, name: str, words: Mapping[str, int]) -> int | None:
    """A number of a row that PowerShell may print as one of `words` (in lower case)."""
    number = number_in(row, name)
    if number is not None:
        return number
    text = dig(row, name)
    return words.get(clean(text, 64).lower()) if isinstance(text, str) else None


def items_in(row: Row | None, name: str) -> tuple[list[object], bool]:
    """The items of a list in a row, and whether they are all there.

    As text a list is `{a, b}` (PowerShell, cut after four items) or `{"a","b"}` (wmic).
    """
    value = dig(row, name)
    if isinstance(value, list):
        return value[:_MOST_ITEMS], len(value) <= _MOST_ITEMS
    if not isinstance(value, str):
        return ([], False) if value is None else ([value], True)
    text = value.strip()
    if not text.startswith("{"):
        return ([text], True) if text else ([], False)
    whole = text.endswith("}")
    inside = text.removesuffix("}")[1:]
    for cut in _CUTS:
        if inside.endswith(cut):
            inside, whole = inside.removesuffix(cut), False
    parts = inside.split(",", _MOST_ITEMS)
    items: list[object] = [part.strip().strip('"') for part in parts[:_MOST_ITEMS]]
    return [item for item in items if item != ""], whole and len(parts) <= _MOST_ITEMS
