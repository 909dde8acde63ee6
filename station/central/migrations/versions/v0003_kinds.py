"""What an attempt was for: kind, reason of a retest, what it took over, who approved it; and what it counts for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEW = {"kind": "production", "retest": "", "resumes": "", "approved_by": "", "standing": "counts"}
SHORT = ("kind", "standing")

# The first verdict on a serial is no longer the one of attempt number 1, which may have been broken off: it is the
# first of the bench's attempts on that serial that has a verdict other than error.
FIRST = """
    SELECT {what} FROM attempt a
    WHERE a.day = day_model.day AND a.model = day_model.model AND a.outcome IN ({outcomes})
    AND a.scan_serial <> '' AND NOT EXISTS (
        SELECT 1 FROM attempt b
        WHERE b.scan_serial = a.scan_serial AND b.bench_id = a.bench_id
        AND b.outcome IN ('pass', 'marginal', 'waived', 'fail', 'inconclusive')
        AND (b.seq < a.seq OR (b.seq = a.seq AND b.attempt_id < a.attempt_id))
    )
"""
COUNTED = "'pass', 'marginal', 'waived', 'fail', 'inconclusive'"
SHIPPABLE = "'pass', 'marginal', 'waived'"


def upgrade() -> None:
    """Add the columns: what is there was tested for its own sake. Count first passes anew."""
    for name, value in NEW.items():
        kind = sa.String(length=16) if name in SHORT else sa.Text()
        op.add_column("attempt", sa.Column(name, kind, nullable=False, server_default=value))
    op.drop_index("attempt_by_serial", table_name="attempt")
    op.create_index("attempt_by_serial", "attempt", ["scan_serial", "bench_id", "seq"], unique=False)
    apart = sa.text("standing <> 'counts'")
    op.create_index(
        "attempt_apart", "attempt", ["day", "standing"], unique=False, sqlite_where=apart, postgresql_where=apart
    )
    op.execute(
        f"UPDATE day_model SET first_attempts = ({FIRST.format(what='count(*)', outcomes=COUNTED)}),"
        f" first_shippable = ({FIRST.format(what='count(*)', outcomes=SHIPPABLE)})"
    )
