"""What the handlers of one application share. Made by `app.create_app`, handed to each handler, never global."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Engine

from station.central.live import Live
from station.central.pages import Asset, Pages

__all__ = ["Central"]

# Each may hold an inflated batch of 64 MB; the writer takes them one by one anyway.
_INGEST_SLOTS: Final = 4


@dataclass(frozen=True)
class Central:
    """The database, the clock (aware datetimes), the pages and those who watch them."""

    engine: Engine
    clock: Callable[[], datetime]
    pages: Pages
    assets: Mapping[str, Asset]
    live: Live = field(default_factory=Live)
    ingest_slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_INGEST_SLOTS))
