"""`station label` on the command line: files that read back, a queue that a person can mend, a sentence a mistake."""

from __future__ import annotations

import errno
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from checks.verdict import Verdict
from hardware.printers.fields import payload
from hardware.printers.zpl import picture_of
from station.bench.command_codes import command_key, command_sheet, read_command
from station.bench.namespace import is_command
from station.cli import run
from station.labelling.asking import print_label
from station.labelling.choosing import record_of
from station.labelling.errors import LabelRefused
from station.labelling.fields import LabelWanted, fields_of
from station.records import AttemptKind, AttemptRecord, AttemptStatus
from station.store.bench_store import BenchStore
from station.store.hold_book import HoldBook
from station.store.print_queue import BY_VERDICT, JobState, PrintJob, PrintQueue
from station.store.refusing import storing
from tests.station.labelling.samples import begun, ended


class Desk:
    """A supervisor's terminal at one bench."""

    def __init__(self, data: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self.store = BenchStore(data / "bench" / "bench.sqlite")
        self.queue = PrintQueue(self.store)
        self._capfd = capfd

    def run(self, *words: str) -> str:
        """What a command prints that is done."""
        self._capfd.readouterr()
        status = run(["label", *words, "--data", str(self.data)])
        said = self._capfd.readouterr()
        assert (status, said.err) == (0, "")
        return said.out

    def document(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json"))

    def refused(self, *words: str, status: int = 2) -> str:
        """The one sentence with which a command is refused."""
        self._capfd.readouterr()
        assert run(["label", *words, "--data", str(self.data)]) == status
        said = self._capfd.readouterr()
        assert said.out == ""
        [line] = said.err.strip().splitlines()
        assert line.isprintable()
        return line.removeprefix("station: ")

    def attempt(self, serial: str = "PF1A2B3C", verdict: Verdict = Verdict.PASS, **more: Any) -> AttemptRecord:
        return ended(self.store, serial, verdict, **more)

    def job(self, serial: str = "PF1A2B3C", *, state: JobState = JobState.PENDING) -> PrintJob:
        """A label that its verdict queued, and that came so far."""
        record = self.attempt(serial, label=LabelWanted("carton"))
        [job] = self.queue.of_attempt(record.attempt_id)
        if state is not JobState.PENDING:
            self.queue.begin(job.job_id)
        if state is JobState.PRINTED:
            self.queue.done(job.job_id, "p")
        elif state is JobState.REFUSED:
            self.queue.refuse(job.job_id, "it does not fit")
        elif state is JobState.UNSURE:
            self.queue.recover("the bench stopped")
        return self.now(job)

    def now(self, job: PrintJob) -> PrintJob:
        found = self.queue.job(job.job_id)
        assert found is not None
        return found


@pytest.fixture
def desk(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    made = Desk(tmp_path / "data", capfd)
    yield made
    made.store.close()


def codes_in(picture: Image.Image) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(picture.convert("L"))}


def pages_of(path: Path) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.render(scale=200 / 72).to_pil() for page in document]
    finally:
        document.close()


def codes_of_sheet(folder: Path) -> set[str]:
    """The commands on the pictures of a sheet. Bars that only seem to be another code are no command."""
    pages = sorted(folder.glob("sheet*.png"))
    assert pages
    return set().union(*(commands_in(Image.open(page)) for page in pages))


def commands_in(picture: Image.Image) -> set[str]:
    return {text for text in codes_in(picture) if is_command(text)}


WHO = ("--by", "Anna", "--reason", "the first one tore")


# Files


@pytest.mark.parametrize("ending", [".png", ".pdf", ".zpl", ".PNG"])
@pytest.mark.parametrize("layout", ["carton", "carton-small", "paperwork"])
def test_a_label_as_a_file_reads_back_as_the_record_says(desk: Desk, tmp_path: Path, ending: str, layout: str) -> None:
    record = desk.attempt()
    path = tmp_path / f"a label{ending}"
    assert str(path) in desk.run("make", record.attempt_id[-8:], "--layout", layout, "-o", str(path))
    if ending == ".pdf":
        [picture] = pages_of(path)
    elif ending == ".zpl":
        picture = picture_of(path.read_bytes())
    else:
        picture = Image.open(path)
    assert codes_in(picture) == {"PF1A2B3C", payload(fields_of(record, None))}
    assert desk.queue.jobs() == []
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == [path.name]


def test_a_serial_number_means_its_latest_attempt_and_a_hold_is_on_the_label(desk: Desk, tmp_path: Path) -> None:
    desk.attempt(verdict=Verdict.FAIL)
    latest = desk.attempt(verdict=Verdict.PASS)
    HoldBook(desk.store).put("PF1A2B3C", latest.attempt_id, "anna", "a cracked lid")
    path = tmp_path / "label.png"
    desk.run("make", "pf1a2b3c", "-o", str(path))
    [code] = codes_in(Image.open(path)) - {"PF1A2B3C"}
    assert code.endswith(latest.attempt_id)
    assert ":HOLD:" in code


def test_a_file_of_ones_own_is_a_layout(desk: Desk, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'title = "Own"\nsize = [60, 30]\n[[element]]\nkind = "datamatrix"\nat = [2, 2]\nsize = [26, 26]\n'
        'text = "{payload}"\n'
    )
    path = tmp_path / "label.png"
    record = desk.attempt()
    desk.run("make", "PF1A2B3C", "--layout", str(own), "-o", str(path), "--dpi", "300")
    assert codes_in(Image.open(path)) == {payload(fields_of(record, None))}


def test_the_sheet_of_commands_drives_this_bench_in_every_form(desk: Desk, tmp_path: Path) -> None:
    key = command_key(desk.store)
    wanted = {text for _, text in command_sheet(key, 4)}
    desk.run("commands", "-o", str(tmp_path / "sheet.pdf"), "--slots", "4")
    desk.run("commands", "-o", str(tmp_path / "sheet.png"), "--slots", "4")
    on_paper = set().union(*map(commands_in, pages_of(tmp_path / "sheet.pdf")))
    assert on_paper == wanted
    assert codes_of_sheet(tmp_path) == wanted
    assert all(read_command(text, key) for text in on_paper)


def test_a_sheet_of_several_pages_is_one_pdf_and_several_pictures(desk: Desk, tmp_path: Path) -> None:
    desk.run("commands", "-o", str(tmp_path / "sheet.pdf"), "--slots", "16")
    said = desk.run("commands", "-o", str(tmp_path / "sheet.png"), "--slots", "16")
    pages = len(pages_of(tmp_path / "sheet.pdf"))
    assert pages > 1
    assert said.splitlines() == [f"Written: {tmp_path}/sheet-{page}.png" for page in range(1, pages + 1)]
    assert codes_of_sheet(tmp_path) == {text for _, text in command_sheet(command_key(desk.store), 16)}


def test_a_sheet_may_be_printed_before_the_benchs_first_day(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "sheet.png"
    assert run(["label", "commands", "-o", str(sheet), "--data", str(tmp_path / "data")]) == 0
    store = BenchStore(tmp_path / "data" / "bench" / "bench.sqlite")
    assert codes_of_sheet(tmp_path) == {text for _, text in command_sheet(command_key(store), 4)}
    store.close()


# The queue


def test_a_label_is_queued_with_who_asked_for_it(desk: Desk) -> None:
    record = desk.attempt()
    made = desk.document("print", record.attempt_id, "--by", "Anna")
    [job] = desk.queue.jobs()
    assert (job.job_id, job.queued_by, job.reason, job.copy_of) == (made["job_id"], "Anna", BY_VERDICT, "")
    assert made["fields"]["serial"] == "PF1A2B3C"


def test_a_reprint_is_a_row_of_its_own_and_needs_a_reason(desk: Desk) -> None:
    first = desk.job(state=JobState.PRINTED)
    assert "--reason" in desk.refused("print", first.attempt_id, "--by", "Anna")
    assert len(desk.queue.jobs()) == 1
    assert "Printed again" in desk.run("print", first.attempt_id, *WHO)
    again = desk.queue.jobs()[1]
    assert (again.copy_of, again.queued_by, again.reason) == (first.job_id, "Anna", "the first one tore")
    assert desk.now(first) == first
    # Another layout is another label, and no reprint.
    desk.run("print", first.attempt_id, "--layout", "paperwork", "--by", "Anna")
    assert desk.queue.jobs()[2].copy_of == ""


def test_a_label_that_is_on_its_way_is_not_queued_twice(desk: Desk) -> None:
    job = desk.job()
    assert "already" in desk.refused("print", job.attempt_id, *WHO)
    assert "nothing to print again" in desk.refused("retry", job.job_id, *WHO)
    assert desk.queue.jobs() == [job]


@pytest.mark.parametrize("state", [JobState.UNSURE, JobState.REFUSED, JobState.PRINTED])
def test_a_retry_that_is_given_twice_prints_one_label(desk: Desk, state: JobState) -> None:
    job = desk.job(state=state)
    again = desk.document("retry", job.job_id, *WHO)
    assert f"label {again['job_id'][-8:]} of PF1A2B3C waits" in desk.refused("retry", job.job_id, *WHO)
    desk.queue.begin(again["job_id"])
    assert "is being printed already" in desk.refused("retry", job.job_id, *WHO)
    assert "already" in desk.refused("print", job.attempt_id, *WHO)
    assert len(desk.queue.jobs()) == 2
    desk.queue.done(again["job_id"], "p")
    assert desk.document("retry", job.job_id, *WHO)["copy_of"] == job.job_id


@pytest.mark.parametrize("first", [True, False], ids=["the first one", "a reprint"])
@pytest.mark.timeout(120)
def test_two_who_ask_for_a_label_at_once_get_one(desk: Desk, first: bool) -> None:
    record = desk.attempt() if first else record_of(desk.store, desk.job(state=JobState.PRINTED).attempt_id)
    made: list[PrintJob] = []
    refused: list[str] = []
    both = threading.Barrier(3)

    def ask(who: str) -> None:
        store = BenchStore(desk.data / "bench" / "bench.sqlite")
        both.wait(60)
        try:
            made.append(print_label(store, record, "carton", who, "torn"))
        except LabelRefused as error:
            refused.append(str(error))
        finally:
            store.close()

    askers = [threading.Thread(target=ask, args=(name,)) for name in ("Anna", "Bob")]
    for asker in askers:
        asker.start()
    both.wait(60)
    # A third program writes: whatever both have looked at by now, they must look at again.
    with storing(desk.store.database):
        time.sleep(0.5)
    for asker in askers:
        asker.join()
    assert (len(made), len(refused)) == (1, 1)
    assert "waits for the printer already" in refused[0]
    assert desk.queue.jobs([JobState.PENDING]) == made


def test_a_reprint_of_a_laptop_that_was_put_aside_since_says_hold(desk: Desk) -> None:
    first = desk.job(state=JobState.PRINTED)
    HoldBook(desk.store).put("PF1A2B3C", first.attempt_id, "anna", "a cracked lid")
    assert desk.document("retry", first.job_id, *WHO)["fields"]["verdict_word"] == "HOLD"


@pytest.mark.parametrize("state", [JobState.UNSURE, JobState.REFUSED])
def test_what_a_person_must_look_at_is_printed_again_or_cancelled_and_then_settled(desk: Desk, state: JobState) -> None:
    first, second = desk.job(state=state), desk.job("PF9Z8Y7X", state=state)
    assert desk.queue.waiting().to_look_at == 2
    assert desk.document("retry", first.job_id[-8:], *WHO)["copy_of"] == first.job_id
    assert desk.document("cancel", second.job_id, "--by", "Bob", "--reason", "it came out")["state"] == "cancelled"
    assert desk.queue.waiting().to_look_at == 0
    settled = desk.now(second)
    assert settled.problem.startswith("Bob: it came out (")
    assert desk.now(first).problem.startswith("Anna: the first one tore (")


def test_a_label_that_came_out_cannot_be_cancelled(desk: Desk) -> None:
    job = desk.job(state=JobState.PRINTED)
    assert "was printed" in desk.refused("cancel", job.job_id, *WHO)
    assert desk.now(job) == job


def test_the_list_shows_what_waits_and_why_and_with_all_the_rest(desk: Desk) -> None:
    assert desk.run("queue") == "No label waits.\n"
    desk.job(state=JobState.PRINTED)
    unsure, waiting = desk.job("PF9Z8Y7X", state=JobState.UNSURE), desk.job("5CG1234XYZ")
    said = desk.run("queue")
    assert "PF9Z8Y7X may have been printed" in said
    assert "the bench stopped" in said
    assert "5CG1234XYZ waits for the printer" in said
    assert "PF1A2B3C" not in said
    assert "1 other label is done" in said
    assert [one["job_id"] for one in desk.document("queue")] == [unsure.job_id, waiting.job_id]
    assert [one["state"] for one in desk.document("queue", "--all")] == ["printed", "unsure", "pending"]


def test_looking_at_the_queue_makes_no_bench(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["label", "queue", "--data", str(tmp_path)]) == 0
    assert run(["label", "print", "PF1A2B3C", "--by", "Anna", "--data", str(tmp_path)]) == 2
    assert "no bench has worked" in capfd.readouterr().err
    assert not (tmp_path / "bench" / "bench.sqlite").exists()


# Layouts


def test_every_layout_that_ships_is_listed_and_reads_back(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["label", "layouts", "--json"]) == 0
    listed = json.loads(capfd.readouterr().out)
    assert {"carton", "commands"} <= {one["name"] for one in listed}
    assert run(["label", "layouts"]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert len(lines) == len(listed)
    for one in listed:
        for dpi in ("203", "300"):
            assert run(["label", "lint", one["name"], "--dpi", dpi]) == 0
            assert capfd.readouterr().out == "No faults.\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = 3", "title"),
        ("this is no TOML", "own.toml:1"),
        (
            'title = "Own"\nsize = [60, 30]\n[[element]]\nkind = "code128"\nat = [1, 1]\nsize = [15, 10]\n'
            'text = "{attempt_id}"\n',
            "does not fit",
        ),
    ],
)
def test_a_layout_that_cannot_be_used_is_said_with_its_place(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text)
    assert run(["label", "lint", str(own)]) == 2
    assert said in capfd.readouterr().out
    assert run(["label", "lint", str(own), "--json"]) == 2
    assert json.loads(capfd.readouterr().out)


