"""The profile language as a JSON Schema, for editors: they complete keys, show what each means and mark what is wrong.

Made from the code that reads profiles, so that the two cannot drift apart. Draft 7, which the editors' TOML plug-ins
read. A schema sees one file and no numbers with units, so it allows what only `station profile lint` can refuse:
an empty range, a band outside the limits, a row that overrides nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import Struct

from specs.patterns import LONGEST_PATTERN
from specs.profile import BY, SEVERITIES, WHEN_UNKNOWN, Shape, Standing
from specs.profile_arguments import MOST_MEMBERS, default_of, typed_fields
from specs.profile_file import ID_PATTERN, TOP_KEYS, VERSION_PATTERN
from specs.profile_limits import BESIDE, fitting_limits
from specs.profile_rows import ATTEST_KEYS, CONFIRM_RULES, DROP_KEYS, REQUIRE_KEYS
from specs.quantities import Measure, written_pattern
from specs.text import LONGEST_TEXT

__all__ = ["profile_schema", "schema_text"]

Schema: TypeAlias = dict[str, Any]

_DATE: Final[Schema] = {"type": "string", "format": "date"}
_TEXT: Final[Schema] = {"type": "string"}
_SAID: Final[Schema] = {"type": "string", "pattern": r"\S"}

_MEANING: Final[Mapping[str, str]] = {
    "id": 'The profile\'s name, in small letters, digits, dots and dashes: id = "ghwt-windows".',
    "title": "What people read: the contract and the kind of laptop.",
    "version": 'Of this text; by custom the day from which it holds: version = "2021-10-18".',
    "extends": 'The profile whose rows are inherited: extends = "ghwt-windows@2020-08-28". Without @ the newest.',
    "abstract": "true for a profile that is only there to be extended: no laptop is judged by it.",
    "note": "For the people who keep the profile. Decides nothing.",
    "require": 'One row per check: [require."memory.installed"].',
    "attest": 'What no bench can measure: [attest."warranty.months"].',
    "effective_from": "The first day on which it holds.",
    "effective_to": "The last day on which it holds.",
    "at_least": "This much or more.",
    "at_most": "This much or less.",
    "between": "From the first value to the second, both allowed.",
    "equals": "Exactly this. Texts are compared without regard to capital letters.",
    "one_of": "Any of these.",
    "matches": "A regular expression that the whole text must match, without regard to capital letters.",
    "count": "Exactly so many: of a reading that is a list, so many members.",
    "accepted_from": "The tolerance of a size as it is sold: from here on the value counts as at_least.",
    "marginal_below": "Within the limit, but below this the finding is marginal: it ships, and is counted.",
    "marginal_above": "Within the limit, but above this the finding is marginal: it ships, and is counted.",
    "says": "The limit in plain words, where it is a list or a pattern.",
    "severity": "How much the row weighs. blocker, major and minor must hold; info is recorded and never decides.",
    "when_unknown": "What an unknown reading means. It is never a pass.",
    "confirm": 'A failing reading is taken again: with "2 of 3" the row holds, marginal, where two of three do.',
    "arguments": "What the check is told.",
    "source": "Where the number comes from. Every row has one.",
    "standing": "How sure the source is.",
    "override": "true where this row replaces an inherited one.",
    "drop": "true leaves the inherited row out: with source and standing, and nothing else.",
    "claim": 'What is claimed: claim = "at least 12 months".',
    "document": "The document that shows it for every model of this profile.",
    "by": "Who attests it: once per model, on paper, or the technician on every laptop.",
    "look": "Where the technician looks and what must be seen.",
}


def schema_text(shapes: Mapping[str, Shape]) -> str:
    """The schema as it is published: JSON, the same bytes for the same checks."""
    return json.dumps(profile_schema(shapes), indent=1, ensure_ascii=False) + "\n"


def profile_schema(shapes: Mapping[str, Shape]) -> Schema:
    """The JSON Schema of a profile that may use these checks, each with the limits that fit what it measures."""
    rows = {_definition(check, shape): _requirement(shape) for check, shape in sorted(shapes.items())}
    checks = {
        check: {
            "title": shape.title or check,
            **({"description": shape.decides} if shape.decides else {}),
            "allOf": [{"$ref": f"#/definitions/{_definition(check, shape)}"}],
        }
        for check, shape in sorted(shapes.items())
    }
    top = {
        "id": {"type": "string", "pattern": f"^{ID_PATTERN}$"},
        "title": _TEXT,
        "version": {"type": "string", "pattern": f"^{VERSION_PATTERN}$", "examples": ["2021-10-18"]},
        "extends": _SAID,
        "effective_from": _DATE,
        "effective_to": _DATE,
        "abstract": {"type": "boolean"},
        "note": _TEXT,
        "require": {"type": "object", "properties": checks, "additionalProperties": False},
        "attest": {"type": "object", "additionalProperties": {"$ref": "#/definitions/attested"}},
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Intake Station profile",
        "description": "What a department requires of a laptop, with the source of every number.",
        **_table(top, TOP_KEYS, ["id", "version"]),
        "definitions": {**dict(sorted(rows.items())), "attested": _attested()},
    }


def _definition(check: str, shape: Shape) -> str:
    """Checks of one measure share a definition; one that takes arguments has its own."""
    return f"row-{shape.measure.value.replace(' ', '-')}" if shape.arguments is None else f"row-{check}"


def _table(properties: Mapping[str, Schema], keys: frozenset[str], required: Sequence[str]) -> Schema:
    """A table that has these keys and no others, each with what it means. `keys` are those that the reader knows."""
    if not properties.keys() <= keys:
        raise ValueError(f"the reader of profiles knows no {sorted(properties.keys() - keys)}")
    told = {name: {"description": _MEANING[name], **properties[name]} for name in properties}
    return {"type": "object", "properties": told, "required": list(required), "additionalProperties": False}


def _requirement(shape: Shape) -> Schema:
    measure, limits = shape.measure, fitting_limits(shape.measure)
    beside = {name: needs for name, needs in BESIDE.items() if set(needs) & set(limits)}
    said = {"says": _TEXT}
    properties: dict[str, Schema] = {
        **{name: _limit(name, measure) for name in limits},
        **{name: said.get(name) or _number(measure) for name in beside},
        "severity": {"enum": list(SEVERITIES), "default": "blocker"},
        "when_unknown": {"enum": list(WHEN_UNKNOWN), "default": "inconclusive"},
        "confirm": {"enum": list(CONFIRM_RULES)},
        "note": _TEXT,
        **_of_every_row(),
    }
    needed: list[str] = []
    if shape.arguments is not None:
        properties["arguments"] = _arguments(shape.arguments)
        needed = ["arguments"] if properties["arguments"]["required"] else []
    return _kept_or_dropped(
        _table(properties, REQUIRE_KEYS, ["source", "standing"]),
        {
            "required": needed,
            "oneOf": [{"required": [name]} for name in limits],
            "dependencies": {
                name: {"anyOf": [{"required": [need]} for need in needs if need in limits]}
                for name, needs in beside.items()
            },
        },
    )


def _attested() -> Schema:
    properties: dict[str, Schema] = {
        "claim": _SAID,
        "severity": {"enum": list(SEVERITIES), "default": "info"},
        "document": _TEXT,
        "by": {"enum": list(BY), "default": BY[0]},
        "look": {"type": "string", "pattern": r"\S", "maxLength": LONGEST_TEXT},
        **_of_every_row(),
    }
    seen = {"required": ["look"], "not": {"required": ["document"]}}
    return _kept_or_dropped(
        _table(properties, ATTEST_KEYS, ["source", "standing"]),
        {
            "required": ["claim"],
            "if": {"properties": {"by": {"const": BY[1]}}, "required": ["by"]},
            "then": seen,
            "else": {"not": {"required": ["look"]}},
        },
    )


def _of_every_row() -> dict[str, Schema]:
    return {
        "source": _SAID,
        "standing": {"enum": [standing.value for standing in Standing]},
        "effective_from": _DATE,
        "effective_to": _DATE,
        "override": {"type": "boolean"},
        "drop": {"const": True},
    }


def _kept_or_dropped(table: Schema, kept: Schema) -> Schema:
    """A row is dropped, and then says why and nothing else, or it is kept, and then `kept` holds of it."""
    dropped = {"propertyNames": {"enum": sorted(DROP_KEYS)}}
    return {**table, "if": {"required": ["drop"]}, "then": dropped, "else": kept}


def _limit(name: str, measure: Measure) -> Schema:
    if name == "matches":
        return {"type": "string", "minLength": 1, "maxLength": LONGEST_PATTERN}
    if name == "count":
        least = 1 if measure is Measure.TEXT else 0
        return {"type": "integer", "minimum": least}
    if name == "between":
        return {"type": "array", "items": _number(measure), "minItems": 2, "maxItems": 2}
    if name == "one_of":
        return {"type": "array", "items": _exact(measure), "minItems": 1}
    return _exact(measure) if name == "equals" else _number(measure)


def _exact(measure: Measure) -> Schema:
    if measure is Measure.YES_NO:
        return {"type": "boolean"}
    if measure is Measure.TEXT:
        return {"type": "string", "pattern": r"\S", "maxLength": LONGEST_TEXT}
    return _number(measure)


def _number(measure: Measure) -> Schema:
    """A number of this measure as it is written: with its unit, in quotes; where there is none, bare or in quotes."""
    return {
        "type": "string" if measure.unit else ["number", "string"],
        "pattern": written_pattern(measure),
        "examples": [json.loads(example) for example in measure.examples],
    }


def _arguments(arguments: type[Struct]) -> Schema:
    properties: dict[str, Schema] = {}
    required: list[str] = []
    for name, (field, kind) in typed_fields(arguments).items():
        schema = msgspec.json.schema(kind)
        if schema.get("type") == "array":
            schema = {
                **schema,
                "items": {**schema["items"], **_argument_text(schema["items"])},
                "maxItems": MOST_MEMBERS,
            }
        if field.required:
            required.append(name)
        else:
            schema["default"] = msgspec.to_builtins(default_of(field))
        properties[name] = {**schema, **_argument_text(schema)}
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _argument_text(schema: Schema) -> Schema:
    """The bounds of a text among the arguments; nothing for what is none."""
    free = schema.get("type") == "string" and "format" not in schema
    return {"pattern": r"\S", "maxLength": LONGEST_TEXT} if free else {}
