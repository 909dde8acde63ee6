"""Disputes: what two accounts differ about may fail a laptop and never passes it."""

from __future__ import annotations

import pytest

from checks.check import Measured
from checks.disputes import disputed, disputed_part, doubted
from specs.facts import Claim, Disagreement, Facts, Unknown, known


def differ(*paths: str) -> Facts:
    claims = (Claim("1", ("one",)), Claim("2", ("two",)))
    return Facts(disagreements=known(tuple(Disagreement(path, claims) for path in paths)))


def test_a_dispute_tells_both_accounts_and_their_evidence():
    doubt = disputed(differ("identity.uuid", "firmware.date"), "firmware.date")
    assert doubt == Unknown("two accounts of firmware.date differ: 1 (one), 2 (two)", ("one", "two"), "absent")


@pytest.mark.parametrize("facts", [Facts(), Facts(disagreements=known(())), differ("firmware.version")])
def test_where_nothing_differs_there_is_no_doubt(facts: Facts):
    assert disputed(facts, "firmware.date") is None
    assert disputed_part(facts, "storage", ("bytes",)) is None


def test_a_part_is_found_by_its_leaf_whatever_it_is_called():
    for name in ("sda", "Disk 0", "PCI.0.1"):
        assert disputed_part(differ(f"storage.{name}.health.pending"), "storage", ("health.pending",)) is not None
    assert disputed_part(differ("storage.sda.health.pending"), "storage", ("pending.x", "bytes")) is None
    assert disputed_part(differ("battery.sda.bytes"), "storage", ("bytes",)) is None


def test_a_part_set_apart_puts_nothing_in_doubt():
    facts = differ("storage.sda.bytes")
    assert disputed_part(facts, "storage", ("bytes",), apart=("sdb",)) is not None
    assert disputed_part(facts, "storage", ("bytes",), apart=("sda",)) is None


def test_a_doubt_leaves_the_value_and_the_gravest_reason():
    absent, locked = Unknown("differ", (), "absent"), Unknown("locked", (), "unreadable")
    assert doubted(Measured(1), None) == Measured(1)
    assert doubted(Measured(1), absent, None) == Measured(1, unread=absent)
    assert doubted(Measured(1, unread=locked), absent) == Measured(1, unread=locked)
    assert doubted(locked, absent) is locked
