"""Which form an item is in: by what it is, and by what its bytes are."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Final

from hardware.evidence.catalogue import source_of
from hardware.evidence.decoding import decode_text
from hardware.evidence.errors import EvidenceError
from station.explaining.forms.form import Form
from station.explaining.forms.json_leaves import JsonLeaves
from station.explaining.forms.lines import Lines
from station.explaining.forms.plain_bytes import PlainBytes
from station.explaining.forms.smbios_table import SmbiosTable

__all__ = ["form_of"]

_EDID: Final = b"\x00\xff\xff\xff\xff\xff\xff\x00"


def form_of(item_id: str, data: bytes) -> Form:
    """The form of an item. Never raises: bytes that are in no other form are plain bytes."""
    source = source_of(item_id)
    if source is not None and source.id == "smbios":
        table = _tried(lambda: SmbiosTable(data))
        return table if table is not None else PlainBytes(data)
    if source is not None and source.id == "edid-" and data.startswith(_EDID):
        return PlainBytes(data, len(_EDID))
    text = data.removeprefix(codecs.BOM_UTF8).lstrip()
    if text[:1] in (b"{", b"[") or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tree = _tried(lambda: JsonLeaves(data))
        if tree is not None:
            return tree
    try:
        decode_text(data)
    except EvidenceError:
        return PlainBytes(data)
    return Lines(data)


def _tried(make: Callable[[], Form]) -> Form | None:
    try:
        return make()
    except EvidenceError:
        return None
