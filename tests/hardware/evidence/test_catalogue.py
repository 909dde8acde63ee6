import pytest

from hardware.evidence.catalogue import EXACT, PREFIXES, known_item, source_of
from hardware.evidence.merge import spread
from specs.facts import Unknown, walk


@pytest.mark.parametrize("item", ["smbios", "smart-nvme0n1", "edid-HDMI-A-1", "exercise-memory", "firmware-attributes"])
def test_items_of_the_design_are_known(item):
    assert known_item(item)


@pytest.mark.parametrize("item", ["", "README", "smart-", "edid", "smbios.bin", "SMBIOS"])
def test_other_files_are_not_evidence(item):
    assert not known_item(item)


def test_every_item_feeds_facts_that_exist():
    why = Unknown("x")
    for source in (*EXACT, *PREFIXES):
        touched = sum(fact is why for _, fact in walk(spread(source.feeds, why)))
        assert touched >= len(source.feeds)
        assert source.title


def test_an_item_is_described():
    source = source_of("smart-sda")
    assert source is not None
    assert "smartctl" in source.title
