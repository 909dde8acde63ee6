"""Processor: whose is it, which one, and how many cores and threads?"""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Kind, Reading
from checks.disputes import undisputed
from specs.facts import Facts, Known, Processor, known
from specs.quantities import Measure

__all__ = ["CHECKS"]


def _vendor(facts: Facts) -> Reading:
    model = facts.processor.model
    return undisputed(facts, "processor.vendor", model.value if isinstance(model, Known) else "")


def _cores(facts: Facts) -> Reading:
    return undisputed(facts, "processor.cores")


def _model(facts: Facts) -> Reading:
    return undisputed(facts, "processor.model")


def _threads(facts: Facts) -> Reading:
    return undisputed(facts, "processor.threads")


def _architecture(facts: Facts) -> Reading:
    return undisputed(facts, "processor.architecture")


_CELERON: Final = "Intel(R) Celeron(R) N4020 CPU @ 1.10GHz"

CHECKS: Final = (
    Check(
        id="processor.vendor",
        title="Processor",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the maker of the processor",
        needs=("cpu",),
        decides="the profile lists the makers that the department accepts",
        remedy="Wrong processor for this order. Put the laptop on the query shelf.",
        read=_vendor,
        examples=(
            Example("an Intel", Facts(processor=Processor(vendor=known("Intel"))), "Intel"),
            Example("nobody looked", Facts(), None),
        ),
    ),
    Check(
        id="processor.cores",
        title="Processor cores",
        kind=Kind.INVENTORY,
        measure=Measure.COUNT,
        looks_at="the number of cores that the running system sees",
        needs=("cpu",),
        decides="the profile gives the least number; two sources that differ pass nothing",
        remedy="Too few cores. Put the laptop on the query shelf.",
        read=_cores,
        examples=(
            Example("two cores", Facts(processor=Processor(cores=known(2))), 2),
            Example("only the threads are known", Facts(processor=Processor(threads=known(4))), None),
        ),
    ),
    Check(
        id="processor.model",
        title="Processor model",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the name that the processor gives itself",
        needs=("cpu",),
        decides="the profile says which; two sources that differ pass nothing",
        remedy="Wrong processor for this order. Put the laptop on the query shelf.",
        read=_model,
        examples=(
            Example("a Celeron", Facts(processor=Processor(model=known(_CELERON))), _CELERON),
            Example("only its maker is known", Facts(processor=Processor(vendor=known("Intel"))), None),
        ),
    ),
    Check(
        id="processor.threads",
        title="Processor threads",
        kind=Kind.INVENTORY,
        measure=Measure.COUNT,
        looks_at="the number of threads that the running system sees",
        needs=("cpu",),
        decides="the profile gives the least number",
        remedy="Too few threads. See that the firmware has no core switched off; if not, put the laptop on the query"
        " shelf.",
        read=_threads,
        examples=(
            Example("four threads", Facts(processor=Processor(threads=known(4))), 4),
            Example("only the cores are known", Facts(processor=Processor(cores=known(2))), None),
        ),
    ),
    Check(
        id="processor.architecture",
        title="Processor architecture",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the kernel's word for the kind of processor, such as x86_64 or aarch64",
        needs=("cpu",),
        decides="the profile says which images there are for",
        remedy="No image of ours runs on this processor. Put the laptop on the query shelf.",
        read=_architecture,
        examples=(
            Example("64-bit Intel or AMD", Facts(processor=Processor(architecture=known("x86_64"))), "x86_64"),
            Example("nobody looked", Facts(), None),
        ),
    ),
)
