"""What a laptop has and a desktop has not, through ACPI: battery, mains, lid, temperature; and the Windows key (MSDM).

The source is written here from typed parameters, compiled by iasl, and given to QEMU as one more table (`-acpitable`).
QEMU's own table counts in 32 bits, so this does too: a timer wraps after about seven minutes.
"""

from __future__ import annotations

import random
import struct
import subprocess
from pathlib import Path
from typing import Annotated, Final

from msgspec import Meta, Struct

from hardware.simulated.qemu import wording
from hardware.simulated.qemu.errors import LaptopRefused, SimulationError

__all__ = ["Battery", "Drain", "HostControlled", "compile_table", "made_up_key", "msdm_body", "power_table"]

IASL_SECONDS: Final = 60.0

_KEY_LETTERS: Final = "BCDFGHJKMPQRTVWXY2346789"

Quoted = Annotated[str, Meta(max_length=40, pattern=r"^[ !#-\[\]-~]*$")]
"""What may stand between quotation marks in ASL."""


class Battery(Struct, frozen=True):
    """A battery as it is at power-on: mWh, mV, and how often it was charged."""

    name: Quoted
    serial: Quoted
    maker: Quoted
    design_mwh: int
    full_mwh: int
    now_mwh: int
    volts_mv: int
    cycles: int


class Drain(Struct, frozen=True):
    """Power that nobody changes: on mains and full, or (`milliwatts` above 0) on battery and draining by the clock."""

    milliwatts: int = 0


class HostControlled(Struct, frozen=True):
    """Power and lid that the bench's test changes while the laptop runs, through shared memory (`controls`).

    `slot` is the place of the memory's device on the PCI bus. Only with a BIOS: under UEFI the memory lies where 32
    bits do not reach.
    """

    slot: int = 0x10


def power_table(battery: Battery | None, power: Drain | HostControlled) -> str:
    """The table's source. Without a battery it holds mains and lid only."""
    state = _host_state(power) if isinstance(power, HostControlled) else _own_state(battery, power)
    devices = [_MAINS, _LID] + ([_battery(battery)] if battery else [])
    notify_battery = "Notify (\\_SB.BAT0, 0x80)" if battery else ""
    zone = _zone(notify_battery) if isinstance(power, HostControlled) else ""
    body = "\n".join((state, "Scope (\\_SB) {", *devices, "}", zone))
    bus = "External (\\_SB.PCI0, DeviceObj)\n"
    return f'DefinitionBlock ("", "SSDT", 2, "STATN", "LAPTOP", 1) {{\n{bus}{body}\n}}\n'


