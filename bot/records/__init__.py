"""Records: studies and other files that a patient sends, by the upload page or in the chat; kept sealed, listed, opened by
the holder of the case, and erased."""
