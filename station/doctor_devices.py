"""What the doctor finds of scanners, rules for labels, and the label printer."""

from __future__ import annotations

from hardware.printers.layout import LayoutError
from hardware.printers.layout_library import load_layout
from hardware.printers.opening import open_printer
from hardware.printers.spec import PrinterSpecRefused
from hardware.scanners.decoding.engines import zbar_installed
from hardware.scanners.grammar.grammar import Grammar, GrammarError
from hardware.scanners.serial_ports import known_scanner, seen_ports
from specs.text import clean
from station.bench.labels import LABEL, PRINTER, USUAL_LABEL
from station.doctor_symptom import Symptom
from station.paths import Paths
from station.store.bench_store import BenchStore, StoreRefused
from station.store.database import StoreUnusable

__all__ = ["examine_devices"]


def examine_devices(paths: Paths) -> list[Symptom]:
    """The bench's devices, as its settings name them."""
    printer, layout = _settings(paths)
    return [_second_opinion(), _scanners(), _rules(paths), *_printing(printer, layout)]


def _settings(paths: Paths) -> tuple[str, str]:
    """Printer and layout of this bench; nothing where its store cannot be read, which is told elsewhere."""
    try:
        store = BenchStore(paths.store)
    except StoreUnusable:
        return "", USUAL_LABEL
    try:
        return store.setting(PRINTER), store.setting(LABEL, USUAL_LABEL)
    except StoreRefused:
        return "", USUAL_LABEL
    finally:
        store.close()


def _second_opinion() -> Symptom:
    there = zbar_installed()
    found = "libzbar is installed." if there else "no libzbar: cameras and pictures are read by one engine, and less."
    return Symptom("Second opinion on barcodes", there, False, found, "Install libzbar0.")


def _scanners() -> Symptom:
    names = [clean(f"{known.maker} at {port.device}", 80) for port in seen_ports() if (known := known_scanner(port))]
    found = f"{', '.join(names)}." if names else "no serial scanner is plugged in; a keyboard scanner needs no set-up."
    return Symptom("Scanners", True, False, found)


def _rules(paths: Paths) -> Symptom:
    own = paths.own_grammar
    if not own.exists():
        return Symptom("Rules for labels", True, True, "the shipped ones.")
    try:
        Grammar.load(own)
    except (GrammarError, OSError) as error:
        return Symptom(
            "Rules for labels", False, True, f"{clean(str(error))}.", "Mend the file: the bench takes nothing in."
        )
    return Symptom("Rules for labels", True, True, f"the shipped ones and {own.name}.")


def _printing(printer: str, layout: str) -> list[Symptom]:
    if not printer:
        return [Symptom("Label printer", True, False, "none is set, so no labels are printed.")]
    if problem := _layout_problem(layout):
        remedy = "Choose another with `station bench --label`."
        return [Symptom("Label printer", False, False, f"its layout cannot be used: {problem}.", remedy)]
    try:
        opened = open_printer(printer)
    except PrinterSpecRefused as error:
        remedy = "Choose another with `station bench --printer`."
        return [Symptom("Label printer", False, False, clean(str(error)), remedy)]
    condition = opened.condition()
    found = f"{clean(opened.name, 80)} is ready." if condition.ready else clean(condition.sentence)
    return [Symptom("Label printer", condition.ready, False, found)]


def _layout_problem(name_or_path: str) -> str:
    try:
        layout = load_layout(name_or_path)
    except LayoutError as error:
        return clean(str(error))
    return f"{clean(layout.name)} is a sheet of codes, no label" if layout.grid is not None else ""
