"""Bring a database to this version's tables: Alembic, under a lock so that two starts do not collide."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from bot.store.database import driver_url

LOCK_KEY = 0x50_75_65_6E_74_65  # "Puente"


def upgrade(database_url: str) -> None:
    """Apply the missing migrations. `database_url` as in the settings."""
    engine = create_engine(driver_url(database_url), hide_parameters=True)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK_KEY})
        connection.commit()
        try:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK_KEY})
            connection.commit()
    engine.dispose()
