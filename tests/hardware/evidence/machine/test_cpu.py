import contextlib

import pytest
from hypothesis import given

from hardware.evidence.errors import EvidenceError
from hardware.evidence.machine.cpu import read_cpu
from tests.hardware.evidence.mutations import mutated
from tests.hardware.evidence.support import value_of


def cpuinfo(threads, cores, flags="fpu vme", vendor="GenuineIntel"):
    return "".join(
        f"processor\t: {n}\nvendor_id\t: {vendor}\nmodel name\t: Example CPU\nphysical id\t: 0\n"
        f"core id\t\t: {n % cores}\nflags\t\t: {flags}\n\n"
        for n in range(threads)
    ).encode()


def test_every_capture_is_right(entries):
    for name, data, facts in entries("cpuinfo"):
        processor = read_cpu(data, "cpu").processor
        assert value_of(processor.threads) == facts["entries"], name
        assert value_of(processor.model) == facts["model_name"], name


def test_cores_are_counted_once_and_threads_each():
    processor = read_cpu(cpuinfo(8, 4), "cpu").processor
    assert (value_of(processor.cores), value_of(processor.threads)) == (4, 8)
    assert value_of(processor.vendor) == "Intel"
    assert value_of(processor.hypervisor) is False


def test_a_virtual_machine_is_seen():
    processor = read_cpu(cpuinfo(1, 1, flags="fpu hypervisor", vendor="AuthenticAMD"), "cpu").processor
    assert value_of(processor.hypervisor) is True
    assert value_of(processor.vendor) == "AMD"


def test_cores_are_unknown_where_the_kernel_does_not_tell_them_from_threads():
    processor = read_cpu(
        b"processor : 0\nmodel name : Example\n\nprocessor : 1\nmodel name : Example\n", "cpu"
    ).processor
    assert value_of(processor.cores) is None
    assert value_of(processor.threads) == 2


OLD_ARM = b"""Processor\t: ARMv7 Processor rev 0 (v7l)
processor\t: 0
BogoMIPS\t: 38.40

processor\t: 1
BogoMIPS\t: 38.40

Features\t: swp half thumb
Hardware\t: Example Board
Serial\t\t: 0000000000000000
"""
NEW_ARM = b"""processor\t: 0
BogoMIPS\t: 26.00
Features\t: fp asimd
CPU implementer\t: 0x41
CPU architecture: 8
CPU part\t: 0xd03

processor\t: 1
BogoMIPS\t: 26.00
CPU implementer\t: 0x41
"""
POWER = b"processor\t: 0\ncpu\t\t: EXAMPLE9 (raw)\nclock\t\t: 2300MHz\n\nplatform\t: PowerNV\nmachine\t\t: Example\n"
RISCV = b"processor\t: 0\nhart\t\t: 1\nisa\t\t: rv64imafdc\nmmu\t\t: sv39\n\nprocessor\t: 1\nhart\t\t: 2\n"


@pytest.mark.parametrize(
    ("data", "model", "threads"),
    [
        (OLD_ARM, "ARMv7 Processor rev 0 (v7l)", 2),
        (NEW_ARM, None, 2),
        (POWER, "EXAMPLE9 (raw)", 1),
        (RISCV, None, 2),
    ],
)
def test_other_architectures_say_less_and_nothing_is_made_up(data, model, threads):
    processor = read_cpu(data, "cpu").processor
    assert (value_of(processor.model), value_of(processor.threads)) == (model, threads)
    assert value_of(processor.hypervisor) is None
    assert value_of(processor.cores) is None
    assert value_of(processor.sockets) is None


def test_sockets_are_the_distinct_packages():
    assert value_of(read_cpu(cpuinfo(8, 4), "cpu").processor.sockets) == 1
    two = cpuinfo(2, 2) + cpuinfo(2, 2).replace(b"physical id\t: 0", b"physical id\t: 1")
    processor = read_cpu(two, "cpu").processor
    assert (value_of(processor.sockets), value_of(processor.cores), value_of(processor.threads)) == (2, 4, 4)
    missing = cpuinfo(2, 2) + b"processor\t: 2\nmodel name\t: Example CPU\n"
    assert value_of(read_cpu(missing, "cpu").processor.sockets) is None


@given(mutated(cpuinfo(2, 2), OLD_ARM, NEW_ARM))
def test_whatever_the_bytes_are_they_are_read_or_refused(data):
    with contextlib.suppress(EvidenceError):
        read_cpu(data, "cpu")


@pytest.mark.parametrize("data", [b"", b"hello", b"processor: x\n"])
def test_other_text_is_refused(data):
    with pytest.raises(EvidenceError):
        read_cpu(data, "cpu")
