"""Which slot a label belongs to: the laptop that says so wins, nothing is ever guessed, and two labels take no slot."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.bench import wording
from station.bench.claiming import Claim, Claimed, Conflict, Due, Refuse, Standing, Wait, Waiting, claim, due

SERIALS = ("PF1A2B3C", "PF9Z9Z9Z", "5CG1234XYZ")


def free(number: int, says: str = "", **more: object) -> Standing:
    return msgspec.structs.replace(Standing(number, free=True, says=says), **more)


def standings() -> st.SearchStrategy[list[Standing]]:
    slots = st.lists(
        st.builds(
            Standing,
            number=st.integers(1, 16),
            free=st.booleans(),
            asked=st.booleans(),
            says=st.sampled_from(("", *SERIALS, SERIALS[0].lower())),
            busy=st.booleans(),
            comes=st.booleans(),
            leaves=st.booleans(),
            stopped=st.booleans(),
            tested=st.booleans(),
            verdict=st.booleans(),
            finished=st.floats(0, 100),
            blocked=st.sampled_from(("", "", "Slot is blocked.")),
        ),
        max_size=16,
        unique_by=lambda one: one.number,
    )
    return slots.map(lambda found: [_possible(one) for one in found])


def _possible(one: Standing) -> Standing:
    """No slot is free and busy; who is still asked has said nothing."""
    busy = one.busy and not one.free
    asked = one.asked and one.free
    return msgspec.structs.replace(
        one, busy=busy, asked=asked, says="" if asked else one.says, comes=one.comes and not one.free and not busy
    )


# What wins


def test_the_laptop_that_says_the_same_serial_wins_wherever_slot_n_pointed() -> None:
    slots = [free(1), free(2, "pf1a2b3c"), free(3)]
    assert claim("PF1A2B3C", slots) == Claim(2)
    assert claim("PF1A2B3C", slots, promised=3) == Claim(2)


def test_two_laptops_that_say_the_same_serial_are_named_and_neither_is_taken() -> None:
    claimed = claim("PF1A2B3C", [free(1, "PF1A2B3C"), free(2), free(3, "PF1A2B3C")])
    assert claimed == Refuse(wording.two_say("PF1A2B3C", [1, 3]))


@pytest.mark.parametrize(
    ("slot", "expected"),
    [
        (free(2), Claim(2)),
        (free(2, asked=True), Wait(asking=True)),
        (free(2, "PF9Z9Z9Z"), Conflict(2)),
        (Standing(2, comes=True), Wait()),
        (Standing(2, busy=True), Refuse(wording.slot_busy(2))),
        (Standing(2), Refuse(wording.no_laptop_in(2))),
        (free(2, blocked="Blocked."), Refuse("Blocked.", 2)),
    ],
)
def test_slot_n_names_the_slot(slot: Standing, expected: Claimed) -> None:
    assert claim("PF1A2B3C", [free(1), slot], promised=2) == expected


def test_a_label_waits_while_any_laptop_may_still_say_its_serial() -> None:
    assert claim("PF1A2B3C", [free(1), free(2, asked=True)]) == Wait(asking=True)
    assert claim("PF1A2B3C", [free(1), free(2, asked=True, blocked="Blocked.")]) == Wait(asking=True)


def test_of_laptops_that_say_nothing_the_one_longest_without_a_verdict_to_read_is_taken() -> None:
    unused, older, newer = free(3), free(2, verdict=True, finished=5.0), free(1, verdict=True, finished=9.0)
    assert claim("PF1A2B3C", [newer, older, unused]) == Claim(3)
    assert claim("PF1A2B3C", [newer, older]) == Claim(2)
    assert claim("PF1A2B3C", [newer, free(4, stopped=True)]) == Claim(1)


def test_a_label_waits_for_a_laptop_that_may_come() -> None:
    other = free(1, "PF9Z9Z9Z")
    assert claim("PF1A2B3C", [other, Standing(2, comes=True)]) == Wait()
    assert claim("PF1A2B3C", [msgspec.structs.replace(other, leaves=True)]) == Wait()


def test_the_only_laptop_that_it_can_be_contradicts_its_label() -> None:
    assert claim("PF1A2B3C", [free(1, "PF9Z9Z9Z"), Standing(2, busy=True)]) == Conflict(1)


def test_of_several_laptops_that_all_say_another_serial_slot_n_names_the_one() -> None:
    slots = [free(1, "PF9Z9Z9Z"), free(2, "5CG1234XYZ")]
    assert claim("PF1A2B3C", slots) == Refuse(wording.which_slot("PF1A2B3C", [1, 2]))


def test_where_nothing_is_free_and_nothing_can_come_the_bench_is_busy() -> None:
    assert claim("PF1A2B3C", [Standing(1, busy=True), Standing(2, busy=True)]) == Refuse(wording.busy("PF1A2B3C", 2))
    assert claim("PF1A2B3C", [Standing(1)]) == Refuse(wording.NO_LAPTOP)
    assert claim("PF1A2B3C", []) == Refuse(wording.NO_LAPTOP)


def test_a_blocked_slot_takes_golden_laptops_alone_and_says_why() -> None:
    blocked = free(1, blocked="Slot 1: scan the golden laptop first.")
    assert claim("PF1A2B3C", [blocked]) == Refuse(blocked.blocked)
    assert claim("PF1A2B3C", [blocked], anywhere=True) == Claim(1)
    assert claim("PF1A2B3C", [blocked, free(2)]) == Claim(2)
    says = msgspec.structs.replace(blocked, says="PF1A2B3C")
    assert claim("PF1A2B3C", [says, free(2)]) == Refuse(blocked.blocked, 1)
    assert claim("PF1A2B3C", [says, free(2)], anywhere=True) == Claim(1)
    assert claim("PF1A2B3C", [Standing(1, comes=True, blocked="Blocked.")]) == Refuse("Blocked.")


# Never and always


@given(standings(), st.sampled_from(SERIALS), st.integers(0, 16), st.booleans())
def test_no_label_ever_takes_a_laptop_that_says_another_serial(
    slots: list[Standing], serial: str, promised: int, anywhere: bool
) -> None:
    claimed = claim(serial, slots, promised, anywhere=anywhere)
    assert claimed == claim(serial, slots, promised, anywhere=anywhere)
    if isinstance(claimed, Claim):
        [slot] = [one for one in slots if one.number == claimed.slot]
        assert slot.free
        assert not slot.asked
        assert slot.says.casefold() in ("", serial.casefold())
        assert anywhere or not slot.blocked
    if isinstance(claimed, Conflict):
        [slot] = [one for one in slots if one.number == claimed.slot]
        assert slot.free
        assert slot.says
        assert slot.says.casefold() != serial.casefold()
    if isinstance(claimed, Refuse):
        assert claimed.sentence


@given(standings(), st.sampled_from(SERIALS), st.integers(0, 16), st.booleans())
def test_the_order_of_the_slots_makes_no_difference(
    slots: list[Standing], serial: str, promised: int, anywhere: bool
) -> None:
    turned = slots[::-1]
    first, second = (claim(serial, one, promised, anywhere=anywhere) for one in (slots, turned))
    assert type(first) is type(second)
    if isinstance(first, Claim | Conflict):
        assert first == second


@given(standings(), st.lists(st.sampled_from(SERIALS), max_size=6), st.lists(st.integers(0, 4), max_size=6))
def test_two_labels_never_take_one_slot(slots: list[Standing], serials: list[str], promised: list[int]) -> None:
    taken: list[int] = []
    for place, serial in enumerate(serials):
        claimed = claim(serial, slots, promised[place] if place < len(promised) else 0)
        if isinstance(claimed, Claim):
            assert claimed.slot not in taken
            taken.append(claimed.slot)
            slots = [_begun(one) if one.number == claimed.slot else one for one in slots]


WAITING = st.builds(Waiting, st.sampled_from(SERIALS), st.integers(0, 4), st.booleans(), st.booleans())


@given(standings(), st.lists(WAITING, max_size=6))
def test_labels_that_wait_find_each_slot_once_and_only_their_own_laptops(
    slots: list[Standing], waiting: list[Waiting]
) -> None:
    taken: list[int] = []
    while (found := due(waiting, slots)) is not None:
        one = waiting[found.place]
        if isinstance(found.claimed, Refuse):
            assert one.asking
            waiting = [other for place, other in enumerate(waiting) if place != found.place]
            continue
        number = found.claimed.slot
        slot = next(s for s in slots if s.number == number)
        assert slot.number not in taken
        taken.append(slot.number)
        if isinstance(found.claimed, Claim):
            assert slot.says.casefold() in ("", one.serial.casefold())
            assert slot.says or not slot.tested or one.asking
            if not slot.says and one.promised != slot.number:
                assert sum(1 for other in waiting if other.promised in (0, slot.number)) == 1
            slots = [_begun(s) if s.number == slot.number else s for s in slots]
        else:
            slots = [msgspec.structs.replace(s, stopped=True) if s.number == slot.number else s for s in slots]
        waiting = [other for place, other in enumerate(waiting) if place != found.place]


def _begun(slot: Standing) -> Standing:
    return msgspec.structs.replace(slot, free=False, busy=True)


# Labels that wait


def test_a_laptop_that_says_nothing_takes_a_label_only_where_exactly_one_waits() -> None:
    one, two = Waiting("PF1A2B3C"), Waiting("PF9Z9Z9Z")
    assert due([one], [free(1)]) == Due(0, Claim(1))
    assert due([one, two], [free(1)]) is None
    assert due([one, msgspec.structs.replace(two, promised=1)], [free(1)]) == Due(1, Claim(1))
    assert due([one, msgspec.structs.replace(two, promised=2)], [free(1), Standing(2, comes=True)]) == Due(0, Claim(1))


def test_a_label_that_waits_never_takes_a_silent_laptop_that_was_just_tested() -> None:
    assert due([Waiting("PF1A2B3C")], [free(1, tested=True)]) is None
    assert due([Waiting("PF1A2B3C", promised=1)], [free(1, tested=True)]) is None
    assert due([Waiting("PF1A2B3C")], [free(1, "PF9Z9Z9Z", tested=True)]) is None
    assert due([Waiting("PF1A2B3C")], [free(1, "PF1A2B3C", tested=True)]) == Due(0, Claim(1))


def test_a_label_that_waited_only_for_an_answer_is_then_taken_as_any_label_is() -> None:
    one = Waiting("PF1A2B3C", asking=True)
    assert due([one], [free(1, tested=True)]) == Due(0, Claim(1))
    assert due([one], [free(1, tested=True), free(2, asked=True)]) is None
    slots = [free(1, "PF9Z9Z9Z"), free(2, "5CG1234XYZ")]
    assert due([one], slots) == Due(0, Refuse(wording.which_slot("PF1A2B3C", [1, 2])))


def test_a_laptop_that_says_its_serial_takes_its_own_label_among_several() -> None:
    assert due([Waiting("PF1A2B3C"), Waiting("PF9Z9Z9Z")], [free(1, "PF9Z9Z9Z")]) == Due(1, Claim(1))


def test_a_slot_is_stopped_by_one_label_and_not_by_the_next_that_waits() -> None:
    slot = free(1, "5CG1234XYZ")
    assert due([Waiting("PF1A2B3C")], [slot]) == Due(0, Conflict(1))
    assert due([Waiting("PF1A2B3C")], [msgspec.structs.replace(slot, stopped=True)]) is None
    assert due([Waiting("PF1A2B3C"), Waiting("PF9Z9Z9Z")], [slot]) is None
