import pytest

from hardware.evidence.errors import EvidenceError
from hardware.evidence.machine.memory import read_memory
from tests.hardware.evidence.support import value_of


def test_the_kernels_kb_is_1024_bytes():
    memory = read_memory(b"MemTotal:        3926012 kB\nMemFree: 1 kB\n", "memory").memory
    assert value_of(memory.visible_bytes) == 3926012 * 1024


def test_visible_memory_is_never_dressed_as_installed(read):
    memory = read({"memory": "MemTotal: 3926012 kB\n"}).facts.memory
    assert value_of(memory.installed_bytes) is None


@pytest.mark.parametrize("data", [b"", b"MemTotal: 0 kB\n", b"MemTotal: lots kB\n", b"MemFree: 12 kB\n"])
def test_other_text_is_refused(data):
    with pytest.raises(EvidenceError):
        read_memory(data, "memory")
