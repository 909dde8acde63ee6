"""The page of the catalogue, docs/checks.md, made from the checks' own headers. Pure: checks in, text out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from checks.arguments import Argument, arguments_of, written
from checks.check import Check, Example, Value
from specs.facts import COMPONENTS
from specs.quantities import Measure, render

__all__ = ["checks_markdown"]

_TOP: Final = """\
# The checks

This page is made from the checks' own headers. Do not edit it: change the check, then renew the page with

```sh
station checks --markdown > docs/checks.md
```

A check reads one value from the facts about a laptop and says how to understand it. Which values are allowed is never
in a check: that is the limit in a profile's row. What a check cannot know is *unknown*, and unknown is never a pass.
Where the evidence was read and does not say, the finding is what the row says of blanks (`when_unknown`); where nothing
was collected, or it could not be read, the bench is to blame. A reading may also be good enough to fail a laptop and
not to pass it: where one of several disks, batteries or adapters gave none, or where two sources differ about it.

Where a check reads what several parts say, such as the models of two disks, a limit holds where each of them is
allowed: a right part never lets a wrong one beside it through. Only of the standards that Wi-Fi speaks any will do.

A part that reports nothing is unknown too. Where a check takes `silent_passes`, a profile may say that such silence
counts as good, and why; the finding then says who kept silent.

Arguments are written in the profile's row:

```toml
[require."storage.capacity"]
arguments = { of = "smallest" }
```

All checks here are judged from the evidence of one capture. Those of the kind *exercise* need an item `exercise-NAME`:
the laptop is made to do something, and a row with such a check makes the bench ask it to. Of an exercise that broke off
before its end a fault counts, and nothing else does. The checks of the shipped image are not there yet.
"""

_COMPONENT_TITLES: Final = {
    "identity": "Identity",
    "firmware": "Firmware",
    "processor": "Processor",
    "memory": "Memory",
    "storage": "Storage",
    "display": "Display",
    "battery": "Battery",
    "network": "Network",
    "camera": "Camera",
    "audio": "Sound",
    "input": "Input",
    "graphics": "Graphics",
    "usb": "USB",
    "tpm": "TPM",
    "system": "Operating system",
    "chromeos": "ChromeOS",
    "disagreements": "Disagreements",
    "wireless": "Wi-Fi on the air",
    "keyboard": "Keyboard",
    "touchpad": "Touchpad",
    "lid": "Lid",
}


def checks_markdown(checks: Iterable[Check]) -> str:
    """The page: one section for each component, in the order of the facts, its checks in that of the catalogue."""
    sections: dict[str, list[Check]] = {component: [] for component in COMPONENTS}
    for check in checks:
        sections.setdefault(check.id.partition(".")[0], []).append(check)
    filled = {component: found for component, found in sections.items() if found}
    parts = [_TOP, _contents(filled)]
    for component, found in filled.items():
        parts.append(f"## {_COMPONENT_TITLES.get(component, component)}\n")
        parts += [_section(check) for check in found]
    return "\n".join(parts)


def _contents(sections: Mapping[str, list[Check]]) -> str:
    rows = [
        (f"[{title}](#{title.lower().replace(' ', '-')})", ", ".join(f"`{check.id}`" for check in found))
        for component, found in sections.items()
        if (title := _COMPONENT_TITLES.get(component, component))
    ]
    return _table(("component", "checks"), rows)


def _section(check: Check) -> str:
    measure = f"{check.measure.value} ({check.measure.unit})" if check.measure.unit else check.measure.value
    rows = [
        ("title", check.title),
        ("kind", check.kind.value),
        ("measures", measure),
        ("looks at", check.looks_at),
        ("needs", ", ".join(f"`{need}`" for need in check.needs)),
        ("decides", check.decides),
        ("what to do", check.remedy),
    ]
    if check.words:
        rows.append(("reads one of", ", ".join(f"`{word}`" for word in check.words)))
    if not check.waivable:
        rows.append(("waiver", "none: no supervisor may let a fault through"))
    parts = [f"### {check.id}\n", _table(("", ""), rows)]
    arguments = arguments_of(check)
    if arguments:
        parts.append(_table(("argument", "type", "default", "meaning"), map(_argument, arguments)))
    parts.append("Examples:\n")
    parts.append("".join(f"- {_example(check, example)}\n" for example in check.examples))
    return "\n".join(parts)


def _argument(argument: Argument) -> tuple[str, str, str, str]:
    default = "required" if argument.default is None else f"`{argument.default}`"
    return f"`{argument.name}`", argument.type, default, argument.meaning


def _example(check: Check, example: Example) -> str:
    given = ", ".join(f"{name} = {_as_given(value)}" for name, value in example.arguments.items())
    aside = f" (`{given}`)" if given else ""
    return f"{example.says}{aside}: {_value(example.value, check.measure)}"


def _as_given(value: Any) -> str:
    """A date stands bare in a profile, whatever it is in an example."""
    text = written(value)
    bare = text.strip('"')
    return bare if len(bare) == len("2021-10-18") and bare.replace("-", "").isdigit() else text


def _value(value: Value | None, measure: Measure) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, tuple):
        return ", ".join(f"`{word}`" for word in value)
    return f"`{value}`" if isinstance(value, str) else render(value, measure)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    """The text with its bars written so that none of them ends the cell."""
    return text.replace("|", "\\|")
