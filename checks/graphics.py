"""Graphics: which adapters are fitted, and do they have drivers?"""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Kind, Measured, Reading
from checks.several import all_told, count_of, texts_of
from specs.facts import Facts, Graphics, Unknown, known
from specs.quantities import Measure

__all__ = ["CHECKS"]

_NO_ADAPTER: Final = "no graphics adapter"


def _count(facts: Facts) -> Reading:
    return count_of(facts.graphics, lambda adapter: adapter.name)


def _driver(facts: Facts) -> Reading:
    adapters = facts.graphics
    if isinstance(adapters, Unknown):
        return adapters
    none = Measured(False, adapters.evidence, _NO_ADAPTER)
    return all_told(((one.name, one.driver) for one in adapters.value), none)


def _model(facts: Facts) -> Reading:
    adapters = facts.graphics
    if isinstance(adapters, Unknown):
        return adapters
    return texts_of(((one.name, one.model) for one in adapters.value), Measured(_NO_ADAPTER, adapters.evidence))


_INTEL: Final = Facts(
    graphics=known((Graphics("0000:00:02.0", driver=known("i915"), model=known("UHD Graphics 600")),))
)
_BARE: Final = Facts(
    graphics=known((Graphics("0000:00:02.0", driver=Unknown("the device has no driver", ("pci",), "absent")),))
)
_NONE: Final = Facts(graphics=known(()))

CHECKS: Final = (
    Check(
        id="graphics.count",
        title="Graphics adapters",
        kind=Kind.INVENTORY,
        measure=Measure.COUNT,
        looks_at="how many graphics adapters answer",
        needs=("pci", "lspci", "windows"),
        decides="the profile says how many; unknown where the processor has them inside and none is on PCI",
        remedy="Other graphics than ordered. Put the laptop on the query shelf.",
        read=_count,
        examples=(
            Example("one", _INTEL, 1),
            Example("none", _NONE, 0),
            Example("nobody looked", Facts(), None),
        ),
    ),
    Check(
        id="graphics.driver",
        title="Graphics driver",
        kind=Kind.SOFTWARE,
        measure=Measure.YES_NO,
        looks_at="whether a driver has taken every graphics adapter",
        needs=("pci", "windows"),
        decides="yes where each adapter names its driver; no where there is no adapter; unknown where one names none:"
        " it may have none, or the evidence does not say",
        remedy="The graphics have no driver. Put the laptop on the re-image shelf.",
        read=_driver,
        examples=(
            Example("an Intel with its driver", _INTEL, True),
            Example("no adapter", _NONE, False),
            Example("one that names no driver", _BARE, None),
        ),
    ),
    Check(
        id="graphics.model",
        title="Graphics model",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the names of the graphics adapters; the kernel has only their numbers, Windows and lspci have names",
        needs=("lspci", "windows"),
        decides="within where each of them is allowed and each adapter has a name; no adapter at all is a fault",
        remedy="Other graphics than ordered. Put the laptop on the query shelf.",
        read=_model,
        examples=(
            Example("an Intel", _INTEL, ("UHD Graphics 600",)),
            Example("none", _NONE, _NO_ADAPTER),
            Example("one without a name", _BARE, None),
        ),
    ),
)
