"""Which judges these are: a digest of the checks and of their words, so that a preview is of this very version."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources

from hardware.evidence.version import modules_in

__all__ = ["judge_version"]


@cache
def judge_version() -> str:
    """A digest of every module of `checks` and `specs`: what decides a verdict beside facts and profile."""
    digest = hashlib.sha256()
    for room in ("checks", "specs"):
        for name, module in sorted(modules_in(resources.files(room), room), key=lambda named: named[0]):
            digest.update(f"{name}\0".encode() + hashlib.sha256(module.read_bytes()).digest())
    return digest.hexdigest()
