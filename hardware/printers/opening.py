"""From a printer's text to the printer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hardware.printers.file_printers import PdfFolder, PngFolder
from hardware.printers.printer import Printer
from hardware.printers.spec import parse_printer
from hardware.printers.wires import DeviceWire, Patience, SerialWire, TcpWire, Wire
from hardware.printers.zpl_printer import ZplPrinter

__all__ = ["open_printer"]


def open_printer(text: str, patience: Patience | None = None) -> Printer:
    """The printer that `text` names; see `spec`. Nothing is connected yet: a printer that is switched off says so when
    it is used. Raises `PrinterSpecRefused`."""
    spec = parse_printer(text)
    waiting = patience or Patience()
    if spec.kind == "png":
        return PngFolder(Path(spec.where), spec.dpi)
    if spec.kind == "pdf":
        return PdfFolder(Path(spec.where), spec.dpi)
    connect: Callable[[], Wire]
    if spec.kind == "tcp":
        host = f"[{spec.where}]" if ":" in spec.where else spec.where
        name = f"Label printer {host}:{spec.port}"

        def connect() -> Wire:
            return TcpWire(name, spec.where, spec.port, waiting)

    elif spec.kind == "serial":
        name = f"Label printer {spec.where}"

        def connect() -> Wire:
            return SerialWire(name, spec.where, spec.baud, waiting)

    else:
        name = f"Label printer {spec.where}"

        def connect() -> Wire:
            return DeviceWire(name, spec.where, waiting)

    return ZplPrinter(name, spec.dpi, spec.width, connect, waiting)
