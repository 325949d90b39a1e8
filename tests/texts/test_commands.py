"""Words understood as commands, and words that only look like them."""

import pytest

from bot.texts import Command, TextBook


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("tomar", Command("take", "")),
        ("Tomar 104", Command("take", "104")),
        ("TOMAR #104.", Command("take", "104")),
        ("tomar el caso 104", Command("take", "104")),
        ("take case 104", Command("take", "104")),
        ("/take@PuenteBot 104", Command("take", "104")),
        ("/tomar", Command("take", "")),
        ("cerrar", Command("close", "")),
        ("Close 7", Command("close", "7")),
        ("soltar 104", Command("release", "104")),
        ("relevar 104", Command("take_over", "104")),
        ("take over 104", Command("take_over", "104")),
        ("Tomar el relevo #104", Command("take_over", "104")),
        ("transferir 104 a Bruno: nota", Command("transfer", "104 a Bruno: nota")),
        ("give back", Command("give_back", "")),
        ("casos", Command("cases", "")),
        ("Cases.", Command("cases", "")),
        ("¿ayuda?", Command("help", "")),
        ("nota Llamó la hija, Pérez", Command("note", "Llamó la hija, Pérez")),
        ("NOTA: llamar el lunes", Command("note", "llamar el lunes")),
        ("note:call on Monday", Command("note", "call on Monday")),
        ("nota\nprimera línea\nsegunda", Command("note", "primera línea\nsegunda")),
        ("nota", Command("note", "")),
        ("BAJA", Command("opt_out", "")),
        ("  baja. ", Command("opt_out", "")),
        ("¡Alto!", Command("opt_out", "")),
        ("STOP", Command("opt_out", "")),
        ("stop please", Command("opt_out", "")),
        ("Alta", Command("opt_in", "")),
        ("START", Command("opt_in", "")),
        ("/start", Command("opt_in", "")),
        ("asistente", Command("assistant", "")),
        ("Assistant", Command("assistant", "")),
    ],
)
def test_commands_are_understood(book: TextBook, text: str, command: Command) -> None:
    assert book.command(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "hola",
        "tomar dos pastillas al día",
        "tomar 2 pastillas",
        "take 2 of these",
        "tomar 104 105",
        "cerrar la herida",
        "close the door",
        "tomaré 104",
        "notable",
        "notas",
        "estoy de baja por enfermedad",
        "my baby was due, the alto part",
        "stop the bleeding",
        "quiero el alta del hospital",
        "la asistente me dijo",
        "no más casos",
        # words of a dialogue: never an opt-out
        "CANCEL",
        "cancelar",
        "END",
        "FIN",
        "QUIT",
        "YES",
        "SÍ",
        "no",
    ],
)
def test_words_of_a_conversation_are_no_command(book: TextBook, text: str) -> None:
    assert book.command(text) is None
