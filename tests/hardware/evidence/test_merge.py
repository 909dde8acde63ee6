from typing import Any

import pytest

from hardware.evidence.merge import prefer, spread
from specs.facts import Facts, Firmware, Identity, Known, Unknown, known, walk

ABSENT = Unknown("blank", ("a",), "absent")
UNREADABLE = Unknown("needs root", ("b",), "unreadable")
NOT_COLLECTED = Unknown("not there")


def test_something_known_wins_over_any_better_source_that_does_not_know():
    for why in (ABSENT, UNREADABLE, NOT_COLLECTED):
        merged = prefer(Identity(serial=why), Identity(serial=known("EX12345678", "dmi")))
        assert merged.serial == Known("EX12345678", ("dmi",))


def test_of_two_known_values_the_better_source_wins():
    assert prefer(Identity(serial=known("A")), Identity(serial=known("B"))).serial == Known("A")


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (NOT_COLLECTED, UNREADABLE, UNREADABLE),
        (UNREADABLE, ABSENT, ABSENT),
        (ABSENT, UNREADABLE, ABSENT),
        (UNREADABLE, NOT_COLLECTED, UNREADABLE),
    ],
)
def test_of_two_reasons_the_one_that_was_looked_at_is_kept(first, second, kept):
    assert prefer(Identity(serial=first), Identity(serial=second)).serial == kept


@pytest.mark.parametrize("leaf", ["admin_password", "power_on_password"])
@pytest.mark.parametrize(("first", "second"), [(UNREADABLE, ABSENT), (ABSENT, UNREADABLE)])
def test_a_source_that_does_not_say_never_hides_that_a_password_could_not_be_looked_for(leaf, first, second):
    merged = prefer(Firmware(**{leaf: first}), Firmware(**{leaf: second}))
    assert getattr(merged, leaf) == UNREADABLE
    said: dict[str, Any] = {leaf: known(False)}
    assert getattr(prefer(merged, Firmware(**said)), leaf) == known(False)


def test_a_reason_is_spread_over_the_leaves_named_and_no_others():
    facts = spread(("tpm", "memory.visible_bytes", "storage"), UNREADABLE)
    touched = {path for path, fact in walk(facts) if fact == UNREADABLE}
    assert touched == {"tpm.present", "tpm.version", "tpm.manufacturer", "memory.visible_bytes", "storage"}
    assert prefer(Facts(), facts).storage == UNREADABLE
