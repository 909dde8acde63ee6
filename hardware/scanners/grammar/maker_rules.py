"""The makers' rules as values, and which of them a text fits. `maker_file` reads them from TOML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import Final

from msgspec import Struct

from hardware.scanners.grammar.meaning import TakenFor
from hardware.scanners.grammar.symbologies import BY_NAME
from specs.profile import Standing

__all__ = ["LONGEST_RULED", "Fit", "Form", "MakerRule", "RuleBook", "Template"]

LONGEST_RULED: Final = 64
"""Characters of a text that a pattern is tried on; twice the longest serial number. Longer ones fit no rule."""


class Form(Enum):
    """How much it tells that a text fits a rule.

    `template`: an identifier stands in the text itself, and the named group `serial` is the serial number.
    `structured`: few other texts have this form. `plain`: a length that other codes have too. `loose`: what may be one,
    where no maker's rule is known.
    """

    TEMPLATE = "template"
    STRUCTURED = "structured"
    PLAIN = "plain"
    LOOSE = "loose"


class MakerRule(Struct, frozen=True):
    """One rule. `means` is SERIAL, or what a text that fits is instead; `own` tells that it is a supervisor's.

    `pattern` must fit the whole text in upper case. `symbologies` are those in which alone the rule holds; empty: all.
    `companion` names the number that proves the serial (`companions`).
    """

    id: str
    name: str
    pattern: re.Pattern[str]
    means: TakenFor
    form: Form
    source: str
    standing: Standing
    maker: str = ""
    symbologies: tuple[str, ...] = ()
    companion: str = ""
    own: bool = False

    def holds_for(self, symbology: str) -> bool:
        """True where the rule may be used on a code of this symbology: one that is not told is none of those named."""
        if not self.symbologies:
            return True
        return any(symbology.startswith(beginning) for name in self.symbologies for beginning in BY_NAME[name])


class Template(Struct, frozen=True):
    """A text that a template took apart."""

    rule: MakerRule
    serial: str
    part: str = ""
    model: str = ""


class Fit(Struct, frozen=True):
    """What the rules say of one text: what it is instead of a serial, or which serials' rules it fits, surest first."""

    instead: MakerRule | None = None
    template: Template | None = None
    serials: tuple[MakerRule, ...] = ()

    @property
    def form(self) -> Form | None:
        """The surest form in which it fits as a serial number."""
        if self.template is not None:
            return Form.TEMPLATE
        return self.serials[0].form if self.serials else None

    @property
    def exact(self) -> bool:
        """True where it fits a rule that is more than loose."""
        return self.form is not None and self.form is not Form.LOOSE

    @property
    def own(self) -> bool:
        """True where it fits a supervisor's rule of serial numbers that is more than loose."""
        return any(rule.own and rule.form is not Form.LOOSE for rule in self.serials)

    @property
    def makers(self) -> tuple[str, ...]:
        """The makers of the surest rules that it fits."""
        if self.template is not None:
            return (self.template.rule.maker,)
        return tuple(dict.fromkeys(rule.maker for rule in self.serials if rule.form is self.form))


_ORDER: Final = tuple(Form)


class RuleBook:
    """All rules in the order in which they are asked. Immutable.

    What is no serial number is asked before what is one, and a supervisor's rules before those that ship; but a
    supervisor's loose rule overrules nothing. A plain rule that ships says nothing of a text of digits alone.
    """

    def __init__(self, rules: Iterable[MakerRule]) -> None:
        rules = tuple(rules)
        self._serials = tuple(rule for rule in rules if rule.means is TakenFor.SERIAL)
        self._instead = tuple(rule for rule in rules if rule.means is not TakenFor.SERIAL)
        self.rules: Final = rules

    def fit(self, text: str, symbology: str) -> Fit:
        """What the rules say of `text` (upper case). Of nothing but ASCII, and not too long; else they say nothing."""
        if not text.isascii() or len(text) > LONGEST_RULED:
            return Fit()
        if (own := _first(self._instead, text, symbology, own=True)) is not None:
            return Fit(instead=own)
        fitting = [
            rule
            for rule in self._serials
            if rule.holds_for(symbology)
            and rule.pattern.fullmatch(text)
            # Seven or eight digits alone are a date or an EAN-8 sooner than a Dell or a Lenovo.
            and (rule.own or rule.form is not Form.PLAIN or not text.isdecimal())
        ]
        fitting.sort(key=lambda rule: (_ORDER.index(rule.form), not rule.own))
        shipped = _first(self._instead, text, symbology, own=False)
        if shipped is not None and not Fit(serials=tuple(fitting)).own:
            return Fit(instead=shipped)
        if fitting and fitting[0].form is Form.TEMPLATE:
            return Fit(template=_taken_apart(fitting[0], text))
        return Fit(serials=tuple(fitting))


def _first(rules: Iterable[MakerRule], text: str, symbology: str, *, own: bool) -> MakerRule | None:
    for rule in rules:
        if rule.own is own and rule.holds_for(symbology) and rule.pattern.fullmatch(text):
            return rule
    return None


def _taken_apart(rule: MakerRule, text: str) -> Template:
    found = rule.pattern.fullmatch(text)
    groups = found.groupdict(default="") if found else {}
    return Template(rule, groups.get("serial", ""), groups.get("part", ""), groups.get("model", ""))
