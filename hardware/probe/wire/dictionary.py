"""What both ends of a line know beforehand: the words of evidence, so that a line carries little but the values.

The words are those of the Linux kernel's files (Documentation/ABI and /proc), of SMBIOS (DSP0134), of tools and of our
own frames. Two ends with different dictionaries do not understand each other, and say so.
"""

from __future__ import annotations

import zlib

from .words.frames import FRAMES
from .words.machine import FIRMWARE, INPUT, KERNEL, MEMORY, PROCESSOR
from .words.tools import radio, smart
from .words.trees import TREES

# What is nearer is cheaper to point at, so that the most frequent comes last.
DICTIONARY = "".join((smart(), radio(), PROCESSOR, MEMORY, KERNEL, INPUT, FIRMWARE, TREES, FRAMES)).encode()
"""With the 8 KiB that are packed at a time, all but its first words lie within the 32 KiB that deflate looks back."""
NAME = zlib.crc32(DICTIONARY)
"""Tells one dictionary from another."""