# Mistakes


def test_an_attempt_that_is_not_meant_clearly_is_refused_in_one_sentence(desk: Desk, tmp_path: Path) -> None:
    out = ("-o", str(tmp_path / "label.png"))
    running = begun(desk.store, "5CG1234XYZ")
    assert "no attempt" in desk.refused("make", "PF1A2B3C", *out)
    assert "no attempt" in desk.refused("make", "\x1b[31m\u202e", *out)
    assert "has not ended" in desk.refused("make", running, *out)
    desk.store.finish_attempt(running, status=AttemptStatus.ABORTED, verdict=None)
    assert "no verdict" in desk.refused("make", running, *out)
    assert "no verdict" in desk.refused("print", running, "--by", "Anna")
    assert not (tmp_path / "label.png").exists()


def test_a_verdict_that_was_taken_back_and_a_golden_laptop_get_no_label(desk: Desk, tmp_path: Path) -> None:
    out = ("-o", str(tmp_path / "label.png"))
    slip = desk.attempt(verdict=Verdict.FAIL)
    right = desk.attempt(resumes=slip.attempt_id)
    golden = desk.attempt("GOLD1", kind=AttemptKind.BENCH_CHECK)
    for words in (("make", slip.attempt_id, *out), ("print", slip.attempt_id, "--by", "Anna")):
        assert right.attempt_id[-8:] in desk.refused(*words)
    assert "golden" in desk.refused("print", golden.attempt_id, "--by", "Anna")
    assert not desk.queue.of_attempt(slip.attempt_id)
    desk.run("make", "PF1A2B3C", *out)
    # It stays taken back where the attempt that took over was broken off: nobody stands by it.
    broken_off = begun(desk.store, resumes=right.attempt_id)
    desk.store.finish_attempt(broken_off, status=AttemptStatus.ABORTED, verdict=None)
    assert broken_off[-8:] in desk.refused("print", right.attempt_id, "--by", "Anna")


