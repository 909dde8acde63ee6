"""Identity: who the laptop says it is. Whether that can be believed is in `checks.identity_believed`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from checks.check import Check, Example, Kind, Measured, Reading, every, measured
from checks.disputes import disputed, doubted, undisputed
from specs.facts import Facts, Identity, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _said(leaf: str) -> Callable[[Facts], Reading]:
    """What the firmware says under that name; where two sources differ about it, it passes nothing."""

    def read(facts: Facts) -> Reading:
        return undisputed(facts, f"identity.{leaf}")

    return read


def _hardware_hash(facts: Facts) -> Reading:
    return measured(facts.identity.hardware_hash)


def _model(facts: Facts) -> Reading:
    maker, product = facts.identity.manufacturer, facts.identity.product
    if isinstance(maker, Unknown):
        return maker
    if isinstance(product, Unknown):
        return product
    reading = Measured(f"{maker.value} {product.value}", every((maker, product)))
    return doubted(reading, disputed(facts, "identity.manufacturer", "identity.product"))


_BLANK: Final = Unknown("the field is blank", ("smbios",), "absent")
_LENOVO: Final = Facts(identity=Identity(manufacturer=known("LENOVO"), product=known("20L8"), serial=known("PF1A2B3C")))
_UUID: Final = "4c4c4544-0043-3010-8052-b4c04f564631"

CHECKS: Final = (
    Check(
        id="identity.serial",
        title="Serial number",
        kind=Kind.IDENTITY,
        waivable=False,
        measure=Measure.TEXT,
        looks_at="the serial number that the firmware gives",
        needs=("smbios",),
        decides="the profile says which shapes are a serial; a placeholder or a blank is unknown, and two sources that"
        " differ pass nothing",
        remedy="Check the label. Put the laptop on the query shelf: its firmware has no usable serial number.",
        read=_said("serial"),
        examples=(
            Example("a Lenovo says PF1A2B3C", _LENOVO, "PF1A2B3C"),
            Example("a blank serial", Facts(identity=Identity(serial=_BLANK)), None),
        ),
    ),
    Check(
        id="identity.model",
        title="Model",
        kind=Kind.IDENTITY,
        measure=Measure.TEXT,
        looks_at="the manufacturer and product name in the firmware",
        needs=("smbios",),
        decides="the profile says which models it covers; a placeholder is unknown, and two sources that differ pass"
        " nothing",
        remedy="Put the laptop on the query shelf: its firmware does not say which model it is.",
        read=_model,
        examples=(
            Example("a Lenovo machine type", _LENOVO, "LENOVO 20L8"),
            Example("a maker without a product", Facts(identity=Identity(manufacturer=known("LENOVO"))), None),
        ),
    ),
    Check(
        id="identity.chassis",
        title="Kind of computer",
        kind=Kind.IDENTITY,
        measure=Measure.TEXT,
        looks_at="the chassis type in the firmware (1.8 % of real laptops say Other or Desktop)",
        needs=("smbios",),
        decides="the profile lists the chassis types of a laptop",
        remedy="Look at it: if it is a laptop, carry on; the firmware names the wrong chassis.",
        read=_said("chassis"),
        examples=(
            Example("a notebook", Facts(identity=Identity(chassis=known("Notebook"))), "Notebook"),
            Example("the firmware has no chassis record", Facts(identity=Identity(chassis=_BLANK)), None),
        ),
    ),
    Check(
        id="identity.sku",
        title="SKU number",
        kind=Kind.IDENTITY,
        measure=Measure.TEXT,
        looks_at="the maker's order number of this variant, as the firmware gives it (blank in 32 % of real laptops)",
        needs=("smbios",),
        decides="the profile says which; a placeholder is unknown, and two sources that differ pass nothing",
        remedy="This is not the variant that was ordered. Put the laptop on the query shelf.",
        read=_said("sku"),
        examples=(
            Example("an HP order number", Facts(identity=Identity(sku=known("9VZ24EA#ABU"))), "9VZ24EA#ABU"),
            Example("a placeholder", Facts(identity=Identity(sku=_BLANK)), None),
        ),
    ),
    Check(
        id="identity.uuid",
        title="System UUID",
        kind=Kind.IDENTITY,
        measure=Measure.TEXT,
        looks_at="the UUID that the firmware gives",
        needs=("smbios",),
        decides="the profile says which shapes it accepts; all zeros, all ones and the makers' samples are unknown, and"
        " two sources that differ pass nothing",
        remedy="The firmware has no usable UUID, so that no management system can tell this laptop from others."
        " Put it on the query shelf.",
        read=_said("uuid"),
        examples=(
            Example("a UUID of its own", Facts(identity=Identity(uuid=known(_UUID))), _UUID),
            Example("all zeros", Facts(identity=Identity(uuid=_BLANK)), None),
        ),
    ),
    Check(
        id="identity.board_serial",
        title="Mainboard's serial number",
        kind=Kind.IDENTITY,
        measure=Measure.TEXT,
        looks_at="the serial number of the mainboard, which a repair with a new board changes",
        needs=("smbios",),
        decides="the profile says which shapes are a serial; a placeholder or a blank is unknown, and two sources that"
        " differ pass nothing",
        remedy="Put the laptop on the query shelf: its mainboard has no serial number that can be recorded.",
        read=_said("board_serial"),
        examples=(
            Example(
                "a board with a serial", Facts(identity=Identity(board_serial=known("L1HF91K00AB"))), "L1HF91K00AB"
            ),
            Example("a blank one", Facts(identity=Identity(board_serial=_BLANK)), None),
        ),
    ),
    Check(
        id="identity.asset_tag",
        title="Asset tag",
        kind=Kind.IDENTITY,
        measure=Measure.TEXT,
        looks_at="the asset tag that somebody wrote into the firmware",
        needs=("smbios",),
        decides="the profile says which shapes are a tag of ours; new stock has none, which is unknown",
        remedy="Compare it with the tag on the case. If they differ, or the tag is another owner's, put the laptop on"
        " the query shelf.",
        read=_said("asset_tag"),
        examples=(
            Example("a tag was written", Facts(identity=Identity(asset_tag=known("DFE-004211"))), "DFE-004211"),
            Example("nobody wrote one", Facts(identity=Identity(asset_tag=_BLANK)), None),
        ),
    ),
    Check(
        id="identity.hardware_hash",
        title="Hardware hash taken",
        kind=Kind.IDENTITY,
        measure=Measure.YES_NO,
        looks_at="whether the evidence holds the sealed Autopilot hardware hash; the hash itself is never opened here",
        needs=("sealed-*",),
        decides="yes where it was taken and sealed; unknown where it was not, or where its envelope cannot be read",
        remedy="Run the probe again in Windows as an administrator, with the station's sealing key.",
        read=_hardware_hash,
        examples=(
            Example("taken and sealed", Facts(identity=Identity(hardware_hash=known(True))), True),
            Example("not taken", Facts(), None),
        ),
    ),
)
