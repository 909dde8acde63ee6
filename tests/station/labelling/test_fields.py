"""What a label says of an attempt: what the screens say, HOLD before all else; and it never costs the attempt."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from checks.verdict import Severity, Verdict
from hardware.printers.fields import LabelFields
from hardware.printers.printer import PrinterRefused
from station.labelling.fields import LabelWanted, fields_of, verdict_word
from station.records import AttemptStatus
from station.store.bench_store import BenchStore
from station.store.hold_book import Hold, HoldBook
from station.store.print_queue import BY_VERDICT, JobState, PrintQueue
from station.wording import VERDICT_WORD
from tests.station.labelling.samples import PROFILE, begun, ended, finding
from tests.station.store.conftest import still_clock

HOLD = Hold("id", "PF1A2B3C", "", "2026-11-24T10:40:00.000Z", "anna", "a cracked lid")
WANTED = LabelWanted("carton", "bench 7")


@pytest.fixture
def store(tmp_path: Path) -> BenchStore:
    return BenchStore(tmp_path / "bench.sqlite", still_clock())


def kept_fields(store: BenchStore, attempt_id: str) -> LabelFields:
    [job] = PrintQueue(store).of_attempt(attempt_id)
    return msgspec.json.decode(job.fields, type=LabelFields)


def test_a_completed_attempt_and_its_label_are_kept_together(store: BenchStore) -> None:
    record = ended(store, label=WANTED)
    [job] = PrintQueue(store).of_attempt(record.attempt_id)
    assert (job.state, job.reason, job.queued_by, job.layout) == (JobState.PENDING, BY_VERDICT, "anna", "carton")
    assert msgspec.json.decode(job.fields, type=LabelFields) == fields_of(record, None, bench="bench 7")


def test_the_label_says_what_the_record_says(store: BenchStore) -> None:
    fields = fields_of(record := ended(store), None, bench="bench 7")
    assert (fields.serial, fields.verdict_word, fields.profile) == ("PF1A2B3C", "PASS", PROFILE)
    assert (fields.attempt_id, fields.laptop, fields.operator) == (record.attempt_id, "Lenovo 100e", "anna")
    assert (fields.tested_at, fields.bench, fields.reason) == ("2027-01-15 08:00 UTC", "bench 7", "")


@pytest.mark.parametrize("verdict", list(Verdict))
def test_each_verdict_has_the_screens_word(store: BenchStore, verdict: Verdict) -> None:
    fields = fields_of(ended(store, verdict=verdict), None)
    assert VERDICT_WORD[verdict] == fields.verdict_word + (f" ({fields.note})" if fields.note else "")
    assert verdict_word(verdict) == (fields.verdict_word, fields.note)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_laptop_on_hold_says_hold_whatever_its_verdict_is(store: BenchStore, verdict: Verdict) -> None:
    HoldBook(store, still_clock()).put("PF1A2B3C", "", "anna", "a cracked lid")
    fields = kept_fields(store, ended(store, verdict=verdict, label=WANTED).attempt_id)
    assert (fields.verdict_word, fields.note, fields.reason) == ("HOLD", "", "On hold: a cracked lid")


def test_a_laptop_that_was_released_says_its_verdict_again(store: BenchStore) -> None:
    book = HoldBook(store, still_clock())
    book.put("PF1A2B3C", "", "anna", "a cracked lid")
    book.end("PF1A2B3C", "bob", "only a scratch")
    assert kept_fields(store, ended(store, label=WANTED).attempt_id).verdict_word == "PASS"


def test_another_laptops_hold_says_nothing_of_this_one(store: BenchStore) -> None:
    HoldBook(store, still_clock()).put("PF9Z8Y7X", "", "anna", "a cracked lid")
    assert kept_fields(store, ended(store, label=WANTED).attempt_id).verdict_word == "PASS"


def test_a_failed_laptop_names_what_failed_the_blockers_first_and_nothing_that_did_not(store: BenchStore) -> None:
    findings = (
        finding("memory.installed", Verdict.PASS),
        finding("attested.warranty.months", Verdict.FAIL, Severity.MINOR),
        finding("battery.health", Verdict.FAIL),
        finding("camera.present", Verdict.FAIL, Severity.INFO),
        finding("storage.capacity", Verdict.INCONCLUSIVE),
    )
    assert fields_of(ended(store, verdict=Verdict.FAIL, findings=findings), None).reason == "Battery health; Warranty"
    assert fields_of(ended(store, verdict=Verdict.PASS, findings=findings), None).reason == ""


def test_many_faults_are_counted(store: BenchStore) -> None:
    findings = tuple(
        finding(f"attested.{name}", Verdict.FAIL)
        for name in ("warranty.months", "usb.version", "video.out", "psu.plug", "x")
    )
    assert fields_of(ended(store, verdict=Verdict.FAIL, findings=findings), None).reason.endswith("and 2 more")


@pytest.mark.parametrize("status", [AttemptStatus.ABORTED, AttemptStatus.INTERRUPTED])
def test_an_attempt_without_a_verdict_has_no_label(store: BenchStore, status: AttemptStatus) -> None:
    record = store.finish_attempt(begun(store), status=status, verdict=None, label=WANTED)
    assert PrintQueue(store).jobs() == []
    with pytest.raises(PrinterRefused, match="no verdict"):
        fields_of(record, HOLD)


def test_an_attempt_is_not_lost_because_its_label_cannot_be_made(store: BenchStore) -> None:
    record = ended(store, profile="not a reference", label=WANTED)
    assert store.record(record.attempt_id) == record
    [job] = PrintQueue(store).jobs()
    assert job.state is JobState.REFUSED
    assert "profile" in job.problem


def test_a_bench_where_nobody_is_signed_on_prints_too(store: BenchStore) -> None:
    assert PrintQueue(store).of_attempt(ended(store, operator="", label=WANTED).attempt_id)[0].queued_by == "bench"


def test_where_the_attempt_is_not_kept_there_is_no_label_of_it(store: BenchStore) -> None:
    attempt = begun(store)
    with pytest.raises(RuntimeError, match="power cut"):
        store.finish_attempt(
            attempt, status=AttemptStatus.COMPLETED, verdict=Verdict.PASS, label=_Broken("carton", "bench 7")
        )
    assert store.open_attempts() == [attempt]
    assert PrintQueue(store).jobs() == []


class _Broken(LabelWanted, frozen=True):
    def asked(self, record: object, hold: object) -> object:  # type: ignore[override]
        raise RuntimeError("power cut")
