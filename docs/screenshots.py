"""Makes docs/two-phones*.png, the story of a patient on WhatsApp who talks to a consultant on Telegram, and docs/cards/*.png.

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
from typing import Any
from urllib.request import urlopen

from cards import photograph_cards
from selenium import webdriver

ROOT = Path(__file__).resolve().parent.parent
STARTUP, PATIENCE = 600.0, 90.0  # seconds; the model may have to be trained first
STORY, LAST_WORDS = "handoff", "¿Qué especialista necesita su mamá?"
LAPTOP, TELEPHONE = (1400, 1000), (500, 980)  # headless Chromium is never narrower than 500
PICTURES = {
    "two-phones.png": (LAPTOP, "light"),
    "two-phones-dark.png": (LAPTOP, "dark"),
    "two-phones-narrow.png": (TELEPHONE, "light"),
}


def main() -> None:
    given = sys.argv[1:]
    if given:
        photograph_all(given[0].rstrip("/"))
        return
    with running() as url:
        photograph_all(url)


def photograph_all(url: str) -> None:
    photograph(url)
    browser = chromium(LAPTOP)
    try:
        photograph_cards(url, browser)
    finally:
        browser.quit()


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
    """Play a story on the two phones and save what it looks like: light, dark, and as narrow as a telephone."""
    for name, (size, theme) in PICTURES.items():
        browser = chromium(size)
        try:
            open_page(browser, f"{url}/sandbox/", theme)
            play(browser)
            save(browser, ROOT / "docs" / name)
        finally:
            browser.quit()


def open_page(browser: webdriver.Chrome, address: str, theme: str) -> None:
    browser.get(address)
    kept = {"puente.language": "es", "puente.theme": theme, "puente.pace": "1"}
    browser.execute_script("localStorage.clear(); Object.assign(localStorage, arguments[0])", kept)
    browser.get(address)


def play(browser: webdriver.Chrome) -> None:
    until(browser, "return document.querySelector('[data-story]')")
    browser.execute_script("document.querySelector(`[data-story=${arguments[0]}]`).click()", STORY)
    until(browser, "return document.querySelector('.thread').innerText.includes(arguments[0])", LAST_WORDS)
    time.sleep(1)  # the bubble has come to rest, and the story waits for who reads it


def save(browser: webdriver.Chrome, picture: Path) -> None:
    browser.save_screenshot(str(picture))
    sys.stdout.write(f"{picture.relative_to(ROOT)}: {picture.stat().st_size // 1000} kB\n")


def until(browser: webdriver.Chrome, script: str, *arguments: str) -> Any:
    """Wait until JavaScript returns something true."""
    deadline = time.monotonic() + PATIENCE
    while not (found := browser.execute_script(script, *arguments)):
        assert time.monotonic() < deadline, browser.execute_script("return document.body.innerText")
        time.sleep(0.2)
    return found


def chromium(size: tuple[int, int]) -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        f"--window-size={size[0]},{size[1]}",
        "--hide-scrollbars",
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
