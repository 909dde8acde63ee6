"""The text of `lscpu`, or its JSON (`lscpu -J`): what util-linux makes of /proc/cpuinfo and sysfs.

All versions: the flat list before 2.37, the tree after it, the JSON with and without `children`. The tables `-e` and
`-p` name no model and are refused, and so is a list in another language: run it with LC_ALL=C. An ARM machine with
two kinds of core has a block for each, and so each its model; the counts are summed over them. No library reads this
text: jc 1.26 has no parser for it.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from hardware.evidence.decoding import as_int, decode_json, decode_text, dig, text_of
from hardware.evidence.errors import EvidenceError
from hardware.evidence.leaves import absent, number_fact, text_fact
from hardware.evidence.machine.dmi_facts import vendor_word
from specs.facts import Fact, Facts, Known, Processor

__all__ = ["CoreKind", "LscpuReading", "lscpu_reading", "read_lscpu"]

_MOST_FIELDS: Final = 4096
_MOST_KINDS: Final = 16
_MOST_CPUS: Final = 4096
# "-" is what lscpu prints for what it does not know.
_NOTHING: Final = ("", "-")

_Pairs = list[tuple[str, str]]


class CoreKind(Struct, frozen=True):
    """One kind of core. `groups` is the number of sockets, or of clusters where the kernel names no socket."""

    model: str | None = None
    threads_per_core: int | None = None
    cores_per_group: int | None = None
    groups: int | None = None
    clusters: bool = False

    def cores(self) -> int | None:
        """The cores of this kind."""
        return self.cores_per_group * self.groups if self.cores_per_group and self.groups else None


class LscpuReading(Struct, frozen=True):
    """What lscpu printed, raw. Of several kinds of core the first gives `model_name` and the counts per core.

    `cpus` are the logical processors, those that are switched off too. `flags` is None where it lists none.
    """

    arch: str | None
    vendor: str | None
    cpus: int | None
    sockets: int | None
    kinds: tuple[CoreKind, ...]
    hypervisor: str | None
    flags: tuple[str, ...] | None

    @property
    def model_name(self) -> str | None:
        """The model of the first kind of core."""
        return self.kinds[0].model

    @property
    def cores_per_socket(self) -> int | None:
        """Cores per socket; None where lscpu counts by cluster."""
        return None if self.kinds[0].clusters else self.kinds[0].cores_per_group

    @property
    def threads_per_core(self) -> int | None:
        """Threads per core of the first kind."""
        return self.kinds[0].threads_per_core


def read_lscpu(data: bytes, item: str) -> Facts:
    """The processor facts. Raises `EvidenceError` where the bytes are not lscpu's list in English."""
    reading = lscpu_reading(data)
    models = dict.fromkeys(kind.model for kind in reading.kinds if kind.model)
    counts = [kind.cores() for kind in reading.kinds]
    cores = sum(count or 0 for count in counts) if all(counts) else None
    if cores is not None and reading.cpus is not None and cores > reading.cpus:
        cores = None
    return Facts(
        processor=Processor(
            vendor=text_fact(vendor_word(reading.vendor), "the processor's maker", item),
            model=text_fact(" + ".join(models) or None, "the processor's model", item),
            cores=number_fact(cores, "the number of cores", item, at_least=1),
            threads=number_fact(reading.cpus, "the number of threads", item, at_least=1),
            hypervisor=_hypervisor(reading, item),
            sockets=number_fact(reading.sockets, "the number of sockets", item, at_least=1),
            architecture=text_fact(reading.arch, "the processor's architecture", item),
        )
    )


def lscpu_reading(data: bytes) -> LscpuReading:
    """The reading in lscpu's text or JSON. Raises `EvidenceError` where it is neither."""
    pairs = _json_pairs(data) if data.lstrip()[:1] == b"{" else _text_pairs(decode_text(data))
    first: dict[str, str] = {}
    for key, value in pairs:
        first.setdefault(key, value)
    cpus = _count(first.get("CPU(s)"))
    if cpus is None:
        raise EvidenceError("the text is not lscpu's list in English (no CPU(s)); run LC_ALL=C lscpu")
    flags = first.get("Flags")
    kinds = _kinds(pairs)
    sockets = next((kind.groups for kind in kinds if kind.groups and not kind.clusters), None)
    return LscpuReading(
        arch=_word(first.get("Architecture")),
        vendor=_word(first.get("Vendor ID")),
        cpus=cpus,
        sockets=sockets,
        kinds=kinds,
        hypervisor=_word(first.get("Hypervisor vendor")),
        flags=tuple(flags.split()) if flags is not None else None,
    )


def _text_pairs(text: str) -> _Pairs:
    pairs: _Pairs = []
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon and len(pairs) < _MOST_FIELDS:
            pairs.append((key.strip(), value.strip()))
        elif pairs and pairs[-1][0] == "Flags" and line[:1].isspace() and line.strip():
            # A terminal's width, or a mail, has broken the longest line.
            pairs[-1] = ("Flags", f"{pairs[-1][1]} {line.strip()}") if len(pairs[-1][1]) < 65536 else pairs[-1]
    return pairs


def _json_pairs(data: bytes) -> _Pairs:
    rows = dig(decode_json(data), "lscpu")
    if not isinstance(rows, list):
        raise EvidenceError("the JSON is not what lscpu -J prints")
    pairs: _Pairs = []
    # Depth first, in the order of the text; the decoder has bounded the depth.
    waiting: list[object] = rows[::-1]
    while waiting and len(pairs) < _MOST_FIELDS:
        row = waiting.pop()
        field, value = text_of(dig(row, "field")), dig(row, "data")
        if field is not None and isinstance(value, str | int) and not isinstance(value, bool):
            pairs.append((field.strip().removesuffix(":"), str(value).strip()))
        children = dig(row, "children")
        if isinstance(children, list):
            waiting.extend(children[::-1])
    return pairs


def _kinds(pairs: _Pairs) -> tuple[CoreKind, ...]:
    """A kind of core for each "Model name", at least one. The flat list has the counts before the model."""
    blocks: list[dict[str, str]] = [{}]
    for key, value in pairs:
        if key == "Model name" and key in blocks[-1] and len(blocks) < _MOST_KINDS:
            blocks.append({})
        blocks[-1].setdefault(key, value)
    return tuple(_kind(block) for block in blocks)


def _kind(block: dict[str, str]) -> CoreKind:
    threads = _count(block.get("Thread(s) per core"))
    model = _word(block.get("Model name"))
    cores, sockets = _count(block.get("Core(s) per socket")), _count(block.get("Socket(s)"))
    if cores is not None or "Core(s) per cluster" not in block:
        return CoreKind(model, threads, cores, sockets)
    clusters = _count(block.get("Cluster(s)"))
    return CoreKind(model, threads, _count(block.get("Core(s) per cluster")), clusters, clusters=True)


def _count(text: str | None) -> int | None:
    number = as_int(text)
    return number if number is not None and 1 <= number <= _MOST_CPUS else None


def _word(text: str | None) -> str | None:
    return None if text is None or text.strip() in _NOTHING else text.strip()


def _hypervisor(reading: LscpuReading, item: str) -> Fact[bool]:
    if reading.hypervisor is not None or "hypervisor" in (reading.flags or ()):
        return Known(True, (item,))
    if reading.flags is None or (reading.arch or "") not in ("x86_64", "i686", "i586", "i386"):
        return absent("lscpu lists no x86 processor flags", item)
    return Known(False, (item,))
