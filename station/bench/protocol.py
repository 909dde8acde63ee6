"""What the engine and its screens say to each other: one JSON object a line over a local socket.

The engine sends `Hello`, then the whole `BenchState` once, and after that only what changed. A screen sends
commands. Everything is immutable, and every text in it has been cleaned (`specs.text.clean`) but not escaped:
the screen escapes for itself. Sentences arrive ready to show.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from checks.verdict import Verdict
from station.bench.pages import CheckLine, Page

__all__ = [
    "LONGEST_LINE",
    "LONGEST_SHOWN_SCAN",
    "PROTOCOL",
    "Answering",
    "BenchBar",
    "BenchChanged",
    "BenchState",
    "BrokenScan",
    "CheckLine",
    "Command",
    "DeviceLine",
    "Event",
    "FocusSlot",
    "Goodbye",
    "Guide",
    "Hello",
    "Leafed",
    "PageChanged",
    "Press",
    "PutInSlot",
    "Quit",
    "RecentAttempt",
    "Scan",
    "ScanAnswer",
    "ScanKept",
    "ScanOutcome",
    "Seen",
    "Show",
    "SignOff",
    "SlotChanged",
    "SlotState",
    "Stage",
    "Stop",
    "StopKind",
    "StopSlot",
    "UseAddress",
    "UseLabel",
    "UsePrinter",
    "UseProfile",
    "UseScanner",
    "View",
    "decode_command",
    "decode_event",
    "encode",
]

PROTOCOL: Final = 4
LONGEST_SHOWN_SCAN: Final = 60
"""Characters of a scan that its answer repeats, cleaned: enough to know it again."""
LONGEST_LINE: Final = 2**20
"""Bytes of one line; a longer one ends the connection."""


class Stage(Enum):
    """Where a slot is. `ready` waits for a scan; `empty` has no laptop to ask; `asking` waits for the technician;
    `stopped`: no test runs, and none begins until a person has decided (`SlotState.stop` says what).
    """

    EMPTY = "empty"
    READY = "ready"
    COLLECTING = "collecting"
    ASKING = "asking"
    JUDGING = "judging"
    SAVING = "saving"
    DONE = "done"
    ABORTED = "aborted"
    STOPPED = "stopped"


class StopKind(Enum):
    """Why a slot waits for a decision. `conflict`: the label says another serial than the laptop. `interrupted`: the
    bench stopped in the middle of a test, and the laptop is still there.
    """

    CONFLICT = "conflict"
    INTERRUPTED = "interrupted"


class Stop(Struct, frozen=True):
    """What stops one slot: one sentence, and the one key that settles it: a verb ("HOLD" or "GO"), and what it does in
    a few words. Scanning the right label settles a conflict too.
    """

    kind: StopKind
    sentence: str
    verb: str
    does: str


class Answering(Enum):
    """How what a slot asks is answered. `verdict`: PASS, FAIL or NEXT. `doing`: by doing it on the laptop, which ends
    by itself; FAIL and NEXT end it sooner. `symptom`: CHOICE, of the guide's choices. `number`: CHOICE, 1 to 9.
    `reason`: CHOICE, of the guide's choices, and nothing else: why a laptop is tested again.
    """

    VERDICT = "verdict"
    DOING = "doing"
    SYMPTOM = "symptom"
    NUMBER = "number"
    REASON = "reason"


class Guide(Struct, frozen=True):
    """What helps with what a slot asks: what it is for, what to do step by step, how far it is in words ("41 of 87
    keys") and in numbers (`done` of `of`; of 0: not counted), and what there is to choose from, numbered from 1.
    """

    answering: Answering = Answering.VERDICT
    purpose: str = ""
    steps: tuple[str, ...] = ()
    progress: str = ""
    done: int = 0
    of: int = 0
    choices: tuple[str, ...] = ()


class SlotState(Struct, frozen=True):
    """One slot, whole. `done` and `expected` count evidence items; `now` says what is happening in words.

    In stage `done` the verdict stays until the next scan takes the slot; the slot is ready all the same.
    `seconds` is how long the attempt took, or has taken so far.
    `question` is what the technician is asked to look at now (empty: nothing), the `question_place`-th of `questions`.
    `guide` helps with it. `turn` counts up, within an attempt, each time that something else is asked, or the same
    again.
    `held` is True for a laptop that was put on hold at this bench.
    `link` is how the laptop is reached, in an empty slot where one is waited for. `away` is True where the laptop whose
    verdict is shown has left.
    `says` is the serial that the laptop's own firmware gives (empty: none, or not asked yet).
    `left` is how many seconds the machine's part of the test usually still takes (below 0: nobody knows).
    `stop` is set in stage `stopped`. `blocked` says why no laptop of a delivery is tested here until somebody has seen
    to it (empty: they are). `bench_check` is True while what is tested is a golden or a known-bad laptop.
    """

    number: int
    stage: Stage = Stage.EMPTY
    link: str = ""
    serial: str = ""
    laptop: str = ""
    now: str = ""
    done: int = 0
    expected: int = 0
    seconds: float = 0.0
    checks: tuple[CheckLine, ...] = ()
    checks_expected: int = 0
    verdict: Verdict | None = None
    headline: str = ""
    attempt_id: str = ""
    question: str = ""
    question_place: int = 0
    questions: int = 0
    turn: int = 0
    guide: Guide = Guide()
    held: bool = False
    away: bool = False
    says: str = ""
    left: float = -1.0
    stop: Stop | None = None
    blocked: str = ""
    bench_check: bool = False


class RecentAttempt(Struct, frozen=True):
    """One line of the bench's history. `verdict` is None for aborted and interrupted attempts; see `status`."""

    attempt_id: str
    serial: str
    laptop: str
    slot: int
    finished_at: str
    status: str
    verdict: Verdict | None


class DeviceLine(Struct, frozen=True):
    """A scanner or the printer. `kind` is "scanner" or "printer"; `state` is "ready", "away", "blind" (a camera that
    cannot read what it sees) or "fault"; the sentence says what to do, and is empty where all is well.
    """

    kind: str
    name: str
    state: str
    sentence: str = ""


class View(Enum):
    """What the bench shows, and what a scan means there. In `history` a scan looks a laptop up, in `receive` it counts
    a carton in; in the others it begins a test. One for the whole bench: each screen and each scanner follows it.
    """

    BENCH = "bench"
    SLOT = "slot"
    RECEIVE = "receive"
    HISTORY = "history"
    SUPERVISOR = "supervisor"
    HEALTH = "health"


class BenchBar(Struct, frozen=True):
    """What is true of the whole bench. `central` is "ok", "away" or "stopped"; `central_note` says more.

    `focus` is the slot to which command barcodes speak. `next_slot` is the slot that the next laptop was promised to
    (0: any). `labels_waiting` counts labels that are not printed yet.
    `operator` is who is signed in (empty: nobody, and no laptop is taken in), `role` "technician" or "supervisor"
    (empty: nobody has to sign in here). `badge_wanted` says whose badge is waited for, and what for (empty: none).
    `waiting` are serials of labels that were scanned before their laptop came. `shift` names the shift, in words.
    """

    bench: str
    operator: str
    profile: str
    profile_title: str
    unsent: int = 0
    oldest_unsent_seconds: float | None = None
    dead_letters: int = 0
    central: str = "away"
    central_note: str = ""
    pages_url: str = ""
    today: int = 0
    today_passed: int = 0
    focus: int = 1
    next_slot: int = 0
    devices: tuple[DeviceLine, ...] = ()
    labels_waiting: int = 0
    role: str = ""
    badge_wanted: str = ""
    waiting: tuple[str, ...] = ()
    shift: str = ""
    view: View = View.BENCH


class BenchState(Struct, frozen=True, tag="state"):
    """Everything, once, after `Hello`. `notices` are sentences for the technician (interrupted attempts, ...)."""

    bar: BenchBar
    slots: tuple[SlotState, ...]
    recent: tuple[RecentAttempt, ...]
    notices: tuple[str, ...] = ()
    page: Page | None = None


class Hello(Struct, frozen=True, tag="hello"):
    """The engine's first line."""

    protocol: int
    version: str
    pid: int


class SlotChanged(Struct, frozen=True, tag="slot"):
    """A slot is now this."""

    slot: SlotState


class BenchChanged(Struct, frozen=True, tag="bench"):
    """The bench's bar, history and notices are now these."""

    bar: BenchBar
    recent: tuple[RecentAttempt, ...]
    notices: tuple[str, ...] = ()


class PageChanged(Struct, frozen=True, tag="page"):
    """What the bench's view shows is now this; None in the views of slots."""

    page: Page | None


class ScanOutcome(Enum):
    """What became of a scan; each has a sound of its own. `accepted`: it was taken. `known`: the bench had it already.
    `refused`: nothing was done with it, and the sentence says what to do.
    """

    ACCEPTED = "accepted"
    KNOWN = "known"
    REFUSED = "refused"


class ScanAnswer(Struct, frozen=True, tag="scan"):
    """What became of one scan, key or setting, in one sentence. `slot` is 0 where it took none.

    `scanner` is what read the code, "key" for a `Press`, "bench" where the bench goes on by itself (a label that waited
    has found its laptop, a golden laptop's run has ended), and empty for a setting; `ref` is the scan's own.
    """

    outcome: ScanOutcome
    text: str
    sentence: str
    slot: int = 0
    scanner: str = ""
    ref: str = ""


class ScanKept(Struct, frozen=True, tag="kept"):
    """A broken scan is in the journal. Nothing is shown of it."""

    ref: str


class Leafed(Struct, frozen=True, tag="leaf"):
    """A command that is for the screens alone: with "HELP" each shows the help about what is in view, or goes back
    from it; with "MORE" it turns to its next page.
    """

    verb: str


class Goodbye(Struct, frozen=True, tag="goodbye"):
    """The engine stops, and why."""

    sentence: str


class Scan(Struct, frozen=True, tag="scan"):
    """A code was scanned or a serial typed: the raw text without its terminator, and its AIM identifier where the
    scanner sent one.

    `ref` is the screen's own mark, which the answer repeats; `read_at` is when it was read (UTC) where that was not
    now: a screen kept it while the engine was away.
    """

    text: str
    scanner: str = "keyboard"
    symbology: str = ""
    ref: str = ""
    read_at: str = ""


class BrokenScan(Struct, frozen=True, tag="broken"):
    """Something came from the keyboard that is no code: `text` as far as it came, and why it is none. It is kept, and
    answered with `ScanKept` alone: the screen has said so already.
    """

    text: str
    scanner: str
    sentence: str
    ref: str = ""


class StopSlot(Struct, frozen=True, tag="stop"):
    """Abort the attempt in a slot."""

    slot: int


class PutInSlot(Struct, frozen=True, tag="put"):
    """What a slot reaches its laptops by: "this-machine", "network", "serial:/dev/ttyUSB0" (with "?baud=N"), or a
    recorded bundle's path; empty: nothing.
    """

    slot: int
    laptop: str


class UseAddress(Struct, frozen=True, tag="address"):
    """Laptops on the network dial here from now on: "ADDRESS:PORT" of this computer; "0.0.0.0:8711" is the usual."""

    address: str


class FocusSlot(Struct, frozen=True, tag="focus"):
    """Command barcodes speak to this slot from now on."""

    slot: int


class Press(Struct, frozen=True, tag="press"):
    """A key in place of a command barcode: "PASS", "FAIL", "NEXT", "UNDO", "HOLD" or "GO", or "CHOICE" with the number.

    It says what was on the screen when it was pressed: the view, and in those of slots the slot in view, its attempt,
    and the turn of its question. Where that is no longer so, it is refused: nobody answers a question that they have
    not seen.
    """

    verb: str
    slot: int = 0
    attempt_id: str = ""
    turn: int = 0
    choice: int = 0
    view: View = View.BENCH


class Show(Struct, frozen=True, tag="show"):
    """The bench shows this view from now on."""

    view: View


class SignOff(Struct, frozen=True, tag="signoff"):
    """Whoever is signed in leaves the bench."""


class Seen(Struct, frozen=True, tag="seen"):
    """What a slot asks stands on a screen now, in the slot in view: from here on it can be answered."""

    slot: int
    attempt_id: str
    turn: int


class UseScanner(Struct, frozen=True, tag="scanner"):
    """Listen at a place (1 to 4) to this scanner from now on: "serial:auto", "serial:/dev/ttyUSB0?baud=9600",
    "camera:0", "camera:http://..."; empty: to none.
    """

    place: int
    scanner: str


class UsePrinter(Struct, frozen=True, tag="printer"):
    """Print labels here from now on: "tcp:HOST:9100", "serial:/dev/ttyUSB1", "usb:/dev/usb/lp0", "png:FOLDER",
    "pdf:FOLDER"; empty: print none.
    """

    printer: str


class UseLabel(Struct, frozen=True, tag="label"):
    """Print this layout for each verdict from now on: a name of the library, or the path of a .toml file."""

    layout: str


class UseProfile(Struct, frozen=True, tag="profile"):
    """Judge from now on by another profile: "ID", "ID@VERSION", or the path of a .toml file."""

    profile: str


class Quit(Struct, frozen=True, tag="quit"):
    """Stop the engine once running attempts have ended (at once with `now`: they are marked interrupted)."""

    now: bool = False


Event: TypeAlias = (
    Hello | BenchState | SlotChanged | BenchChanged | PageChanged | ScanAnswer | ScanKept | Leafed | Goodbye
)
Command: TypeAlias = (
    Scan
    | BrokenScan
    | StopSlot
    | FocusSlot
    | Press
    | Seen
    | Show
    | SignOff
    | PutInSlot
    | UseAddress
    | UseProfile
    | UseScanner
    | UsePrinter
    | UseLabel
    | Quit
)

_EVENTS: Final[msgspec.json.Decoder[Event]] = msgspec.json.Decoder(Event)
_COMMANDS: Final[msgspec.json.Decoder[Command]] = msgspec.json.Decoder(Command)


def encode(message: Event | Command) -> bytes:
    """The message as one line, with its newline."""
    return msgspec.json.encode(message) + b"\n"


def decode_event(line: bytes) -> Event:
    """The event in a line. Raises `msgspec.DecodeError` for anything else."""
    return _EVENTS.decode(line)


def decode_command(line: bytes) -> Command:
    """The command in a line. Raises `msgspec.DecodeError` for anything else."""
    return _COMMANDS.decode(line)
