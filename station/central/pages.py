"""The supervisors' pages, rendered on the server. Everything that came from a bench is escaped by the template.

Nothing here reads the database: it takes what `queries` gave and returns HTML.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct

from checks.verdict import Finding, Severity, Verdict
from hardware.evidence.bundle import is_item_id
from specs.text import clean
from station.bench.retesting import reason_words as retest_words
from station.central import wording
from station.central.listing import EVERY, GROUPS, AttemptFilter, AttemptPage, next_day
from station.central.queries import AttemptView, EvidenceLine, FindingLine, JudgedAgain, Today
from station.central.schema import OUTCOMES, STANDINGS
from station.central.standing import COUNTS
from station.central.statistics import Proportion, wilson
from station.findings import finding_limit, finding_measured, finding_remedy, finding_title
from station.rejudging.archive import Change

__all__ = ["Asset", "Pages", "attempts_url", "load_assets"]

_HERE: Final = Path(__file__).parent
_ASSET_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Asset(Struct, frozen=True):
    """One file that the pages load, and its content type."""

    data: bytes
    media_type: str


def load_assets() -> dict[str, Asset]:
    """Our own style sheet, script and icon, by name. The pages load nothing else."""
    files = sorted((_HERE / "static").iterdir())
    return {
        file.name: Asset(file.read_bytes(), _ASSET_TYPES[file.suffix]) for file in files if file.suffix in _ASSET_TYPES
    }


class Pages:
    """Renders each page from its numbers. `assets` are named with their hash, so that they can be cached."""

    def __init__(self, assets: Mapping[str, Asset]) -> None:
        versions = {name: hashlib.sha256(asset.data).hexdigest()[:12] for name, asset in assets.items()}
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(number=lambda value: f"{value:,}", clock=_clock, share=_share, moment=_moment)
        self._templates.globals.update(
            w=wording,
            mark=wording.mark,
            asset=lambda name: f"/static/{name}?{versions[name]}",
            attempts_url=attempts_url,
            bench_label=bench_label,
            wilson=wilson,
            bar=_bar,
            check_title=check_title,
            retest_words=retest_words,
        )

    def today(self, data: Today, now: datetime) -> str:
        """The first page."""
        day = now.astimezone(UTC).date().isoformat()
        return self._render(
            "today.html",
            now,
            data=data,
            is_today=data.day == day,
            previous_day=next_day(data.day, -1),
            next_day=next_day(data.day, 1) if data.day < day else None,
            outcomes=OUTCOMES,
        )

    def attempts(self, page: AttemptPage, wanted: AttemptFilter, now: datetime) -> str:
        """A list of attempts behind a number."""
        return self._render(
            "attempts.html",
            now,
            page=page,
            wanted=wanted,
            said=_filter_words(wanted),
            choices=(*OUTCOMES, *GROUPS),
            standings=(*STANDINGS, EVERY),
            query=_query(wanted),
        )

    def attempt(self, view: AttemptView, now: datetime) -> str:
        """One attempt."""
        worst_first = sorted(view.findings, key=_weight)
        verdicts = (again.verdict for again in view.judged_again if again.verdict)
        return self._render(
            "attempt.html",
            now,
            row=view.row,
            in_force=next(verdicts, None),
            judged_again=[_shown_again(again) for again in view.judged_again],
            findings=[_shown_finding(finding) for finding in worst_first],
            evidence=[_shown_evidence(view.row["attempt_id"], line) for line in view.evidence],
            others=view.others,
            taken_over_by=view.taken_over_by,
            resumes_here=view.resumes_here,
        )

    def quarantine(self, rows: list[dict[str, Any]], now: datetime) -> str:
        """The records that were refused."""
        return self._render("quarantine.html", now, rows=rows)

    def problem(self, title: str, help_text: str, now: datetime) -> str:
        """What went wrong, in words."""
        return self._render("problem.html", now, title=title, help_text=help_text)

    def _render(self, template: str, now: datetime, **values: Any) -> str:
        return self._templates.get_template(template).render(now=now.astimezone(UTC), **values)


def attempts_url(**parts: str | int | None) -> str:
    """The address of the list of attempts for these parts of a filter."""
    given = {key: value for key, value in parts.items() if value is not None}
    return "/attempts?" + urlencode(given) if given else "/attempts"


def bench_label(bench_id: str, name: str) -> str:
    """What people call a bench, else its id; a UUID is shortened where there is no room for it."""
    return name or (f"{bench_id[:8]}…{bench_id[-4:]}" if len(bench_id) > 24 else bench_id)


def check_title(check: str) -> str:
    """A check's title, or its id where this station has no such check."""
    return finding_title(Finding(check, Verdict.PASS, Severity.INFO, None, "", None, ""))


_ORDER: Final = {"fail": -5, "error": -4, "inconclusive": -3, "marginal": -2, "waived": -1}


def _weight(line: FindingLine) -> tuple[bool, int]:
    """Sorts what needs a person first, and what is only for information last."""
    return line.severity == "info", _ORDER.get(line.verdict, 0)


def _change_weight(change: Change) -> tuple[bool, int]:
    """The same for what a finding has become; last what is not asked for any more."""
    finding = change.finding
    if finding is None:
        return True, 1
    return not finding.severity.required, _ORDER.get(finding.verdict.value, 0)


