"""The stick's drivers: all that is there gets its own, and one that hangs keeps neither the others nor the probe."""

from __future__ import annotations

import pytest

from tests.hardware.bootstick.little_root import LittleRoot, little_root

__all__ = ["little_root"]

pytestmark = [pytest.mark.system]

MODPROBE = """#!/bin/sh
# Plays modprobe: knows the modules below, leaves out what is blacklisted, and has each open while it is loaded.
shift 2
for name; do
    case $name in -*) continue ;; esac
    ! grep -q -x "blacklist $name" /etc/modprobe.d/*.conf 2>/dev/null || continue
    [ -e "/usr/lib/modules/9/$name.ko" ] || continue
    exec 3<"/usr/lib/modules/9/$name.ko"
    echo "$name" >>/run/asked
    [ "$name" != bad_one ] || sleep 1000
    exec 3<&-
    echo "$name" >>/run/loaded
done
"""

START = """
mkdir -p /usr/lib/modules/9 /etc/modprobe.d
for name in early first bad_one behind; do : >/usr/lib/modules/9/$name.ko; done
echo early >/intake/preload
"""


@pytest.fixture
def root(little_root: LittleRoot) -> LittleRoot:
    little_root.replace("modprobe", MODPROBE)
    # What stands in /sys/devices is this machine's; the modules that it asks for are none of these.
    (little_root.scripts / "preload").touch()
    return little_root


def test_what_is_named_is_loaded_after_what_nothing_asks_for(root: LittleRoot) -> None:
    assert root.run(START + "/intake/drivers first behind; cat /run/loaded /dev/tty1 /run/intake/hanging").split() == [
        *("early", "first", "behind")
    ]


@pytest.mark.slow
def test_a_driver_that_hangs_is_named_and_what_stood_behind_it_is_loaded_all_the_same(root: LittleRoot) -> None:
    script = "/intake/drivers first bad_one behind; cat /run/loaded; echo --; cat /dev/tty1 /dev/kmsg"
    loaded, _, told = root.run(START + script).partition("--")
    assert loaded.split() == ["early", "first", "early", "first", "behind"]
    *screen, log = (line.strip() for line in told.splitlines() if line.strip())
    assert screen[0].startswith("The driver bad_one hangs")
    assert max(len(line) for line in screen) < 78
    assert "The driver bad_one hangs" in log


@pytest.mark.slow
def test_whatever_drivers_do_the_probe_is_started_after_a_minute(root: LittleRoot) -> None:
    root.replace("modprobe", "#!/bin/sh\nsleep 1000\n")
    told = root.run("/intake/drivers; cat /dev/tty1; [ ! -e /run/intake/drivers-loaded ]", timeout=110)
    assert "not all loaded after a minute" in told
