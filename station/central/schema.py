"""Central's tables. Portable: UUIDs and times as text, JSON as text, no triggers, nothing of one engine.

Times are UTC, RFC 3339. Texts are cleaned (`specs.text.clean`) before they come here, except `attempt.record`
and `quarantine.raw`, which are exactly what the bench sent, and `rejudged.changes`, which are findings as they were
judged. The summary tables at the end are kept in the
transaction that stores the attempts, and equal what `summaries.recount` finds in the raw tables.

A change here needs a migration in `migrations/versions/`; a test compares the two.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    select,
    text,
)

__all__ = [
    "APART",
    "OUTCOMES",
    "STANDINGS",
    "THAT_COUNT",
    "apart_as",
    "attempt",
    "attempt_evidence",
    "attempt_facts",
    "bench",
    "bench_seq",
    "day_check",
    "day_model",
    "evidence",
    "finding",
    "metadata",
    "quarantine",
    "rejudged",
    "rejudging",
]

metadata = MetaData()

OUTCOMES: Final = (
    "pass",
    "marginal",
    "waived",
    "fail",
    "inconclusive",
    "error",
    "aborted",
    "interrupted",
)
"""What came of an attempt (`attempt.outcome`): its verdict, or the status of one that has none."""

STANDINGS: Final = ("counts", "bench_check", "taken_back")
"""What an attempt counts for (`station.central.standing`): only one that "counts" is in any summary."""

_APART: Final = "standing <> 'counts'"

# SQLite gives out row numbers only in a column of this very type; elsewhere 64 bits are wanted.
_Number = BigInteger().with_variant(Integer, "sqlite")

bench = Table(
    "bench",
    metadata,
    Column("bench_id", String(64), primary_key=True),
    Column("name", Text, nullable=False, server_default=""),  # what people call it; empty where nobody said
    Column("token_sha256", String(64), nullable=False, unique=True),
    Column("enrolled_at", String(32), nullable=False),
    Column("first_seen_at", String(32)),
    Column("last_seen_at", String(32)),
    # Every number from 1 to here is held, stored or in quarantine.
    Column("high_water", BigInteger, nullable=False, server_default="0"),
    Column("highest_seq", BigInteger, nullable=False, server_default="0"),
    Column("stored", BigInteger, nullable=False, server_default="0"),
    Column("quarantined", BigInteger, nullable=False, server_default="0"),
)

bench_seq = Table(
    "bench_seq",
    metadata,
    Column("bench_id", String(64), ForeignKey("bench.bench_id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("stored", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
"""Which of each bench's numbers central holds, and whether as an attempt or only in quarantine."""

