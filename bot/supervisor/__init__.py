"""The processes of `make run`: PostgreSQL, migrations, training, the sandbox, Rasa, the bot."""