def compile_table(source: str, folder: Path) -> Path:
    """The table's bytes in a file of that folder. Raises `LaptopRefused` where iasl is missing."""
    text, made = folder / "power.asl", folder / "power.aml"
    text.write_text(source)
    try:
        done = subprocess.run(
            # No optimiser's remarks, no files beside it.
            ["iasl", "-vs", "-w1", "-p", str(made.with_suffix("")), str(text)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=IASL_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise LaptopRefused(wording.missing_program("iasl", "acpica-tools")) from error
    except subprocess.TimeoutExpired as error:
        raise SimulationError(wording.program_failed("iasl", "it did not end")) from error
    if done.returncode != 0 or not made.exists():
        raise SimulationError(wording.program_failed("iasl", (done.stdout + done.stderr).decode(errors="replace")))
    return made


def made_up_key(seed: str) -> str:
    """A key of the form of Windows' product keys, the same for the same seed. It activates nothing."""
    chance = random.Random(f"key/{seed}")
    return "-".join("".join(chance.choice(_KEY_LETTERS) for _ in range(5)) for _ in range(5))


def msdm_body(key: str) -> bytes:
    """What stands behind the header of an MSDM table: version 1, data of type 1, the key's length, the key."""
    return struct.pack("<IIIII", 1, 0, 1, 0, len(key)) + key.encode("ascii")


# What STAT gives: mains 0 or 1; battery state (0 full, 1 discharging, 2 charging), rate mW, remaining mWh, voltage mV;
# lid 1 open; from the host also the temperature, and how often anything changed.


def _own_state(battery: Battery | None, power: Drain) -> str:
    now, volts = (battery.now_mwh, battery.volts_mv) if battery else (0, 0)
    if power.milliwatts <= 0:
        return f"Method (\\STAT, 0, Serialized) {{ Return (Package (6) {{ 1, 0, 0, {now}, {volts}, 1 }}) }}"
    # The clock counts tenths of microseconds; 3600 s an hour.
    return f"""Name (\\LEFT, {now})
Method (\\STAT, 0, Serialized) {{
    Local0 = Timer
    Divide (Local0, 10000000, , Local0)
    Local1 = Local0 * {power.milliwatts}
    Divide (Local1, 3600, , Local1)
    If (Local1 > \\LEFT) {{ Local1 = \\LEFT }}
    Local2 = Package (6) {{ 0, 1, {power.milliwatts}, 0, {volts}, 1 }}
    Local2 [3] = \\LEFT - Local1
    Return (Local2)
}}"""


def _host_state(power: HostControlled) -> str:
    # The memory is the device's third range (offset 0x18 of its configuration).
    return f"""Scope (\\_SB.PCI0) {{
    Device (SHM0) {{
        Name (_ADR, 0x{power.slot << 16:08X})
        OperationRegion (CONF, PCI_Config, 0x18, 4)
        Field (CONF, DWordAcc, NoLock, Preserve) {{ BAR2, 32 }}
        Method (READ, 0, Serialized) {{
            OperationRegion (WIND, SystemMemory, (BAR2 & 0xFFFFFFF0), 32)
            Field (WIND, DWordAcc, NoLock, Preserve) {{
                F000, 32, F001, 32, F002, 32, F003, 32, F004, 32, F005, 32, F006, 32, F007, 32
            }}
            Local0 = Package (8) {{ 0, 0, 0, 0, 0, 0, 0, 0 }}
            Local0 [0] = F000
            Local0 [1] = F001
            Local0 [2] = F002
            Local0 [3] = F003
            Local0 [4] = F004
            Local0 [5] = F005
            Local0 [6] = F006
            Local0 [7] = F007
            Return (Local0)
        }}
    }}
}}
Method (\\STAT, 0, Serialized) {{ Return (\\_SB.PCI0.SHM0.READ ()) }}"""


def _zone(notify_battery: str) -> str:
    """A thermometer that is read each second, and tells the kernel of what has changed meanwhile: nothing else would.

    Tenths of a kelvin; the machine switches itself off at 100 degrees.
    """
    return f"""Scope (\\_TZ) {{
    ThermalZone (TZ00) {{
        Name (SEEN, 0)
        Name (_TZP, 10)
        Name (_CRT, 3732)
        Method (_TMP, 0, Serialized) {{
            Local0 = \\STAT ()
            If (DerefOf (Local0 [7]) != SEEN) {{
                SEEN = DerefOf (Local0 [7])
                Notify (\\_SB.ADP1, 0x80)
                Notify (\\_SB.LID0, 0x80)
                {notify_battery}
            }}
            Return (DerefOf (Local0 [6]))
        }}
    }}
}}"""


_MAINS: Final = """Device (ADP1) {
    Name (_HID, "ACPI0003")
    Name (_PCL, Package () { \\_SB })
    Method (_STA) { Return (0x0F) }
    Method (_PSR, 0, Serialized) { Return (DerefOf (Index (\\STAT (), 0))) }
}"""

_LID: Final = """Device (LID0) {
    Name (_HID, EisaId ("PNP0C0D"))
    Method (_STA) { Return (0x0F) }
    Method (_LID, 0, Serialized) { Return (DerefOf (Index (\\STAT (), 5))) }
}"""


def _battery(battery: Battery) -> str:
    # Design, last full; rechargeable; voltage; warning and low at a tenth and a twentieth.
    sizes = f"{battery.design_mwh}, {battery.full_mwh}, 1, {battery.volts_mv}"
    levels = f"{battery.design_mwh // 10}, {battery.design_mwh // 20}"
    names = f'"{battery.name}", "{battery.serial}", "LION", "{battery.maker}"'
    return f"""Device (BAT0) {{
    Name (_HID, EisaId ("PNP0C0A"))
    Name (_UID, 1)
    Name (_PCL, Package () {{ \\_SB }})
    Method (_STA) {{ Return (0x1F) }}
    Name (_BIX, Package (20) {{
        0, 0, {sizes}, {levels}, {battery.cycles}, 95000, 1000, 500, 1000, 500, 1, 1, {names}
    }})
    Name (_BIF, Package (13) {{ 0, {sizes}, {levels}, 1, 1, {names} }})
    Method (_BST, 0, Serialized) {{
        Local0 = \\STAT ()
        Local1 = Package (4) {{ 0, 0, 0, 0 }}
        Local1 [0] = DerefOf (Local0 [1])
        Local1 [1] = DerefOf (Local0 [2])
        Local1 [2] = DerefOf (Local0 [3])
        Local1 [3] = DerefOf (Local0 [4])
        Return (Local1)
    }}
}}"""
