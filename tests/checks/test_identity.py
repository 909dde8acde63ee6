"""Identity: who the laptop says it is, and what two sources differ about passes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from checks.catalogue import CATALOGUE
from checks.check import Measured
from checks.verdict import Verdict
from specs.facts import Claim, Disagreement, Facts, Identity, Unknown, known
from specs.limits import Equals, Matches
from tests.checks.families import verdict

SAID = ("sku", "uuid", "board_serial", "asset_tag")


def read(check: str, **identity: Any) -> Any:
    reading = CATALOGUE[check].reading(Facts(identity=Identity(**identity)))
    return reading.value if isinstance(reading, Measured) else None


def test_a_model_needs_both_its_maker_and_its_name():
    assert read("identity.model", manufacturer=known("LENOVO"), product=known("20L8")) == "LENOVO 20L8"
    assert read("identity.model", manufacturer=known("LENOVO")) is None
    assert read("identity.model", product=known("20L8")) is None


@pytest.mark.parametrize("leaf", SAID)
@pytest.mark.parametrize("problem", ["absent", "not_collected", "unreadable"])
def test_what_the_firmware_does_not_say_is_unknown_in_its_own_way(leaf: str, problem: str):
    why = Unknown("for a reason", ("smbios",), problem)
    assert CATALOGUE[f"identity.{leaf}"].reading(Facts(identity=Identity(**{leaf: why}))) is why


@pytest.mark.parametrize("leaf", SAID)
def test_two_accounts_of_one_number_pass_nothing_and_excuse_nothing(leaf: str):
    claims = (Claim("A", ("smbios",)), Claim("B", ("windows",)))
    one = Facts(identity=replace(Identity(), **{leaf: known("A", "smbios")}))
    two = Facts(identity=one.identity, disagreements=known((Disagreement(f"identity.{leaf}", claims),)))
    assert verdict(f"identity.{leaf}", Matches(".+"), one) is Verdict.PASS
    assert verdict(f"identity.{leaf}", Matches(".+"), two) is Verdict.INCONCLUSIVE
    assert verdict(f"identity.{leaf}", Equals("C"), two) is Verdict.FAIL


def test_a_hash_that_nobody_sealed_is_not_taken_for_one():
    assert read("identity.hardware_hash") is None
    assert read("identity.hardware_hash", hardware_hash=known(True, "sealed-autopilot")) is True
