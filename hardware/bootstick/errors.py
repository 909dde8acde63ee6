"""What can go wrong with a boot stick. Each message is one sentence with the remedy (wording.py).

BootstickError
+-- BuildRefused        what was asked for cannot be built: the input was wrong
+-- BuildUnable         the bench could not do it
    +-- PackageUnavailable    a Debian package could not be had, or is not what apt's records say
"""

from __future__ import annotations

__all__ = ["BootstickError", "BuildRefused", "BuildUnable", "PackageUnavailable"]


class BootstickError(Exception):
    """Anything that went wrong with a boot stick."""


class BuildRefused(BootstickError):
    """What was asked for cannot be built: another address, slot, folder ... is needed."""


class BuildUnable(BootstickError):
    """The bench could not build: a tool, the disk or the packages."""


class PackageUnavailable(BuildUnable):
    """A Debian package could not be had, or is not the one that apt's records name."""
