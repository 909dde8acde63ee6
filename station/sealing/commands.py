"""`station seal key`, `station seal open` and `station windows-probe`.

Exit status as everywhere: 0 done, 2 the input or the usage was wrong, 3 the bench could not do it. Imports are inside
the commands: the bench must not pay for `cryptography` when it starts.
"""

from __future__ import annotations

import errno
import getpass
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from hardware.evidence.bundle import Bundle
    from station.clock import Clock

__all__ = ["seal", "windows_probe"]

DONE, WRONG_INPUT, UNABLE = 0, 2, 3
SHORTEST_PASSPHRASE: Final = 12
SHORTEST_REASON: Final = 5
_LARGEST_KEY_FILE: Final = 2**14

_PATH: Final = click.Path(path_type=Path)


class _Refused(Exception):
    """One sentence for the person, and the exit status."""

    def __init__(self, sentence: str, status: int = WRONG_INPUT) -> None:
        super().__init__(sentence)
        self.status = status


@click.group()
def seal() -> None:
    """Sealed items: keys, and opening what the probe has sealed."""


@seal.command("key")
@click.option("--out", "folder", required=True, type=_PATH, help="The folder for the two files; it must exist.")
def seal_key(folder: Path) -> int:
    """Makes a key pair: seal-key.pem (private, with a passphrase) and seal.xml (public, for the sticks)."""
    return _told(lambda: _make_key(folder))


@seal.command("open")
@click.argument("bundle", type=_PATH)
@click.option("--key", "key_file", required=True, type=_PATH, help="The private key, seal-key.pem.")
@click.option("--reason", required=True, help="What the hash is wanted for; it is written down.")
@click.option("-o", "--output", required=True, type=_PATH, help="A new file, for you alone; never the screen.")
def seal_open(bundle: Path, key_file: Path, reason: str, output: Path) -> int:
    """Opens a laptop's sealed hardware hash into a file. Every reading is written down beside the key."""
    from station.clock import SYSTEM_CLOCK

    return _told(lambda: _open(bundle, key_file, reason, output, SYSTEM_CLOCK))


@click.command("windows-probe")
@click.argument("folder", type=_PATH)
@click.option("--seal", "seal_file", type=_PATH, help="The public key, seal.xml; without it no hash is taken.")
def windows_probe(folder: Path, seal_file: Path | None) -> int:
    """Puts the Windows probe into a folder of a USB stick, and says what to type at the laptop."""
    return _told(lambda: _make_stick(folder, seal_file))


def _told(work: Callable[[], str]) -> int:
    """Does the work and says how it went, as one sentence where it was refused."""
    from hardware.evidence.bundle import BundleError
    from hardware.evidence.sealing import SealError
    from station import wording
    from station.sealing import wording as words

    try:
        click.echo(work(), err=True)
    except (BundleError, SealError, _Refused) as error:
        click.echo(wording.error(str(error)), err=True)
        return error.status if isinstance(error, _Refused) else WRONG_INPUT
    except OSError as error:
        if error.errno == errno.ENOSPC:
            click.echo(wording.error(words.DISK_FULL), err=True)
            return UNABLE
        where = f" ({error.filename})" if error.filename else ""
        click.echo(wording.error(f"{error.strerror or error}{where}; check the place and its permissions"), err=True)
        return UNABLE
    return DONE


def _make_key(folder: Path) -> str:
    from hardware.evidence.sealing import key_id, make_key, private_pem, public_xml
    from station.sealing import wording
    from station.sealing.files import SEAL, write_new

    private_file, public_file = folder / "seal-key.pem", folder / SEAL
    if not folder.is_dir():
        raise _Refused(wording.no_folder(folder))
    for path in (private_file, public_file):
        if os.path.lexists(path):
            raise _Refused(wording.exists(path))
    passphrase = _ask(twice=True)
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise _Refused(wording.SHORT_PASSPHRASE)
    private = make_key()
    public = private.public_key()
    contents = {private_file: (private_pem(private, passphrase), 0o600), public_file: (public_xml(public), 0o644)}
    try:
        write_new(contents)
    except FileExistsError as error:
        raise _Refused(wording.exists(Path(os.fsdecode(error.filename)))) from error
    return wording.key_made(private_file, public_file, key_id(public))


