"""The kernel's command line, and the texts that the boot loaders read: GRUB's, SYSLINUX's and iPXE's.

Every word that stands in them passed `command_line`, which lets nothing through that a boot loader, a shell or the
kernel could read as more than one plain word. So none of these texts needs quoting.
"""

from __future__ import annotations

import re
from typing import Final

from hardware.bootstick import wording
from hardware.bootstick.errors import BuildRefused
from hardware.probe.agent.places import kernel_line

__all__ = ["GRUB_FAILED", "command_line", "grub_config", "ipxe_script", "syslinux_config"]

_FIXED: Final = ("quiet", "loglevel=3")
"""The screen is the agent's. The kernel does not restart the laptop after a crash (its default): the next start might
be the laptop's own disk.
"""

_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.,:=@/-]*")
_STICK: Final = re.compile(r"[a-z]{12}")
_LONGEST: Final = 1024
"""The kernel takes 2047 bytes (x86: COMMAND_LINE_SIZE); boot loaders add some of their own."""

GRUB_FAILED: Final = "This laptop refuses the stick: it was changed or damaged. Build it anew. Nothing was started."


def command_line(bench: str, slot: int, serial: str, stick: str, more: tuple[str, ...]) -> str:
    """The kernel's command line. Raises `BuildRefused` for whatever is not what it should be."""
    if stick and not _STICK.fullmatch(stick):
        raise BuildRefused(wording.wrong_stick(stick))
    asked = (
        ("intake.stick", stick, wording.wrong_stick(stick)),
        ("intake.bench", bench, wording.wrong_bench(bench)),
        ("intake.slot", str(slot) if slot else "", wording.wrong_slot(slot)),
        ("intake.serial", serial, wording.wrong_serial(serial)),
    )
    words = [*_FIXED]
    for name, value, sentence in asked:
        if not value:
            continue
        word = f"{name}={value}"
        # The agent that will read it says whether it can.
        if not _WORD.fullmatch(word) or kernel_line(word).complaints:
            raise BuildRefused(sentence)
        words.append(word)
    for word in more:
        if not _WORD.fullmatch(word):
            raise BuildRefused(wording.wrong_word(word))
        words.append(word)
    line = " ".join(words)
    if len(line) > _LONGEST:
        raise BuildRefused(wording.line_too_long(len(line), _LONGEST))
    return line


def grub_config(line: str) -> str:
    """grub.cfg: starts at once, without a menu. A kernel that Secure Boot refuses is told in words, and the laptop
    stops there: started again it might start its own disk.
    """
    return f"""\
set timeout=0
if linux /vmlinuz {line}; then
    initrd /initrd
    boot
fi
echo "{GRUB_FAILED}"
sleep 60
halt
"""


def syslinux_config(line: str) -> str:
    """syslinux.cfg: for BIOS; starts at once."""
    return f"""\
DEFAULT intake
PROMPT 0
TIMEOUT 0
NOESCAPE 1
LABEL intake
  LINUX /vmlinuz
  INITRD /initrd
  APPEND {line}
"""


def ipxe_script(line: str) -> str:
    """The script for iPXE: for BIOS over the network. iPXE asks for the files where it had the script from."""
    return f"""\
#!ipxe
kernel vmlinuz initrd=initrd {line}
initrd initrd
boot
"""
