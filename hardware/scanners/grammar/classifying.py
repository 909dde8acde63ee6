"""What one field of one code is, looked at alone: no serial number, or what could be one and how surely.

What the other codes of the label add to it is for `settling`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from hardware.scanners.grammar import form_wording, wording
from hardware.scanners.grammar.check_characters import check_kind, without_check
from hardware.scanners.grammar.maker_rules import Fit, Form, RuleBook, Template
from hardware.scanners.grammar.meaning import GENERAL_RULE, Meaning, TakenFor
from hardware.scanners.grammar.shapes import (
    gs1_without_identifier,
    gtin_fits,
    is_bare_mac,
    is_imei,
    is_marked_date,
    is_uuid,
    key_end,
    mac_of,
    shown,
)
from hardware.scanners.grammar.structure import LENOVOS_IDENTIFIER, Field, bare_identifier
from hardware.scanners.grammar.symbologies import is_interleaved, is_retail
from specs.identifiers import BadIdentifier, Serial

__all__ = ["PART_IDENTIFIER", "Rank", "Seen", "see"]


PART_IDENTIFIER: Final = "data identifier 1P"
_CARTON_GTIN: Final = 14
"""Digits of an ITF-14, the article's number on a carton."""
_UPC: Final = 12
"""Digits of a UPC, and of Microsoft's serial numbers."""
_SHORT_PART: Final = 6
_LONG_PART: Final = 9
"""A code that begins with 1P is a part number. One of 7 or 8 characters is Dell's or Lenovo's serial as well, and stays
one; longer than those, no maker is known whose serials begin so."""
_FORM_1S: Final = "1S form"
_SHORTEST_1S: Final = 12
"""A code that begins with 1S or 8S and is as long as this is Lenovo's, whole or cut: never a serial number as it is."""


class Rank(IntEnum):
    """How surely a field is the serial number. A higher rank decides against all lower ones."""

    NONE = 0
    GENERAL = 1
    """It has the form that any serial number has (`specs.identifiers.Serial`)."""
    MAKER = 2
    """It fits a maker's rule that other codes fit as well."""
    STRUCTURED = 3
    """It fits a maker's rule that few other codes fit, or its companion number stands beside it."""
    EXPLICIT = 4
    """An identifier says so: our own label, GS1 21, a data identifier, a maker's template, "SN:", an address."""


_RANKS = {
    Form.TEMPLATE: Rank.EXPLICIT,
    Form.STRUCTURED: Rank.STRUCTURED,
    Form.PLAIN: Rank.MAKER,
    Form.LOOSE: Rank.MAKER,
}


class Seen(Struct, frozen=True):
    """A field as it is understood so far. With a rank, `meaning.value` is a serial number.

    `text` is the field in upper case; `exact` tells that it fits a maker's rule that is more than loose; `whole` that
    it is all of its code and nothing in the code marks it; `companion` names the number that would prove it; `bare` is
    the data identifier that it begins with, where other codes may show that it is one. `refused` is why it can be no
    serial number, where that is all that is known.
    """

    meaning: Meaning
    text: str
    symbology: str = ""
    rank: Rank = Rank.NONE
    exact: bool = False
    whole: bool = False
    companion: str = ""
    bare: str = ""
    refused: str = ""


def see(place: int, symbology: str, field: Field, rules: RuleBook) -> tuple[Seen, ...]:
    """What a field of the code in this place is. Several, where a template holds a part number beside the serial."""
    if not check_kind(symbology):
        return _see(place, symbology, field, rules)
    return _see_checked(place, symbology, field, rules)


def _see_checked(place: int, symbology: str, field: Field, rules: RuleBook) -> tuple[Seen, ...]:
    """A field whose scanner says that its last character checks the others. Some scanners send it so, and zxing says it
    of every text that happens to fit: only a maker's rule tells whether that character belongs to the serial number.

    Off it goes only for a structured form or a template, and never of what is something else as a whole: one in 43
    serial numbers fits by chance, and nine characters less one are a Lenovo's.
    """
    kept = _see(place, symbology, field, rules)
    rest = without_check(field.text.strip(" \t\r\n"), symbology)
    if (rest is None or not field.whole) and not _may_be(kept):
        return kept
    if rest is None or not field.whole:
        why = form_wording.WRONG_CHECK_CHARACTER if rest is None else form_wording.CHECK_CHARACTER_SOMEWHERE
        return (_fixed(place, field.text, TakenFor.OTHER, field.text, "check character", why),)
    cut = _see(place, symbology, replace(field, text=rest), rules)
    may_be_longer = _may_be(kept) or kept[0].meaning.rule == _FORM_1S
    if may_be_longer and not _is_sure(kept) and any(one.rank >= Rank.STRUCTURED for one in cut):
        first = replace(cut[0].meaning, why=cut[0].meaning.why + form_wording.CHECK_CHARACTER_DROPPED)
        return (replace(cut[0], meaning=first), *cut[1:])
    if not _may_be(kept) or (_is_sure(kept) and not _is_sure(cut)):
        return kept
    return (_fixed(place, field.text, TakenFor.OTHER, field.text, "check character", form_wording.CHECK_CHARACTER),)


