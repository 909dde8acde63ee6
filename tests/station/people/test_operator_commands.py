"""`station operator`, driven as a supervisor does: badges that scan, and secrets that are nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from click.testing import CliRunner, Result
from PIL import Image

from station.bench.badges import badge_end, is_badge
from station.deciding.errors import DecisionRefused
from station.people.commands import operator
from station.store.bench_store import BenchStore
from station.store.people_book import Operator, PeopleBook


class Desk:
    """A supervisor's terminal at one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"

    def file(self, name: str) -> Path:
        return self.folder / name

    def tried(self, *words: str) -> Result:
        return CliRunner().invoke(operator, [*words, "--data", str(self.data)], standalone_mode=False)

    def run(self, *words: str) -> Result:
        result = self.tried(*words)
        assert result.exception is None, result.exception
        assert result.return_value == 0
        return result

    def add(self, name: str, role: str, file: str, *more: str) -> Result:
        return self.run("add", name, "--role", role, "--by", "Boss", "-o", str(self.file(file)), *more)

    def refused(self, *words: str) -> str:
        result = self.tried(*words)
        assert isinstance(result.exception, DecisionRefused), result.exception
        assert result.stdout == ""
        sentence = str(result.exception)
        assert sentence.isprintable()
        return sentence

    def listed(self, *words: str) -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads(self.run("list", "--json", *words).stdout)
        return found

    def whose(self, badge: str) -> Operator | None:
        store = BenchStore(self.data / "bench" / "bench.sqlite")
        try:
            return PeopleBook(store).by_badge(badge)
        finally:
            store.close()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def scanned(path: Path) -> tuple[str, str]:
    """What a scanner reads of a badge: the kind of code, and its text."""
    if path.suffix == ".pdf":
        document = pypdfium2.PdfDocument(path)
        picture = document[0].render(scale=300 / 72).to_pil()
        document.close()
    else:
        picture = Image.open(path)
    [read] = zxingcpp.read_barcodes(picture.convert("L"))
    return read.format.name, read.text


@pytest.mark.parametrize(
    ("file", "more", "kind"),
    [
        ("a.png", (), "Code128"),
        ("a.pdf", (), "Code128"),
        ("a.png", ("--dpi", "203"), "Code128"),
        ("a.png", ("--code", "qr"), "QRCode"),
        ("a.pdf", ("--code", "qr", "--dpi", "600"), "QRCode"),
    ],
)
def test_a_badge_scans_as_the_person_that_it_was_made_for(
    desk: Desk, file: str, more: tuple[str, ...], kind: str
) -> None:
    result = desk.add("Zoë Müller-Łukasiewicz", "technician", file, *more)
    found, badge = scanned(desk.file(file))
    assert found == kind
    assert is_badge(badge)
    owner = desk.whose(badge)
    assert owner is not None
    assert owner.name == "Zoë Müller-Łukasiewicz"
    assert badge_end(badge) in result.stdout
    assert badge[7:] not in result.output


def test_a_badge_is_in_its_file_alone_and_for_its_owner_alone(desk: Desk) -> None:
    said = desk.add("Anna", "supervisor", "a.png").output + desk.run("list").output + desk.run("list", "--json").output
    _, badge = scanned(desk.file("a.png"))
    secret = badge[7:]
    assert secret not in said
    assert desk.file("a.png").stat().st_mode & 0o077 == 0
    for path in desk.folder.rglob("*"):
        assert not path.is_file() or secret.encode() not in path.read_bytes()


def test_a_new_badge_ends_the_old_one(desk: Desk) -> None:
    desk.add("Anna", "supervisor", "a.png")
    said = desk.run("badge", "anna", "--by", "Boss", "-o", str(desk.file("b.png"))).stdout
    (_, old), (_, new) = scanned(desk.file("a.png")), scanned(desk.file("b.png"))
    assert old != new
    assert desk.whose(old) is None
    owner = desk.whose(new)
    assert owner is not None
    assert owner.supervisor
    assert f"…{badge_end(old)} counts no more" in said
    assert [one["badge_end"] for one in desk.listed()] == [badge_end(new)]
    assert len(desk.listed("--all")) == 2


