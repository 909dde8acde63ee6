"""The probe's command line. Exit status: 0 done, 2 wrong usage, 3 the output could not be written.

What each way of running needs is loaded only there: on a slow laptop each module costs time.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from typing import TYPE_CHECKING

from . import NAME, VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from .agent.places import Told
    from .capture import Capture


def main(arguments: Sequence[str] | None = None) -> int:
    """Collects this laptop's evidence, exercises it, or stays as the bench's agent; gives the exit status."""
    parser = _options()
    options = parser.parse_args(arguments)
    if (options.stream or options.exercise) and sys.stdout.isatty():
        print(f"{NAME}: --stream and --exercise are for a program, not for a terminal; use -o FILE", file=sys.stderr)
        return 2
    if not os.path.isdir(options.root):
        print(f"{NAME}: {options.root} is not a folder; --root names one with sys/, proc/ ...", file=sys.stderr)
        return 2
    if options.exercise:
        return _exercise(options)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    if options.agent:
        return _agent(options, parser)
    return _collect(options)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=NAME, description="Collects this laptop's evidence, exercises it, or does what a bench asks for."
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("-o", "--output", metavar="FILE", help="write a bundle (zip)")
    what.add_argument("--stream", action="store_true", help="write frames to stdout, item by item")
    what.add_argument("--exercise", metavar="NAME", help="do one exercise; write frames to stdout")
    what.add_argument("--agent", action="store_true", help="reach for a bench and do what it asks for")
    parser.add_argument("--fast", action="store_true", help="leave out what takes seconds (SMART)")
    parser.add_argument("--root", metavar="DIR", default="/", help="read DIR/sys, DIR/proc ... instead")
    parser.add_argument("--tools", metavar="DIR", help="run smartctl and iw from DIR only")
    parser.add_argument("--boot-stick", action="store_true", help="the running system is not the laptop's own")
    parser.add_argument("--version", action="version", version=f"{NAME} {VERSION}")
    exercise = parser.add_argument_group("with --exercise")
    exercise.add_argument("--arguments", metavar="JSON", default="{}", help="what the exercise is told")
    exercise.add_argument("--seconds", metavar="S", type=float, default=60.0, help="it ends within this time")
    agent = parser.add_argument_group("with --agent")
    agent.add_argument(
        "--reach",
        metavar="WHERE",
        action="append",
        help="serial:/dev/ttyS0[,115200], serial:auto, net:HOST:PORT or net:auto; more than one may be given",
    )
    agent.add_argument("--slot", metavar="N", help="the bench's slot")
    agent.add_argument("--stick", metavar="ID", help="the boot stick's id")
    agent.add_argument("--keys", metavar="DIR", default="", help="ca.pem, stick.pem, stick.key for the network")
    agent.add_argument("--screen", metavar="TTY", help="keep a page on this text console")
    agent.add_argument("--kernel-line", action="store_true", help="take what is not given from /proc/cmdline")
    return parser


# ---- a capture -----------------------------------------------------------------------------------------------------


def _collect(options: argparse.Namespace) -> int:
    from .bundle_file import CannotWrite, write_bundle
    from .capture import Capture
    from .laptop import Laptop
    from .tools import Tools

    laptop = Laptop(options.root)
    # A copied tree belongs to another machine: this machine's tools would speak of the wrong one, and the
    # tree's own must not be run.
    tools = Tools(options.tools) if options.tools or laptop.is_this_machine else None
    try:
        capture = Capture(laptop, tools, fast=options.fast, boot_stick=options.boot_stick)
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


def _stream(capture: Capture) -> int:
    from .stream import write_stream

    try:
        write_stream(sys.stdout.buffer, capture)
    except OSError:
        # Nobody reads any more. stdout must not be flushed again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"{NAME}: the stream was closed before the capture was whole", file=sys.stderr)
        return 3
    return 0


# ---- an exercise ---------------------------------------------------------------------------------------------------


def _exercise(options: argparse.Namespace) -> int:
    import json

    from .exercises.runner import main as exercise

    try:
        arguments = json.loads(options.arguments)
    except (ValueError, RecursionError):
        print(f"{NAME}: --arguments is no JSON", file=sys.stderr)
        return 2
    status = exercise(
        options.exercise,
        arguments,
        options.seconds,
        sys.stdout.buffer,
        options.root,
        options.tools,
        boot_stick=options.boot_stick,
    )
    if status == 3:
        # Nobody reads any more. stdout must not be flushed again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


# ---- the agent -----------------------------------------------------------------------------------------------------


def _agent(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from .agent.ask import Commands
    from .agent.main import run
    from .exercises.console import DEVICE, Console

    try:
        told = _told(options)
    except ValueError as error:
        parser.error(f"{error}: not understood; see --help")
    if not told.serial and told.network is None:
        parser.error("--agent needs --reach or --kernel-line")
    folder = os.path.dirname(os.path.abspath(__file__))
    elsewhere = ("--root", os.path.abspath(options.root)) if options.root != "/" else ()
    tools = ("--tools", os.path.abspath(options.tools)) if options.tools else ()
    boot_stick = ("--boot-stick",) if options.boot_stick else ()
    commands = Commands(
        (sys.executable, "-I", "-S", "-B", folder, *elsewhere, *tools),
        collect=boot_stick,
        exercise=boot_stick,
        console=Console(os.path.join(options.root, DEVICE.lstrip("/")), options.boot_stick),
    )
    try:
        run(told, commands, options.keys, options.screen)
    except KeyboardInterrupt:
        return 130


def _told(options: argparse.Namespace) -> Told:
    """What the options say, and where they say nothing the kernel's line. Raises `ValueError`."""
    from .agent import places

    told = places.Told()
    if options.kernel_line:
        try:
            with open(os.path.join(options.root, "proc/cmdline"), "rb") as file:
                line = file.read(places.LARGEST_KERNEL_LINE).decode("ascii", "replace")
        except OSError:
            line = ""
        told = places.kernel_line(line)
    if options.reach:
        ways = [places.reach(text) for text in options.reach]
        networks = [way for way in ways if isinstance(way, places.Network)]
        if len(networks) > 1:
            raise ValueError("more than one net: in --reach")
        serial = tuple(way for way in ways if isinstance(way, places.Serial))
        told = told._replace(serial=serial, network=networks[0] if networks else None)
    if options.slot is not None:
        told = told._replace(slot=places.slot(options.slot))
    if options.stick is not None:
        told = told._replace(stick=places.stick(options.stick))
    return told


def _stop(number: int, _frame: FrameType | None) -> None:
    # Unwinds, so that a running command is killed and no temporary file is left behind.
    raise SystemExit(128 + number)
