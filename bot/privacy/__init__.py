"""A person's rights over what is stored of them: consent, copies, erasure, and what is kept how long."""
