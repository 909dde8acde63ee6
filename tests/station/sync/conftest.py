import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from station.central.app import create_app
from station.central.database import open_database, url_in
from station.central.enrol import enrol_local
from station.sync.outbox import Outbox
from station.sync.transport import HttpTransport, Transport
from station.sync.upload import SyncJob
from tests.station.central.samples import BENCH

NOON = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def central(tmp_path: Path) -> Iterator[HttpTransport]:
    """A real central in this process, as the upload job reaches it."""
    token = enrol_local(tmp_path, BENCH)
    engine = open_database(url_in(tmp_path))
    app: Litestar = create_app(engine, lambda: NOON)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield HttpTransport("http://127.0.0.1", token, client)
    engine.dispose()


@pytest.fixture
def make_job() -> Callable[[Outbox, Transport], SyncJob]:
    """A job whose clock stands still and whose chance is known."""
    return lambda outbox, transport: SyncJob(outbox, transport, lambda: NOON, random.Random(1))
