import pytest

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
        assert value_of(got.life_used) == max(bands) * 10, name
        assert value_of(got.pre_eol) == facts["pre_eol_text"].lower(), name


def test_other_bytes_are_refused():
    with pytest.raises(EvidenceError):
        read_emmc(b"life is long", "emmc-mmcblk0")