def test_who_has_gone_is_listed_only_among_all(desk: Desk) -> None:
    desk.add("Anna", "supervisor", "a.png")
    desk.add("Bob", "technician", "b.png")
    result = desk.run("end", "BOB", "--by", "Boss")
    assert result.stdout.startswith("Ended: Bob, technician.")
    assert [one["name"] for one in desk.listed()] == ["Anna"]
    assert "ended" in desk.run("list", "--all").stdout
    assert "Anna" in desk.refused("end", "Bob", "--by", "Boss")
    assert json.loads(desk.run("end", "Anna", "--by", "Chief", "--json").stdout)["ended_by"] == "Chief"
    assert desk.run("list").stdout.startswith("Nobody is enrolled")


def test_the_first_enrolment_says_what_changes_and_what_is_missing(desk: Desk) -> None:
    first = desk.add("Anna", "technician", "a.png")
    assert "only while somebody is signed in" in first.stderr
    assert "No supervisor is enrolled" in first.stderr
    assert desk.add("Bob", "supervisor", "b.png").stderr == ""


def test_json_is_one_document_without_the_secret(desk: Desk) -> None:
    made = json.loads(desk.add("Anna", "supervisor", "a.png", "--json").stdout)
    assert (made["name"], made["role"], made["badge"]) == ("Anna", "supervisor", str(desk.file("a.png")))
    _, badge = scanned(desk.file("a.png"))
    assert made["badge_end"] == badge_end(badge)
    assert badge[7:] not in json.dumps(made)


@pytest.mark.parametrize(
    ("name", "by", "file", "said"),
    [
        ("\u202e", "Boss", "x.png", "needs a name"),
        ("A" * 81, "Boss", "x.png", "80 letters"),
        ("\uff21nna", "Boss", "x.png", "Anna is enrolled already"),
        ("Bob", " ", "x.png", "--by"),
        ("Bob", "Boss", "x.txt", ".png or .pdf"),
        ("Bob", "Boss", "a.png", "there already"),
        ("Bob", "Boss", "nowhere/x.png", "no folder"),
        ("Bob", "Boss", "a.png/x.png", "cannot be written"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_nobody_is_enrolled(
    desk: Desk, name: str, by: str, file: str, said: str
) -> None:
    desk.add("Anna", "supervisor", "a.png")
    before = desk.file("a.png").read_bytes()
    path = str(desk.file(file))
    assert said in desk.refused("add", name, "--role", "technician", "--by", by, "-o", path)
    assert [one["name"] for one in desk.listed("--all")] == ["Anna"]
    assert desk.file("a.png").read_bytes() == before
    assert not desk.file("x.png").exists()


def test_a_disk_that_refuses_enrols_nobody_and_leaves_no_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.add("Anna", "supervisor", "a.png")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("station.people.badge_file.os.fsync", full)
    for words in (("add", "Bob", "--role", "technician"), ("badge", "Anna")):
        result = desk.tried(*words, "--by", "Boss", "-o", str(desk.file("b.png")))
        assert isinstance(result.exception, OSError)
        assert "No space left" in str(result.exception)
        assert not desk.file("b.png").exists()
    monkeypatch.undo()
    assert len(desk.listed("--all")) == 1
    _, badge = scanned(desk.file("a.png"))
    assert desk.whose(badge) is not None


def test_hostile_names_are_cleaned_before_they_are_kept_or_shown(desk: Desk) -> None:
    result = desk.add("\x1b[31mAnna\x07\u202e [bold]", "supervisor", "a.png")
    [kept] = desk.listed()
    assert kept["name"] == "[31mAnna [bold]"
    assert all(line.isprintable() for line in result.output.splitlines())


def test_a_folder_without_a_bench_is_not_made_one_by_looking(desk: Desk) -> None:
    assert desk.listed() == []
    assert "no bench has worked" in desk.refused("end", "Anna", "--by", "Boss")
    assert "no bench has worked" in desk.refused("badge", "Anna", "--by", "Boss", "-o", str(desk.file("a.png")))
    assert not (desk.data / "bench" / "bench.sqlite").exists()
    assert not desk.file("a.png").exists()
