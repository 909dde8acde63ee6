"""A made-up archive of small Debian packages, with an apt that serves them: this machine's programs, a kernel of words.

The packages are real ones (`dpkg-deb --build`), so everything behind apt is the real thing; only where they come from
is played: two small scripts stand for apt-cache and apt-get, and note in `asked` what they were asked.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from hardware.bootstick.elf import needed_libraries
from hardware.bootstick.signatures import signed_digest

LIBRARIES = Path("/usr/lib/x86_64-linux-gnu")
SIGNER = "Made-up Signer"

_APT_CACHE = """\
#!/bin/sh
echo "apt-cache $*" >>"{folder}/asked"
records="{folder}/records"
for word in "$@"; do
    case $word in Dir::State::Lists=*) records=${{word#*=}}/made-up_Packages ;; esac
    [ ! -f "$records/$word" ] || cat "$records/$word"
done
"""
_APT_GET = """\
#!/bin/sh
echo "apt-get $*" >>"{folder}/asked"
[ ! -e "{folder}/no-network" ] || {{ echo "E: Could not resolve the host" >&2; exit 100; }}
for word in "$@"; do
    case $word in
        Dir::State::Lists=*) lists=${{word#*=}} ;;
        update) rm -rf "$lists/made-up_Packages"; cp -r "{folder}/upstream/" "$lists/made-up_Packages" ;;
        *=*) [ ! -f "{folder}/debs/$word.deb" ] || cp "{folder}/debs/$word.deb" . ;;
    esac
done
"""


class MadeUpArchive:
    """The packages, and what apt says of them. `use` puts its apt before the real one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("records", "debs", "bin"):
            (folder / name).mkdir(parents=True)
        (folder / "upstream").symlink_to("records")
        for name, script in (("apt-cache", _APT_CACHE), ("apt-get", _APT_GET)):
            place = folder / "bin" / name
            place.write_text(script.format(folder=folder))
            place.chmod(0o755)

    @property
    def path(self) -> str:
        """PATH with the made-up apt first."""
        return f"{self.folder / 'bin'}:{os.environ['PATH']}"

    @property
    def downloads(self) -> int:
        """How often something was fetched."""
        asked = self.folder / "asked"
        return sum(" download " in line for line in asked.read_text().splitlines()) if asked.exists() else 0

    def add(
        self, name: str, files: Mapping[str, bytes | Path], depends: tuple[str, ...] = ("libc6",), version: str = "1.0"
    ) -> str:
        """One package; gives the SHA-256 of its file. A `Path` is copied, or, where it is relative, linked to."""
        tree = self.folder / "tree"
        (tree / "DEBIAN").mkdir(parents=True)
        control = {"Package": name, "Version": version, "Architecture": "amd64", "Maintainer": "nobody <n@example.org>"}
        control["Depends"] = ", ".join(depends)
        control["Description"] = "made up"
        (tree / "DEBIAN" / "control").write_text(
            "".join(f"{key}: {value}\n" for key, value in control.items() if value)
        )
        for path, content in files.items():
            place = tree / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                place.write_bytes(content)
            elif content.is_absolute():
                shutil.copy(content, place)
            else:
                place.symlink_to(content)
        deb = self.folder / "debs" / f"{name}={version}.deb"
        build: list[str | Path] = ["dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, deb]
        subprocess.run(build, check=True, capture_output=True, env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"})
        shutil.rmtree(tree)
        found = hashlib.sha256(deb.read_bytes()).hexdigest()
        record = {**control, "Size": str(deb.stat().st_size), "SHA256": found}
        (self.folder / "records" / name).write_text("".join(f"{k}: {v}\n" for k, v in record.items()) + "\n")
        return found

    def outdate(self) -> None:
        """The system's lists know of nothing from now on; `apt-get update` into lists of one's own would help."""
        (self.folder / "upstream").unlink()
        (self.folder / "records").rename(self.folder / "upstream")
        (self.folder / "records").mkdir()

    def spoil(self, name: str, version: str = "1.0") -> None:
        """What is fetched from now on is another file than the record says."""
        with (self.folder / "debs" / f"{name}={version}.deb").open("ab") as deb:
            deb.write(b"more")


def everything(archive: MadeUpArchive, modules: Mapping[str, bytes] = {}) -> None:
    """All packages of a boot stick, but for firmware; `modules` are more of the kernel's, by their paths."""
    program, kernel = Path("/usr/bin/true"), signed_program(b"a kernel")
    archive.add("linux-image-amd64", {}, ("linux-image-9.9-amd64 (= 1.0)",))
    folder = "lib/modules/9.9-amd64"
    contents = {**{path: path.encode() for path in MODULES}, **modules}
    files = {f"{folder}/kernel/{path}": data for path, data in contents.items()}
    indexes = {f"{folder}/modules.order": b"", f"{folder}/modules.builtin": b"kernel/lib/built-in.ko\n"}
    archive.add("linux-image-9.9-amd64", {"boot/vmlinuz-9.9-amd64": kernel, **files, **indexes}, ())
    archive.add("shim-signed", {"usr/lib/shim/shimx64.efi.signed": signed_program(b"shim")}, ("debconf",))
    archive.add("shim-helpers-amd64-signed", {"usr/lib/shim/mmx64.efi.signed": signed_program(b"helper")}, ())
    grub = "usr/lib/grub/x86_64-efi-signed"
    programs = {
        f"{grub}/grubx64.efi.signed": signed_program(b"GRUB /EFI/debian\0"),
        f"{grub}/grubnetx64.efi.signed": signed_program(b"GRUB /grub\0"),
    }
    archive.add("grub-efi-amd64-signed", programs, ("grub-common",))
    archive.add("mtools", {"usr/bin/mtools": Path(shutil.which("mtools") or "")})
    archive.add("syslinux", {"usr/bin/syslinux": Path(shutil.which("syslinux") or "")}, ("libc6", "mtools"))
    archive.add("syslinux-common", {"usr/lib/SYSLINUX/mbr.bin": Path("/usr/lib/SYSLINUX/mbr.bin")}, ())
    kmod = Path(shutil.which("kmod") or "/usr/bin/kmod")
    archive.add("kmod", {"bin/kmod": kmod, "sbin/depmod": Path("../bin/kmod")})
    archive.add("busybox-static", {"bin/busybox": Path(shutil.which("busybox") or "")}, ())
    archive.add("smartmontools", {"usr/sbin/smartctl": program, "usr/share/smartmontools/drivedb.h": b"drives"})
    archive.add("iw", {"usr/sbin/iw": program})
    sound = {"usr/bin/aplay": program, "usr/bin/arecord": Path("aplay"), "usr/bin/amixer": program}
    archive.add("alsa-utils", {**sound, "usr/sbin/alsactl": program, "usr/share/alsa/init/00main": b"init"})
    archive.add("libasound2-data", {"usr/share/alsa/alsa.conf": b"sound"}, ())
    archive.add("python3-minimal", {}, ("python3.99-minimal (>= 3.99)",))
    archive.add("python3.99-minimal", {"usr/bin/python3.99": program})
    library = "usr/lib/python3.99"
    archive.add("libpython3.99-minimal", {f"{library}/os.py": b"os", f"{library}/this.py": b"zen"})
    extension = LIBRARIES / "libdl.so.2"
    more = {f"{library}/json/__init__.py": b"json", f"{library}/test/big.py": b"tests"}
    more_compiled = {f"{library}/lib-dynload/{name}.cpython-399.so": extension for name in ("_ssl", "_sqlite3")}
    archive.add("libpython3.99-stdlib", {**more, **more_compiled})
    archive.add("libc6", _libraries(program, extension, kmod), ())


MODULES = (
    "drivers/hid/usbhid/usbhid.ko",
    "drivers/usb/storage/usb-storage.ko",
    "drivers/media/test-drivers/vivid/vivid.ko",
    "fs/ext4/ext4.ko",
)


def _libraries(*programs: Path) -> dict[str, bytes | Path]:
    """This machine's libraries that the programs need, with the loader where libc6 has it."""
    found: dict[str, bytes | Path] = {}
    waiting = list(programs)
    while waiting:
        for name in needed_libraries(waiting.pop().read_bytes()):
            if f"lib/x86_64-linux-gnu/{name}" not in found:
                found[f"lib/x86_64-linux-gnu/{name}"] = (LIBRARIES / name).resolve()
                waiting.append(LIBRARIES / name)
    loader = "ld-linux-x86-64.so.2"
    found[f"lib/x86_64-linux-gnu/{loader}"] = (LIBRARIES / loader).resolve()
    found[f"lib64/{loader}"] = Path(f"../lib/x86_64-linux-gnu/{loader}")
    return found


def module(*firmware: str, more: bytes = b"") -> bytes:
    """The least that is a kernel module: an ELF file whose section .modinfo names this firmware."""
    names = b"\0.modinfo\0.shstrtab\0"
    information = b"license=GPL\0" + more + b"".join(b"firmware=" + name.encode() + b"\0" for name in firmware)
    sections = ((0, 0, 0, 0), (1, 1, 64, len(information)), (10, 3, 64 + len(information), len(names)))
    table = 64 + len(information) + len(names)
    # relocatable, for x86-64; no program headers; headers of 64 bytes, the last section holds the names
    head = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    head += struct.pack("<HHIQQQIHHHHHH", 1, 62, 1, 0, 0, table, 0, 64, 0, 0, 64, len(sections), 2)
    rows = [struct.pack("<IIQQQQIIQQ", name, kind, 0, 0, at, size, 0, 0, 1, 0) for name, kind, at, size in sections]
    return head + information + names + b"".join(rows)


def unsigned_program(payload: bytes) -> bytes:
    """The least that is an EFI program: headers, and its contents."""
    head = bytearray(0x200)
    head[:2] = b"MZ"
    struct.pack_into("<I", head, 0x3C, 0x80)
    head[0x80:0x84] = b"PE\0\0"
    struct.pack_into("<H", head, 0x80 + 24, 0x20B)
    body = bytes(head) + payload
    return body + bytes(-len(body) % 8)


def signed_program(payload: bytes) -> bytes:
    """An EFI program with one signature over it, by `SIGNER`. Equal contents give equal bytes."""
    return _signed(payload)


def forged_program(payload: bytes) -> bytes:
    """As `signed_program`, but signed by somebody who has the signer's certificate and not its key."""
    return _with_signature(unsigned_program(payload), _new_key())


@cache
def _signed(payload: bytes) -> bytes:
    return _with_signature(unsigned_program(payload), _signer()[0])


def _with_signature(program: bytes, key: rsa.RSAPrivateKey) -> bytes:
    plain = bytearray(program)
    # The digest of what will be signed: where the signature lies is no part of it.
    blob = authenticode(signed_digest(bytes(plain)), key)
    entry = struct.pack("<IHH", 8 + len(blob), 0x200, 2) + blob
    entry += bytes(-len(entry) % 8)
    struct.pack_into("<II", plain, 0x80 + 24 + 112 + 8 * 4, len(plain), len(entry))
    return bytes(plain) + entry


def authenticode(digest: bytes, key: rsa.RSAPrivateKey) -> bytes:
    """The signature of a program with this SHA-256, as the signing tools make it."""
    certificate = _signer()[1]
    sha256 = der(0x30, _oid("0609608648016503040201"), der(5))
    image = der(0x30, _oid("060a2b06010401823702010f"), der(0x30, der(3, b"\0"), der(0xA0)))
    indirect = der(0x30, image, der(0x30, sha256, der(4, digest)))
    # What is digested are the contents of the contents, without their own tag and length.
    inner = hashlib.sha256(indirect[2:]).digest()
    kind = _oid("060a2b060104018237020104")
    attributes = der(0x30, _oid("06092a864886f70d010903"), der(0x31, kind))
    attributes += der(0x30, _oid("06092a864886f70d010904"), der(0x31, der(4, inner)))
    signature = key.sign(der(0x31, attributes), padding.PKCS1v15(), hashes.SHA256())
    issued = der(0x30, certificate.issuer.public_bytes(), der(2, bytes([certificate.serial_number])))
    by_rsa = der(0x30, _oid("06092a864886f70d010101"), der(5))
    signer = der(0x30, der(2, b"\1"), issued, sha256, der(0xA0, attributes), by_rsa, der(4, signature))
    whole = certificate.public_bytes(serialization.Encoding.DER)
    contents = der(0x30, kind, der(0xA0, indirect))
    data = der(0x30, der(2, b"\1"), der(0x31, sha256), contents, der(0xA0, whole), der(0x31, signer))
    return der(0x30, _oid("06092a864886f70d010702"), der(0xA0, data))


def der(tag: int, *contents: bytes) -> bytes:
    """One element of DER."""
    data = b"".join(contents)
    length = len(data).to_bytes((len(data).bit_length() + 7) // 8 or 1, "big")
    return bytes([tag, *(() if len(data) < 128 else (0x80 | len(length),))]) + length + data


def _oid(text: str) -> bytes:
    return bytes.fromhex(text)


@cache
def _signer() -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = _new_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SIGNER)])
    start = datetime(2024, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(start).not_valid_after(start + timedelta(days=9000))
    return key, builder.sign(key, hashes.SHA256())


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
