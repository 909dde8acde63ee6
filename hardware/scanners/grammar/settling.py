"""What the codes of one label say of each other: a MAC address told from a serial number, an identifier that another
code proves, a number that proves the serial. Then the serial number, or why there is none. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from hardware.scanners.grammar import wording
from hardware.scanners.grammar.classifying import PART_IDENTIFIER, Rank, Seen
from hardware.scanners.grammar.companions import SNID, contradicts, is_companion
from hardware.scanners.grammar.maker_rules import RuleBook
from hardware.scanners.grammar.meaning import GENERAL_RULE, Meaning, TakenFor
from hardware.scanners.grammar.shapes import is_bare_mac, snid_shaped
from hardware.scanners.grammar.structure import DATA_IDENTIFIERS

__all__ = ["Settled", "settle"]


class Settled(Struct, frozen=True):
    """The meanings of all fields in their order, the place of the one that gave the serial, or a sentence."""

    meanings: tuple[Meaning, ...]
    chosen: int | None = None
    sentence: str = ""


def settle(seen: Sequence[Seen], rules: RuleBook) -> Settled:
    """The serial number among what was seen on one label. The codes' order decides only which is named first."""
    known = _proven_by_companions(_proven_identifiers(_told_from_macs(_marked_by_themselves(seen)), rules))
    top = max((one.rank for one in known), default=Rank.NONE)
    if top is Rank.NONE:
        return Settled(tuple(one.meaning for one in known), sentence=_nothing(known))
    best = _contenders(known, top)
    values = list(dict.fromkeys(known[place].meaning.value for place in best))
    meanings = tuple(
        one.meaning if one.rank is Rank.NONE or place in best else _outranked(one.meaning)
        for place, one in enumerate(known)
    )
    if len(values) > 1:
        return Settled(meanings, sentence=wording.several(values))
    against = next((one for one in known for place in best if _speaks_against(known[place], one)), None)
    if against is not None:
        return Settled(meanings, sentence=wording.snid_of_another(values[0], against.meaning.value))
    return Settled(_explained(meanings, known, best), chosen=best[0])


def _contenders(known: Sequence[Seen], top: Rank) -> list[int]:
    """The places of those that decide: if they differ, there is no serial number. Those of the highest rank, and:

    An identifier may be a battery's or another laptop's, so that what few codes but serial numbers look like speaks
    against it. Our own label may hang on the wrong laptop: anything speaks against it that a maker's rule fits, loose
    ones too. And a serial number out of a maker's template is not outranked by another of its length: of two laptops
    side by side, or of one that was misread.
    """
    lowest, lengths = top, set[int]()
    if top is Rank.EXPLICIT:
        lowest = Rank.STRUCTURED
        explicit = [one.meaning for one in known if one.rank is top]
        lengths = {len(meaning.value) for meaning in explicit if meaning.maker}
        if any(meaning.taken_for is TakenFor.OUR_LABEL for meaning in explicit):
            lowest = Rank.MAKER
    return [
        place
        for place, one in enumerate(known)
        if one.rank >= lowest or (one.exact and one.rank is Rank.MAKER and len(one.meaning.value) in lengths)
    ]


def _marked_by_themselves(seen: Sequence[Seen]) -> list[Seen]:
    """A data identifier without an envelope is one where the label has other codes: a lone serial may begin so."""
    known = []
    for one in seen:
        if one.bare and any(other.meaning.code != one.meaning.code and other.text != one.text for other in seen):
            kind = DATA_IDENTIFIERS.get(one.bare, TakenFor.OTHER)
            value, why = one.meaning.value[len(one.bare) :], wording.by_data_identifier(one.bare)
            one = Seen(Meaning(one.meaning.code, kind, value, f"data identifier {one.bare}", why), one.text)
        known.append(one)
    return known


def _told_from_macs(seen: Sequence[Seen]) -> list[Seen]:
    """Twelve hexadecimal digits could be both, where they fit a maker's rule or are all decimal (Microsoft's serials
    are): beside something surer they are the MAC address. With a letter and no rule, `classifying` has said so already.
    """
    surer = any(
        one.exact
        and one.rank is not Rank.NONE
        and not is_bare_mac(one.text)
        # Which may hang on another laptop, whose serial number would be taken for a MAC address.
        and one.meaning.taken_for is not TakenFor.OUR_LABEL
        for one in seen
    )
    told = []
    for one in seen:
        if surer and one.rank in (Rank.MAKER, Rank.STRUCTURED) and is_bare_mac(one.text):
            digits = ":".join(one.text[at : at + 2] for at in range(0, 12, 2))
            meaning = Meaning(one.meaning.code, TakenFor.MAC, digits, "form of a MAC address", wording.MAC_BESIDE)
            one = Seen(meaning, one.text, one.symbology)
        told.append(one)
    return told


