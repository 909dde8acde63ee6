"""What a supervisor may approve: a profile's claims of a model, word for word, by a document that is filed."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from checks.judge import judge
from checks.verdict import Verdict
from specs.decisions import Approval, Decisions
from station.deciding.approvals import ApprovalAsked, approval_asked
from station.deciding.errors import DecisionRefused
from tests.checks.strategies import GOOD
from tests.station.deciding.samples import LIBRARY, TODAY

ASKED = ApprovalAsked(model="LENOVO 81MA", document="MA-17", by="Anna")


def ask(profile: str = "demo@1", **changes: Any) -> Approval:
    return approval_asked(replace(ASKED, **changes), LIBRARY.get(profile), TODAY)


def refusal(profile: str = "demo@1", **changes: Any) -> str:
    with pytest.raises(DecisionRefused) as refused:
        ask(profile, **changes)
    assert str(refused.value).isprintable()
    return str(refused.value)


def test_all_that_a_model_attests_is_approved_and_nothing_that_the_technician_looks_at():
    made = ask()
    assert made.claims == {"battery.hours": "at least 7 hours", "warranty.months": "at least 12 months"}
    assert (made.model, made.document, made.by, made.until) == ("LENOVO 81MA", "MA-17", "Anna", "")


@pytest.mark.parametrize("name", ["battery.hours", " battery.hours ", "attested.battery.hours"])
def test_one_claim_alone_may_be_approved_by_the_name_of_its_row_or_of_its_finding(name: str):
    assert ask(claims=(name, name)).claims == {"battery.hours": "at least 7 hours"}


def test_an_approval_says_nothing_of_a_claim_that_was_raised_since():
    made = replace(ask(), id="a1", made_at="2021-10-18T09:00:00.000Z")
    for version, verdict in (("1", Verdict.PASS), ("2", Verdict.INCONCLUSIVE)):
        judgement = judge(GOOD, LIBRARY.get(f"demo@{version}"), decisions=Decisions(approvals=(made,)))
        [found] = [one for one in judgement.findings if one.check == "attested.battery.hours"]
        assert found.verdict is verdict


def test_an_unknown_claim_is_refused_with_those_that_there_are():
    sentence = refusal(claims=("battery.hour",))
    assert "did you mean battery.hours?" in sentence
    assert "it has battery.hours, warranty.months" in sentence
    assert refusal(claims=("x",)).endswith("name one of them")


def test_what_the_technician_looks_at_is_approved_by_no_document():
    assert "by the technician on every laptop" in refusal(claims=("keyboard.layout",))


def test_a_profile_without_claims_has_nothing_to_approve():
    assert "bare@1 has no claim" in refusal("bare")


@pytest.mark.parametrize("blank", ["", " ", "\u202e"])
def test_without_model_document_and_owner_there_is_no_approval(blank: str):
    assert "--model" in refusal(model=blank)
    assert "--document" in refusal(document=blank)
    assert "--by" in refusal(by=blank)


def test_a_maker_alone_is_no_model():
    assert "not a whole model" in refusal(model="Dell")


def test_an_end_is_a_day_that_is_not_over_and_may_be_far():
    assert ask(until="2021-10-18").until == "2021-10-18"
    assert ask(until="2031-10-18").until == "2031-10-18"
    assert "over already" in refusal(until="2021-10-17")
    assert "is not a date" in refusal(until="next year")
    assert "is not a date" in refusal(until=" ")
