"""Every sentence about reaching a laptop over a line or the network, and about the bench's keys."""

from __future__ import annotations

from typing import Final

# ---- a laptop that was asked -------------------------------------------------------------------------------

NOT_THERE: Final = "the laptop is not there any more; start it again from the boot stick and scan it when it is ready"
WENT_AWAY: Final = "the laptop went away and was not back within {seconds:.0f} s; look at its cable and scan it again"
STARTED_ANEW: Final = "the laptop started anew; scan it again when it is ready"
NONSENSE: Final = "the laptop sent {what}; start it again from the boot stick, and put it aside if it does so again"
SLOT_CLOSED: Final = "the bench closed the laptop's place; scan it again when the place is open"
ALL_ASKED: Final = "the bench has asked this laptop too often; start the laptop again"
TOO_MANY_ASKS: Final = "{most} things are being asked of the laptop already; scan it again when they are done"
NO_ANSWER: Final = (
    "the laptop did not answer within {seconds:.0f} s; start it again from the boot stick and scan it again"
)
BROKE_OFF: Final = "the laptop sent nothing for {seconds:.0f} s in the middle of the capture; scan it again"
TOO_SLOW: Final = "the laptop's capture was not whole after {seconds:.0f} s; scan it again"
REFUSES: Final = "the laptop could not be asked ({why}); start it again from the boot stick"
NOT_TAKEN: Final = "the bench did not take what the laptop sent for {seconds:.0f} s; scan the laptop again"
NO_EXERCISE: Final = "the laptop said nothing of it within {seconds:.0f} s"
NOT_LIVE: Final = "a recorded laptop cannot be exercised; put the laptop itself on the bench"

# ---- the probe on the bench computer itself ------------------------------------------------------------------

PROBE_NOT_STARTED: Final = "the probe could not be started ({why}); check that the station is whole"
PROBE_NEVER_BEGAN: Final = "the probe on this machine {did} before it began; run `station doctor`"
PROBE_BROKE_OFF: Final = "the probe on this machine {did} in the middle of the capture; scan the laptop again"
PROBE_IN_EXERCISE: Final = "the probe {did}"
DID_NOTHING: Final = "sent nothing whole within {seconds:.0f} s"
DID_END: Final = "ended {how}"
DID_SEND: Final = "sent {what}"
BY_SIGNAL: Final = "by signal {number}"
WITH_STATUS: Final = "with status {number}"

# ---- a laptop that is not taken ---------------------------------------------------------------------------

OTHER_PROTOCOL: Final = "This boot stick is of another version than the bench. Make a new one on this bench."
NO_SUCH_SLOT: Final = "This bench has no slot {slot} for laptops on the network. Choose another slot on the laptop."
SLOT_TAKEN: Final = "Slot {slot} has a laptop already. Choose another slot on this one, or wait until it is free."
BENCH_FULL: Final = "All places of this bench are taken. Wait until one is free; it is tried again by itself."
WITHDRAWN: Final = (
    "the laptop's boot stick was withdrawn; start the laptop from another one, and give this one to the supervisor"
)
REVOKED: Final = "This boot stick was withdrawn. Take another one, and give this one to the supervisor."
NOT_ITS_STICK: Final = "This boot stick's name is not the one in its certificate. Make the stick anew on this bench."
NOT_ITS_BOOT: Final = "Another laptop has this one's number. Start this laptop again."
NO_KEYS: Final = "The bench cannot read its keys. Call the supervisor."

# ---- a serial line ----------------------------------------------------------------------------------------

SERIAL_BUSY: Final = "Another program has {device} open. Close that program; the bench tries again by itself."
SERIAL_DENIED: Final = (
    "The bench may not open {device}. Add its user to the group dialout, log in again and start the bench."
)
SERIAL_NOT_THERE: Final = "There is no serial line at {device}. Plug the adapter in; it is found by itself."
SERIAL_UNPLUGGED: Final = "The serial line at {device} was unplugged. Plug it in again; it is found by itself."
SERIAL_NO_PORT: Final = "{device} is no serial port. Name the port of the serial line in the settings."
SERIAL_FAULT: Final = "{device} could not be opened ({why}). Unplug the adapter and plug it in again."
SERIAL_REFUSED: Final = (
    "the serial line of a laptop cannot be “{text}”; write a path like /dev/ttyUSB0, or usb:VENDOR:PRODUCT with four "
    "hexadecimal digits each"
)
BAUD_REFUSED: Final = (
    "a serial line cannot have {baud} baud; take 9600, 19200, 38400, 57600, 115200, 230400, 460800 or 921600"
)

# ---- the network ------------------------------------------------------------------------------------------

CANNOT_LISTEN: Final = (
    "the bench cannot listen at {host} port {port} ({why}); name another address or port in the settings"
)
CANNOT_ANNOUNCE: Final = (
    "the bench cannot announce itself on the network ({why}); it tries again every minute, and a boot stick with the "
    "bench's address on it needs no announcement"
)

# ---- keys -------------------------------------------------------------------------------------------------

KEYS_UNREADABLE: Final = "the bench's keys in {folder} cannot be read ({why}); check the folder and its permissions"
KEYS_UNWRITABLE: Final = "the bench's keys cannot be written to {folder} ({why}); check the disk and the permissions"
KEYS_DAMAGED: Final = (
    "the bench's keys in {folder} are damaged ({why}); put the folder back from the backup, or remove it and make "
    "every boot stick anew"
)
STICK_ID: Final = "a boot stick cannot be called “{text}”; take 1 to 40 letters, digits and . _ -"


def sentence(clause: str) -> str:
    """A clause as a sentence of its own."""
    return clause[:1].upper() + clause[1:] + "."
