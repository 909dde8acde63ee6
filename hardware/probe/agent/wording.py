"""Every sentence of the agent that a person reads: on the laptop's screen, on stderr, and as an item's reason."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# ---- why an ask came to nothing --------------------------------------------------------------------------------

COLLECTING = "collecting evidence"
STOPPED = "stopped by the bench"
UNKNOWN_ASK = "the laptop does not know this ask; scan the laptop again"


MAYBE_CHANGED = "what it changed on the laptop may not be put back; start the laptop anew"


def our_mistake(kind: str, text: str) -> str:
    """The agent itself failed."""
    return f"the probe on the laptop failed: {kind}: {text}; scan the laptop again"


def exercising(name: str) -> str:
    """What goes on while an exercise runs."""
    return f"exercise: {name}"


def not_started(error: OSError) -> str:
    """A child that could not be started."""
    return f"the probe could not be started on the laptop ({os.strerror(error.errno or 0)}); make a new boot stick"


def killed(seconds: float) -> str:
    """A child that did not end in time."""
    return f"killed at its deadline of {seconds:g} s"


def nonsense(what: str) -> str:
    """A child that wrote what it must not."""
    return f"the probe on the laptop sent {what}"


def ended(status: int | None, last_words: str) -> str:
    """A child that ended before it gave what it was to give."""
    if status is None:
        how = "hangs in the kernel of the laptop"
    elif status < 0:
        how = f"was ended by {_signal(-status)}"
    else:
        how = f"ended with status {status} and gave nothing"
    return f"the probe {how} ({last_words})" if last_words else f"the probe {how}"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


# ---- why no bench is reached -----------------------------------------------------------------------------------

BENCH = "bench"
BENCH_STARTED_ANEW = "the bench has started anew"
BENCH_SILENT = "the bench has gone silent"
HELD_ELSEWHERE = "not needed: the bench has the laptop by another way"
NO_WELCOME = "a bench is there but takes no laptop yet"
NO_KEYS = "this boot stick has no keys for the network; make a new one on the bench"
NO_BENCH_FOUND = "no bench found on the network"
LOOKING = "looking for a bench"
WAITING = "waiting for the bench"
NO_PORT = "no serial port yet; plug the adapter in"


def no_serial(name: str, number: int | None) -> str:
    """A serial port that does not work."""
    return f"{name} cannot be used ({os.strerror(number or 0)})"


def silent(name: str) -> str:
    """A bench that was there once."""
    return f"nothing comes over {name} any more"


def calling(host: str, port: int) -> str:
    """A bench whose address is known."""
    return f"calling {host}:{port}"


def no_connection(host: str, port: int, why: str) -> str:
    """A place where no bench answers."""
    return f"no bench at {host}:{port} ({why})"


def not_our_bench(host: str, why: str) -> str:
    """Somebody without a certificate of our authority."""
    return f"{host} is not the bench of this stick ({why}); make a new stick on the bench"


def connection_ended(why: str) -> str:
    """A connection that was there."""
    return f"the connection has ended ({why})" if why else "the bench has closed the connection"


def bad_bench(what: str) -> str:
    """A bench that says what it must not."""
    return f"the bench says {what}"


# ---- the laptop's screen ---------------------------------------------------------------------------------------

NETWORK = "network"
NO_BENCH = "NO BENCH"
NOT_TAKEN = "NOT TAKEN"
READY = "READY"
BUSY = "BUSY"
CHECK_THE_CABLE = "No bench answers: check the cable"
NOTHING_RUNS = "connected"


def serial_line(name: str) -> str:
    """What a person calls a serial port."""
    return f"serial line {name}"


def slot(number: int) -> str:
    """The slot, or what stands there while it is not known."""
    return f"SLOT {number}" if number else "ANY SLOT"


def at_bench(bench: str) -> str:
    """Who has the laptop."""
    return f"Bench: {bench}"


def way(name: str, doing: str, seconds: float) -> str:
    """One way to a bench and how long it has been tried."""
    return f"{name}: {doing} ({_since(seconds)})"


def away(seconds: float) -> str:
    """No bench, so long."""
    return f"No bench for {_since(seconds)}"


def running(titles: Sequence[str]) -> str:
    """What goes on now."""
    return "; ".join(titles) if titles else NOTHING_RUNS


def _since(seconds: float) -> str:
    whole = max(0, int(seconds))
    return f"{whole} s" if whole < 120 else f"{whole // 60} min"


# ---- the options -----------------------------------------------------------------------------------------------


def bad_word(word: str) -> str:
    """A word of the kernel line that is not used."""
    return f"{word} on the kernel line cannot be read and is left out; correct the boot stick's menu"
