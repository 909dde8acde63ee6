"""The process in which one exercise runs: whatever happens, it puts back what it changed and tells the outcome once.

It speaks to its supervisor in lines of JSON: `progress`, `note`, `changed`, and at last `result`.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from ..laptop import Laptop
from ..tools import Tools
from . import wording
from .processes import adopt_orphans, end_children
from .session import CannotMeasure, Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

FIRST_TO_GO = "1000"
"""/proc/self/oom_score_adj: should memory run out, the exercise goes and the agent stays."""


class Task(NamedTuple):
    """What is to be run: the exercise's function, its arguments, until when (`time.monotonic`), on which laptop.

    `boot_stick`: the running system is not the laptop's own. `rescue` puts back from outside what a killed worker did
    not; True where it did.
    """

    run: Callable[..., dict[str, Any]]
    arguments: dict[str, Any]
    deadline: float
    root: str
    tools: str | None
    boot_stick: bool = False
    rescue: Callable[[], bool] | None = None


def work(task: Task, pipe: int) -> NoReturn:
    """Runs the exercise and ends this process. SIGTERM, which must be blocked, stops the exercise in peace."""
    try:
        signal.set_wakeup_fd(-1)
        adopt_orphans()
        laptop = Laptop(task.root)
        # The tools of this machine would speak of the wrong one where a copied tree is the laptop.
        tools = Tools(task.tools) if task.tools or laptop.is_this_machine else None
        session = Session(laptop, tools, task.deadline, _Teller(pipe).send, task.boot_stick)
        _stop_on_signals(session)
        _offer_to_memory_killer()
        _tell(pipe, _result(task, session))
    finally:
        end_children()
        # Nothing of the process that this one was forked from may run here: no exit handlers, no buffers.
        os._exit(0)


class _Teller:
    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._lock = threading.RLock()

    def send(self, message: dict[str, Any]) -> None:
        """Never raises: a supervisor that is gone, or a number that is none, must not end an exercise half way."""
        with contextlib.suppress(OSError, ValueError, TypeError), self._lock:
            _write(self._pipe, _line(message))


def _result(task: Task, session: Session) -> dict[str, Any]:
    measured: dict[str, Any] | None = None
    error: str | None = None
    try:
        session.progress("started")
        measured = task.run(session, **task.arguments)
        _line(measured)
    except CannotMeasure as reason:
        error = str(reason)
    except MemoryError:
        error = wording.our_mistake("MemoryError", "")
    except OSError as refusal:
        error = wording.os_error(refusal)
    except BaseException as mistake:
        measured = None
        error = wording.our_mistake(type(mistake).__name__, str(mistake))
    restored = session.put_back()
    if error is not None and session.stopping:
        error = f"{wording.STOPPED_EARLY} ({error})"
    elif error is None:
        error = session.shortfall
    return {"result": measured, "error": error, "restored": restored}


def _tell(pipe: int, message: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):
        _write(pipe, _line(message))


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def _write(pipe: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(pipe, rest) :]


def _stop_on_signals(session: Session) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        session.stop()

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, stop)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def _offer_to_memory_killer() -> None:
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write(FIRST_TO_GO)
