"""The station's own namespace in barcodes, and nothing else: the screen needs it, and must load nothing for it.

IS1:PASS:K7Q2            a command
IS1:LABEL:PF1A2B3C:...   the text of a carton label
"""

from __future__ import annotations

from typing import Final

__all__ = ["NAMESPACE", "is_command"]

NAMESPACE: Final = "IS1:"
_LABEL: Final = f"{NAMESPACE}LABEL:"


def _is_ours(text: str) -> bool:
    """True for a code of our namespace, command or not."""
    return text.strip(" \t\r\n").upper().startswith(NAMESPACE)


def is_command(text: str) -> bool:
    """True for a code of our namespace that is not the text of a label."""
    return _is_ours(text) and not text.strip(" \t\r\n").upper().startswith(_LABEL)
