"""Keeps the processes of one virtual laptop: run as a program of its own, so that they end with whoever started it.

`keeper.py FOLDER` reads `processes.json` there: {"helpers": [{"command", "ready"}], "main": command}. Each helper is
started and waited for until the path `ready` is there; then the main one, whose end (and exit status) is the keeper's.
When standard input ends (the starter has stopped it, or was killed), the keeper removes the folder and kills the whole
group: its own.

Standard library only, and imports nothing of ours: it is started by its path, which takes some 20 ms.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

READY_SECONDS = 30.0


def _end_with_starter(folder: str) -> None:
    while True:
        try:
            if not os.read(0, 1024):
                break
        except OSError:
            break
    shutil.rmtree(folder, ignore_errors=True)
    # The group is the keeper's own: it was started as the leader of a session.
    os.killpg(0, signal.SIGKILL)


def main(folder: str) -> int:
    """Runs the processes. The main one's exit status; 127 where one cannot be started, 126 where one is not ready."""
    with open(os.path.join(folder, "processes.json"), encoding="utf-8") as file:
        processes = json.load(file)
    threading.Thread(target=_end_with_starter, args=(folder,), daemon=True).start()
    with open(os.path.join(folder, "said.txt"), "ab") as said:
        helpers = []
        try:
            for helper in processes["helpers"]:
                helpers.append(_start(helper["command"], said))
                until = time.monotonic() + READY_SECONDS
                while not os.path.exists(helper["ready"]):
                    if time.monotonic() > until or helpers[-1].poll() is not None:
                        said.write(f"{helper['command'][0]} did not start\n".encode())
                        return 126
                    time.sleep(0.02)
            status = _start(processes["main"], said).wait()
        except OSError as error:
            said.write(f"{error}\n".encode())
            return 127
        finally:
            for one in helpers:
                one.kill()
    return status if status >= 0 else 128 - status


def _start(command: list[str], said: object) -> subprocess.Popen[bytes]:
    # No pipe to anything: a child that holds one open would keep the starter waiting.
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)  # type: ignore[call-overload,no-any-return]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
