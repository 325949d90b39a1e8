"""Makes docs/two-phones.png: a patient is answered, asks for a person, and talks to a consultant.

    .venv/bin/python docs/screenshots.py          # starts Puente beside whatever runs, in a folder it throws away
    .venv/bin/python docs/screenshots.py URL      # uses the Puente at URL, such as http://127.0.0.1:8080

Needs chromium and chromedriver. Ends with an AssertionError that shows the phone when something expected is not said.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "two-phones.png"
STARTUP, PATIENCE = 600.0, 20.0  # seconds; the model may have to be trained first
PATIENT, CONSULTANT = 0, 1  # the phones, left to right

QUESTION = "Buenas tardes, ¿cuánto cuesta la consulta con el especialista?"
WISH = "Quiero hablar con una persona, por favor"
WORDS = "Es para mi mamá. ¿La podrían ver por videollamada?"
REPLY = "Con gusto, Luz. ¿Qué especialista necesita su mamá?"


def main() -> None:
    given = sys.argv[1:]
    if given:
        photograph(given[0].rstrip("/"))
        return
    with running() as url:
        photograph(url)


@contextmanager
def running() -> Iterator[str]:
    """A Puente of its own, with empty data, stopped and forgotten afterwards."""
    folder, port = Path(tempfile.mkdtemp(prefix="puente-picture-")), free_port()
    folder.chmod(0o711)  # PostgreSQL runs as another user when this one is root
    settings = {"PORT": str(port), "DATA_DIR": str(folder), "SANDBOX": "on"}
    command: list[str | Path] = [ROOT / ".venv/bin/puente", "run"]
    puente = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings})  # noqa: S603 (our own)
    try:
        url = f"http://127.0.0.1:{port}"
        await_ready(url, puente)
        yield url
    finally:
        puente.send_signal(signal.SIGTERM)
        puente.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def await_ready(url: str, puente: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + STARTUP
    while puente.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(f"{url}/health/ready", timeout=5):  # noqa: S310 (our own)
                return
        except OSError:
            time.sleep(1)
    raise AssertionError("Puente did not get ready")


def photograph(url: str) -> None:
    """Play the scene on the two phones and save the picture."""
    browser = chromium()
    try:
        browser.get(f"{url}/sandbox/")
        browser.execute_script("localStorage.clear(); localStorage['puente.language'] = 'es'")
        browser.refresh()
        play(browser)
        browser.save_screenshot(str(PICTURE))
    finally:
        browser.quit()
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size // 1000} kB\n")


def play(browser: webdriver.Chrome) -> None:
    hears(browser, PATIENT, "Luz Herrera")
    press(browser, CONSULTANT, '.channels [data-channel="telegram"]')
    says(browser, PATIENT, QUESTION)
    hears(browser, PATIENT, "El costo|Precio de ejemplo")
    says(browser, PATIENT, WISH)
    hears(browser, PATIENT, "Ya avisé a una persona")
    hears(browser, CONSULTANT, "Tomar")
    press(browser, CONSULTANT, ".options button")
    hears(browser, CONSULTANT, "es suyo")
    hears(browser, PATIENT, "Ana Ruiz")
    says(browser, PATIENT, WORDS)
    hears(browser, CONSULTANT, WORDS)
    says(browser, CONSULTANT, REPLY)
    hears(browser, PATIENT, REPLY)
    time.sleep(2)  # the ticks of the last bubble


def phone(browser: webdriver.Chrome, number: int) -> WebElement:
    return browser.find_elements(By.CSS_SELECTOR, ".phone")[number]


def says(browser: webdriver.Chrome, number: int, words: str) -> None:
    phone(browser, number).find_element(By.CSS_SELECTOR, "textarea").send_keys(words + Keys.ENTER)


def press(browser: webdriver.Chrome, number: int, selector: str) -> None:
    phone(browser, number).find_elements(By.CSS_SELECTOR, selector)[-1].click()


def hears(browser: webdriver.Chrome, number: int, wordings: str) -> None:
    """Wait until the phone shows one of the wordings (separated by |)."""
    deadline = time.monotonic() + PATIENCE
    while not any(wording in phone(browser, number).text for wording in wordings.split("|")):
        assert time.monotonic() < deadline, f"{wordings!r} is not among:\n{phone(browser, number).text}"
        time.sleep(0.2)


def chromium() -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--window-size=1060,1370",
        "--lang=es",
    ):
        options.add_argument(argument)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
