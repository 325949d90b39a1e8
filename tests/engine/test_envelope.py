"""Sealing with a ring of keys."""

import pytest

from engine.envelope import KeyRing, Unreadable
from tests.engine.conftest import new_key


def test_what_is_sealed_opens_for_its_owner() -> None:
    ring = KeyRing(new_key())
    assert ring.open(ring.seal(b"a text", "c1"), "c1") == b"a text"


def test_sealing_twice_looks_different() -> None:
    ring = KeyRing(new_key())
    assert ring.seal(b"a text", "c1") != ring.seal(b"a text", "c1")


def test_nothing_opens_for_another_owner() -> None:
    ring = KeyRing(new_key())
    with pytest.raises(Unreadable):
        ring.open(ring.seal(b"a text", "c1"), "c2")


def test_damaged_content_does_not_open() -> None:
    ring = KeyRing(new_key())
    sealed = bytearray(ring.seal(b"a text", "c1"))
    sealed[-1] ^= 1
    with pytest.raises(Unreadable):
        ring.open(bytes(sealed), "c1")


@pytest.mark.parametrize("sealed", [b"", b"short", b"0" * 40])
def test_what_was_never_sealed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(Unreadable):
        KeyRing(new_key()).open(sealed, "c1")


def test_older_key_still_opens_and_the_newest_seals() -> None:
    old, new = new_key(), new_key()
    sealed_before = KeyRing(old).seal(b"a text", "c1")
    ring = KeyRing(f"{new}, {old}")
    assert ring.open(sealed_before, "c1") == b"a text"
    assert KeyRing(new).open(ring.seal(b"a text", "c1"), "c1") == b"a text"


def test_without_the_key_nothing_opens() -> None:
    sealed = KeyRing(new_key()).seal(b"a text", "c1")
    with pytest.raises(Unreadable):
        KeyRing(new_key()).open(sealed, "c1")


@pytest.mark.parametrize("keys", ["", " , ", "c2hvcnQ=", "not base64 at all!"])
def test_wrong_key_is_refused_without_being_quoted(keys: str) -> None:
    with pytest.raises(ValueError, match="ENCRYPTION_KEY") as refusal:
        KeyRing(keys)
    assert keys.strip(" ,") == "" or keys not in str(refusal.value)
