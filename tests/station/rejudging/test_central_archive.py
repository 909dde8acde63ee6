"""What every archive promises, shown for a bench's store and for central's; and what central's promises alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from checks.judge import judge
from checks.verdict import Finding, Severity, Verdict
from hardware.evidence.bundle import Bundle, Item, ItemMeta, make_item
from hardware.evidence.facts import read_facts
from station.bench.worker import device_seen
from station.central import database, schema
from station.central.app import create_app
from station.central.database import open_database, read, url_in, write
from station.central.enrol import enrol_local
from station.central.errors import DatabaseRefused
from station.central.ingest import ingest
from station.central.queries import attempt_view
from station.kept_facts import unpack_facts
from station.records import AttemptKind, AttemptRecord, AttemptStatus, ScanSeen
from station.rejudging import running
from station.rejudging.archive import Archive, Change, EvidenceGone, Kept, Plan, Rejudged, Run
from station.rejudging.central_archive import CentralArchive
from station.rejudging.errors import RejudgeRefused
from station.rejudging.places import BENCH, CENTRAL, Place, open_archive
from station.rejudging.running import make_plan, run_over
from station.rejudging.summary import summarise
from station.store.bench_store import BenchStore
from tests.station.central import samples
from tests.station.rejudging.floor import OLD, STRICT, finish, items, profile_of

NOW = "2026-11-24T12:00:00.000Z"


class Floor(Protocol):
    """A store that attempts come into as they come into a real one."""

    @property
    def place(self) -> Place: ...

    def finish(
        self,
        serial: str,
        evidence: Sequence[Item],
        *,
        status: AttemptStatus = ...,
        kind: AttemptKind = ...,
        resumes: str = ...,
    ) -> str:
        """Keeps an attempt that was judged by OLD; its id."""
        ...

    def damage(self, item: Item, data: bytes) -> None:
        """Other bytes under an item's digest, as a failing disk leaves them."""
        ...

    def lose(self, item: Item) -> None:
        """No bytes under an item's digest."""
        ...

    def damage_record(self, attempt_id: str) -> None:
        """A record that cannot be decoded."""
        ...


class BenchFloor:
    def __init__(self, folder: Path) -> None:
        self._path = folder / "bench.sqlite"
        BenchStore(self._path).close()
        self.place = Place(BENCH, str(self._path))

    def finish(
        self,
        serial: str,
        evidence: Sequence[Item],
        *,
        status: AttemptStatus = AttemptStatus.COMPLETED,
        kind: AttemptKind = AttemptKind.PRODUCTION,
        resumes: str = "",
    ) -> str:
        return finish(
            self._path,
            serial,
            evidence,
            profile_of(OLD),
            keep_facts=False,
            status=status,
            kind=kind,
            resumes=resumes,
        )

    def damage(self, item: Item, data: bytes) -> None:
        with closing(BenchStore(self._path)) as store:
            store.database.execute("UPDATE evidence SET data = ? WHERE sha256 = ?", [data, item.meta.sha256])
            store.database.conn.commit()

    def lose(self, item: Item) -> None:
        self.damage(item, b"")

    def damage_record(self, attempt_id: str) -> None:
        with closing(BenchStore(self._path)) as store:
            store.database.execute("UPDATE attempt SET record = x'7b7d' WHERE attempt_id = ?", [attempt_id])
            store.database.conn.commit()


