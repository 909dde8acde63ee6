"""A pseudo-terminal that stands for a serial port: plugged in and pulled out, under a path that stays the same."""

from __future__ import annotations

import os
import secrets
import tty
from pathlib import Path
from typing import Final

__all__ = ["LinkTaken", "PtyPort"]

_PTYS: Final = "/dev/pts"
"""Where Linux has pseudo-terminals. A link to one of them is what a stand-in that was killed leaves behind."""


class LinkTaken(FileExistsError):
    """Something stands at the link's path that no stand-in has made. It is as it was."""


class PtyPort:
    """One port, pulled out when it is made. `link`, where one is given, is a symbolic link to the port that is the same
    from plug to plug; without one, each plugging in may give another path.

    A link that a stand-in left behind is taken over; nothing else at its path is replaced, and nothing else removed.
    """

    def __init__(self, link: Path | None = None) -> None:
        self._link = link
        self._slave: int | None = None
        self._device = ""
        self.master: int | None = None
        """The stand-in's end, a descriptor that does not block; None while the port is pulled out."""

    @property
    def path(self) -> str:
        """Where it is to be opened; where it was, while it is pulled out."""
        return str(self._link) if self._link else self._device

    def plug(self) -> None:
        """Plugs it in, if it is out. Raises `LinkTaken`, or `OSError` where there can be no link; it is out then."""
        if self.master is not None:
            return
        self.master, self._slave = os.openpty()
        # No echo and no editing. Held open, because a line that nobody has open forgets how it is set.
        tty.setraw(self._slave)
        os.set_blocking(self.master, False)
        self._device = os.ttyname(self._slave)
        if self._link:
            try:
                _point(self._link, self._device)
            except OSError:
                self.unplug()
                raise

    def unplug(self) -> None:
        """Pulls it out, if it is in: whoever has it open is hung up."""
        if self.master is None or self._slave is None:
            return
        if self._link and _target(self._link) == self._device:
            self._link.unlink(missing_ok=True)
        os.close(self.master)
        os.close(self._slave)
        self.master = self._slave = None


def _point(link: Path, device: str) -> None:
    """Makes the link, in the place of one to a pseudo-terminal or of nothing."""
    try:
        link.symlink_to(device)
    except FileExistsError as error:
        if os.path.dirname(_target(link)) != _PTYS:
            raise LinkTaken(error.errno, "something else is there", str(link)) from error
        fresh = link.with_name(f".port-{secrets.token_hex(8)}")
        fresh.symlink_to(device)
        fresh.replace(link)


def _target(link: Path) -> str:
    """What a symbolic link says; blank where there is none."""
    try:
        return os.readlink(link)
    except OSError:
        return ""
