"""Sealing bytes with AES-256-GCM under a ring of keys: the newest seals, each one opens what it sealed."""

from __future__ import annotations

import base64
import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_ID_BYTES = 8
_NONCE_BYTES = 12  # 96 bits, the size GCM is made for (NIST SP 800-38D)


class Unreadable(Exception):
    """Sealed with a key that is not on the ring, for another owner, or damaged."""


class KeyRing:
    """Keys as in ENCRYPTION_KEY: url-safe base64 of 32 bytes each, comma separated, newest first."""

    def __init__(self, keys: str) -> None:
        """Raises ValueError, without quoting a key, when there is none or one is not 32 bytes."""
        secrets = [_decoded(key.strip()) for key in keys.split(",") if key.strip()]
        if not secrets:
            raise ValueError("ENCRYPTION_KEY holds no key")
        self._newest = _key_id(secrets[0])
        self._ciphers = {_key_id(secret): AESGCM(secret) for secret in secrets}

    def seal(self, content: bytes, owner: str) -> bytes:
        """key id (8 bytes) + nonce (12) + ciphertext and tag; opens only for the same `owner`."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._newest + nonce + self._ciphers[self._newest].encrypt(nonce, content, owner.encode())

    def open(self, sealed: bytes, owner: str) -> bytes:
        """The content. Raises Unreadable."""
        cipher = self._ciphers.get(sealed[:_ID_BYTES])
        if cipher is None:
            raise Unreadable("no key on the ring has sealed this")
        nonce, body = sealed[_ID_BYTES : _ID_BYTES + _NONCE_BYTES], sealed[_ID_BYTES + _NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, body, owner.encode())
        except (InvalidTag, ValueError) as error:
            raise Unreadable("damaged, or of another conversation") from error


def _decoded(key: str) -> bytes:
    try:
        secret = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
    except ValueError as error:
        raise ValueError("a key of ENCRYPTION_KEY is not url-safe base64") from error
    if len(secret) != 32:
        raise ValueError("a key of ENCRYPTION_KEY is not 32 bytes long")
    return secret


def _key_id(secret: bytes) -> bytes:
    return hashlib.sha256(b"key id" + secret).digest()[:_ID_BYTES]
