"""A makers' file says what the makers' codes look like, or what is wrong with it, in which line, and what to do."""

from __future__ import annotations

import os
import tomllib
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.scanners.grammar.grammar import Grammar, GrammarError
from hardware.scanners.grammar.maker_file import MOST_RULES, parse_makers
from hardware.scanners.grammar.maker_rules import MakerRule
from hardware.scanners.grammar.toml_text import LARGEST_FILE
from hardware.scanners.scanner import Code
from specs.profile import Fault

SHIPPED = resources.files("hardware.scanners.grammar").joinpath("makers.toml").read_text("utf-8")
SHIPPED_RULES = parse_makers(SHIPPED, "makers.toml")

GOOD = """
[maker.geo.serial."GB form"]
pattern = "GB[0-9]{10}"
form = "structured"
examples = ["GB0123456789"]
source = "labels of the first delivery"
standing = "inferred"
"""


def own(text: str) -> tuple[MakerRule, ...]:
    return parse_makers(text, "own.toml", SHIPPED_RULES)


def faults(text: str) -> list[str]:
    with pytest.raises(GrammarError) as caught:
        own(text)
    assert str(caught.value) == str(caught.value.faults[0])
    return [str(fault) for fault in caught.value.faults]


def grammar(tmp_path: Path, text: str) -> Grammar:
    path = tmp_path / "own.toml"
    path.write_text(text, "utf-8")
    return Grammar.load(path)


def serial(reader: Grammar, *texts: str, symbology: str = "]C0") -> str:
    return reader.read([Code(text, symbology) for text in texts]).serial


def test_every_shipped_rule_has_a_source_and_every_maker_of_the_department_is_there():
    assert all(rule.source for rule in SHIPPED_RULES)
    assert {rule.maker for rule in SHIPPED_RULES} >= {
        "Dell", "HP", "Lenovo", "Acer", "Apple", "Dynabook", "GeoBook", "ASUS", "Samsung", "Microsoft",
    }  # fmt: skip


def test_every_shipped_example_is_understood_as_its_rule_says():
    reader = Grammar.load()
    makers = tomllib.loads(SHIPPED)
    tables = [*makers["maker"].values(), makers]
    for table in tables:
        for rule in table.get("serial", {}).values():
            for example in rule["examples"]:
                assert serial(reader, example) == (example[-8:] if rule["form"] == "template" else example)
        for rule in table.get("other", {}).values():
            for example in rule["examples"]:
                assert serial(reader, example) == ""


def test_a_rule_that_a_supervisor_adds_is_asked_first(tmp_path):
    assert serial(Grammar.load(), "GB0123456789", "AB12CD34EF56G") == ""
    assert serial(grammar(tmp_path, GOOD), "GB0123456789", "AB12CD34EF56G") == "GB0123456789"


def test_a_supervisors_rule_of_what_is_none_holds_against_the_shipped_ones(tmp_path):
    text = """
    [other."stock tag"]
    pattern = "5CG[0-9A-Z]{7}"
    means = "asset tag"
    examples = ["5CG7187AYF"]
    source = "our own"
    standing = "published"
    """
    assert serial(Grammar.load(), "5CG7187AYF") == "5CG7187AYF"
    assert serial(grammar(tmp_path, text), "5CG7187AYF") == ""


def test_a_supervisors_serial_holds_against_a_shipped_rule_of_what_is_none(tmp_path):
    text = GOOD.replace("GB[0-9]{10}", "81MA[0-9A-Z]{6}").replace("GB0123456789", "81MA000UUK")
    assert serial(grammar(tmp_path, text), "81MA000UUK") == "81MA000UUK"
    # But not where it is loose: that would make everything a serial number.
    loose = text.replace('"structured"', '"loose"')
    assert serial(grammar(tmp_path, loose), "81MA000UUK") == ""


def test_a_template_strips_what_it_names_and_only_in_its_symbologies(tmp_path):
    text = """
    [maker.geo.serial."S form"]
    pattern = "S(?P<serial>GB[0-9]{10})"
    form = "template"
    symbologies = ["Code 39"]
    examples = ["SGB0123456789"]
    source = "labels of the first delivery"
    standing = "inferred"
    """
    reader = grammar(tmp_path, text)
    assert serial(reader, "SGB0123456789", symbology="]A0") == "GB0123456789"
    assert serial(reader, "SGB0123456789", symbology="]C0") == "SGB0123456789"
    assert serial(reader, "SGB0123456789", symbology="") == "SGB0123456789"


@pytest.mark.parametrize(
    "pattern",
    [
        "S(?P<serial>GB[0-9]{10})?",
        "S(?:(?P<serial>GB[0-9]{10}))?",
        "(?:S(?P<serial>GB[0-9]{10})|S[0-9]{4})",
        "S(?P<serial>GB[0-9]{10})|S[0-9]{4}",
        "S(?P<serial>GB[0-9]{10}){1,2}",
    ],
)
def test_a_template_that_fits_a_text_without_its_serial_is_refused(pattern):
    (told,) = faults(template(pattern))
    assert told.startswith("own.toml:3: ")
    assert "without the group serial" in told


