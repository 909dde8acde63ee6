"""Security: the trusted platform module and Secure Boot."""

from __future__ import annotations

import re
from typing import Final

from checks.check import Check, Example, Kind, Measured, Reading, every
from checks.disputes import disputed, doubted, undisputed
from specs.facts import Facts, Firmware, Known, Tpm, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


# Never float() alone, which takes "inf" and "2_0" as well.
_VERSION: Final = re.compile(r"\d\.\d{1,2}", re.ASCII)


def _tpm(facts: Facts) -> Reading:
    return doubted(_version(facts), disputed(facts, "tpm.present", "tpm.version"))


def _version(facts: Facts) -> Reading:
    present, version = facts.tpm.present, facts.tpm.version
    if isinstance(present, Known) and not present.value:
        return Measured(0, present.evidence, "no TPM answers")
    if isinstance(present, Unknown):
        return present
    if isinstance(version, Unknown):
        return version
    if _VERSION.fullmatch(version.value) is None:
        return Unknown(f"the TPM gives {version.value!r} as its version", version.evidence, "absent")
    return Measured(float(version.value), every((present, version)))


def _present(facts: Facts) -> Reading:
    return undisputed(facts, "tpm.present")


def _manufacturer(facts: Facts) -> Reading:
    present, doubt = facts.tpm.present, disputed(facts, "tpm.present")
    if isinstance(present, Known) and not present.value:
        return doubted(Measured("no TPM", present.evidence), doubt)
    return doubted(undisputed(facts, "tpm.manufacturer"), doubt)


def _setup_mode_off(facts: Facts) -> Reading:
    mode = facts.firmware.setup_mode
    if isinstance(mode, Unknown):
        return mode
    return Measured(not mode.value, mode.evidence, "Secure Boot has no platform key" if mode.value else "")


def _secure_boot(facts: Facts) -> Reading:
    return undisputed(facts, "firmware.secure_boot")


CHECKS: Final = (
    Check(
        id="tpm.version",
        title="TPM",
        kind=Kind.SECURITY,
        measure=Measure.VERSION,
        looks_at="the version of the trusted platform module",
        needs=("tpm",),
        decides="the profile gives the least; no TPM at all is a fault, not an unknown; two sources that differ pass"
        " nothing",
        remedy="No TPM, or an old one. Switch it on in the firmware; if it is on, put the laptop on the query shelf.",
        read=_tpm,
        examples=(
            Example("a TPM 2.0", Facts(tpm=Tpm(present=known(True), version=known("2.0"))), 2.0),
            Example("none", Facts(tpm=Tpm(present=known(False))), 0),
            Example("a version that is none", Facts(tpm=Tpm(present=known(True), version=known("inf"))), None),
        ),
    ),
    Check(
        id="firmware.secure_boot",
        title="Secure Boot",
        kind=Kind.SECURITY,
        measure=Measure.YES_NO,
        looks_at="the SecureBoot variable of the firmware",
        needs=("efi",),
        decides="on or off; a system started by BIOS has it off; two sources that differ pass nothing",
        remedy="Switch Secure Boot on in the firmware.",
        read=_secure_boot,
        examples=(
            Example("off", Facts(firmware=Firmware(secure_boot=known(False))), False),
            Example("nobody looked", Facts(), None),
        ),
    ),
    Check(
        id="firmware.setup_mode_off",
        title="Secure Boot keys enrolled",
        kind=Kind.SECURITY,
        measure=Measure.YES_NO,
        looks_at="the SetupMode variable of the firmware: while it is on, anybody may write Secure Boot's keys",
        needs=("efi",),
        decides="yes where setup mode is off; unknown where the system was started by BIOS, which has no such mode",
        remedy="Load the factory keys of Secure Boot in the firmware, then test the laptop again.",
        read=_setup_mode_off,
        examples=(
            Example("in setup mode", Facts(firmware=Firmware(setup_mode=known(True))), False),
            Example("as it was sold", Facts(firmware=Firmware(setup_mode=known(False))), True),
            Example("nobody looked", Facts(), None),
        ),
    ),
    Check(
        id="tpm.present",
        title="TPM answers",
        kind=Kind.SECURITY,
        measure=Measure.YES_NO,
        looks_at="whether a trusted platform module answers",
        needs=("tpm",),
        decides="yes where one does; two sources that differ pass nothing",
        remedy="No TPM. Switch it on in the firmware; if it is on, put the laptop on the query shelf.",
        read=_present,
        examples=(
            Example("none", Facts(tpm=Tpm(present=known(False))), False),
            Example("nobody looked", Facts(), None),
        ),
    ),
    Check(
        id="tpm.manufacturer",
        title="TPM's maker",
        kind=Kind.SECURITY,
        measure=Measure.TEXT,
        looks_at="the maker of the trusted platform module, such as INTC or IFX",
        needs=("tpm", "smbios"),
        decides="the profile says which; no TPM at all is a fault, not an unknown; two sources that differ about it"
        " pass nothing",
        remedy="Another TPM than ordered. Put the laptop on the query shelf.",
        read=_manufacturer,
        examples=(
            Example("Intel's", Facts(tpm=Tpm(present=known(True), manufacturer=known("INTC"))), "INTC"),
            Example("none", Facts(tpm=Tpm(present=known(False))), "no TPM"),
            Example("the kernel does not say", Facts(tpm=Tpm(present=known(True))), None),
        ),
    ),
)
