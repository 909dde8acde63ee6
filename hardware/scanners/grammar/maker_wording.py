"""What is said of a makers' file. Each is the problem or the remedy of a `Fault`, without a full stop."""

from __future__ import annotations

from typing import Final

__all__ = [
    "BREAK_LINE",
    "CORRECT_LINE",
    "DROPPED_ANYWAY",
    "DROP_REMEDY",
    "FEWER_RULES",
    "GROUPS_REMEDY",
    "ID_REMEDY",
    "KEEP_ONE",
    "MISFIT_REMEDY",
    "MISSING",
    "NAME_A_FILE",
    "NAME_REMEDY",
    "NOTHING_SHIPPED",
    "NOTHING_SHIPPED_REMEDY",
    "NOT_UTF8",
    "NO_FIELD",
    "NO_FLAG",
    "NO_ID",
    "NO_LIST",
    "NO_NAME",
    "NO_RULE_NAME",
    "NO_SOURCE",
    "NO_TABLE",
    "NO_WORD",
    "OPTIONAL_SERIAL",
    "OPTIONAL_SERIAL_REMEDY",
    "OVERRIDE_REMEDY",
    "PATTERN_REMEDY",
    "RULE_NAME_REMEDY",
    "SAVE_UTF8",
    "SHIPPED_ALREADY",
    "SOURCE_REMEDY",
    "TOO_DEEP",
    "TOO_LARGE",
    "TOO_MANY_DOTS",
    "UNUSABLE",
    "WRITE_FLAT",
    "flag_remedy",
    "list_remedy",
    "misfit",
    "no_serial_in",
    "no_symbology",
    "not_toml",
    "table_remedy",
    "too_many_rules",
    "written_twice",
    "wrong_group",
    "wrong_groups",
]

UNUSABLE: Final = "the makers' file cannot be used"
TOO_LARGE: Final = "is too large for a makers' file"
NAME_A_FILE: Final = "name a makers' file"
NOT_UTF8: Final = "is not UTF-8 text"
SAVE_UTF8: Final = "save it as UTF-8"
TOO_DEEP: Final = "is nested too deeply"
WRITE_FLAT: Final = "write it flat"
TOO_MANY_DOTS: Final = "has too many dots in a line"
BREAK_LINE: Final = "break that line up"
KEEP_ONE: Final = "keep one of the two, and remove the other"
CORRECT_LINE: Final = "correct that line"
FEWER_RULES: Final = "put what is alike into one rule"
NO_FIELD: Final = "is not a field that stands here"
NO_TABLE: Final = "is not a table"
NO_ID: Final = "is not a maker's id"
ID_REMEDY: Final = 'use small letters, digits and dashes, and not "any"'
NO_NAME: Final = "is missing, blank or longer than 40 letters"
NAME_REMEDY: Final = 'write what people call the maker, as in name = "GeoBook"'
NO_RULE_NAME: Final = "is not a rule's name"
RULE_NAME_REMEDY: Final = "use up to 60 letters, blanks not at its ends"
NO_FLAG: Final = "is not true or false"
DROPPED_ANYWAY: Final = "stands beside drop = true, which leaves the rule out"
DROP_REMEDY: Final = "keep only drop, source and standing, or remove drop"
NOTHING_SHIPPED: Final = "replaces no rule that ships"
NOTHING_SHIPPED_REMEDY: Final = "remove it, or correct the rule's name"
SHIPPED_ALREADY: Final = "belongs to a rule that ships under the same name"
OVERRIDE_REMEDY: Final = "write override = true to replace it, or give the rule another name"
NO_SOURCE: Final = "is missing, blank or too long"
SOURCE_REMEDY: Final = "write where the rule is from: a document, or the labels that were looked at"
MISSING: Final = "is missing"
NO_WORD: Final = "is not a word that stands here"
PATTERN_REMEDY: Final = 'write a plain pattern that ends soon on any text, as in pattern = "[0-9A-Z]{10}"'
GROUPS_REMEDY: Final = (
    "name the group serial in a template, once, and nowhere else; a template may also name part and model"
)
OPTIONAL_SERIAL: Final = "fits texts without the group serial, or repeats it"
OPTIONAL_SERIAL_REMEDY: Final = (
    "put the group serial in no other group and no alternative, with no ? * + or { behind it, or write two rules"
)
NO_LIST: Final = "is not a list of texts, or is too long"
MISFIT_REMEDY: Final = "correct the pattern or the example: a pattern must fit the whole text in upper case"


def table_remedy(key: str) -> str:
    """How the tables of a makers' file are written."""
    return (
        'write it as [maker.geo], with its rules under [maker.geo.serial."name"]'
        if key == "maker"
        else f'write each rule under [….{key}."its name"]'
    )


def flag_remedy(flag: str) -> str:
    """How a flag is written."""
    return f"write {flag} = true, or leave it out"


def list_remedy(key: str) -> str:
    """How a list is written."""
    return f'write it as in {key} = ["…"]'


def too_many_rules(most: int) -> str:
    """More rules than a file may have."""
    return f"has more than {most} rules"


def wrong_group(name: str) -> str:
    """A group that no rule may name, or names twice."""
    return f"names the group {name}, which it may not, or names it twice"


def wrong_groups(kind: str, form: str) -> str:
    """Groups that do not go with the form."""
    if kind == "other":
        return "names a group in a rule of what is no serial number"
    return "names no group serial" if form == "template" else f"names a group, and its form is {form}"


def no_symbology(name: str) -> str:
    """A symbology that is not known."""
    return f"names the symbology {name}, which is not known"


def misfit(example: str) -> str:
    """An example that the pattern does not fit."""
    return f"the pattern does not fit the example {example}"


def no_serial_in(example: str) -> str:
    """An example that gives no serial number."""
    return f"the example {example} gives no serial number that the station takes"


def not_toml(reason: str) -> str:
    """A text that is no TOML."""
    return f"is not TOML ({reason})"


def written_twice(line: int) -> str:
    """A key that stands twice."""
    return f"is written twice; the first time in line {line}"
