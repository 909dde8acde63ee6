"""Identity: is this a real laptop, who does it say it is, and do its serial numbers agree?"""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Measured, Reading, every, measured
from specs.facts import Claim, Disagreement, Facts, Identity, Known, Processor, Unknown, known, value_of
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


def _serial(facts: Facts) -> Reading:
    return measured(facts.identity.serial)


def _model(facts: Facts) -> Reading:
    maker, product = facts.identity.manufacturer, facts.identity.product
    if isinstance(maker, Unknown):
        return maker
    if isinstance(product, Unknown):
        return product
    return Measured(f"{maker.value} {product.value}", every((maker, product)))


def _chassis(facts: Facts) -> Reading:
    return measured(facts.identity.chassis)


_WHO: Final = (
    "identity.serial",
    "identity.uuid",
    "identity.manufacturer",
    "identity.product",
    "identity.board_serial",
)


def _two_laptops(facts: Facts) -> Unknown | None:
    """Why the evidence may be of two laptops; None where its sources agree on who this is."""
    for found in value_of(facts.disagreements) or ():
        if found.fact in _WHO:
            said = ", ".join(f"{claim.value} ({', '.join(claim.evidence)})" for claim in found.claims)
            evidence = tuple(item for claim in found.claims for item in claim.evidence)
            return Unknown(f"the sources do not agree who this laptop is: {said}", evidence, "absent")
    return None


def _agrees(facts: Facts) -> Reading:
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
    if isinstance(firmware, Known):
        return Measured(True, firmware.evidence, "only the firmware's serial is known")
    return firmware


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
    return Measured(True, every(seen))


_LENOVO: Final = Facts(identity=Identity(manufacturer=known("LENOVO"), product=known("20L8"), serial=known("PF1A2B3C")))
_TWO_LAPTOPS: Final = Facts(
    identity=_LENOVO.identity,
    disagreements=known(
        (Disagreement("identity.serial", (Claim("PF1A2B3C", ("smbios",)), Claim("PF9Z9Z9Z", ("dmidecode",)))),)
    ),
)

CHECKS: Final = (
    Check(
        id="identity.serial",
        title="Serial number",
        measure=Measure.TEXT,
        looks_at="the serial number that the firmware gives",
        needs=("smbios",),
        decides="the profile says which shapes are a serial; a placeholder or a blank is unknown",
        remedy="Check the label. Put the laptop on the query shelf: its firmware has no usable serial number.",
        read=_serial,
        examples=(
            Example("a Lenovo says PF1A2B3C", _LENOVO, "PF1A2B3C"),
            Example("a blank serial is unknown", Facts(identity=Identity(serial=Unknown("blank"))), None),
        ),
    ),
    Check(
        id="identity.agrees",
        title="Serial numbers agree",
        measure=Measure.YES_NO,
        looks_at="the serial that was scanned and the one that the firmware gives",
        needs=("smbios", "scans"),
        decides="yes where no two known serials differ; unknown where the firmware gives none, or two sources in the"
        " evidence give different ones",
        remedy="Scan the label again. If it still differs, hold the laptop: its label or its mainboard was swapped.",
        read=_agrees,
        examples=(
            Example(
                "label and firmware differ",
                Facts(identity=Identity(serial=known("PF1A2B3C"), label_serial=known("PF9Z9Z9Z"))),
                False,
            ),
            Example("nothing was scanned", _LENOVO, True),
            Example("the table and the kernel name two laptops", _TWO_LAPTOPS, None),
        ),
    ),
    Check(
        id="identity.model",
        title="Model",
        measure=Measure.TEXT,
        looks_at="the manufacturer and product name in the firmware",
        needs=("smbios",),
        decides="the profile says which models it covers; a placeholder is unknown",
        remedy="Put the laptop on the query shelf: its firmware does not say which model it is.",
        read=_model,
        examples=(Example("a Lenovo machine type", _LENOVO, "LENOVO 20L8"),),
    ),
    Check(
        id="identity.chassis",
        title="Kind of computer",
        measure=Measure.TEXT,
        looks_at="the chassis type in the firmware (1.8 % of real laptops say Other or Desktop)",
        needs=("smbios",),
        decides="the profile lists the chassis types of a laptop",
        remedy="Look at it: if it is a laptop, carry on; the firmware names the wrong chassis.",
        read=_chassis,
        examples=(Example("a notebook", Facts(identity=Identity(chassis=known("Notebook"))), "Notebook"),),
    ),
    Check(
        id="identity.physical",
        title="A real laptop",
        measure=Measure.YES_NO,
        looks_at="the processor's hypervisor flag and the maker's name",
        needs=("cpu", "smbios"),
        decides="no where either says that this is a virtual machine",
        remedy="This is a virtual machine. Connect the laptop itself to the slot.",
        read=_physical,
        examples=(
            Example("a hypervisor", Facts(processor=Processor(hypervisor=known(True))), False),
            Example("QEMU names itself", Facts(identity=Identity(manufacturer=known("QEMU"))), False),
            Example("a Lenovo", _LENOVO, True),
        ),
    ),
)
