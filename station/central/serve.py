"""Central as a process: migrations first, then pages and interface on this machine's own address.

It listens on 127.0.0.1 and offers no other address, because nobody has to sign in yet.
"""

from __future__ import annotations

import contextlib
import errno
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import uvicorn

from station.central.app import create_app
from station.central.database import migrate, open_database, url_in
from station.central.errors import CentralError, PortTaken
from station.central.live import Live
from station.central.state import Central

__all__ = ["HOST", "main", "serve"]

HOST: Final = "127.0.0.1"

# An open page holds its event stream for ever; a stop must not wait for it (domain/central.md section 4).
_GRACE_SECONDS: Final = 3


def serve(data_dir: Path, port: int, ready: Callable[[str], None] | None = None) -> None:
    """Serve the central store in `data_dir` until SIGTERM or SIGINT; 0 takes any free port.

    `ready` is called with the address ("http://127.0.0.1:8600") once it answers. Returns after a clean stop.
    Raises `CentralError` with one sentence where it cannot start.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CentralError(f"The folder {data_dir} cannot be used ({error.strerror}).") from error
    listener = _listen(port)
    engine = None
    try:
        engine = open_database(url_in(data_dir))
        migrate(engine)
        app = create_app(engine)
        central: Central = app.state.central
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        _Server(config, central.live, _address(listener), ready).run(sockets=[listener])
    finally:
        listener.close()
        if engine is not None:
            engine.dispose()


class _Server(uvicorn.Server):
    """uvicorn's server that says when it answers, lets pages go at once, and ends a stop with status 0."""

    def __init__(self, config: uvicorn.Config, live: Live, address: str, ready: Callable[[str], None] | None) -> None:
        super().__init__(config)
        self._live = live
        self._address = address
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._ready is not None:
            self._ready(self._address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._live.close()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn's own raises the signal again after the stop, which would make a clean stop look like a crash.
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        signals = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _listen(port: int) -> socket.socket:
    # The protocol is named because asyncio turns Nagle's delay (40 ms an answer) off only where it is.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            sentence = f"Port {port} is in use; stop what listens there or choose another port."
        else:
            sentence = f"Port {port} cannot be used; choose one from 1024 to 65535."
        raise PortTaken(sentence) from error
    return listener


def _address(listener: socket.socket) -> str:
    return f"http://{HOST}:{listener.getsockname()[1]}"


def main(arguments: list[str]) -> int:
    """`python -m station.central.serve DATA_DIR PORT`: prints its address when it answers."""
    if len(arguments) != 2 or not arguments[1].isdecimal():
        print("usage: python -m station.central.serve DATA_DIR PORT", file=sys.stderr)
        return 2
    try:
        serve(Path(arguments[0]), int(arguments[1]), lambda address: print(address, flush=True))
    except CentralError as error:
        print(error, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
