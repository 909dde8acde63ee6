"""What `station scan --explain` shows of a label: each code, what it was taken for and why, and which is the serial."""

from __future__ import annotations

from hardware.scanners.grammar.explaining import explain
from hardware.scanners.grammar.grammar import MOST_CODES, Grammar
from hardware.scanners.scanner import Code

GRAMMAR = Grammar.load()


def test_every_code_is_shown_with_its_symbology_its_meaning_and_why():
    codes = [Code("WNPCR5G", "]C0"), Code("ASSET-783405", "]A0"), Code("WNPCR5G;CNBJMNEA#ABA;0133EE831159", "]d1")]
    lines = explain(GRAMMAR.read(codes))
    assert lines[0] == "Code 1 (Code 128, ]C0): WNPCR5G"
    assert lines[1].startswith("  → serial: WNPCR5G. It fits the rules of Dell and Lenovo.")
    assert lines[2] == "Code 2 (Code 39, ]A0): ASSET-783405"
    assert lines[3] == "  · asset tag: ASSET-783405. It fits the rule “asset tag”."
    assert lines[4].startswith("Code 3 (Data Matrix, ]d1): ")
    assert [line.split(":")[0] for line in lines[5:8]] == ["  · serial", "  · part number", "  · MAC address"]
    assert lines[8].startswith("The serial number is WNPCR5G, from code 1.")
    assert len(lines) == 9


def test_where_there_is_none_the_last_line_says_why():
    reading = GRAMMAR.read([Code("5CG7187AYF"), Code("5CG0353FQL")])
    assert explain(reading)[-1] == reading.sentence
    assert explain(GRAMMAR.read([])) == ["No code was read. Scan the code marked S/N."]
    assert len(explain(GRAMMAR.read([Code("A")] * (MOST_CODES + 1)))) == 1


def test_secrets_and_escapes_are_not_shown():
    codes = [
        Code("VK7JG-NPHTM-C97JM-9MPGT-3V66T", "]C0"),
        Code("WIFI:S:school;P:hunter22;;", "]Q1"),
        Code("\x1b[31mred\u202e", "\x1b]0"),
        Code("x" * 50 + " VK7JG-NPHTM-C97JM-9MPGT-3V66T", "]Q1"),
    ]
    shown = "\n".join(explain(GRAMMAR.read(codes)))
    for secret in ("VK7JG", "NPHTM", "hunter22", "\x1b", "\u202e"):
        assert secret not in shown
    assert "3V66T" in shown
