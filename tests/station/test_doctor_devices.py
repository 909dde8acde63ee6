"""What the doctor says of scanners, rules and the label printer: a sentence each, and the remedy."""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import station.doctor_scanners
from hardware.scanners.decoding import engines
from hardware.scanners.serial_ports import PortSeen
from hardware.simulated.label_printer import SimulatedLabelPrinter
from station.bench.labels import LABEL, PRINTER
from station.cli import run
from station.doctor_devices import examine_devices
from station.doctor_symptom import Symptom
from station.paths import Paths
from station.store.bench_store import BenchStore

SECOND, SCANNERS, RULES, PRINTING = "Second opinion on barcodes", "Scanners", "Rules for labels", "Label printer"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.prepare(tmp_path / "data")


@pytest.fixture
def finder() -> Iterator[None]:
    """The finder of zbar asks anew in this test and after it."""
    caches = (engines.zbar_installed, engines._zbar)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


def chosen(paths: Paths, printer: str, layout: str = "") -> None:
    store = BenchStore(paths.store)
    store.set_setting(PRINTER, printer)
    if layout:
        store.set_setting(LABEL, layout)
    store.close()


def symptom(paths: Paths, name: str) -> Symptom:
    [one] = [one for one in examine_devices(paths) if one.name == name]
    assert one.line.isprintable()
    assert len(one.line) < 600
    assert one.line.endswith(".")
    return one


def test_a_fresh_bench_needs_nothing_but_its_rules(paths: Paths) -> None:
    symptoms = examine_devices(paths)
    assert [one.name for one in symptoms] == [SECOND, SCANNERS, RULES, PRINTING]
    assert [one.name for one in symptoms if one.needed] == [RULES]
    assert symptom(paths, RULES).found == "the shipped ones."
    assert (symptom(paths, PRINTING).well, symptom(paths, PRINTING).found) == (
        True,
        "none is set, so no labels are printed.",
    )


