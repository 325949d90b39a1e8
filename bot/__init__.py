"""Puente: the assistant of an international patient office, on WhatsApp and Telegram."""
