"""The catalogue of what the commands of this room say to a person."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from specs.text import clean

__all__ = [
    "DISK_FULL",
    "NOT_TO_A_TERMINAL",
    "NO_REASON",
    "PASSPHRASE",
    "PASSPHRASE_AGAIN",
    "SHORT_PASSPHRASE",
    "exists",
    "key_made",
    "no_file",
    "no_folder",
    "no_sealed_item",
    "not_captured",
    "opened",
    "private_key_here",
    "stick_made",
    "too_large",
]

DISK_FULL: Final = "there is no room left there, and nothing was kept; make room, or use another stick"
PASSPHRASE: Final = "Passphrase of the private key"
PASSPHRASE_AGAIN: Final = "The same passphrase again"
SHORT_PASSPHRASE: Final = "the passphrase needs at least 12 characters; take a few words"
NO_REASON: Final = "the reason is too short; say in a few words what the hash is wanted for"
NOT_TO_A_TERMINAL: Final = "the hash goes to a file only, never to the screen; name a new file with -o"


def no_file(path: Path) -> str:
    """A file that was named is not there, or is a folder."""
    return f"{clean(str(path))}: there is no such file; name the file itself"


def private_key_here(folder: Path) -> str:
    """The probe was asked for where the private key lies."""
    return (
        f"{clean(str(folder))} holds the private key, seal-key.pem, which must never go to a laptop;"
        " name the folder of the stick, and keep the keys elsewhere"
    )


def no_folder(folder: Path) -> str:
    """A folder that was named is not there."""
    return f"{clean(str(folder))}: there is no such folder; make it, or put the stick in, and name it again"


def exists(path: Path) -> str:
    """A file that would be overwritten."""
    return f"{path} exists already and is not overwritten; name another place"


def too_large(path: Path) -> str:
    """A file that is no key."""
    return f"{path.name} is too large to be a key; name the right file"


def key_made(private: Path, public: Path, key_id: str) -> str:
    """A pair of keys is there."""
    return (
        f"Made the key {key_id}.\n"
        f"  {private}: the private key. Keep it and its passphrase away from the benches; without them no hash opens.\n"
        f"  {public}: the public key. It goes on the sticks: station windows-probe FOLDER --seal {public.name}"
    )


def no_sealed_item(bundle: str) -> str:
    """The bundle knows nothing of a hardware hash."""
    return f"{bundle} holds no sealed hardware hash; capture the laptop with a stick that carries a seal.xml"


def not_captured(bundle: str, why: str) -> str:
    """The probe says why it has none."""
    return f"{bundle} holds no sealed hardware hash ({why})"


def opened(output: Path, log: Path) -> str:
    """The hash was read, and that is written down."""
    return f"The hardware hash is in {output}; delete it when it has done its work. This reading is noted in {log}."


def stick_made(folder: Path, key_id: str | None, removed_seal: bool) -> str:
    """What is on the stick, and what to do at the laptop."""
    if key_id is not None:
        seal = f"The hardware hash will be sealed for the key {key_id}."
    elif removed_seal:
        seal = "The old seal.xml was removed: the hardware hash will not be taken."
    else:
        seal = "Without --seal the hardware hash will not be taken."
    return (
        f"The Windows probe is in {folder}. {seal}\n"
        "At the laptop: put the stick in, press Shift+F10 (where the first start asks its questions), type\n"
        "    D:\\probe\n"
        "and press Enter. Where Windows finds no such path, try E: or F: (and the sub-folder, if there is one)."
    )
