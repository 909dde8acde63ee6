"""The probe's command line. Exit status: 0 done, 2 wrong usage, 3 the output could not be written."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from typing import TYPE_CHECKING

from . import NAME, VERSION
from .bundle_file import CannotWrite, write_bundle
from .capture import Capture
from .laptop import Laptop
from .stream import write_stream
from .tools import Tools

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType


def main(arguments: Sequence[str] | None = None) -> int:
    """Collects this laptop's evidence; gives the exit status."""
    options = _options().parse_args(arguments)
    if options.stream and sys.stdout.isatty():
        print(f"{NAME}: --stream is for a program, not for a terminal; use -o FILE", file=sys.stderr)
        return 2
    if not os.path.isdir(options.root):
        print(f"{NAME}: {options.root} is not a folder; --root names one with sys/, proc/ ...", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    laptop = Laptop(options.root)
    # A copied tree belongs to another machine: this machine's tools would speak of the wrong one, and the
    # tree's own must not be run.
    tools = Tools(options.tools) if options.tools or laptop.is_this_machine else None
    try:
        capture = Capture(laptop, tools, fast=options.fast)
        if options.stream:
            return _stream(capture)
        metas = write_bundle(options.output, capture)
    except CannotWrite as error:
        print(f"{NAME}: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print(f"{NAME}: stopped; nothing was written", file=sys.stderr)
        return 130
    missing = sum(1 for meta in metas if meta.error is not None)
    print(f"{NAME}: {len(metas)} items, {missing} with a reason, in {options.output}", file=sys.stderr)
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=NAME, description="Collects this laptop's evidence. It changes nothing on the laptop."
    )
    output = parser.add_mutually_exclusive_group(required=True)
    output.add_argument("-o", "--output", metavar="FILE", help="write a bundle (zip)")
    output.add_argument("--stream", action="store_true", help="write frames to stdout, item by item")
    parser.add_argument("--fast", action="store_true", help="leave out what takes seconds (SMART)")
    parser.add_argument("--root", metavar="DIR", default="/", help="read DIR/sys, DIR/proc ... instead")
    parser.add_argument("--tools", metavar="DIR", help="run smartctl and iw from DIR only")
    parser.add_argument("--version", action="version", version=f"{NAME} {VERSION}")
    return parser


def _stream(capture: Capture) -> int:
    try:
        write_stream(sys.stdout.buffer, capture)
    except OSError:
        # Nobody reads any more. stdout must not be flushed again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"{NAME}: the stream was closed before the capture was whole", file=sys.stderr)
        return 3
    return 0


def _stop(number: int, _frame: FrameType | None) -> None:
    # Unwinds, so that a running command is killed and no temporary file is left behind.
    raise SystemExit(128 + number)
