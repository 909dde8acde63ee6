"""The command line's catalogue: every sentence that `station` says to a person."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ARGUMENTS",
    "ATTESTED_EACH",
    "ATTESTED_ONCE",
    "BENCH_GOES_ON",
    "BENCH_NOT_RUNNING",
    "BENCH_STOPPED",
    "CONFIRMED",
    "LEFT_OUT",
    "LINT_CLEAN",
    "LOOK",
    "NO_CENTRAL",
    "VERDICT_GLYPH",
    "VERDICT_WORD",
    "central_serving",
    "error",
    "lint_faults",
    "sync_done",
]

from checks.verdict import Verdict

VERDICT_WORD: Final = {
    Verdict.PASS: "PASS",
    Verdict.MARGINAL: "PASS (marginal)",
    Verdict.WAIVED: "PASS (waived)",
    Verdict.FAIL: "FAIL",
    Verdict.INCONCLUSIVE: "REVIEW",
    Verdict.ERROR: "NO TEST",
}
VERDICT_GLYPH: Final = {
    Verdict.PASS: "✔",
    Verdict.MARGINAL: "✔",
    Verdict.WAIVED: "✔",
    Verdict.FAIL: "✖",
    Verdict.INCONCLUSIVE: "?",
    Verdict.ERROR: "!",
}
BENCH_GOES_ON: Final = "The bench goes on in the background. `station bench --stop` ends it."
BENCH_STOPPED: Final = "The bench is stopped."
BENCH_NOT_RUNNING: Final = "No bench is running."
SOURCES_DISAGREE: Final = "sources disagree about {fact}: {said}; the first is used"
ANSWERED: Final = "operator.answers {row} = {answer}, said {by} after {seconds:.1f} s{evidence}"
LINT_CLEAN: Final = "No faults."
ATTESTED_ONCE: Final = "Attested once per model, on paper:"
ATTESTED_EACH: Final = "Attested on every laptop, by the technician:"
LOOK: Final = "look: {look}"
CONFIRMED: Final = "may be confirmed, {rule}"
ARGUMENTS: Final = "with {arguments}"
LEFT_OUT: Final = "Left out, which a profile that it extends asks for:"
NO_CENTRAL: Final = "central is not running here; open the bench, or start it with `station central serve`"


def error(sentence: str) -> str:
    """An error as it is printed: one line."""
    return f"station: {sentence}"


def lint_faults(count: int) -> str:
    """How many faults lint found."""
    return f"{count} fault{'s' if count != 1 else ''}."


def central_serving(address: str) -> str:
    """Central answers."""
    return f"Central answers at {address} (this machine only). Ctrl+C ends it."


def sync_done(stored: int, duplicates: int, dead: int, evidence: int, sentence: str) -> str:
    """What one run of the upload did."""
    counts = f"{stored} stored, {duplicates} known already, {dead} refused, {evidence} evidence items sent."
    return f"{counts} {sentence}".strip()
