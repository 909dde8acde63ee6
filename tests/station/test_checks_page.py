"""docs/checks.md is what the checks say of themselves today. Renew it: station checks --markdown > docs/checks.md"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from checks.arguments import arguments_of
from checks.catalogue import CATALOGUE
from checks.check import Check
from specs.facts import COMPONENTS
from station.checks_page import checks_markdown

PAGE = checks_markdown(CATALOGUE.values())


def section(check: Check) -> str:
    return PAGE.split(f"### {check.id}\n")[1].split("\n##")[0]


def test_the_page_is_what_the_checks_say_today(project: Path):
    kept = (project / "docs" / "checks.md").read_text("utf-8")
    assert kept == PAGE, "the page is out of date; renew it: station checks --markdown > docs/checks.md"


@pytest.mark.parametrize("check", CATALOGUE.values(), ids=lambda check: check.id)
def test_every_check_has_one_section_with_all_of_its_header(check: Check):
    assert PAGE.count(f"### {check.id}\n") == 1
    said = section(check)
    for words in (check.title, check.kind.value, check.measure.value, check.looks_at, check.decides, check.remedy):
        assert f"| {words}" in said
    for need in check.needs:
        assert f"`{need}`" in said
    for argument in arguments_of(check):
        assert f"| `{argument.name}` | {argument.type} |" in said
        assert argument.meaning in said
    assert said.count("\n- ") == len(check.examples)
    assert all(f"\n- {example.says}" in said for example in check.examples)
    assert ("| waiver |" in said) is not check.waivable
    assert ("| reads one of |" in said) is bool(check.words)
    assert all(f"`{word}`" in said for word in check.words)


def test_the_sections_stand_in_the_order_of_the_facts_and_the_contents_lead_to_each():
    headings = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    anchors = re.findall(r"^\| \[(.+)\]\(#(.+)\)", PAGE, re.MULTILINE)
    assert [title for title, _ in anchors] == headings
    assert [anchor for _, anchor in anchors] == [title.lower().replace(" ", "-") for title in headings]
    ids = re.findall(r"^### (\w+)\.", PAGE, re.MULTILINE)
    # What only an exercise tells of comes after what the facts name.
    at_work = ["wireless", "keyboard", "touchpad", "lid"]
    assert list(dict.fromkeys(ids)) == [*(component for component in COMPONENTS if component in ids), *at_work]


def test_a_date_stands_bare_and_an_example_gives_its_arguments():
    assert "- a day older (`than = 2021-03-13`): no" in section(CATALOGUE["firmware.not_older"])
    assert '(`of = "smallest"`): 62.5 GB' in section(CATALOGUE["storage.capacity"])
    assert "| `than` | date | required |" in section(CATALOGUE["firmware.not_older"])


def test_the_page_says_that_each_of_several_parts_must_be_allowed():
    assert "a limit holds where each of them is\nallowed" in PAGE
    assert "within where any of them is allowed" not in PAGE.replace(section(CATALOGUE["network.wifi_standard"]), "")


def test_every_row_of_a_table_has_as_many_cells_as_its_head():
    width = 0
    for line in PAGE.splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        cells = len(re.findall(r"(?<!\\)\|", line))
        width = width or cells
        assert cells == width, line


def test_a_bar_in_a_header_ends_no_cell():
    check = replace(CATALOGUE["memory.slots"], looks_at="this | that")
    assert "| looks at | this \\| that |" in checks_markdown([check])


def test_nobody_is_told_a_path_or_a_host():
    assert not re.search(r"/(?:home|work|tmp)/|https?://", PAGE)
