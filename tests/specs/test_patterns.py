"""A pattern in a profile is plain and ends soon on any text, or it is refused."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specs.patterns import LONGEST_PATTERN, PatternError, check_pattern
from specs.text import LONGEST_TEXT


@pytest.mark.parametrize(
    "pattern",
    [
        "[0-9A-Z][0-9A-Z._/-]{2,30}[0-9A-Z]",
        ".{2,256}",
        ".*Intel.*Core.*",
        "(?:HP|Dell|LENOVO) .+",
        r"6NET\d{2}WW",
        r"C\++",
        "[*+]+",
        "(ab)*",
        "colou?r",
        r"\(R\)",
        "a{3}",
        "a{3,}",
        "[^ ]+",
        r"[\w.\-]+",
        "ümlaut",
    ],
)
def test_a_plain_pattern_is_accepted(pattern: str):
    check_pattern(pattern)
    assert re.compile(pattern)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(a+)+", "for ever"),
        ("(a*)*b", "for ever"),
        ("((a*)b?)*", "for ever"),
        ("(a|a)*b", "for ever"),
        ("(a|aa)+", "for ever"),
        ("(a?){50}a{50}", "for ever"),
        (".*.*.*.*x", "for ever"),
        ("(x+x+)+y", "for ever"),
        ("a**", "repeat"),
        ("a++", "repeat"),
        ("*", "repeat"),
        ("{3}", "repeat"),
        ("a{,3}", "first number"),
        ("a{5,2}", "empty"),
        ("a{999}", "256"),
        ("a{99999999999}", "repeat"),
        (r"(a*)\1", "escapes"),
        (r"\bword", "escapes"),
        ("(?=a)", "only"),
        ("(?i)a", "only"),
        ("(?P<n>a)", "only"),
        ("(?#x)", "only"),
        ("(a", "never closes"),
        ("a)", "never opened"),
        ("[a", "class"),
        ("[]", "class"),
        ("[[a]]", "class"),
        ("[a&&b]", "class"),
        ("[z-a]", "not a regular expression"),
        ("a\\", "escapes"),
        ("", "empty"),
        ("a" * (LONGEST_PATTERN + 1), "longer"),
        ("(" * LONGEST_PATTERN, "never closes"),
    ],
)
def test_a_pattern_that_could_run_for_ever_or_is_none_is_refused(pattern: str, why: str):
    with pytest.raises(PatternError, match=why):
        check_pattern(pattern)


pieces = st.sampled_from(
    ["a", ".", "[ab]", r"\w", "(", "(?:", ")", "|", "*", "+", "?", "{1,9}", "{20}", "b", "\\", "["]
)


@given(st.lists(pieces, max_size=14).map("".join), st.sampled_from(["a" * LONGEST_TEXT, "ab" * 128, "a" * 255 + "!"]))
@settings(max_examples=300)
def test_an_accepted_pattern_always_ends_soon(pattern: str, text: str):
    try:
        check_pattern(pattern)
    except PatternError:
        return
    started = time.perf_counter()
    re.fullmatch(pattern, text, re.IGNORECASE)
    assert time.perf_counter() - started < 10


@given(st.text(max_size=40))
@pytest.mark.filterwarnings("error")
def test_any_text_is_accepted_or_refused_and_never_raises_anything_else(pattern: str):
    try:
        check_pattern(pattern)
    except PatternError:
        return
    re.compile(pattern)
