"""What is said of a text's form: numbers of GS1's, addresses, and check characters."""

from __future__ import annotations

from typing import Final

__all__ = [
    "BARE_MAC",
    "CHECK_CHARACTER",
    "CHECK_CHARACTER_DROPPED",
    "CHECK_CHARACTER_SOMEWHERE",
    "EAN_FORM",
    "GS1_FORM",
    "GTIN_FORM",
    "IMEI_FORM",
    "MAC_FORM",
    "NO_1S_FORM",
    "NO_UPC",
    "SSCC_FORM",
    "UPC_FORM",
    "UUID_FORM",
    "WRONG_CHECK_CHARACTER",
]

MAC_FORM: Final = "Six pairs of hexadecimal digits are a MAC address."
BARE_MAC: Final = "Twelve hexadecimal digits, letters among them, are a MAC address; they fit no maker's rule."
UUID_FORM: Final = "It has the form of a UUID, the number by which programs tell machines apart."
EAN_FORM: Final = "8 or 13 digits with the right check digit are an EAN: it names the article, not this laptop."
UPC_FORM: Final = (
    "Twelve digits with the right check digit are a UPC, which names the article, or by chance a serial number; the"
    " scanner did not say which bars it read. If it is the code marked S/N, type SN: and the number, or switch on the"
    " scanner's AIM identifiers."
)
NO_UPC: Final = " A UPC has this form too, but stands in bars of its own, and the scanner read others."
GTIN_FORM: Final = "14 digits with the right check digit are a GTIN: it names the article, not this laptop."
SSCC_FORM: Final = "18 digits with the right check digit, 00 before them or not, number a carton or a pallet."
GS1_FORM: Final = (
    "It has the form of GS1 (01, an article's number with the right check digit, and more), but the scanner did not say"
    " that it is GS1, so that nobody knows where a serial number in it ends. Switch on the scanner's AIM identifiers."
)
IMEI_FORM: Final = "Fifteen digits with the right check digit are an IMEI, the number of the mobile modem."
NO_1S_FORM: Final = "It begins as a Lenovo code does, and is not the 1S form of a laptop: a part's, or cut short."
CHECK_CHARACTER: Final = (
    "The scanner says that its last character only checks the others, and no maker's rule tells whether it belongs to"
    " the serial number. Set the scanner so that it does not send check characters."
)
CHECK_CHARACTER_DROPPED: Final = " Its last character only checked the others, and was right: it was left out."
CHECK_CHARACTER_SOMEWHERE: Final = (
    "The scanner says that the last character of its code only checks the others. Set the scanner so that it does not"
    " send check characters."
)
WRONG_CHECK_CHARACTER: Final = "The scanner says that its last character checks the others, and it is wrong: misread."
