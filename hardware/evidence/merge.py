"""Partial facts put together, leaf by leaf: the better source first, and always something known over not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar, cast

import msgspec
from msgspec import Struct

from specs.facts import Facts, Known, Unknown, walk

__all__ = ["best_reason", "prefer", "renamed_evidence", "says_something", "spread", "with_evidence"]

S = TypeVar("S", bound=Struct)

# Somebody who looked and found nothing knows more than somebody who could not look.
_RANK: Final = {"absent": 2, "unreadable": 1, "not_collected": 0}

# Of a lock it matters more that somebody could not look: a source that does not say is no sign that there is none.
_LOCKS: Final = frozenset(("admin_password", "power_on_password"))
_LOCK_RANK: Final = {"unreadable": 2, "absent": 1, "not_collected": 0}


def prefer(first: S, second: S) -> S:
    """`first`, with each unknown leaf taken from `second` where that knows more about it.

    Of two unknown leaves the one that was looked at wins, then `first`; of a firmware password, the one that could
    not be read. Both are of one type, or single facts.
    """
    if isinstance(first, Known):
        return first
    if isinstance(first, Unknown):
        return second if _knows_more(second, first, _RANK) else first
    changed: dict[str, Any] = {}
    for name in first.__struct_fields__:
        ours, theirs = getattr(first, name), getattr(second, name)
        if isinstance(ours, Unknown):
            if _knows_more(theirs, ours, _LOCK_RANK if name in _LOCKS else _RANK):
                changed[name] = theirs
        elif isinstance(ours, Struct) and not isinstance(ours, Known):
            changed[name] = prefer(ours, theirs)
    return msgspec.structs.replace(first, **changed) if changed else first


def _knows_more(theirs: object, ours: Unknown, ranks: Mapping[str, int]) -> bool:
    if isinstance(theirs, Unknown):
        return ranks.get(theirs.problem, 0) > ranks.get(ours.problem, 0)
    return isinstance(theirs, Known)


def best_reason(reasons: Iterable[Unknown]) -> Unknown:
    """The reason of the source that was looked at most closely, the first of equals; there must be one."""
    return max(reasons, key=_rank)


def with_evidence(node: S, change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> S:
    """`node` with what `change` makes of the evidence ids behind each of its facts."""
    if isinstance(node, Unknown):
        return msgspec.structs.replace(node, evidence=change(node.evidence))
    if isinstance(node, Known):
        value = node.value
        if isinstance(value, tuple):
            value = tuple(with_evidence(member, change) if isinstance(member, Struct) else member for member in value)
        elif isinstance(value, Struct):
            value = with_evidence(value, change)
        return cast("S", Known(value, change(node.evidence)))
    parts = {name: getattr(node, name) for name in node.__struct_fields__}
    changed = {name: with_evidence(part, change) for name, part in parts.items() if isinstance(part, Struct)}
    return msgspec.structs.replace(node, **changed)


def renamed_evidence(node: S, names: Mapping[str, str]) -> S:
    """`node` with the evidence ids of `names` put in place of others."""
    return with_evidence(node, lambda evidence: tuple(names.get(item, item) for item in evidence))


def says_something(facts: Facts) -> bool:
    """True where anything in `facts` is known."""
    return any(isinstance(fact, Known) for _, fact in walk(facts))


def spread(paths: tuple[str, ...], why: Unknown) -> Facts:
    """Facts in which every leaf under `paths` ("identity", "memory.visible_bytes") is `why`."""
    facts = Facts()
    for path in paths:
        component, _, leaf = path.partition(".")
        node = getattr(facts, component)
        if isinstance(node, Known | Unknown):
            node = why
        elif leaf:
            node = msgspec.structs.replace(node, **{leaf: why})
        else:
            node = msgspec.structs.replace(node, **dict.fromkeys(node.__struct_fields__, why))
        facts = msgspec.structs.replace(facts, **{component: node})
    return facts


def _rank(why: Unknown) -> int:
    return _RANK.get(why.problem, 0)
