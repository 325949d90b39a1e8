"""The page with the two phones: HTML, CSS and JavaScript modules, the stories, and the JSON they live on."""

from sandbox.page.desk import Desk
from sandbox.page.routes import Page

__all__ = ["Desk", "Page"]
