"""The explanation on a screen of 80 columns: plain text, clean, nothing that a terminal could obey."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from checks.verdict import Finding, Verdict
from specs.quantities import Measure, render
from specs.text import clean
from station.bench.lines import check_lines
from station.bench.retesting import reason_words as retest_words
from station.explaining import wording
from station.explaining.excerpt import MOST_COUNTED, Excerpt
from station.explaining.explanation import Explanation, ItemSeen
from station.explaining.kept import Kept, KeptItem
from station.findings import finding_limit, finding_measured, finding_reading, finding_title, is_attested
from station.records import AttemptRecord
from station.store.lookup import SHORTEST_END, Found
from station.wording import VERDICT_GLYPH, VERDICT_WORD

__all__ = ["LONGEST_SCREEN", "WIDTH", "attempt_screen", "check_screen", "exact", "worst_first"]

WIDTH: Final = 80
LONGEST_SCREEN: Final = 40
"""Lines of the screen of one check."""
LONGEST_LIST: Final = 50
"""Lines of the screen of an attempt."""
_MARGIN: Final = 10
_LONGEST_FIELD: Final = 3
"""Lines of one field: a laptop's own words may be hundreds of characters."""


def attempt_screen(
    record: AttemptRecord, found: Found, kept: Mapping[str, KeptItem], *, as_written: bool
) -> Iterator[str]:
    """An attempt, and its findings, what needs a person first."""
    lines = list(_attempt_head(record, found, kept, as_written=as_written))
    ordered = worst_first(record.findings)
    room = LONGEST_LIST - len(lines) - 3
    shown = ordered if len(ordered) <= room else ordered[: room - 1]
    yield from lines
    yield ""
    for finding in shown:
        yield _finding_line(finding)
    if len(shown) < len(ordered):
        yield wording.more_findings(len(ordered) - len(shown))
    if ordered:
        yield wording.see_one(record.attempt_id[-SHORTEST_END:], ordered[0].check)
    else:
        yield wording.NO_FINDINGS


def check_screen(record: AttemptRecord, found: Found, one: Explanation, *, as_written: bool) -> Iterator[str]:
    """One finding, with all that it was made from."""
    lines = list(_finding_head(record, found, one, as_written=as_written))
    if one.finding.evidence or not is_attested(one.finding):
        lines += _evidence(one.evidence, LONGEST_SCREEN - 1 - len(lines))
        if any(item.excerpt is not None for item in one.evidence):
            lines.append(wording.LEAST_TODAY if one.again.same is False else wording.LEAST)
    if len(lines) > LONGEST_SCREEN:
        lines[LONGEST_SCREEN - 1 :] = [wording.more_lines(len(lines) - LONGEST_SCREEN + 1, MOST_COUNTED)]
    yield from lines


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """The findings in the order of the bench's screen."""
    by_check = {finding.check: finding for finding in findings}
    return [by_check[line.check] for line in check_lines(tuple(findings))]


def exact(finding: Finding) -> str:
    """The reading with every digit and its unit: "4294967296 B"; empty where the words say as much."""
    value = finding.value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    digits = f"{value} {finding.unit}".strip()
    return "" if finding_reading(finding).startswith(digits) else digits


def _attempt_head(
    record: AttemptRecord, found: Found, kept: Mapping[str, KeptItem], *, as_written: bool
) -> Iterator[str]:
    verdict = record.verdict
    word = f"{VERDICT_GLYPH[verdict]} {VERDICT_WORD[verdict]}" if verdict else f"– {record.status.value.upper()}"
    yield _cut(f"{word}  {clean(record.scan.serial, 40)}  {clean(record.device.model, 60)}".rstrip())
    yield from _changed(as_written)
    yield from _field("Attempt", f"{record.attempt_id}, {wording.which_of(found)}")
    yield from _field("Kind", wording.kind_words(record.kind))
    yield from _field("Retest", retest_words(record.retest) if record.retest else "")
    yield from _field("Resumes", wording.resumes(record.resumes) if record.resumes else "")
    yield from _field("Second", wording.second_person(record.approved_by) if record.approved_by else "")
    yield from _field("When", f"{wording.moment(record.started_at)}, ended {record.finished_at[11:19]} (UTC)")
    yield from _field("By", f"{record.operator}, slot {record.slot}, {record.link}")
    yield from _field("Bench", record.bench_id)
    yield from _field("Profile", f"{record.profile}, digest {record.profile_digest[:12]}")
    size = render(float(sum(item.meta.size for item in kept.values())), Measure.MEMORY_SIZE)
    damaged = sum(item.state in (Kept.MISSING, Kept.DIFFERENT) for item in kept.values())
    yield from _field("Evidence", wording.evidence_sum(len(kept), size, damaged))
    if record.note:
        yield from _field("Note", record.note)


def _finding_line(finding: Finding) -> str:
    glyph = VERDICT_GLYPH[finding.verdict] if finding.severity.required else "·"
    limit = finding_limit(finding)
    asked = f"; asked: {limit}" if limit else ""
    reason = wording.reason_words(finding.reason)
    words = f"{finding_title(finding)}: {finding_measured(finding)}{asked}; {reason}"
    return _cut(f" {glyph} {VERDICT_WORD[finding.verdict]}  {clean(words, 4 * WIDTH)}")


