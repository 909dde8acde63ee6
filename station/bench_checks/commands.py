"""The command groups of this room, for the command line.

Exit status as everywhere: 0 done, 2 the input was wrong (`DecisionRefused`), 3 the bench could not do it.
"""

from station.bench_checks.gate_commands import gate
from station.bench_checks.golden_commands import golden

__all__ = ["gate", "golden"]
