"""The rows of the `windows` item, looked up by CIM class, and registry values by their name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from hardware.evidence.decoding import as_int, count_of, dig

__all__ = ["Rows", "number_in"]

_MOST_ROWS = 4096


class Rows(Struct, frozen=True):
    """CIM class name -> its rows; registry values by lower-case full name."""

    classes: Mapping[str, Sequence[Mapping[str, object]]]
    values: Mapping[str, object]

    @classmethod
    def of(cls, tree: Mapping[str, object]) -> Rows:
        """The rows in the item's object. One row may stand alone; what is no row is not there."""
        classes: dict[str, Sequence[Mapping[str, object]]] = {}
        for name, value in tree.items():
            rows = value if isinstance(value, list) else [value]
            classes[name] = [row for row in rows[:_MOST_ROWS] if isinstance(row, dict)]
        registry = tree.get("registry")
        values = {key.lower(): value for key, value in registry.items()} if isinstance(registry, dict) else {}
        return cls(classes, values)

    def all(self, name: str) -> Sequence[Mapping[str, object]]:
        """The rows of a class, in order."""
        return self.classes.get(name, ())

    def first(self, name: str) -> Mapping[str, object] | None:
        """The first row of a class."""
        return next(iter(self.all(name)), None)

    def registry(self, name: str) -> object:
        """The registry value of that name, under whichever key the probe read it from."""
        ending = "\\" + name.lower()
        return next((value for key, value in self.values.items() if key.endswith(ending)), None)


def number_in(row: Mapping[str, object] | None, name: str) -> int | None:
    """A number of a row; CIM's 64-bit numbers may come as digits in a string."""
    value = dig(row, name)
    return as_int(value) if isinstance(value, str) else count_of(value)
