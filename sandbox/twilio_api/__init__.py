"""Twilio's API for WhatsApp, emulated (twilio.com/docs/messaging, /docs/content, /docs/whatsapp)."""

from sandbox.twilio_api.api import TwilioApi
from sandbox.twilio_api.checks import Sender
from sandbox.twilio_api.content import Template
from sandbox.twilio_api.people import WhatsAppUser

__all__ = ["Sender", "Template", "TwilioApi", "WhatsAppUser"]
