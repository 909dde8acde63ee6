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


def test_the_screen_loads_neither_the_judge_nor_the_store_nor_the_evidence():
    code = "import sys, station.screens.run, station.screens.app; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True, text=True)
    loaded = set(done.stdout.split())
    assert {name for name in loaded if name.split(".")[0] == "checks"} == {"checks", "checks.verdict"}
    assert not [name for name in loaded if name.startswith(("station.store", "hardware.evidence", "hardware.laptops"))]


def test_the_views_beside_the_slots_wait_until_they_are_shown_and_load_nothing_heavy_then():
    code = (
        "import sys, pkgutil, station.screens as screens, station.screens.app; before = set(sys.modules);"
        "[__import__(f'station.screens.{one.name}') for one in pkgutil.iter_modules(screens.__path__)];"
        "print(*before); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True, text=True)
    first, then = (set(line.split()) for line in done.stdout.splitlines())
    painters = {f"station.screens.{view}_view" for view in ("receive", "history", "supervisor", "health")}
    assert not painters & first
    assert painters <= then
    assert not HEAVY & then
    assert not [name for name in then if name.startswith(("station.store", "hardware.evidence", "checks.judge"))]


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
