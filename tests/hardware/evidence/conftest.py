import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hardware.evidence.bundle import Bundle, make_item
from hardware.evidence.facts import Reading, read_facts

Read = Callable[..., Reading]


@pytest.fixture(scope="session")
def entries(captures: Path) -> Callable[[str, str], list[tuple[str, bytes, dict[str, Any]]]]:
    """The captures of a kind whose file names end as asked: name, bytes, and the expected values that are scored."""
    listed = json.loads((captures / "manifest.json").read_text())["entries"]

    def of(kind: str, ending: str = "") -> list[tuple[str, bytes, dict[str, Any]]]:
        found = []
        for entry in listed:
            if entry["kind"] == kind and entry["file"].endswith(ending):
                unscored = entry.get("ambiguous") or ()
                facts = {key: value for key, value in entry["facts"].items() if key not in unscored}
                found.append((entry["file"].partition("/")[2], (captures / entry["file"]).read_bytes(), facts))
        assert found
        return found

    return of


@pytest.fixture
def read() -> Read:
    """Reads the facts in items given by id: bytes, text, or a dict for a tree."""

    def of(items: dict[str, Any], errors: dict[str, str] | None = None) -> Reading:
        made = [make_item(item, _bytes(data)) for item, data in items.items()]
        made += [make_item(item, b"", error=error) for item, error in (errors or {}).items()]
        return read_facts(Bundle.of(made))

    return of


def _bytes(data: Any) -> bytes:
    if isinstance(data, bytes):
        return data
    return data.encode() if isinstance(data, str) else json.dumps(data).encode()


@pytest.fixture
def same() -> Callable[[Any, Any], bool]:
    """Equal but for blanks, as the captures' own scorer compares."""

    def compare(want: Any, got: Any) -> bool:
        return bool(_folded(want) == _folded(got))

    return compare


def _folded(value: Any) -> Any:
    if isinstance(value, str):
        return " ".join(value.split()) or None
    return list(value) if isinstance(value, tuple) else value
