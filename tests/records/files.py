"""Small files of every kind, made up."""

import io
import zipfile

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 60 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
HEIC = b"\0\0\0\x18ftypheic" + b"\0" * 40
DICOM = b"\0" * 128 + b"DICM" + b"\2\0\0\0UL\4\0" + b"\0" * 100
CCD = b'<?xml version="1.0"?>\n<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Resumen</title></ClinicalDocument>'
PROGRAM = b"MZ\x90\0" + b"\0" * 200
PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


def zipped(files: dict[str, bytes], *, stored: bool = False) -> bytes:
    """The same bytes for the same files whenever it is made: tests are named after them, in several processes at once."""
    how = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, how)
    return made.getvalue()


def locked(content: bytes) -> bytes:
    """The same zip with the mark of a password on its first file, in both its headers."""
    made = bytearray(content)
    made[6] |= 1
    made[made.index(b"PK\1\2") + 8] |= 1
    return bytes(made)
