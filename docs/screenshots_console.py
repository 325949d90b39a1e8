"""Makes docs/console-*.png: an office at work, with invented patients who write on the sandbox's phones.

    .venv/bin/python docs/screenshots_console.py    # starts Puente beside whatever runs, in a folder it throws away

Needs chromium and chromedriver. Ends with an AssertionError that shows what was said when something expected is not.
"""

import json
import os
import re
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.request import Request, urlopen

from screenshots import PATIENCE, ROOT, chromium, running, save, until
from selenium import webdriver

LAPTOP, PHONE = (1280, 860, 1), (390, 844, 2)  # width, height, dots of the screen to a point
PICTURES: dict[str, tuple[str, tuple[int, int, int], str]] = {
    "console-today.png": ("/console", LAPTOP, "light"),
    "console-today-phone.png": ("/console", PHONE, "dark"),
    "console-cases-dark.png": ("/console/cases", LAPTOP, "dark"),
    "console-case.png": ("/console/cases/1", LAPTOP, "light"),
    "console-case-phone.png": ("/console/cases/1", PHONE, "light"),
    "console-visits.png": ("/console/visits?date={visit}", LAPTOP, "light"),
    "console-people-dark.png": ("/console/people", LAPTOP, "dark"),
    "console-privacy-phone.png": ("/console/privacy", PHONE, "light"),
}
# Of a case, what the picture is for: why something was said, or where she writes.
SHOW = """document.querySelector('.thread .why')?.setAttribute('open', '');
document.querySelector(arguments[0])?.scrollIntoView({block: 'end'});"""
ENTRY = re.compile(r"https?://\S+/console/enter/\S+")


class Phone:
    """A phone of the sandbox: what its owner writes and taps, and what comes."""

    def __init__(self, url: str, person: str, channel: str) -> None:
        self.address = f"{url}/sandbox/api/phones/{person}/{channel}"
        self.heard = 0

    def say(self, words: str, then: str = "") -> dict[str, Any]:
        ask(f"{self.address}/say", {"text": words})
        return self.hears(then)

    def tap(self, title: str, bubble: dict[str, Any], then: str = "") -> dict[str, Any]:
        option = next(n for n, one in enumerate(bubble["options"]) if title in one["title"])
        ask(f"{self.address}/tap", {"bubble": bubble["id"], "option": option})
        return self.hears(then)

    def hears(self, words: str) -> dict[str, Any]:
        """The next bubble of the bot with these words."""

        def found() -> dict[str, Any] | None:
            bubbles = [one for one in ask(f"{self.address}")["bubbles"] if not one["mine"]]
            new = enumerate(bubbles[self.heard :], self.heard + 1)
            self.heard, bubble = next(
                ((n, one) for n, one in new if words in one["text"]), (self.heard, None)
            )
            return bubble

        return await_(found, words)


def ask(address: str, told: Any = None) -> Any:
    body = json.dumps(told).encode() if told is not None else None
    request = Request(address, body, {"Content-Type": "application/json"})  # noqa: S310 (our own)
    with urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def await_[T](found: Callable[[], T | None], what: str) -> T:
    deadline = time.monotonic() + PATIENCE
    while not (got := found()):
        assert time.monotonic() < deadline, f"not there: {what}"
        time.sleep(0.3)
    return got


def newcomer(url: str, name: str, channel: str, language: str = "es") -> Phone:
    key = ask(f"{url}/sandbox/api/people", {"name": name, "language": language})["key"]
    return Phone(url, key, channel)


def a_day(url: str) -> Phone:
    """What patients of a morning want. Returns the phone of the head of office."""
    ask(f"{url}/sandbox/api/clock", {"to": "opening"})
    key = next(one["key"] for one in ask(f"{url}/sandbox/api/desk")["people"] if one["name"] == "Ana Ruiz")
    ana = Phone(url, key, "telegram")
    ana.say("hola")
    luz = newcomer(url, "Luz Herrera", "whatsapp")
    luz.say("hola, ¿cuánto cuesta una segunda opinión?")
    luz.say("es para mi mamá, quiero hablar con una persona", "caso")
    for name, channel, slot in (("Rosa Marín", "telegram", "1"), ("Tomás Gil", "whatsapp", "2")):
        patient = newcomer(url, name, channel)
        patient.tap("Sí", patient.say("quiero una teleconsulta con el cardiólogo", "Los Ángeles"), "1. ")
        patient.say(slot, "apartada")
    ask(f"{url}/sandbox/api/clock", {"minutes": 14})
    newcomer(url, "Pedro Cano", "whatsapp").say("corregir mis datos", "caso")
    newcomer(url, "John Reyes", "telegram", "en").say("I want to talk to a person please", "case")
    newcomer(url, "Teresa Luna", "telegram").say("mi papá no puede respirar", "911")
    ask(f"{url}/sandbox/api/clock", {"minutes": 3})
    return ana


def sign_in(browser: webdriver.Chrome, ana: Phone) -> None:
    link = ENTRY.search(ana.say("consola", "/console/enter/")["text"])
    assert link
    browser.get(link[0])
    press(browser, "main button", "De turno ahora")


def at_work(browser: webdriver.Chrome, url: str) -> str:
    """She takes two cases, answers one, and invites a colleague. Returns the day of the visit."""
    for number in (1, 2):
        browser.get(f"{url}/console/cases/{number}")
        press(browser, "form:has([value=take]) button", "es suyo")
    browser.get(f"{url}/console/cases/1")
    words = "Buenos días, Luz. Con gusto le explico; ¿su mamá ya tiene estudios recientes?"
    browser.execute_script("document.getElementById('relay').value = arguments[0]", words)
    press(browser, "form:has(#relay) button", "Con gusto le explico")
    browser.get(f"{url}/console/people")
    browser.execute_script("document.getElementById('name').value = 'Elena Prado'")
    press(browser, "form:has(#name) button", "No se vuelve a mostrar")
    for weeks in range(3):
        browser.get(f"{url}/console/visits")
        for _ in range(weeks):
            browser.execute_script("document.querySelector('[rel=next]').click()")
            time.sleep(1)
        if browser.execute_script("return document.querySelector('#visits table') !== null"):
            break
    return str(browser.execute_script("return document.getElementById('date').value"))


def press(browser: webdriver.Chrome, selector: str, then: str) -> None:
    browser.execute_script("document.querySelector(arguments[0]).click()", selector)
    until(browser, "return document.body.innerText.includes(arguments[0])", then)


def photograph(browser: webdriver.Chrome, url: str, day: str) -> None:
    for name, (page, (width, height, dots), scheme) in PICTURES.items():
        size = {"width": width, "height": height, "deviceScaleFactor": dots, "mobile": dots > 1}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        browser.get(url + page.format(visit=day))
        browser.execute_script(SHOW, "#relay" if dots > 1 else ".thread li:has(.why)")
        time.sleep(1)
        save(browser, ROOT / "docs" / name)


def main() -> None:
    os.environ |= {"CONSOLE_PASSWORD": secrets.token_urlsafe(), "LANGUAGE": "es"}
    with running() as url:
        ana, browser = a_day(url), chromium(LAPTOP[:2])
        try:
            sign_in(browser, ana)
            photograph(browser, url, at_work(browser, url))
        finally:
            browser.quit()


if __name__ == "__main__":
    main()
