"""Where each slot gets its laptops from, and choosing another place while the bench runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from specs.text import clean
from station.bench import wording
from station.bench.devices import Devices
from station.bench.docks import NETWORK, Docks, LaptopRefused, check_laptop, parse_address
from station.bench.protocol import PutInSlot, ScanOutcome, UseAddress
from station.bench.slot import Slot

__all__ = ["ADDRESS", "MOST_SLOTS", "Places"]

ADDRESS: Final = "agents"
"""The setting of where laptops on the network dial."""
MOST_SLOTS: Final = 16


class Places:
    """The docks of one bench's slots. `make` gives a slot that is not there yet; `answer` tells the one who asked.

    Its methods are called one after the other: the engine holds its lock around each.
    """

    def __init__(
        self,
        docks: Docks,
        devices: Devices,
        slots: Mapping[int, Slot],
        make: Callable[[int], Slot],
        answer: Callable[[ScanOutcome, str, str, int], None],
    ) -> None:
        self._docks = docks
        self._devices = devices
        self._slots = slots
        self._make = make
        self._answer = answer
        self._laptops: dict[int, str] = {}

    async def open(self, slot: int, laptop: str) -> None:
        """Opens a slot at the place that its setting names."""
        self._laptops[slot] = laptop
        await self._make(slot).use(self._docks.dock(laptop, slot))

    async def put(self, command: PutInSlot) -> None:
        """A slot gets its laptops from another place from now on, or from none."""
        if not 1 <= command.slot <= MOST_SLOTS:
            self._refuse(wording.no_such_slot(command.slot))
            return
        slot = self._slots.get(command.slot) or self._make(command.slot)
        if slot.busy:
            self._refuse(wording.slot_busy(command.slot), command.slot)
            return
        try:
            laptop = check_laptop(command.laptop)
        except LaptopRefused as error:
            self._refuse(clean(str(error)), command.slot)
            return
        if await self._devices.keep(f"slot.{command.slot}", laptop):
            # Whoever starts the bench again after a power cut, with the command that he always gives, names it again.
            again = laptop == self._laptops.get(command.slot)
            self._laptops[command.slot] = laptop
            await slot.use(self._docks.dock(laptop, command.slot) if laptop else None, again=again)

    async def use_address(self, command: UseAddress) -> None:
        """Laptops on the network dial at another address from now on."""
        try:
            address = parse_address(command.address)
        except LaptopRefused as error:
            self._refuse(clean(str(error)))
            return
        dialled = [slot for number, slot in self._slots.items() if self._laptops.get(number) == NETWORK]
        busy = next((slot for slot in dialled if slot.busy), None)
        if busy is not None:
            self._refuse(wording.slot_busy(busy.number), busy.number)
            return
        if not await self._devices.keep(ADDRESS, command.address):
            return
        for slot in dialled:
            await slot.use(None, again=True)
        await self._docks.listen_on(address)
        for slot in dialled:
            await slot.use(self._docks.dock(NETWORK, slot.number), again=True)

    def _refuse(self, sentence: str, slot: int = 0) -> None:
        self._answer(ScanOutcome.REFUSED, "", sentence, slot)
