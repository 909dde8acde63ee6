"""Sealed items: a secret of the laptop (the Autopilot hardware hash) encrypted when it was taken.

The probe has the public key only; what it seals opens with the private key, which is kept away from the bench. The
envelope is what Windows PowerShell 5.1 can make with what every Windows 10 and 11 carries, and so no AES-GCM: a fresh
AES-256 and a fresh HMAC key (32 bytes each, in this order) wrapped with RSA-3072 OAEP (SHA-1, as
`RSACryptoServiceProvider` has it; OAEP does not rest on SHA-1's collision resistance), then AES-CBC with PKCS #7, then
HMAC-SHA256 over everything before it. `cryptography` does the RSA and the AES; nothing here is a cipher of ours.

An envelope is canonical JSON: one order of fields, no blanks, strict base64. Every bit of it counts.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
from typing import Final

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    RSAPublicNumbers,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from msgspec import Struct

from hardware.evidence.catalogue import base_id
from hardware.evidence.errors import EvidenceError
from specs.facts import Facts, Identity, Known

__all__ = [
    "AUTOPILOT",
    "FORMAT",
    "LARGEST_SECRET",
    "SealError",
    "key_id",
    "make_key",
    "open_sealed",
    "private_pem",
    "public_xml",
    "read_private_pem",
    "read_public_xml",
    "read_sealed",
    "seal",
]

FORMAT: Final = "intake-seal/1"
AUTOPILOT: Final = "sealed-autopilot"
"""The item that holds the sealed Autopilot hardware hash."""
LARGEST_SECRET: Final = 2**16
"""Bytes. A hardware hash has about 4,000."""
KEY_BITS: Final = 3072
_EXPONENT: Final = 65537
_WRAPPED: Final = KEY_BITS // 8
_BLOCK: Final = 16
_LARGEST_ENVELOPE: Final = 2 * LARGEST_SECRET
_LARGEST_KEY_FILE: Final = 2**14

_OAEP: Final = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
_ID: Final = re.compile(r"[0-9a-f]{16}", re.ASCII)
_ITEM: Final = re.compile(r"sealed-[a-z0-9-]{1,40}", re.ASCII)
_XML: Final = re.compile(
    rb"\s*+<RSAKeyValue>\s*+<Modulus>([A-Za-z0-9+/]{512})</Modulus>\s*+<Exponent>AQAB</Exponent>\s*+</RSAKeyValue>\s*+"
)

_NOT_AN_ENVELOPE: Final = "the bytes are no sealed envelope"
_CHANGED: Final = "the sealed item was changed after it was sealed; capture the laptop again"


class SealError(Exception):
    """A key or a sealed item that cannot be used. The message is one sentence with the remedy, and holds no secret."""


class _Envelope(Struct, frozen=True, forbid_unknown_fields=True):
    """The fields in the order in which they are written; bytes as base64."""

    format: str
    item: str
    key_id: str
    wrapped_key: str
    iv: str
    ciphertext: str
    mac: str


class _Sealed(Struct, frozen=True):
    """A well-formed envelope's content."""

    item: str
    key_id: str
    wrapped: bytes
    iv: bytes
    ciphertext: bytes
    mac: bytes


# ---- keys ----------------------------------------------------------------------------------------------


def make_key() -> RSAPrivateKey:
    """A new private key. The public one that the probe gets is its `public_key()`."""
    return generate_private_key(_EXPONENT, KEY_BITS)


def key_id(public: RSAPublicKey) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the key's SubjectPublicKeyInfo."""
    spki = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).hexdigest()[:16]


def public_xml(public: RSAPublicKey) -> bytes:
    """The public key as .NET's FromXmlString reads it. Raises `SealError` for another kind of key."""
    numbers = _of_our_kind(public).public_numbers()
    modulus = base64.b64encode(numbers.n.to_bytes(_WRAPPED, "big"))
    return b"<RSAKeyValue><Modulus>" + modulus + b"</Modulus><Exponent>AQAB</Exponent></RSAKeyValue>\n"


def read_public_xml(data: bytes) -> RSAPublicKey:
    """The public key in a `seal.xml`. Raises `SealError` for anything else; a private key is refused too."""
    match = _XML.fullmatch(data) if len(data) <= _LARGEST_KEY_FILE else None
    if match is None:
        raise SealError("that is no public key of a seal; name the seal.xml that `station seal key` made")
    modulus = int.from_bytes(base64.b64decode(match.group(1)), "big")
    try:
        return _of_our_kind(RSAPublicNumbers(_EXPONENT, modulus).public_key())
    except ValueError as error:
        raise SealError("the key in that seal.xml is damaged; copy it again") from error


def private_pem(private: RSAPrivateKey, passphrase: str) -> bytes:
    """The private key as PEM (PKCS #8), encrypted with the passphrase."""
    encryption = serialization.BestAvailableEncryption(passphrase.encode())
    return private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def read_private_pem(data: bytes, passphrase: str) -> RSAPrivateKey:
    """The private key in a PEM file. Raises `SealError` where it is none of ours or the passphrase is wrong."""
    if len(data) > _LARGEST_KEY_FILE:
        raise SealError("that file is no private key of a seal; name the seal-key.pem that `station seal key` made")
    try:
        private = serialization.load_pem_private_key(data, passphrase.encode())
    except TypeError as error:
        raise SealError("that private key is not encrypted, so it is none that the station made") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SealError("the private key cannot be opened; check the file and the passphrase") from error
    if not isinstance(private, RSAPrivateKey):
        raise SealError("that file holds another kind of key; name the seal-key.pem that `station seal key` made")
    _of_our_kind(private.public_key())
    return private


