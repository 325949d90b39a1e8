"""Answers that the office edits itself, in the console: checked, kept as versions, said from the next reply on.

Only ordinary answers (`answer.…` of data/texts): what is said in danger is changed in its file, with a clinician.
"""
