"""How the embedded bench gets its token: made once, without a question, kept where only its owner can read it."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path
from typing import Final

from sqlalchemy import update

from specs.text import clean
from station.central.benches import is_bench_id, token_hash
from station.central.database import insert_new, migrate, open_database, url_in, write
from station.central.errors import CentralError
from station.central.schema import bench
from station.clock import utc_text

__all__ = ["enrol_local", "token_file"]

_TOKEN_BYTES: Final = 32


def token_file(data_dir: Path, bench_id: str) -> Path:
    """Where the token of `bench_id` is kept."""
    return data_dir / "benches" / f"{bench_id}.token"


def enrol_local(data_dir: Path, bench_id: str, name: str = "") -> str:
    """The token with which `bench_id` sends to the central store in `data_dir`.

    Made on the first call, the same afterwards, and known to central when this returns. The file is 0600 and
    appears whole or not at all. `name` is what people call the bench; the pages show it where it is given.
    Raises `CentralError` for an id that cannot be a bench's, or an unusable folder.
    """
    if not is_bench_id(bench_id):
        raise CentralError(f"{bench_id!r} cannot name a bench; use letters, digits and _ . - (at most 64).")
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        token = _kept_token(token_file(data_dir, bench_id))
    except OSError as error:
        raise CentralError(f"The token of {bench_id} cannot be kept in {data_dir} ({error.strerror}).") from error
    engine = open_database(url_in(data_dir))
    try:
        migrate(engine)
        row = {
            "bench_id": bench_id,
            "name": clean(name, 64),
            "token_sha256": token_hash(token),
            "enrolled_at": utc_text(time.time()),
        }
        with write(engine) as connection:
            connection.execute(insert_new(bench, "bench_id"), [row])
            # A token file that was lost and made again is the one that counts.
            connection.execute(
                update(bench)
                .where(bench.c.bench_id == bench_id, bench.c.token_sha256 != row["token_sha256"])
                .values(token_sha256=row["token_sha256"])
            )
            if row["name"]:
                connection.execute(update(bench).where(bench.c.bench_id == bench_id).values(name=row["name"]))
    finally:
        engine.dispose()
    return token


def _kept_token(path: Path) -> str:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(_TOKEN_BYTES) + "\n")
                file.flush()
                os.fsync(file.fileno())
            # A link, not a rename: of two that come at once the first stays, and both read that one.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
