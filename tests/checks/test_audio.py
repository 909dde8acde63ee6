"""Sound: no card is a fault, and what was not read is unknown in its own way."""

from __future__ import annotations

import pytest

from checks.catalogue import CATALOGUE
from specs.facts import Audio, Facts, Unknown, known
from tests.checks.families import value


def test_no_sound_card_is_a_text_that_no_profile_allows():
    assert value("audio.cards", Facts(audio=Audio(cards=known(())))) == "no sound card"


def test_the_cards_are_named_in_one_order():
    one, other = (Facts(audio=Audio(cards=known(cards))) for cards in (("USB", "HDA"), ("HDA", "USB")))
    assert value("audio.cards", one) == value("audio.cards", other) == ("HDA", "USB")


def test_no_output_and_no_microphone_are_counts_of_nothing():
    silent = Facts(audio=Audio(playback=known(0), capture=known(0)))
    assert value("audio.playback", silent) == value("audio.capture", silent) == 0


@pytest.mark.parametrize("leaf", ["cards", "playback", "capture"])
@pytest.mark.parametrize("problem", ["absent", "not_collected", "unreadable"])
def test_what_was_not_read_is_unknown_in_its_own_way(leaf: str, problem: str):
    why = Unknown("for a reason", ("sound",), problem)
    assert CATALOGUE[f"audio.{leaf}"].reading(Facts(audio=Audio(**{leaf: why}))) is why
