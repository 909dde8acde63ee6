"""What printing says to a person: one sentence each, with what to do next."""

from __future__ import annotations

from typing import Final

__all__ = ["DRAWING", "FAULTS", "FILES", "HOLDS", "SILENT", "SPEC", "STOPPED", "UNSURE", "WIRE"]

FAULTS: Final = {
    "paper_out": "The printer has no labels left. Put in a new roll; printing goes on by itself.",
    "ribbon_out": "The printer's ribbon is used up. Put in a new one; printing goes on by itself.",
    "head_open": "The printer's head is open. Close it until it clicks; printing goes on by itself.",
    "over_temperature": "The printer is too hot. Let it cool for some minutes; printing goes on by itself.",
    "under_temperature": "The printer is too cold. Leave it on to warm up; printing goes on by itself.",
    "paused": "The printer is paused. Press its pause button; printing goes on by itself.",
    "buffer_full": "The printer's memory is full. Wait until it has printed what it holds; printing goes on by itself.",
    "ram_lost": "The printer has lost its settings. Switch it off and on, and calibrate its labels.",
    "diagnostic": "The printer is in its diagnostic mode and prints what it is sent as numbers. Switch it off and on.",
}
"""What a printer reports of itself. In this order, the first one that is true is told: what a hand mends comes
first."""

HOLDS: Final = "{fault} The label that was already sent comes out then."
STOPPED: Final = "{fault} Look whether the label that was sent came out."
UNSURE: Final = "{name} took the label and then stopped answering. Look whether it came out; if not, print it again."

WIRE: Final = {
    "unreachable": "{name} cannot be reached. Switch it on and see to its network cable; it is tried again.",
    "refused": "{name} takes no connection. See that it is switched on and no other program prints on it; "
    "it is tried again.",
    "no_such_host": "{name} has an address that the network does not know. Correct it in the printer's setting.",
    "not_there": "{name} is not there. See that it is switched on and its cable is in; it is tried again.",
    "not_allowed": "{name} may not be used by this account. Ask for the group that owns the device (lp or dialout).",
    "no_device": "{name} is no device but a file or a folder. Correct it in the printer's setting.",
    "busy": "{name} is in use by another program. Close that one; it is tried again.",
    "stalled": "{name} stopped taking data in the middle of a label. Look whether it has an error, or "
    "switch it off and on; the label is printed again.",
    "lost": "{name} went away in the middle of a label. See that it is switched on and its cable is in; the label is "
    "printed again.",
    "end_lost": "{name} went away at the very end of a label. Look whether it came out; if not, print it again.",
    "end_stalled": "{name} stopped taking data at the very end of a label. Look whether it came out; if not, print it "
    "again.",
    "fell_silent": "{name} answered before and does not now, as it does with no labels, no ribbon or its head open. "
    "Look at it; printing goes on by itself.",
    "garbled": "{name} gave an answer that no ZPL printer gives. See that the address is the printer's.",
}

SILENT: Final = "{name} does not say how it is. Look at it where a label does not come out."

FILES: Final = {
    "full": "The disk with {name} is full. Make room; the page is written again.",
    "not_allowed": "{name} may not be written to by this account. Choose another folder.",
    "failed": "{name} could not be written to ({reason}). Choose another folder, or mend that.",
    "no_name": "A page needs a name with a letter or a digit in it.",
}

SPEC: Final = {
    "empty": "No printer is named. Write one as in tcp:192.168.1.50, serial:/dev/ttyUSB0, usb:/dev/usb/lp0, png:labels "
    "or pdf:labels.",
    "kind": "There is no kind of printer called {value}. Use tcp, serial, usb, png or pdf, as in tcp:192.168.1.50.",
    "where": "The printer {value} has no place. Write it as in {example}.",
    "host": "The printer's address {value} is none. Write it as in tcp:192.168.1.50 or tcp:printer-3:9100.",
    "port": "The port {value} is none. Write a number from 1 to 65535, as in tcp:192.168.1.50:9100.",
    "device": "The printer's device {value} is none. Write it as in {example}.",
    "option": "A {kind} printer has no setting called {value}. It has {known}.",
    "twice": "The printer's setting {value} is written twice. Keep one of the two.",
    "value": "The printer's setting {name} cannot be {value}. It is {known}.",
    "long": "That is too long to be a printer.",
    "characters": "A printer's name holds no control characters.",
}

DRAWING: Final = {
    "serial": "{value} is no serial number, and a label needs one.",
    "verdict": "{value} is no verdict that a label can hold: letters, blanks, dashes and brackets, at most {longest}.",
    "profile": "{value} is no profile that a label can hold; it is written ID@VERSION.",
    "attempt": "{value} is no attempt's id that a label can hold.",
    "code": "{value} cannot be a barcode: printable ASCII only, from 1 to {longest} characters.",
    "too_small": "{value} does not fit on the layout {layout} at {dpi} dots per inch in a way that can be read. "
    "Use a larger layout or a finer printer.",
    "unreadable": "The page was not printed: its own picture does not read back as {value}. Use another layout.",
    "stray": "The page was not printed: its picture also reads as {value}, which nobody asked for. Use another layout.",
    "nothing": "The page was not printed: it holds no code.",
    "no_cells": "A sheet needs at least one code.",
    "many_cells": "A sheet holds at most {most} codes.",
    "not_a_sheet": "The layout {layout} is for one laptop; a sheet of codes needs a layout with a grid.",
    "not_a_label": "The layout {layout} is a sheet of codes; a label needs a layout without a grid.",
    "dpi": "A page is drawn at {known} dots per inch.",
    "huge": "The layout {layout} at {dpi} dots per inch is too large a picture. Use a coarser resolution.",
    "resolution": "The page is drawn for {page} dots per inch and {name} has {printer}. Draw it for this printer.",
    "wide": "The page is {page:.0f} mm wide and {name} takes {printer:.0f} mm. Use a smaller layout, or print to pdf.",
}
