"""One connection of a virtual laptop to its bench: started by QEMU for each, between its own socket and a Unix one.

`relay.py PATH`: standard input and output are QEMU's end. Standard library only, and imports nothing of ours: it is
started by its path for each connection.
"""

from __future__ import annotations

import os
import select
import socket
import sys


def main(path: str) -> int:
    """Carries bytes both ways until either end has no more."""
    bench = socket.socket(socket.AF_UNIX)
    try:
        bench.connect(path)
    except OSError:
        return 1
    ways = {0: bench.fileno(), bench.fileno(): 1}
    while True:
        for ready in select.select(list(ways), [], [])[0]:
            try:
                data = os.read(ready, 65536)
                if not data:
                    return 0
                view = memoryview(data)
                while view:
                    view = view[os.write(ways[ready], view) :]
            except OSError:
                return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
