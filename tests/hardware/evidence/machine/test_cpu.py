import pytest

from hardware.evidence.errors import EvidenceError
from hardware.evidence.machine.cpu import read_cpu
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


@pytest.mark.parametrize("data", [b"", b"hello", b"processor: x\n"])
def test_other_text_is_refused(data):
    with pytest.raises(EvidenceError):
        read_cpu(data, "cpu")
