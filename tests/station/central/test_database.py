import stat
import threading
from pathlib import Path

import pysqlite3.dbapi2 as pysqlite3
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from checks.verdict import Verdict
from station.central import database
from station.central.database import migrate, open_database, read, url_in, write
from station.central.enrol import enrol_local, token_file
from station.central.errors import CentralError, DatabaseRefused
from station.central.schema import attempt, bench, day_check, day_model, metadata
from station.central.summaries import recount
from station.records import encode_record
from tests.station.central.samples import BENCH, old_database, record


def test_the_migrations_make_exactly_the_schema(tmp_path: Path) -> None:
    engine = open_database(url_in(tmp_path))
    migrate(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_migration_from_the_first_version_on_can_be_repeated(tmp_path: Path) -> None:
    engine = open_database(url_in(tmp_path))
    migrate(engine)
    migrate(engine)
    with read(engine) as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == "0003"


def test_a_database_of_the_version_before_keeps_its_attempts_and_counts_first_passes_anew(tmp_path: Path) -> None:
    """An attempt that was broken off had taken the laptop's first pass, by its number."""
    broken_off = record(1, None, attempt_no=1)
    then = record(2, scan=broken_off.scan, device=broken_off.device, attempt_no=2)
    again = record(3, Verdict.FAIL, scan=broken_off.scan, device=broken_off.device, attempt_no=3)
    other = record(4, Verdict.INCONCLUSIVE)
    engine = old_database(tmp_path, "0002", [broken_off, then, again, other])
    with write(engine) as connection:
        connection.execute(sa.text("UPDATE day_model SET first_attempts = 7, first_shippable = 7"))
    migrate(engine)
    with read(engine) as connection:
        kept = connection.execute(sa.select(attempt).order_by(attempt.c.seq)).mappings().all()
        models, checks = recount(connection)
        assert [dict(row) for row in connection.execute(sa.select(day_model)).mappings()] == models
        assert len(connection.execute(sa.select(day_check)).all()) == len(checks)
    assert [row["record"] for row in kept] == [encode_record(one) for one in (broken_off, then, again, other)]
    new = {(row["kind"], row["retest"], row["resumes"], row["approved_by"], row["standing"]) for row in kept}
    assert new == {("production", "", "", "", "counts")}
    assert [(row["first_attempts"], row["first_shippable"]) for row in models] == [(2, 1)]


def test_two_that_migrate_at_once_both_succeed(tmp_path: Path) -> None:
    errors: list[Exception] = []

    def one() -> None:
        try:
            migrate(open_database(url_in(tmp_path)))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_commit_is_durable_and_keys_are_enforced(tmp_path: Path) -> None:
    engine = open_database(url_in(tmp_path))
    with read(engine) as connection:
        pragmas = {
            name: connection.scalar(sa.text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15000}


def test_the_sqlite_in_use_is_new_enough() -> None:
    assert pysqlite3.sqlite_version_info >= database.OLDEST_SQLITE


def test_an_old_sqlite_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DatabaseRefused, match=r"^SQLite 3\.40\.1 can damage .* needs 3\.51\.3\.$"):
        open_database(url_in(tmp_path), (3, 40, 1))


@pytest.mark.parametrize("url", ["postgresql://u:secret@host/db", "sqlite://", "sqlite:///:memory:", "nonsense"])
def test_another_database_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(DatabaseRefused) as refused:
        open_database(url)
    assert "secret" not in str(refused.value)
    assert str(refused.value).count(".") <= 2


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    engine = open_database(url_in(tmp_path))
    migrate(engine)
    with write(engine) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseRefused, match="newer version"):
        migrate(engine)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / database.DATABASE_NAME).write_bytes(b"not a database at all, but long enough" * 100)
    with pytest.raises(DatabaseRefused, match="cannot be used"):
        migrate(open_database(url_in(tmp_path)))


def test_the_embedded_bench_keeps_one_token_that_only_its_owner_reads(tmp_path: Path) -> None:
    token = enrol_local(tmp_path, BENCH)
    assert enrol_local(tmp_path, BENCH) == token
    assert stat.S_IMODE(token_file(tmp_path, BENCH).stat().st_mode) == 0o600
    assert len(list(token_file(tmp_path, BENCH).parent.iterdir())) == 1


def test_a_bench_is_shown_by_the_name_it_was_enrolled_with(tmp_path: Path) -> None:
    enrol_local(tmp_path, BENCH, "Hall 2\x1b, bench 7")
    enrol_local(tmp_path, BENCH)
    with read(open_database(url_in(tmp_path))) as connection:
        assert connection.scalar(sa.select(bench.c.name)) == "Hall 2, bench 7"


def test_central_keeps_no_token(tmp_path: Path) -> None:
    token = enrol_local(tmp_path, BENCH)
    stored = b"".join(file.read_bytes() for file in tmp_path.glob(f"{database.DATABASE_NAME}*"))
    assert BENCH.encode() in stored
    assert token.encode() not in stored


def test_a_lost_token_file_makes_a_new_token_that_replaces_the_old(tmp_path: Path) -> None:
    first = enrol_local(tmp_path, BENCH)
    token_file(tmp_path, BENCH).unlink()
    second = enrol_local(tmp_path, BENCH)
    engine = open_database(url_in(tmp_path))
    with read(engine) as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(bench))
    assert second != first
    assert count == 1


def test_enrolments_at_once_agree_on_one_token(tmp_path: Path) -> None:
    tokens: list[str] = []
    threads = [threading.Thread(target=lambda: tokens.append(enrol_local(tmp_path, BENCH))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tokens) == 4
    assert len(set(tokens)) == 1


@pytest.mark.parametrize("name", ["", "../evil", "a/b", "x" * 65, "bench 1", "é"])
def test_a_name_that_could_be_a_path_names_no_bench(tmp_path: Path, name: str) -> None:
    with pytest.raises(CentralError, match="cannot name a bench"):
        enrol_local(tmp_path, name)
