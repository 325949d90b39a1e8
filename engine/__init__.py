"""Rasa's sealed environment (Python 3.10): the parts of the pipeline and of the server that are ours."""
