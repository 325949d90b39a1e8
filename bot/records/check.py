"""What a file really is, by its content: its name and the type that a browser gives are never believed. Pure.

Known: PDF, JPEG, PNG, HEIC, DICOM, DOCX, plain text, CCD (a ClinicalDocument in XML), and zip files of these. A name can only
make it worse: what a computer would run by its ending is refused whatever it holds.
"""

import zipfile
import zlib
from typing import BinaryIO

HEAD = 4096  # bytes that tell
LONGEST_TEXT = 20_000_000  # bytes
MOST_ENTRIES = 20_000  # of a zip: a large CT has some thousand slices
LARGEST_UNPACKED = 20_000_000_000  # bytes
BOMB_RATIO, BOMB_FROM = 200, 50_000_000  # so many times larger unpacked, for what is large at all

_STARTS = {
    b"%PDF-": "pdf",
    b"\xff\xd8\xff": "jpeg",
    b"\x89PNG\r\n\x1a\n": "png",
    b"PK\x03\x04": "zip",
}
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"L\x00\x00\x00\x01\x14\x02\x00",  # a Windows shortcut
    b"@echo",
)
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_PAGES = ("<!doctype html", "<html", "<script", "<svg", "<?php", "<body", "<iframe", "javascript:")
_RUN_BY_NAME = frozenset(
    """
    apk app bat cmd com cpl dll exe hta htm html inf jar js jse lnk mjs msi msp php pif ps1 py reg scr sh svg sys vb vbe vbs
    wsf xhtml
    """.split()  # noqa: SIM905 (a column of words reads better)
)
_LEFT_BY_SYSTEMS = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")


class Refused(Exception):
    """The file is not kept. `reason` is the end of a text key: `records.refused.<reason>`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def kind_of(file: BinaryIO, size: int, name: str = "") -> str:
    """`pdf`, `dicom` …; raises Refused. The file is read from its beginning, a zip where its list says."""
    if size == 0:
        raise Refused("empty")
    file.seek(0)
    kind = _by_head(file.read(HEAD), name)
    if kind == "zip":
        return _in_zip(file)
    if kind in ("text", "ccd"):
        _all_text(file, size)
    return kind


def _by_head(head: bytes, name: str) -> str:
    """By the first bytes. DICOM comes after programs: its first 128 bytes are free, and have been used to hide one."""
    if head.lower().startswith(tuple(start.lower() for start in _PROGRAMS)) or _is_run(name):
        raise Refused("program")
    if head[128:132] == b"DICM":
        return "dicom"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        return "heic"
    for start, kind in _STARTS.items():
        if head.startswith(start):
            return kind
    return _by_words(head)


def _is_run(name: str) -> bool:
    stem, _, ending = name.rpartition(".")
    return bool(stem) and ending.strip().lower() in _RUN_BY_NAME


def _by_words(head: bytes) -> str:
    words = _decoded(head).lstrip("\ufeff \t\r\n").lower()
    if any(page in words for page in _PAGES):
        raise Refused("web_page")
    if not words.startswith("<"):
        return "text"
    if "<!doctype" in words or "<!entity" in words or "clinicaldocument" not in words:
        raise Refused("unknown")
    return "ccd"


def _decoded(head: bytes) -> str:
    """Text, in the two ways that people's computers write it. Raises Refused for anything else."""
    if any(byte < 32 and byte not in b"\t\r\n\f" for byte in head):
        raise Refused("unknown")
    try:
        return head[: len(head) - 3].decode() + head[len(head) - 3 :].decode(errors="ignore")
    except UnicodeDecodeError:
        return head.decode("latin-1")


def _all_text(file: BinaryIO, size: int) -> None:
    if size > LONGEST_TEXT:
        raise Refused("unknown")
    file.seek(0)
    while piece := file.read(1 << 20):
        if b"\0" in piece:
            raise Refused("unknown")


def _in_zip(file: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            return _of_archive(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError):
        raise Refused("broken_zip") from None


def _of_archive(archive: zipfile.ZipFile) -> str:
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _of_a_system(entry)]
    _no_bomb(entries)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused("locked_zip")
    names = {entry.filename for entry in entries}
    if {"[Content_Types].xml", "word/document.xml"} <= names:
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise Refused("program")
        return "docx"
    if not entries:
        raise Refused("empty")
    for entry in entries:
        _fits(archive, entry)
    return "zip"


def _of_a_system(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename.lower()
    return name.startswith(_LEFT_BY_SYSTEMS) or name.rpartition("/")[2] in _LEFT_BY_SYSTEMS


def _no_bomb(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    inflated = unpacked > BOMB_FROM and unpacked / packed > BOMB_RATIO
    if len(entries) > MOST_ENTRIES or unpacked > LARGEST_UNPACKED or inflated:
        raise Refused("bomb")


def _fits(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Only the beginning of each is unpacked."""
    if not entry.file_size:
        return
    with archive.open(entry) as inside:
        head = inside.read(HEAD)
    try:
        kind = _by_head(head, entry.filename)
    except Refused as refused:
        raise Refused("zip_program" if refused.reason in ("program", "web_page") else "zip_other") from None
    if kind == "zip":
        raise Refused("zip_other")
