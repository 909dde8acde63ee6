"""A stored bundle as a laptop: what the contract in test_links.py does not say."""

import pytest

from hardware.laptops.link import LinkError
from hardware.laptops.recorded import RecordedBundle
from tests.hardware.laptops.test_links import folder_by_hand, gather, recorded
from tests.hardware.probe import laptop_tree


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 cut"])
async def test_what_is_no_bundle_cannot_be_asked(tmp_path, content):
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(LinkError, match=r"a\.zip"):
        await gather(RecordedBundle(tmp_path / "a.zip"))


async def test_a_bundle_keeps_its_identity_and_a_folder_by_hand_has_none(tmp_path):
    laptop = laptop_tree.build(tmp_path / "laptop")
    started = (await gather(recorded(laptop)))[0]
    assert len(started.bundle_id) == 36
    assert started.captured_at.endswith("Z")
    assert started.probe.name == "intake-probe"
    started = (await gather(folder_by_hand(laptop)))[0]
    assert (started.bundle_id, started.captured_at) == ("", "")
    assert started.expected == ("dmidecode", "edid-eDP-1")


async def test_a_name_with_escapes_in_it_is_clean(tmp_path):
    assert RecordedBundle(tmp_path / "a\x1b[2J.zip").name == "recorded bundle a[2J.zip"
