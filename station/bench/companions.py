"""The engine's companions, each a process of its own: the embedded central store, the upload job, and the printing.

They are started again when they end, with growing pauses, and end with the engine whatever happens to it
(`station.bench.lifeline`). The bench works without them: that is what the outbox is for.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from station.bench.companion_messages import CentralReady, PrintSaid, SyncSaid
from station.bench.devices import Devices
from station.central.address import forget_address, tell_address
from station.paths import Paths

__all__ = ["Companions"]

CENTRAL_PORT: Final = 8710
_FIRST_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 60.0
_LONGEST_LINE: Final = 64 * 1024


class Companions:
    """Runs central, the upload job and the printing of labels.

    `told` is called with central's state, a sentence, and the pages' address; `devices` is told how the printing goes.
    """

    def __init__(
        self,
        paths: Paths,
        bench_id: str,
        bench_name: str,
        port: int,
        told: Callable[[str, str, str], None],
        stepped: Callable[[], None],
        devices: Devices,
    ) -> None:
        self._paths = paths
        self._bench = (bench_id, bench_name)
        self._port = port
        self._told = told
        self._stepped = stepped
        self._devices = devices
        self._address = ""
        self._tasks: list[asyncio.Task[None]] = []
        self._ready: asyncio.Future[CentralReady] = asyncio.get_running_loop().create_future()
        self._sync: asyncio.subprocess.Process | None = None
        self._printing: asyncio.subprocess.Process | None = None

    def start(self) -> None:
        """Starts them; returns at once."""
        central = ("station.bench.central_child", str(self._paths.central), *self._bench, str(self._port))
        printing = ("station.bench.print_child", str(self._paths.store))
        self._tasks += [
            asyncio.create_task(self._keep_running(lambda: central, self._central_said, gone=self._central_gone)),
            asyncio.create_task(self._run_sync()),
            asyncio.create_task(
                self._keep_running(lambda: printing, self._print_said, self._print_started, self._devices.printing_gone)
            ),
        ]

    def wake(self) -> None:
        """There is something new to send."""
        _nudge(self._sync)

    def wake_printing(self) -> None:
        """There is a label to print, or another printer."""
        _nudge(self._printing)

    async def stop(self) -> None:
        """Ends them."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        forget_address(self._paths.central, self._address)

    async def _run_sync(self) -> None:
        await self._ready

        def command() -> tuple[str, ...]:
            ready = self._ready.result()
            return ("station.bench.sync_child", str(self._paths.store), ready.address, ready.token_file)

        await self._keep_running(command, self._sync_said, self._sync_started, self._central_gone)

    def _sync_started(self, process: asyncio.subprocess.Process) -> None:
        self._sync = process

    def _central_said(self, line: bytes) -> None:
        ready = msgspec.json.decode(line, type=CentralReady)
        moved = self._ready.done() and self._ready.result() != ready
        if self._ready.done():
            self._ready = asyncio.get_running_loop().create_future()
        self._ready.set_result(ready)
        self._address = ready.address
        tell_address(self._paths.central, ready.address)
        if moved and self._sync is not None and self._sync.returncode is None:
            # It sends to the old address; started again, it is told the new one.
            self._sync.terminate()

    def _sync_said(self, line: bytes) -> None:
        said = msgspec.json.decode(line, type=SyncSaid)
        self._told(said.state, said.sentence, self._address)
        self._stepped()

    def _central_gone(self) -> None:
        self._told("away", "", self._address)

    def _print_started(self, process: asyncio.subprocess.Process) -> None:
        self._printing = process

    def _print_said(self, line: bytes) -> None:
        self._devices.printer_said(msgspec.json.decode(line, type=PrintSaid))

    async def _keep_running(
        self,
        command: Callable[[], Sequence[str]],
        heard: Callable[[bytes], None],
        started: Callable[[asyncio.subprocess.Process], None] = lambda process: None,
        gone: Callable[[], None] = lambda: None,
    ) -> None:
        pause = _FIRST_PAUSE_S
        while True:
            begun = asyncio.get_running_loop().time()
            # No room for a process, or a line that is none: it is started again like one that ended.
            with contextlib.suppress(OSError, ValueError, msgspec.DecodeError):
                await self._run_once(command(), heard, started)
            lived = asyncio.get_running_loop().time() - begun
            pause = _FIRST_PAUSE_S if lived > _LONGEST_PAUSE_S else min(_LONGEST_PAUSE_S, pause * 2)
            gone()
            await asyncio.sleep(pause)

    async def _run_once(
        self,
        command: Sequence[str],
        heard: Callable[[bytes], None],
        started: Callable[[asyncio.subprocess.Process], None],
    ) -> None:
        module, *arguments = command
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            module,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=None,
            limit=_LONGEST_LINE,
            start_new_session=True,
        )
        started(process)
        try:
            assert process.stdout is not None
            while line := await process.stdout.readline():
                heard(line)
            await process.wait()
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            # asyncio reaps it; a child that does not end goes with its standard input.


def _nudge(process: asyncio.subprocess.Process | None) -> None:
    """A line on a child's standard input wakes it."""
    if process is not None and process.returncode is None and process.stdin is not None:
        with contextlib.suppress(OSError, RuntimeError):
            process.stdin.write(b"\n")
