"""Which language a message is in."""

import time

import pytest

from bot.language import detect, is_third_language, names_only


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hola", "es"),
        ("hello", "en"),
        ("hi", "en"),
        ("gracias", "es"),
        ("thanks!", "en"),
        ("yes", "en"),
        ("Buenas tardes, quisiera saber si pueden ver a mi papá", "es"),
        ("kiero una sita para mi esposo ke esta malo del rriñon", "es"),
        ("My mom was told she needs surgery, can someone there look at her case?", "en"),
        ("u guys take my insurance??", "en"),
        ("¿Tienen parking para la silla de ruedas de mi abuelita?", "es"),
        ("Can you help my abuelita with her cita?", "en"),
    ],
)
def test_language_is_told(text: str, language: str) -> None:
    assert detect(text, "es") == detect(text, "en") == detect(text) == language


@pytest.mark.parametrize(
    "text", ["ok", "👍", "", "   ", "12", "info", "visa?", "https://example.org/hello", "no"]
)
def test_undecidable_text_keeps_the_language_before_it(text: str) -> None:
    assert (detect(text, "en"), detect(text, "es"), detect(text)) == ("en", "es", "es")


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, je voudrais savoir si vous pouvez voir mon père qui est malade",
        "Quero marcar uma consulta para o meu filho com o cardiologista, quanto custa?",
        "Olá, gostaria de saber se vocês atendem pacientes do Brasil com câncer de mama",
        "Guten Tag, ich möchte einen Termin für meine Mutter vereinbaren",
        "Buongiorno, vorrei sapere se potete visitare mia madre",
        "你好，我想预约看病",
        "診察の予約をしたいです",
        "진료 예약을 하고 싶습니다",
        "Здравствуйте, мне нужна консультация",
        "مرحبا أريد موعد مع طبيب القلب",
        "שלום אני צריך תור לרופא",
        "Magandang umaga po, gusto ko sanang magpakonsulta para sa nanay ko",
        "Բարև, ես ուզում եմ խորհրդատվություն",
        "سلام من یک وقت دکتر می خواهم",
    ],
)
def test_third_language_is_noticed(text: str) -> None:
    assert is_third_language(text)


@pytest.mark.parametrize(
    "text",
    [
        "me das un estimate del bypass de mi dad, all in please",
        "qué onda con mi request, any news?",
        "kiero ke bean a mi niño xq ya no jala i nadie nos ase kaso",
        "me arrepentí del telehealth ese, quítenme el espacio",
        "do you have cardiólogos especialistas en heart failure",
        "cancel both of my son's cardiology appts, he's getting his heart fixed in Monterrey",
        "¿Ofrecen fellowship en falla cardiaca para extranjeros?",
        "Merci",
        "Hola, me llamo Giovanni Rossi Bianchi",
        "My doctor is Dr. Müller-Schäfer at the Klinikum",
        "",
        "😀😀😀😀😀",
    ],
)
def test_mixtures_slang_and_names_are_no_third_language(text: str) -> None:
    assert not is_third_language(text)


def test_a_name_with_its_address_is_a_name_still() -> None:
    assert names_only("Puebla")
    assert names_only("Eva Prueba, eva@example.org")
    assert names_only("Hospital General del Centro")
    assert names_only("University of the Valley")
    assert not names_only("la tarde")
    assert not names_only("Sí, en la tarde")
    assert not names_only("Send it to my brother please")


def test_telling_the_language_takes_less_than_a_millisecond() -> None:
    text = "Buenas tardes, quisiera saber si pueden ver a mi papá, está internado en Puebla " * 20
    detect(text), is_third_language(text)
    start = time.process_time()
    for _ in range(50):
        detect(text)
        is_third_language(text)
    assert (time.process_time() - start) / 50 < 0.001
