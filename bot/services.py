"""What the rooms share: built once in `app.py`, handed down as one argument."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.base import Channel, Limits
from bot.clock import Clock
from bot.config import Settings
from bot.dialogue.rasa import Rasa
from bot.entities import Entities
from bot.office import Office
from bot.safety import HelpComing, Screen
from bot.store.database import Database
from bot.store.jobs import Jobs
from bot.texts import Labels, TextBook


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    office: Office
    texts: TextBook
    labels: Labels
    entities: Entities
    screen: Screen
    help_coming: HelpComing
    database: Database
    jobs: Jobs
    channels: Mapping[str, Channel]
    rasa: Rasa
    clock: Clock

    def limits(self, channel: str) -> Limits:
        return self.channels[channel].limits

    @property
    def real(self) -> bool:
        """Real providers are connected: demo facts are never said."""
        return self.settings.real_providers
