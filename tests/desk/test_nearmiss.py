"""Commands with a slip of the finger are asked about; what a consultant tells her patient just goes."""

from pathlib import Path

import pytest

from bot.desk.nearmiss import near_miss
from bot.safety.spelling import Spelling, dictionary
from bot.texts import TextBook

ROOT = Path(__file__).parents[2]
OPEN_CASES = (104, 1072)

MEANT = {
    "ntoa llamar al hijo mañana": "note",
    "ntoa": "note",
    "noet: call the sister": "note",
    "notta paciente muy enojado": "note",
    "noat pedir estudios a la clínica": "note",
    "nta llamar a la hija": "note",
    "npta llamar a la hija": "note",
    "notallamar el lunes": "note",
    "notee call back": "note",
    "ntoa, llamar": "note",
    "cerar 1": "close",
    "cerrra 104": "close",
    "cerrar104": "close",
    "clsoe": "close",
    "clsoe 2": "close",
    "closed 104": "close",
    "cierre el caso 104": "close",
    "tomr 104": "take",
    "tmoar 104": "take",
    "toma 104": "take",
    "tome el caso 104": "take",
    "tkae 104": "take",
    "/tmar 104": "take",
    "sotlar": "release",
    "relase 104": "release",
    "tarnsferir 104 a Bruno: va bien": "transfer",
    "transfre 104 to Bruno": "transfer",
    "escibir 104": "write",
    "wrtie 104": "write",
    "deshcer": "undo",
    "udno": "undo",
    "bloqeuar 104": "block",
    "blokc 104": "block",
    "serach Luz": "search",
    "bucsar Luz": "search",
    "remidn me tomorrow 9": "remind",
    "csaos": "cases",
    "ayda": "help",
    "hlep": "help",
    "asitente apagado": "assistant_off",
}

FOR_THE_PATIENT = [
    "toma agua",
    "toma mucha agua y descansa",
    "Tome 1",
    "tome una cada ocho horas",
    "tomas dos al día",
    "tomará el vuelo el lunes",
    "notas de la consulta",
    "Notas de la doctora: sin cambios",
    "notamos que falta su estudio",
    "noto mejoría en sus estudios",
    "Nora, su cita es el jueves",
    "Nora su cita es el jueves",
    "Noé, buenas tardes",
    "Paula buenos días",
    "Tomás, ya está su cita",
    "Omar, lo esperamos",
    "Cloe, buenas tardes",
    "Victoria, buenos días",
    "¿casa o departamento?",
    "Casi listo",
    "caso cerrado por nuestra parte, gracias",
    "cierre la llave del gas por favor",
    "cierra bien la herida",
    "cerramos a las seis",
    "cerca de la clínica hay un hotel",
    "suelta la venda por la noche",
    "pausas el tratamiento dos días",
    "Pasan por usted a las ocho",
    "pase por favor a recepción",
    "Busca el edificio con la bandera",
    "busque la entrada norte",
    "escriba su nombre completo",
    "escríbame cuando llegue",
    "ayude a su papá a sentarse",
    "recuerde venir en ayunas",
    "historias clínicas van por correo",
    "Notaría 12, enfrente de la clínica",
    "not yet, we are waiting for the doctor",
    "Noted, thank you",
    "notes from your visit are attached",
    "none of the results are back",
    "take care",
    "takes about two weeks",
    "took a look at your file",
    "Closed on Monday",
    "closer to the date we will confirm",
    "Clothes: wear something comfortable",
    "Nate, your appointment is confirmed",
    "written instructions follow",
    "White rice and soup are fine",
    "Casey, good morning",
    "please write your full name",
    "reminder: fasting from midnight",
    "helps to drink water",
    "Black coffee is fine",
    "blocks away from the hotel",
    "Sí",
    "No",
    "ok",
    "2",
    "104",
    "",
    "👍",
]


@pytest.fixture(scope="module")
def words() -> Spelling:
    return Spelling((), {}, dictionary(("es", "en")))


@pytest.fixture(scope="module")
def book() -> TextBook:
    return TextBook.load(ROOT / "data" / "texts")


def meant(text: str, book: TextBook, words: Spelling, *names: str) -> str:
    orders = [name for name, words in book.commands.items() if words.of != "contacts"]
    found = near_miss(text, book, orders, words.is_word, names=names, cases=OPEN_CASES)
    return found[0].name if found else ""


@pytest.mark.parametrize(("text", "command"), MEANT.items())
def test_a_slip_in_a_command_is_noticed(text: str, command: str, book: TextBook, words: Spelling) -> None:
    assert book.command(text) is None
    assert meant(text, book, words) == command


@pytest.mark.parametrize("text", FOR_THE_PATIENT)
def test_words_for_a_patient_just_go(text: str, book: TextBook, words: Spelling) -> None:
    assert book.command(text) is None
    assert meant(text, book, words) == ""


def test_what_is_meant_is_written_out(book: TextBook, words: Spelling) -> None:
    found = near_miss("ntoa: llamar  al\nhijo", book, ["note"], words.is_word)
    assert found is not None
    assert found[0].rest == "llamar  al\nhijo"
    assert found[1].startswith("nota llamar")


def test_a_patients_name_is_no_slip(book: TextBook, words: Spelling) -> None:
    assert meant("Noat buenas tardes", book, words) == "note"
    assert meant("Noat buenas tardes", book, words, "noat", "díaz") == ""


def test_a_real_word_before_the_number_of_no_open_case_goes(book: TextBook, words: Spelling) -> None:
    assert meant("toma 2", book, words) == ""
    assert meant("toma 1072", book, words) == "take"
