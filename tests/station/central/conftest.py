from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine

from station.central.app import create_app
from station.central.database import open_database, url_in
from station.central.enrol import enrol_local
from tests.station.central.samples import BENCH

NOON = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def token(tmp_path: Path) -> str:
    return enrol_local(tmp_path, BENCH)


@pytest.fixture
def engine(tmp_path: Path, token: str) -> Iterator[Engine]:
    engine = open_database(url_in(tmp_path))
    yield engine
    engine.dispose()


@pytest.fixture
def client(engine: Engine, token: str) -> Iterator[TestClient[Litestar]]:
    """Central in this process, its clock at noon of the samples' day; it carries the bench's token."""
    with TestClient(create_app(engine, lambda: NOON), base_url="http://127.0.0.1") as client:
        client.headers["Authorization"] = f"Bearer {token}"
        yield client
