"""Large files, sealed on disk under DATA_DIR/files, a chunk at a time: neither writing nor reading holds one in memory.

A file is a sequence of frames: four bytes of length, then a sealed chunk (`bot/store/encrypted.py`). The file's name and the
chunk's place are bound into the seal, so that a chunk moved elsewhere does not open. The names are random.
"""

import fcntl
import io
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from bot.store.encrypted import NONCE_BYTES, VERSION, keyring

CHUNK = 1 << 20  # bytes of plain content in one frame, at most
_LENGTH = 4  # bytes
_OVERHEAD = len(VERSION) + NONCE_BYTES + 16  # bytes that sealing adds


class Busy(Exception):
    """Somebody else is writing this file."""


class _Frame(NamedTuple):
    start: int  # of its plain bytes in the whole
    place: int  # of its sealed bytes in the file
    sealed: int  # bytes

    @property
    def end(self) -> int:
        return self.start + self.sealed - _OVERHEAD


class Vault:
    """The folder of sealed files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @staticmethod
    def new_name() -> str:
        return secrets.token_hex(16)

    def place(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def size(self, name: str) -> int:
        """Plain bytes that are safe in the file; 0 when there is none."""
        try:
            with self.place(name).open("rb") as file:
                frames = _frames(file)
        except FileNotFoundError:
            return 0
        return frames[-1].end if frames else 0

    def append(self, name: str) -> "Appender":
        """Write on from where the file ends. Raises Busy."""
        place = self.place(name)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
        return Appender(os.fdopen(descriptor, "r+b"), name)

    def open(self, name: str) -> io.BufferedReader:
        """The plain content, to be read from any place. Raises FileNotFoundError."""
        return io.BufferedReader(_Opened(self.place(name).open("rb"), name), CHUNK)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The plain content, piece by piece. Raises FileNotFoundError."""
        with self.place(name).open("rb") as file:
            for number, frame in enumerate(_frames(file)):
                yield _unsealed(file, frame, name, number)

    def delete(self, name: str) -> None:
        self.place(name).unlink(missing_ok=True)


class Appender:
    """An open file that grows. What was torn off in the middle of a frame is dropped first."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._name = file, name
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise Busy from None
        frames = _frames(file)
        self._number = len(frames)
        self.offset = frames[-1].end if frames else 0
        file.truncate(frames[-1].place + frames[-1].sealed if frames else 0)
        file.seek(0, os.SEEK_END)

    def write(self, plain: bytes) -> None:
        """At most CHUNK bytes."""
        sealed = keyring.seal(plain, _context(self._name, self._number))
        self._file.write(len(sealed).to_bytes(_LENGTH) + sealed)
        self._file.flush()
        self._number += 1
        self.offset += len(plain)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.fsync(self._file.fileno())
        self._file.close()


class _Opened(io.RawIOBase):
    """A sealed file as a plain one. Holds one chunk at a time."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self._name, self._frames = file, name, _frames(file)
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        end = self._frames[-1].end if self._frames else 0
        self._at = max(0, {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: end}[whence] + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        number = self._frame_at(self._at)
        if number is None:
            return 0
        if self._held[0] != number:
            self._held = (number, _unsealed(self._file, self._frames[number], self._name, number))
        begin = self._at - self._frames[number].start
        piece = self._held[1][begin : begin + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _frame_at(self, at: int) -> int | None:
        """By bisection: the last frame that begins at or before `at`, if `at` is in it."""
        low, high = 0, len(self._frames)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self._frames[middle].end <= at else (low, middle)
        return low if low < len(self._frames) else None

    def close(self) -> None:
        self._file.close()
        super().close()


def _frames(file: BinaryIO) -> list[_Frame]:
    """The whole frames of a file, in order."""
    total = os.fstat(file.fileno()).st_size
    frames: list[_Frame] = []
    place = start = 0
    while place + _LENGTH <= total:
        file.seek(place)
        sealed = int.from_bytes(file.read(_LENGTH))
        if sealed <= _OVERHEAD or place + _LENGTH + sealed > total:
            break
        frames.append(_Frame(start, place + _LENGTH, sealed))
        start, place = frames[-1].end, place + _LENGTH + sealed
    return frames


def _unsealed(file: BinaryIO, frame: _Frame, name: str, number: int) -> bytes:
    file.seek(frame.place)
    return keyring.open(file.read(frame.sealed), _context(name, number))


def _context(name: str, number: int) -> str:
    return f"vault.{name}.{number}"
