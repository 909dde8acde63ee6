"""What the engine says, cleaned once more where it enters the screen."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from specs.text import clean

__all__ = ["cleaned_event"]

_cleaned: Final = lru_cache(maxsize=8192)(clean)
_T = TypeVar("_T")


def cleaned_event(value: _T) -> _T:
    """The same event with every text in it cleaned, however deep."""
    cleaned: Any = value
    match value:
        case str():
            cleaned = _cleaned(value) if len(value) < 1024 else clean(value)
        case tuple():
            cleaned = tuple(cleaned_event(item) for item in value)
        case Struct():
            cleaned = msgspec.structs.replace(
                value, **{name: cleaned_event(getattr(value, name)) for name in value.__struct_fields__}
            )
    return cleaned  # type: ignore[no-any-return]
