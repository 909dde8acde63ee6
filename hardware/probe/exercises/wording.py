"""Every reason that an exercise gives, in one place: what happened, and what to do next where something can be done."""

from __future__ import annotations

import errno
import os

# ---- any exercise ----------------------------------------------------------------------------------------------


def unknown_exercise(names: str) -> str:
    """The name is none of ours."""
    return f"no such exercise; there are {names}"


def unknown_argument(key: str, known: str) -> str:
    """An argument that this exercise does not have."""
    return f"unknown argument {key[:40]!r}; it takes {known or 'none'}"


def missing_argument(key: str, wanted: str) -> str:
    """An argument that must be given."""
    return f"the argument {key} is missing: {wanted}"


def bad_argument(key: str, wanted: str) -> str:
    """An argument of another kind or out of its range."""
    return f"the argument {key} must be {wanted}"


NO_OBJECT = "the arguments must be a JSON object"
BAD_SECONDS = "the seconds must be a number above 0, at most 3600"
STOPPED_EARLY = "stopped before anything was measured"
NOT_PUT_BACK = "what it changed on the laptop could not be put back; start the laptop anew"
TOO_LARGE = "what was measured is larger than an item may be (4 MiB)"
TOO_LITTLE_TIME = "nothing was measured in the time that was given; give it more seconds"


def our_mistake(kind: str, text: str) -> str:
    """The exercise itself failed."""
    return f"the probe failed: {kind}: {text}"


def not_started(text: str) -> str:
    """No process could be made."""
    return f"the exercise could not be started: {text}"


def stopped_after(seconds: float, of: float) -> str:
    """It was told to stop, or had no time left, before its work was done."""
    return f"stopped after {seconds:.1f} of {of:g} s"


def stopped_at(done: int, of: int, things: str) -> str:
    """The same, where its work is counted."""
    return f"stopped after {done} of {of} {things}"


def hung(doing: str) -> str:
    """It did not end in its time."""
    return f"it did not end in its time and was killed{f' while {doing}' if doing else ''}"


def ended(status: int, doing: str) -> str:
    """Its process died: `status` as `subprocess` counts it."""
    how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
    why = "; the laptop may have run out of memory" if status == -9 else ""
    return f"it {how}{f' while {doing}' if doing else ''}{why}"


def os_error(error: OSError) -> str:
    """The kernel's refusal; what needs root says so."""
    text = os.strerror(error.errno) if error.errno else str(error)
    return f"{text}{needs_root(error.errno)}"


def needs_root(number: int | None) -> str:
    """An ending for refusals that root would not meet."""
    return "; run the probe as root" if number in (errno.EPERM, errno.EACCES) and os.geteuid() != 0 else ""


def tool_failed(name: str, text: str) -> str:
    """A command of others ended badly; `text` is what it said."""
    return f"{name}: {text or 'it failed and said nothing'}"


def tool_missing(name: str) -> str:
    """A command that this exercise needs is not there."""
    return f"{name} is not installed"


# ---- one exercise each -----------------------------------------------------------------------------------------

NO_MEMORY_FREE = "there is too little free memory to test any of it; end other programs"
NO_MEMINFO = "/proc/meminfo does not say how much memory is available"
NO_DISK = "the laptop shows no disk"
SKIP_REMOVABLE = "removable"
SKIP_USB = "on USB"
SKIP_EMPTY = "its size is 0"
SKIP_NO_TIME = "no time was left for it"
ENDS_EARLY = "the disk ends before the size that it gives"
NO_CPU_STARTED = "no process could be started to load the processor"
TOO_HOT = "a sensor reached its critical temperature"
NO_CAMERA = "the laptop shows no camera"
CAMERA_ONLY_MJPG = "it gives only MJPG, and its smallest picture is too large for a narrow line"
CAMERA_NO_FORMAT = "it gives no picture format that the probe can read"
CAMERA_SILENT = "it gave no whole picture in its time"
CAMERA_NO_WAY = "it can neither be read nor streamed"
NO_PLAYBACK = "the laptop shows no loudspeaker (no playback device other than HDMI)"
NO_CAPTURE = "the laptop shows no microphone (no capture device)"
NOTHING_RECORDED = "arecord gave no sound, or too little of it"
NOT_PLAYED = "the tone was not played to its end in its time"
NO_WIFI = "iw shows no Wi-Fi interface"
HARD_BLOCKED = "Wi-Fi is switched off by the laptop's own switch; switch it on"
NO_TIME_TO_SCAN = "no time was left to scan"
NO_BATTERY = "the laptop shows no battery"
NO_KEYBOARD = "no keyboard can be read"
NO_TOUCHPAD = "no touchpad that tells positions can be read"
NO_LID = "no lid switch can be read"
NO_SCREEN = "there is no framebuffer (/dev/fb0) to draw on"
SCREEN_TAKEN = "another program draws on this screen; end it, or start the laptop from the bench's stick"
NO_USB = "the laptop shows no USB bus"


def load_ended(count: int, of: int, status: int) -> str:
    """Processes of the load that ended for no fault of the processor; `status` of one, as `subprocess` counts it."""
    return f"{count} of {of} load processes ended early: {ended(status, '')}"


def load_not_started(count: int, of: int) -> str:
    """The kernel allowed too few processes."""
    return f"only {count} of {of} load processes could be started"


def load_too_hot(seconds: float, of: float) -> str:
    """A load that was ended to save the laptop."""
    return f"{stopped_after(seconds, of)}: {TOO_HOT}"


def odd_screen(bits: int) -> str:
    """A framebuffer of a kind that nobody draws on here."""
    return f"the framebuffer has {bits} bits a pixel, and the probe draws on 16, 24 and 32"


def wrong_kind(kind: str) -> str:
    """A Wi-Fi interface that is no ordinary one."""
    return f"it is of the kind {kind[:20]}, and only managed ones are scanned"
