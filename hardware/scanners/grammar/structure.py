"""One code taken apart into its fields, by what stands in it: identifiers, separators, an address, our own namespace.

A field that an identifier marks says what it is; the others are classified one by one (`classifying`). No maker's rule
is known here, and nothing is ever stripped but what the code itself declares.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from biip import ParseError
from biip.gs1_messages import GS1Message
from msgspec import Struct

from hardware.scanners.grammar import wording
from hardware.scanners.grammar.envelope import Envelope, read_envelope
from hardware.scanners.grammar.meaning import TakenFor
from hardware.scanners.grammar.shapes import gtin_fits, mac_of
from hardware.scanners.grammar.symbologies import is_gs1
from hardware.scanners.scanner import LONGEST_CODE

__all__ = ["DATA_IDENTIFIERS", "LENOVOS_IDENTIFIER", "MOST_FIELDS", "Field", "bare_identifier", "fields_of"]

MOST_FIELDS: Final = 32
"""Fields of one code. A code with more is not taken apart."""


class Field(Struct, frozen=True):
    """One field: its text, and where an identifier marks it, what it is by that identifier's rule.

    `whole` tells that the field is all that the code holds.
    """

    text: str
    marked: TakenFor | None = None
    rule: str = ""
    why: str = ""
    whole: bool = False


DATA_IDENTIFIERS: Final[Mapping[str, TakenFor]] = {
    "S": TakenFor.SERIAL,
    "P": TakenFor.PART_NUMBER,
    "1P": TakenFor.PART_NUMBER,
    "Q": TakenFor.QUANTITY,
    "K": TakenFor.ORDER,
    "1K": TakenFor.ORDER,
    "1T": TakenFor.LOT,
    "9D": TakenFor.DATE,
    "10D": TakenFor.DATE,
    "16D": TakenFor.DATE,
    # Revision, country, licence plate, package and 30P, of which every maker thinks otherwise: OTHER, as all the rest.
}
"""department.md section 5.4."""

LENOVOS_IDENTIFIER: Final = "data identifier 1S"
"""The rule of a field that 1S marks in an envelope: its text begins with 1S, as Lenovo's form does."""
_BARE: Final = re.compile(r"(1K|1T|2P|3S|4L|9D|10D|16D|30P).+|(K)[0-9]{5,}|(Q)[0-9]{1,6}")
"""Texts that a data identifier without an envelope may begin. 1P and S have rules of their own; P with anything, or K
with a letter, is as likely a serial number."""

_AIS: Final[Mapping[str, TakenFor]] = {
    "00": TakenFor.SSCC,
    "01": TakenFor.GTIN,
    "02": TakenFor.GTIN,
    "10": TakenFor.LOT,
    "11": TakenFor.DATE,
    "13": TakenFor.DATE,
    "15": TakenFor.DATE,
    "17": TakenFor.DATE,
    "21": TakenFor.SERIAL,
    "30": TakenFor.QUANTITY,
    "37": TakenFor.QUANTITY,
    "240": TakenFor.PART_NUMBER,
    "241": TakenFor.PART_NUMBER,
    "400": TakenFor.ORDER,
    "8004": TakenFor.ASSET_TAG,
}
"""department.md section 6.1. 250, a secondary serial number, is of something within: OTHER."""

_MARKS: Final[Mapping[str, TakenFor]] = {
    mark: kind
    for kind, marks in {
        TakenFor.SERIAL: "SN SERIAL SERIALNO SERIALNUMBER SERIALNR SERNO SERVICETAG",
        TakenFor.PART_NUMBER: "PN PART PARTNO PARTNUMBER MPN PRODNO PRODID SKU MTM",
        TakenFor.MODEL: "MODEL MODELNO TYPE",
        TakenFor.MAC: "MAC MACADDRESS WLANMAC LANMAC WIFIMAC",
        TakenFor.SNID: "SNID",
        TakenFor.GTIN: "EAN UPC GTIN",
        TakenFor.ASSET_TAG: "ASSET ASSETTAG ASSETNO",
        TakenFor.QUANTITY: "QTY QUANTITY",
        TakenFor.LOT: "LOT BATCH",
        TakenFor.ORDER: "PO ORDER ORDERNO",
        TakenFor.DATE: "DATE MFD MFG DOM",
        TakenFor.OTHER: "IMEI MEID UUID REV REVISION",
    }.items()
    for mark in marks.split()
}
"""What makers write before a field: "SN:", "S/N:", "P/N=". Blanks and punctuation in it do not count."""

_OURS: Final = re.compile(
    r"IS1:LABEL:(?P<serial>[0-9A-Z./_-]{4,32}):[A-Z][A-Z-]{0,31}:[^:\s]{1,128}:[0-9A-F-]{8,36}", re.ASCII
)
_OTHER_PAYLOAD: Final = re.compile(
    r"BEGIN:[A-Z]|MECARD:|WIFI:|MAILTO:|TEL:|SMS:|SMSTO:|GEO:|MATMSG:|BITCOIN:|OTPAUTH:|\{|<", re.ASCII
)
_ADDRESS: Final = re.compile(r"https?://[^?#]*(?:\?(?P<query>[^#]*))?(?:#.*)?", re.DOTALL | re.IGNORECASE)
_DIGITAL_LINK: Final = re.compile(r"/01/([0-9]{14})/21/([0-9A-Za-z._-]{1,20})(?=[/?#]|$)")
_SERIAL_KEYS: Final = frozenset({"SN", "SERIAL", "SERIALNUMBER", "SERIALNO"})
"""But not s, which is what a search asks for on many sites."""
_BLANKS: Final = " \t\r\n"
"""What may stand around a text: what `Serial.from_scan` strips, and no control character more."""
_MARK: Final = re.compile(r"([A-Za-z][A-Za-z0-9 ./_-]{0,20}?) *[:=] *(.*)", re.DOTALL)
_SEPARATORS: Final = re.compile(r"[;,|\t\r\n]")


