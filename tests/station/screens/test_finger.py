"""A key pressed on purpose, and one on which something lies."""

import pytest

from station.screens.keymap import KEYS, Finger
from station.screens.shown import Act


def meaning(act: Act, *times: float, key: str = "f5") -> bool:
    """Whether the last run of presses acts."""
    finger = Finger()
    for at in times:
        finger.press(key, at)
    return finger.means(key, act)


def test_a_press_means_what_it_says_and_a_bounce_is_one_press():
    assert meaning(Act.PASS, 1.0)
    assert meaning(Act.PASS, 1.0, 1.01)
    assert meaning(Act.PASS, 1.0, 2.0)


@pytest.mark.parametrize("delay", [0.25, 0.5, 0.66])
def test_a_key_that_is_kept_down_means_nothing_more(delay):
    repeats = [1.0 + delay + 0.03 * number for number in range(20)]
    for act in (Act.PASS, Act.FAIL, Act.NEXT, Act.UNDO, Act.HOLD, Act.STOP, Act.LEAVE):
        assert not meaning(act, 1.0, *repeats)
    for act in (Act.PASS, Act.FAIL, Act.NEXT, Act.UNDO):
        assert not meaning(act, 1.0, repeats[0])  # let go after the first repeat


def test_a_second_press_may_follow_soon_where_it_confirms():
    assert meaning(Act.HOLD, 1.0, 1.35)
    assert meaning(Act.STOP, 1.0, 1.35)


def test_paging_goes_on_while_its_key_is_kept_down():
    assert meaning(Act.FORTH, 1.0, 1.5, 1.53, 1.56)


def test_another_key_between_makes_it_a_new_press():
    finger = Finger()
    for key, at in (("f5", 1.0), ("f6", 1.2), ("f5", 1.4)):
        finger.press(key, at)
    assert finger.means("f5", Act.PASS)


def test_a_glove_that_slips_by_one_key_never_gives_the_other_answer():
    order = [KEYS.get(f"f{number}") for number in range(1, 13)]
    asks_first = {Act.HOLD, Act.STOP, Act.LEAVE}
    for answer, other in ((Act.PASS, Act.FAIL), (Act.FAIL, Act.PASS)):
        place = order.index(answer)
        for neighbour in (order[place - 1], order[place + 1]):
            assert neighbour is not other
            assert neighbour in {*asks_first, Act.UNDO}
