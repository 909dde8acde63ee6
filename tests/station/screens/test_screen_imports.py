"""The screen is there at once: what makes it wait, or belongs to the engine, is never loaded into its process."""

import subprocess
import sys

HEAVY = {"cv2", "numpy", "PIL", "serial", "zxingcpp", "pyzbar", "biip", "barcode", "sqlite3", "sqlalchemy", "httpx"}


def test_the_screen_loads_nothing_that_makes_its_first_paint_wait():
    code = "import sys, station.screens.run, station.screens.app; print(*(n for n in sys.modules if '.' not in n))"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True, text=True)
    loaded = set(done.stdout.split())
    assert "textual" in loaded
    assert not HEAVY & loaded


def test_the_keyboard_wedge_loads_no_more_than_its_values():
    code = "import sys, hardware.scanners.wedge; print(*(n for n in sys.modules if n.startswith('hardware')))"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True, text=True)
    assert set(done.stdout.split()) == {
        "hardware",
        "hardware.scanners",
        "hardware.scanners.aim",
        "hardware.scanners.key_runs",
        "hardware.scanners.keys",
        "hardware.scanners.scanner",
        "hardware.scanners.torn",
        "hardware.scanners.wedge",
        "hardware.scanners.wording",
    }
