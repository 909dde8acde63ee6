"""What one field of one code is, looked at alone: no serial number, or what could be one and how surely.

What the other codes of the label add to it is for `settling`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from msgspec import Struct

from hardware.scanners.grammar import wording
from hardware.scanners.grammar.maker_rules import Fit, Form, RuleBook, Template
from hardware.scanners.grammar.meaning import Meaning, TakenFor
from hardware.scanners.grammar.shapes import (
    gs1_without_identifier,
    gtin_fits,
    is_bare_mac,
    is_imei,
    is_uuid,
    key_end,
    mac_of,
    shown,
)
from hardware.scanners.grammar.structure import Field
from hardware.scanners.grammar.symbologies import is_interleaved, is_retail
from specs.identifiers import BadIdentifier, Serial

__all__ = ["PART_IDENTIFIER", "Rank", "Seen", "see"]


PART_IDENTIFIER: Final = "data identifier 1P"
_CARTON_GTIN: Final = 14
"""Digits of an ITF-14, the article's number on a carton."""
_SHORT_PART: Final = 6
_LONG_PART: Final = 9
"""A code that begins with 1P is a part number. One of 7 or 8 characters is Dell's or Lenovo's serial as well, and stays
one; longer than those, no maker is known whose serials begin so."""


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
    it is all of its code and nothing in the code marks it; `companion` names the number that would prove it. `refused`
    is why it can be no serial number, where that is all that is known.
    """

    meaning: Meaning
    text: str
    symbology: str = ""
    rank: Rank = Rank.NONE
    exact: bool = False
    whole: bool = False
    companion: str = ""
    refused: str = ""


def see(place: int, symbology: str, field: Field, rules: RuleBook) -> tuple[Seen, ...]:
    """What a field of the code in this place is. Several, where a template holds a part number beside the serial."""
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
    own = bool(fit.serials) and fit.serials[0].own
    if text.startswith("1P") and (len(text) >= _LONG_PART or not fit.exact) and len(text) >= _SHORT_PART and not own:
        why = wording.by_data_identifier("1P")
        return (_fixed(place, text, TakenFor.PART_NUMBER, text[2:], PART_IDENTIFIER, why),)
    if not fit.exact and (shape := _shape(text)) is not None:
        kind, value, rule_name, why = shape
        return (_fixed(place, text, kind, value, rule_name, why),)
    return (_candidate(place, symbology, field, text, fit),)


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
        meaning = Meaning(place, TakenFor.SERIAL, serial, "general", wording.GENERAL_FORM)
        return Seen(meaning, text, symbology, Rank.GENERAL, whole=field.whole)
    first = fit.serials[0]
    loose = fit.form is Form.LOOSE
    maker = fit.makers[0] if len(fit.makers) == 1 else ""
    rule_id = "general" if loose and not maker else first.id
    why = wording.GENERAL_FORM if loose and not maker else wording.fits_serial(fit.makers, first.name)
    if loose and text.isdecimal() and 10 <= len(text) <= 12:
        why += wording.NUMBER_ALONE
    companion = next((rule.companion for rule in fit.serials if rule.form is fit.form and rule.companion), "")
    meaning = Meaning(place, TakenFor.SERIAL, serial, rule_id, why, maker)
    return Seen(meaning, text, symbology, _RANKS[fit.form], exact=not loose, whole=field.whole, companion=companion)


def _fixed(place: int, text: str, kind: TakenFor, value: str, rule: str, why: str, maker: str = "") -> Seen:
    return Seen(Meaning(place, kind, shown(value), rule, why, maker), text)


def _shape(text: str) -> tuple[TakenFor, str, str, str] | None:
    """What a text is by its form alone, with its value, the rule's name and why. See `settling` for twelve digits."""
    if mac := mac_of(text):
        return TakenFor.MAC, mac, "form of a MAC address", wording.MAC_FORM
    if is_bare_mac(text) and not text.isdecimal():
        digits = ":".join(text[at : at + 2] for at in range(0, 12, 2))
        return TakenFor.MAC, digits, "form of a MAC address", wording.BARE_MAC
    if is_uuid(text):
        return TakenFor.OTHER, text, "form of a UUID", wording.UUID_FORM
    if len(text) == 13 and gtin_fits(text):
        return TakenFor.GTIN, text, "form of an EAN", wording.EAN_FORM
    if len(text) == 20 and text.startswith("00") and gtin_fits(text[2:]) and text.isdecimal():
        return TakenFor.SSCC, text[2:], "form of an SSCC", wording.SSCC_FORM
    if gtin := gs1_without_identifier(text):
        return TakenFor.GTIN, gtin, "form of GS1", wording.GS1_FORM
    if is_imei(text):
        return TakenFor.OTHER, text, "form of an IMEI", wording.IMEI_FORM
    return None
