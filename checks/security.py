"""Security: the trusted platform module and Secure Boot."""

from __future__ import annotations

import re
from typing import Final

from checks.check import Check, Example, Measured, Reading, every, measured
from specs.facts import Facts, Firmware, Known, Tpm, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


# Never float() alone, which takes "inf" and "2_0" as well.
_VERSION: Final = re.compile(r"\d\.\d{1,2}", re.ASCII)


def _tpm(facts: Facts) -> Reading:
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


def _secure_boot(facts: Facts) -> Reading:
    return measured(facts.firmware.secure_boot)


CHECKS: Final = (
    Check(
        id="tpm.version",
        title="TPM",
        measure=Measure.VERSION,
        looks_at="the version of the trusted platform module",
        needs=("tpm",),
        decides="the profile gives the least; no TPM at all is a fault, not an unknown",
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
        measure=Measure.YES_NO,
        looks_at="the SecureBoot variable of the firmware",
        needs=("efi",),
        decides="on or off; a system started by BIOS has it off",
        remedy="Switch Secure Boot on in the firmware.",
        read=_secure_boot,
        examples=(Example("off", Facts(firmware=Firmware(secure_boot=known(False))), False),),
    ),
)