def _shown_again(again: JudgedAgain) -> dict[str, Any]:
    date, who = again.published_at[:10], (again.operator, again.reason)
    if again.verdict is not None:
        said = wording.judged_again(date, again.profile, again.verdict, *who)
    else:
        said = wording.not_judged_again(date, again.profile, again.problem, *who)
    turned = sorted(filter(_turns, again.changes), key=_change_weight)
    return {
        "said": said,
        "judged": again.verdict is not None,
        "changes": [_shown_change(change) for change in turned],
        "others": len(again.changes) - len(turned),
    }


def _turns(change: Change) -> bool:
    """True where a check answers otherwise, or where the same answer decides now and did not, or the reverse."""
    finding = change.finding
    return finding is None or (finding.verdict, finding.severity.required) != (change.was, change.was_required)


def _shown_change(change: Change) -> dict[str, Any]:
    return {
        "check": clean(change.check),
        "title": check_title(change.check),
        "was": wording.mark(change.was.value) if change.was is not None else None,
        "was_required": change.was_required,
        "now": _shown(change.finding) if change.finding is not None else None,
    }


def _shown_finding(line: FindingLine) -> dict[str, Any]:
    return _shown(_finding(line))


def _shown(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "title": finding_title(finding),
        "mark": wording.mark(finding.verdict.value),
        "severity": wording.SEVERITIES[finding.severity.value],
        "known": finding.value is not None,
        "fails": finding.verdict is Verdict.FAIL and finding.severity.required,
        "value": _said(finding_measured, finding, wording.NO_VALUE),
        "limit": _said(finding_limit, finding, "?"),
        "reason": wording.reason_words(finding.reason),
        "remedy": finding_remedy(finding),
        "evidence": [clean(str(item)) for item in finding.evidence],
    }


def _finding(line: FindingLine) -> Finding:
    limits = msgspec.json.decode(line.limits) if line.limits is not None else None
    return Finding(
        line.check,
        Verdict(line.verdict),
        Severity(line.severity),
        msgspec.json.decode(line.value),
        line.unit,
        limits if isinstance(limits, dict) else None,
        line.reason,
        line.detail,
        tuple(msgspec.json.decode(line.evidence)),
    )


def _said(say: Callable[[Finding], str], finding: Finding, otherwise: str) -> str:
    """What `say` says of a finding; a bench can store values and limits that no words are for."""
    try:
        return say(finding)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        return otherwise


def _shown_evidence(attempt_id: str, line: EvidenceLine) -> dict[str, Any]:
    meta = msgspec.json.decode(line.meta)
    openable = line.held and is_item_id(line.item_id)
    return {
        "id": line.item_id,
        "source": clean(str(meta.get("source", ""))),
        "size": meta.get("size", 0),
        "error": clean(str(meta.get("error") or "")),
        "truncated": bool(meta.get("truncated")),
        "url": f"/attempts/{attempt_id}/evidence/{line.item_id}" if openable else None,
        "state": "" if openable else wording.NOT_UPLOADED if line.sha256 else wording.NO_BYTES,
        "sha256": line.sha256,
    }


def _filter_words(wanted: AttemptFilter) -> list[str]:
    said = []
    if wanted.day is not None:
        said.append(f"day {wanted.day}")
    if wanted.model is not None:
        said.append(f"model {wanted.model or wording.UNKNOWN_MODEL}")
    if wanted.bench is not None:
        said.append(f"bench {wanted.bench}")
    if wanted.check is not None:
        said.append(f"check “{check_title(wanted.check)}” {wanted.answer}")
    if wanted.verdict is not None:
        word = wording.GROUP_WORDS.get(wanted.verdict) or wording.mark(wanted.verdict).word.lower()
        said.append(f"verdict {word}")
    if wanted.standing != COUNTS:
        said.append(wording.STANDING_LISTS[wanted.standing])
    return said


def _query(wanted: AttemptFilter) -> dict[str, str | int]:
    parts = msgspec.structs.asdict(wanted)
    if wanted.check is None:
        del parts["answer"]
    if wanted.standing == COUNTS:
        del parts["standing"]
    return {key: value for key, value in parts.items() if value is not None}


def _clock(text: str) -> str:
    """The time of day of an RFC 3339 text, or the text itself where it is none."""
    return text[11:19] if len(text) >= 19 and text[10] == "T" and text[13] == ":" else text


def _moment(text: str) -> str:
    """Date and time of an RFC 3339 text, or the text itself where it is none."""
    return f"{text[:10]} {_clock(text)}" if _clock(text) != text else text


def _share(value: float) -> str:
    """A proportion as a percentage with one decimal, cut so that 99.96 % never reads as 100 %."""
    tenths = int(value * 1000 + 1e-9)
    return f"{tenths / 10:.1f} %"


_BAR_WIDTH: Final = 120


def _bar(proportion: Proportion) -> dict[str, float]:
    """Where the marks of an interval's bar lie, in its own units."""
    return {
        "width": _BAR_WIDTH,
        "low": round(proportion.low * _BAR_WIDTH, 1),
        "span": max(2.0, round((proportion.high - proportion.low) * _BAR_WIDTH, 1)),
        "at": round(min(max(proportion.rate * _BAR_WIDTH, 1.5), _BAR_WIDTH - 1.5), 1),
    }
