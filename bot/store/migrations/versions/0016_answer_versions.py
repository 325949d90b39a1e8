"""Answers edited in the console: every version, and which one counts (bot/answers)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer_versions",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("texts", postgresql.JSONB(), nullable=True),
        sa.Column(
            "consultant_id", postgresql.UUID(as_uuid=True), sa.ForeignKey("consultants.id"), nullable=True
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=False),
    )
    op.create_index("answer_versions_by_key", "answer_versions", ["key", "id"])