attempt = Table(
    "attempt",
    metadata,
    # The server's own order. Pages and feeds go by it, never by a bench's clock.
    Column("sequence", _Number, primary_key=True, autoincrement=True),
    Column("attempt_id", String(36), nullable=False, unique=True),
    Column("sha256", String(64), nullable=False),
    Column("bench_id", String(64), ForeignKey("bench.bench_id"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("operator", Text, nullable=False),
    Column("attempt_no", Integer, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("profile", Text, nullable=False),
    Column("profile_digest", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("scan_raw", Text, nullable=False),
    Column("scan_serial", Text, nullable=False),
    Column("scanned_at", Text, nullable=False),
    Column("scanner", Text, nullable=False),
    Column("manufacturer", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("serial", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("finished_at", Text, nullable=False),
    Column("day", String(10), nullable=False),
    Column("note", Text, nullable=False),
    Column("sent_at", Text, nullable=False),
    Column("received_at", String(32), nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("kind", String(16), nullable=False, server_default="production"),
    Column("retest", Text, nullable=False, server_default=""),
    Column("resumes", Text, nullable=False, server_default=""),
    Column("approved_by", Text, nullable=False, server_default=""),
    # One of `STANDINGS`. It follows from the attempts of the same bench and serial, whatever order they come in.
    Column("standing", String(16), nullable=False, server_default="counts"),
    Index("attempt_by_day", "day", "model", "outcome"),
    Index("attempt_by_bench", "bench_id", "seq"),
    Index("attempt_by_serial", "scan_serial", "bench_id", "seq"),
    # The few that do not count. To leave them out, no list has to read the standing in each row, behind its record.
    Index("attempt_apart", "day", "standing", sqlite_where=text(_APART), postgresql_where=text(_APART)),
    sqlite_autoincrement=True,
)

APART: Final = attempt.c.standing != literal_column("'counts'")
"""True for an attempt that counts in no number. In the very words of the index `attempt_apart`, or it is not used."""

_others = attempt.alias()
_ARE_APART: Final = select(_others.c.sequence).where(_others.c.standing != literal_column("'counts'"))

THAT_COUNT: Final = attempt.c.sequence.not_in(_ARE_APART)
"""True for an attempt that counts: one that is not among the few apart."""


def apart_as(standing: str) -> ColumnElement[bool]:
    """True for an attempt of one of the standings that do not count."""
    return attempt.c.sequence.in_(_ARE_APART.where(_others.c.standing == standing))


finding = Table(
    "finding",
    metadata,
    Column("sequence", _Number, ForeignKey("attempt.sequence"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("check_id", Text, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("value", Text, nullable=False),  # JSON
    Column("unit", Text, nullable=False),
    Column("limits", Text),  # JSON
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("evidence", Text, nullable=False),  # JSON: the item ids
    sqlite_with_rowid=False,
)

attempt_evidence = Table(
    "attempt_evidence",
    metadata,
    Column("sequence", _Number, ForeignKey("attempt.sequence"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("item_id", Text, nullable=False),
    Column("sha256", String(64), nullable=False),  # empty where the item has no bytes
    Column("meta", Text, nullable=False),  # JSON
    Index("attempt_evidence_by_hash", "sha256"),
    sqlite_with_rowid=False,
)

evidence = Table(
    "evidence",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("received_at", String(32), nullable=False),
    Column("data", LargeBinary, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("sequence", _Number, primary_key=True, autoincrement=True),
    Column("bench_id", String(64), ForeignKey("bench.bench_id"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("attempt_id", Text, nullable=False),
    Column("status", String(16), nullable=False),  # conflict or rejected
    Column("reason", Text, nullable=False),
    Column("declared_sha256", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("received_at", String(32), nullable=False),
    Column("raw", LargeBinary, nullable=False),
    UniqueConstraint("bench_id", "seq", "attempt_id", "sha256", name="quarantine_once"),
    sqlite_autoincrement=True,
)

attempt_facts = Table(
    "attempt_facts",
    metadata,
    Column("sequence", _Number, ForeignKey("attempt.sequence"), primary_key=True, autoincrement=False),
    Column("reader", String(64), nullable=False),  # which parsers read them: `hardware.evidence.version`
    Column("data", LargeBinary, nullable=False),
)
"""The facts that judging again read from an attempt's evidence: a copy for speed (`station.kept_facts`)."""

rejudging = Table(
    "rejudging",
    metadata,
    Column("run_id", String(36), primary_key=True),
    # A digest of all that the results depend on: two runs with one key give the same results.
    Column("run_key", String(64), nullable=False),
    Column("profile", Text, nullable=False),
    Column("profile_digest", Text, nullable=False),
    Column("profile_data", LargeBinary, nullable=False),  # msgpack
    Column("moment", String(32), nullable=False),
    # Every finished attempt up to this `attempt.sequence` is done.
    Column("done_to", BigInteger, nullable=False),
    Column("finished_at", String(32)),
    Column("follows", String(36), nullable=False),  # the publication that it was judged against; empty for none
    Column("published_at", String(32)),  # empty for a preview, which puts nothing in force
    Column("operator", Text),
    Column("reason", Text),
)
"""Runs that judged stored attempts again by another profile (`station.rejudging`)."""

rejudged = Table(
    "rejudged",
    metadata,
    Column("run_id", String(36), ForeignKey("rejudging.run_id"), primary_key=True),
    Column("sequence", _Number, ForeignKey("attempt.sequence"), primary_key=True, autoincrement=False),
    Column("was", String(16), nullable=False),
    Column("verdict", String(16)),  # empty where it could not be judged again; then `problem` says why
    Column("problem", Text),
    Column("changes", LargeBinary),  # `station.rejudging.packing`: each check that says something else
)
"""What each run found. `attempt` and `finding` stay as they are: a verdict in force is the latest published one."""

day_model = Table(
    "day_model",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("model", Text, primary_key=True),
    Column("attempts", Integer, nullable=False),
    # Each bench's first verdict on a serial, error left out (`station.central.standing`), and those that may ship.
    Column("first_attempts", Integer, nullable=False),
    Column("first_shippable", Integer, nullable=False),
    *(Column(f"n_{outcome}", Integer, nullable=False) for outcome in OUTCOMES),
    sqlite_with_rowid=False,
)

day_check = Table(
    "day_check",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("check_id", Text, primary_key=True),
    # Required findings of completed attempts: that decided; that failed; that could not decide.
    Column("executed", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("undecided", Integer, nullable=False),
    sqlite_with_rowid=False,
)
