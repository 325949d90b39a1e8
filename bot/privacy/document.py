"""Lines of text as a PDF: the one kind of document that both channels carry and every phone opens (platform.md 1.9).

Written by hand, as it needs no more than one built-in font (ISO 32000-1, 9.6.2.2) in the encoding of Western Europe.
"""

from collections.abc import Sequence
from textwrap import wrap

WIDTH, HEIGHT, MARGIN = 595, 842, 50  # points: A4
SIZE, LEADING = 10, 14  # points
COLUMNS = 88  # characters of that size that fit a line, on average
LINES = (HEIGHT - 2 * MARGIN) // LEADING


def pdf(lines: Sequence[str]) -> bytes:
    """Long lines are wrapped. Signs that the encoding lacks become "?"."""
    rows = [row for line in lines for row in (wrap(line, COLUMNS) or [""])]
    pages = [rows[start : start + LINES] for start in range(0, len(rows), LINES)] or [[]]
    first = 4  # after catalogue, tree of pages and font, each page is two objects
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for n, page in enumerate(pages):
        objects += [_page(first + 2 * n + 1), _stream(page)]
    return _file(objects)


def _page(content: int) -> bytes:
    box = f"/MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources << /Font << /F1 3 0 R >> >>"
    return f"<< /Type /Page /Parent 2 0 R {box} /Contents {content} 0 R >>".encode()


def _stream(rows: Sequence[str]) -> bytes:
    shown = b"".join(b"(" + _escaped(row) + b") Tj T*\n" for row in rows)
    begin = f"BT /F1 {SIZE} Tf {LEADING} TL {MARGIN} {HEIGHT - MARGIN} Td\n".encode()
    content = begin + shown + b"ET"
    return b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content)


def _escaped(row: str) -> bytes:
    raw = row.encode("cp1252", "replace")
    return raw.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


def _file(objects: Sequence[bytes]) -> bytes:
    """The objects, where each begins, and where that is told."""
    body, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return body + end % (size, table, size, len(body))