def _may_be(seen: tuple[Seen, ...]) -> bool:
    return any(one.rank is not Rank.NONE for one in seen)


def _is_sure(seen: tuple[Seen, ...]) -> bool:
    return any(one.exact and one.rank is not Rank.NONE for one in seen)


def _see(place: int, symbology: str, field: Field, rules: RuleBook) -> tuple[Seen, ...]:
    text = field.text.strip(" \t\r\n").upper() if field.text.isascii() else field.text
    if end := key_end(text):
        return (_fixed(place, text, TakenFor.PRODUCT_KEY, end, "product key", wording.PRODUCT_KEY),)
    if field.marked in (TakenFor.SERIAL, TakenFor.OUR_LABEL):
        return _marked_serial(place, symbology, field, text, rules)
    if field.marked is not None:
        value = mac_of(text) or text if field.marked is TakenFor.MAC else field.text
        return (_fixed(place, text, field.marked, value, field.rule, field.why),)
    if is_retail(symbology) or (is_interleaved(symbology) and len(text) == _CARTON_GTIN and gtin_fits(text)):
        return (_fixed(place, text, TakenFor.GTIN, text, "EAN or UPC", wording.RETAIL),)
    fit = rules.fit(text, symbology)
    if fit.instead is not None:
        rule = fit.instead
        why = wording.fits_instead(rule.maker, rule.name)
        return (_fixed(place, text, rule.means, text, rule.id, why, rule.maker),)
    if fit.template is not None:
        return _from_template(place, symbology, text, fit.template)
    if not fit.own and (marked := _marked_by_itself(place, field, text, exact=fit.exact)) is not None:
        return (marked,)
    if not fit.exact and (shape := _shape(text, symbology)) is not None:
        kind, value, rule_name, why = shape
        return (_fixed(place, text, kind, value, rule_name, why),)
    return (_candidate(place, symbology, field, text, fit),)


def _marked_by_itself(place: int, field: Field, text: str, *, exact: bool) -> Seen | None:
    """What a text is by the data identifier that it begins with, where its form leaves no doubt, even alone."""
    if text.startswith("1P") and (len(text) >= _LONG_PART or not exact) and len(text) >= _SHORT_PART:
        why = wording.by_data_identifier("1P")
        return _fixed(place, text, TakenFor.PART_NUMBER, text[2:], PART_IDENTIFIER, why)
    if is_marked_date(text):
        identifier = text[: text.index("D") + 1]
        why = wording.by_data_identifier(identifier)
        return _fixed(place, text, TakenFor.DATE, text[len(identifier) :], f"data identifier {identifier}", why)
    if field.rule == LENOVOS_IDENTIFIER or (text.startswith(("1S", "8S")) and len(text) >= _SHORTEST_1S):
        return _fixed(place, text, TakenFor.OTHER, text, field.rule or _FORM_1S, form_wording.NO_1S_FORM)
    return None


def _marked_serial(place: int, symbology: str, field: Field, text: str, rules: RuleBook) -> tuple[Seen, ...]:
    if field.marked is TakenFor.SERIAL and (template := rules.fit(text, symbology).template) is not None:
        return _from_template(place, symbology, text, template, field.why)
    try:
        serial = Serial.from_scan(field.text).text
    except BadIdentifier as error:
        why = wording.marked_and_refused(field.why, str(error))
        kind = TakenFor.OUR_LABEL if field.marked is TakenFor.OUR_LABEL else TakenFor.UNKNOWN
        meaning = Meaning(place, kind, shown(field.text), field.rule, why)
        return (Seen(meaning, text, symbology, refused=str(error)),)
    meaning = Meaning(place, field.marked or TakenFor.SERIAL, serial, field.rule, field.why)
    return (Seen(meaning, text, symbology, Rank.EXPLICIT, exact=True),)


def _from_template(place: int, symbology: str, text: str, found: Template, why: str = "") -> tuple[Seen, ...]:
    rule = found.rule
    try:
        serial = Serial.from_scan(found.serial).text
    except BadIdentifier as error:
        because = wording.marked_and_refused(wording.fits_template(rule.maker, rule.name), str(error))
        meaning = Meaning(place, TakenFor.UNKNOWN, shown(text), rule.id, because, rule.maker)
        return (Seen(meaning, text, symbology, refused=str(error)),)
    said = " ".join(part for part in (why, wording.fits_template(rule.maker, rule.name)) if part)
    meaning = Meaning(place, TakenFor.SERIAL, serial, rule.id, said, rule.maker)
    seen = [Seen(meaning, text, symbology, Rank.EXPLICIT, exact=True, companion=rule.companion)]
    for kind, value in ((TakenFor.PART_NUMBER, found.part), (TakenFor.MODEL, found.model)):
        if value:
            seen.append(_fixed(place, value, kind, value, rule.id, wording.within_template(rule.name), rule.maker))
    return tuple(seen)


