"""`station scan`: the same reading and understanding as at the bench, for pictures, a camera or a serial scanner.

Exit status: 0 something was read from each source, 1 from one of them nothing, 2 the input was wrong, 3 nothing was
read because somebody must mend the device first. Imports are inside the command: the bench must not pay for them.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from station.output import print_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hardware.scanners.grammar.grammar import Grammar
    from hardware.scanners.scanner import Code, Scanner, Told

__all__ = ["ScanRefused", "scan"]

DONE, NOTHING, WRONG_INPUT, UNABLE = 0, 1, 2, 3


class ScanRefused(Exception):
    """The input was wrong. One sentence with the remedy."""


@click.command()
@click.argument("images", nargs=-1, type=click.Path(path_type=Path))
@click.option("--camera", metavar="SPEC", help='Read from a camera: "0", "/dev/video0", a file, "http://...".')
@click.option("--serial", metavar="SPEC", help='Read from a serial scanner: "auto", "/dev/ttyUSB0?baud=9600".')
@click.option("--seconds", type=click.FloatRange(0.1), help="With a device: end after so many seconds.")
@click.option("--once", is_flag=True, help="With a device: end after the first label.")
@click.option("--explain", is_flag=True, help="Say what each code was taken for, and why.")
@click.option("--grammar", type=click.Path(path_type=Path), help="Your own rules for labels (TOML).")
@click.option("--data", type=click.Path(path_type=Path), help="The data folder, for the bench's own rules.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document; with a device one line a label.")
def scan(
    images: tuple[Path, ...],
    camera: str | None,
    serial: str | None,
    seconds: float | None,
    once: bool,
    explain: bool,
    grammar: Path | None,
    data: Path | None,
    as_json: bool,
) -> int:
    """Reads the codes in IMAGES, from a camera or from a serial scanner, and finds the serial number among them."""
    from station.scanning import wording

    if bool(images) + (camera is not None) + (serial is not None) != 1:
        raise click.UsageError(wording.ONE_SOURCE)
    rules = _grammar(grammar, data)
    if images:
        return _pictures(images, rules, explain, as_json)
    return _device(_scanner(camera, serial), rules, seconds, once, explain, as_json)


def _grammar(own: Path | None, data: Path | None) -> Grammar:
    """The rules: those named, else the bench's own beside the shipped ones. Raises `ScanRefused`."""
    from hardware.scanners.grammar.grammar import Grammar, GrammarError
    from station.paths import Paths
    from station.scanning import wording

    if own is not None and not own.is_file():
        raise ScanRefused(wording.no_such_own_grammar(str(own)))
    kept = own or Paths.at(data).own_grammar
    try:
        return Grammar.load(kept if own is not None or kept.exists() else None)
    except GrammarError as error:
        raise ScanRefused(str(error)) from error


def _pictures(images: Sequence[Path], rules: Grammar, explain: bool, as_json: bool) -> int:
    from hardware.scanners.decoding.images import ImageRefused, load_image
    from hardware.scanners.decoding.reader import FrameReader
    from station.scanning import wording
    from station.scanning.document import picture_document
    from station.scanning.stills import read_still

    reader, documents, status = FrameReader(), [], DONE
    for image in images:
        try:
            reading = read_still(load_image(image), reader)
        except ImageRefused as error:
            # The others are still read: one bad file of two hundred must not cost them.
            click.echo(_error(str(error)), err=True)
            status = WRONG_INPUT
            continue
        label = rules.read(_without_badges([symbol.code for symbol in reading.symbols]))
        if as_json:
            documents.append(picture_document(str(image), reading.symbols, reading.advice, label))
        else:
            advice = wording.ADVICE[reading.advice] if reading.advice else ""
            missed = f"{wording.NOTHING_READ} {advice}" if advice else wording.NO_CODE
            click.echo(wording.picture_line(str(image), label.serial, label.sentence if reading.symbols else missed))
            _print_label(label, explain, [symbol.format for symbol in reading.symbols])
            if advice and reading.symbols:
                click.echo(f"  {advice}")
        if not reading.symbols and status == DONE:
            status = NOTHING
    if as_json:
        print_json({"images": documents})
    return status


