import pytest

from hardware.evidence.errors import EvidenceError
from hardware.evidence.machine.operating_system import read_os
from tests.hardware.evidence.support import value_of


def test_a_linux_says_its_name_and_version():
    system = read_os(b'PRETTY_NAME="Example OS 1 (one)"\nID=example\nVERSION_ID="1"\n', "os").system
    assert value_of(system.family) == "linux"
    assert value_of(system.name) == "Example OS 1 (one)"
    assert value_of(system.build) == "1"
    assert value_of(system.edition) is None


@pytest.mark.parametrize(
    "text", [b"ID=chromeos\nNAME=Chrome OS\nBUILD_ID=15359.58.0\n", b"CHROMEOS_RELEASE_VERSION=15359.58.0\n"]
)
def test_a_chromebook_is_no_linux(text):
    system = read_os(text, "os").system
    assert value_of(system.family) == "chromeos"
    assert value_of(system.build) == "15359.58.0"


def test_windows_beats_the_linux_that_took_the_evidence(read):
    windows = {"Win32_OperatingSystem": {"Caption": "Microsoft Windows 11 Pro Education", "OperatingSystemSKU": 164}}
    system = read({"os": "ID=debian\n", "windows": windows}).facts.system
    assert value_of(system.family) == "windows"


def test_other_text_is_refused():
    with pytest.raises(EvidenceError):
        read_os(b"hello = world\n", "os")