def fields_of(text: str, symbology: str) -> tuple[Field, ...]:
    """The fields of one code, in their order; at least one. Never raises."""
    text = text[:LONGEST_CODE].strip(_BLANKS)
    upper = text.upper()
    if upper.startswith("IS1:"):
        return (_ours(upper),)
    if is_gs1(symbology):
        return _element_strings(text)
    if (envelope := read_envelope(text)) is not None:
        return _envelope(envelope, text)
    if (address := _ADDRESS.fullmatch(text)) is not None:
        return _address(text, address["query"] or "")
    if _OTHER_PAYLOAD.match(upper) is not None:
        return (Field(text, TakenFor.OTHER, "payload", wording.OTHER_PAYLOAD, True),)
    parts = [part for part in _SEPARATORS.split(text, MOST_FIELDS) if part.strip(_BLANKS)]
    if len(parts) == 1:
        return (_field(parts[0], whole=True),)
    if 1 < len(parts) <= MOST_FIELDS:
        return tuple(_field(part, whole=False) for part in parts)
    return (Field(text, whole=True),)


def bare_identifier(text: str) -> str:
    """The data identifier that `text` (upper case) may begin with, where the label shows no envelope; else empty."""
    found = _BARE.fullmatch(text)
    return (found[1] or found[2] or found[3]) if found is not None else ""


def _ours(upper: str) -> Field:
    if (found := _OURS.fullmatch(upper)) is not None:
        return Field(found["serial"], TakenFor.OUR_LABEL, "our label", wording.OUR_LABEL)
    if upper.startswith("IS1:LABEL:"):
        return Field(upper, TakenFor.OTHER, "our label", wording.OUR_LABEL_DAMAGED, True)
    return Field(upper, TakenFor.COMMAND, "our namespace", wording.OUR_COMMAND, True)


def _element_strings(text: str) -> tuple[Field, ...]:
    """GS1 element strings. Only of what a scanner says is GS1: `biip` sees them everywhere (barcodes.md section 6)."""
    try:
        found = GS1Message.parse(text.strip("\x1d")).element_strings
    except (ParseError, ValueError):
        found = None
    if not found or len(found) > MOST_FIELDS:
        return (Field(text, TakenFor.OTHER, "gs1", wording.BROKEN_GS1, True),)
    fields = []
    for element in found:
        ai = element.ai.ai
        kind = _AIS.get(ai, TakenFor.OTHER)
        wrong = kind in (TakenFor.GTIN, TakenFor.SSCC) and not gtin_fits(element.value)
        why = wording.by_application_identifier(ai, element.ai.description) + (
            wording.WRONG_CHECK_DIGIT if wrong else ""
        )
        fields.append(Field(element.value, kind, f"gs1 AI {ai}", why))
    return tuple(fields)


def _envelope(envelope: Envelope, text: str) -> tuple[Field, ...]:
    defects = "".join(f" {defect}" for defect in envelope.defects)
    fields = []
    for item in envelope.items:
        rule = f"data identifier {item.identifier}".strip()
        kind = None if rule == LENOVOS_IDENTIFIER else DATA_IDENTIFIERS.get(item.identifier, TakenFor.OTHER)
        value = item.text.strip(_BLANKS) if kind is not None else f"1S{item.text.strip(_BLANKS)}"
        why = wording.by_data_identifier(item.identifier) if item.identifier else wording.NO_IDENTIFIER
        fields.append(Field(value, kind, rule, why + defects))
    for record in envelope.gs1:
        fields += _element_strings(record)
    if fields and not envelope.ended and fields[-1].marked in (TakenFor.SERIAL, None):
        # What the scanner lost of it may have been more than the end.
        fields[-1] = Field(fields[-1].text, TakenFor.OTHER, fields[-1].rule, fields[-1].why + wording.MAY_BE_CUT)
    return tuple(fields) or (Field(text, TakenFor.OTHER, "envelope", wording.EMPTY_ENVELOPE + defects, True),)


def _address(text: str, query: str) -> tuple[Field, ...]:
    """A web address, and the serial number that its query or its path names, but for one written with escapes."""
    fields = [Field(text, TakenFor.URL, "web address", wording.IS_ADDRESS, True)]
    for part in query.split("&")[:MOST_FIELDS]:
        key, _, value = part.partition("=")
        if (
            key.upper().replace("_", "").replace("-", "") in _SERIAL_KEYS
            and value
            and "%" not in value
            and "+" not in value
        ):
            fields.append(Field(value, TakenFor.SERIAL, f"url {key.lower()}", wording.by_address(key.lower())))
    if (link := _DIGITAL_LINK.search(text.partition("?")[0])) is not None and gtin_fits(link[1]):
        fields.append(Field(link[1], TakenFor.GTIN, "gs1 digital link", wording.BY_DIGITAL_LINK))
        fields.append(Field(link[2], TakenFor.SERIAL, "gs1 digital link", wording.BY_DIGITAL_LINK))
    return tuple(fields)


def _field(text: str, *, whole: bool) -> Field:
    """A field as it stands, or marked by what is written before it. Never mistakes a MAC address' colons for a mark."""
    text = text.strip(_BLANKS)
    found = _MARK.fullmatch(text) if ":" in text or "=" in text else None
    if found is None or not found[2] or mac_of(text.upper()):
        return Field(text, whole=whole)
    mark = re.sub(r"[ ./_-]", "", found[1]).upper()
    kind = _MARKS.get(mark)
    if kind is None:
        return Field(text, whole=whole)
    return Field(found[2], kind, f"label {mark}", wording.by_mark(found[1].strip()))
