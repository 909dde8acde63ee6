"""What the doctor finds of the bench's devices: scanners, rules for labels, and the label printer."""

from __future__ import annotations

from hardware.printers.layout import LayoutError
from hardware.printers.layout_library import load_layout
from hardware.printers.opening import open_printer
from hardware.printers.spec import PrinterSpecRefused
from hardware.scanners.grammar.grammar import Grammar, GrammarError
from specs.text import clean
from station.bench.labels import LABEL, PRINTER, USUAL_LABEL
from station.doctor_scanners import examine_scanners
from station.doctor_store import ask_store
from station.doctor_symptom import Symptom
from station.paths import Paths

__all__ = ["examine_devices"]


def examine_devices(paths: Paths) -> list[Symptom]:
    """The bench's devices, as its settings name them."""
    printer, layout = ask_store(
        paths, lambda store: (store.setting(PRINTER), store.setting(LABEL, USUAL_LABEL)), ("", USUAL_LABEL)
    )
    return [*examine_scanners(paths), _rules(paths), *_printing(printer, layout)]


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
    # A kind that cannot be asked is said to be one: whether it has paper, a person must look.
    ready = condition.sentence if not condition.asked else f"{opened.name} is ready."
    found = clean(ready if condition.ready else condition.sentence)
    return [Symptom("Label printer", condition.ready, False, found)]


def _layout_problem(name_or_path: str) -> str:
    try:
        layout = load_layout(name_or_path)
    except LayoutError as error:
        return clean(str(error))
    return f"{clean(layout.name)} is a sheet of codes, no label" if layout.grid is not None else ""
