"""The bench's own list of scans: the label's serial becomes a fact, and anything else stays unknown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hardware.evidence.bundle import Bundle, make_item
from hardware.evidence.errors import EvidenceError
from hardware.evidence.facts import read_facts
from hardware.evidence.scans import OUR_LABEL, SERIAL, read_scans
from hardware.scanners.grammar.meaning import TakenFor
from specs.facts import Known, Unknown, value_of


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


def whole(taken_for: str, value: str, serial: str = "") -> dict[str, Any]:
    """A scan with all that the bench writes of it."""
    at = "2026-11-24T10:40:00.000Z"
    read = {"text": value, "symbology": "]C0", "scanner": "camera 1", "scanned_at": at, "rule": "general"}
    return {**read, "taken_for": taken_for, "value": value, "serial": serial}


def label_serial(*scans: dict[str, Any]) -> str | None:
    return value_of(read_scans(item(*scans), "scans").identity.label_serial)


def test_what_the_bench_takes_for_a_serial_is_the_reader_s_too() -> None:
    assert (TakenFor.SERIAL.value, TakenFor.OUR_LABEL.value) == (SERIAL, OUR_LABEL)


def test_a_code_that_was_taken_for_the_serial_gives_it_in_the_form_of_the_serial_else_as_it_says() -> None:
    assert label_serial(whole("serial", "SPF1A2B3C", "PF1A2B3C")) == "PF1A2B3C"
    assert label_serial(whole("serial", "PF1A2B3C")) == "PF1A2B3C"


def test_our_own_label_gives_the_serial_that_it_holds_and_nothing_else_of_it() -> None:
    assert label_serial(whole("our own label", "IS1;PF1A2B3C;pass", "PF1A2B3C")) == "PF1A2B3C"
    assert label_serial(whole("our own label", "IS1;;pass")) is None


@pytest.mark.parametrize("taken_for", [one.value for one in TakenFor if one.value not in (SERIAL, OUR_LABEL)])
def test_a_code_that_was_taken_for_something_else_never_gives_the_serial(taken_for: str) -> None:
    assert label_serial(whole(taken_for, "PF9Z9Z9Z", "PF9Z9Z9Z")) is None
    assert label_serial(scan("PF1A2B3C"), whole(taken_for, "PF9Z9Z9Z", "PF9Z9Z9Z")) == "PF1A2B3C"


def test_the_last_of_a_makers_label_and_our_own_counts() -> None:
    maker, ours = whole("serial", "PF1A2B3C", "PF1A2B3C"), whole("our own label", "x", "PF2A2B3C")
    assert (label_serial(maker, ours), label_serial(ours, maker)) == ("PF2A2B3C", "PF1A2B3C")


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
