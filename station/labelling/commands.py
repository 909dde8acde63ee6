"""`station label`: makes labels as files, prints them, and looks after the bench's queue of labels.

Exit status as everywhere: 0 done, 2 the input or the usage was wrong (`LabelRefused`), 3 the bench could not do it.
Imports are inside the commands: the bench must not pay for them when it starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from station.store.bench_store import BenchStore
    from station.store.print_queue import PrintJob

__all__ = ["label"]

DONE, WRONG_INPUT = 0, 2

_PATH: Final = click.Path(path_type=Path)
_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_DATA: Final = click.option("--data", type=_PATH, help="The data folder (default: STATION_DATA, or the user's own).")
_BY: Final = click.option("--by", required=True, metavar="NAME", help="Who asks for it.")
_REASON: Final = click.option("--reason", required=True, help="Why.")
_LAYOUT: Final = click.option("--layout", default="", metavar="NAME|FILE", help="Default: the bench's own, or carton.")
_DPI: Final = click.option(
    "--dpi", default=203, show_default=True, type=click.IntRange(1, 10_000), help="Dots per inch: 203, 300 or 600."
)


@click.group()
def label() -> None:
    """Labels: for the carton and the paperwork, never for the laptop itself."""


@label.command("layouts")
@_JSON
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
@_DPI
@_JSON
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
@_LAYOUT
@click.option("-o", "--output", required=True, type=_PATH, help="The file to write: .png, .pdf or .zpl.")
@_DPI
@_DATA
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
    with _store(data) as store:
        drawn_by = usable_layout(_layout(store, layout))
        record = record_named(store, attempt)
        hold = HoldBook(store, store.clock).open(record.scan.serial)
        bench = store.setting(BENCH_NAME)
    return _write(lambda: (draw_label(drawn_by, fields_of(record, hold, bench=bench), dpi),), output)


@label.command("print")
@click.argument("attempt")
@_LAYOUT
@_BY
@click.option("--reason", default="", help="Why; needed where the attempt has such a label already.")
@_DATA
@_JSON
def label_print(attempt: str, layout: str, by: str, reason: str, data: Path | None, as_json: bool) -> int:
    """Queues the label of an attempt for the bench's printer. Where it has one already, that is a reprint.

    ATTEMPT is its id, the last 8 or more characters of it, or a serial number (its latest attempt).
    """
    from station.deciding.typed import text_typed
    from station.labelling import wording
    from station.labelling.asking import print_label
    from station.labelling.choosing import record_named, usable_layout

    who = _name(by)
    why = text_typed(reason, "--reason", wording.NO_END_REASON) if reason else ""
    with _store(data) as store:
        chosen = _layout(store, layout)
        usable_layout(chosen)
        made = print_label(store, record_named(store, attempt), chosen, who, why)
        return _say_queued(store, made, as_json)


@label.command("queue")
@click.option("--all", "everything", is_flag=True, help="Those that were printed or cancelled as well.")
@_DATA
@_JSON
def label_queue(everything: bool, data: Path | None, as_json: bool) -> int:
    """The labels that wait, and those that a person must look at."""
    from station.labelling import wording
    from station.output import print_json
    from station.paths import Paths
    from station.store.print_queue import JobState, PrintQueue

    jobs: list[PrintJob] = []
    if Paths.prepare(data).store.is_file():
        with _store(data) as store:
            jobs = PrintQueue(store, store.clock).jobs()
    done = (JobState.PRINTED, JobState.CANCELLED)
    shown = [job for job in jobs if everything or job.state not in done]
    if as_json:
        print_json([_document(job) for job in shown])
        return DONE
    if not any(job.state not in done for job in jobs):
        click.echo(wording.QUEUE_EMPTY)
    for job in shown:
        for line in wording.job_lines(job):
            click.echo(line)
    if len(shown) < len(jobs):
        click.echo(wording.more_jobs(len(jobs) - len(shown)))
    return DONE


@label.command("retry")
@click.argument("job")
@_BY
@_REASON
@_DATA
@_JSON
def label_retry(job: str, by: str, reason: str, data: Path | None, as_json: bool) -> int:
    """Prints a label again: one that was refused, may have been printed, or was. JOB is its id, or the end of it."""
    from station.labelling.asking import label_again
    from station.labelling.choosing import job_named
    from station.store.print_queue import PrintQueue

    who, why = _name(by), _why(reason)
    with _store(data) as store:
        made = label_again(store, job_named(PrintQueue(store, store.clock), job), who, why)
        return _say_queued(store, made, as_json)


@label.command("cancel")
@click.argument("job")
@_BY
@_REASON
@_DATA
@_JSON
def label_cancel(job: str, by: str, reason: str, data: Path | None, as_json: bool) -> int:
    """Takes a label off the queue, or off the list of those to look at. JOB is its id, or the end of it."""
    from station.labelling import wording
    from station.labelling.asking import cancel_job
    from station.labelling.choosing import job_named
    from station.output import print_json
    from station.store.print_queue import PrintQueue

    who, why = _name(by), _why(reason)
    with _store(data) as store:
        now = cancel_job(store, job_named(PrintQueue(store, store.clock), job), who, why)
    if as_json:
        print_json(_document(now))
    else:
        click.echo(wording.cancelled(now))
    return DONE


@label.command("commands")
@click.option("-o", "--output", required=True, type=_PATH, help="The sheet to write: .pdf or .png.")
@click.option("--slots", default=4, show_default=True, type=click.IntRange(0, 16), help="How many slots it has.")
@click.option("--layout", default="commands", show_default=True, metavar="NAME|FILE", help="A layout with a grid.")
@click.option("--dpi", default=300, show_default=True, type=click.IntRange(1, 10_000), help="203, 300 or 600.")
@_DATA
def label_commands(output: Path, slots: int, layout: str, dpi: int, data: Path | None) -> int:
    """The sheet of command barcodes: pass, fail, next, undo, hold and the slots. It drives this bench only."""
    from hardware.printers.drawing import draw_sheet
    from station.bench.command_codes import command_key, command_sheet
    from station.labelling.choosing import usable_layout
    from station.labelling.files import ending_of

    ending_of(output, (".pdf", ".png"))
    drawn_by = usable_layout(layout, sheet=True)
    # A bench's sheet may be printed before its first day.
    with _store(data, new=True) as store:
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


def _say_queued(store: BenchStore, job: PrintJob, as_json: bool) -> int:
    from station.bench.labels import PRINTER
    from station.labelling import wording
    from station.output import print_json

    if as_json:
        print_json(_document(job))
    else:
        click.echo(wording.queued(job, store.setting(PRINTER)))
    return DONE


def _layout(store: BenchStore, typed: str) -> str:
    """The layout that was asked for, else the bench's. A file is named whole: the printing has another folder."""
    from station.bench.labels import LABEL, USUAL_LABEL

    if typed.endswith(".toml"):
        return str(Path(typed).absolute())
    return typed or store.setting(LABEL, USUAL_LABEL)


def _name(by: str) -> str:
    from station.deciding.typed import text_typed
    from station.labelling import wording
    from station.store.print_queue import LONGEST_NAME

    return text_typed(by, "--by", wording.NO_BY, LONGEST_NAME)


def _why(reason: str) -> str:
    from station.deciding.typed import text_typed
    from station.labelling import wording

    return text_typed(reason, "--reason", wording.NO_END_REASON)


def _document(job: PrintJob) -> Any:
    """A job as data; what is on its label is data too."""
    import msgspec

    plain = msgspec.to_builtins(job)
    try:
        return {**plain, "fields": msgspec.json.decode(job.fields)}
    except msgspec.DecodeError:
        return plain


@contextmanager
def _store(data: Path | None, *, new: bool = False) -> Iterator[BenchStore]:
    """The bench's store; unless it may be `new`, a folder in which no bench has worked is not made one by looking."""
    from station.labelling import wording
    from station.labelling.errors import LabelRefused
    from station.paths import Paths
    from station.store.bench_store import BenchStore

    paths = Paths.prepare(data)
    if not new and not paths.store.is_file():
        raise LabelRefused(wording.no_store(str(paths.data)))
    store = BenchStore(paths.store)
    try:
        yield store
    finally:
        store.close()
