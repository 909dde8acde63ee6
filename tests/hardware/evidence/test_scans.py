"""The bench's own list of scans: the label's serial becomes a fact, and anything else stays unknown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hardware.evidence.bundle import Bundle, make_item
from hardware.evidence.errors import EvidenceError
from hardware.evidence.facts import read_facts
from hardware.evidence.scans import read_scans
from specs.facts import Known, Unknown


def item(*scans: dict[str, Any]) -> bytes:
    return json.dumps({"scans": list(scans)}).encode()


def scan(serial: str, taken_for: str = "serial") -> dict[str, Any]:
    return {"text": serial + "\r", "serial": serial, "taken_for": taken_for, "scanner": "keyboard"}


def test_the_serial_that_was_scanned_is_a_fact_with_its_evidence() -> None:
    reading = read_facts(Bundle.of([make_item("scans", item(scan("PF1A2B3C")))]))
    assert reading.facts.identity.label_serial == Known("PF1A2B3C", ("scans",))
    assert reading.problems == ()


def test_the_last_of_several_serials_counts_and_other_codes_do_not() -> None:
    found = read_scans(item(scan("OLD1"), scan("NEW2"), scan("0045123", "carton")), "scans")
    assert found.identity.label_serial == Known("NEW2", ("scans",))


def test_no_code_taken_for_the_serial_is_unknown() -> None:
    for data in (item(), item(scan("0045123", "carton")), item(scan("\x1b\u202e"))):
        assert isinstance(read_scans(data, "scans").identity.label_serial, Unknown)


@pytest.mark.parametrize(
    "data", [b"[]", b"{}", b'{"scans": 3}', b'{"scans": [3]}', b"\xff" * 20, b'{"scans": [{"serial": 7}]}']
)
def test_what_is_no_list_of_scans_is_the_documented_error(data: bytes) -> None:
    with pytest.raises(EvidenceError):
        read_scans(data, "scans")


def test_a_laptops_firmware_never_fills_in_the_label() -> None:
    table = make_item(
        "dmidecode", b"Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tSerial Number: PF1A2B3C\n"
    )
    reading = read_facts(Bundle.of([table]))
    assert reading.facts.identity.serial == Known("PF1A2B3C", ("dmidecode",))
    assert isinstance(reading.facts.identity.label_serial, Unknown)
