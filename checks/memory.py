"""Memory: how much is fitted and of which type, as the firmware lists its modules; and does the system see it all?"""

from __future__ import annotations

from typing import Final

from checks.check import Check, Example, Kind, Measured, Reading, absent, every, measured
from checks.disputes import disputed, doubted, undisputed
from checks.several import count_of, texts_of
from specs.facts import Facts, Known, Memory, MemoryModule, Unknown, known
from specs.quantities import Measure, render

__all__ = ["CHECKS"]


def _installed(facts: Facts) -> Reading:
    modules = facts.memory.modules
    count = len(modules.value) if isinstance(modules, Known) else 0
    detail = f"{count} module{'s' if count != 1 else ''}" if count else ""
    return undisputed(facts, "memory.installed_bytes", detail)


def _place(module: MemoryModule) -> str:
    return module.locator.value if isinstance(module.locator, Known) else "a module"


def _modules(facts: Facts) -> Reading:
    return count_of(facts.memory.modules, _place)


def _type(facts: Facts) -> Reading:
    modules = facts.memory.modules
    if isinstance(modules, Unknown):
        return modules
    none = Measured("no memory module", modules.evidence)
    return texts_of(((_place(module), module.type) for module in modules.value), none)


def _slots(facts: Facts) -> Reading:
    return measured(facts.memory.slots)


def _unaccounted(facts: Facts) -> Reading:
    fitted, seen = facts.memory.installed_bytes, facts.memory.visible_bytes
    if isinstance(fitted, Unknown):
        return fitted
    if isinstance(seen, Unknown):
        return seen
    if fitted.value <= 0 or not 0 <= seen.value <= fitted.value:
        return absent("what is fitted and what the running system sees do not belong together", fitted, seen)
    words = (render(fact.value, Measure.MEMORY_SIZE) for fact in (fitted, seen))
    share = 100 * (fitted.value - seen.value) / fitted.value
    reading = Measured(share, every((fitted, seen)), "{} fitted, {} seen".format(*words))
    return doubted(reading, disputed(facts, "memory.installed_bytes"))


_TWO: Final = Facts(
    memory=Memory(
        modules=known(
            (
                MemoryModule(locator=known("DIMM A"), type=known("DDR4"), size_bytes=known(4 * 2**30)),
                MemoryModule(locator=known("DIMM B"), type=known("DDR4"), size_bytes=known(4 * 2**30)),
            )
        ),
    )
)
_FOUR_GB: Final = 4 * 2**30

CHECKS: Final = (
    Check(
        id="memory.installed",
        title="Memory",
        kind=Kind.INVENTORY,
        measure=Measure.MEMORY_SIZE,
        looks_at="the sum of the memory devices that the firmware lists as fitted, soldered ones included",
        needs=("smbios",),
        decides="never by what the running system sees, which is always less: an honest 4 GB laptop would fail; two"
        " sources that differ pass nothing",
        remedy="Too little memory. Put the laptop on the repair shelf; check that every module is seated.",
        read=_installed,
        examples=(
            Example("4 GB fitted", Facts(memory=Memory(installed_bytes=known(4 * 2**30))), 4 * 2**30),
            Example("only the visible memory is known", Facts(memory=Memory(visible_bytes=known(4 * 2**30))), None),
        ),
    ),
    Check(
        id="memory.modules",
        title="Memory modules",
        kind=Kind.INVENTORY,
        measure=Measure.COUNT,
        looks_at="how many memory devices the firmware lists as fitted; soldered memory is often four or eight of them",
        needs=("smbios",),
        decides="the profile says how many; a firmware that lists none gives 0",
        remedy="Other memory than ordered. Put the laptop on the repair shelf; check that every module is seated.",
        read=_modules,
        examples=(
            Example("two modules", _TWO, 2),
            Example("the table was not collected", Facts(), None),
        ),
    ),
    Check(
        id="memory.type",
        title="Memory type",
        kind=Kind.INVENTORY,
        measure=Measure.TEXT,
        looks_at="the types of the fitted modules, such as DDR4 or LPDDR4",
        needs=("smbios",),
        decides="within where each of them is allowed and every module names its type; no module at all is a fault",
        remedy="Other memory than ordered. Put the laptop on the query shelf.",
        read=_type,
        examples=(
            Example("two alike", _TWO, ("DDR4",)),
            Example("a module that does not say", Facts(memory=Memory(modules=known((MemoryModule(),)))), None),
            Example("none is fitted", Facts(memory=Memory(modules=known(()))), "no memory module"),
        ),
    ),
    Check(
        id="memory.slots",
        title="Memory slots",
        kind=Kind.INVENTORY,
        measure=Measure.COUNT,
        looks_at="how many memory devices the firmware has room for, fitted or not",
        needs=("smbios",),
        decides="the profile says how many",
        remedy="This is another variant than ordered. Put the laptop on the query shelf.",
        read=_slots,
        examples=(
            Example("two slots", Facts(memory=Memory(slots=known(2))), 2),
            Example("the table was not collected", Facts(), None),
        ),
    ),
    Check(
        id="memory.unaccounted",
        title="Memory out of sight",
        kind=Kind.HEALTH,
        measure=Measure.PERCENT,
        looks_at="the share of the fitted memory that the running system does not see; the graphics always keep some",
        needs=("smbios", "memory"),
        decides="the profile gives the most; unknown where the system sees more than the firmware says is fitted",
        remedy="A part of the memory does not answer. Put the laptop on the repair shelf; check that every module is"
        " seated.",
        read=_unaccounted,
        examples=(
            Example(
                "an eighth is out of sight",
                Facts(memory=Memory(installed_bytes=known(_FOUR_GB), visible_bytes=known(_FOUR_GB * 7 // 8))),
                12.5,
            ),
            Example(
                "more is seen than is fitted",
                Facts(memory=Memory(installed_bytes=known(_FOUR_GB), visible_bytes=known(2 * _FOUR_GB))),
                None,
            ),
        ),
    ),
)