def _without_badges(codes: Sequence[Code]) -> list[Code]:
    """The codes with only the ends of the badges among them: whoever has a badge's text can sign in by it."""
    import msgspec

    from station.bench.badges import hidden

    return [msgspec.structs.replace(code, text=hidden(code.text)) for code in codes]


def _scanner(camera: str | None, serial: str | None) -> Scanner:
    """The device that was named. Raises `ScanRefused`."""
    from station.bench.scanners import ScannerRefused, scanner_for

    try:
        return scanner_for(f"camera:{camera}" if camera is not None else f"serial:{serial}")
    except ScannerRefused as error:
        raise ScanRefused(str(error)) from error


def _device(scanner: Scanner, rules: Grammar, seconds: float | None, once: bool, explain: bool, as_json: bool) -> int:
    from hardware.scanners.scanner import Condition, Heard, ScannerState
    from specs.text import clean
    from station.scanning import wording
    from station.scanning.document import label_document

    ends = time.monotonic() + seconds if seconds is not None else None
    read = 0
    states: dict[str, ScannerState] = {}
    click.echo(wording.LISTENING, err=True)
    with _listening(scanner) as told:
        for one in _until(scanner, told, ends):
            if not isinstance(one, Heard):
                sentence = clean(one.sentence)
                name = clean(one.scanner, 60)
                state = ""
                if isinstance(one, Condition):
                    states[one.scanner] = one.state
                    state = f" {one.state.value}."
                click.echo(f"{name}:{state} {sentence}".rstrip(), err=True)
                continue
            read += 1
            label = rules.read(_without_badges(one.codes))
            if as_json:
                print_json({"scanner": one.scanner, **label_document(label)})
            else:
                click.echo(wording.picture_line(one.scanner, label.serial, label.sentence))
                _print_label(label, explain, [""] * len(one.codes))
            if once:
                break
    if not read:
        click.echo(wording.NOTHING_HEARD, err=True)
    if read:
        return DONE
    return UNABLE if ScannerState.FAULT in states.values() else NOTHING


@contextmanager
def _listening(scanner: Scanner) -> Iterator[queue.Queue[Told]]:
    told: queue.Queue[Told] = queue.Queue()
    scanner.start(told.put)
    try:
        yield told
    finally:
        scanner.stop()


def _until(scanner: Scanner, told: queue.Queue[Told], ends: float | None) -> Iterator[Told]:
    """What is told until that moment, until Ctrl-C, or until a recording has been told to its end."""
    while ends is None or time.monotonic() < ends:
        # Asked before the queue is: what was told before the end is still in it.
        over = getattr(scanner, "finished", False)
        try:
            yield told.get(timeout=0.1 if ends is None else max(0.0, min(0.1, ends - time.monotonic())))
        except queue.Empty:
            if over:
                return
        except KeyboardInterrupt:
            return


def _print_label(label: Any, explain: bool, formats: Sequence[str]) -> None:
    from hardware.scanners.grammar.explaining import explain as explained
    from hardware.scanners.grammar.shapes import shown
    from station.scanning import wording

    if explain:
        for line in explained(label):
            click.echo(f"  {line}")
        return
    for place, (code, name) in enumerate(zip(label.codes, formats, strict=True)):
        fields = [meaning for meaning in label.meanings if meaning.code == place]
        taken_for = ", ".join(meaning.taken_for.value for meaning in fields) or "unknown"
        click.echo(wording.code_line(shown(code.text, 200), name, code.symbology, taken_for))


def _error(sentence: str) -> str:
    from station import wording

    return wording.error(sentence)
