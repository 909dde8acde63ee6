"""The promises of the pages: true numbers that open what is behind them, and nothing of a laptop's is ever run."""

import html
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine

from checks.verdict import Severity, Verdict
from hardware.evidence.bundle import ItemMeta
from specs.decisions import NO_DECISIONS
from station.clock import Clock
from station.records import AttemptKind, AttemptRecord, AttemptStatus, DeviceSeen, ScanSeen
from station.rejudging.archive import Change, Plan, Rejudged
from station.rejudging.central_archive import CentralArchive
from tests.station.central.samples import DAY, body, finding, item, record, uuid7

Client = TestClient[Litestar]
PAGES = ("/", "/attempts", f"/attempts/{uuid7(1)}", "/quarantine", "/nothing", "/?day=x", f"/?day={DAY}")


def store(client: Client, *records: AttemptRecord) -> None:
    assert client.post("/v1/batches", content=body(records)).status_code == 200


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.text
    return response.text


def words(text: str) -> str:
    """What a person reads: the page without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.loaded: list[str] = []
        self.inline: list[str] = []
        self._href: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        if tag in ("script", "img", "iframe", "link"):
            self.loaded.append(given.get("src") or given.get("href") or "inline")
        if tag == "style":
            self.inline.append(tag)
        if tag == "a":
            self._href = given.get("href")

    def handle_data(self, data: str) -> None:
        if self._href is not None and data.strip():
            self.found.append((self._href, data.strip()))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._href = None


def links(text: str) -> _Links:
    parser = _Links()
    parser.feed(text)
    return parser


def test_an_empty_central_says_what_to_do(client: Client) -> None:
    text = words(page(client, "/"))
    assert "No attempt has arrived yet." in text
    assert "./run" in text
    assert "nothing sent yet" in text


@pytest.mark.parametrize("path", PAGES)
def test_every_page_carries_the_headers_that_stop_foreign_code(client: Client, path: str) -> None:
    store(client, record(1))
    headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self'; ")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_only_what_central_has_and_runs_nothing_inline(client: Client, path: str) -> None:
    store(client, record(1, Verdict.FAIL))
    found = links(client.get(path).text)
    assert found.inline == []
    assert len(found.loaded) == 3
    for address in found.loaded:
        assert address.startswith("/static/")
        assert client.get(address).status_code == 200


def test_pass_rate_is_what_may_ship_of_what_was_judged(client: Client) -> None:
    outcomes = [Verdict.PASS] * 6 + [Verdict.MARGINAL, Verdict.WAIVED, Verdict.FAIL, Verdict.INCONCLUSIVE]
    outcomes += [Verdict.ERROR]
    records = [record(seq, verdict) for seq, verdict in enumerate([*outcomes, None], start=1)]
    store(client, *records)
    text = words(page(client, "/"))
    assert "12 attempts ; 8 of 10 judged may ship: 80.0 % (95 % interval 49.0 % to 94.3 %)" in text


def test_a_day_is_the_utc_date_of_the_end(client: Client) -> None:
    store(client, record(1), record(2, finished_at="2026-11-23T23:59:59.999Z"))
    assert "1 attempt ;" in words(page(client, "/"))
    assert "1 attempt ;" in words(page(client, "/?day=2026-11-23"))


def test_every_number_opens_exactly_that_many_attempts(client: Client) -> None:
    store(
        client,
        *(
            record(seq, verdict, device=DeviceSeen("A", "P", f"M {seq % 3}", f"S{seq}"))
            for seq, verdict in enumerate([*Verdict, *Verdict, None, Verdict.FAIL, Verdict.FAIL], start=1)
        ),
        record(90, Verdict.FAIL, **GOLDEN),
        record(91, Verdict.FAIL, scan=record(4).scan, resumes=uuid7(4)),
    )
    numbers = [
        (href, int(text))
        for href, text in links(page(client, "/")).found
        if href.startswith("/attempts?") and text.isdecimal()
    ]
    assert len(numbers) > 20
    for href, number in numbers:
        shown = re.search(r'<strong id="total">([\d,]+)</strong>', page(client, href))
        assert shown is not None
        assert int(shown[1]) == number, href


GOLDEN: dict[str, Any] = {"kind": AttemptKind.BENCH_CHECK}


def test_bench_checks_are_kept_apart_from_every_number_and_can_be_looked_at(client: Client) -> None:
    store(client, record(1), record(2, Verdict.FAIL, **GOLDEN), record(3, **GOLDEN))
    text = words(page(client, "/"))
    assert "1 attempt ; 1 of 1 judged may ship" in text
    assert "No required check has failed." in text
    assert "PF3K0002" not in text
    assert "Kept apart, and in none of the numbers above: 2 bench checks ." in text
    [address] = [href for href, said in links(page(client, "/")).found if said == "2 bench checks"]
    listed = words(page(client, address))
    assert "2 attempts." in listed
    assert "✖ Fail bench check" in listed
    assert "PF3K0001" not in listed
    assert "PF3K0002" not in page(client, "/attempts")
    assert "3 attempts." in words(page(client, "/attempts?standing=all"))
    shown = words(page(client, f"/attempts/{uuid7(2)}"))
    assert "Bench check. A golden or known-bad laptop" in shown
    assert "Bench check." not in words(page(client, f"/attempts/{uuid7(1)}"))


def test_a_day_with_nothing_but_bench_checks_says_so(client: Client) -> None:
    store(client, record(1, **GOLDEN))
    text = words(page(client, "/"))
    assert "No attempt" in text
    assert "1 bench check" in text


def test_an_attempt_says_why_it_was_a_retest_what_it_took_over_and_who_let_it_through(client: Client) -> None:
    one = record(1, None, status=AttemptStatus.INTERRUPTED)
    store(client, one)
    taken_over = {"scan": one.scan, "device": one.device, "resumes": one.attempt_id}
    store(client, record(2, Verdict.PASS, retest="repaired", approved_by="Sam", **taken_over))
    text = page(client, f"/attempts/{uuid7(2)}")
    said = words(text)
    assert "Tested again because It was repaired, or a part was changed" in said
    assert "Second person Sam" in said
    assert (f"/attempts/{one.attempt_id}", one.attempt_id) in links(text).found
    before = page(client, f"/attempts/{one.attempt_id}")
    assert (f"/attempts/{uuid7(2)}", "Another attempt went on with this evidence") in links(before).found
    assert "Taken back" not in words(before)
    assert "Tested again because" not in words(before)


def test_a_verdict_that_was_taken_back_says_so_and_is_in_no_number(client: Client) -> None:
    slip = record(1, Verdict.FAIL)
    store(client, slip, record(2, scan=slip.scan, device=slip.device, resumes=slip.attempt_id))
    text = words(page(client, "/"))
    assert "1 attempt ; 1 of 1 judged may ship" in text
    assert "1 verdict taken back" in text
    shown = page(client, f"/attempts/{slip.attempt_id}")
    assert "Taken back. An answer was taken back before the label came out" in words(shown)
    assert "✖ Fail" in words(shown)
    # Beside the attempt that holds, the other one is listed for what it is.
    assert "✖ Fail taken back" in words(page(client, f"/attempts/{uuid7(2)}"))


def test_a_list_that_shows_everything_keeps_doing_so_on_its_older_pages(client: Client) -> None:
    store(client, *(record(seq, **GOLDEN) for seq in range(1, 152)))
    text = page(client, "/attempts?standing=bench_check")
    older = next(href for href, said in links(text).found if said.startswith("Older"))
    assert "standing=bench_check" in older
    assert page(client, older).count("bench check</span>") == 51


def test_the_top_failing_checks_show_failed_of_executed(client: Client) -> None:
    store(client, record(1), record(2, Verdict.FAIL), record(3, Verdict.FAIL))
    assert re.search(r"Memory memory\.installed 2 3 66\.6 %", words(page(client, "/")))
    assert "battery.health" not in page(client, "/")


def test_a_bench_shows_how_complete_it_is(client: Client) -> None:
    store(client, record(1), record(2))
    assert "2 of 2 complete" in words(page(client, "/"))
    store(client, record(5))
    assert "3 of 5 2 missing after number 2" in words(page(client, "/"))


def test_a_list_is_paged_by_100_and_loses_nothing(client: Client) -> None:
    store(client, *(record(seq) for seq in range(1, 206)))
    seen: list[str] = []
    path: str | None = "/attempts"
    sizes = []
    while path:
        found = links(page(client, path)).found
        ids = [href for href, _ in found if re.fullmatch(r"/attempts/[0-9a-f-]{36}", href)]
        sizes.append(len(ids))
        seen += ids
        path = next((href for href, text in found if text.startswith("Older")), None)
    assert sizes == [100, 100, 5]
    assert len(set(seen)) == 205


def test_the_drill_down_shows_scan_profile_readings_limits_and_remedy(client: Client) -> None:
    one = record(1, Verdict.FAIL)
    store(client, one)
    text = words(page(client, f"/attempts/{one.attempt_id}"))
    for said in (
        "PF3K0001",
        "✖ Fail",
        "Satellite Pro C50-G",
        "ghwt-2021w-windows-laptop@2021-10-18 sha256:0123456789abcdef",
        "bench-1, slot 2",
        "2 GB smbios at least 4 GB below the limit Too little memory.",
        "97.4 % battery at least 95 % within the limit",
    ):
        assert said in text
    assert text.index("below the limit") < text.index("within the limit")


def rejudge(
    engine: Engine,
    verdict: Verdict | None,
    *changes: Change,
    at: float = 1_795_521_600.0,
    profile: str = "strict@2",
    publish: tuple[str, str] | None = ("Supervisor 4", "the department asks for more."),
    problem: str = "",
) -> None:
    """A run over the one attempt there is, published where `publish` names the operator and the reason."""
    archive = CentralArchive(engine, Clock(lambda: at, lambda: 0.0, lambda count: b"r" * count))
    run = archive.open_run(Plan(f"{profile} {at}", profile, "sha256:00", b"", NO_DECISIONS, f"{DAY}T12:00:00.000Z"))
    [kept] = archive.kept(1, 1)
    result = Rejudged(1, kept.attempt_id, kept.serial, kept.verdict, verdict, changes, problem)
    run = archive.keep(run, [result], 1, complete=True)
    if publish is not None:
        archive.publish(run, *publish)


TOO_LITTLE = Change(
    "memory.installed",
    Verdict.PASS,
    True,
    finding(
        "memory.installed",
        Verdict.FAIL,
        limits={"op": "at_least", "value": 16 * 2**30, "measure": "memory_size"},
        reason="below_limit",
    ),
)


def test_an_attempt_that_was_judged_again_shows_what_is_in_force_and_what_was_found_at_first(
    client: Client, engine: Engine
) -> None:
    store(client, record(1))
    rejudge(engine, Verdict.FAIL, TOO_LITTLE)
    text = words(page(client, f"/attempts/{uuid7(1)}"))
    for said in (
        "PF3K0001 ✖ Fail blames the laptop This is the verdict in force. When the laptop was tested it was: Pass.",
        "Judged again on 2026-11-24 by strict@2: Fail, put in force by Supervisor 4: the department asks for more.",
        "1 finding changed",
        "Memory memory.installed ✔ Pass ✖ Fail 8 GB smbios at least 16 GB below the limit Too little memory.",
        "Findings when the laptop was tested",
        "Memory memory.installed ✔ Pass 8 GB smbios at least 4 GB within the limit",
    ):
        assert said in text
    assert "more.." not in text


def test_a_preview_is_not_shown(client: Client, engine: Engine) -> None:
    store(client, record(1))
    before = page(client, f"/attempts/{uuid7(1)}")
    rejudge(engine, Verdict.FAIL, TOO_LITTLE, publish=None)
    assert page(client, f"/attempts/{uuid7(1)}") == before
    assert "Judged again" not in before


def test_the_latest_that_was_put_in_force_stands_first_and_counts(client: Client, engine: Engine) -> None:
    store(client, record(1))
    rejudge(engine, Verdict.FAIL, TOO_LITTLE)
    rejudge(engine, Verdict.MARGINAL, at=1_795_608_000.0, profile="mild@3", publish=("Anna", "a mistake"))
    rejudge(engine, None, at=1_795_694_400.0, profile="mild@4", problem="the evidence smbios is not here")
    text = words(page(client, f"/attempts/{uuid7(1)}"))
    assert "PF3K0001 ✔ Marginal" in text
    places = [
        text.index(said)
        for said in (
            "Not judged again on 2026-11-26 by mild@4: the evidence smbios is not here. Its verdict stays as it was.",
            "Judged again on 2026-11-25 by mild@3: Marginal, put in force by Anna: a mistake. No finding changed.",
            "Judged again on 2026-11-24 by strict@2: Fail",
        )
    ]
    assert places == sorted(places)


def test_what_is_asked_for_newly_and_no_more_is_said_and_the_same_answers_are_only_counted(
    client: Client, engine: Engine
) -> None:
    store(client, record(1))
    rejudge(
        engine,
        Verdict.FAIL,
        Change("battery.health", Verdict.PASS, True, None),
        Change("tpm.version", None, False, finding("tpm.version", Verdict.FAIL, None, limits=None, reason="unknown")),
        Change("display.width", Verdict.FAIL, False, finding("display.width", Verdict.FAIL, 800, limits=None)),
        Change("a.b", Verdict.PASS, True, finding("a.b", Verdict.PASS, 9)),
        Change("a.c", Verdict.PASS, True, finding("a.c", Verdict.PASS, 9)),
    )
    text = words(page(client, f"/attempts/{uuid7(1)}"))
    assert "3 findings changed" in text
    assert re.search(r"battery\.health ✔ Pass not asked for any more", text)
    assert re.search(r"tpm\.version not asked for ✖ Fail", text)
    assert re.search(r"display\.width ✖ Fail for information ✖ Fail", text)
    assert "2 other findings have another reading, limit or reason, and the same answer." in text
    assert "a.b" not in text


def test_a_reason_a_name_and_a_finding_of_a_run_are_shown_and_never_run(client: Client, engine: Engine) -> None:
    store(client, record(1))
    hostile = finding(XSS, Verdict.FAIL, XSS, unit=XSS, reason=XSS, detail=XSS, evidence=(XSS,), limits={"op": XSS})
    changes = (Change(XSS, None, False, hostile), Change(XSS + "2", Verdict.PASS, True, None))
    rejudge(engine, Verdict.FAIL, *changes, profile=XSS, publish=(XSS, XSS))
    rejudge(engine, None, at=1_795_608_000.0, problem=XSS)
    text = page(client, f"/attempts/{uuid7(1)}")
    assert "<img" not in text
    assert len(re.findall("<script", text)) == 1
    assert links(text).inline == []
    assert html.unescape(text).count(XSS[:40]) > 8
    assert text.count("<table") == text.count("<caption")
    assert len(re.findall(r"<th\b", text)) == len(re.findall(r'<th scope="(?:col|row)"', text))


def test_evidence_is_a_download_that_no_browser_renders(client: Client) -> None:
    data = b"<html><script>alert(1)</script>"
    one = record(1, evidence=(item("page.html", data), item("later", b"x"), ItemMeta("absent", error="no such file")))
    store(client, one)
    text = words(page(client, f"/attempts/{one.attempt_id}"))
    assert text.count("not uploaded yet") == 2
    assert "nothing was read no such file" in text
    assert client.put(f"/v1/evidence/{one.evidence[0].sha256}", content=data).status_code == 201
    assert f'href="/attempts/{one.attempt_id}/evidence/page.html"' in page(client, f"/attempts/{one.attempt_id}")
    response = client.get(f"/attempts/{one.attempt_id}/evidence/page.html")
    assert response.content == data
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-disposition"] == f'attachment; filename="{one.attempt_id[:8]}-page.html.bin"'
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-security-policy"] == "default-src 'none'; sandbox"
    missing = client.get(f"/attempts/{one.attempt_id}/evidence/later")
    assert missing.status_code == 404
    assert "has not uploaded" in missing.text


XSS = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>{{7*7}}&amp;"


def test_markup_in_every_field_is_shown_and_never_run(client: Client) -> None:
    hostile = record(
        1,
        Verdict.FAIL,
        operator=XSS,
        profile=XSS,
        profile_digest=XSS,
        link=XSS,
        note=XSS,
        retest=XSS,
        resumes=XSS,
        approved_by=XSS,
        started_at=XSS,
        scan=ScanSeen(XSS, XSS, XSS, XSS),
        device=DeviceSeen(XSS, XSS, XSS, XSS),
        findings=(
            finding(XSS, Verdict.FAIL, XSS, unit=XSS, reason=XSS, detail=XSS, evidence=(XSS,)),
            finding("memory.installed", Verdict.FAIL, [XSS], limits={"op": "one_of", "values": [XSS], "measure": XSS}),
            finding("battery.health", Verdict.FAIL, {XSS: XSS}, limits={"op": XSS, XSS: XSS}),
        ),
        evidence=(ItemMeta(XSS, XSS, XSS, sha256="0" * 64, error=XSS),),
    )
    store(client, hostile, record(2, scan=ScanSeen(XSS, XSS, "")))
    client.post("/v1/batches", content=body([record(1, note=XSS)]))
    paths = {"/", "/attempts", f"/attempts/{hostile.attempt_id}", "/quarantine"}
    paths |= {href for path in list(paths) for href, _ in links(page(client, path)).found if href.startswith("/att")}
    assert len(paths) > 8
    for path in paths:
        text = page(client, path)
        assert "<img" not in text
        assert "<script>" not in text
        assert len(re.findall("<script", text)) == 1
        assert links(text).inline == []
    # As it was sent: neither run by the browser nor by the template.
    assert html.unescape(page(client, f"/attempts/{hostile.attempt_id}")).count(XSS) > 10


@pytest.mark.parametrize(
    ("value", "limits"),
    [
        (10**400, {"op": "at_least", "value": 1, "measure": "memory_size"}),
        (1e308, {"op": "at_least", "value": 1e308, "measure": "percent"}),
        (-1, {"op": "between", "low": None, "high": [], "measure": "count"}),
        ([[1], {"a": 2}], {"op": "one_of", "values": [{"x": 1}], "measure": "percent"}),
        ({"a": [1]}, {"op": ["at_least"], "measure": 5}),
        (True, {"op": "at_least", "value": {}, "measure": "text"}),
        ("x" * 5000, {}),
    ],
)
def test_any_stored_value_and_limit_can_be_shown(client: Client, value: Any, limits: dict[str, Any]) -> None:
    answer = finding("memory.installed", Verdict.FAIL, value, limits=limits, severity=Severity.MAJOR)
    store(client, record(1, Verdict.FAIL, findings=(answer,)))
    page(client, f"/attempts/{uuid7(1)}")


@pytest.mark.parametrize(
    "query",
    [
        "day=x",
        "day=2026-02-30",
        "verdict=splendid",
        "answer=maybe",
        "standing=elsewhere",
        "before=0",
        "before=-1",
        "before=%00",
        "before=99999999999999999999999",
        "before=٣",
    ],
)
def test_an_address_that_means_nothing_is_answered_in_words(client: Client, query: str) -> None:
    assert "cannot be understood" in page(client, f"/attempts?{query}", 400)


@pytest.mark.parametrize("path", ["/x", "/attempts/x", "/attempts/%00", f"/attempts/{uuid7(9)}", "/static/../app.py"])
def test_what_is_not_there_is_said_in_words(client: Client, path: str) -> None:
    assert "There is no such page or attempt." in page(client, path, 404)


def test_the_furthest_days_have_a_page(client: Client) -> None:
    assert "Day before" not in page(client, "/?day=0001-01-01")
    page(client, "/?day=9999-12-31")


def test_a_page_says_as_of_when_with_seconds_and_keeps_quiet(client: Client) -> None:
    text = page(client, "/")
    assert "As of 12:00:00 UTC , 24 November 2026" in words(text)
    assert 'aria-live="off"' in text


def test_tables_have_captions_and_scoped_headings(client: Client) -> None:
    store(client, record(1, Verdict.FAIL))
    for path in ("/", "/attempts", f"/attempts/{uuid7(1)}"):
        text = page(client, path)
        assert text.count("<table") == text.count("<caption") > 0
        assert len(re.findall(r"<th\b", text)) == len(re.findall(r'<th scope="(?:col|row)"', text))


def test_links_keep_strange_names_whole(client: Client) -> None:
    model = "A&B=C?#/ü%20+"
    store(client, record(1, device=DeviceSeen("x", "y", model, "z")))
    href = next(href for href, _ in links(page(client, "/")).found if "model=" in href)
    assert parse_qs(urlsplit(href).query)["model"] == [model]
    assert "1 attempt" in words(page(client, href))


def test_pages_are_not_kept_by_caches_but_assets_are(client: Client) -> None:
    response: httpx.Response = client.get("/")
    assert response.headers["cache-control"] == "no-store"
    assert "max-age" in client.get(links(response.text).loaded[0]).headers["cache-control"]
