"""The process behind `weighing`: items on standard input, what they are on standard output, until there are no more."""

from __future__ import annotations

import signal
import sys
from typing import BinaryIO

import msgspec

from hardware.laptops.answers import ItemFrame, whole_item
from hardware.laptops.framing import LENGTHS, FrameError, framed
from hardware.laptops.weighing import Weighed


def weigh(given: BinaryIO, said: BinaryIO) -> None:
    """Answers each item, in order."""
    while len(lengths := given.read(LENGTHS.size)) == LENGTHS.size:
        header_length, body_length = LENGTHS.unpack(lengths)
        frame = msgspec.json.decode(given.read(header_length), type=ItemFrame)
        try:
            item = whole_item(frame, given.read(body_length))
            answer = framed(msgspec.json.encode(Weighed(item.meta)), item.data)
        except FrameError as error:
            answer = framed(msgspec.json.encode(Weighed(None, str(error))))
        said.write(answer)
        said.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a person's Ctrl-C is for the engine, which ends this one
    weigh(sys.stdin.buffer, sys.stdout.buffer)
