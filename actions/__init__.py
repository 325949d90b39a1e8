"""What Rasa can do. Every action reads the tracker and nothing else, and returns text keys and effects.

Served by the bot through `rasa_sdk.executor.ActionExecutor`, or by `python -m rasa_sdk --actions actions`.
"""
