"""Tallies: how often something was asked and answered in each hour; counts that outlive the messages (bot/tallies.py)."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("hour", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("language", sa.String(2), primary_key=True),
        sa.Column("channel", sa.String(12), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
    )
    op.create_index("sends_explained", "sends", ["created_at"], postgresql_where=sa.text("why IS NOT NULL"))
