"""One battery as a source printed it, and the facts in that: the same rules for every source.

What counts as no value is decided here and nowhere else (quirks.md nos. 16 to 19): a capacity of 0, cycles of 0, a
capacity that no battery has, two capacities that do not belong together.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from hardware.evidence.leaves import absent, number_fact, text_fact
from specs.facts import Battery, Fact, Known
from specs.text import clean

__all__ = ["MOST_BATTERIES", "BatteryRecord", "charge_energy"]

MOST_BATTERIES: Final = 16
"""A laptop has one or two."""

# The largest that may fly with its owner has 160 Wh; ten times that is a mistake of the firmware.
_MOST_WH: Final = 1000.0
# The most cycles on a gauge of 16 bits; 65535 is all ones, which is no count.
_MOST_CYCLES: Final = 65534
# A new battery holds some per cent more than its design says; twice as much is another unit.
_MOST_HEALTH: Final = 200.0
# One cell never has less than 1 V, no laptop more than 60 V (the limit of safe touch); in microvolts.
_LEAST_MICROVOLTS: Final = 1_000_000
_MOST_MICROVOLTS: Final = 60_000_000


class BatteryRecord(Struct, frozen=True, kw_only=True):
    """A battery by its source's own words. Energy in watt-hours, charge in ampere-hours; None is not said.

    `health` is the source's own per cent, believed only where no two capacities are given.
    """

    name: str
    present: bool | None = None
    design_wh: float | None = None
    full_wh: float | None = None
    design_ah: float | None = None
    full_ah: float | None = None
    health: float | None = None
    cycles: int | None = None
    charge_percent: int | None = None
    status: str | None = None
    chemistry: str | None = None
    model: str | None = None
    serial: str | None = None
    manufacturer: str | None = None

    def battery(self, item: str) -> Battery:
        """The facts, read from evidence item `item`."""
        name = clean(self.name, 32)
        if self.present is False:
            empty = absent("there is no battery in the bay", item)
            return Battery(name, Known(False, (item,)), **dict.fromkeys(Battery.__struct_fields__[2:], empty))
        cycles = self.cycles if self.cycles is not None and self.cycles <= _MOST_CYCLES else None
        charge = self.charge_percent if self.charge_percent is not None and self.charge_percent <= 100 else None
        return Battery(
            name=name,
            present=Known(True, (item,)) if self.present else absent("the evidence does not say if it is there", item),
            design_wh=_energy(self.design_wh, self.design_ah, "design", item),
            full_wh=_energy(self.full_wh, self.full_ah, "full", item),
            # 0 is what firmware says that does not count (quirks.md no. 18).
            cycles=number_fact(cycles, "the count of charge cycles", item, at_least=1),
            health_percent=self._health(item),
            status=text_fact(self.status, "the battery's state", item),
            chemistry=text_fact(self.chemistry, "the battery's chemistry", item),
            model=text_fact(self.model, "the battery's model", item),
            serial=text_fact(self.serial, "the battery's serial", item),
            manufacturer=text_fact(self.manufacturer, "the battery's maker", item),
            charge_percent=number_fact(charge, "how full the battery is", item),
        )

    def _health(self, item: str) -> Fact[float]:
        for full, design in ((self.full_wh, self.design_wh), (self.full_ah, self.design_ah)):
            if full and design:
                health = full / design * 100
                if health > _MOST_HEALTH:
                    return absent("the battery's full and design capacity do not belong together", item)
                return Known(round(health, 1), (item,))
        if self.health and self.health <= _MOST_HEALTH:
            return Known(round(self.health, 1), (item,))
        return absent("the battery does not give both its full and its design capacity", item)


def charge_energy(microampere_hours: int | None, design_microvolts: int | None) -> float | None:
    """Watt-hours of a charge at the design's voltage (never the voltage of the moment: quirks.md no. 17).

    None where either is missing or 0, or the voltage is none that a battery has.
    """
    if not microampere_hours or design_microvolts is None:
        return None
    if not _LEAST_MICROVOLTS <= design_microvolts <= _MOST_MICROVOLTS:
        return None
    return microampere_hours * design_microvolts / 1e12


def _energy(energy: float | None, charge: float | None, word: str, item: str) -> Fact[float]:
    if energy and energy > _MOST_WH:
        return absent(f"the battery's {word} capacity is more than any battery has", item)
    # Less than a milliwatt-hour is nothing.
    if energy and round(energy, 3):
        return Known(round(energy, 3), (item,))
    if charge:
        return absent(f"the battery gives its {word} charge but no design voltage", item)
    return absent(f"the battery does not give its {word} capacity", item)
