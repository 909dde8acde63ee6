"""The bench's journal of scans: each code as it was read, kept before anybody understands it, and what became of it.

The way of a scan: `keep` (outcome "read"), then what it means is found out, then `settle`. What a crash leaves between
the two is in `unsettled`, and the next start says so. Nothing is ever deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlite_utils import Database

from hardware.scanners.scanner import LONGEST_CODE, Code
from specs.text import clean
from station.clock import Clock
from station.store.refusing import reading, storing

__all__ = ["KeptLabel", "KeptScan", "ScanFate", "ScanJournal", "Understood"]

LONGEST_NAME: Final = 40


class ScanFate(Enum):
    """What became of a scan. `read`: kept, not yet understood. `waiting`: its laptop is not there yet, or the one that
    is there says another serial. `kept`: it is for an attempt that has not begun. `accepted`: an attempt began with it.
    `known`: that laptop is here already, or it is the second reading of the same code. `command`: it drove the bench.
    `found`: a laptop was looked up with it. `received`: it was counted in at the door. `badge`: somebody's badge, of
    which the last four characters are kept. `lost`: the bench stopped before it was understood, or while it waited.
    """

    READ = "read"
    WAITING = "waiting"
    KEPT = "kept"
    ACCEPTED = "accepted"
    KNOWN = "known"
    REFUSED = "refused"
    COMMAND = "command"
    FOUND = "found"
    RECEIVED = "received"
    BADGE = "badge"
    LOST = "lost"


class Understood(Struct, frozen=True):
    """What a code was taken for (words of `TakenFor`), its value, and the rule that said so."""

    taken_for: str = ""
    value: str = ""
    rule: str = ""


class KeptScan(Struct, frozen=True):
    """One code of the journal. `serial` is the serial number that it gave, empty where it gave none.

    `label` is shared by the codes that were read together.
    """

    id: str
    raw: str
    serial: str
    scanner: str
    scanned_at: str
    outcome: str
    label: str = ""
    symbology: str = ""
    taken_for: str = ""
    value: str = ""
    rule: str = ""


class KeptLabel(Struct, frozen=True):
    """The codes that were read together, in the order of reading; at least one."""

    scans: tuple[KeptScan, ...]

    @property
    def id(self) -> str:
        """What its codes share."""
        return self.scans[0].label

    @property
    def giving(self) -> KeptScan:
        """The code that gave the serial number; the first one where none did."""
        return next((scan for scan in self.scans if scan.serial), self.scans[0])


class ScanJournal:
    """The scans in one store. Methods raise `StoreRefused` where the disk refuses; nothing has happened then."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def keep(self, codes: Sequence[Code], scanner: str) -> KeptLabel:
        """Keeps what was read together, as it was read. On the disk when this returns. `codes` is never empty."""
        now, label = self._clock.now_text(), self._clock.new_id()
        scans = tuple(
            KeptScan(
                id=self._clock.new_id(),
                raw=_storable(code.text[:LONGEST_CODE]),
                serial="",
                scanner=clean(scanner, LONGEST_NAME),
                scanned_at=now,
                outcome=ScanFate.READ.value,
                label=label,
                symbology=clean(code.symbology, 4),
            )
            for code in codes
        )
        with storing(self._database):
            self._database.table("scan").insert_all({**msgspec.to_builtins(scan), "reason": None} for scan in scans)
        return KeptLabel(scans)

    def settle(
        self,
        label: KeptLabel,
        fate: ScanFate,
        *,
        serial: str = "",
        chosen: int = 0,
        understood: Sequence[Understood] = (),
        reason: str = "",
    ) -> KeptLabel:
        """Keeps what became of a label, and what each of its codes was taken for; gives the label as it is now.

        `serial` is the serial number, `chosen` the place of the code that gave it.
        """
        means = [*understood, *[Understood()] * len(label.scans)]
        scans = tuple(
            msgspec.structs.replace(
                scan,
                outcome=fate.value,
                serial=serial if place == chosen else "",
                taken_for=clean(meaning.taken_for, LONGEST_NAME),
                value=clean(meaning.value),
                rule=clean(meaning.rule, LONGEST_NAME),
            )
            for place, (scan, meaning) in enumerate(zip(label.scans, means, strict=False))
        )
        with storing(self._database):
            for scan in scans:
                self._database.execute(
                    "UPDATE scan SET outcome = ?, serial = ?, taken_for = ?, value = ?, rule = ?, reason = ?"
                    " WHERE id = ?",
                    (scan.outcome, scan.serial, scan.taken_for, scan.value, scan.rule, clean(reason), scan.id),
                )
        return KeptLabel(scans)

    def move(self, label: KeptLabel, fate: ScanFate, reason: str = "") -> KeptLabel:
        """Keeps what became in the end of a label that waited; what its codes were taken for stays as it is."""
        with storing(self._database):
            for scan in label.scans:
                self._database.execute(
                    "UPDATE scan SET outcome = ?, reason = ? WHERE id = ?", (fate.value, clean(reason), scan.id)
                )
        return KeptLabel(tuple(msgspec.structs.replace(scan, outcome=fate.value) for scan in label.scans))

    def belongs_to(self, scan: KeptScan, attempt_id: str) -> None:
        """An attempt begins with this scan and those read with it. Inside the transaction that opens the attempt."""
        self._database.execute(
            "UPDATE scan SET outcome = ?, attempt_id = ? WHERE id = ? OR (label = ? AND label <> '')",
            (ScanFate.ACCEPTED.value, attempt_id, scan.id, scan.label),
        )

    def of_attempt(self, attempt_id: str) -> KeptLabel | None:
        """The label with which an ended attempt began, also where a later one began with it again; None: no such."""
        labels = self._together(
            "id = (SELECT scan_id FROM attempt WHERE attempt_id = ?1) OR (label <> '' AND label = (SELECT s.label"
            " FROM attempt a JOIN scan s ON s.id = a.scan_id WHERE a.attempt_id = ?1))",
            attempt_id,
        )
        return labels[0] if labels else None

    def unused(self) -> list[KeptLabel]:
        """The labels that were kept for an attempt which never began, oldest first."""
        return self._labels(ScanFate.KEPT)

    def unsettled(self) -> list[KeptLabel]:
        """The labels that were kept and never understood, oldest first: the bench stopped in between."""
        return self._labels(ScanFate.READ)

    def waiting(self) -> list[KeptLabel]:
        """The labels whose laptops had not come when the bench stopped, oldest first."""
        return self._labels(ScanFate.WAITING)

    def _labels(self, fate: ScanFate) -> list[KeptLabel]:
        return self._together("outcome = ? AND attempt_id IS NULL", fate.value)

    def _together(self, where: str, parameter: str) -> list[KeptLabel]:
        """The codes of which that is true, put together by their labels, oldest first."""
        # A row of a store from before labels has none, and stands for itself.
        sql = (
            "SELECT id, raw, coalesce(serial, '') AS serial, scanner, scanned_at, outcome,"
            " coalesce(label, id) AS label, coalesce(symbology, '') AS symbology,"
            " coalesce(taken_for, '') AS taken_for, coalesce(value, '') AS value, coalesce(rule, '') AS rule"
            f" FROM scan WHERE {where} ORDER BY rowid"
        )
        with reading():
            rows: list[dict[str, Any]] = list(self._database.query(sql, [parameter]))
        together: dict[str, list[KeptScan]] = {}
        for row in rows:
            scan = msgspec.convert(row, KeptScan)
            together.setdefault(scan.label, []).append(scan)
        return [KeptLabel(tuple(scans)) for scans in together.values()]


def _storable(text: str) -> str:
    """Lone surrogates and NUL cannot be kept as text everywhere; they become visible escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")
