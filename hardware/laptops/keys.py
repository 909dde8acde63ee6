"""The bench's keys: who may speak with it over the network.

The bench is its own authority: it issues its own certificate and one for each boot stick, so that an agent knows the
bench that it dials and the bench knows the stick that a laptop was booted from. Everything lies in one private folder:

    ca.pem ca.key          the authority (P-256), made once
    bench.pem bench.key    the bench's own certificate, for `SERVER_NAME`
    revoked                the sticks that were withdrawn, one a line

A laptop's clock may be years behind (its battery was flat), so everything is valid from ten years before it was made.
"""

from __future__ import annotations

import os
import re
import shutil
import ssl
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hardware.laptops import wording
from specs.text import clean

__all__ = ["SERVER_NAME", "STICK_PREFIX", "BenchKeys", "KeysError", "StickKeys", "stick_of"]

SERVER_NAME: Final = "intake-bench"
"""The name in every bench's certificate: an agent knows a bench by its authority, not by an address."""
STICK_PREFIX: Final = "Intake stick "
"""What the name in a stick's certificate begins with; its id follows."""
YEARS_BEFORE: Final = 10
YEARS: Final = 20
LARGEST_FILE: Final = 256 * 1024
"""Bytes of one file here: some thousand revoked sticks."""

_STICK_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,40}", re.ASCII)
_FILES: Final = ("ca.pem", "ca.key", "bench.pem", "bench.key")


class KeysError(Exception):
    """The keys could not be read or written. One sentence with the remedy."""


class StickKeys(NamedTuple):
    """What a boot stick carries, each as PEM: whom to trust, who it is, and its key."""

    ca_pem: bytes
    certificate_pem: bytes
    key_pem: bytes


