"""What was not understood, reviewed by the office, and the training lines that it wrote about it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
BY = postgresql.UUID(as_uuid=True)


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column(
            "message_id", sa.BigInteger(), sa.ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("consultant_id", BY, sa.ForeignKey("consultants.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_table(
        "training_lines",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("label", sa.String(32), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("consultant_id", BY, sa.ForeignKey("consultants.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("sends_unsure", "sends", ["id"], postgresql_where=sa.text("why->>'by' = 'unsure'"))
    op.create_index("audit_by_about", "audit", ["about", "id"], postgresql_where=sa.text("about <> ''"))