@pytest.mark.parametrize(
    "pattern",
    [
        "S(?P<serial>GB[0-9]{10}|GB[A-Z]{4})",
        "S(?P<serial>GB(?:[0-9]{5}){2})",
        "(?:S|[?(|])?(?P<serial>GB[0-9]{10})(?P<part>[|)])?",
        "S\\(?(?P<serial>GB[0-9]{10})\\|?",
    ],
)
def test_a_template_whose_serial_is_always_there_is_taken(tmp_path, pattern):
    assert serial(grammar(tmp_path, template(pattern)), "SGB0123456789") == "GB0123456789"


def template(pattern: str) -> str:
    text = GOOD.replace("GB[0-9]{10}", pattern.replace("\\", "\\\\"))
    return text.replace('"structured"', '"template"').replace('["GB', '["SGB')


def test_a_new_maker_needs_its_name(tmp_path):
    text = GOOD.replace("maker.geo", "maker.tulip")
    assert "name" in faults(text)[0]
    reader = grammar(tmp_path, f'[maker.tulip]\nname = "Tulip"\n{text}')
    (meaning,) = reader.read([Code("GB0123456789")]).meanings
    assert meaning.maker == "Tulip"


def test_a_shipped_rule_is_replaced_only_by_an_override(tmp_path):
    text = GOOD.replace('maker.geo.serial."GB form"', 'maker.geo.serial."any"')
    assert "override = true" in faults(text)[0]
    reader = grammar(tmp_path, text + "override = true\n")
    assert [rule.pattern.pattern for rule in reader.rules if rule.id == "geo.any"] == ["GB[0-9]{10}"]
    assert "replaces no rule" in faults(GOOD + "override = true\n")[0]


def test_a_shipped_rule_is_left_out_with_a_source():
    text = (
        '[maker.apple.serial."12 characters"]\ndrop = true\nsource = "no such laptops here"\nstanding = "published"\n'
    )
    assert "apple.12 characters" not in {rule.id for rule in own(text)}
    assert len(own(text)) == len(SHIPPED_RULES) - 1
    assert "source" in faults(text.replace('source = "no such laptops here"\n', ""))[0]
    assert "drop" in faults(text + 'pattern = "X"\n')[0]
    assert "replaces no rule" in faults(text.replace("12 characters", "13 characters"))[0]


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (('form = "structured"', 'form = "strucured"'), 4, "use structured"),
        (('form = "structured"', ""), 2, "form: is missing"),
        (('form = "structured"', 'form = "structured"\nstrenght = 1'), 5, "not a field"),
        (('form = "structured"', 'form = "structured"\ncompanion = "ESC"'), 5, "companion"),
        (('standing = "inferred"', 'standing = "sure"'), 7, "standing"),
        (('source = "labels of the first delivery"', 'source = " "'), 6, "source"),
        (('examples = ["GB0123456789"]', "examples = []"), 5, "list of texts"),
        (('examples = ["GB0123456789"]', "examples = [1]"), 5, "list of texts"),
        (('examples = ["GB0123456789"]', 'examples = ["GB012345678"]'), 5, "does not fit the example GB012345678"),
        (("GB[0-9]{10}", "[0-9"), 3, "class"),
        (("GB[0-9]{10}", "(a+)+b"), 3, "run for ever"),
        (("GB[0-9]{10}", "(.*)*(.*)*x"), 3, "run for ever"),
        (("GB[0-9]{10}", "(?=a)b"), 3, "(?"),
        (("GB[0-9]{10}", "(?P<serial>GB[0-9]{10})"), 3, "names a group"),
        (("GB[0-9]{10}", "(?P<owner>GB[0-9]{10})"), 3, "owner"),
        (("GB[0-9]{10}", "(?P<part>GB)(?P<part>[0-9]{10})"), 3, "twice"),
        (("GB[0-9]{10}", "GB[0-9]{10}(?P<serial"), 3, "(?"),
        (('pattern = "GB[0-9]{10}"', "pattern = 5"), 3, "pattern"),
        (('form = "structured"', 'form = "template"'), 3, "no group serial"),
        (('form = "structured"', 'form = "structured"\nsymbologies = ["Code 129"]'), 5, "use Code 128"),
        (('form = "structured"', 'form = "structured"\noverride = "yes"'), 5, "true or false"),
        (("maker.geo", "maker.GEO"), 2, "not a maker's id"),
        (("maker.geo", "makers.geo"), 2, "use maker"),
        (("maker.geo.serial", "maker.geo.serials"), 2, "use serial"),
        (('"GB form"', '" "'), 2, "not a rule's name"),
        (("form =", "form = ="), 4, "not TOML"),
    ],
)
def test_each_fault_is_told_with_its_line_and_what_to_do(change, line, says):
    text = GOOD.replace(*change)
    assert text != GOOD
    told = faults(text)
    assert any(one.startswith(f"own.toml:{line}: ") and says in one for one in told), told


