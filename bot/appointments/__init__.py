"""Telehealth visits: free slots, bookings, what was wished, reminders, and the file for a calendar."""