def _of_our_kind(public: RSAPublicKey) -> RSAPublicKey:
    numbers = public.public_numbers()
    if numbers.n.bit_length() != KEY_BITS or numbers.e != _EXPONENT or numbers.n % 2 == 0:
        raise SealError(f"the key is not RSA with {KEY_BITS} bits; make one with `station seal key`")
    return public


# ---- envelopes -----------------------------------------------------------------------------------------


def seal(data: bytes, public: RSAPublicKey, item: str = AUTOPILOT) -> bytes:
    """The envelope of `data`, which only the private key opens: what the Windows probe makes, byte for byte.

    Raises `SealError` where there is nothing to seal, too much, or no name of a sealed item.
    """
    if not 1 <= len(data) <= LARGEST_SECRET or _ITEM.fullmatch(item) is None:
        raise SealError(f"only 1 to {LARGEST_SECRET} bytes of a sealed item can be sealed")
    keys, iv = os.urandom(64), os.urandom(_BLOCK)
    padder = PKCS7(8 * _BLOCK).padder()
    encryptor = Cipher(AES(keys[:32]), CBC(iv)).encryptor()
    ciphertext = encryptor.update(padder.update(data) + padder.finalize()) + encryptor.finalize()
    wrapped = _of_our_kind(public).encrypt(keys, _OAEP)
    sealed = _Sealed(item, key_id(public), wrapped, iv, ciphertext, b"")
    parts = (wrapped, iv, ciphertext, _mac(sealed, keys[32:]))
    return msgspec.json.encode(
        _Envelope(FORMAT, item, sealed.key_id, *(base64.b64encode(part).decode() for part in parts))
    )


def open_sealed(envelope: bytes, private: RSAPrivateKey, item: str = AUTOPILOT) -> bytes:
    """What was sealed as `item`. Raises `SealError` for another key, another item, or a single changed bit."""
    try:
        sealed = _parse(envelope)
    except EvidenceError as error:
        raise SealError(f"{error}; capture the laptop again") from error
    if sealed.item != item:
        raise SealError("the envelope is that of another item; capture the laptop again")
    ours = key_id(private.public_key())
    if sealed.key_id != ours:
        raise SealError(f"it is sealed for the key {sealed.key_id}, and this is the key {ours}; name the right key")
    try:
        keys = private.decrypt(sealed.wrapped, _OAEP)
    except ValueError as error:
        raise SealError(_CHANGED) from error
    # The MAC first: nothing of what was changed is ever decrypted.
    if len(keys) != 64 or not hmac.compare_digest(_mac(sealed, keys[32:]), sealed.mac):
        raise SealError(_CHANGED)
    decryptor = Cipher(AES(keys[:32]), CBC(sealed.iv)).decryptor()
    unpadder = PKCS7(8 * _BLOCK).unpadder()
    try:
        return unpadder.update(decryptor.update(sealed.ciphertext) + decryptor.finalize()) + unpadder.finalize()
    except ValueError as error:
        raise SealError(_CHANGED) from error


def read_sealed(data: bytes, item: str) -> Facts:
    """That the laptop's hardware hash was taken and sealed; never the hash.

    Raises `EvidenceError` where the bytes are no envelope of that item.
    """
    sealed = _parse(data).item
    if sealed != base_id(item):
        raise EvidenceError("the envelope is that of another item")
    return Facts(identity=Identity(hardware_hash=Known(True, (item,)))) if sealed == AUTOPILOT else Facts()


def _parse(data: bytes) -> _Sealed:
    if len(data) > _LARGEST_ENVELOPE:
        raise EvidenceError(_NOT_AN_ENVELOPE)
    try:
        envelope = msgspec.json.decode(data, type=_Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise EvidenceError(_NOT_AN_ENVELOPE) from error
    # One way to write it, so that no bit can be changed without a difference that is checked.
    if envelope.format != FORMAT or msgspec.json.encode(envelope) != data:
        raise EvidenceError(_NOT_AN_ENVELOPE)
    if _ITEM.fullmatch(envelope.item) is None or _ID.fullmatch(envelope.key_id) is None:
        raise EvidenceError(_NOT_AN_ENVELOPE)
    ciphertext = _bytes_of(envelope.ciphertext)
    if not ciphertext or len(ciphertext) % _BLOCK or len(ciphertext) > LARGEST_SECRET + _BLOCK:
        raise EvidenceError("the sealed envelope is cut or too large")
    return _Sealed(
        envelope.item,
        envelope.key_id,
        _bytes_of(envelope.wrapped_key, _WRAPPED),
        _bytes_of(envelope.iv, _BLOCK),
        ciphertext,
        _bytes_of(envelope.mac, hashlib.sha256().digest_size),
    )


def _bytes_of(text: str, length: int | None = None) -> bytes:
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise EvidenceError(_NOT_AN_ENVELOPE) from error
    # The last character has bits to spare: only one of its values is right.
    if base64.b64encode(data).decode() != text or (length is not None and len(data) != length):
        raise EvidenceError(_NOT_AN_ENVELOPE)
    return data


def _mac(sealed: _Sealed, key: bytes) -> bytes:
    head = f"{FORMAT}\n{sealed.item}\n{sealed.key_id}\n".encode("ascii")
    return hmac.digest(key, head + sealed.wrapped + sealed.iv + sealed.ciphertext, "sha256")
