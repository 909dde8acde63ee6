"""What can go wrong with a virtual laptop.

SimulationError
+-- LaptopRefused   what was asked for cannot be: the sentence says what to ask for instead
+-- LaptopDied      QEMU ended by itself; with the last that it wrote
+-- QmpError        QEMU refused a command, or did not answer it in time
"""

from __future__ import annotations

__all__ = ["LaptopDied", "LaptopRefused", "QmpError", "SimulationError"]


class SimulationError(Exception):
    """Any of them. One sentence."""


class LaptopRefused(SimulationError):
    """What was asked for cannot be. One sentence with the remedy."""


class LaptopDied(SimulationError):
    """QEMU ended by itself. A sentence, and the last lines that it wrote."""


class QmpError(SimulationError):
    """A command to QEMU came to nothing. One sentence."""
