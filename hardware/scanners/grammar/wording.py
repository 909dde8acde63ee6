"""The grammar's catalogue: every sentence that it says of codes; of a makers' file see `maker_wording`, of forms
`form_wording`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from hardware.scanners.grammar.form_wording import GS1_FORM, UPC_FORM
from hardware.scanners.grammar.meaning import Meaning, TakenFor
from specs.text import clean

__all__ = [
    "BROKEN_GS1",
    "BY_DIGITAL_LINK",
    "CUT_SHORT",
    "EMPTY_ENVELOPE",
    "GENERAL_FORM",
    "IS_ADDRESS",
    "MAC_BESIDE",
    "MAY_BE_CUT",
    "NO_CODES",
    "NO_END",
    "NO_FORMAT",
    "NO_HEADER",
    "NO_IDENTIFIER",
    "NO_RECORD_MARK",
    "NO_SEPARATORS",
    "NUMBER_ALONE",
    "OTHER_PAYLOAD",
    "OUR_COMMAND",
    "OUR_LABEL",
    "OUR_LABEL_DAMAGED",
    "OUTRANKED",
    "PRODUCT_KEY",
    "RETAIL",
    "SCAN_SN",
    "STRAY_SIGN",
    "S_BY_TWIN",
    "S_STAYS",
    "WRONG_CHECK_DIGIT",
    "agreeing",
    "as_sentence",
    "by_address",
    "by_application_identifier",
    "by_data_identifier",
    "by_mark",
    "chosen_line",
    "code_line",
    "fits_instead",
    "fits_serial",
    "fits_template",
    "instead",
    "is_companion",
    "marked_and_refused",
    "meaning_line",
    "none_of",
    "proven_by",
    "refused",
    "s_by_part",
    "several",
    "snid_of_another",
    "too_many_codes",
    "too_many_fields",
    "within_template",
]

SCAN_SN: Final = "Scan the code marked S/N."
NO_CODES: Final = f"No code was read. {SCAN_SN}"
GENERAL_FORM: Final = "It has the form that serial numbers have, and no maker's rule says more."
OUR_LABEL: Final = "It is a label of our own, and names the laptop."
OUR_LABEL_DAMAGED: Final = "It begins as a label of ours does, and goes on as none."
OUR_COMMAND: Final = "It begins with IS1:, which is our own, and is no label of ours: never a serial number."
PRODUCT_KEY: Final = "It is a Windows product key: a secret, of which only the last five letters are shown."
OTHER_PAYLOAD: Final = "It is for something else: a contact, a network, a message or data for a program."
RETAIL: Final = "The symbology is that of EAN, UPC or ITF-14: it names the article, not this laptop."
BROKEN_GS1: Final = "The scanner says that it is GS1, but it cannot be taken apart."
WRONG_CHECK_DIGIT: Final = " Its check digit is wrong."
IS_ADDRESS: Final = "It is a web address."
BY_DIGITAL_LINK: Final = "The web address is a GS1 link and names it."
MAC_BESIDE: Final = "Twelve hexadecimal digits beside a code that is more surely the serial number are a MAC address."
MAY_BE_CUT: Final = " It is the last field, and may be cut short."
CUT_SHORT: Final = (
    "The code lacks its end, so that the serial number in it may be cut short. Scan it again; if that does not help,"
    " set the scanner so that it sends control characters."
)
NUMBER_ALONE: Final = " Mind that Dell's express service code and Acer's SNID are numbers of this length too."
S_BY_TWIN: Final = "The leading S is an identifier: another code on the label holds the same text without it."
S_STAYS: Final = " Its leading S stays: nothing on the label proves that it is an identifier."
OUTRANKED: Final = " Another code is more surely the serial number."
NO_IDENTIFIER: Final = "It stands in an ANSI envelope without a data identifier."
EMPTY_ENVELOPE: Final = "It is an ANSI envelope that cannot be taken apart."
STRAY_SIGN: Final = "The envelope has a > too many."
NO_RECORD_MARK: Final = "The envelope lacks the mark behind its beginning."
NO_HEADER: Final = "The envelope lacks its beginning."
NO_END: Final = "The envelope lacks its end."
NO_FORMAT: Final = "The envelope does not say its format; its fields read as ANSI."
NO_SEPARATORS: Final = "The marks between its fields are missing: set the scanner so that it sends control characters."

_DATA_IDENTIFIERS: Final[Mapping[str, str]] = {
    "S": "a serial number",
    "P": "the customer's part number",
    "1P": "the supplier's part number",
    "Q": "a quantity",
    "K": "a purchase order",
    "1K": "the supplier's order",
    "4L": "the country of origin",
    "1T": "a lot",
    "1S": "the supplier's serial number",
    "9D": "a date",
    "10D": "a date",
    "16D": "a date",
    "2P": "a revision",
    "3S": "a package",
    "30P": "something else with every maker",
}

_THAT_IS: Final[Mapping[TakenFor, str]] = {
    TakenFor.PART_NUMBER: "a part number",
    TakenFor.MODEL: "the model",
    TakenFor.MAC: "the MAC address",
    TakenFor.GTIN: "the article's number (GTIN, EAN or UPC)",
    TakenFor.SSCC: "the number of a carton or a pallet (SSCC)",
    TakenFor.SNID: "the SNID, Acer's short number",
    TakenFor.ASSET_TAG: "an asset tag",
    TakenFor.PRODUCT_KEY: "the Windows product key",
    TakenFor.LOT: "a lot number",
    TakenFor.QUANTITY: "a quantity",
    TakenFor.ORDER: "an order number",
    TakenFor.DATE: "a date",
    TakenFor.URL: "a web address without a serial number",
    TakenFor.OUR_LABEL: "a label of our own that is damaged",
    TakenFor.COMMAND: "a command for the bench",
    TakenFor.OTHER: "something else",
    TakenFor.UNKNOWN: "a code that no rule knows",
}

_CONFUSED: Final = str.maketrans("OI", "01")


def as_sentence(text: str) -> str:
    """`text` with a full stop."""
    return text if text.endswith(".") else f"{text}."


def refused(reason: str) -> str:
    """A lone code that can be no serial number."""
    return f"{as_sentence(reason)} {SCAN_SN}"


def instead(kind: TakenFor, why: str) -> str:
    """A lone code that is something else."""
    if kind is TakenFor.COMMAND:
        return "That is a command for the bench, not a serial number."
    if kind is TakenFor.OTHER or why in (GS1_FORM, UPC_FORM):
        return f"That is no serial number. {why} {SCAN_SN}"
    return f"That is {_THAT_IS.get(kind, 'something else')}. {SCAN_SN}"


def none_of(kinds: Sequence[TakenFor]) -> str:
    """Several codes or fields, and no serial number among them."""
    named = ", ".join(_THAT_IS[kind] for kind in kinds if kind in _THAT_IS)
    return f"No serial number is among these: {named}. {SCAN_SN}"


def several(values: Sequence[str]) -> str:
    """Different serial numbers that are equally sure."""
    named = " and ".join(clean(value, 40) for value in values[:2])
    more = f" (and {len(values) - 2} more)" if len(values) > 2 else ""
    alike = ""
    if len({value.translate(_CONFUSED) for value in values}) == 1:
        alike = " They differ only in O and 0 or I and 1: one may be misread."
    return f"More than one code could be the serial number: {named}{more}.{alike} Scan only the code marked S/N."


def snid_of_another(serial: str, snid: str) -> str:
    """An Acer SNID that does not belong to the serial number."""
    return (
        f"The SNID {clean(snid, 20)} does not belong to the serial number {serial}: one of them is of another laptop,"
        " or misread. Scan only the code marked S/N."
    )


def too_many_codes(count: int) -> str:
    """More codes than a label has."""
    return f"{count} codes were read at once; no label has so many. Show one label, or scan only the code marked S/N."


def by_application_identifier(ai: str, description: str) -> str:
    """Why a GS1 element string is what it is."""
    return f"GS1 identifier ({ai}): {clean(description, 60)}."


def by_data_identifier(identifier: str) -> str:
    """Why a field with an ANSI data identifier is what it is."""
    meaning = _DATA_IDENTIFIERS.get(identifier, "nothing that matters here")
    return f"The data identifier {identifier} marks {meaning}."


def by_mark(mark: str) -> str:
    """Why a field with a word before it is what it is."""
    return f"It is marked {clean(mark, 24)}."


def by_address(key: str) -> str:
    """Why a part of a web address is the serial number."""
    return f"The web address names it: {key}=."


def fits_instead(maker: str, name: str) -> str:
    """A text that fits a rule of what is no serial number."""
    return f"It fits {f'{maker}’s' if maker else 'the'} rule “{name}”."


def fits_template(maker: str, name: str) -> str:
    """A text that a maker's template takes apart."""
    return f"It fits {maker}’s “{name}”, which says where the serial number stands."