def _finding_head(record: AttemptRecord, found: Found, one: Explanation, *, as_written: bool) -> Iterator[str]:
    finding, rule = one.finding, one.rule
    yield _cut(f"{VERDICT_GLYPH[finding.verdict]} {VERDICT_WORD[finding.verdict]}  {rule.title} ({rule.check})")
    yield from _changed(as_written)
    model = f" {record.device.model}" if record.device.model else ""
    yield from _field("Laptop", f"{record.scan.serial}{model}")
    when = wording.moment(record.finished_at)
    yield from _field("Attempt", f"{record.attempt_id[-SHORTEST_END:]} of {when}, {wording.which_of(found)}")
    yield from _field("Looks at", rule.looks_at)
    yield from _field("Decides", rule.decides)
    yield from _field("Look", rule.look)
    yield from _field("Rule", f"{rule.profile}, digest {rule.digest[:12]}")
    if rule.missing:
        yield from _field("", rule.missing)
    else:
        yield from _field("", f"row of {rule.origin}, {rule.standing}: {rule.source}")
        yield from _field("Note", rule.note)
    arguments = (finding.limits or {}).get("arguments")
    asked = one.limit or ("attested, not measured" if finding.limits is None else "none")
    with_arguments = f", with {_plain(arguments)}" if isinstance(arguments, Mapping) and arguments else ""
    yield from _field("Limit", f"{asked} ({finding.severity.value}{with_arguments})")
    digits = exact(finding)
    yield from _field("Reading", one.reading + (f" = {digits}" if digits else ""))
    yield from _field("Verdict", f"{finding.verdict.value}: {one.reason}")
    yield from _decision(finding)
    yield from _field("Again", one.again.sentence)


def _decision(finding: Finding) -> Iterator[str]:
    if finding.readings:
        words = "; ".join(
            f"{number}. {_reading_words(finding, reading.value)} ({reading.verdict.value})"
            for number, reading in enumerate(finding.readings, start=1)
        )
        rule = (finding.limits or {}).get("confirm")
        yield from _field("Readings", words + (f"; the rule is {rule}" if rule else ""))
    if (decided := finding.decision) is not None:
        kind = "Waived" if finding.verdict is Verdict.WAIVED else "Approved"
        until = f", until {decided.until}" if decided.until else ""
        words = f"by {decided.by}: {decided.reason}{until}; without it: {decided.was.value} ({decided.id})"
        yield from _field(kind, words)


def _reading_words(finding: Finding, value: object) -> str:
    if value is None:
        return "unknown"
    return finding_measured(Finding(finding.check, finding.verdict, finding.severity, value, "", finding.limits, ""))


def _evidence(items: Sequence[ItemSeen], room: int) -> Iterator[str]:
    """The items with their bytes, each its share of the lines that are left."""
    if not items:
        yield from _field("Evidence", wording.NO_EVIDENCE)
        return
    shown = list(items)
    heads = [list(_item_head(item)) for item in shown]
    while len(shown) > 1 and sum(map(len, heads[: len(shown)])) > max(room - len(shown), 1):
        shown.pop()
    left = room - sum(map(len, heads[: len(shown)])) - (len(shown) < len(items))
    waiting = sum(item.excerpt is not None for item in shown)
    for head, item in zip(heads, shown, strict=False):
        yield from head
        if item.excerpt is None:
            continue
        share = max(left // max(waiting, 1), 2)
        lines = list(_excerpt_lines(item.excerpt, share))
        yield from lines
        left, waiting = left - len(lines), waiting - 1
    if len(shown) < len(items):
        yield f"  {wording.more_items(len(items) - len(shown))}"


def _excerpt_lines(excerpt: Excerpt, share: int) -> Iterator[str]:
    """The excerpt's lines, at most `share` of the screen's; a long one goes on in the next."""
    rows = [list(_folded(line)) for line in excerpt.lines]
    shown = len(rows)
    while shown > 1 and sum(map(len, rows[:shown])) + (excerpt.more + len(rows) > shown) > share:
        shown -= 1
    for row in rows[:shown]:
        yield from row
    hidden = excerpt.more + len(rows) - shown
    if hidden:
        yield f"    {wording.more_lines(hidden, MOST_COUNTED)}"


def _folded(line: str) -> Iterator[str]:
    room = WIDTH - 4
    if len(line) <= room:
        yield f"    {line}"
        return
    folded = textwrap.wrap(line, room, subsequent_indent="    ", max_lines=_LONGEST_FIELD, placeholder=" …")
    yield from (f"    {part}" for part in folded)


def _item_head(item: ItemSeen) -> Iterator[str]:
    words = [item.id]
    if item.sha256:
        words += [f"{item.size} bytes", f"sha256 {item.sha256[:16]}"]
    if item.source:
        words.append(f"from {item.source}")
    if item.exit is not None:
        words.append(f"exit {item.exit}")
    if item.error:
        words.append(item.error)
    if item.truncated:
        words.append("cut short when it was taken")
    yield from _field("Evidence", ", ".join(words))
    if item.note:
        yield from _field("", item.note)


def _changed(as_written: bool) -> Iterator[str]:
    if not as_written:
        yield from _field("Record", wording.RECORD_CHANGED)


def _field(name: str, words: str) -> Iterator[str]:
    """A name in the margin and what is said, at most three lines; nothing where nothing is said."""
    said = clean(words, _LONGEST_FIELD * (WIDTH - _MARGIN))
    if not said:
        return
    lines = textwrap.wrap(said, WIDTH - _MARGIN, max_lines=_LONGEST_FIELD, placeholder=" …", break_on_hyphens=False)
    for number, line in enumerate(lines):
        yield f"{name if not number else '':<{_MARGIN}}{line}"


def _plain(arguments: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in arguments.items())


def _cut(line: str, width: int = WIDTH) -> str:
    return line if len(line) <= width else line[: width - 1] + "…"
