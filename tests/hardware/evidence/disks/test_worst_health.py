from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.disks.worst_health import worst_health
from specs.facts import DiskHealth, Known, known


def test_the_worst_of_each_sign_is_kept_with_its_own_evidence():
    kind = DiskHealth(assessment=known("passed", "a"), reallocated=known(0, "a"), available_spare=known(100, "a"))
    hard = DiskHealth(assessment=known("failed", "b"), reallocated=known(900, "b"), available_spare=known(3, "b"))
    for order in ([kind, hard], [hard, kind]):
        worst = worst_health(order)
        assert worst.assessment == Known("failed", ("b",))
        assert worst.reallocated == Known(900, ("b",))
        assert worst.available_spare == Known(3, ("b",))


def test_the_worse_state_of_an_emmc_wins_over_the_alphabet():
    states = [DiskHealth(pre_eol=known(state)) for state in ("urgent", "warning", "normal")]
    assert worst_health(states).pre_eol == known("urgent")


@given(st.lists(st.sampled_from(["passed", "failed"]), min_size=1, max_size=5), st.randoms())
def test_one_account_of_failure_is_enough_in_any_order(words, random):
    random.shuffle(words)
    worst = worst_health([DiskHealth(assessment=known(word)) for word in words])
    assert worst.assessment == known("failed" if "failed" in words else "passed")
