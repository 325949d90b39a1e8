"""Relatives and others in a case, the invitations by which they join, and who writes as a colleague."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = postgresql.UUID(as_uuid=True)
MOMENT = sa.DateTime(timezone=True)


def _chat(name: str, gone: str, *, nullable: bool) -> sa.Column[UUID]:
    return sa.Column(name, ID, sa.ForeignKey("conversations.id", ondelete=gone), nullable=nullable)


def _case() -> sa.Column[int]:
    return sa.Column(
        "case_id", sa.BigInteger(), sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True
    )


def upgrade() -> None:
    op.create_table(
        "contacts_of_case",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        _case(),
        _chat("conversation_id", "CASCADE", nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("relation", sa.LargeBinary(), nullable=False),
        sa.Column("authority", sa.String(12), nullable=False, server_default=""),
        _chat("invited_by_id", "SET NULL", nullable=True),
        sa.Column("consultant_id", ID, sa.ForeignKey("consultants.id"), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("joined_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.UniqueConstraint("case_id", "conversation_id", name="contacts_once"),
    )
    op.create_index("contacts_by_conversation", "contacts_of_case", ["conversation_id"])
    op.create_table(
        "case_invitations",
        sa.Column("fingerprint", sa.LargeBinary(), primary_key=True),
        _case(),
        _chat("invited_by_id", "SET NULL", nullable=True),
        sa.Column("consultant_id", ID, sa.ForeignKey("consultants.id"), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        _chat("used_by_id", "CASCADE", nullable=True),
    )
    op.add_column("conversations", sa.Column("colleague_at", MOMENT, nullable=True))
    op.add_column("cases", sa.Column("lane", sa.String(12), nullable=False, server_default=""))
