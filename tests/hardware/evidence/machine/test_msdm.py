import msgspec
import pytest

from specs.facts import Known, printable
from tests.hardware.evidence.support import value_of


def table(key: bytes) -> bytes:
    fields = b"\x01\0\0\0" + bytes(4) + b"\x01\0\0\0" + bytes(4) + len(key).to_bytes(4, "little")
    size = 36 + len(fields) + len(key)
    return (b"MSDM" + size.to_bytes(4, "little")).ljust(36, b"\0") + fields + key


def test_the_key_is_known_by_presence_and_its_last_five(read):
    firmware = read({"msdm": table(b"XXXXX-XXXXX-XXXXX-XXXXX-7EX4M")}).facts.firmware
    assert firmware.oem_key_present == Known(True, ("msdm",))
    assert firmware.oem_key_last5 == Known("7EX4M", ("msdm",))


def test_a_key_that_comes_unmasked_is_still_never_a_fact(read):
    reading = read({"msdm": table(b"ABCDE-FGHJK-LMNPQ-RSTVW-7EX4M")})
    text = msgspec.json.encode(printable(reading.facts)) + msgspec.json.encode(reading.problems)
    assert b"ABCDE" not in text
    assert b"RSTVW" not in text


def test_no_table_is_known_absence_and_a_refused_one_is_not(read):
    firmware = read({}, {"msdm": "ENOENT: /sys/firmware/acpi/tables/MSDM does not exist"}).facts.firmware
    assert firmware.oem_key_present == Known(False, ("msdm",))
    firmware = read({}, {"msdm": "EACCES: /sys/firmware/acpi/tables/MSDM needs root"}).facts.firmware
    assert firmware.oem_key_present.problem == "unreadable"
    assert read({}).facts.firmware.oem_key_present.problem == "not_collected"


@pytest.mark.parametrize("key", [b"", b"\0" * 29, b" " * 29])
def test_a_table_with_no_key_in_it_is_no_key(read, key):
    assert value_of(read({"msdm": table(key)}).facts.firmware.oem_key_present) is False


def test_noise_is_a_problem_of_the_item(read):
    reading = read({"msdm": b"noise"})
    assert reading.facts.firmware.oem_key_present.problem == "unreadable"
    assert [problem.item for problem in reading.problems] == ["msdm"]
