"""The whole product against the emulators: what people write and read, and what survives."""
