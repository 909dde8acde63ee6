import contextlib
import json

import pytest
from hypothesis import given

from hardware.evidence.errors import EvidenceError
from hardware.evidence.machine.lscpu import lscpu_reading, read_lscpu
from tests.hardware.evidence.mutations import mutated
from tests.hardware.evidence.support import value_of

FLAT = """\
Architecture:          x86_64
CPU op-mode(s):        32-bit, 64-bit
CPU(s):                8
On-line CPU(s) list:   0-3
Off-line CPU(s) list:  4-7
Thread(s) per core:    2
Core(s) per socket:    4
Socket(s):             1
Vendor ID:             GenuineIntel
Model:                 142
Model name:            Example(R) CPU @ 1.80GHz
NUMA node0 CPU(s):     0-7
Flags:                 fpu vme de
"""
TREE = """\
Architecture:             x86_64
  CPU op-mode(s):         32-bit, 64-bit
CPU(s):                   16
  On-line CPU(s) list:    0-15
Vendor ID:                AuthenticAMD
  BIOS Vendor ID:         Other
  Model name:             Example CPU
    BIOS Model name:      Another name  Unknown CPU @ 3.0GHz
    Thread(s) per core:   2
    Core(s) per socket:   8
    Socket(s):            1
    Flags:                fpu vme hypervisor
Virtualization features:
  Hypervisor vendor:      KVM
  Virtualization type:    full
"""
TWO_KINDS = """\
Architecture:           aarch64
CPU(s):                 6
Vendor ID:              ARM
  Model name:           Cortex-A53
    Thread(s) per core: 1
    Core(s) per socket: 4
    Socket(s):          1
  Model name:           Cortex-A72
    Thread(s) per core: 1
    Core(s) per socket: 2
    Socket(s):          1
    Flags:              fp asimd
"""
CLUSTERS = """\
Architecture:            aarch64
CPU(s):                  6
Vendor ID:               Apple
  Model name:            -
    Thread(s) per core:  1
    Core(s) per cluster: 3
    Socket(s):           -
    Cluster(s):          2
"""


def as_json(text, nested):
    """What lscpu -J prints for what `text` prints."""
    rows: list[dict[str, object]] = []
    parents: list[tuple[int, list[dict[str, object]]]] = [(-1, rows)]
    for line in text.splitlines():
        key, _, value = line.partition(":")
        row: dict[str, object] = {"field": f"{key.strip()}:", "data": value.strip() or None}
        depth = len(line) - len(line.lstrip())
        while nested and parents[-1][0] >= depth:
            parents.pop()
        parents[-1][1].append(row)
        if nested:
            children: list[dict[str, object]] = []
            row["children"] = children
            parents.append((depth, children))
    return json.dumps({"lscpu": rows})


def facts(text):
    processor = read_lscpu(text.encode(), "lscpu").processor
    return {name: value_of(getattr(processor, name)) for name in processor.__struct_fields__}


@pytest.mark.parametrize("form", [str, lambda text: as_json(text, False), lambda text: as_json(text, True)])
def test_every_form_says_the_same(form):
    assert facts(form(FLAT)) == {
        "vendor": "Intel",
        "model": "Example(R) CPU @ 1.80GHz",
        "cores": 4,
        "threads": 8,
        "hypervisor": False,
        "sockets": 1,
        "architecture": "x86_64",
    }
    assert facts(form(TREE)) == {
        "vendor": "AMD",
        "model": "Example CPU",
        "cores": 8,
        "threads": 16,
        "hypervisor": True,
        "sockets": 1,
        "architecture": "x86_64",
    }


def test_two_kinds_of_core_are_added_up():
    for text in (TWO_KINDS, as_json(TWO_KINDS, True)):
        found = facts(text)
        assert (found["model"], found["cores"], found["threads"]) == ("Cortex-A53 + Cortex-A72", 6, 6)
        reading = lscpu_reading(text.encode())
        assert (reading.model_name, reading.cores_per_socket, reading.threads_per_core) == ("Cortex-A53", 4, 1)
    assert found["hypervisor"] is None


def test_clusters_stand_in_for_sockets_that_nobody_knows():
    found = facts(CLUSTERS)
    assert (found["model"], found["cores"], found["sockets"], found["vendor"]) == (None, 6, None, "Apple")
    assert lscpu_reading(CLUSTERS.encode()).cores_per_socket is None


def test_what_is_not_printed_is_unknown():
    found = facts("Architecture:  riscv64\nCPU(s):  4\nModel name:  -\n")
    assert found == {**dict.fromkeys(found), "architecture": "riscv64", "threads": 4}


def test_more_cores_than_threads_are_no_count():
    assert facts(FLAT.replace("Socket(s):             1", "Socket(s):             9"))["cores"] is None
    assert facts(FLAT.replace("CPU(s):                8", "CPU(s):                4"))["cores"] == 4


def test_broken_lines_of_flags_are_put_together():
    assert facts(FLAT + "                       sse hypervisor\n")["hypervisor"] is True


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "Architecture :  x86_64\nProcesseur(s) :  4\n",
        "# The following is the parsable format\n0,0,0,0\n",
        "CPU NODE SOCKET CORE L1d:L1i:L2:L3 ONLINE\n  0    0      0    0 0:0:0:0          yes\n",
        '{"cpus": [{"cpu": 0}]}',
        '{"lscpu": []}',
        "CPU(s): 0\n",
        "CPU(s): 99999999999999999999\n",
    ],
)
def test_other_text_other_tables_and_other_languages_are_refused(text):
    with pytest.raises(EvidenceError):
        read_lscpu(text.encode(), "lscpu")


def test_every_scored_field_of_every_capture_is_right(entries, same):
    for name, data, wanted in entries("lscpu"):
        reading = lscpu_reading(data)
        for field in ("model_name", "cpus", "cores_per_socket", "threads_per_core", "sockets", "vendor", "arch"):
            assert same(wanted[field], getattr(reading, field)), (name, field)
        processor = read_lscpu(data, "lscpu").processor
        assert value_of(processor.cores) == wanted["cores_per_socket"] * wanted["sockets"], name
        assert value_of(processor.threads) == wanted["cpus"], name
        assert value_of(processor.hypervisor) in (False, None), name


@given(mutated(FLAT.encode(), TREE.encode(), TWO_KINDS.encode(), as_json(TREE, True).encode()))
def test_whatever_the_bytes_are_they_are_read_or_refused(data):
    with contextlib.suppress(EvidenceError):
        read_lscpu(data, "lscpu")
