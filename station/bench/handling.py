"""What screens ask of the engine, and who does it. What came of it goes to every screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardware.scanners.scanner import Code, Garbled
from specs.profile import ProfileError
from specs.text import clean
from station.bench import wording
from station.bench.protocol import (
    BrokenScan,
    Command,
    FocusSlot,
    Press,
    PutInSlot,
    Quit,
    Scan,
    ScanOutcome,
    Seen,
    Show,
    SignOff,
    StopSlot,
    UseAddress,
    UseLabel,
    UsePrinter,
    UseProfile,
    UseScanner,
)

if TYPE_CHECKING:
    from station.bench.engine import Engine

__all__ = ["handle"]


async def handle(engine: Engine, command: Command) -> None:
    """Does what a screen asks."""
    match command:
        case Scan():
            await engine.read((Code(command.text, command.symbology),), command.scanner, command.ref, command.read_at)
        case StopSlot():
            slot = engine.slots.get(command.slot)
            if slot is not None:
                slot.stop()
        case FocusSlot():
            engine.focus.look_at(command.slot)
        case UseScanner():
            await engine.devices.use_scanner(command)
        case UsePrinter():
            if await engine.devices.use_printer(command):
                engine.labels_changed()
        case UseLabel():
            await engine.devices.use_label(command)
        case Quit():
            await engine.quit(at_once=command.now)
        case _:
            async with engine.turn:
                await _in_turn(engine, command)


async def _in_turn(engine: Engine, command: Command) -> None:
    """What scans and other screens must not come between."""
    match command:
        case BrokenScan():
            if await engine.desk.keep_garbled(Garbled(command.scanner, command.text, command.sentence)):
                engine.telling.kept(command.ref)
        case Press():
            await engine.desk.press(command)
        case Seen():
            engine.desk.obeying.seen(command)
        case Show():
            await engine.desk.show(command)
        case SignOff():
            await engine.desk.sign_off()
        case PutInSlot():
            await engine.places.put(command)
            engine.gates.show()
        case UseAddress():
            await engine.places.use_address(command)
        case UseProfile():
            await _use_profile(engine, command)
        case _:
            pass


async def _use_profile(engine: Engine, command: UseProfile) -> None:
    profile, telling = engine.profile, engine.telling
    try:
        other = profile.other(command.profile)
    except ProfileError as error:
        telling.answer(ScanOutcome.REFUSED, "", clean(str(error)))
        return
    if not await engine.devices.keep("profile", command.profile):
        return
    telling.forget_notice(profile.fault)
    telling.notice(wording.profile_in_use(other.title))
    profile.use(other)
    telling.show_bar(profile=other.reference, profile_title=other.title)
    await engine.gates.look()
    await engine.desk.taking_in.look_again()
