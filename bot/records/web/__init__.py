"""The two pages of records: where a patient uploads, where the holder of a case opens a file."""