def test_all_faults_of_a_file_are_told_at_once():
    assert len(faults(GOOD.replace("structured", "x") + GOOD.replace("GB form", "other").replace("inferred", "y"))) == 2


def test_a_key_that_is_written_twice_is_told_with_both_lines():
    (told,) = faults(GOOD + 'form = "plain"\n')
    assert told.startswith("own.toml:8: ")
    assert "line 4" in told


@pytest.mark.parametrize(
    "text",
    [
        "maker = 1",
        "[maker]\ngeo = 1",
        "[maker.geo]\nserial = 1",
        "[maker.geo.serial]\nx = 1",
        "[other]\nx = 1",
        "other = []",
        "a = " + "[" * 5000,
        "a" + ".a" * 100 + " = 1",
        "a = " + "9" * 5000,
        "a = '\ud800'",
        "x" * (LARGEST_FILE + 1),
    ],
)
def test_what_is_no_makers_file_is_told(text):
    assert faults(text)


def test_too_many_rules_are_refused():
    rules = "".join(GOOD.replace("GB form", f"form {number}") for number in range(MOST_RULES + 1))
    assert str(MOST_RULES) in faults(rules)[0]


def test_an_empty_file_changes_nothing():
    assert own("# nothing yet\n") == SHIPPED_RULES


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path):
    with pytest.raises(GrammarError, match="cannot be read"):
        Grammar.load(tmp_path / "nothing.toml")
    with pytest.raises(GrammarError, match="cannot be read"):
        Grammar.load(Path("a\0b"))
    with pytest.raises(GrammarError, match="cannot be read"):
        Grammar.load(tmp_path)
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"# one\n# \xe9\n")
    with pytest.raises(GrammarError, match=r"latin\.toml:2: file: is not UTF-8"):
        Grammar.load(latin)
    mark = tmp_path / "mark.toml"
    mark.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert serial(Grammar.load(mark), "GB0123456789") == "GB0123456789"


@pytest.mark.timeout(60)
def test_a_pipe_or_a_device_is_no_makers_file_and_waited_for_by_nobody(tmp_path):
    os.mkfifo(tmp_path / "grammar.toml")
    for path in (tmp_path / "grammar.toml", Path("/dev/zero")):
        with pytest.raises(GrammarError, match="pipe or a device"):
            Grammar.load(path)


@pytest.mark.timeout(30)
def test_an_accepted_pattern_ends_on_the_longest_text(tmp_path):
    # As much as `specs.patterns` lets through: three free repeats.
    text = GOOD.replace("GB[0-9]{10}", "[0-9A-Z]*[0-9A-Z]*[0-9A-Z]*X").replace("GB0123456789", "GBX123X")
    text = text.replace("GBX123X", "GB123X")
    reader = grammar(tmp_path, text)
    assert serial(reader, "G" * 32) == "G" * 32
    assert serial(reader, "G" * 4096) == ""


LINES = st.sampled_from(
    [
        *GOOD.splitlines(),
        *(
            "[other.x]",
            "[[maker.geo]]",
            "[maker]",
            "drop = true",
            "override = true",
            "examples = [",
            "]",
            '"""',
            "a.b.c = {",
        ),
        *('means = "asset tag"', 'pattern = "(?P<serial>S)"', 'form = "template"', 'symbologies = ["QR"]'),
    ]
)


def outcome(text: str, shipped: tuple[MakerRule, ...] | None) -> tuple[tuple[MakerRule, ...], tuple[Fault, ...]]:
    """The rules of a text, or its faults."""
    try:
        return parse_makers(text, "own.toml", shipped), ()
    except GrammarError as error:
        return (), error.faults


@given(st.lists(st.one_of(LINES, st.text(max_size=20)), max_size=20).map("\n".join))
def test_no_text_does_more_than_tell_its_faults(text):
    rules, faults = outcome(text, SHIPPED_RULES)
    assert bool(rules) != bool(faults)
    for fault in faults:
        assert 0 <= fault.line <= text.count("\n") + 1
        assert str(fault).isprintable()


@settings(max_examples=60)
@given(st.integers(0, len(SHIPPED) - 1), st.sampled_from(["", "x", '"', "[", "]", "=", "\n", "#", "{9}", "*", "\x00"]))
def test_a_damaged_shipped_file_is_read_or_told(at, put):
    rules, faults = outcome(SHIPPED[:at] + put + SHIPPED[at + 1 :], None)
    assert bool(rules) != bool(faults)
