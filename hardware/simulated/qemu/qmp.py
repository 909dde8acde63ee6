"""QEMU's monitor (QMP): one JSON object a line over a Unix socket, a command at a time, each with a deadline."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from hardware.simulated.qemu import wording
from hardware.simulated.qemu.errors import QmpError

__all__ = ["Qmp"]

LONGEST_LINE: Final = 2**20
USUAL_SECONDS: Final = 30.0


class Qmp:
    """The monitor of one QEMU that listens at `path`. All methods raise `QmpError`."""

    def __init__(self, path: Path, *, seconds: float = USUAL_SECONDS) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(seconds)
        self._buffer = b""
        try:
            self._socket.connect(str(path))
            self._read("the greeting", time.monotonic() + seconds)
            self.execute("qmp_capabilities", seconds=seconds)
        except OSError as error:
            self.close()
            raise QmpError(wording.qmp_closed("the greeting")) from error
        except QmpError:
            self.close()
            raise

    def execute(
        self, command: str, arguments: Mapping[str, object] | None = None, *, seconds: float = USUAL_SECONDS
    ) -> Any:
        """What QEMU returns to the command with its arguments."""
        return self._ask({"execute": command, **({"arguments": arguments} if arguments else {})}, command, seconds)

    def close(self) -> None:
        """Hangs up; QEMU goes on."""
        self._socket.close()

    def _ask(self, asked: dict[str, object], command: str, seconds: float) -> Any:
        until = time.monotonic() + seconds
        try:
            self._socket.settimeout(seconds)
            self._socket.sendall(json.dumps(asked).encode() + b"\n")
        except OSError as error:
            raise QmpError(wording.qmp_closed(command)) from error
        while True:
            said = self._read(command, until)
            if "return" in said:
                return said["return"]
            if "error" in said:
                raise QmpError(wording.qmp_refused(command, str(said["error"].get("desc", ""))))

    def _read(self, command: str, until: float) -> dict[str, Any]:
        while b"\n" not in self._buffer:
            left = until - time.monotonic()
            if left <= 0 or len(self._buffer) > LONGEST_LINE:
                raise QmpError(wording.qmp_silent(command, USUAL_SECONDS))
            self._socket.settimeout(left)
            try:
                part = self._socket.recv(65536)
            except TimeoutError as error:
                raise QmpError(wording.qmp_silent(command, USUAL_SECONDS)) from error
            except OSError as error:
                raise QmpError(wording.qmp_closed(command)) from error
            if not part:
                raise QmpError(wording.qmp_closed(command))
            self._buffer += part
        line, _, self._buffer = self._buffer.partition(b"\n")
        try:
            said = json.loads(line)
        except ValueError as error:
            raise QmpError(wording.qmp_refused(command, "its answer is not JSON")) from error
        return said if isinstance(said, dict) else {}
