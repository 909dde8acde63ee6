"""The `cpu` item, /proc/cpuinfo: the processor as the running system sees it, and whether it is a virtual machine's.

x86 repeats every key for each thread. ARM names no model but on 32-bit kernels ("Processor" once for all, or "model
name" in each), and no core; POWER says "cpu", MIPS "cpu model", RISC-V only what a hart can do. A core that is
switched off is not listed at all. jc reads the three captures as well (0.4 ms each), but what it gives is these
mappings: all the rest below would stay, so it is not taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hardware.evidence.decoding import as_int, decode_text
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent, number_fact, text_fact
from hardware.evidence.machine.dmi_facts import vendor_word
from specs.facts import Fact, Facts, Known, Processor

__all__ = ["MOST_PROCESSORS", "processors", "read_cpu"]

MOST_PROCESSORS: Final = 4096

_MODEL_KEYS: Final = ("model name", "Processor", "cpu model", "cpu")


def read_cpu(data: bytes, item: str) -> Facts:
    """The processor facts. Raises `EvidenceError` where the text is not /proc/cpuinfo."""
    entries = processors(data)
    first = entries[0]
    model = next((first[key] for key in _MODEL_KEYS if first.get(key)), None)
    x86 = "flags" in first
    whole = _lists_all(entries)
    hypervisor: Fact[bool] = absent("/proc/cpuinfo lists no processor flags", item)
    if x86:
        hypervisor = Known("hypervisor" in first["flags"].split(), (item,))
    return Facts(
        processor=Processor(
            vendor=text_fact(vendor_word(first.get("vendor_id")), "the processor's maker", item),
            model=text_fact(model, "the processor's model", item),
            cores=number_fact(_cores(entries) if whole else None, "the number of cores", item, at_least=1),
            threads=number_fact(len(entries) if whole else None, "the number of threads", item, at_least=1),
            hypervisor=hypervisor,
            sockets=number_fact(_sockets(entries), "the number of sockets", item, at_least=1),
        )
    )


def processors(data: bytes) -> list[Mapping[str, str]]:
    """One mapping of key to value for each processor, in order; a key that comes before all is in the first."""
    entries: list[dict[str, str]] = []
    common: dict[str, str] = {}
    for line in decode_text(data).splitlines():
        key, colon, value = line.partition(":")
        key, value = key.strip(), value.strip()
        if not colon:
            continue
        if key == "processor" and as_int(value) is not None:
            if len(entries) >= MOST_PROCESSORS:
                raise EvidenceError(f"the text lists more than {MOST_PROCESSORS} processors")
            entries.append({key: value})
        elif entries:
            entries[-1].setdefault(key, value)
        elif len(common) < 256:
            common[key] = value
    if not entries and ("Processor" in common or "model name" in common):
        # An old ARM kernel with one processor gives it no number.
        return [common]
    if not entries:
        raise EvidenceError("the text is not /proc/cpuinfo (it lists no processor)")
    return [{**common, **entry} for entry in entries]


def _lists_all(entries: list[Mapping[str, str]]) -> bool:
    """False where a package has fewer entries than it says it has threads: the text is only the beginning."""
    for package in {entry.get("physical id") for entry in entries}:
        own = [entry for entry in entries if entry.get("physical id") == package]
        if len(own) < max((as_int(entry.get("siblings")) or 0 for entry in own), default=0):
            return False
    return True


def _sockets(entries: list[Mapping[str, str]]) -> int | None:
    """Distinct packages; None where the kernel does not number them."""
    packages = {as_int(entry.get("physical id")) for entry in entries}
    return None if None in packages else len(packages)


def _cores(entries: list[Mapping[str, str]]) -> int | None:
    """Distinct (package, core) pairs; None where the kernel does not tell threads from cores."""
    pairs = {(entry.get("physical id"), entry.get("core id")) for entry in entries}
    if any(core is None for _, core in pairs):
        return None
    return len(pairs)
