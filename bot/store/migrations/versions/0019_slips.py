"""Slips: what somebody has filled in for a patient, until it is opened."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
UUID = postgresql.UUID(as_uuid=True)


def upgrade() -> None:
    op.create_table(
        "slips",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column(
            "conversation_id",
            UUID,
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("word", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("token", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("answers", sa.LargeBinary(), nullable=True),
        sa.Column(
            "opener_id",
            UUID,
            sa.ForeignKey("conversations.id", ondelete="SET NULL"),
            nullable=True,
            index=True,
        ),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False, index=True),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
    )
