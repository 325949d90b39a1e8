"""Approved answers read aloud: recordings, wishes for one, and when somebody last sent a voice note."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
UUID = postgresql.UUID(as_uuid=True)


def upgrade() -> None:
    op.add_column("conversations", sa.Column("voice_at", MOMENT, nullable=True))
    _recordings()
    _wishes()
    op.add_column(
        "media_tokens",
        sa.Column(
            "recording_id", sa.BigInteger(), sa.ForeignKey("recordings.id", ondelete="CASCADE"), nullable=True
        ),
    )


def _recordings() -> None:
    op.create_table(
        "recordings",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("label", sa.String(32), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("mark", sa.String(16), nullable=False),
        sa.Column("consultant_id", UUID, sa.ForeignKey("consultants.id"), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.UniqueConstraint("label", "language", name="recordings_once"),
    )


def _wishes() -> None:
    op.create_table(
        "recording_wishes",
        sa.Column(
            "conversation_id",
            UUID,
            sa.ForeignKey("conversations.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("label", sa.String(32), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("mark", sa.String(16), nullable=False),
        sa.Column("thread", sa.String(32), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column(
            "message_id", sa.BigInteger(), sa.ForeignKey("messages.id", ondelete="SET NULL"), nullable=True
        ),
        sa.Column("fetch_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
    )
    op.create_index(
        "recording_wishes_fetch_at",
        "recording_wishes",
        ["fetch_at"],
        postgresql_where=sa.text("fetch_at IS NOT NULL"),
    )
