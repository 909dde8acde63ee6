"""The one decision that a person means by what they have of its id. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from specs.decisions import Approval, Waiver
from station.deciding import wording
from station.deciding.errors import DecisionRefused
from station.store.decision_book import Entry
from station.store.lookup import SHORTEST_END

__all__ = ["named"]


def named(typed: str, entries: Sequence[Entry], kind: type[Approval] | type[Waiver]) -> Entry:
    """The one decision of that kind that is meant: by its id, or the last 8 or more characters of it.

    Raises `DecisionRefused` where there is none, where there are several, and where it is of the other kind.
    """
    wanted = typed.strip().casefold()
    word = wording.kind_word(kind)
    if len(wanted) < SHORTEST_END:
        raise DecisionRefused(wording.short_id(typed, word))
    found = [entry for entry in entries if entry.decision.id == wanted]
    found = found or [entry for entry in entries if entry.decision.id.endswith(wanted)]
    meant = [entry for entry in found if isinstance(entry.decision, kind)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise DecisionRefused(wording.ambiguous_id(typed, [entry.decision.id for entry in meant]))
    if found:
        raise DecisionRefused(wording.other_kind(typed, wording.kind_word(type(found[0].decision))))
    raise DecisionRefused(wording.no_decision(typed, word))