def _proven_identifiers(seen: Sequence[Seen], rules: RuleBook) -> list[Seen]:
    """A leading S is the data identifier only where the label proves it, never of a code alone.

    It does where another code holds the same text without it; or where a code marked 1P stands beside it, and a
    maker's rule (not a loose one) fits the text without the S and none fits it with the S. Of SGH327SZYD the S stays.
    """
    marked_part = {
        one.meaning.code
        for one in seen
        if one.meaning.rule == PART_IDENTIFIER
        # What a maker's rule of part numbers fits as well, 1P and all.
        or (one.meaning.taken_for is TakenFor.PART_NUMBER and one.text.startswith("1P"))
    }
    # By their text: a hostile label has a thousand fields.
    holding: dict[str, list[Seen]] = {}
    for one in seen:
        if one.rank is not Rank.NONE:
            holding.setdefault(one.meaning.value, []).append(one)
    proven = []
    for one in seen:
        rest = one.text[1:]
        if one.whole and one.text.startswith("S") and one.rank in (Rank.GENERAL, Rank.MAKER, Rank.STRUCTURED):
            twins = [twin for twin in holding.get(rest, ()) if _is_twin(twin, one)]
            beside = marked_part - {one.meaning.code}
            if twins:
                one = _without_identifier(one, twins[0].meaning.value, twins[0].meaning.maker, wording.S_BY_TWIN)
            elif beside and not one.exact and (fit := rules.fit(rest, one.symbology)).exact and fit.template is None:
                maker = fit.makers[0] if len(fit.makers) == 1 else ""
                one = _without_identifier(one, rest, maker, wording.s_by_part(fit.makers))
            else:
                one = replace(one, meaning=replace(one.meaning, why=one.meaning.why + wording.S_STAYS))
        proven.append(one)
    return proven


def _is_twin(twin: Seen, one: Seen) -> bool:
    """True for another code that holds `one` without its S. But an inventory that once stripped the S may have printed
    a label of its own: what fits a maker's rule with the S is not overruled by what fits none without it.
    """
    return twin.meaning.code != one.meaning.code and (twin.exact or not one.exact)


def _without_identifier(one: Seen, serial: str, maker: str, why: str) -> Seen:
    meaning = Meaning(one.meaning.code, TakenFor.SERIAL, serial, "data identifier S", why, maker)
    return replace(one, meaning=meaning, rank=Rank.EXPLICIT, exact=True, companion="")


def _proven_by_companions(seen: Sequence[Seen]) -> list[Seen]:
    """The number that a maker computes from its serial number, where it stands on the label: proof, and no serial."""
    proving = {
        (serial, number)
        for serial, one in enumerate(seen)
        if one.companion and one.rank is not Rank.NONE
        for number, other in enumerate(seen)
        if number != serial and is_companion(one.companion, one.meaning.value, other.text)
    }
    serials = {serial: seen[serial].companion for serial, _ in proving}
    numbers = {number: seen[serial] for serial, number in proving}
    known = []
    for place, one in enumerate(seen):
        if place in serials:
            why = one.meaning.why + wording.proven_by(serials[place])
            rule = serials[place] if one.meaning.rule == GENERAL_RULE else one.meaning.rule
            meaning = replace(one.meaning, why=why, rule=rule)
            one = replace(one, rank=max(one.rank, Rank.STRUCTURED), meaning=meaning)
        elif place in numbers:
            of = numbers[place]
            kind = TakenFor.SNID if of.companion == SNID else TakenFor.OTHER
            why = wording.is_companion(of.companion, of.meaning.value)
            meaning = Meaning(one.meaning.code, kind, one.text, of.companion, why, of.meaning.maker)
            one = Seen(meaning, one.text, one.symbology)
        known.append(one)
    return known


def _speaks_against(serial: Seen, other: Seen) -> bool:
    marked = other.meaning.taken_for is TakenFor.SNID
    if not marked and (other.rank is Rank.NONE or not snid_shaped(other.text)):
        return False
    return contradicts(serial.companion, serial.meaning.value, other.text, marked=marked)


def _outranked(meaning: Meaning) -> Meaning:
    return replace(meaning, taken_for=TakenFor.UNKNOWN, why=meaning.why + wording.OUTRANKED)


def _explained(meanings: tuple[Meaning, ...], known: Sequence[Seen], best: Sequence[int]) -> tuple[Meaning, ...]:
    """The reason of the chosen one says how many codes agree with it."""
    agreeing = len({known[place].meaning.code for place in best})
    if agreeing < 2:
        return meanings
    chosen = replace(meanings[best[0]], why=meanings[best[0]].why + wording.agreeing(agreeing))
    return (*meanings[: best[0]], chosen, *meanings[best[0] + 1 :])


def _nothing(known: Sequence[Seen]) -> str:
    """Why there is no serial number: what a lone code is instead, or what all of them are."""
    kinds = list(dict.fromkeys(one.meaning.taken_for for one in known))
    if any(one.meaning.why.endswith(wording.MAY_BE_CUT) for one in known):
        return wording.CUT_SHORT
    refused = next((one.refused for one in known if one.refused), "")
    if len(known) == 1 and refused:
        return wording.refused(refused)
    if len(kinds) == 1 and len({one.meaning.code for one in known}) == 1:
        return wording.instead(kinds[0], known[0].meaning.why)
    return wording.none_of(kinds)
