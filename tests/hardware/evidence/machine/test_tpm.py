import pytest

from specs.facts import Known
from tests.hardware.evidence.support import value_of

ROOT = "/sys/class/tpm"


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({"tpm_version_major": "2\n"}, "2.0"),
        ({"tpm_version_major": "1\n"}, "1.2"),
        ({"device/description": "TPM 2.0 Device\n"}, "2.0"),
        ({"device/uevent": "MODALIAS=acpi:MSFT0101:\n"}, "2.0"),
        ({"device/caps": "Manufacturer: 0x49465800\nTCG version: 1.2\n"}, "1.2"),
        ({"device/uevent": "DRIVER=tpm_tis\n"}, None),
    ],
)
def test_the_version_is_what_the_kernel_says_or_unknown(read, files, version):
    tpm = read({"tpm": {f"{ROOT}/tpm0/{file}": value for file, value in files.items()}}).facts.tpm
    assert value_of(tpm.present) is True
    assert value_of(tpm.version) == version


def test_an_old_tpm_names_its_maker(read):
    tpm = read({"tpm": {f"{ROOT}/tpm0/caps": "Manufacturer: 0x49465800\nTCG version: 1.2\n"}}).facts.tpm
    assert value_of(tpm.manufacturer) == "IFX"


def test_an_empty_class_is_known_absence_and_a_missing_one_is_not(read):
    assert read({"tpm": {}}).facts.tpm.present == Known(False, ("tpm",))
    assert read({"tpm": {ROOT: {"error": "ENOENT"}}}).facts.tpm.present.problem == "absent"
    assert read({}).facts.tpm.present.problem == "not_collected"
