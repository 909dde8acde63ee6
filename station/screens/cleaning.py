"""What the engine says, cleaned once more where it enters the screen."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from specs.text import LONGEST_TEXT, clean

__all__ = ["cleaned_event"]

_NO_TEXT: Final = (
    msgspec.inspect.IntType,
    msgspec.inspect.FloatType,
    msgspec.inspect.BoolType,
    msgspec.inspect.NoneType,
    msgspec.inspect.EnumType,
)
_T = TypeVar("_T")


def cleaned_event(value: _T) -> _T:
    """The same event with every text in it cleaned and cut to `LONGEST_TEXT` characters, however deep.

    What was clean already, as nearly all is, comes back as it is and is not copied.
    """
    cleaned: Any = value
    match value:
        case str():
            cleaned = _text(value)
        case tuple():
            items = [cleaned_event(item) for item in value]
            if any(new is not old for new, old in zip(items, value, strict=True)):
                cleaned = tuple(items)
        case Struct():
            changed = {}
            for name in _texts_of(type(value)):
                old = getattr(value, name)
                new = _text(old) if type(old) is str else cleaned_event(old)
                if new is not old:
                    changed[name] = new
            if changed:
                cleaned = msgspec.structs.replace(value, **changed)
    return cleaned  # type: ignore[no-any-return]


def _text(text: str) -> str:
    # ASCII is looked at faster than it is found in a cache, and a cache of long texts would hold megabytes.
    return clean(text) if text.isascii() or len(text) > LONGEST_TEXT else _cleaned(text)


_cleaned: Final = lru_cache(maxsize=512)(clean)


@cache
def _texts_of(kind: type[Struct]) -> tuple[str, ...]:
    """The fields that a text can be in. Whatever is no number and no choice of words is taken to hold one."""
    told = msgspec.inspect.type_info(kind)
    assert isinstance(told, msgspec.inspect.StructType)
    return tuple(field.name for field in told.fields if not _holds_none(field.type))


def _holds_none(kind: msgspec.inspect.Type) -> bool:
    if isinstance(kind, msgspec.inspect.UnionType):
        return all(map(_holds_none, kind.types))
    return isinstance(kind, _NO_TEXT)