class CentralFloor:
    """Central, with one bench that sends over its interface."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "central"
        token = enrol_local(self.folder, samples.BENCH)
        self.engine = open_database(url_in(self.folder))
        self.client = TestClient(create_app(self.engine), base_url="http://127.0.0.1")
        self.client.headers["Authorization"] = f"Bearer {token}"
        self.place = Place(CENTRAL, str(self.folder))
        self._seq = 0

    def finish(
        self,
        serial: str,
        evidence: Sequence[Item],
        *,
        status: AttemptStatus = AttemptStatus.COMPLETED,
        kind: AttemptKind = AttemptKind.PRODUCTION,
        resumes: str = "",
    ) -> str:
        record = msgspec.structs.replace(self.next_record(serial, evidence, status), kind=kind, resumes=resumes)
        assert self.client.post("/v1/batches", content=samples.body([record])).status_code == 200
        for item in evidence:
            answer = self.client.put(f"/v1/evidence/{item.meta.sha256}", content=item.data)
            assert answer.status_code in (201, 204)
        return record.attempt_id

    def next_record(
        self, serial: str, evidence: Sequence[Item], status: AttemptStatus = AttemptStatus.COMPLETED
    ) -> AttemptRecord:
        self._seq += 1
        facts, profile = read_facts(Bundle.of(evidence)).facts, profile_of(OLD)
        judged = judge(facts, profile)
        completed = status is AttemptStatus.COMPLETED
        return samples.record(
            self._seq,
            judged.verdict if completed else None,
            status=status,
            profile=profile.reference,
            profile_digest=profile.digest,
            scan=ScanSeen(serial, serial, f"{samples.DAY}T10:00:00.000Z"),
            device=device_seen(facts),
            findings=judged.findings if completed else (),
            evidence=tuple(item.meta for item in evidence),
        )

    def damage(self, item: Item, data: bytes) -> None:
        same = schema.evidence.c.sha256 == item.meta.sha256
        with write(self.engine) as connection:
            connection.execute(schema.evidence.update().where(same).values(data=data))

    def lose(self, item: Item) -> None:
        with write(self.engine) as connection:
            connection.execute(schema.evidence.delete().where(schema.evidence.c.sha256 == item.meta.sha256))

    def damage_record(self, attempt_id: str) -> None:
        same = schema.attempt.c.attempt_id == attempt_id
        with write(self.engine) as connection:
            connection.execute(schema.attempt.update().where(same).values(record=b"{}"))


@pytest.fixture(params=[BenchFloor, CentralFloor], ids=["bench", "central"])
def floor(request: pytest.FixtureRequest, tmp_path: Path) -> Floor:
    made: Floor = request.param(tmp_path)
    return made


@pytest.fixture
def central(tmp_path: Path) -> CentralFloor:
    return CentralFloor(tmp_path)


@pytest.fixture
def opened() -> Iterator[Callable[[Floor], Archive]]:
    """Opens archives, and closes them at the end."""
    archives: list[Archive] = []

    def opening(floor: Floor) -> Archive:
        archives.append(open_archive(floor.place))
        return archives[-1]

    yield opening
    for archive in archives:
        archive.close()


Opening = Callable[["Floor"], Archive]


def plan_of(archive: Archive, text: str = STRICT, moment: str = NOW) -> Plan:
    return make_plan(archive, profile_of(text), moment)


def rejudge(floor: Floor, archive: Archive, text: str = STRICT) -> Run:
    """A run to its end."""
    return run_over(archive, floor.place, plan_of(archive, text), lambda count: None, 1)


def everything(archive: Archive) -> list[Kept]:
    return list(archive.kept(1, 10**9))


def verdicts(results: Sequence[Rejudged]) -> list[tuple[str, Verdict, Verdict | None]]:
    return [(one.serial, one.was, one.verdict) for one in results]


def judged(kept: Kept, verdict: Verdict = Verdict.FAIL, *changes: Change, problem: str = "") -> Rejudged:
    """A result as a worker hands it over."""
    return Rejudged(
        kept.number, kept.attempt_id, kept.serial, kept.verdict, None if problem else verdict, changes, problem
    )


# ---- what every archive promises -------------------------------------------------------------------------


def test_an_archive_holds_the_finished_attempts_in_their_order(floor: Floor, opened: Opening) -> None:
    ids = [floor.finish(f"AAAA{number}", items(64 + number)) for number in range(3)]
    floor.finish("AAAA9", items(64), status=AttemptStatus.ABORTED)
    ids.append(floor.finish("AAAA3", items(256)))
    archive = opened(floor)
    found = everything(archive)
    assert [(one.attempt_id, one.serial) for one in found] == [(ids[n], f"AAAA{n}") for n in range(4)]
    numbers = [one.number for one in found]
    assert all(before < behind for before, behind in pairwise(numbers))
    assert list(archive.numbers(0, 100)) == numbers
    assert list(archive.numbers(numbers[0], 2)) == numbers[1:3]
    assert [archive.count(beyond) for beyond in (0, numbers[1], numbers[-1])] == [4, 2, 0]
    assert [one.number for one in archive.kept(numbers[1], numbers[2])] == numbers[1:3]
    assert {finding.check for finding in found[0].findings} == {"storage.capacity", "battery.health"}


def test_bench_checks_and_verdicts_that_were_taken_back_are_no_finished_attempts(floor: Floor, opened: Opening) -> None:
    kept = floor.finish("AAAA0", items(64))
    floor.finish("GOLD0", items(65), kind=AttemptKind.BENCH_CHECK)
    slip = floor.finish("AAAA1", items(66))
    cut = floor.finish("AAAA2", items(67), status=AttemptStatus.INTERRUPTED)
    took_over = floor.finish("AAAA1", items(68), resumes=slip)
    went_on = floor.finish("AAAA2", items(69), resumes=cut)
    # Neither another laptop's attempt nor a bench check takes this one back.
    floor.finish("GOLD0", items(70), resumes=kept, kind=AttemptKind.BENCH_CHECK)
    archive = opened(floor)
    assert [one.attempt_id for one in everything(archive)] == [kept, took_over, went_on]
    numbers = [one.number for one in everything(archive)]
    assert list(archive.numbers(0, 100)) == numbers
    assert (archive.count(), archive.count(numbers[0]), archive.left_out()) == (3, 2, 3)
    assert archive.latest({"AAAA0", "AAAA1", "GOLD0"}) == {"AAAA0": numbers[0], "AAAA1": numbers[1]}


def test_a_preview_counts_what_would_change_and_puts_nothing_in_force(floor: Floor, opened: Opening) -> None:
    for number, size in enumerate((64, 256, 64, 32)):
        floor.finish(f"AAAA{number}", items(size))
    floor.finish("AAAA1", items(64))
    archive = opened(floor)
    before = everything(archive)
    run = rejudge(floor, archive)
    results = list(archive.results(run))
    assert run.complete
    assert verdicts(results) == [
        ("AAAA0", Verdict.PASS, Verdict.FAIL),
        ("AAAA1", Verdict.PASS, Verdict.PASS),
        ("AAAA2", Verdict.PASS, Verdict.FAIL),
        ("AAAA3", Verdict.FAIL, Verdict.FAIL),
        ("AAAA1", Verdict.PASS, Verdict.FAIL),
    ]
    found = summarise(results, archive.latest(one.serial for one in results), frozenset({"aaaa2"}))
    assert (found.attempts, found.unchanged, found.worse, found.better) == (5, 2, 3, 0)
    assert [(line.check, line.worse) for line in found.by_check] == [("storage.capacity", 3)]
    assert [(one.serial, one.shipped) for one in found.devices] == [("AAAA0", False), ("AAAA2", True), ("AAAA1", False)]
    assert archive.published() == []
    after = everything(archive)
    assert [(one.verdict, one.findings) for one in after] == [(one.verdict, one.findings) for one in before]


def test_judging_again_by_the_same_profile_changes_no_finding(floor: Floor, opened: Opening) -> None:
    floor.finish("AAAA0", items(64))
    floor.finish("AAAA1", items(32, health=50))
    archive = opened(floor)
    assert [one.changes for one in archive.results(rejudge(floor, archive, OLD))] == [(), ()]


def test_a_published_verdict_is_in_force_and_the_next_run_starts_from_it(floor: Floor, opened: Opening) -> None:
    floor.finish("AAAA0", items(64))
    archive = opened(floor)
    published = archive.publish(rejudge(floor, archive), "Supervisor\x1b 4", "the department\n asks for more")
    assert (published.operator, published.reason) == ("Supervisor 4", "the department asks for more")
    assert published.published_at
    assert archive.published() == [published]
    [kept] = everything(archive)
    assert kept.verdict is Verdict.FAIL
    assert {one.check: one.verdict for one in kept.findings} == {
        "storage.capacity": Verdict.FAIL,
        "battery.health": Verdict.PASS,
    }
    again = rejudge(floor, archive, OLD)
    assert verdicts(list(archive.results(again))) == [("AAAA0", Verdict.FAIL, Verdict.PASS)]
    archive.publish(again, "Supervisor 4", "it was a mistake")
    assert [one.verdict for one in everything(archive)] == [Verdict.PASS]
    assert [run.profile for run in archive.published()] == ["disks@2", "disks@1"]


def test_what_is_in_force_stays_under_who_put_it_there_first(floor: Floor, opened: Opening) -> None:
    floor.finish("AAAA0", items(64))
    archive = opened(floor)
    run = rejudge(floor, archive)
    archive.publish(run, "Anna", "first")
    with pytest.raises(RejudgeRefused, match="this preview was published"):
        archive.publish(run, "Berta", "second")
    assert [(one.operator, one.reason) for one in archive.published()] == [("Anna", "first")]


def test_a_check_that_is_asked_for_no_more_is_gone_from_what_is_in_force(floor: Floor, opened: Opening) -> None:
    floor.finish("AAAA0", items(64))
    archive = opened(floor)
    [kept] = everything(archive)
    run = archive.open_run(plan_of(archive))
    gone = Change("battery.health", Verdict.PASS, True, None)
    new = Finding("memory.installed", Verdict.FAIL, Severity.MAJOR, None, "B", None, "unknown")
    fresh = Change("memory.installed", None, False, new)
    archive.publish(
        archive.keep(run, [judged(kept, Verdict.FAIL, gone, fresh)], kept.number, complete=True), "Anna", "why"
    )
    [now] = everything(archive)
    assert [one.check for one in now.findings] == ["storage.capacity", "memory.installed"]


def test_an_attempt_that_could_not_be_judged_again_keeps_its_verdict(floor: Floor, opened: Opening) -> None:
    floor.finish("AAAA0", items(64))
    archive = opened(floor)
    [kept] = everything(archive)
    run = archive.open_run(plan_of(archive))
    archive.publish(archive.keep(run, [judged(kept, problem="it is gone")], kept.number, complete=True), "Anna", "why")
    assert [(one.verdict, one.problem) for one in archive.results(run)] == [(None, "it is gone")]
    assert [one.verdict for one in everything(archive)] == [Verdict.PASS]


def test_a_run_that_was_broken_off_goes_on_after_what_was_kept(floor: Floor, opened: Opening) -> None:
    for number in range(4):
        floor.finish(f"AAAA{number}", items(64))
    archive = opened(floor)
    kept = everything(archive)
    begun = archive.open_run(plan_of(archive))
    assert (begun.done_to, begun.complete, begun.moment) == (0, False, NOW)
    archive.keep(begun, [judged(one) for one in kept[:2]], kept[1].number, complete=False)
    archive.close()
    archive = opened(floor)
    later = plan_of(archive, moment="2026-11-25T08:00:00.000Z")
    found = archive.find_run(later.key)
    assert found is not None
    assert (found.run_id, found.done_to, found.complete) == (begun.run_id, kept[1].number, False)
    counts: list[int] = []
    run = run_over(archive, floor.place, later, counts.append, 1)
    assert (run.run_id, run.moment, run.complete, counts) == (begun.run_id, NOW, True, [2])
    assert [one.number for one in archive.results(run)] == [one.number for one in kept]
    assert archive.find_run(later.key) == run


def test_runs_of_other_keys_stand_side_by_side(floor: Floor, opened: Opening) -> None:
    floor.finish("AAAA0", items(64))
    floor.finish("AAAA1", items(256))
    archive = opened(floor)
    strict, old = rejudge(floor, archive), rejudge(floor, archive, OLD)
    assert strict.run_id != old.run_id
    assert archive.find_run("no such key") is None
    assert [one.verdict for one in archive.results(strict)] == [Verdict.FAIL, Verdict.PASS]
    assert [one.verdict for one in archive.results(old)] == [Verdict.PASS, Verdict.PASS]
    archive.publish(old, "Anna", "the old one")
    assert [one.verdict for one in everything(archive)] == [Verdict.PASS, Verdict.PASS]


def test_facts_that_were_read_from_evidence_are_kept_for_the_next_run(
    floor: Floor, opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.finish("AAAA0", items(64))
    archive = opened(floor)
    assert [one.facts for one in everything(archive)] == [None]
    rejudge(floor, archive)
    [kept] = everything(archive)
    assert kept.facts is not None
    facts = unpack_facts(kept.facts)
    assert facts is not None
    assert facts.first == read_facts(Bundle.of(items(64))).facts
    # By them the evidence is not needed any more.
    floor.lose(items(64)[0])
    assert [one.verdict for one in archive.results(rejudge(floor, archive, OLD))] == [Verdict.PASS]


def test_evidence_is_given_as_it_was_judged(floor: Floor, opened: Opening) -> None:
    wanted = [*items(64), make_item("smart-sda", b"", error="permission denied"), make_item("kernel", b"")]
    with_bytes = [item for item in wanted if item.meta.sha256]
    attempt_id = _finish_with(floor, wanted, with_bytes)
    assert list(opened(floor).evidence(attempt_id).items.values()) == wanted


def _finish_with(floor: Floor, evidence: Sequence[Item], with_bytes: Sequence[Item]) -> str:
    if isinstance(floor, CentralFloor):
        record = floor.next_record("AAAA0", evidence)
        assert floor.client.post("/v1/batches", content=samples.body([record])).status_code == 200
        for item in with_bytes:
            assert floor.client.put(f"/v1/evidence/{item.meta.sha256}", content=item.data).status_code == 201
        return record.attempt_id
    return floor.finish("AAAA0", evidence)


@pytest.mark.parametrize("how", ["lost", "changed"])
def test_evidence_that_is_not_what_was_judged_is_named(floor: Floor, opened: Opening, how: str) -> None:
    block, battery = items(64)
    attempt_id = floor.finish("AAAA0", [block, battery])
    floor.finish("AAAA1", items(256, health=98))
    if how == "lost":
        floor.lose(block)
    else:
        floor.damage(block, b"{}")
    archive = opened(floor)
    with pytest.raises(EvidenceGone) as gone:
        archive.evidence(attempt_id)
    assert f"block ({block.meta.sha256[:16]})" in str(gone.value)
    results = list(archive.results(rejudge(floor, archive)))
    assert [(one.verdict, one.problem) for one in results] == [(None, str(gone.value)), (Verdict.PASS, "")]


def test_the_latest_attempt_of_a_serial_number_is_the_last_that_was_finished(floor: Floor, opened: Opening) -> None:
    for serial in ("AAAA0", "AAAA1", "AAAA0"):
        floor.finish(serial, items(64))
    floor.finish("AAAA1", items(64), status=AttemptStatus.ABORTED)
    archive = opened(floor)
    numbers = list(archive.numbers(0, 10))
    assert archive.latest(["AAAA1", "AAAA0", "AAAA0", "ZZZZ9"]) == {"AAAA0": numbers[2], "AAAA1": numbers[1]}
    assert archive.latest([]) == {}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_kept_and_kept_again_each_attempt_has_one_result_the_last(
    floor: Floor, opened: Opening, data: st.DataObject
) -> None:
    archive = opened(floor)
    while archive.count() < 5:
        floor.finish(f"AAAA{archive.count()}", items(64))
    attempts = everything(archive)
    # A key of its own: an example that hypothesis broke off in the middle leaves its run unpublished.
    run = archive.open_run(msgspec.structs.replace(plan_of(archive), key=uuid4().hex))
    wanted: dict[int, Verdict] = {}
    for _ in range(data.draw(st.integers(0, 4))):
        chosen = data.draw(st.lists(st.sampled_from(attempts), unique_by=lambda one: one.number))
        verdict = data.draw(st.sampled_from(Verdict))
        run = archive.keep(run, [judged(one, verdict) for one in chosen], 0, complete=False)
        wanted |= {one.number: verdict for one in chosen}
    archive.publish(run, "Anna", "why")
    assert [(one.number, one.verdict) for one in archive.results(run)] == sorted(wanted.items())
    after = {one.number: one.verdict for one in everything(archive)}
    assert after == {one.number: wanted.get(one.number, one.verdict) for one in attempts}


# ---- central's alone -------------------------------------------------------------------------------------


def test_batches_and_evidence_come_in_while_a_run_reads_and_writes(central: CentralFloor, opened: Opening) -> None:
    for number in range(3):
        central.finish(f"AAAA{number}", items(64))
    archive = opened(central)
    reading = archive.kept(1, 10**9)
    first = next(reading)
    central.finish("AAAA3", items(256))
    run = archive.open_run(plan_of(archive))
    archive.keep(run, [judged(first)], first.number, complete=False)
    central.finish("AAAA4", items(128))
    assert len(list(reading)) in (2, 3, 4)
    assert verdicts(list(archive.results(rejudge(central, archive))))[-2:] == [
        ("AAAA3", Verdict.PASS, Verdict.PASS),
        ("AAAA4", Verdict.PASS, Verdict.PASS),
    ]


def test_more_attempts_and_results_than_are_read_at_once_come_whole_and_in_order(
    central: CentralFloor, opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station.rejudging.central_archive.ATTEMPTS_AT_ONCE", 2)
    monkeypatch.setattr("station.rejudging.central_archive.RESULTS_AT_ONCE", 2)
    monkeypatch.setattr("station.rejudging.central_archive.SERIALS_AT_ONCE", 2)
    for number in range(5):
        central.finish(f"AAAA{number}", items(64))
    archive = opened(central)
    run = archive.publish(rejudge(central, archive), "Anna", "why")
    assert [one.serial for one in archive.kept(2, 4)] == ["AAAA1", "AAAA2", "AAAA3"]
    assert [one.verdict for one in everything(archive)] == [Verdict.FAIL] * 5
    assert [one.serial for one in archive.results(run)] == [f"AAAA{number}" for number in range(5)]
    assert archive.latest([f"AAAA{number}" for number in range(5)]) == {
        f"AAAA{number}": number + 1 for number in range(5)
    }


def test_several_processes_give_what_one_gives(
    central: CentralFloor, opened: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "RANGE", 2)
    for number in range(9):
        central.finish(f"AAAA{number}", items(64 if number % 3 else 256))
    archive = opened(central)
    one = list(archive.results(rejudge(central, archive)))
    with write(central.engine) as connection:
        for table in (schema.rejudged, schema.rejudging, schema.attempt_facts):
            connection.execute(table.delete())
    three = run_over(archive, central.place, plan_of(archive), lambda count: None, 3)
    assert list(archive.results(three)) == one


def test_the_record_the_findings_and_the_summaries_stay_as_they_were(central: CentralFloor, opened: Opening) -> None:
    central.finish("AAAA0", items(64))
    tables = (schema.attempt, schema.finding, schema.attempt_evidence, schema.evidence, schema.day_model)

    def held() -> list[object]:
        with read(central.engine) as connection:
            return [connection.execute(sa.select(table)).all() for table in tables]

    before = held()
    archive = opened(central)
    archive.publish(rejudge(central, archive), "Anna", "why")
    assert held() == before


def test_a_laptop_that_was_scanned_without_a_serial_number_goes_by_its_firmwares(
    central: CentralFloor, opened: Opening
) -> None:
    unread = samples.record(1, scan=ScanSeen("??", "", NOW))
    scanned = samples.record(2, scan=ScanSeen("PF3K0001", "PF3K0001", NOW))
    archive = opened(central)
    ingest(central.engine, samples.BENCH, samples.batch([unread]), NOW)
    assert [one.serial for one in everything(archive)] == ["PF3K0001"]
    assert archive.latest(["PF3K0001"]) == {"PF3K0001": 1}
    ingest(central.engine, samples.BENCH, samples.batch([scanned]), NOW)
    assert archive.latest(["PF3K0001"]) == {"PF3K0001": 2}


def test_a_digest_that_is_none_is_evidence_that_is_not_there(central: CentralFloor, opened: Opening) -> None:
    forged = samples.record(1, evidence=(ItemMeta("smbios", sha256="\x1b[2J../etc"),))
    ingest(central.engine, samples.BENCH, samples.batch([forged]), NOW)
    with pytest.raises(EvidenceGone, match=r"^the evidence smbios \(\[2J\.\./etc\) has not come from its bench$"):
        opened(central).evidence(forged.attempt_id)


def test_a_folder_without_a_database_is_refused_and_stays_empty(tmp_path: Path) -> None:
    for where in (str(tmp_path), f"sqlite:///{tmp_path}/central.sqlite3"):
        with pytest.raises(DatabaseRefused, match=r"no central store at .*central\.sqlite3; name its data folder"):
            CentralArchive.at(where)
    assert list(tmp_path.iterdir()) == []


def test_an_archive_opens_by_url_too(central: CentralFloor, opened: Opening) -> None:
    central.finish("AAAA0", items(64))
    with closing(CentralArchive.at(f"sqlite:///{central.folder}/{database.DATABASE_NAME}")) as archive:
        assert archive.count() == 1


def test_a_database_of_the_first_version_is_brought_up_and_keeps_its_attempts(tmp_path: Path) -> None:
    one = samples.record(1)
    samples.old_database(tmp_path, "0001", [one]).dispose()
    with closing(CentralArchive.at(str(tmp_path))) as archive:
        assert [kept.findings for kept in everything(archive)] == [one.findings]
        assert archive.published() == []


def test_a_verdict_in_force_is_found_without_looking_through_every_result(
    central: CentralFloor, opened: Opening
) -> None:
    """40,000 results of each of several runs: looked through for every range, they took longer than judging."""
    attempt_id = central.finish("AAAA0", items(64))
    archive = opened(central)
    archive.publish(rejudge(central, archive), "Anna", "why")
    asked: list[tuple[str, Any]] = []
    with read(central.engine) as connection:

        def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
            asked.append((statement, parameters))

        sa.event.listen(sa.Engine, "before_cursor_execute", note)
        try:
            assert [one.verdict for one in everything(archive)] == [Verdict.FAIL]
            view = attempt_view(connection, attempt_id)
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", note)
        assert view is not None
        assert [one.verdict for one in view.judged_again] == ["fail"]
        about = [(statement, parameters) for statement, parameters in asked if "FROM rejudged" in statement]
        plans = [
            [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            for statement, parameters in about
        ]
    assert len(plans) == 2
    assert [detail for plan in plans for detail in plan if not detail.startswith("SEARCH rejudged USING INDEX")] == []


def test_a_database_that_fails_is_one_sentence(central: CentralFloor, opened: Opening) -> None:
    archive = opened(central)
    with write(central.engine) as connection:
        connection.execute(sa.text("DROP TABLE rejudged"))
        connection.execute(sa.text("DROP TABLE rejudging"))
    failing: list[Callable[[], object]] = [archive.published, lambda: archive.open_run(plan_of(archive))]
    for attempt in failing:
        with pytest.raises(DatabaseRefused, match="cannot be used"):
            attempt()


# ---- the command -----------------------------------------------------------------------------------------


def station(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "station", "rejudge", "--central", *words]
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"}
    return subprocess.run(command, capture_output=True, env=environment, text=True, timeout=100, check=False)


@pytest.mark.system
def test_the_command_previews_and_publishes_what_central_holds(tmp_path: Path) -> None:
    central = CentralFloor(tmp_path)
    for number, size in enumerate((64, 256, 64)):
        central.finish(f"AAAA{number}", items(size))
    profile = tmp_path / "strict.toml"
    profile.write_text(STRICT)
    common = ("--profile", str(profile), "--data", str(tmp_path))
    early = station(*common, "--publish", "--operator", "Anna", "--reason", "why")
    assert (early.returncode, early.stdout) == (2, "")
    assert "there is no complete preview" in early.stderr
    preview = station(*common)
    assert preview.returncode == 0, preview.stderr
    assert "Judging 3 attempts of the central store again by disks@2" in preview.stderr
    assert "Of 3 verdicts 2 change: 2 may ship no longer." in preview.stdout
    assert "This is a preview: nothing has changed." in preview.stdout
    done = station(*common, "--publish", "--operator", "Anna", "--reason", "the department asks for more", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["worse"], document["run"]["operator"]) == (2, "Anna")
    again = station(*common)
    assert "Of 3 verdicts none changes." in again.stdout


@pytest.mark.system
def test_the_command_without_a_central_store_says_so_in_one_sentence(tmp_path: Path) -> None:
    done = station("--profile", "ghwt-2021w-windows-laptop", "--data", str(tmp_path))
    assert (done.returncode, done.stdout) == (3, "")
    assert "no central store at" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_new_preview_by_a_profile_takes_the_place_of_a_stale_one(floor: Floor, opened: Opening) -> None:
    floor.finish("AAAA0", items(64))
    archive = opened(floor)
    stale = archive.open_run(plan_of(archive))
    archive.keep(stale, [judged(one) for one in everything(archive)], 1, complete=True)
    fresh = archive.open_run(msgspec.structs.replace(plan_of(archive), key="another key"))
    assert archive.find_run(plan_of(archive).key) is None
    assert list(archive.results(stale)) == []
    # What was put in force is never deleted.
    archive.keep(fresh, [judged(one) for one in everything(archive)], 1, complete=True)
    archive.publish(fresh, "Anna", "why")
    archive.open_run(msgspec.structs.replace(plan_of(archive), key="a third key"))
    assert [run.run_id for run in archive.published()] == [fresh.run_id]
    assert len(list(archive.results(fresh))) == 1


def test_evidence_that_comes_after_the_preview_is_judged_by_the_next_look(
    central: CentralFloor, opened: Opening
) -> None:
    central.finish("AAAA0", items(64))
    archive = opened(central)
    with write(central.engine) as connection:
        kept = connection.execute(sa.select(schema.evidence)).mappings().all()
        connection.execute(sa.delete(schema.evidence))
        connection.execute(sa.delete(schema.attempt_facts))
    run = rejudge(central, archive)
    assert [one.verdict for one in archive.results(run)] == [None]
    with write(central.engine) as connection:
        connection.execute(schema.evidence.insert(), [dict(row) for row in kept])
    again = rejudge(central, archive)
    assert again.run_id == run.run_id
    assert [one.verdict for one in archive.results(again)] == [Verdict.FAIL]


BATTERY = OLD.replace('"90 %"', '"99.5 %"').replace('version = "1"', 'version = "3"')


def test_a_preview_that_another_publication_overtook_is_not_put_in_force(floor: Floor, opened: Opening) -> None:
    floor.finish("AAAA0", items(64))
    archive = opened(floor)
    storage, battery = rejudge(floor, archive), rejudge(floor, archive, BATTERY)
    archive.publish(storage, "Anna", "the disks")
    with pytest.raises(RejudgeRefused, match="run the preview again"):
        archive.publish(battery, "Berta", "the batteries")
    [kept] = everything(archive)
    assert kept.verdict is Verdict.FAIL
    # Previewed again it starts from what is in force, and takes its place whole.
    archive.publish(rejudge(floor, archive, BATTERY), "Berta", "the batteries")
    [kept] = everything(archive)
    found = {one.check: one.verdict for one in kept.findings}
    assert (kept.verdict, found) == (
        Verdict.FAIL,
        {"storage.capacity": Verdict.PASS, "battery.health": Verdict.FAIL},
    )


def test_nothing_is_added_to_what_was_published(floor: Floor, opened: Opening) -> None:
    floor.finish("AAAA0", items(64))
    floor.finish("AAAA1", items(64))
    archive = opened(floor)
    first, second = everything(archive)
    run = archive.keep(archive.open_run(plan_of(archive)), [judged(first)], first.number, complete=True)
    archive.publish(run, "Anna", "why")
    with pytest.raises(RejudgeRefused, match="while it was running"):
        archive.keep(run, [judged(second)], second.number, complete=True)
    assert [one.number for one in archive.results(run)] == [first.number]


def test_a_run_that_a_newer_preview_took_the_place_of_says_so(floor: Floor, opened: Opening) -> None:
    floor.finish("AAAA0", items(64))
    archive = opened(floor)
    [kept] = everything(archive)
    stale = archive.open_run(plan_of(archive))
    archive.open_run(msgspec.structs.replace(plan_of(archive), key="another key"))
    with pytest.raises(RejudgeRefused, match="another one by the same profile took its place"):
        archive.keep(stale, [judged(kept)], kept.number, complete=True)
    with pytest.raises(RejudgeRefused, match="run the preview again"):
        archive.publish(stale, "Anna", "why")


def test_a_damaged_record_is_its_own_problem(floor: Floor, opened: Opening) -> None:
    ids = [floor.finish(serial, items(64)) for serial in ("AAAA0", "AAAA1", "AAAA2")]
    floor.damage_record(ids[1])
    archive = opened(floor)
    results = list(archive.results(rejudge(floor, archive)))
    assert [one.verdict for one in results] == [Verdict.FAIL, None, Verdict.FAIL]
    assert results[1].problem == "its record is damaged, or of another version of the station"
