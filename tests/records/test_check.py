"""What a file is, by its content; what is refused, and why."""

import io

import pytest

from bot.records.check import Refused, kind_of
from tests.records.files import CCD, DICOM, HEIC, JPEG, PAGE, PDF, PNG, PROGRAM, locked, zipped

DOCX = zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})


def kind(content: bytes, name: str = "") -> str:
    return kind_of(io.BytesIO(content), len(content), name)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PDF, "pdf"),
        (JPEG, "jpeg"),
        (PNG, "png"),
        (HEIC, "heic"),
        (DICOM, "dicom"),
        (CCD, "ccd"),
        (DOCX, "docx"),
        ("Hemoglobina: 13.2, creatinina: 0.9\nSeñora".encode(), "text"),
        ("Señora con hipertensión".encode("latin-1"), "text"),
        (zipped({"DICOM/IM1": DICOM, "DICOM/IM2": DICOM, "informe.pdf": PDF}), "zip"),
        (zipped({"a.jpg": JPEG, "__MACOSX/._a.jpg": b"\0\1", ".DS_Store": b"\0\0\0\1"}), "zip"),
    ],
)
def test_a_file_is_known_by_its_content(content: bytes, found: str) -> None:
    assert kind(content, "cualquiera.bin") == found


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.pdf", "empty"),
        (PROGRAM, "informe.pdf", "program"),
        (PROGRAM[:128] + b"DICM" + b"\0" * 50, "im.dcm", "program"),
        (b"#!/bin/sh\nrm -rf /", "nota.txt", "program"),
        (b"WScript.Echo 1", "estudio.vbs", "program"),
        (PAGE, "estudio.pdf", "web_page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "x.xml", "web_page"),
        (b'<?xml version="1.0"?><other/>', "x.xml", "unknown"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><ClinicalDocument/>', "x.xml", "unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "viejo.doc", "unknown"),
        (locked(zipped({"a.pdf": PDF})), "a.zip", "locked_zip"),
        (zipped({"a.pdf": PDF})[:60], "a.zip", "broken_zip"),
        (zipped({}), "a.zip", "unknown"),
        (zipped({"dir/": b""}), "a.zip", "empty"),
        (zipped({"im.dcm": DICOM, "visor/Start.exe": PROGRAM}), "cd.zip", "zip_program"),
        (zipped({"im.dcm": DICOM, "index.htm": PAGE}), "cd.zip", "zip_program"),
        (zipped({"dentro.zip": zipped({"a.pdf": PDF})}), "a.zip", "zip_other"),
        (zipped({"a.xlsx": b"\0\1\2\3"}), "a.zip", "zip_other"),
        (zipped({"ceros.txt": b"0" * 60_000_000}), "a.zip", "bomb"),
        (
            zipped({"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b"x"}),
            "m.docx",
            "program",
        ),
    ],
)
def test_what_may_do_harm_or_is_not_known_is_refused(content: bytes, name: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        kind(content, name)
    assert refused.value.reason == reason


def test_text_is_text_to_its_end() -> None:
    with pytest.raises(Refused):
        kind(b"hola " * 2000 + b"\0\0")
