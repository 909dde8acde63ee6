"""Identity, believed: is this a real laptop, and do all who name it name the same one?"""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from checks.check import Check, Example, Kind, Measured, Reading, every
from checks.disputes import disputed, doubted
from specs.facts import Claim, Disagreement, Facts, Identity, Known, Processor, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]

# domain/quirks.md section 4, no. 43: what virtual machines write where a maker's name belongs.
_VIRTUAL: Final = (
    "qemu",
    "vmware",
    "virtualbox",
    "innotek",
    "xen",
    "bochs",
    "kvm",
    "parallels",
    "bhyve",
    "virtual machine",
    "standard pc",
    "google compute engine",
    "amazon ec2",
)

_WHO: Final = (
    "identity.serial",
    "identity.uuid",
    "identity.manufacturer",
    "identity.product",
    "identity.board_serial",
)


def _two_laptops(facts: Facts) -> Unknown | None:
    """Why the evidence may be of two laptops; None where its sources agree on who this is."""
    doubt = disputed(facts, *_WHO)
    if doubt is None:
        return None
    return Unknown(f"the sources do not agree who this laptop is: {doubt.reason}", doubt.evidence, doubt.problem)


class AgreesArguments(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the label must have been scanned before anything can agree."""

    label_required: Annotated[bool, Meta(description="a laptop whose label nobody scanned is unknown, not yes")] = False


def _agrees(facts: Facts, arguments: AgreesArguments) -> Reading:
    firmware, label = facts.identity.serial, facts.identity.label_serial
    mixed = _two_laptops(facts)
    if mixed is not None:
        return mixed
    if isinstance(firmware, Known) and isinstance(label, Known):
        same = firmware.value.casefold() == label.value.casefold()
        relation = "is" if same else "is not"
        detail = f"label {label.value} {relation} firmware {firmware.value}"
        return Measured(same, every((firmware, label)), detail)
    if isinstance(label, Unknown) and label.problem == "unreadable":
        return label
    if isinstance(firmware, Unknown):
        return firmware
    if arguments.label_required and isinstance(label, Unknown):
        return Unknown(f"nobody scanned the serial on the label ({label.reason})", label.evidence, label.problem)
    return Measured(True, firmware.evidence, "only the firmware's serial is known")


def _physical(facts: Facts) -> Reading:
    hypervisor = facts.processor.hypervisor
    names = (facts.identity.manufacturer, facts.identity.product)
    if isinstance(hypervisor, Known) and hypervisor.value:
        return Measured(False, hypervisor.evidence, "the processor runs under a hypervisor")
    for name in names:
        if isinstance(name, Known) and any(word in name.value.casefold() for word in _VIRTUAL):
            return Measured(False, name.evidence, f"it calls itself {name.value}")
    seen = [fact for fact in (hypervisor, *names) if isinstance(fact, Known)]
    if isinstance(hypervisor, Unknown) and not seen:
        return hypervisor
    return doubted(Measured(True, every(seen)), disputed(facts, "identity.manufacturer", "identity.product"))


_LENOVO: Final = Facts(identity=Identity(manufacturer=known("LENOVO"), product=known("20L8"), serial=known("PF1A2B3C")))
_TWO_LAPTOPS: Final = Facts(
    identity=_LENOVO.identity,
    disagreements=known(
        (Disagreement("identity.serial", (Claim("PF1A2B3C", ("smbios",)), Claim("PF9Z9Z9Z", ("dmidecode",)))),)
    ),
)

CHECKS: Final = (
    Check(
        id="identity.agrees",
        title="Serial numbers agree",
        kind=Kind.IDENTITY,
        waivable=False,
        measure=Measure.YES_NO,
        looks_at="the serial that was scanned and the one that the firmware gives",
        needs=("smbios", "scans"),
        decides="yes where no two known serials differ; unknown where the firmware gives none, where two sources in the"
        " evidence give different ones, or where the label must have been scanned and was not",
        remedy="Scan the label again. If it still differs, hold the laptop: its label or its mainboard was swapped.",
        read=_agrees,
        arguments=AgreesArguments,
        examples=(
            Example(
                "label and firmware differ",
                Facts(identity=Identity(serial=known("PF1A2B3C"), label_serial=known("PF9Z9Z9Z"))),
                False,
            ),
            Example("nothing was scanned", _LENOVO, True),
            Example("nothing was scanned, and it had to be", _LENOVO, None, {"label_required": True}),
            Example("the table and the kernel name two laptops", _TWO_LAPTOPS, None),
        ),
    ),
    Check(
        id="identity.physical",
        title="A real laptop",
        kind=Kind.IDENTITY,
        waivable=False,
        measure=Measure.YES_NO,
        looks_at="the processor's hypervisor flag and the maker's name",
        needs=("cpu", "smbios"),
        decides="no where either says that this is a virtual machine; two sources that differ about the maker or the"
        " product pass nothing",
        remedy="This is a virtual machine. Connect the laptop itself to the slot.",
        read=_physical,
        examples=(
            Example("a hypervisor", Facts(processor=Processor(hypervisor=known(True))), False),
            Example("QEMU names itself", Facts(identity=Identity(manufacturer=known("QEMU"))), False),
            Example("a Lenovo", _LENOVO, True),
            Example("nothing was read", Facts(), None),
        ),
    ),
)
