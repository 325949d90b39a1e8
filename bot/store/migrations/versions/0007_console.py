"""The console: who is signed in, links that sign in once, wrong passwords, and the audit log, which nobody can change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "console_sessions",
        sa.Column("fingerprint", sa.LargeBinary(), primary_key=True),
        *_whose(nullable=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("notice", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
    )
    op.create_table(
        "console_links",
        sa.Column("fingerprint", sa.LargeBinary(), primary_key=True),
        *_whose(nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
    )
    op.create_table(
        "console_attempts",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False, index=True),
    )
    _audit()
    op.create_index("sends_by_conversation", "sends", ["conversation_id", "id"])
    op.create_index("sends_failed", "sends", ["created_at"], postgresql_where=sa.text("state = 'failed'"))
    op.create_index("cases_closed", "cases", ["closed_at", "id"])


def _whose(*, nullable: bool) -> list[sa.Column[object]]:
    uuid = postgresql.UUID(as_uuid=True)
    consultant = sa.ForeignKey("consultants.id", ondelete="CASCADE")
    chat = sa.ForeignKey("conversations.id", ondelete="CASCADE")
    return [
        sa.Column("consultant_id", uuid, consultant, nullable=nullable, index=True),
        sa.Column("conversation_id", uuid, chat, nullable=nullable),
    ]


def _audit() -> None:
    """Append-only also for whoever has the application's rights: the database refuses the rest."""
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(16), nullable=False),
        sa.Column(
            "consultant_id",
            postgresql.UUID(as_uuid=True),
            sa.ForeignKey("consultants.id"),
            nullable=True,
        ),
        sa.Column("what", sa.String(24), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
    )
    op.create_index("audit_by_case", "audit", ["case_id", "id"])
    op.execute(
        "CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()"
    )
