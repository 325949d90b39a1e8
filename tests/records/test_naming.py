"""Names of files as people may see them."""

import pytest

from bot.records.naming import is_name, plain_name


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Escritorio\\eco 1.pdf", "eco 1.pdf"),
        ("inform\u202efdp.exe", "inform fdp.exe"),
        ("a\nb\t.pdf", "a b .pdf"),
        (".htaccess", "htaccess"),
        ("x" * 200 + ".pdf", "x" * 115 + "….pdf"),
    ],
)
def test_a_name_is_one_plain_line(given: str, shown: str) -> None:
    assert plain_name(given) == shown


@pytest.mark.parametrize(
    ("words", "name"),
    [("informe 2.pdf", True), ("¿me ayuda con esto?", False), ("es mi mamá. gracias por todo", False)],
)
def test_the_name_of_a_document_is_no_message(words: str, name: bool) -> None:
    assert is_name(words) is name
