"""The stick's scripts as they run on the laptop: under busybox, as root, in a root and a network of their own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

import hardware.bootstick

_FILES: Final = Path(hardware.bootstick.__file__).with_name("files")

_ENTER: Final = """
mount -t proc proc {root}/proc && mount -t sysfs sysfs {root}/sys && mount -t tmpfs tmpfs {root}/run || exit 99
mount --bind /dev/null {root}/dev/null && mount --bind {scripts} {root}/intake || exit 99
mount --rbind / {root}/host || exit 99
exec chroot {root} /bin/sh -c "$1"
"""

_START: Final = """
export PATH=/bin
[ -e /dev/tty1 ] || : >/dev/tty1 >/dev/kmsg
mkdir -p /run/intake/net /run/intake/dhcp.d
wait_for() {
    n=0
    until eval "$1"; do
        n=$((n + 1))
        [ $n -lt 600 ] || { echo "never: $1"; exit 1; }
        usleep 100000
    done
}
addresses() { ip -4 addr show dev "$1" | sed -n 's/^ *inet \\([0-9.]*\\).*/\\1/p'; }
host() { chroot /host /usr/bin/env PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
asking() { pidof udhcpc | wc -w; }
"""


class LittleRoot:
    """A root folder with busybox and the scripts of the stick; the network of each `run` is empty but for `lo`."""

    def __init__(self, folder: Path) -> None:
        busybox = shutil.which("busybox")
        if busybox is None or shutil.which("unshare") is None:
            pytest.skip("THE STICK'S SCRIPTS WERE NOT RUN: busybox-static or util-linux not installed")
        self._root = folder / "root"
        for name in ("bin", "proc", "sys", "run", "dev", "intake", "etc", "host"):
            (self._root / name).mkdir(parents=True)
        (self._root / "dev" / "null").touch()
        shutil.copy(busybox, self._root / "bin" / "busybox")
        listed = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True).stdout.split()
        for applet in listed:
            if applet != "busybox":
                (self._root / "bin" / applet).symlink_to("busybox")
        self.scripts = folder / "scripts"
        shutil.copytree(_FILES, self.scripts)
        for script in self.scripts.iterdir():
            script.chmod(0o755)

    def replace(self, program: str, script: str) -> None:
        """Another program takes the place of one of busybox's."""
        place = self._root / "bin" / program
        place.unlink()
        place.write_text(script)
        place.chmod(0o755)
        # busybox's shell looks among its own programs first; a path it takes as it is.
        for file in self.scripts.iterdir():
            file.write_text(re.sub(rf"(?<![\w/]){program}(?= )", f"/bin/{program}", file.read_text()))

    def run(self, script: str, timeout: float = 100) -> str:
        """What a shell script there prints; it and all that it started have ended then. Fails where it fails.

        `wait_for CONDITION` waits for something, `addresses INTERFACE` gives its IPv4 addresses, `asking` the number of
        DHCP clients, `host PROGRAM` is this machine's own program, in the script's network.
        """
        enter = _ENTER.format(root=self._root, scripts=self.scripts)
        # With a process namespace of its own nothing outlives the script.
        alone = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child"]
        if os.geteuid() != 0:
            alone += ["--user", "--map-root-user"]
        command = [*alone, "sh", "-c", enter, "sh", _START + script]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL, check=False
        )
        if done.returncode == 99 or "unshare:" in done.stderr:
            pytest.skip(f"THE STICK'S SCRIPTS WERE NOT RUN: no namespaces here ({done.stderr.strip()[:200]})")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def little_root(tmp_path: Path) -> LittleRoot:
    """As the laptop's own, without Python, modules and keys."""
    return LittleRoot(tmp_path)