def _open(bundle_path: Path, key_file: Path, reason: str, output: Path, clock: Clock) -> str:
    from hardware.evidence.bundle import read_bundle
    from hardware.evidence.sealing import AUTOPILOT, key_id, open_sealed, read_private_pem
    from specs.text import clean
    from station.sealing import wording
    from station.sealing.files import READINGS, Reading, note_reading, read_small, write_new

    reason = clean(reason, 400)
    if len(reason) < SHORTEST_REASON:
        raise _Refused(wording.NO_REASON)
    if str(output) == "-" or (output.exists() and not output.is_file()):
        raise _Refused(wording.NOT_TO_A_TERMINAL)
    if os.path.lexists(output):
        raise _Refused(wording.exists(output))
    if not output.absolute().parent.is_dir():
        raise _Refused(wording.no_folder(output.parent))
    bundle = read_bundle(bundle_path)
    envelope, digest = _sealed_item(bundle, clean(bundle_path.name))
    pem = read_small(_named(key_file), _LARGEST_KEY_FILE)
    if len(pem) > _LARGEST_KEY_FILE:
        raise _Refused(wording.too_large(key_file))
    private = read_private_pem(pem, _ask(twice=False))
    secret = open_sealed(envelope, private)
    log = key_file.absolute().parent / READINGS
    reading = Reading(
        at=clock.now_text(),
        who=_user(),
        reason=reason,
        bundle=clean(bundle_path.name),
        bundle_id=bundle.manifest.bundle_id,
        item=AUTOPILOT,
        item_sha256=digest,
        key_id=key_id(private.public_key()),
        output=clean(str(output.absolute()), 1024),
    )
    # First the event, then the hash: a reading that is not written down does not happen.
    note_reading(log, reading)
    try:
        write_new({output: (secret, 0o600)})
    except FileExistsError as error:
        raise _Refused(wording.exists(output)) from error
    return wording.opened(output, log)


def _sealed_item(bundle: Bundle, name: str) -> tuple[bytes, str]:
    from hardware.evidence.sealing import AUTOPILOT
    from station.sealing import wording

    item = bundle.items.get(AUTOPILOT)
    if item is None:
        raise _Refused(wording.no_sealed_item(name))
    if not item.data:
        raise _Refused(wording.not_captured(name, item.meta.error or "the item is empty"))
    return item.data, item.meta.sha256


def _make_stick(folder: Path, seal_file: Path | None) -> str:
    from hardware.evidence.sealing import key_id, public_xml, read_public_xml
    from station.sealing import wording
    from station.sealing.files import put_on_stick, read_small

    if not folder.is_dir():
        raise _Refused(wording.no_folder(folder))
    public = None
    if seal_file is not None:
        public = read_public_xml(read_small(_named(seal_file), _LARGEST_KEY_FILE))
    if os.path.lexists(folder / "seal-key.pem"):
        raise _Refused(wording.private_key_here(folder))
    removed = put_on_stick(folder, None if public is None else public_xml(public))
    return wording.stick_made(folder, None if public is None else key_id(public), removed)


def _named(path: Path) -> Path:
    """A file that the person named, where it is one."""
    from station.sealing import wording

    if not path.is_file():
        raise _Refused(wording.no_file(path))
    return path


def _ask(*, twice: bool) -> str:
    from station.sealing import wording

    again: bool | str = wording.PASSPHRASE_AGAIN if twice else False
    passphrase: str = click.prompt(wording.PASSPHRASE, hide_input=True, confirmation_prompt=again, err=True)
    return passphrase


def _user() -> str:
    """The user of this computer. The name in the environment is anybody's to set, so the system is asked first."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        return getpass.getuser()
