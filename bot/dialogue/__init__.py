"""4 · The client of Rasa, and what to say when Rasa is down."""
