"""The `os` item, os-release: which Linux or ChromeOS is running. Windows tells more by `windows`."""

from __future__ import annotations

import re
from typing import Final

from hardware.evidence.decoding import decode_text
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import text_fact
from specs.facts import Facts, Known, System

__all__ = ["read_os"]

_LINE: Final = re.compile(r"^[ \t]{0,8}([A-Z][A-Z0-9_]{1,60})=([^\r\n]{0,1024})$", re.MULTILINE | re.ASCII)


def read_os(data: bytes, item: str) -> Facts:
    """The system facts. Raises `EvidenceError` where the text has none of os-release's lines."""
    fields: dict[str, str] = {}
    for match in _LINE.finditer(decode_text(data)):
        fields.setdefault(match.group(1), _unquoted(match.group(2)))
    chromeos = fields.get("ID") in ("chromeos", "chromiumos")
    chromeos = chromeos or any(key.startswith("CHROMEOS_RELEASE") for key in fields)
    if not chromeos and "ID" not in fields and "NAME" not in fields:
        raise EvidenceError("the text is not an os-release file (it has neither ID nor NAME)")
    name = fields.get("PRETTY_NAME") or fields.get("NAME") or fields.get("CHROMEOS_RELEASE_DESCRIPTION")
    build = fields.get("CHROMEOS_RELEASE_VERSION") or fields.get("BUILD_ID") or fields.get("VERSION_ID")
    return Facts(
        system=System(
            family=Known("chromeos" if chromeos else "linux", (item,)),
            name=text_fact(name, "the system's name", item),
            edition=text_fact(fields.get("VARIANT"), "the system's edition", item),
            build=text_fact(build, "the system's build", item),
        )
    )


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return re.sub(r"\\([\"'$`\\])", r"\1", value)