@pytest.mark.usefixtures("finder")
def test_without_libzbar_the_doctor_says_so_and_the_bench_works(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", absent)
    one = symptom(paths, SECOND)
    assert (one.well, one.needed) == (False, False)
    assert "no libzbar" in one.found
    assert one.line.endswith("Install libzbar0.")


@pytest.mark.usefixtures("finder")
def test_without_pyzbar_the_doctor_says_so_too(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not symptom(paths, SECOND).well


def test_serial_scanners_are_named_and_other_ports_are_not(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    ports = (
        PortSeen("/dev/ttyACM0", 0x0C2E, 0x0720, "1811"),
        PortSeen("/dev/ttyS0"),
        PortSeen("/dev/\x1b[2Jevil", 0x1EAB, 0x0106),
    )
    monkeypatch.setattr(station.doctor_scanners, "seen_ports", lambda: ports)
    one = symptom(paths, SCANNERS)
    assert (one.well, one.needed) == (True, False)
    assert one.found == "Honeywell at /dev/ttyACM0, Newland at /dev/[2Jevil."
    monkeypatch.setattr(station.doctor_scanners, "seen_ports", tuple)
    assert "no serial scanner" in symptom(paths, SCANNERS).found


def listens_to(paths: Paths, **places: str) -> None:
    store = BenchStore(paths.store)
    for name, text in places.items():
        store.set_setting(name.replace("_", "."), text)
    store.close()


def test_a_serial_scanner_that_is_set_is_looked_for_by_its_usb_ids(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    listens_to(paths, scanner_1="serial:auto", scanner_2="serial:usb:0c2e:0720", scanner_3="serial:usb:1eab:0106:77")
    there = (PortSeen("/dev/ttyACM0", 0x0C2E, 0x0720, "1811"), PortSeen("/dev/ttyACM1", 0x1EAB, 0x0106, "78"))
    monkeypatch.setattr(station.doctor_scanners, "seen_ports", lambda: there)
    assert symptom(paths, "Scanner 2").found == "0c2e:0720 is at /dev/ttyACM0."
    away = symptom(paths, "Scanner 3")
    assert (away.well, away.needed) == (False, False)
    assert "1eab:0106 with the number 77" in away.found
    assert "Plug it in" in away.remedy
    assert "Scanner 1" not in [one.name for one in examine_devices(paths)]


def test_a_device_that_is_set_is_looked_for_and_not_opened(paths: Paths, tmp_path: Path) -> None:
    fifo = tmp_path / "ttyUSB7"
    os.mkfifo(fifo)  # whoever opened it would wait for ever
    listens_to(paths, scanner_1="none", scanner_2=f"serial:{fifo}", scanner_3="camera:/dev/no-such-camera")
    assert symptom(paths, "Scanner 2").well
    gone = symptom(paths, "Camera 3")
    assert (gone.well, gone.found) == (False, "/dev/no-such-camera is not there.")


def test_a_cameras_stream_and_its_recording_are_looked_for(paths: Paths, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://user:secret@127.0.0.1:{server.getsockname()[1]}/video"
        listens_to(paths, scanner_2=f"camera:{address}", scanner_3=f"camera:{tmp_path}/none.mjpeg")
        there = symptom(paths, "Camera 2")
        assert (there.well, "secret" in there.line) == (True, False)
    assert "does not answer" in symptom(paths, "Camera 2").found
    assert "a recording that is not there" in symptom(paths, "Camera 3").found


@pytest.mark.parametrize("text", ["nonsense", "serial:usb:zz", "camera:pipe:x", "camera:", "\x1b[2J", "x" * 3000])
def test_a_setting_that_names_no_scanner_is_said_with_the_remedy(paths: Paths, text: str) -> None:
    listens_to(paths, scanner_4=text)
    one = symptom(paths, "Scanner 4")
    assert (one.well, one.needed) == (False, False)
    assert "station bench --scanner" in one.remedy


def test_own_rules_are_named(paths: Paths) -> None:
    paths.own_grammar.write_text(
        '[other."stock tag"]\npattern = "ST-[0-9]{4}"\nmeans = "asset tag"\nexamples = ["ST-1234"]\n'
        'source = "our own"\nstanding = "published"\n'
    )
    one = symptom(paths, RULES)
    assert (one.well, one.found) == (True, "the shipped ones and grammar.toml.")


@pytest.mark.parametrize("text", ["[maker", "\x00\xff", '[other."x"]\npattern = "("\n', "x" * 2_000_000])
def test_a_fault_in_the_rules_is_said_with_the_remedy_and_the_bench_is_not_well(paths: Paths, text: str) -> None:
    paths.own_grammar.write_text(text, "latin-1")
    one = symptom(paths, RULES)
    assert (one.well, one.needed) == (False, True)
    assert "grammar.toml" in one.found
    assert one.remedy == "Mend the file: the bench takes nothing in."


def test_rules_that_are_a_folder_are_a_fault(paths: Paths) -> None:
    paths.own_grammar.mkdir()
    assert not symptom(paths, RULES).well


def test_a_fault_in_the_rules_is_the_doctors_exit_status(
    paths: Paths, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    paths.own_grammar.write_text("[maker")
    assert run(["doctor", "--json", "--data", str(paths.data)]) == 3
    symptoms = json.loads(capfdbinary.readouterr().out)
    [one] = [one for one in symptoms if one["name"] == RULES]
    assert (one["well"], one["needed"]) == (False, True)


def test_a_printer_is_asked_how_it_is(paths: Paths) -> None:
    with SimulatedLabelPrinter() as printer:
        chosen(paths, printer.address)
        one = symptom(paths, PRINTING)
        assert (one.well, one.needed) == (True, False)
        assert one.found == f"Label printer 127.0.0.1:{printer.port} is ready."
        printer.paper_out()
        one = symptom(paths, PRINTING)
        assert (one.well, one.needed) == (False, False)
        assert "labels" in one.found
        printer.load_paper()
        assert symptom(paths, PRINTING).well


def test_a_printer_that_is_switched_off_is_said_with_what_to_do(paths: Paths) -> None:
    with SimulatedLabelPrinter() as printer:
        chosen(paths, printer.address)
        printer.switch_off()
        one = symptom(paths, PRINTING)
    assert (one.well, one.needed) == (False, False)
    assert "switched on" in one.found


def test_a_device_that_is_not_there_is_said(paths: Paths) -> None:
    chosen(paths, "usb:/dev/usb/no-such-printer")
    assert not symptom(paths, PRINTING).well


@pytest.mark.parametrize("layout", ["nope", "/nowhere/nope.toml", "commands", "\x1b[2J", "x" * 3000])
def test_a_layout_that_cannot_be_used_is_said_with_the_remedy(paths: Paths, layout: str, tmp_path: Path) -> None:
    chosen(paths, f"png:{tmp_path}", layout)
    one = symptom(paths, PRINTING)
    assert (one.well, one.needed) == (False, False)
    assert one.found.startswith("its layout cannot be used: ")
    assert one.remedy == "Choose another with `station bench --label`."


@pytest.mark.parametrize("printer", ["nonsense", "tcp:", "png:a?dpi=1", "usb:/etc/../x", "\x1b[2J", "x" * 3000])
def test_a_printer_setting_that_names_none_is_said_with_the_remedy(paths: Paths, printer: str) -> None:
    chosen(paths, printer)
    one = symptom(paths, PRINTING)
    assert (one.well, one.needed) == (False, False)
    assert one.remedy == "Choose another with `station bench --printer`."


def test_a_store_that_cannot_be_read_is_told_elsewhere(paths: Paths) -> None:
    paths.store.write_bytes(b"no database" * 1000)
    assert symptom(paths, PRINTING).well