class BenchKeys:
    """The keys in one folder. Any number of processes may use it at once."""

    def __init__(self, folder: Path, authority: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        self._folder = folder
        self._authority = authority
        self._key = key

    @classmethod
    def open(cls, folder: Path, bench_name: str, now: datetime) -> BenchKeys:
        """The keys in `folder`, made where there are none: whole or not at all. Raises `KeysError`."""
        if not (folder / _FILES[0]).exists():
            _make(folder, clean(bench_name, 40) or "bench", now)
        try:
            authority = x509.load_pem_x509_certificate(_read(folder / "ca.pem"))
            key = serialization.load_pem_private_key(_read(folder / "ca.key"), None)
            if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != authority.public_key():
                raise ValueError("ca.key is not the key of ca.pem")
            cls(folder, authority, key).server_context()
        except (ValueError, TypeError, ssl.SSLError) as error:
            raise KeysError(wording.KEYS_DAMAGED.format(folder=folder, why=clean(str(error), 120))) from error
        except OSError as error:
            raise KeysError(wording.KEYS_UNREADABLE.format(folder=folder, why=error.strerror)) from error
        return cls(folder, authority, key)

    def issue_stick(self, stick_id: str) -> StickKeys:
        """New keys for a stick; they are kept nowhere here. Raises `KeysError` where it cannot be called so."""
        if _STICK_ID.fullmatch(stick_id) is None:
            raise KeysError(wording.STICK_ID.format(text=clean(stick_id, 40)))
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(
            f"{STICK_PREFIX}{stick_id}",
            key.public_key(),
            (self._authority, self._key),
            (self._authority.not_valid_before_utc, self._authority.not_valid_after_utc),
            ExtendedKeyUsageOID.CLIENT_AUTH,
        )
        return StickKeys(_pem(self._authority), _pem(certificate), _key_pem(key))

    def revoke(self, stick_id: str) -> None:
        """From now on no laptop is taken that was booted from this stick, and one that is there is let go within some
        seconds. Raises `KeysError`.
        """
        if _STICK_ID.fullmatch(stick_id) is None:
            raise KeysError(wording.STICK_ID.format(text=clean(stick_id, 40)))
        try:
            if stick_id in self.revoked():
                return
            # A short line appended at once is whole, also where two processes do it.
            handle = os.open(self._folder / "revoked", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(handle, f"{stick_id}\n".encode())
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise KeysError(wording.KEYS_UNWRITABLE.format(folder=self._folder, why=error.strerror)) from error

    def revoked(self) -> frozenset[str]:
        """The sticks that were revoked, read anew: another process may have revoked one. Raises `KeysError`."""
        try:
            return frozenset(_read(self._folder / "revoked").decode("ascii", "replace").split())
        except FileNotFoundError:
            return frozenset()
        except OSError as error:
            raise KeysError(wording.KEYS_UNREADABLE.format(folder=self._folder, why=error.strerror)) from error

    def revoked_mark(self) -> tuple[int, int, int] | None:
        """Something that is another when sticks were revoked since; cheaper than to read them. Never raises."""
        try:
            found = os.stat(self._folder / "revoked")
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns

    def server_context(self) -> ssl.SSLContext:
        """What the bench listens with: TLS 1.3, and certificates of its own only. Raises `OSError`, `ssl.SSLError`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.verify_mode = ssl.CERT_REQUIRED
        # Tickets would be work for handshakes that nobody takes up again: each start of a laptop is a new one.
        context.num_tickets = 0
        context.load_verify_locations(self._folder / "ca.pem")
        context.load_cert_chain(self._folder / "bench.pem", self._folder / "bench.key")
        return context


def stick_of(certificate: bytes) -> str:
    """The id of the stick whose certificate (DER) this is; empty where it is none of a stick."""
    try:
        names = x509.load_der_x509_certificate(certificate).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        name = str(names[0].value) if len(names) == 1 else ""
    except ValueError:
        return ""
    stick_id = name.removeprefix(STICK_PREFIX)
    return stick_id if name.startswith(STICK_PREFIX) and _STICK_ID.fullmatch(stick_id) else ""


def _make(folder: Path, bench_name: str, now: datetime) -> None:
    """Makes all files in a new folder beside the wanted one and puts that in its place."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".keys-", dir=folder.parent))
        try:
            _write_all(made, bench_name, now)
            try:
                made.rename(folder)  # in the place of an empty one too
            except OSError:
                # Another process was faster, and its keys are as good.
                if not (folder / _FILES[0]).exists():
                    raise
        finally:
            shutil.rmtree(made, ignore_errors=True)
        _sync(folder.parent)
    except OSError as error:
        raise KeysError(wording.KEYS_UNWRITABLE.format(folder=folder, why=error.strerror)) from error


def _write_all(folder: Path, bench_name: str, now: datetime) -> None:
    begins = datetime(now.astimezone(UTC).year - YEARS_BEFORE, 1, 1, tzinfo=UTC)
    times = (begins, begins.replace(year=begins.year + YEARS))
    key = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate(f"Intake bench authority {bench_name}"[:64], key.public_key(), key, times, None)
    own_key = ec.generate_private_key(ec.SECP256R1())
    own = _certificate(
        f"Intake bench {bench_name}"[:64],
        own_key.public_key(),
        (authority, key),
        times,
        ExtendedKeyUsageOID.SERVER_AUTH,
    )
    contents = (_pem(authority), _key_pem(key), _pem(own), _key_pem(own_key))
    for name, content in zip(_FILES, contents, strict=True):
        handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    _sync(folder)


def _certificate(
    name: str,
    public: ec.EllipticCurvePublicKey,
    issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | ec.EllipticCurvePrivateKey,
    times: tuple[datetime, datetime],
    use: x509.ObjectIdentifier | None,
) -> x509.Certificate:
    """A certificate; where `issuer` is a key alone, that of an authority which signs itself."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    is_authority = isinstance(issuer, ec.EllipticCurvePrivateKey)
    issuer_name, key = (subject, issuer) if isinstance(issuer, ec.EllipticCurvePrivateKey) else _of(issuer)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(times[0])
        .not_valid_after(times[1])
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(_usage(is_authority=is_authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    if use is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
    if use == ExtendedKeyUsageOID.SERVER_AUTH:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(SERVER_NAME)]), critical=False)
    return builder.sign(key, hashes.SHA256())


def _of(issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey]) -> tuple[x509.Name, ec.EllipticCurvePrivateKey]:
    return issuer[0].subject, issuer[1]


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_FILE)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