def test_a_label_that_cannot_be_made_is_refused_and_not_queued(desk: Desk, tmp_path: Path) -> None:
    desk.attempt(profile="not a reference")
    assert "profile" in desk.refused("make", "PF1A2B3C", "-o", str(tmp_path / "label.png"))
    assert "profile" in desk.refused("print", "PF1A2B3C", "--by", "Anna")
    assert desk.queue.jobs() == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("make", "PF1A2B3C", "-o", "label.docx"), ".png or .pdf or .zpl"),
        (("make", "PF1A2B3C", "-o", "label"), ".png or .pdf or .zpl"),
        (("make", "PF1A2B3C", "-o", "x.png", "--layout", "cartoon"), "carton"),
        (("make", "PF1A2B3C", "-o", "x.png", "--layout", "/no/such.toml"), "not there"),
        (("make", "PF1A2B3C", "-o", "x.png", "--layout", "commands"), "sheet of codes"),
        (("make", "PF1A2B3C", "-o", "x.png", "--dpi", "72"), "203, 300, 600"),
        (("commands", "-o", "sheet.zpl"), ".pdf or .png"),
        (("commands", "-o", "sheet.pdf", "--layout", "carton"), "for one laptop"),
        (("print", "PF1A2B3C", "--by", " "), "--by"),
        (("print", "PF1A2B3C", "--by", "B" * 81), "80 letters"),
        (("print", "PF1A2B3C", "--by", "Anna", "--reason", "x" * 300), "256 letters"),
        (("print", "PF1A2B3C", "--by", "Anna", "--layout", "cartoon"), "carton"),
        (("retry", "short", *WHO), "too short"),
        (("retry", "0" * 36, *WHO), "no label"),
        (("cancel", "%%%%%%%%%%", *WHO), "no label"),
        (("cancel", "\x1b[31m\u202e12345678", *WHO), "no label"),
        (("cancel", "0" * 36, "--by", "Anna", "--reason", "\u202e"), "--reason"),
    ],
)
def test_a_mistake_is_one_sentence_and_changes_nothing(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    desk.attempt()
    assert said in desk.refused(*words)
    assert desk.queue.jobs() == []
    assert [one.name for one in tmp_path.iterdir()] == ["data"]


def test_a_record_that_is_not_the_one_that_was_written_gets_no_label(desk: Desk, tmp_path: Path) -> None:
    record = desk.attempt()
    desk.store.database.execute("UPDATE attempt SET sha256 = 'other' WHERE attempt_id = ?", [record.attempt_id])
    assert "damaged" in desk.refused("make", "PF1A2B3C", "-o", str(tmp_path / "label.png"), status=3)
    desk.store.database.execute("UPDATE attempt SET record = x'00' WHERE attempt_id = ?", [record.attempt_id])
    assert "damaged" in desk.refused("print", "PF1A2B3C", "--by", "Anna", status=3)
    assert desk.queue.jobs() == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing/x.pdf", "there is no folder {}/missing; make it"),
        ("folder.pdf", "{}/folder.pdf cannot be written (Is a directory)"),
        ("notes.txt/x.pdf", "{}/notes.txt/x.pdf cannot be written (Not a directory)"),
        ("x" * 300 + ".pdf", "File name too long"),
    ],
)
def test_a_file_that_cannot_be_is_named_with_its_remedy(desk: Desk, tmp_path: Path, name: str, said: str) -> None:
    desk.attempt()
    (tmp_path / "folder.pdf").mkdir()
    (tmp_path / "notes.txt").write_text("kept")
    before = sorted(tmp_path.iterdir())
    for words in (("make", "PF1A2B3C"), ("commands",)):
        sentence = desk.refused(*words, "-o", str(tmp_path / name))
        assert said.format(tmp_path) in sentence
        assert sentence.endswith("with -o")
        assert "Errno" not in sentence
    assert sorted(tmp_path.iterdir()) == before
    assert list((tmp_path / "folder.pdf").iterdir()) == []


def test_a_full_disk_is_the_benchs_trouble(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    record = desk.attempt()
    monkeypatch.setattr(os, "fsync", full)
    said = desk.refused("make", record.attempt_id, "-o", str(tmp_path / "label.png"), status=3)
    assert said.startswith(f"{tmp_path / 'label.png'} cannot be written (No space left on device); ")
    assert [one.name for one in tmp_path.iterdir()] == ["data"]


@pytest.mark.timeout(60)
def test_a_pipe_is_no_layout_and_holds_no_command_up(
    desk: Desk, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    record, pipe = desk.attempt(), str(tmp_path / "pipe.toml")
    os.mkfifo(pipe)
    assert "pipe" in desk.refused("make", record.attempt_id, "-o", str(tmp_path / "x.png"), "--layout", pipe)
    assert "pipe" in desk.refused("print", record.attempt_id, "--by", "Anna", "--layout", pipe)
    assert "pipe" in desk.refused("commands", "-o", str(tmp_path / "x.png"), "--layout", pipe)
    assert run(["label", "lint", pipe]) == 2
    assert "pipe" in capfd.readouterr().out