def _candidate(place: int, symbology: str, field: Field, text: str, fit: Fit) -> Seen:
    """A field that nothing marks: what `Serial` takes could be the serial number, and nothing else could."""
    try:
        serial = Serial.from_scan(field.text).text
    except BadIdentifier as error:
        meaning = Meaning(place, TakenFor.UNKNOWN, shown(field.text), "", wording.as_sentence(str(error)))
        return Seen(meaning, text, symbology, refused=str(error))
    if fit.form is None:
        meaning = Meaning(place, TakenFor.SERIAL, serial, GENERAL_RULE, wording.GENERAL_FORM)
        return Seen(meaning, text, symbology, Rank.GENERAL, whole=field.whole, bare=_bare(field, text, fit))
    first = fit.serials[0]
    loose = fit.form is Form.LOOSE
    maker = fit.makers[0] if len(fit.makers) == 1 else ""
    rule_id = GENERAL_RULE if loose else first.id
    why = wording.GENERAL_FORM if loose and not maker else wording.fits_serial(fit.makers, first.name)
    if loose and text.isdecimal() and 10 <= len(text) <= 12:
        why += wording.NUMBER_ALONE
        if len(text) == _UPC and gtin_fits(text):
            why += form_wording.NO_UPC
    companion = next((rule.companion for rule in fit.serials if rule.form is fit.form and rule.companion), "")
    meaning = Meaning(place, TakenFor.SERIAL, serial, rule_id, why, maker)
    return Seen(
        meaning,
        text,
        symbology,
        _RANKS[fit.form],
        exact=not loose,
        whole=field.whole,
        companion=companion,
        bare=_bare(field, text, fit),
    )


def _bare(field: Field, text: str, fit: Fit) -> str:
    """The data identifier that other codes may prove: as with 1P, seven or eight characters of a maker's stay."""
    if not field.whole or fit.own or (fit.exact and len(text) < _LONG_PART):
        return ""
    return bare_identifier(text)


def _fixed(place: int, text: str, kind: TakenFor, value: str, rule: str, why: str, maker: str = "") -> Seen:
    return Seen(Meaning(place, kind, shown(value), rule, why, maker), text)


def _shape(text: str, symbology: str) -> tuple[TakenFor, str, str, str] | None:
    """What a text is by its form alone, with its value, the rule's name and why. See `settling` for twelve digits."""
    if mac := mac_of(text):
        return TakenFor.MAC, mac, "form of a MAC address", form_wording.MAC_FORM
    if is_bare_mac(text) and not text.isdecimal():
        digits = ":".join(text[at : at + 2] for at in range(0, 12, 2))
        return TakenFor.MAC, digits, "form of a MAC address", form_wording.BARE_MAC
    if is_uuid(text):
        return TakenFor.OTHER, text, "form of a UUID", form_wording.UUID_FORM
    if text.isdecimal() and (number := _article_or_carton(text, symbology)) is not None:
        return number
    gtin, more = gs1_without_identifier(text)
    if gtin:
        return TakenFor.GTIN, gtin, "form of GS1", form_wording.GS1_FORM if more else form_wording.GTIN_FORM
    if is_imei(text):
        return TakenFor.OTHER, text, "form of an IMEI", form_wording.IMEI_FORM
    return None


def _article_or_carton(text: str, symbology: str) -> tuple[TakenFor, str, str, str] | None:
    """A number of GS1's by its length and its right check digit, which a tenth of all numbers have by chance.

    No maker's serial numbers are 8, 13, 14 or 18 digits. Microsoft's are twelve, as a UPC is: where the scanner says
    that the bars are none of a shop's, it is no UPC; where it says nothing, a tenth of Microsoft's are refused, since a
    UPC that is taken would name every laptop of its kind.
    """
    if len(text) == 20 and text.startswith("00") and gtin_fits(text[2:]):
        return TakenFor.SSCC, text[2:], "form of an SSCC", form_wording.SSCC_FORM
    if not gtin_fits(text):
        return None
    match len(text):
        case 8 | 13:
            return TakenFor.GTIN, text, "form of an EAN", form_wording.EAN_FORM
        case 12 if not symbology:
            return TakenFor.GTIN, text, "form of a UPC", form_wording.UPC_FORM
        case 14:
            return TakenFor.GTIN, text, "form of a GTIN", form_wording.GTIN_FORM
        case 18:
            return TakenFor.SSCC, text, "form of an SSCC", form_wording.SSCC_FORM
    return None
