"""Texts, names, addresses and files are unreadable in the database, and absent from every log."""

from pathlib import Path

from sandbox import Sandbox
from tests.product.at_rest import everything
from tests.product.conftest import Product
from tests.product.people import consultant
from tests.product.processes import serving_process
from tests.product.real_rasa import RealRasa
from tests.product.test_killed import settings_of

TEXT, NAME, NUMBER, FILE = "zanahoria7391", "Ximénez7392", "5500007393", b"secret-bytes-7394"


def markers() -> list[bytes]:
    return [word.encode() for word in (TEXT, NAME, NUMBER)] + [FILE]


async def test_nothing_personal_is_readable_in_the_database(product: Product, database_url: str) -> None:
    product.rasa.label_of = lambda text: "talk_to_human"
    luz = product.box.twilio.user(f"whatsapp:+52{NUMBER}", NAME)
    ana = consultant(product.box, "telegram")
    await luz.say(f"{TEXT} quiero una persona")
    card = await ana.hears("Caso")
    assert NAME not in card.text
    await ana.tap("Tomar", card)
    await ana.hears(TEXT)
    await luz.send_image(FILE, content_type="image/jpeg")
    await ana.hears(lambda bubble: bubble.file is not None)
    await ana.say(f"le contesto {TEXT}")
    await luz.hears(TEXT)
    await ana.say(f"nota {TEXT} {NAME}")
    await ana.hears(lambda bubble: True)
    await product.settle()
    stored = await everything(database_url)
    assert len(stored) > 10_000
    assert [marker for marker in markers() if marker in stored] == []


async def test_nothing_personal_is_in_the_tracker_or_in_a_log(
    box: Sandbox, database_url: str, rasa_server: RealRasa, postgres: str, tmp_path: Path
) -> None:
    environment = settings_of(box, tmp_path, database_url, rasa_server.url, rasa_server.token)
    luz = box.twilio.user(f"whatsapp:+52{NUMBER}", NAME)
    async with serving_process(box, environment):
        for text in (f"hola soy {NAME}", f"¿cuánto cuesta {TEXT}?", f"{TEXT} no respira", f"/{TEXT}"):
            await luz.say(text)
            await luz.hears(lambda bubble: True, within=20)
        await luz.raw({"MessageSid": TEXT, "Body": NAME}, signature="bad")
    log = (tmp_path / "serve.log").read_bytes()
    assert log
    assert [marker for marker in markers() if marker in log] == []
    trackers = await everything(postgres)
    assert [marker for marker in markers() if marker in trackers] == []
