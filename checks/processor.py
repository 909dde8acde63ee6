"""Processor: whose is it, and how many cores?"""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Reading, measured
from specs.facts import Facts, Known, Processor, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _vendor(facts: Facts) -> Reading:
    model = facts.processor.model
    return measured(facts.processor.vendor, model.value if isinstance(model, Known) else "")


def _cores(facts: Facts) -> Reading:
    return measured(facts.processor.cores)


CHECKS: Final = (
    Check(
        id="processor.vendor",
        title="Processor",
        measure=Measure.TEXT,
        looks_at="the maker of the processor",
        needs=("cpu",),
        decides="the profile lists the makers that the department accepts",
        remedy="Wrong processor for this order. Put the laptop on the query shelf.",
        read=_vendor,
        examples=(Example("an Intel", Facts(processor=Processor(vendor=known("Intel"))), "Intel"),),
    ),
    Check(
        id="processor.cores",
        title="Processor cores",
        measure=Measure.COUNT,
        looks_at="the number of cores that the running system sees",
        needs=("cpu",),
        decides="the profile gives the least number",
        remedy="Too few cores. Put the laptop on the query shelf.",
        read=_cores,
        examples=(Example("two cores", Facts(processor=Processor(cores=known(2))), 2),),
    ),
)
