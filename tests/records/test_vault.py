"""Files on disk: sealed, torn ends dropped, read from any place."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.encrypted import KeyUnknown, keyring
from bot.store.vault import CHUNK, Busy, Vault

PLAIN = bytes(range(256)) * 5000 + b"zanahoria7391" + bytes(CHUNK)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    before = keyring._ciphers
    keyring.load([bytes(32)])
    yield Vault(tmp_path)
    keyring._ciphers = before


def written(vault: Vault) -> str:
    name = vault.new_name()
    with vault.append(name) as appender:
        for start in range(0, len(PLAIN), CHUNK):
            appender.write(PLAIN[start : start + CHUNK])
    return name


def test_what_is_written_is_read_and_not_readable_on_disk(vault: Vault) -> None:
    name = written(vault)
    assert b"".join(vault.chunks(name)) == PLAIN
    assert b"zanahoria" not in vault.place(name).read_bytes()
    assert vault.size(name) == len(PLAIN)
    assert vault.place(name).stat().st_mode & 0o077 == 0


def test_it_is_read_from_any_place(vault: Vault) -> None:
    with vault.open(written(vault)) as file:
        for place in (0, CHUNK - 3, CHUNK, len(PLAIN) - 10):
            file.seek(place)
            assert file.read(20) == PLAIN[place : place + 20]
        assert file.seek(0, 2) == len(PLAIN)
        assert file.read(1) == b""


def test_a_torn_end_is_dropped_and_written_anew(vault: Vault) -> None:
    name = written(vault)
    place = vault.place(name)
    place.write_bytes(place.read_bytes()[:-100])
    whole = vault.size(name)
    assert whole == CHUNK * 2
    with vault.append(name) as appender:
        assert appender.offset == whole
        appender.write(PLAIN[whole:])
    assert b"".join(vault.chunks(name)) == PLAIN


def test_one_writes_at_a_time(vault: Vault) -> None:
    name = written(vault)
    with vault.append(name), pytest.raises(Busy):
        vault.append(name)


def test_a_chunk_moved_elsewhere_does_not_open(vault: Vault) -> None:
    one, other = written(vault), written(vault)
    vault.place(other).write_bytes(vault.place(one).read_bytes())
    with pytest.raises(KeyUnknown):
        b"".join(vault.chunks(other))


def test_a_file_that_is_not_there_has_no_size(vault: Vault) -> None:
    assert vault.size("0" * 32) == 0
    vault.delete("0" * 32)
