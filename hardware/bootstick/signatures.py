"""Signatures in EFI programs: by which certificate, and whether the bytes are still the ones that were signed.

Reads the PE file and its signatures as Microsoft's "Windows Authenticode Portable Executable Signature Format" has
them. A signature counts where the certificate that came with it made it, over the digest of this very program. Whether
a laptop trusts that certificate is for its firmware to say: anybody can make one with any name.
"""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from hardware.bootstick.der import DerBroken, Element, first, parts

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

__all__ = ["NotAProgram", "Signature", "read_signatures", "signed_digest"]

_PE_OFFSET = 0x3C
_PE32_PLUS = 0x20B
_CERTIFICATE_TABLE = 4
_PKCS_SIGNED_DATA = 2

# Object identifiers, as DER has them.
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")  # 1.2.840.113549.1.7.2
_INDIRECT_DATA: Final = bytes.fromhex("060a2b060104018237020104")  # 1.3.6.1.4.1.311.2.1.4, Authenticode's contents
_CONTENT_TYPE: Final = bytes.fromhex("06092a864886f70d010903")  # 1.2.840.113549.1.9.3
_MESSAGE_DIGEST: Final = bytes.fromhex("06092a864886f70d010904")  # 1.2.840.113549.1.9.4
_SHA256: Final = bytes.fromhex("0609608648016503040201")  # 2.16.840.1.101.3.4.2.1

_SET, _IN_CONTEXT = 0x31, 0xA0
_LONGEST_CHAIN: Final = 8


class NotAProgram(ValueError):
    """The bytes are no EFI program (PE32+)."""


class Signature(Struct, frozen=True):
    """One signature. `names`: of the certificate that made it, of the one that issued that one, and so on, as far as
    they came with it and each was really issued by the next; none where no certificate made it. `intact`: True where
    one did and the program is what was signed.
    """

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
        if kind == _PKCS_SIGNED_DATA:
            found.append(_signature(data[at + 8 : at + size], digest))
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
    if at and at + length != len(data):
        # Cut off, or followed by bytes that no signature covers.
        raise NotAProgram("its signatures are not at its end")
    return optional, at, length


def _signature(blob: bytes, digest: bytes) -> Signature:
    """Checks one PKCS #7 SignedData (RFC 2315 section 9): the program's digest stands in its contents, the contents'
    digest in the signed attributes, and those are signed by one of the certificates.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.x509 import InvalidVersion

    try:
        kind, wrapped = parts(first(blob), 2)[:2]
        _, _, contents, certificates, *_, signers = parts(parts(wrapped, 1)[0], 5)
        contents_kind, wrapped_contents = parts(contents, 2)[:2]
        # Authenticode has one signer only.
        [signer] = parts(signers)
        indirect = parts(wrapped_contents, 1)[0]
        if kind.whole != _SIGNED_DATA or contents_kind.whole != _INDIRECT_DATA:
            raise DerBroken("it is no signature of a program")
        _check_attributes(signer, indirect)
        chain = _chain(signer, certificates)
        algorithm, found = parts(parts(indirect, 2)[1], 2)[:2]
        intact = parts(algorithm, 1)[0].whole == _SHA256 and found.data == digest
        return Signature(tuple(name for each in chain for name in _names(each)), intact)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, InvalidVersion):
        return Signature((), False)


def _check_attributes(signer: Element, indirect: Element) -> None:
    """Raises `DerBroken` where the signed attributes are not those of these contents."""
    _, _, algorithm, attributes = parts(signer, 6)[:4]
    values = {}
    for attribute in parts(attributes):
        name, value = parts(attribute, 2)[:2]
        values[name.whole] = parts(value, 1)[0]
    expected = hashlib.sha256(indirect.data).digest()
    if (
        attributes.tag != _IN_CONTEXT
        or parts(algorithm, 1)[0].whole != _SHA256
        or _MESSAGE_DIGEST not in values
        or values[_MESSAGE_DIGEST].data != expected
        or _CONTENT_TYPE not in values
        or values[_CONTENT_TYPE].whole != _INDIRECT_DATA
    ):
        raise DerBroken("its attributes are not those of what was signed")


def _chain(signer: Element, certificates: Element) -> list[Certificate]:
    """The certificate that made the signature, and after each the one that issued it.

    Raises `InvalidSignature` where it did not make it, ValueError and others of `cryptography` where one is broken.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509 import load_der_x509_certificate

    _, wanted, _, attributes, _, signature = parts(signer, 6)[:6]
    present = parts(certificates) if certificates.tag == _IN_CONTEXT else []
    made = [load_der_x509_certificate(each.whole) for each in present if _issued_as(each) == wanted.data]
    others = [load_der_x509_certificate(each.whole) for each in present]
    if not made:
        raise DerBroken("its certificate did not come with it")
    key = made[0].public_key()
    if not isinstance(key, RSAPublicKey):
        raise DerBroken("it is signed in a way that Secure Boot does not know")
    # Signed as the set that the attributes are, not under the tag that they have in the message.
    key.verify(signature.data, bytes([_SET]) + attributes.whole[1:], PKCS1v15(), SHA256())
    chain = made[:1]
    while len(chain) < _LONGEST_CHAIN and chain[-1].issuer != chain[-1].subject:
        for other in others:
            try:
                chain[-1].verify_directly_issued_by(other)
            except (InvalidSignature, ValueError, TypeError):
                continue
            chain.append(other)
            break
        else:
            break
    return chain


def _issued_as(certificate: Element) -> bytes:
    """The issuer and the number of a certificate, as a signature names it."""
    fields = parts(parts(certificate, 3)[0], 6)
    number, _, issuer = fields[1:4] if fields[0].tag == _IN_CONTEXT else fields[:3]
    return issuer.whole + number.whole


def _names(certificate: Certificate) -> list[str]:
    from cryptography.x509.oid import NameOID

    return [str(attribute.value) for attribute in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
