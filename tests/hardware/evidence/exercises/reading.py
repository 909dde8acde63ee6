"""How the tests of the exercises read one item: its bytes as a bundle of its own, and the fact that comes of it."""

from __future__ import annotations

from typing import Any

from hardware.evidence.bundle import Bundle, make_item
from hardware.evidence.facts import read_facts
from specs.facts import Exercises, Fact, Known
from tests.hardware.evidence.exercises.documents import item_bytes

__all__ = ["exercises_in", "fact", "value"]


def exercises_in(name: str, data: bytes, **meta: Any) -> Exercises:
    """The facts in a bundle of that one item."""
    return read_facts(Bundle.of([make_item(f"exercise-{name}", data, **meta)])).facts.exercises


def fact(name: str, **changed: Any) -> Fact[Any]:
    """The fact of the good result with parts of what was measured changed."""
    found: Fact[Any] = getattr(exercises_in(name, item_bytes(name, **changed)), name)
    return found


def value(name: str, **changed: Any) -> Any:
    """Its value; it must be known."""
    found = fact(name, **changed)
    assert isinstance(found, Known), found
    assert found.evidence == (f"exercise-{name}",)
    return found.value
