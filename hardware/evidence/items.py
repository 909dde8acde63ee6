"""The items of one bundle, each read by the parser of its kind, with the problems found on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from msgspec import Struct

from hardware.evidence.bundle import Bundle, Item
from hardware.evidence.catalogue import FEEDS, PREFIXES, base_id, source_of
from hardware.evidence.errors import EvidenceError
from hardware.evidence.merge import spread
from hardware.evidence.tree import read_tree
from specs.facts import Facts, Unknown
from specs.text import clean

__all__ = ["ItemProblem", "Items", "Noted", "Part"]

T = TypeVar("T")

_DOES_NOT_EXIST: Final = ("ENOENT", "ENODEV", "ENXIO", "ENOTDIR")
_MAY_BE_EMPTY: Final = ("edid-", "wifi", "input")
"""No screen, no radio, no input device: the kernel and iw then say nothing."""

_WHOLE_OR_NOTHING: Final = frozenset(
    ("block", "lsblk", "drm", "battery", "net", "bluetooth", "camera", "sound", "input", "usb", "pci", "tpm", "upower",
     "acpi", "lspci", "udevadm", "lshw", "hwinfo", "cpu", "lscpu", "windows-")
)  # fmt: skip
"""Lists of what the laptop has: a part of one would say that what is missing is not fitted."""
_SHOWS_NONE: Final = ("the laptop shows no ", "iw shows no ")
"""What an exercise says of a part that is not there (hardware/probe/exercises/wording.py)."""
_NO_ANSWER: Final = ("ETIMEDOUT", "EIO")
_HUNG: Final = (*_NO_ANSWER, "timed out")


class ItemProblem(Struct, frozen=True):
    """An item that could not be read, or not to its end, in one sentence with the remedy."""

    item: str
    message: str


class Part(Struct, frozen=True):
    """What one item says: `kind` is the id of its kind ("smart-" for every disk's)."""

    item: str
    kind: str
    facts: Facts


class Noted(Struct, frozen=True):
    """Facts from an item that could be read, and what a person should know about it."""

    facts: Facts
    note: str


class Items:
    """The items of one bundle by their kind, each read at most once."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._kinds: dict[str, list[str]] = {}
        self.problems: list[ItemProblem] = []
        for item_id in bundle.items:
            source = source_of(item_id)
            if source is not None:
                self._kinds.setdefault(source.id, []).append(item_id)

    def of(self, kind: str) -> list[str]:
        """The ids of the items of that kind, in the order of the bundle."""
        return self._kinds.get(kind, [])

    def named(self, prefix: str) -> dict[str, list[str]]:
        """The items of a kind that there are many of, by what each is about: "sda" -> "smart-sda", "smart-sda+2"."""
        found: dict[str, list[str]] = {}
        for item_id in self.of(prefix):
            found.setdefault(base_id(item_id).removeprefix(prefix), []).append(item_id)
        return found

    def parts(self, kind: str, parse: Callable[[bytes, str], Facts | Noted]) -> list[Part]:
        """What each item of that kind says. Where there is none, one part that says so."""
        return [Part(item_id, kind, self._part(item_id, kind, parse)) for item_id in self.of(kind) or _expected(kind)]

    def _part(self, item_id: str, kind: str, parse: Callable[[bytes, str], Facts | Noted]) -> Facts:
        found = self.read(item_id, lambda data: parse(data, item_id))
        if isinstance(found, Unknown):
            return spread(FEEDS[kind], found)
        if isinstance(found, Noted):
            self.note(item_id, found.note)
            return found.facts
        return found

    def read(self, item_id: str, parse: Callable[[bytes], T]) -> T | Unknown:
        """What `parse` makes of the item's bytes, or why there is nothing."""
        item = self._bundle.items.get(item_id)
        if item is None:
            return Unknown(f"{item_id} was not collected")
        error = item.meta.error
        if error and not item.data:
            return Unknown(f"{item_id}: {error}", (item_id,), _problem(error))
        try:
            if not item.data and _kind(item_id) not in _MAY_BE_EMPTY:
                raise EvidenceError("the item is empty")
            hole = _hole(item) if _kind(item_id) in _WHOLE_OR_NOTHING else None
            if hole is not None:
                return Unknown(f"{item_id} is not whole: {hole}", (item_id,), "unreadable")
            return parse(_finished(item))
        except EvidenceError as problem:
            if error:
                # The probe has already said what went wrong; what it got is only the beginning or a complaint.
                return Unknown(f"{item_id}: {error}", (item_id,), "unreadable")
            self.note(item_id, f"{problem}; capture the laptop again")
            return Unknown(f"{item_id} cannot be read: {problem}", (item_id,), "unreadable")

    def note(self, item_id: str, message: str) -> None:
        """Something that a person should know about an item."""
        self.problems.append(ItemProblem(item_id, f"{item_id}: {message}"))


def _finished(item: Item) -> bytes:
    """The bytes of an item; of a text that was cut, without the line in which it was: half a number is another one."""
    if not item.meta.truncated or item.data[:1] in (b"{", b"[") or b"\n" not in item.data:
        return item.data
    if _kind(item.meta.id) in _BINARY:
        return item.data
    return item.data[: item.data.rfind(b"\n") + 1]


_BINARY: Final = frozenset(("smbios", "edid-", "msdm"))


def _kind(item_id: str) -> str:
    source = source_of(item_id)
    return source.id if source is not None else item_id


_MANY: Final = frozenset(source.id for source in PREFIXES)


def _expected(kind: str) -> list[str]:
    return [] if kind in _MANY else [kind]


def _problem(error: str) -> str:
    """Which of the three ways of not knowing an item's error is (see `specs.facts.Unknown`)."""
    if error.startswith((*_DOES_NOT_EXIST, *_SHOWS_NONE)):
        return "absent"
    return "not_collected" if error.startswith("left out") else "unreadable"


def _hole(item: Item) -> str | None:
    """Why something may be missing in the item's list; None where it is whole, as far as anybody can tell."""
    if item.meta.truncated:
        return "it was cut short"
    for reason in (item.meta.error or "").split("; "):
        if reason.startswith(_HUNG):
            return reason
    if b'"error"' not in item.data:
        return None
    try:
        errors = read_tree(item.data).errors
    except EvidenceError:
        # Its own parser says what is wrong with it, or knows another form.
        return None
    return next(
        (f"{clean(path, 80)} did not answer ({name})" for path, name in errors.items() if name in _NO_ANSWER), None
    )
