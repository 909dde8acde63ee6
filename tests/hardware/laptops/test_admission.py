"""The bench's door in a flood: bounded in all, and no callers, one or many, keep out the others."""

from hypothesis import given
from hypothesis import strategies as st

from hardware.laptops.admission import (
    A_SECOND,
    BURST,
    MOST_ADDRESSES,
    MOST_AT_ONCE,
    MOST_KNOWN,
    MOST_OF_ONE,
    MOST_UNKNOWN,
    Admission,
)


class Door:
    """The door, and who is inside as its user sees it."""

    def __init__(self):
        self.admission = Admission()
        self.inside = []
        self.put_out = []

    def enter(self, address, now=0.0):
        def put_out():
            self.inside.remove((address, knocks[0]))
            self.put_out.append((address, knocks[0]))

        knocks = []
        knock = self.admission.enter(address, now, put_out)
        if knock is not None:
            knocks.append(knock)
            self.inside.append((address, knock))
        return knock

    def leave(self, number=-1):
        self.admission.leave(self.inside.pop(number)[1])

    def held(self, address):
        return sum(one == address for one, _ in self.inside)

    def knows(self, address, now=0.0):
        knock = self.enter(address, now)
        self.admission.know(knock)
        self.leave()


def test_one_address_has_a_share_and_the_others_the_rest():
    door = Door()
    assert sum(door.enter("10.0.0.1") is not None for _ in range(1000)) == MOST_OF_ONE
    assert door.enter("10.0.0.2")
    assert not door.put_out


def test_who_comes_and_goes_is_slowed_down_and_not_kept_out():
    door, taken = Door(), 0
    for tenth in range(1000):
        if door.enter("10.0.0.1", tenth / 10):
            taken += 1
            door.leave()
    assert BURST + 95 * A_SECOND <= taken <= BURST + 100 * A_SECOND


def test_all_addresses_of_one_ipv6_network_are_one_caller():
    door = Door()
    assert sum(door.enter(f"fd00::{number:x}") is not None for number in range(100)) == MOST_OF_ONE
    assert door.enter("fd00:1::1%eth0")


def test_callers_that_hold_every_place_keep_nobody_out():
    door = Door()
    for address in ("10.0.0.1", "10.0.0.2", "10.0.0.3"):
        for _ in range(MOST_OF_ONE):
            door.enter(address)
    assert len(door.inside) == MOST_UNKNOWN
    for number in range(8):
        assert door.enter(f"10.0.1.{number}")
    assert {address for address, _ in door.put_out} == {"10.0.0.1", "10.0.0.2", "10.0.0.3"}
    assert all(door.held(f"10.0.1.{number}") == 1 for number in range(8))


def test_the_oldest_that_has_said_nothing_gives_way_first():
    door = Door()
    first, second, *_ = (door.enter("10.0.0.1") for _ in range(MOST_OF_ONE))
    for _ in range(MOST_UNKNOWN - MOST_OF_ONE):
        door.enter("10.0.0.2")
    first.spoke = True
    assert door.enter("10.0.0.3")
    assert [knock for _, knock in door.put_out] == [second]
    door.admission.leave(second)  # it finds out later
    assert len(door.inside) == MOST_UNKNOWN


def test_where_all_hold_one_each_the_next_still_gets_in():
    door = Door()
    for number in range(200):
        assert door.enter(f"10.0.1.{number}")
    assert len(door.inside) == MOST_UNKNOWN


def test_addresses_that_a_laptop_has_come_from_have_places_that_no_stranger_takes():
    door = Door()
    known = [f"10.0.0.{number}" for number in range(MOST_AT_ONCE - MOST_UNKNOWN)]
    for address in known:
        door.knows(address)
    for number in range(200):
        door.enter(f"10.0.1.{number}")
    strangers = len(door.put_out)
    for address in known:
        assert door.enter(address)
    assert len(door.put_out) == strangers
    for number in range(200):
        door.enter(f"10.0.2.{number}")
    assert all(door.held(address) == 1 for address in known)


CALLERS = st.lists(
    st.tuples(st.integers(0, 3000), st.sampled_from(["knock", "leave", "know"]), st.floats(0, 10)), max_size=300
)


@given(CALLERS)
def test_never_more_at_once_than_there_may_be(callers):
    door, now = Door(), 0.0
    for number, does, later in callers:
        now += later
        if does == "leave" and door.inside:
            door.leave()
        elif does == "know" and door.inside:
            door.admission.know(door.inside[number % len(door.inside)][1])
        else:
            # Half of them from a few addresses, so that shares are reached too.
            address = f"10.0.0.{number % 3}" if number % 2 else f"10.1.{number // 256}.{number % 256}"
            door.enter(address, now)
        assert len(door.inside) <= MOST_AT_ONCE
        assert all(door.held(one) <= MOST_OF_ONE for one, _ in door.inside)


def test_a_flood_from_everywhere_is_forgotten_again():
    door = Door()
    for number in range(4 * MOST_ADDRESSES):
        door.knows(f"10.{number // 65536}.{number // 256 % 256}.{number % 256}")
    assert len(door.admission._paces) <= MOST_ADDRESSES
    assert len(door.admission._known) <= MOST_KNOWN