def within_template(name: str) -> str:
    """What stands beside the serial number in a template."""
    return f"It stands in the same code (“{name}”)."


def fits_serial(makers: Sequence[str], name: str) -> str:
    """A text that fits rules of serial numbers."""
    if len(makers) == 1:
        return f"It fits {makers[0]}’s rule “{name}”."
    return f"It fits the rules of {', '.join(makers[:-1])} and {makers[-1]}."


def s_by_part(makers: Sequence[str]) -> str:
    """A leading S that a part number beside it and a maker's rule prove."""
    return (
        "The leading S is an identifier: a code marked 1P stands beside it, and only without the S it fits the rule of"
        f" {' or '.join(makers)}."
    )


def marked_and_refused(why: str, reason: str) -> str:
    """A field that is marked as the serial number and can be none."""
    return f"{why} But: {as_sentence(reason)}"


def proven_by(companion: str) -> str:
    """A companion number that belongs to the serial."""
    return f" Its {companion} on the label belongs to it."


def is_companion(companion: str, serial: str) -> str:
    """Why a number is a companion."""
    return f"It is the {companion} of {serial}."


def agreeing(codes: int) -> str:
    """How many codes say the same."""
    return f" {codes} codes agree."


def too_many_fields(most: int) -> str:
    """An envelope with more fields than are looked at."""
    return f"It has more than {most} fields."


def code_line(number: int, symbology: str, identifier: str, text: str) -> str:
    """One code, in an explanation."""
    told = f"{symbology}, {clean(identifier, 8)}" if identifier else f"symbology {symbology}"
    return f"Code {number} ({told}): {text}"


def meaning_line(meaning: Meaning, *, chosen: bool) -> str:
    """What a field was taken for, in an explanation."""
    maker = f", {clean(meaning.maker, 40)}" if meaning.maker else ""
    mark = "→" if chosen else "·"
    return f"  {mark} {meaning.taken_for.value}: {meaning.value}{maker}. {meaning.why}"


def chosen_line(serial: str, code: int, why: str) -> str:
    """Which code gave the serial number, and why."""
    return f"The serial number is {serial}, from code {code}. {why}"
