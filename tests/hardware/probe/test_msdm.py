"""The product key never leaves the laptop."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.probe.msdm import mask
from tests.hardware.probe import laptop_tree

KEYS = st.from_regex(re.compile(r"(?:[A-Z0-9]{5}-){4}[A-Z0-9]{5}", re.ASCII), fullmatch=True)


def test_the_last_five_characters_remain(capture, laptop):
    data = capture("--root", laptop).items["msdm"].data
    assert data.endswith(b"XXXXX-XXXXX-XXXXX-XXXXX-C6YG8")
    assert len(data) == 85
    assert data[:4] == b"MSDM"


def test_the_key_is_nowhere_in_what_leaves_the_laptop(capture, laptop, run_probe):
    capture("--root", laptop)
    stream = run_probe("--root", laptop, "--stream").stdout
    for part in laptop_tree.KEY.split("-")[:4]:
        assert part.encode() not in laptop_tree.all_bytes(laptop.parent / "capture.zip")
        assert part.encode() not in stream


@pytest.mark.parametrize(
    "table",
    [
        laptop_tree.msdm(extra=laptop_tree.KEY.encode()),
        laptop_tree.msdm(extra=b"\0"),
        laptop_tree.msdm(b"QN3RT7XVB2KD9PWM4HJFC6YG8QQQQ"),
        laptop_tree.msdm(b"qn3rt-7XVB2-kd9pw-m4hjf-c6yg8"),
        laptop_tree.msdm()[:-1],
        b"",
    ],
)
def test_a_table_of_another_shape_is_not_shipped(capture, laptop, table):
    (laptop / "sys/firmware/acpi/tables/MSDM").write_bytes(table)
    item = capture("--root", laptop).items["msdm"]
    assert item.data == b""
    assert (item.meta.error or "").startswith("not shipped: /sys/firmware/acpi/tables/MSDM")
    assert b"7XVB2" not in laptop_tree.all_bytes(laptop.parent / "capture.zip")


@given(KEYS, st.binary(max_size=60))
def test_never_more_than_five_characters_of_a_key(key, extra):
    for table in (laptop_tree.msdm(key.encode()), laptop_tree.msdm(key.encode(), extra), key.encode() + extra):
        masked = mask(table)
        if masked is not None:
            assert key.encode() not in masked
            assert masked[-29:] == b"XXXXX-XXXXX-XXXXX-XXXXX-" + key[-5:].encode()


@given(st.binary(max_size=120))
def test_noise_is_never_shipped(noise):
    assert mask(noise) is None
