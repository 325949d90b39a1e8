"""Records: upload links, what was sent by them or in the chat, links for the holder; files on disk whose row is gone."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
DUE = ("fetch_at", "tell_at", "expires_at")

DISCARD = """
CREATE FUNCTION puente_discard_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO discarded_files (path) VALUES (OLD.path) ON CONFLICT DO NOTHING;
    RETURN NULL;
END;
$$;
CREATE TRIGGER puente_record_deleted AFTER DELETE ON records
    FOR EACH ROW WHEN (OLD.path <> '') EXECUTE FUNCTION puente_discard_file();
"""


def _uuid(
    name: str,
    target: str = "",
    *,
    ondelete: str | None = "CASCADE",
    key: bool = False,
    null: bool = False,
    index: bool = False,
) -> sa.Column[Any]:
    keys = [sa.ForeignKey(target, ondelete=ondelete)] if target else []
    kind = postgresql.UUID(as_uuid=True)
    return sa.Column(name, kind, *keys, primary_key=key, nullable=null, index=index or None)


def _uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("fingerprint", sa.LargeBinary(), primary_key=True),
        _uuid("conversation_id", "conversations.id", index=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
    )


def _records() -> None:
    op.create_table(
        "records",
        _uuid("id", key=True),
        _uuid("conversation_id", "conversations.id", index=True),
        sa.Column("case_id", sa.BigInteger(), sa.ForeignKey("cases.id", ondelete="SET NULL")),
        sa.Column("upload", sa.LargeBinary(), sa.ForeignKey("uploads.fingerprint", ondelete="SET NULL")),
        sa.Column("message_id", sa.BigInteger(), sa.ForeignKey("messages.id", ondelete="CASCADE")),
        sa.Column("position", sa.Integer()),
        sa.Column("path", sa.String(32), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("modified", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.String(24), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        *(sa.Column(name, MOMENT) for name in DUE),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("message_id", "position", name="records_once"),
    )
    for name in DUE:
        op.create_index(f"records_{name}", "records", [name], postgresql_where=sa.text(f"{name} IS NOT NULL"))


def _links() -> None:
    op.create_table(
        "file_tokens",
        sa.Column("fingerprint", sa.LargeBinary(), primary_key=True),
        _uuid("record_id", "records.id", index=True),
        sa.Column(
            "case_id",
            sa.BigInteger(),
            sa.ForeignKey("cases.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        _uuid("consultant_id", "consultants.id", ondelete=None),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("reader", sa.LargeBinary()),
    )
    op.alter_column("media_tokens", "file_id", nullable=True)
    op.add_column("media_tokens", _uuid("record_id", "records.id", null=True))


def upgrade() -> None:
    _uploads()
    _records()
    op.create_table("discarded_files", sa.Column("path", sa.String(32), primary_key=True))
    op.get_bind().exec_driver_sql(DISCARD)
    _links()
