"""A makers' file: its TOML, read strictly, every fault with its line. Reads no files: texts come in.

    [maker.geo]                                # letters, digits and dashes; a shipped maker or a new one
    name = "GeoBook"                           # what people call it: required of a new maker
    [maker.geo.serial."12 digits"]             # what a serial number looks like
    pattern = "[0-9]{12}"                      # must fit the whole text, in upper case
    form = "plain"                             # template structured plain loose
    companion = "SNID"                         # the number that proves it: "SNID" or "express service code"
    [maker.geo.other."board label"]            # what is none
    pattern = "GB-[0-9]{6}"
    means = "part number"                      # what it is instead, in the words of `meaning.TakenFor`
    symbologies = ["Code 128"]                 # only in these; left out: in all
    examples = ["GB-123456"]                   # each must fit: required
    source = "..."                             # where it is from: required
    standing = "inferred"                      # published secondary inferred unverified
    override = true                            # required where a shipped rule of this name is replaced
    [maker.acer.serial."22 characters"]
    drop = true                                # a shipped rule is left out: with its source and standing
    [other."asset tag"]                        # of no maker

A pattern is of the safe part of the language (`specs.patterns`), and may name the groups serial, part and model, as in
`S(?P<serial>[0-9A-Z]{10})`. A `template` must name `serial`, in every text that it fits: in no
other group, not optional, not repeated. No other form may name it, because that is what strips an identifier.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec.structs import replace

from hardware.scanners.grammar import maker_wording as wording
from hardware.scanners.grammar.companions import COMPANIONS
from hardware.scanners.grammar.maker_rules import LONGEST_RULED, Form, MakerRule
from hardware.scanners.grammar.meaning import TakenFor
from hardware.scanners.grammar.symbologies import BY_NAME
from hardware.scanners.grammar.templates import always_names_serial
from hardware.scanners.grammar.toml_text import GrammarError, parse_toml
from specs.identifiers import BadIdentifier, Serial
from specs.nearest import choose
from specs.patterns import PatternError, check_pattern
from specs.profile import Fault, Standing
from specs.text import clean
from specs.toml_lines import Path, places

__all__ = ["MOST_RULES", "parse_makers"]

MOST_RULES: Final = 400
"""Rules of one file: each code is tried on all of them. The shipped file has some twenty."""
_MOST_EXAMPLES: Final = 50
_LONGEST_WORDS: Final = 300

_MEANS: Final[Mapping[str, TakenFor]] = {
    kind.value: kind
    for kind in TakenFor
    if kind not in (TakenFor.SERIAL, TakenFor.OUR_LABEL, TakenFor.COMMAND, TakenFor.UNKNOWN, TakenFor.URL)
}
_FORMS: Final[Mapping[str, Form]] = {form.value: form for form in Form}
_STANDINGS: Final[Mapping[str, Standing]] = {standing.value: standing for standing in Standing}
_COMMON_KEYS: Final = ("pattern", "symbologies", "examples", "source", "standing", "override", "drop")
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "serial": (*_COMMON_KEYS, "form", "companion"),
    "other": (*_COMMON_KEYS, "means"),
}
_MAKER_KEYS: Final = ("name", "serial", "other")
_NOBODY: Final = "any"
"""Stands in a rule's id for the maker, where it is of none."""
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_GROUP: Final = re.compile(r"\(\?P<([^>]{0,40})>")
_GROUPS: Final = ("serial", "part", "model")


