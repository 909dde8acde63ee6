"""A capture as a bundle: one zip of manifest.json and items/, there whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import tempfile
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

    from .capture import Capture, Meta


class CannotWrite(Exception):
    """The file cannot be written. The message is one sentence."""


def write_bundle(path: str, capture: Capture) -> list[Meta]:
    """Collects `capture` into the zip at `path` and gives the items' descriptions. Raises `CannotWrite`.

    Written beside `path` and renamed: until then an older file of that name stays as it is.
    """
    target = os.path.realpath(path)
    try:
        if not stat.S_ISREG(os.stat(target).st_mode):
            raise CannotWrite(f"{path} is not a plain file; name a file to write the bundle to")
    except FileNotFoundError:
        pass
    except OSError as error:
        raise CannotWrite(_sentence(path, error)) from error
    try:
        handle, temporary = tempfile.mkstemp(prefix=".intake-probe-", dir=os.path.dirname(target))
    except OSError as error:
        raise CannotWrite(_sentence(path, error)) from error
    try:
        with os.fdopen(handle, "wb") as file:
            metas = _write(file, capture)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o666 & ~_umask())
        os.replace(temporary, target)
    except OSError as error:
        _remove(temporary)
        raise CannotWrite(_sentence(path, error)) from error
    except BaseException:
        _remove(temporary)
        raise
    _sync_folder(os.path.dirname(target))
    return metas


def _write(file: BinaryIO, capture: Capture) -> list[Meta]:
    metas = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for meta, data in capture.items():
            metas.append(meta)
            if meta.file:
                archive.writestr(_info(meta.file), data)
        manifest = {**capture.head(), "items": [dict(meta._asdict()) for meta in metas]}
        archive.writestr(_info("manifest.json"), json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    return metas


def _info(name: str) -> zipfile.ZipInfo:
    # A fixed date: the laptop's clock may be before 1980, which a zip cannot hold. captured_at has the time.
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    return info


def _sentence(path: str, error: OSError) -> str:
    why = os.strerror(error.errno) if error.errno else str(error)
    return f"{path} cannot be written ({why}); name a file in a folder with room that you may write to"


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)


def _sync_folder(folder: str) -> None:
    # The bundle is there; that its name is on the disk too cannot be had from every file system.
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    with contextlib.suppress(OSError):
        os.fsync(handle)
    os.close(handle)
