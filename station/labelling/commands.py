"""`station label`: makes labels as files, prints them, and looks after the bench's queue of labels.

Exit status as everywhere: 0 done, 2 the input or the usage was wrong (`LabelRefused`), 3 the bench could not do it.
Imports are inside the commands: the bench must not pay for them when it starts.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from station.labelling.options import AS_JSON, DATA, DPI, LAYOUT, PATH, chosen_layout, opened_store
from station.labelling.queue_commands import label_cancel, label_print, label_queue, label_retry

__all__ = ["label"]

DONE: Final = 0
WRONG_INPUT: Final = 2


@click.group()
def label() -> None:
    """Labels: for the carton and the paperwork, never for the laptop itself."""


@label.command("layouts")
@AS_JSON
def label_layouts(as_json: bool) -> int:
    """The layouts that ship."""
    from hardware.printers.layout_library import layouts, load_layout
    from station.labelling import wording
    from station.output import print_json

    found = [(name, load_layout(name)) for name in layouts()]
    if as_json:
        print_json(
            [
                {
                    "name": name,
                    "title": layout.title,
                    "width_mm": layout.width,
                    "height_mm": layout.height,
                    "sheet": layout.grid is not None,
                }
                for name, layout in found
            ]
        )
        return DONE
    for name, layout in found:
        click.echo(wording.layout_line(name, layout.title, layout.width, layout.height))
    return DONE


@label.command("lint")
@click.argument("layout", metavar="FILE")
@DPI
@AS_JSON
def label_lint(layout: str, dpi: int, as_json: bool) -> int:
    """Every fault of a layout, and whether a label drawn with it reads back."""
    import msgspec

    from station.labelling import wording
    from station.labelling.linting import layout_faults
    from station.output import print_json

    faults = layout_faults(layout, dpi)
    if as_json:
        print_json([msgspec.to_builtins(fault) for fault in faults])
    else:
        for fault in faults:
            click.echo(str(fault))
        click.echo(wording.lint_faults(len(faults)) if faults else wording.LINT_CLEAN)
    return WRONG_INPUT if faults else DONE


@label.command("make")
@click.argument("attempt")
@LAYOUT
@click.option("-o", "--output", required=True, type=PATH, help="The file to write: .png, .pdf or .zpl.")
@DPI
@DATA
def label_make(attempt: str, layout: str, output: Path, dpi: int, data: Path | None) -> int:
    """The label of an attempt as a file; nothing is queued.

    ATTEMPT is its id, the last 8 or more characters of it, or a serial number (its latest attempt).
    """
    from hardware.printers.drawing import draw_label
    from station.bench.labels import BENCH_NAME
    from station.labelling.choosing import record_named, usable_layout
    from station.labelling.fields import fields_of
    from station.labelling.files import ending_of
    from station.store.hold_book import HoldBook

    ending_of(output)
    with opened_store(data) as store:
        drawn_by = usable_layout(chosen_layout(store, layout))
        record = record_named(store, attempt)
        hold = HoldBook(store, store.clock).open(record.scan.serial)
        bench = store.setting(BENCH_NAME)
    return _write(lambda: (draw_label(drawn_by, fields_of(record, hold, bench=bench), dpi),), output)


@label.command("commands")
@click.option("-o", "--output", required=True, type=PATH, help="The sheet to write: .pdf or .png.")
@click.option("--slots", default=4, show_default=True, type=click.IntRange(0, 16), help="How many slots it has.")
@click.option("--layout", default="commands", show_default=True, metavar="NAME|FILE", help="A layout with a grid.")
@click.option("--dpi", default=300, show_default=True, type=click.IntRange(1, 10_000), help="203, 300 or 600.")
@DATA
def label_commands(output: Path, slots: int, layout: str, dpi: int, data: Path | None) -> int:
    """The sheet of command barcodes: pass, fail, next, undo, hold, choices and slots. It drives this bench only."""
    from hardware.printers.drawing import draw_sheet
    from station.bench.command_codes import command_key, command_sheet
    from station.labelling.choosing import usable_layout
    from station.labelling.files import ending_of

    ending_of(output, (".pdf", ".png"))
    drawn_by = usable_layout(layout, sheet=True)
    # A bench's sheet may be printed before its first day.
    with opened_store(data, new=True) as store:
        key = command_key(store)
    return _write(lambda: draw_sheet(drawn_by, command_sheet(key, slots), dpi), output)


def _write(draw: Callable[[], Any], output: Path) -> int:
    """Draws pages and writes them; says which files there are."""
    from hardware.printers.printer import PrinterRefused
    from station.labelling import wording
    from station.labelling.errors import LabelRefused
    from station.labelling.files import write_pages

    try:
        written = write_pages(draw(), output)
    except PrinterRefused as error:
        raise LabelRefused(str(error)) from error
    for path in written:
        click.echo(wording.written(str(path)))
    return DONE


for _command in (label_print, label_queue, label_retry, label_cancel):
    label.add_command(_command)
