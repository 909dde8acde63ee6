"""`station explain`, driven as a person does, against a real store."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from checks.attesting import attested
from checks.verdict import Decided, Finding, Retaken, Severity, Verdict
from hardware.evidence.bundle import Bundle, make_item
from hardware.evidence.facts import read_facts
from specs.profile import TECHNICIAN, Attested, Standing
from station.explaining.command import explain
from station.explaining.explanation import profile_of
from station.explaining.screen import LONGEST_LIST, LONGEST_SCREEN, WIDTH
from station.records import AttemptKind, AttemptStatus
from station.store.bench_store import BenchStore
from tests.hardware.evidence.machine.test_smbios import memory
from tests.station.explaining.samples import (
    BATTERY,
    as_json,
    attempt,
    finding_of,
    laptop_items,
    library,
    store_in,
    table,
)
from tests.station.kept import kept_scan


def run(data: Path, *words: str) -> tuple[int, Result]:
    """The exit status, and what was said."""
    result = CliRunner().invoke(explain, [*words, "--data", str(data)], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return int(result.return_value), result


def screen(data: Path, *words: str) -> list[str]:
    status, result = run(data, *words)
    assert status == 0, result.output
    lines = result.stdout.splitlines()
    assert all(len(line) <= WIDTH for line in lines), [line for line in lines if len(line) > WIDTH]
    assert all(unicodedata.category(one) not in ("Cc", "Cf", "Cs") for line in lines for one in line)
    return lines


def document(data: Path, *words: str) -> Any:
    status, result = run(data, *words, "--json")
    assert status == 0, result.output
    return json.loads(result.stdout)


def refused(data: Path, *words: str, status: int = 2) -> str:
    found, result = run(data, *words)
    assert found == status, result.output
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    return result.stderr


@pytest.fixture
def store(tmp_path: Path) -> BenchStore:
    return store_in(tmp_path)


def test_one_screen_holds_rule_version_limit_reading_and_bytes(tmp_path: Path, store: BenchStore) -> None:
    record = attempt(store)
    lines = screen(tmp_path, record.attempt_id, "memory.installed")
    text = "\n".join(lines)
    assert lines[0] == "✔ PASS  Memory (memory.installed)"
    assert f"Rule      explained-laptop@2021-10-18, digest {record.profile_digest[:12]}" in lines
    assert "Limit     at least 4 GB (blocker)" in lines
    assert "Reading   4 GB (2 modules) = 4294967296 B" in lines
    assert "Verdict   pass: within the limit" in lines
    assert "Again     read again today: the same" in lines
    assert f"Evidence  smbios, {record.evidence[0].size} bytes, sha256 {record.evidence[0].sha256[:16]}" in text
    assert "from /sys/firmware/dmi" in text
    assert text.count("Memory Device, type 17, handle 0x0011") == 2
    assert "[00 08]" in text
    assert len(lines) <= 24


def test_an_attempt_is_one_line_a_finding_worst_first(tmp_path: Path, store: BenchStore) -> None:
    items = (*laptop_items()[:2], make_item("battery", as_json(BATTERY).replace(b"50300000", b"30300000")))
    record = attempt(store, items=items)
    attempt(store, "OTHER1")
    lines = screen(tmp_path, record.attempt_id[-8:])
    assert lines[0] == "✖ FAIL  PF1A2B3C  Example Ltd Model 1"
    findings = [line for line in lines if line[:3] in (" ✔ ", " ✖ ", " ? ", " ! ", " · ")]
    assert len(findings) == len(record.findings)
    assert findings[0] == " ✖ FAIL  Battery health: 59.4 % (BAT0); asked: at least 95 %; below the limit"
    assert lines[-1] == f"One of them: station explain {record.attempt_id[-8:]} battery.health"
    assert "Evidence  3 items" in "\n".join(lines)


def test_a_list_of_many_findings_stays_on_its_screen_and_says_what_it_leaves_out(
    tmp_path: Path, store: BenchStore
) -> None:
    many = tuple(Finding(f"check.number{n}", Verdict.PASS, Severity.MINOR, n, "", None, "within") for n in range(90))
    record = attempt(store, findings=many)
    lines = screen(tmp_path, record.attempt_id)
    assert len(lines) <= LONGEST_LIST
    assert sum("check.number" in line and "PASS" in line for line in lines) + int(lines[-2].split()[2]) == 90


def test_a_serial_means_its_latest_attempt_and_it_is_said_which(tmp_path: Path, store: BenchStore) -> None:
    attempt(store)
    latest = attempt(store)
    lines = screen(tmp_path, "pf1a2b3c")
    assert f"Attempt   {latest.attempt_id}, no. 2 of 2, the latest" in lines


def test_the_profile_row_is_told_only_where_the_library_has_that_very_profile(
    tmp_path: Path, store: BenchStore
) -> None:
    record = attempt(store)
    assert profile_of(record, None, library()) is not None
    assert profile_of(msgspec.structs.replace(record, profile_digest="0" * 64), None, library()) is None
    assert profile_of(msgspec.structs.replace(record, profile="explained-laptop@1"), None, library()) is None
    # It is in no library that ships.
    assert "is not in the library; only the stored limit is shown" in " ".join(
        line.strip() for line in screen(tmp_path, record.attempt_id, "memory")
    )


def test_with_the_profile_in_the_library_the_row_says_where_its_number_is_from(
    tmp_path: Path, store: BenchStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = attempt(store)
    monkeypatch.setattr("station.explaining.explanation.load_library", lambda shapes: library())
    lines = screen(tmp_path, record.attempt_id, "memory")
    assert "row of explained-laptop" in "\n".join(lines)
    rule = document(tmp_path, record.attempt_id, "memory")["rule"]
    assert rule["source"] == "the department's specification, 18 Oct 2021"
    assert (rule["standing"], rule["missing"]) == ("published", "")


def test_a_check_may_be_named_by_its_title_or_a_beginning(tmp_path: Path, store: BenchStore) -> None:
    record = attempt(store)
    for name in ("memory.installed", "Memory", "MEM", "memory.inst"):
        assert screen(tmp_path, record.attempt_id, name)[0] == "✔ PASS  Memory (memory.installed)"
    assert screen(tmp_path, record.attempt_id, "psu")[0].endswith("(attested.psu.plug)")
    assert "battery.health" in (said := refused(tmp_path, record.attempt_id, "battery"))
    assert "battery.cycles" in said
    assert "no check of this attempt" in refused(tmp_path, record.attempt_id, "nonsense")
    assert "no check of this attempt" in refused(tmp_path, record.attempt_id, "")
    assert "does not ask for it" in refused(tmp_path, record.attempt_id, "processor.vendor")


def test_what_is_wrong_is_one_sentence_with_a_remedy(tmp_path: Path, store: BenchStore) -> None:
    record = attempt(store)
    assert "give its id" in refused(tmp_path, "nobody")
    twin = attempt(store, record.attempt_id[-8:].upper())
    said = refused(tmp_path, record.attempt_id[-8:])
    assert record.attempt_id in said
    assert twin.attempt_id in said
    scan = kept_scan(store, "RUNNING1")
    store.begin_attempt(scan, slot=1, operator="anna", profile="p@1", profile_digest="d", link="l")
    assert "has not ended" in refused(tmp_path, "RUNNING1")
    assert "--data" in refused(tmp_path / "elsewhere", "PF1A2B3C")


def test_an_attempt_that_was_aborted_has_nothing_to_explain_and_says_so(tmp_path: Path, store: BenchStore) -> None:
    scan = kept_scan(store, "PF1A2B3C")
    attempt_id = store.begin_attempt(scan, slot=1, operator="anna", profile="p@1", profile_digest="d", link="l")
    store.finish_attempt(attempt_id, status=AttemptStatus.ABORTED, verdict=None, note="unplugged")
    lines = screen(tmp_path, attempt_id)
    assert lines[0] == "– ABORTED  PF1A2B3C"
    assert "Note      unplugged" in lines
    assert "was aborted" in refused(tmp_path, attempt_id, "memory.installed")


def test_what_the_attempt_was_for_why_it_was_a_retest_and_who_let_it_through_is_told(
    tmp_path: Path, store: BenchStore
) -> None:
    def ended(retest: str = "", **begun: Any) -> str:
        scan = kept_scan(store, "PF1A2B3C")
        given: dict[str, Any] = {"slot": 1, "operator": "anna", "profile": "p@1", "profile_digest": "d", "link": "l"}
        attempt_id = store.begin_attempt(scan, **given, **begun)
        store.finish_attempt(attempt_id, status=AttemptStatus.INTERRUPTED, verdict=None, retest=retest)
        return attempt_id

    first = ended(kind=AttemptKind.BENCH_CHECK)
    then = ended("repaired", resumes=first, approved_by="Sam\x1b[2J")
    lines = screen(tmp_path, first)
    assert any(line.startswith("Kind      bench check: a golden or known-bad laptop") for line in lines)
    lines = screen(tmp_path, then)
    assert "Retest    It was repaired, or a part was changed" in lines
    assert f"Resumes   from the evidence of attempt {first}" in lines
    assert "Second    Sam[2J let through what the bench had stopped" in lines
    assert not any(line.startswith("Kind") for line in lines)
    told = document(tmp_path, then)["attempt"]
    assert (told["kind"], told["retest"], told["resumes"], told["approved_by"]) == (
        "production",
        "repaired",
        first,
        "Sam[2J",
    )


def test_bytes_that_are_not_those_of_the_record_are_never_shown(tmp_path: Path, store: BenchStore) -> None:
    record = attempt(store)
    changed = table(memory(8192))
    store.database.execute("UPDATE evidence SET data = ? WHERE sha256 = ?", [changed, record.evidence[0].sha256])
    store.database.conn.commit()
    text = " ".join(line.strip() for line in screen(tmp_path, record.attempt_id, "memory"))
    assert "the store's bytes are not those of the record (SHA-256 differs); they are not shown" in text
    assert "not read again today: smbios: not the bytes that the record names" in text
    assert "Memory Device" not in text
    assert "1 of them not as the record names them" in "\n".join(screen(tmp_path, record.attempt_id))
    item = document(tmp_path, record.attempt_id, "memory")["evidence"][0]
    assert (item["state"], item["excerpt"]) == ("different", None)
    store.database.execute("PRAGMA foreign_keys=OFF")
    store.database.execute("DELETE FROM evidence WHERE sha256 = ?", [record.evidence[0].sha256])
    store.database.conn.commit()
    assert document(tmp_path, record.attempt_id, "memory")["evidence"][0]["state"] == "missing"


def test_another_reading_today_is_told(tmp_path: Path, store: BenchStore) -> None:
    finding = finding_of(laptop_items(), "memory.installed")
    stored = msgspec.structs.replace(finding, value=3 * 2**30, verdict=Verdict.FAIL, reason="below_limit")
    record = attempt(store, findings=(stored,))
    lines = screen(tmp_path, record.attempt_id, "memory")
    assert "Again     today's reading is 4 GB (2 modules): the parser has changed since" in lines
    again = document(tmp_path, record.attempt_id, "memory")["again"]
    assert (again["same"], again["value"]) == (False, 4 * 2**30)
    assert lines[-1].startswith("(the least of each item that gives today's reading")


def test_a_record_that_was_changed_is_told(tmp_path: Path, store: BenchStore) -> None:
    record = attempt(store)
    store.database.execute("UPDATE attempt SET record = cast(replace(cast(record AS text), 'anna', 'fred') AS blob)")
    store.database.conn.commit()
    for words in ((record.attempt_id,), (record.attempt_id, "memory")):
        assert any(line.startswith("Record    The record itself is not the one") for line in screen(tmp_path, *words))
        assert document(tmp_path, *words)["attempt"]["record_as_written"] is False


def test_a_record_that_cannot_be_read_is_one_sentence(tmp_path: Path, store: BenchStore) -> None:
    record = attempt(store)
    store.database.execute("UPDATE attempt SET record = x'7b'")
    store.database.conn.commit()
    assert "cannot be read" in refused(tmp_path, record.attempt_id, status=3)


def test_a_store_that_is_damaged_is_one_sentence(tmp_path: Path, store: BenchStore) -> None:
    attempt(store)
    store.close()
    (tmp_path / "bench" / "bench.sqlite").write_bytes(b"no database" * 1000)
    for extra in ("-wal", "-shm"):
        (tmp_path / "bench" / f"bench.sqlite{extra}").unlink(missing_ok=True)
    assert "check the disk" in refused(tmp_path, "PF1A2B3C", status=3)


def test_an_unknown_reading_says_what_was_looked_at_and_what_was_not_collected(
    tmp_path: Path, store: BenchStore
) -> None:
    battery = make_item("battery", as_json({"/sys/class/power_supply/BAT0/type": "Battery\n"}), source="/sys/class")
    record = attempt(store, items=(battery, make_item("smbios", b"", error="EACCES")))
    text = "\n".join(screen(tmp_path, record.attempt_id, "battery.health"))
    assert "the evidence was read and does not say" in text
    assert f"Evidence  battery, {battery.meta.size} bytes" in text
    assert "looked at: it does not say" in text
    assert "read again today: the same" in text
    text = "\n".join(screen(tmp_path, record.attempt_id, "memory"))
    assert "Evidence  smbios, EACCES" in text
    assert "no bytes could be collected" in text
    text = "\n".join(screen(tmp_path, record.attempt_id, "display.width"))
    assert "Evidence  drm" in text
    assert "not collected" in text


def test_an_attested_row_says_that_nothing_was_measured(tmp_path: Path, store: BenchStore) -> None:
    record = attempt(store)
    text = "\n".join(screen(tmp_path, record.attempt_id, "psu.plug"))
    assert "Limit     attested, not measured (info)" in text
    assert "nothing was measured, and no document stands behind it" in text
    assert "nothing to read: no bench measures this" in text


def test_a_row_that_a_technician_answered_says_who_and_in_which_item(tmp_path: Path, store: BenchStore) -> None:
    look = "On the keys: £ above 3."
    claim = Attested("keyboard.layout", "UK", "the order", Standing.INFERRED, "x@1", by=TECHNICIAN, look=look)
    given = {"row": "keyboard.layout", "asked": look, "answer": "fail", "by": "Anna", "how": "key", "ms": 4200}
    item = make_item("operator", as_json({"answers": [{**given, "shown_at": "2026-11-24T10:40:00.000Z"}]}))
    answers = read_facts(Bundle.of([item])).facts.operator.answers
    record = attempt(store, items=(*laptop_items(), item), findings=(attested(claim, answers),))
    text = "\n".join(screen(tmp_path, record.attempt_id, "keyboard.layout"))
    assert "Limit     attested, not measured (minor)" in text
    assert "UK (not so, says Anna: On the keys: £ above 3.)" in text
    assert "the technician looked, and it is not so" in text
    assert "Again     nothing to read again: a person looked, and answered" in text
    assert "Evidence  operator, " in text


def test_a_waiver_and_all_readings_of_a_confirmed_row_are_told(tmp_path: Path, store: BenchStore) -> None:
    finding = finding_of(laptop_items(), "battery.health")
    readings = (Retaken(90.0, Verdict.FAIL), Retaken(finding.value, Verdict.PASS), Retaken(None, Verdict.ERROR))
    decided = Decided("0190-w", "a supervisor", "spare battery is on order", "2021-12-31", Verdict.FAIL)
    waived = msgspec.structs.replace(finding, verdict=Verdict.WAIVED, readings=readings, decision=decided)
    record = attempt(store, findings=(waived,))
    text = "\n".join(screen(tmp_path, record.attempt_id, "battery"))
    assert "Readings  1. 90 % (fail); 2. 98.6 % (pass); 3. unknown (error)" in text
    assert "Waived    by a supervisor: spare battery is on order, until 2021-12-31; without" in text


def test_the_bytes_of_a_later_reading_are_those_of_its_own_item(tmp_path: Path, store: BenchStore) -> None:
    worse = as_json(BATTERY).replace(b"50300000", b"30300000")
    items = (*laptop_items(), make_item("battery.again2", worse))
    [finding] = [one for one in attempt(store, "FIRST001", items=items).findings if one.check == "battery.health"]
    later = msgspec.structs.replace(
        finding, value=59.4, verdict=Verdict.FAIL, reason="below_limit", evidence=("battery.again2",)
    )
    record = attempt(store, "LATER001", items=items, findings=(later,))
    seen = document(tmp_path, record.attempt_id, "battery.health")
    assert seen["again"]["same"] is True
    assert [item["id"] for item in seen["evidence"]] == ["battery.again2"]
    assert any("ENERGY_FULL=30300000" in line for line in seen["evidence"][0]["excerpt"]["lines"])


def test_the_document_has_spans_and_bytes_of_the_item(tmp_path: Path, store: BenchStore) -> None:
    record = attempt(store)
    [item] = document(tmp_path, record.attempt_id, "memory")["evidence"]
    data = laptop_items()[0].data
    spans, pieces = item["excerpt"]["spans"], item["excerpt"]["bytes"]
    assert [data[start:end].hex() for start, end in spans] == pieces == ["0008", "0008"]
    listed = document(tmp_path, record.attempt_id)
    assert {one["check"] for one in listed["findings"]} == {one.check for one in record.findings}
    assert {one["state"] for one in listed["evidence"]} == {"whole", "no bytes"}


def test_no_screen_is_longer_than_it_may_be_and_none_obeys_the_laptop(tmp_path: Path, store: BenchStore) -> None:
    evil = "\x1b[31mRED\x1b[0m\u202e" + "x" * 300
    tree = {f"/sys/class/power_supply/BAT{n}/{name}": text for n in range(3) for name, text in (
        ("type", "Battery\n"), ("model_name", evil), ("energy_full", "40000000\n"), ("energy_full_design", "50000000\n")
    )}  # fmt: skip
    items = (
        make_item("smbios", table(*[memory(1024)] * 24)),
        make_item("battery", as_json(tree), source=evil),
        make_item("dmidecode", f"Handle 0x0001, DMI type 1, 27 bytes\nSystem\n\tSerial Number: {evil}\n".encode()),
    )
    record = attempt(store, items=items)
    for finding in record.findings:
        assert len(screen(tmp_path, record.attempt_id, finding.check)) <= LONGEST_SCREEN
    memory_lines = screen(tmp_path, record.attempt_id, "memory")
    assert any("more lines" in line for line in memory_lines)


@pytest.mark.system
def test_station_explain_is_a_command_of_the_program(tmp_path: Path, store: BenchStore) -> None:
    record = attempt(store)
    store.close()
    command = [sys.executable, "-P", "-m", "station", "explain", "PF1A2B3C", "memory"]
    environment = {**os.environ, "STATION_DATA": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, env=environment, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert b"[00 08]" in done.stdout
    done = subprocess.run([*command, "--json"], capture_output=True, env=environment, timeout=60, check=False)
    assert json.loads(done.stdout)["attempt"]["id"] == record.attempt_id
    done = subprocess.run([*command[:5], "nobody"], capture_output=True, env=environment, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
