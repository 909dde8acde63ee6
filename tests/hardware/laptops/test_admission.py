"""The bench's door in a flood: bounded in all, and one caller keeps out no other."""

from hypothesis import given
from hypothesis import strategies as st

from hardware.laptops.admission import A_SECOND, BURST, MOST_ADDRESSES, MOST_AT_ONCE, MOST_OF_ONE, Admission


def test_one_address_has_a_share_and_the_others_the_rest():
    door = Admission()
    assert sum(door.enter("10.0.0.1", 0.0) for _ in range(1000)) == MOST_OF_ONE
    assert door.enter("10.0.0.2", 0.0)


def test_who_comes_and_goes_is_slowed_down_and_not_kept_out():
    door, taken = Admission(), 0
    for tenth in range(1000):
        if door.enter("10.0.0.1", tenth / 10):
            taken += 1
            door.leave("10.0.0.1")
    assert BURST + 95 * A_SECOND <= taken <= BURST + 100 * A_SECOND


def test_all_addresses_of_one_ipv6_network_are_one_caller():
    door = Admission()
    assert sum(door.enter(f"fd00::{number:x}", 0.0) for number in range(100)) == MOST_OF_ONE
    assert door.enter("fd00:1::1%eth0", 0.0)


CALLERS = st.lists(st.tuples(st.integers(0, 3000), st.booleans(), st.floats(0, 10)), max_size=300)


@given(CALLERS)
def test_never_more_at_once_than_there_may_be(callers):
    inside: list[str] = []
    door, now = Admission(), 0.0
    for number, leaves, later in callers:
        now += later
        if leaves and inside:
            door.leave(inside.pop())
        elif door.enter(address := f"10.0.{number // 256}.{number % 256}", now):
            inside.append(address)
        assert len(inside) <= MOST_AT_ONCE
        assert all(inside.count(one) <= MOST_OF_ONE for one in set(inside))


def test_a_flood_from_everywhere_is_forgotten_again():
    door = Admission()
    for number in range(4 * MOST_ADDRESSES):
        address = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
        if door.enter(address, 0.0):
            door.leave(address)
    assert len(door._callers) <= MOST_ADDRESSES
