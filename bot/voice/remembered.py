"""How long it is remembered that somebody writes by voice note."""

from datetime import timedelta

REMEMBERED = timedelta(days=90)  # after the last one
