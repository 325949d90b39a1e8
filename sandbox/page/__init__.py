"""The page with the two phones: one HTML, one CSS, one JavaScript file, and the JSON they live on."""

from sandbox.page.routes import Page

__all__ = ["Page"]
