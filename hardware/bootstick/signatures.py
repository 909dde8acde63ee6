"""Signatures in EFI programs: who signed, and whether the bytes are still the ones that were signed.

Reads the PE file as Microsoft's "Windows Authenticode Portable Executable Signature Format" has it. Whether a laptop
trusts the signer is for its firmware to say; what is checked here is that the program was not changed since.
"""

from __future__ import annotations

import hashlib
import struct

from msgspec import Struct

__all__ = ["NotAProgram", "Signature", "read_signatures", "signed_digest"]

_PE_OFFSET = 0x3C
_PE32_PLUS = 0x20B
_CERTIFICATE_TABLE = 4
_PKCS_SIGNED_DATA = 2


class NotAProgram(ValueError):
    """The bytes are no EFI program (PE32+)."""


class Signature(Struct, frozen=True):
    """One signature: the names in the certificates that came with it, and True where the program is what was signed."""

    names: tuple[str, ...]
    intact: bool


def read_signatures(data: bytes) -> list[Signature]:
    """The signatures of an EFI program, in order; none for an unsigned one. Raises `NotAProgram`."""
    _, at, length = _layout(data)
    digest = signed_digest(data)
    found: list[Signature] = []
    end = at + length
    while at + 8 <= end:
        size, _, kind = struct.unpack_from("<IHH", data, at)
        if size < 8 or at + size > end:
            raise NotAProgram("its table of signatures is broken")
        blob = data[at + 8 : at + size]
        if kind == _PKCS_SIGNED_DATA:
            found.append(Signature(_names(blob), digest in blob))
        at += size + -size % 8
    return found


def signed_digest(data: bytes) -> bytes:
    """The SHA-256 over all that a signature covers. Raises `NotAProgram`."""
    optional, table, _ = _layout(data)
    directory = optional + 112 + 8 * _CERTIFICATE_TABLE
    end = table or len(data)
    # Not covered: the checksum (64 bytes into the optional header), where the signatures lie, and they themselves.
    digest = hashlib.sha256(data[: optional + 64])
    digest.update(data[optional + 68 : directory])
    digest.update(data[directory + 8 : end])
    if not table:
        digest.update(bytes(-len(data) % 8))
    return digest.digest()


def _layout(data: bytes) -> tuple[int, int, int]:
    """Where the optional header starts, and where the signatures lie (offset and length; 0, 0 for none)."""
    try:
        (pe,) = struct.unpack_from("<I", data, _PE_OFFSET)
        optional = pe + 24
        (magic,) = struct.unpack_from("<H", data, optional)
        at, length = struct.unpack_from("<II", data, optional + 112 + 8 * _CERTIFICATE_TABLE)
    except struct.error as error:
        raise NotAProgram("it is cut off") from error
    if data[:2] != b"MZ" or data[pe : pe + 4] != b"PE\0\0" or magic != _PE32_PLUS:
        raise NotAProgram("it is no EFI program")
    if at + length > len(data):
        raise NotAProgram("its signatures are cut off")
    return optional, at, length


def _names(blob: bytes) -> tuple[str, ...]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates
    from cryptography.x509 import InvalidVersion
    from cryptography.x509.oid import NameOID

    # The blob is padded to a multiple of 8; DER says itself how long it is.
    (length,) = struct.unpack_from(">H", blob, 2) if blob[1:2] == b"\x82" else (len(blob) - 4,)
    try:
        # What is broken in a certificate is noticed only when its parts are asked for.
        return tuple(
            str(attribute.value)
            for certificate in load_der_pkcs7_certificates(blob[: length + 4])
            for attribute in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        )
    except (ValueError, UnsupportedAlgorithm, InvalidVersion):
        return ()
