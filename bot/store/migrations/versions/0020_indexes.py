"""Indexes of what is looked for in every turn, by every line of a consultant, and twice a second by the watch."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

DUE = ("announce_by", "notify_at", "page_all_at")


def upgrade() -> None:
    op.create_index(
        "sends_by_answered", "sends", ["answers_id"], postgresql_where=sa.text("answers_id IS NOT NULL")
    )
    op.create_index("cases_by_conversation", "cases", ["conversation_id"])
    op.create_index(
        "conversations_by_consultant",
        "conversations",
        ["consultant_id"],
        postgresql_where=sa.text("consultant_id IS NOT NULL"),
    )
    for due in DUE:
        op.create_index(f"cases_{due}", "cases", [due], postgresql_where=sa.text(f"{due} IS NOT NULL"))
