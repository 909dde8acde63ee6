import hashlib
import json
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.bundle import make_item, read_bundle, write_bundle
from hardware.evidence.secrets import without_secrets

KEY = "ABCDE-FGHJK-LMNPQ-RSTVW-7EX4M"
MASKED = "XXXXX-XXXXX-XXXXX-XXXXX-7EX4M"
OWNER = "c2VjcmV0IG93bmVyIHNlY3JldA=="
ENCODINGS = ["ascii", "utf-16-le", "utf-16-be"]
GROUP = st.text(alphabet="ABCDEFGHJKLMNPQRSTVWYZ23456789", min_size=5, max_size=6)
ANY_KEY = re.compile(r"(?=((?:[A-Z0-9]{5}-){4})[A-Z0-9]{5})")


def keys_in(data: bytes) -> list[str]:
    text = data.replace(b"\0", b"").decode("latin-1")
    return [match.group(1) for match in ANY_KEY.finditer(text) if match.group(1) != "XXXXX-" * 4]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("item", ["msdm", "windows"])
@given(groups=st.lists(GROUP, min_size=5, max_size=12), around=st.text(alphabet="AZ09- x", max_size=8))
def test_no_product_key_survives_in_an_item_that_is_made(item, encoding, groups, around):
    data = (around + "-".join(groups) + around).encode(encoding)
    made = make_item(item, data)
    assert keys_in(made.data) == []
    assert made.meta.size == len(data)
    assert made.meta.sha256 == hashlib.sha256(made.data).hexdigest()
    assert without_secrets(item, made.data) == made.data


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_last_five_of_a_key_are_kept_and_nothing_else_is_changed(encoding):
    assert make_item("windows", f"a {KEY} z".encode(encoding)).data == f"a {MASKED} z".encode(encoding)
    assert make_item("kernel", KEY.encode(encoding)).data == KEY.encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["OwnerAuth", "ownerauth", "HKLM\\X\\OwnerAuthFull"])
def test_an_owner_authorisation_is_removed_and_the_json_stays_whole(encoding, name):
    tree = {"Get-Tpm": {name: OWNER + '"\\', "TpmPresent": True}, "OwnerAuth": None}
    data = make_item("windows", json.dumps(tree, indent=1).encode(encoding)).data
    assert json.loads(data.decode(encoding)) == {
        "Get-Tpm": {name: "removed", "TpmPresent": True},
        "OwnerAuth": None,
    }
    cut = json.dumps(tree).encode(encoding)
    cut = make_item("windows", cut[: cut.index("IG93".encode(encoding)[-8:])]).data
    assert b"c2Vj" not in cut.replace(b"\0", b"")


def test_no_secret_survives_the_reading_of_a_bundle_that_was_made_by_hand(tmp_path):
    items = {"msdm": f"MSDM {KEY}".encode(), "windows": json.dumps({"OwnerAuth": OWNER, "key": KEY}).encode("utf-16")}
    rows = [
        {"id": name, "file": f"items/{name}", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in items.items()
    ]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("manifest.json", json.dumps({"format": "intake-bundle/1", "items": rows}))
        for name, data in items.items():
            archive.writestr(f"items/{name}", data)
            (tmp_path / "plain").mkdir(exist_ok=True)
            (tmp_path / "plain" / name).write_bytes(data)
    for path in (tmp_path / "a.zip", tmp_path / "plain"):
        bundle = read_bundle(path)
        for item in bundle.items.values():
            assert keys_in(item.data) == []
            assert OWNER.encode() not in item.data.replace(b"\0", b"")
            assert (item.meta.size, item.meta.sha256) == (len(item.data), hashlib.sha256(item.data).hexdigest())
        write_bundle(tmp_path / "b.zip", bundle)
        assert read_bundle(tmp_path / "b.zip").items == bundle.items