class _Refused(Exception):
    """One thing wrong with a rule: the key, the problem, the remedy."""

    def __init__(self, key: str, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.key, self.problem, self.remedy = key, problem, remedy


def parse_makers(text: str, file: str, shipped: tuple[MakerRule, ...] | None = None) -> tuple[MakerRule, ...]:
    """The rules of a file. With `shipped` it is a supervisor's: these are its rules, and what is left of the shipped.

    Raises `GrammarError` with every fault.
    """
    return _File(text, clean(file, 120), shipped).rules()


class _File:
    """One file while it is read: its values, the lines of its keys, and the faults so far."""

    def __init__(self, text: str, file: str, shipped: tuple[MakerRule, ...] | None) -> None:
        self._file, self._faults = file, list[Fault]()
        self._own = shipped is not None
        self._shipped = {(_kind(rule), rule.id): rule for rule in shipped or ()}
        self._names = {rule.id.partition(".")[0]: rule.maker for rule in shipped or () if rule.maker}
        self._data = parse_toml(text, file)
        self._lines: dict[Path, int] = {}
        for place in places(text):
            self._lines.setdefault(place.path, place.line)

    def rules(self) -> tuple[MakerRule, ...]:
        found = [rule for path, maker, row in self._rows() if (rule := self._rule(path, maker, row)) is not None]
        if len(found) > MOST_RULES:
            self._fault((), wording.too_many_rules(MOST_RULES), wording.FEWER_RULES)
        if self._faults:
            raise GrammarError(tuple(self._faults))
        return (*found, *self._shipped.values())

    def _rows(self) -> Iterator[tuple[Path, str, dict[str, Any]]]:
        """Every rule's place, its maker's name and its keys; faults of what stands above the rules on the way."""
        for key, value in self._data.items():
            if key not in ("maker", "other"):
                self._fault((key,), wording.NO_FIELD, choose(key, ("maker", "other")))
            elif not isinstance(value, dict):
                self._fault((key,), wording.NO_TABLE, wording.table_remedy(key))
        for maker, table in _table(self._data.get("maker")).items():
            yield from self._maker_rows(("maker", maker), table)
        yield from self._named_rows(("other",), "", self._data.get("other"))

    def _maker_rows(self, path: Path, table: object) -> Iterator[tuple[Path, str, dict[str, Any]]]:
        maker = str(path[-1])
        if _ID.fullmatch(maker) is None or maker == _NOBODY:
            self._fault(path, wording.NO_ID, wording.ID_REMEDY)
            return
        if not isinstance(table, dict):
            self._fault(path, wording.NO_TABLE, wording.table_remedy("maker"))
            return
        for key in table:
            if key not in _MAKER_KEYS:
                self._fault((*path, key), wording.NO_FIELD, choose(key, _MAKER_KEYS))
        name = table.get("name", self._names.get(maker, ""))
        if not _is_words(name, 40):
            self._fault((*path, "name"), wording.NO_NAME, wording.NAME_REMEDY)
            return
        for kind in ("serial", "other"):
            yield from self._named_rows((*path, kind), clean(name, 40), table.get(kind))

    def _named_rows(self, path: Path, maker: str, rows: object) -> Iterator[tuple[Path, str, dict[str, Any]]]:
        if rows is not None and not isinstance(rows, dict):
            self._fault(path, wording.NO_TABLE, wording.table_remedy(str(path[-1])))
        for name, row in _table(rows).items():
            if not _is_words(name, 60):
                self._fault((*path, name), wording.NO_RULE_NAME, wording.RULE_NAME_REMEDY)
            elif not isinstance(row, dict):
                self._fault((*path, name), wording.NO_TABLE, wording.table_remedy(str(path[-1])))
            else:
                yield (*path, name), maker, row

    def _rule(self, path: Path, maker: str, row: dict[str, Any]) -> MakerRule | None:
        """The rule of a row; None where it drops one, or has faults, which are then kept."""
        kind, name = str(path[-2]), str(path[-1])
        rule_id = f"{path[1] if maker else _NOBODY}.{name}"
        before = len(self._faults)
        for key in row:
            if key not in _KEYS[kind]:
                self._fault((*path, key), wording.NO_FIELD, choose(key, _KEYS[kind]))
        try:
            dropped = self._replaces((kind, rule_id), row)
            source, standing = _origin(row)
            if dropped:
                return None
            rule = _made(
                row, kind, MakerRule(rule_id, name, _ANY, TakenFor.SERIAL, Form.LOOSE, source, standing, maker)
            )
        except _Refused as refused:
            self._fault((*path, refused.key), refused.problem, refused.remedy)
            return None
        return replace(rule, own=self._own) if len(self._faults) == before else None

    def _replaces(self, key: tuple[str, str], row: dict[str, Any]) -> bool:
        """True where the row only drops a shipped rule. Takes what it drops or replaces out of the shipped ones."""
        for flag in ("override", "drop"):
            if not isinstance(row.get(flag, False), bool):
                raise _Refused(flag, wording.NO_FLAG, wording.flag_remedy(flag))
        drop, override = row.get("drop", False), row.get("override", False)
        if drop and (more := [name for name in row if name not in ("drop", "source", "standing")]):
            raise _Refused(clean(more[0], 40), wording.DROPPED_ANYWAY, wording.DROP_REMEDY)
        there = key in self._shipped
        if (drop or override) and not there:
            raise _Refused("drop" if drop else "override", wording.NOTHING_SHIPPED, wording.NOTHING_SHIPPED_REMEDY)
        if there and not (drop or override):
            raise _Refused("pattern", wording.SHIPPED_ALREADY, wording.OVERRIDE_REMEDY)
        if there:
            del self._shipped[key]
        return bool(drop)

    def _fault(self, path: Path, problem: str, remedy: str) -> None:
        line = next((self._lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self._lines), 0)
        field = (
            ".".join(f'"{part}"' if " " in part else part for part in (clean(str(key), 60) for key in path)) or "file"
        )
        self._faults.append(Fault(self._file, line, field, problem, remedy))


_ANY: Final = re.compile("")
"""In place of a pattern until the row's own is read."""


def _kind(rule: MakerRule) -> str:
    return "serial" if rule.means is TakenFor.SERIAL else "other"


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_words(value: object, longest: int) -> bool:
    return isinstance(value, str) and bool(value.strip()) and clean(value, longest) == value


def _origin(row: dict[str, Any]) -> tuple[str, Standing]:
    if not _is_words(source := row.get("source"), _LONGEST_WORDS):
        raise _Refused("source", wording.NO_SOURCE, wording.SOURCE_REMEDY)
    return str(source), _STANDINGS[_word(row, "standing", _STANDINGS)]


def _made(row: dict[str, Any], kind: str, blank: MakerRule) -> MakerRule:
    """The rule that the row describes. Raises `_Refused`."""
    pattern = _pattern(row)
    if kind == "serial":
        form = _FORMS[_word(row, "form", _FORMS)]
        companion = _word(row, "companion", COMPANIONS) if "companion" in row else ""
        rule = replace(blank, form=form, companion=companion)
    else:
        rule = replace(blank, means=_MEANS[_word(row, "means", _MEANS)], form=Form.STRUCTURED)
    has_serial = "serial" in pattern.groupindex
    if (rule.form is Form.TEMPLATE) is not has_serial or (kind == "other" and pattern.groupindex):
        raise _Refused("pattern", wording.wrong_groups(kind, rule.form.value), wording.GROUPS_REMEDY)
    if has_serial and not always_names_serial(pattern.pattern):
        raise _Refused("pattern", wording.OPTIONAL_SERIAL, wording.OPTIONAL_SERIAL_REMEDY)
    rule = replace(rule, pattern=pattern, symbologies=_symbologies(row))
    for example in _examples(row):
        _try(rule, example)
    return rule


def _word(row: dict[str, Any], key: str, known: Mapping[str, object]) -> str:
    value = row.get(key)
    if not isinstance(value, str) or value not in known:
        problem = wording.MISSING if key not in row else wording.NO_WORD
        raise _Refused(key, problem, choose(clean(str(value), 40) if key in row else "", known))
    return value


def _pattern(row: dict[str, Any]) -> re.Pattern[str]:
    pattern = row.get("pattern")
    if not isinstance(pattern, str):
        raise _Refused("pattern", wording.MISSING, wording.PATTERN_REMEDY)
    names = _GROUP.findall(pattern)
    for name in names:
        if name not in _GROUPS or names.count(name) > 1:
            raise _Refused("pattern", wording.wrong_group(clean(name, 40)), wording.GROUPS_REMEDY)
    try:
        # Named groups are plain groups for the check: it knows only the latter.
        check_pattern(_GROUP.sub("(", pattern))
        return re.compile(pattern, re.ASCII)
    except (PatternError, re.error, OverflowError, RecursionError) as error:
        raise _Refused("pattern", clean(str(error), 160), wording.PATTERN_REMEDY) from error


def _texts(row: dict[str, Any], key: str, most: int) -> tuple[str, ...]:
    values = row.get(key)
    if not isinstance(values, list) or not 1 <= len(values) <= most or not all(isinstance(one, str) for one in values):
        raise _Refused(key, wording.NO_LIST, wording.list_remedy(key))
    return tuple(values)


def _symbologies(row: dict[str, Any]) -> tuple[str, ...]:
    if "symbologies" not in row:
        return ()
    names = _texts(row, "symbologies", len(BY_NAME))
    for name in names:
        if name not in BY_NAME:
            raise _Refused("symbologies", wording.no_symbology(clean(name, 40)), choose(clean(name, 40), BY_NAME))
    return names


def _examples(row: dict[str, Any]) -> tuple[str, ...]:
    return _texts(row, "examples", _MOST_EXAMPLES)


def _try(rule: MakerRule, example: str) -> None:
    """Raises `_Refused` where the rule does not fit its own example, or gives no serial number of it."""
    found = rule.pattern.fullmatch(example.upper()) if len(example) <= LONGEST_RULED and example.isascii() else None
    if found is None:
        raise _Refused("examples", wording.misfit(clean(example, 40)), wording.MISFIT_REMEDY)
    if rule.means is TakenFor.SERIAL:
        try:
            Serial.from_scan(found.groupdict().get("serial", found[0]) or "")
        except BadIdentifier as error:
            raise _Refused("examples", wording.no_serial_in(clean(example, 40)), wording.MISFIT_REMEDY) from error
