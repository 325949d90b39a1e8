"""The tables that migrations make are those of the code."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from bot.store.database import driver_url
from bot.store.tables import Base

OF_OTHERS = ("procrastinate_", "alembic_version")


def test_migrations_make_the_tables_of_the_code(database_url: str) -> None:
    engine = create_engine(driver_url(database_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "include_name": lambda name, *_: not str(name).startswith(OF_OTHERS)},
        )
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert differences == []
