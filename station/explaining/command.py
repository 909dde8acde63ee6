"""`station explain ATTEMPT [CHECK]`: why a laptop got its verdict, down to the bytes.

Exit status as everywhere: 0 done, 2 the input was wrong, 3 the bench could not do it. Imports are inside the command:
the bench must not pay for the parsers when it starts.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from station.output import print_json

if TYPE_CHECKING:
    from checks.verdict import Finding
    from station.records import AttemptRecord
    from station.store.bench_store import BenchStore
    from station.store.lookup import Found, KeptRecord

__all__ = ["explain"]

DONE, WRONG_INPUT, UNABLE = 0, 2, 3

_PATH: Final = click.Path(path_type=Path)


class _Refused(Exception):
    """One sentence for the person, and the exit status."""

    def __init__(self, sentence: str, status: int = WRONG_INPUT) -> None:
        super().__init__(sentence)
        self.status = status


@click.command()
@click.argument("attempt")
@click.argument("check", required=False)
@click.option("--data", type=_PATH, help="The data folder (default: STATION_DATA, or the user's own).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def explain(attempt: str, check: str | None, data: Path | None, as_json: bool) -> int:
    """Why an attempt, or one CHECK of it, came out so: rule, version, limit, reading, and the bytes it was read from.

    ATTEMPT is its id, the last 8 or more characters of it, or a serial number (its latest attempt). CHECK is a check's
    id or title, or the beginning of one.
    """
    import pysqlite3

    from station import wording
    from station.explaining.wording import store_damaged
    from station.paths import PathsUnusable
    from station.store.bench_store import StoreRefused
    from station.store.database import StoreUnusable

    try:
        _explain(attempt, check, data, as_json)
    except _Refused as refused:
        click.echo(wording.error(str(refused)), err=True)
        return refused.status
    except (PathsUnusable, StoreRefused, StoreUnusable) as error:
        click.echo(wording.error(str(error)), err=True)
        return UNABLE
    except pysqlite3.Error as error:
        click.echo(wording.error(store_damaged(str(error))), err=True)
        return UNABLE
    return DONE


def _explain(name: str, check: str | None, data: Path | None, as_json: bool) -> None:
    from station.explaining import wording
    from station.paths import Paths
    from station.store.bench_store import BenchStore

    paths = Paths.prepare(data)
    if not paths.store.is_file():
        raise _Refused(wording.no_store(str(paths.data)))
    store = BenchStore(paths.store)
    try:
        found = _one_attempt(store, name)
        _print(store, found, _record(store, found.attempt_id), check, as_json)
    finally:
        store.close()


def _one_attempt(store: BenchStore, name: str) -> Found:
    from station.explaining import wording
    from station.store.lookup import attempts_named, open_attempt_named

    found = attempts_named(store, name)
    if len(found) > 1:
        raise _Refused(wording.ambiguous(name, found))
    if found:
        return found[0]
    running = open_attempt_named(store, name)
    raise _Refused(wording.still_running(running) if running else wording.no_attempt(name))


def _record(store: BenchStore, attempt_id: str) -> KeptRecord:
    import msgspec

    from station.explaining import wording
    from station.store.lookup import kept_record

    try:
        kept = kept_record(store, attempt_id)
    except msgspec.MsgspecError as error:
        raise _Refused(wording.damaged_record(attempt_id), UNABLE) from error
    if kept is None:
        raise _Refused(wording.no_attempt(attempt_id))
    return kept


def _print(store: BenchStore, found: Found, kept: KeptRecord, check: str | None, as_json: bool) -> None:
    import msgspec

    from station.explaining import document, screen
    from station.explaining.explanation import explained, profile_of
    from station.explaining.kept import kept_evidence
    from station.explaining.since import in_force_since, since_document, since_lines
    from station.explaining.wording import damaged_record

    record = kept.record
    finding = _finding(record, check) if check is not None else None
    try:
        evidence = kept_evidence(record, store.evidence(record.attempt_id))
    except msgspec.MsgspecError as error:
        raise _Refused(damaged_record(record.attempt_id), UNABLE) from error
    as_written = kept.as_written
    since = in_force_since(store, record.attempt_id)
    if not as_json:
        _say(since_lines(since, finding.check if finding is not None else None))
    if finding is None:
        if as_json:
            told = document.of_attempt(record, found, evidence, as_written=as_written)
            print_json({**told, "judged_again": since_document(since)})
        else:
            _say(screen.attempt_screen(record, found, evidence, as_written=as_written))
        return
    kept_profile = store.profile(record.profile_digest)
    one = explained(record, finding, evidence, profile_of(record, kept_profile), time.monotonic)
    if as_json:
        told = document.of_check(record, found, one, as_written=as_written)
        print_json({**told, "judged_again": since_document(since)})
    else:
        _say(screen.check_screen(record, found, one, as_written=as_written))


def _finding(record: AttemptRecord, name: str) -> Finding:
    """The finding whose check is called so, or alone begins so."""
    from checks.catalogue import CATALOGUE
    from checks.verdict import ATTESTED_ROW
    from station.explaining import wording
    from station.findings import finding_title

    wanted = name.strip().casefold()
    if not record.findings:
        raise _Refused(wording.no_judgement(record.status.value))
    names = {
        finding.check: (
            finding.check.casefold(),
            finding.check.removeprefix(ATTESTED_ROW).casefold(),
            finding_title(finding).casefold(),
        )
        for finding in record.findings
    }
    by_check = {finding.check: finding for finding in record.findings}
    for fits in (
        lambda called: wanted == called[0],
        lambda called: wanted in called,
        lambda called: bool(wanted) and any(one.startswith(wanted) for one in called),
    ):
        matching = [check for check, called in names.items() if fits(called)]
        if len(matching) == 1:
            return by_check[matching[0]]
        if matching:
            raise _Refused(wording.several_checks(name, matching))
    raise _Refused(wording.no_finding(name, wanted in CATALOGUE))


def _say(lines: Any) -> None:
    for line in lines:
        click.echo(line)
