"""The bench's keys: made once, private, long valid, and only for sticks that were not withdrawn."""

import ssl
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from hardware.laptops.keys import BenchKeys, KeysError, stick_of
from tests.hardware.laptops.places import NOW


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "bench" / "keys"


def test_they_are_made_once_and_are_the_same_ever_after(folder):
    first = BenchKeys.open(folder, "bench 7", NOW).issue_stick("a").ca_pem
    assert BenchKeys.open(folder, "another name", NOW).issue_stick("b").ca_pem == first


def test_nobody_else_can_read_them(folder):
    keys = BenchKeys.open(folder, "bench 7", NOW)
    keys.revoke("s1")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_an_empty_folder_is_as_good_as_none(folder):
    folder.mkdir(parents=True)
    BenchKeys.open(folder, "bench 7", NOW)
    assert [one.name for one in folder.parent.iterdir()] == ["keys"]


def test_two_who_make_them_at_once_have_the_same(folder):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: BenchKeys.open(folder, "bench 7", NOW).issue_stick("a").ca_pem, range(8)))
    assert len(set(made)) == 1
    assert [one.name for one in folder.parent.iterdir()] == ["keys"]


def test_they_are_valid_for_20_years_from_a_date_before_today_and_have_names_to_read(folder):
    stick = BenchKeys.open(folder, "Bench 7, Leeds", NOW).issue_stick("stick-0042")
    for pem in (stick.ca_pem, stick.certificate_pem, (folder / "bench.pem").read_bytes()):
        certificate = x509.load_pem_x509_certificate(pem)
        assert certificate.not_valid_before_utc == datetime(2016, 1, 1, tzinfo=UTC)
        assert certificate.not_valid_after_utc == datetime(2036, 1, 1, tzinfo=UTC)
    names = [x509.load_pem_x509_certificate(pem).subject.rfc4514_string() for pem in stick[:2]]
    assert names == [r"CN=Intake bench authority Bench 7\, Leeds", "CN=Intake stick stick-0042"]


def test_a_stick_is_known_by_its_certificate(folder):
    stick = BenchKeys.open(folder, "bench 7", NOW).issue_stick("stick-0042")
    assert stick_of(ssl.PEM_cert_to_DER_cert(stick.certificate_pem.decode())) == "stick-0042"
    assert stick_of(ssl.PEM_cert_to_DER_cert(stick.ca_pem.decode())) == ""


@given(st.binary(max_size=300))
def test_noise_is_no_certificate_of_a_stick(data):
    assert stick_of(data) == ""


@pytest.mark.parametrize("name", ["", "a b", "x" * 41, "../a", "a\n", "ä"])
def test_a_stick_has_a_plain_name(folder, name):
    keys = BenchKeys.open(folder, "bench 7", NOW)
    for call in (keys.issue_stick, keys.revoke):
        with pytest.raises(KeysError, match="cannot be called"):
            call(name)


def test_a_stick_that_is_revoked_is_so_for_every_process(folder):
    one, other = BenchKeys.open(folder, "bench 7", NOW), BenchKeys.open(folder, "bench 7", NOW)
    assert other.revoked() == frozenset()
    one.revoke("s1")
    one.revoke("s1")
    one.revoke("s2")
    assert other.revoked() == {"s1", "s2"}
    assert (folder / "revoked").read_text() == "s1\ns2\n"


@pytest.mark.parametrize("name", ["ca.pem", "ca.key", "bench.pem", "bench.key"])
@pytest.mark.parametrize("content", [b"", b"no key", None])
def test_damaged_keys_are_told_in_a_sentence_and_left_alone(folder, name, content):
    BenchKeys.open(folder, "bench 7", NOW)
    if content is None:
        other = folder.parent / "other"
        BenchKeys.open(other, "bench 8", NOW)
        content = (other / name).read_bytes()
    (folder / name).write_bytes(content)
    with pytest.raises(KeysError, match="put the folder back from the backup"):
        BenchKeys.open(folder, "bench 7", NOW)
    assert (folder / name).read_bytes() == content


def test_where_they_cannot_be_written_that_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(KeysError, match="cannot be written"):
        BenchKeys.open(tmp_path / "file" / "keys", "bench 7", NOW)


def test_where_they_cannot_be_read_that_is_told(folder):
    BenchKeys.open(folder, "bench 7", NOW)
    # Root may read every file, but no folder as one.
    (folder / "ca.key").unlink()
    (folder / "ca.key").mkdir()
    with pytest.raises(KeysError, match="cannot be read"):
        BenchKeys.open(folder, "bench 7", NOW)
