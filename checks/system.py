"""Operating system: the one that the laptop ships with."""

from __future__ import annotations

import re
from typing import Annotated, Final

from msgspec import Meta, Struct

from checks.check import Check, Example, Kind, Measured, Reading, absent, measured
from specs.facts import Facts, Known, System, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _family(facts: Facts) -> Reading:
    name = facts.system.name
    return measured(facts.system.family, name.value if isinstance(name, Known) else "")


def _sku(facts: Facts) -> Reading:
    family, sku, name = facts.system.family, facts.system.sku, facts.system.name
    detail = name.value if isinstance(name, Known) else ""
    if isinstance(sku, Unknown) and isinstance(family, Known) and family.value != "windows":
        return Measured(0, family.evidence, f"not Windows: {detail or family.value}")
    return measured(sku, detail)


def _edition(facts: Facts) -> Reading:
    name = facts.system.name
    return measured(facts.system.edition, name.value if isinstance(name, Known) else "")


# Never int() alone, which takes "2_0" and the digits of other scripts as well.
_BUILD: Final = re.compile(r"\d{1,9}", re.ASCII)


def _build(facts: Facts) -> Reading:
    build = facts.system.build
    if isinstance(build, Unknown):
        return build
    if _BUILD.fullmatch(build.value) is None:
        return absent(f"the system gives {build.value} as its build, which is no number", build)
    return Measured(int(build.value), build.evidence)


def _activated(facts: Facts) -> Reading:
    return measured(facts.system.oem_activated)


class DeviceArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """Devices whose problems the department knows of and accepts."""

    ignore: Annotated[
        tuple[str, ...],
        Meta(description="names of devices that do not count, as Windows gives them; capital letters do not matter"),
    ] = ()


# The facts name a device with Windows' code for its problem behind it.
_CODE: Final = re.compile(r" \(code \d{1,5}\)\Z", re.ASCII)


def _devices_with_problems(facts: Facts, arguments: DeviceArguments) -> Reading:
    devices = facts.system.devices_with_problems
    if isinstance(devices, Unknown):
        return devices
    ignored = {name.casefold() for name in arguments.ignore}
    left = [name for name in devices.value if not {name.casefold(), _CODE.sub("", name).casefold()} & ignored]
    return Measured(len(left), devices.evidence, ", ".join(left))


_DEVICES: Final = Facts(
    system=System(devices_with_problems=known(("Fingerprint Sensor (code 28)", "PCI Device (code 28)")))
)

CHECKS: Final = (
    Check(
        id="system.family",
        title="Operating system",
        kind=Kind.SOFTWARE,
        measure=Measure.TEXT,
        looks_at="which kind of operating system is on the laptop: windows, chromeos or linux",
        needs=("os", "windows"),
        decides="the profile says which",
        remedy="Wrong operating system. Put the laptop on the re-image shelf.",
        read=_family,
        words=("windows", "chromeos", "linux"),
        examples=(
            Example("Windows", Facts(system=System(family=known("windows"))), "windows"),
            Example("no system was looked at", Facts(), None),
        ),
    ),
    Check(
        id="system.sku",
        title="Windows edition",
        kind=Kind.SOFTWARE,
        measure=Measure.COUNT,
        looks_at="Windows' own edition number (OperatingSystemSKU), which no language changes",
        needs=("os", "windows"),
        decides="the profile lists the numbers; another operating system counts as 0",
        remedy="Wrong edition of Windows. Put the laptop on the re-image shelf.",
        read=_sku,
        examples=(
            Example("Pro Education", Facts(system=System(family=known("windows"), sku=known(164))), 164),
            Example("a Linux laptop", Facts(system=System(family=known("linux"))), 0),
            Example("a Windows that does not say", Facts(system=System(family=known("windows"))), None),
        ),
    ),
    Check(
        id="system.edition",
        title="Edition of the system",
        kind=Kind.SOFTWARE,
        measure=Measure.TEXT,
        looks_at="Windows' EditionID, such as ProfessionalEducation, which no language changes; a Chromebook's channel",
        needs=("os", "windows"),
        decides="the profile says which",
        remedy="Wrong edition. Put the laptop on the re-image shelf.",
        read=_edition,
        examples=(
            Example("Windows Education", Facts(system=System(edition=known("Education"))), "Education"),
            Example("a system without editions", Facts(system=System(family=known("linux"))), None),
        ),
    ),
    Check(
        id="system.build",
        title="Windows build",
        kind=Kind.SOFTWARE,
        measure=Measure.COUNT,
        looks_at="the build of Windows as a number, such as 19044",
        needs=("os", "windows"),
        decides="the profile gives the least; a build that is no single number, as ChromeOS has them, is unknown",
        remedy="The image is out of date. Put the laptop on the re-image shelf.",
        read=_build,
        examples=(
            Example("Windows 10 21H2", Facts(system=System(build=known("19044"))), 19044),
            Example("a Chromebook", Facts(system=System(build=known("14526.89.0"))), None),
        ),
    ),
    Check(
        id="system.activated",
        title="Windows activated",
        kind=Kind.SOFTWARE,
        measure=Measure.YES_NO,
        looks_at="whether the Windows licence in force is the one of the key in the firmware",
        needs=("windows",),
        decides="no where Windows is not licensed, or by another key; unknown where it does not say by which",
        remedy="Connect it to the network and wait for Windows to activate; if it does not, put the laptop on the"
        " re-image shelf.",
        read=_activated,
        examples=(
            Example("not licensed", Facts(system=System(oem_activated=known(False))), False),
            Example("Windows was not asked", Facts(), None),
        ),
    ),
    Check(
        id="system.devices_with_problems",
        title="Devices without a working driver",
        kind=Kind.SOFTWARE,
        measure=Measure.COUNT,
        looks_at="the devices that Windows marks as not working; it names them",
        needs=("windows",),
        decides="the profile gives the most, 0 as a rule; unknown where Windows was not asked for all its devices",
        remedy="A driver is missing or a device does not work. Put the laptop on the re-image shelf.",
        read=_devices_with_problems,
        arguments=DeviceArguments,
        examples=(
            Example("two", _DEVICES, 2),
            Example("one of them is known and accepted", _DEVICES, 1, {"ignore": ["fingerprint sensor"]}),
            Example("all devices work", Facts(system=System(devices_with_problems=known(()))), 0),
            Example("Windows was not asked", Facts(), None),
        ),
    ),
)
