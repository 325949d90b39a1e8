"""Training lines that the office writes while it reviews what was not understood: in its own words, nothing of a patient's."""
