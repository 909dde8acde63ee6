"""The profile language as a JSON Schema, for editors: they complete keys, show what each means and mark what is wrong.

Made from the code that reads profiles, so that the two cannot drift apart. Draft 7, which the editors' TOML plug-ins
read. A schema sees one file and no numbers with units, so it allows what only `station profile lint` can refuse:
an empty range, a band outside the limits, a row that overrides nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import Struct

from specs.asking import (
    ASKING_KEYS,
    EXERCISE_PATTERN,
    LONGEST_LINE,
    LONGEST_PURPOSE,
    MOST_STEPS,
    MOST_SYMPTOMS,
    SYMPTOM_PATTERN,
)
from specs.patterns import LONGEST_PATTERN
from specs.profile import BY, SEVERITIES, USUAL_UNKNOWN, WHEN_UNKNOWN, Shape, Standing
from specs.profile_arguments import MOST_MEMBERS, default_of, typed_fields
from specs.profile_file import ID_PATTERN, NAME_PATTERN, TOP_KEYS, VERSION_PATTERN
from specs.profile_limits import BESIDE, bounds_of, fitting_limits
from specs.profile_rows import ATTEST_KEYS, CONFIRM_RULES, DROP_KEYS, REQUIRE_KEYS
from specs.quantities import Measure, written_pattern
from specs.text import LONGEST_TEXT

__all__ = ["profile_schema", "schema_text"]

Schema: TypeAlias = dict[str, Any]

_DATE: Final[Schema] = {"type": "string", "format": "date"}
# A letter that is seen. Those of no width, which `specs.text.clean` drops, are named one by one: this dialect knows no
# classes of letters, so that the rarest of them are left to lint.
_SEEN: Final = r"[^\s\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
_SAID: Final[Schema] = {"type": "string", "pattern": _SEEN}

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
    "purpose": "What the question is for, in one sentence.",
    "steps": "What the technician does, one short sentence each.",
    "symptoms": 'What may be wrong, of which a fail names one: symptoms = ["dark: It stays dark"].',
    "exercise": 'What the laptop does while it is asked: exercise = "display".',
    "challenge": "true where a pass needs the number that the exercise shows on the laptop's screen.",
}

_CLAIM_SEVERITY: Final = (
    "How much the claim weighs. blocker, major and minor must hold, and the bench waits for what the technician says;"
    " info is not waited for. A laptop that the technician failed never passes, whatever the row weighs."
)


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
        "title": _SAID,
        "version": {"type": "string", "pattern": f"^{VERSION_PATTERN}$", "examples": ["2021-10-18"]},
        "extends": _SAID,
        "effective_from": _DATE,
        "effective_to": _DATE,
        "abstract": {"type": "boolean"},
        "note": _SAID,
        "require": {"type": "object", "properties": checks, "additionalProperties": False},
        "attest": {
            "type": "object",
            "propertyNames": {"pattern": f"^{NAME_PATTERN}$"},
            "additionalProperties": {"$ref": "#/definitions/attested"},
        },
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Intake Station profile",
        "description": "What a department requires of a laptop, with the source of every number.",
        **_table(top, TOP_KEYS, ["id", "version"]),
        "definitions": {**dict(sorted(rows.items())), "attested": _attested()},
    }


def _definition(check: str, shape: Shape) -> str:
    """Checks of one measure share a definition; one that takes arguments or can read a few words only has its own."""
    plain = shape.arguments is None and not shape.words
    return f"row-{shape.measure.value.replace(' ', '-')}" if plain else f"row-{check}"


def _table(properties: Mapping[str, Schema], keys: frozenset[str], required: Sequence[str]) -> Schema:
    """A table that has these keys and no others, each with what it means. `keys` are those that the reader knows."""
    if not properties.keys() <= keys:
        raise ValueError(f"the reader of profiles knows no {sorted(properties.keys() - keys)}")
    told = {name: {"description": _MEANING[name], **properties[name]} for name in properties}
    return {"type": "object", "properties": told, "required": list(required), "additionalProperties": False}


def _requirement(shape: Shape) -> Schema:
    measure, limits = shape.measure, fitting_limits(shape.measure)
    beside = {name: needs for name, needs in BESIDE.items() if set(needs) & set(limits)}
    said = {"says": _SAID}
    properties: dict[str, Schema] = {
        **{name: _limit(name, shape) for name in limits},
        **{name: said.get(name) or _number(name, measure) for name in beside},
        "severity": {"enum": list(SEVERITIES), "default": "blocker"},
        "when_unknown": {"enum": list(WHEN_UNKNOWN), "default": USUAL_UNKNOWN},
        "confirm": {"enum": list(CONFIRM_RULES)},
        "note": _SAID,
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
        "severity": {"description": _CLAIM_SEVERITY, "enum": list(SEVERITIES), "default": "info"},
        "document": _SAID,
        "by": {"enum": list(BY), "default": BY[0]},
        "look": {**_SAID, "maxLength": LONGEST_TEXT},
        "purpose": {**_SAID, "maxLength": LONGEST_PURPOSE},
        "steps": _listed({**_SAID, "maxLength": LONGEST_LINE}, MOST_STEPS),
        "symptoms": _listed({"type": "string", "pattern": f"^{SYMPTOM_PATTERN}$"}, MOST_SYMPTOMS),
        "exercise": {"type": "string", "pattern": f"^{EXERCISE_PATTERN}$"},
        "challenge": {"type": "boolean", "default": False},
        **_of_every_row(),
    }
    seen = {"required": ["look"], "not": {"required": ["document"]}}
    return _kept_or_dropped(
        _table(properties, ATTEST_KEYS, ["source", "standing"]),
        {
            "required": ["claim"],
            "if": {"properties": {"by": {"const": BY[1]}}, "required": ["by"]},
            "then": seen,
            "else": {"not": {"anyOf": [{"required": [key]} for key in ("look", *ASKING_KEYS)]}},
            "dependencies": {"challenge": ["exercise"]},
        },
    )


def _listed(member: Schema, most: int) -> Schema:
    return {"type": "array", "items": member, "minItems": 1, "maxItems": most}


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


def _limit(name: str, shape: Shape) -> Schema:
    measure = shape.measure
    if name == "matches":
        return {"type": "string", "minLength": 1, "maxLength": LONGEST_PATTERN}
    if name == "count":
        least = 1 if measure is Measure.TEXT else 0
        return {"type": "integer", "minimum": least}
    if name == "between":
        both = [_number(name, measure, member) for member in (1, 2)]
        return {"type": "array", "items": both, "minItems": 2, "maxItems": 2}
    if name == "one_of":
        return {"type": "array", "items": _exact(name, shape), "minItems": 1}
    return _exact(name, shape) if name == "equals" else _number(name, measure)


def _exact(name: str, shape: Shape) -> Schema:
    if shape.measure is Measure.YES_NO:
        return {"type": "boolean"}
    if shape.words:
        return _one_of_words(shape.words)
    if shape.measure is Measure.TEXT:
        return {**_SAID, "maxLength": LONGEST_TEXT}
    return _number(name, shape.measure)


def _one_of_words(words: Sequence[str]) -> Schema:
    """One of these, which an editor offers, in whatever capital letters."""
    in_any_case = "|".join("".join(_either_case(letter) for letter in word) for word in words)
    return {"type": "string", "anyOf": [{"enum": list(words)}, {"pattern": f"^({in_any_case})$"}]}


def _either_case(letter: str) -> str:
    lower, upper = letter.lower(), letter.upper()
    return re.escape(letter) if lower == upper or len(lower + upper) != 2 else f"[{lower}{upper}]"


def _number(name: str, measure: Measure, member: int = 0) -> Schema:
    """A number as this key has it: with its unit, in quotes; where there is none, bare or in quotes."""
    bounds = bounds_of(name, measure, member)
    schema = {
        "type": "string" if measure.unit else ["number", "string"],
        "pattern": written_pattern(measure, bounds),
        "examples": [json.loads(example) for example in measure.examples],
    }
    if measure.unit:
        return schema
    bare: Schema = {"exclusiveMinimum": 0} if bounds.positive else {"minimum": 0}
    if bounds.whole:
        bare["multipleOf"] = 1
    return {**schema, **bare}


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
