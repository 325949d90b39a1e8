"""Encryption at rest: AES-256-GCM columns and the blind index that finds an address without revealing it.

A stored value is one version byte, a 12-byte nonce, then ciphertext and tag; the column's name is bound in as
associated data, so a value moved to another column does not open. Keys: newest first; all are tried for reading.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

VERSION = b"\x01"
NONCE_BYTES = 12


class KeyUnknown(RuntimeError):
    """No configured key opens a stored value: ENCRYPTION_KEY is not the one that the data was written with."""


class KeyRing:
    """The process's keys, loaded once at start from the settings."""

    def __init__(self) -> None:
        self._ciphers: tuple[AESGCM, ...] = ()
        self._index_key = b""

    def load(self, keys: Sequence[bytes]) -> None:
        """Take the encryption keys, each of 32 bytes, newest first."""
        self._ciphers = tuple(AESGCM(key) for key in keys)

    def load_index_key(self, key: bytes) -> None:
        """Take the key of the blind index (kept in the database, sealed)."""
        self._index_key = key

    def seal(self, plain: bytes, context: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + self._ciphers[0].encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, body, context.encode())
            except InvalidTag:
                continue
        raise KeyUnknown(
            f"no key in ENCRYPTION_KEY opens {context}; restore the key this data was written with"
        )

    def resealed(self, sealed: bytes, context: str) -> bytes | None:
        """The same value sealed with the newest key; None when it is already. Raises KeyUnknown."""
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            self._ciphers[0].decrypt(nonce, body, context.encode())
        except InvalidTag:
            return self.seal(self.open(sealed, context), context)
        return None

    def blind(self, value: str) -> bytes:
        """A keyed fingerprint of 32 bytes: equal for equal values, meaningless without the key."""
        return hmac.new(self._index_key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


keyring = KeyRing()


class Encrypted(TypeDecorator[Any]):
    """A column whose value (anything JSON can hold) is sealed on its way in. `context` is table.column."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return keyring.seal(json.dumps(value, separators=(",", ":")).encode(), self.context)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(keyring.open(value, self.context))


class EncryptedBytes(TypeDecorator[bytes]):
    """A column of sealed bytes: a file."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring.seal(value, self.context)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring.open(value, self.context)
