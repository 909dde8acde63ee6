import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware.evidence.errors import EvidenceError
from hardware.evidence.sealing import (
    AUTOPILOT,
    LARGEST_SECRET,
    SealError,
    key_id,
    make_key,
    open_sealed,
    private_pem,
    public_xml,
    read_private_pem,
    read_public_xml,
    read_sealed,
    seal,
)
from specs.facts import Known, Unknown

KEY, OTHER = make_key(), make_key()
SECRET = b"T0Fxexample+/=" * 300
ENVELOPE = seal(SECRET, KEY.public_key())


@given(st.binary(min_size=1, max_size=9000))
@settings(max_examples=30, deadline=None)
def test_what_is_sealed_opens_with_its_key(data):
    envelope = seal(data, KEY.public_key())
    assert data not in envelope or len(data) < 4
    assert open_sealed(envelope, KEY) == data


def test_an_envelope_says_nothing_of_its_content():
    assert SECRET[:20] not in ENVELOPE
    assert seal(SECRET, KEY.public_key()) != ENVELOPE
    fields = json.loads(ENVELOPE)
    assert list(fields) == ["format", "item", "key_id", "wrapped_key", "iv", "ciphertext", "mac"]
    assert fields["key_id"] == key_id(KEY.public_key())


@pytest.mark.parametrize("bit", range(8))
def test_any_changed_bit_is_refused(bit):
    # Each byte outside the long middle of the ciphertext, and every 29th of it.
    places = {*range(900), *range(900, len(ENVELOPE) - 80, 29), *range(len(ENVELOPE) - 80, len(ENVELOPE))}
    for place in places:
        changed = bytearray(ENVELOPE)
        changed[place] ^= 1 << bit
        with pytest.raises(SealError):
            open_sealed(bytes(changed), KEY)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_mutated_envelope_is_refused_or_the_same(data):
    start = data.draw(st.integers(0, len(ENVELOPE)))
    stop = data.draw(st.integers(start, min(len(ENVELOPE), start + 40)))
    changed = ENVELOPE[:start] + data.draw(st.binary(max_size=20)) + ENVELOPE[stop:]
    if changed == ENVELOPE:
        assert open_sealed(changed, KEY) == SECRET
        return
    with pytest.raises(SealError) as refused:
        open_sealed(changed, KEY)
    assert SECRET.decode()[:10] not in str(refused.value)


@given(st.binary(max_size=3000) | st.text(max_size=500).map(str.encode))
@settings(max_examples=200)
def test_other_bytes_are_no_envelope(data):
    with pytest.raises(EvidenceError):
        read_sealed(data, AUTOPILOT)
    with pytest.raises(SealError):
        open_sealed(data, KEY)


@pytest.mark.parametrize(
    "change",
    [
        lambda fields: fields | {"more": 1},
        lambda fields: {name: value for name, value in fields.items() if name != "mac"},
        lambda fields: dict(reversed(fields.items())),
        lambda fields: fields | {"iv": fields["iv"][:-4]},
        lambda fields: fields | {"ciphertext": ""},
        lambda fields: fields | {"ciphertext": "A" * 4},
        lambda fields: fields | {"ciphertext": "A" * 4 * LARGEST_SECRET},
        lambda fields: fields | {"key_id": fields["key_id"].upper() + "A"},
        lambda fields: fields | {"mac": 5},
        lambda fields: fields | {"wrapped_key": "\N{DEGREE SIGN}" * 512},
        lambda fields: fields | {"format": "intake-seal/2"},
    ],
)
def test_an_envelope_of_another_shape_is_refused(change):
    changed = json.dumps(change(json.loads(ENVELOPE)), separators=(",", ":"), ensure_ascii=False).encode()
    with pytest.raises(EvidenceError):
        read_sealed(changed, AUTOPILOT)


def test_blanks_and_a_second_object_are_refused():
    for changed in (ENVELOPE + b"\n", b" " + ENVELOPE, ENVELOPE * 2, ENVELOPE.replace(b":", b": ", 1), b""):
        with pytest.raises(EvidenceError):
            read_sealed(changed, AUTOPILOT)


def test_another_key_and_another_item_are_refused():
    with pytest.raises(SealError, match=key_id(KEY.public_key())):
        open_sealed(ENVELOPE, OTHER)
    with pytest.raises(SealError, match="another item"):
        open_sealed(ENVELOPE, KEY, "sealed-other")
    swapped = ENVELOPE.replace(b"sealed-autopilot", b"sealed-something")
    with pytest.raises(SealError, match="changed"):
        open_sealed(swapped, KEY, "sealed-something")
    renamed = ENVELOPE.replace(key_id(KEY.public_key()).encode(), key_id(OTHER.public_key()).encode())
    with pytest.raises(SealError, match="changed"):
        open_sealed(renamed, OTHER)


def test_only_that_there_is_a_hash_is_a_fact():
    facts = read_sealed(ENVELOPE, AUTOPILOT)
    assert facts.identity.hardware_hash == Known(True, (AUTOPILOT,))
    other = read_sealed(seal(b"x", KEY.public_key(), "sealed-other"), "sealed-other")
    assert isinstance(other.identity.hardware_hash, Unknown)
    assert read_sealed(ENVELOPE, f"{AUTOPILOT}+2").identity.hardware_hash == Known(True, (f"{AUTOPILOT}+2",))


@pytest.mark.parametrize(("data", "item"), [(b"", AUTOPILOT), (bytes(LARGEST_SECRET + 1), AUTOPILOT), (b"x", "Bad\n")])
def test_what_cannot_be_sealed_is_refused(data, item):
    with pytest.raises(SealError):
        seal(data, KEY.public_key(), item)


def test_the_largest_secret_fits():
    assert open_sealed(seal(bytes(LARGEST_SECRET), KEY.public_key()), KEY) == bytes(LARGEST_SECRET)


def test_keys_survive_being_written_down():
    public = read_public_xml(public_xml(KEY.public_key()))
    assert key_id(public) == key_id(KEY.public_key())
    private = read_private_pem(private_pem(KEY, "a few good words"), "a few good words")
    assert open_sealed(seal(b"x", public), private) == b"x"


def test_the_public_key_is_what_dotnet_reads():
    text = public_xml(KEY.public_key()).decode()
    assert text.startswith("<RSAKeyValue><Modulus>")
    assert "<D>" not in text


XML = public_xml(KEY.public_key())


@given(st.binary(max_size=700) | st.integers(0, len(XML) - 1).map(lambda at: XML[:at] + b"!" + XML[at + 1 :]))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_another_public_key_file_is_refused(data):
    if data.strip() != XML.strip():
        with pytest.raises(SealError):
            read_public_xml(data)


def test_weak_public_keys_are_refused():
    import base64

    even = base64.b64encode(b"\xff" * 383 + b"\xfe")
    short = base64.b64encode(bytes(100) + b"\xff" * 284)
    for modulus in (even, short):
        with pytest.raises(SealError):
            read_public_xml(b"<RSAKeyValue><Modulus>" + modulus + b"</Modulus><Exponent>AQAB</Exponent></RSAKeyValue>")


def test_a_wrong_passphrase_and_other_files_are_refused():
    pem = private_pem(KEY, "a few good words")
    for data, passphrase in (
        (pem, "wrong"),
        (pem, ""),
        (b"nothing", "x"),
        (pem[:-200], "a few good words"),
        (bytes(2**15), "x"),
    ):
        with pytest.raises(SealError):
            read_private_pem(data, passphrase)
