"""What apt says of its packages, and the packages' files: asked of the system's own apt, as the user, never as root.

`Apt` is the door to `apt-cache` and `apt-get download`. Where the system's lists of packages are missing or too old to
download from, lists of our own are fetched into the cache folder, which needs no root.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from hardware.bootstick import wording
from hardware.bootstick.errors import BuildUnable, PackageUnavailable

__all__ = ["Apt", "Package", "read_records", "unpack"]

_SECONDS: Final = 600
"""For one download; a kernel is 70 MB, and apt itself gives up on a silent server sooner."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.+-]+")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class Package(Struct, frozen=True):
    """One package as apt's records have it: the version that apt would install, and the packages that it depends on
    (the first of alternatives, without versions).
    """

    name: str
    version: str
    architecture: str
    sha256: str
    size: int
    depends: tuple[str, ...] = ()


class Apt:
    """The system's apt, as an ordinary user, with one set of lists of packages."""

    def __init__(self, own: Path, *, own_lists: bool = False) -> None:
        """`own` is a folder for apt's index, and for lists of our own where `own_lists` says that they are used."""
        self._own = own
        self._own_lists = own_lists
        self._records: dict[str, Package | None] = {}
        if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
            raise BuildUnable(wording.NO_APT)
        for place in ("lists/partial", "cache/archives/partial"):
            try:
                (own / place).mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise BuildUnable(wording.cache_unusable(own, error)) from error

    @classmethod
    def in_turn(cls, own: Path) -> Iterator[Apt]:
        """With the system's lists; then with lists of our own, as they were fetched before; then with fetched ones.

        The next one is for where packages could not be had by the last: lists may be missing, or so old that what they
        name is no longer there to be downloaded.
        """
        yield cls(own)
        if any((own / "lists").glob("*Packages*")):
            yield cls(own, own_lists=True)
        fetching = cls(own, own_lists=True)
        if fetching._run("apt-get", "update").returncode == 0:
            yield fetching

    def packages(self, names: Iterable[str]) -> dict[str, Package]:
        """The records of the packages by name; a name that apt does not know is left out.

        Each name is asked for once, and many at once cost as much as one.
        """
        names = tuple(names)
        wanted = [name for name in names if name not in self._records]
        if wanted:
            said = self._run("apt-cache", "show", "--no-all-versions", "--", *wanted)
            self._records.update(dict.fromkeys(wanted))
            self._records.update((package.name, package) for package in read_records(said.stdout))
        return {name: package for name in names if (package := self._records[name]) is not None}

    def package(self, *names: str) -> Package:
        """The first of `names` that apt knows. Raises `PackageUnavailable`."""
        known = self.packages(names)
        for name in names:
            if name in known:
                return known[name]
        raise PackageUnavailable(wording.package_unknown(names[0]))

    def download(self, packages: Sequence[Package], folder: Path) -> dict[str, Path]:
        """Downloads the packages' files into an empty folder; gives them by SHA-256, each as its record says.

        Raises `PackageUnavailable`.
        """
        words = ["download", "--", *(f"{package.name}={package.version}" for package in packages)]
        said = self._run("apt-get", *words, folder=folder)
        found: dict[str, Path] = {}
        for file in folder.glob("*.deb"):
            with file.open("rb") as read:
                found[hashlib.file_digest(read, "sha256").hexdigest()] = file
        for package in packages:
            if package.sha256 in found:
                continue
            if said.returncode != 0:
                raise PackageUnavailable(wording.download_failed(package.name, _last_words(said.stderr)))
            raise PackageUnavailable(wording.wrong_package(package.name))
        return found

    def _run(self, program: str, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[bytes]:
        options = [
            *("Acquire::Retries=1", "Acquire::http::Timeout=20"),
            # apt's index of its lists, which takes it most of a second to make, is kept with us.
            *(f"Dir::Cache={self._own / 'cache'}", "Dir::Cache::pkgcache=pkgcache.bin"),
            "Dir::Cache::srcpkgcache=srcpkgcache.bin",
        ]
        if self._own_lists:
            options.append(f"Dir::State::Lists={self._own / 'lists'}")
        if os.geteuid() == 0:
            # As root apt would give up its rights to a user that may not write where we do.
            options.append("APT::Sandbox::User=root")
        return run([program, *(word for option in options for word in ("-o", option)), *arguments], folder=folder)


def run(
    command: Sequence[str | Path],
    *,
    folder: Path | None = None,
    variables: dict[str, str] | None = None,
    check: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """Runs a tool to its end, its messages in English. Raises `BuildUnable` where it is missing, hangs, or (`check`)
    fails.
    """
    environment = {**os.environ, "LC_ALL": "C.UTF-8", **(variables or {})}
    name = Path(command[0]).name
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BuildUnable(wording.tool_hangs(name, _SECONDS)) from error
    except OSError as error:
        raise BuildUnable(wording.tool_failed(name, error.strerror or str(error))) from error
    if check and done.returncode != 0:
        raise BuildUnable(wording.tool_failed(name, _last_words(done.stderr or done.stdout)))
    return done


def unpack(deb: Path, folder: Path) -> None:
    """Unpacks a package's files into a folder. Raises `BuildUnable`."""
    run(["dpkg-deb", "--extract", deb, folder], check=True)


def read_records(text: bytes) -> list[Package]:
    """The packages in what `apt-cache show` printed; a record that is no Debian package is left out."""
    found: list[Package] = []
    for paragraph in text.decode("utf-8", "replace").split("\n\n"):
        fields: dict[str, str] = {}
        for line in paragraph.splitlines():
            name, colon, value = line.partition(":")
            if colon and not line[0].isspace():
                fields.setdefault(name, value.strip())
        package = _package(fields)
        if package is not None:
            found.append(package)
    return found


def _package(fields: dict[str, str]) -> Package | None:
    name, sha256, size = fields.get("Package", ""), fields.get("SHA256", ""), fields.get("Size", "")
    if not (_NAME.fullmatch(name) and _SHA256.fullmatch(sha256) and size.isdecimal() and fields.get("Version")):
        return None
    depends: list[str] = []
    for words in f"{fields.get('Pre-Depends', '')},{fields.get('Depends', '')}".split(","):
        found = _NAME.match(words.strip())
        if found is not None and found[0] not in depends:
            depends.append(found[0])
    return Package(name, fields["Version"], fields.get("Architecture", ""), sha256, int(size), tuple(depends))


def _last_words(said: bytes) -> str:
    """The last line that a tool said, which is where apt and mtools name the reason."""
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("E: ")] or lines
    return errors[-1].removeprefix("E: ") if errors else "no reason was given"
