import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.disks.emmc import read_emmc
from hardware.evidence.errors import EvidenceError
from tests.hardware.evidence.support import value_of

BLOCK = {"/sys/block/mmcblk0/size": "61071360", "/sys/block/mmcblk0/device/type": "MMC"}


def health(read, **files):
    tree = {f"/sys/block/mmcblk0/device/{file}": value for file, value in files.items()}
    (disk,) = value_of(read({"block": BLOCK, "emmc-mmcblk0": tree}).facts.storage)
    return disk.health


@pytest.mark.parametrize(
    ("life", "per_cent"),
    [("0x01 0x02", 20), ("0x02 0x01\n", 20), ("0x00 0x01", 10), ("0x0b 0x01", 110), ("0x0a 0x0a", 100)],
)
def test_the_worse_band_counts_by_its_upper_end(read, life, per_cent):
    assert value_of(health(read, life_time=life).life_used) == per_cent


@pytest.mark.parametrize("life", ["0x00 0x00", "", "0x0c 0xff", "new", "1" * 5000])
def test_a_life_that_is_not_estimated_is_unknown(read, life):
    assert value_of(health(read, life_time=life).life_used) is None


@pytest.mark.parametrize(
    ("state", "word"), [("0x01", "normal"), ("0x02", "warning"), ("0x03\n", "urgent"), ("0x00", None), ("0x04", None)]
)
def test_the_end_of_life_state_is_its_jedec_word(read, state, word):
    assert value_of(health(read, pre_eol_info=state).pre_eol) == word


def test_an_emmc_needs_no_smart(read):
    assert health(read, life_time="0x01 0x01").assessment.problem == "absent"


def test_the_captures_of_mmc_utils_are_right(entries):
    for name, data, facts in entries("emmc"):
        got = read_emmc(data, "emmc-mmcblk0")
        bands = [int(str(facts[key]), 0) for key in ("life_time_a", "life_time_b")]
        assert [value_of(got.life_time_a), value_of(got.life_time_b)] == bands, name
        assert value_of(got.life_used) == max(bands) * 10, name
        assert value_of(got.pre_eol) == facts["pre_eol_text"].lower(), name


def test_other_bytes_are_refused():
    with pytest.raises(EvidenceError):
        read_emmc(b"life is long", "emmc-mmcblk0")


def seen(data):
    got = read_emmc(data, "emmc-mmcblk0")
    return [value_of(fact) for fact in (got.life_time_a, got.life_time_b, got.life_used, got.pre_eol)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0x01 0x0b\n", [1, 11, 110, None]),
        ("0x03 0x02\n0x02\n", [3, 2, 30, "warning"]),
        ("life_time: 0x01 0X0A\npre_eol_info: 0x01\n", [1, 10, 100, "normal"]),
        ("/sys/block/mmcblk0/device/life_time:0x04 0x00\n", [4, None, 40, None]),
        ("eMMC Life Time Estimation A [EXT_CSD_DEVICE_LIFE_TIME_EST_TYP_A]: 0x0B\n", [11, None, 110, None]),
        ("eMMC Life Time Estimation A: 2\neMMC Life Time Estimation B: 10\neMMC Pre EOL information: 3\n",
         [2, 10, 100, "urgent"]),
        ("Device life time estimation type B [DEVICE_LIFE_TIME_EST_TYP_B: 0x02]\n"
         " i.e. 10% - 20% device life time used\n"
         "Device life time estimation type A [DEVICE_LIFE_TIME_EST_TYP_A: 0x01]\n"
         "Pre EOL information [PRE_EOL_INFO: 0x01]\n", [1, 2, 20, "normal"]),
        ("[EXT_CSD_DEVICE_LIFE_TIME_EST_TYP_A]: 0x0c\n[EXT_CSD_PRE_EOL_INFO]: 0x00\n", [None, None, None, None]),
    ],
)  # fmt: skip
def test_the_wordings_of_mmc_utils_and_of_the_two_attributes(text, expected):
    assert seen(text.encode()) == expected


def test_the_bands_in_a_tree_are_the_disks_own():
    tree = """{"/sys/block/mmcblk1/device/life_time": "0x0b 0x0b", "/sys/block/mmcblk0/device/life_time": "0x01 0x02",
               "/sys/block/mmcblk0/device/pre_eol_info": "0x01"}"""
    assert seen(tree.encode()) == [1, 2, 20, "normal"]
    with pytest.raises(EvidenceError, match="several"):
        read_emmc(tree.encode(), "emmc-mmcblk9")


def test_two_different_reports_are_refused():
    line = "eMMC Life Time Estimation A [EXT_CSD_DEVICE_LIFE_TIME_EST_TYP_A]: 0x0{}\n"
    assert seen((line.format(2) * 2).encode())[0] == 2
    with pytest.raises(EvidenceError, match="several"):
        seen((line.format(2) + line.format(3)).encode())


SEEDS = [b"0x01 0x02\n", b"[EXT_CSD_DEVICE_LIFE_TIME_EST_TYP_A]: 0x02\nPRE_EOL_INFO: 1", b'{"/sys": "1"}']


@given(st.sampled_from(SEEDS), st.integers(0, 60), st.binary(max_size=12))
def test_spoilt_bytes_are_read_or_refused(seed, start, noise):
    try:
        got = seen(seed[:start] + noise + seed[start:])
    except EvidenceError:
        return
    assert got[0] is None or 1 <= got[0] <= 11
