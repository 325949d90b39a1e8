"""4 · What is said: the client of Rasa, texts composed into drafts, and what a tapped or typed choice means."""
