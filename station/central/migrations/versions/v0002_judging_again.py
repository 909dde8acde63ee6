"""Judging stored attempts again: the facts that were read, the runs, and what they found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables. Those of the first version stay as they are."""
    op.create_table(
        "attempt_facts",
        sa.Column("sequence", NUMBER, autoincrement=False, nullable=False),
        sa.Column("reader", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sequence"],
            ["attempt.sequence"],
        ),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_table(
        "rejudging",
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("run_key", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("profile_digest", sa.Text(), nullable=False),
        sa.Column("profile_data", sa.LargeBinary(), nullable=False),
        sa.Column("moment", sa.String(length=32), nullable=False),
        sa.Column("done_to", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.String(length=32), nullable=True),
        sa.Column("follows", sa.String(length=36), nullable=False),
        sa.Column("published_at", sa.String(length=32), nullable=True),
        sa.Column("operator", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("run_id"),
    )
    op.create_table(
        "rejudged",
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("sequence", NUMBER, autoincrement=False, nullable=False),
        sa.Column("was", sa.String(length=16), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("changes", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["rejudging.run_id"],
        ),
        sa.ForeignKeyConstraint(
            ["sequence"],
            ["attempt.sequence"],
        ),
        sa.PrimaryKeyConstraint("run_id", "sequence"),
    )
