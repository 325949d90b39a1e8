"""Makes docs/cards/*.png: what a consultant reads of one case of each kind, before she takes it and after. docs/screenshots.py
calls it; the cases are in docs/cards.yml."""

import struct
import sys
import time
import zlib
from base64 import b64decode
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import yaml
from selenium import webdriver

type Bubble = dict[str, Any]

HERE = Path(__file__).resolve().parent
PATIENCE = 60.0  # seconds for an answer
REST = 3.0  # seconds: what follows on the heels of a bubble has come
TALL = (1400, 3000)
PLAIN = ".thread { background: #ddeedd !important } .acts { display: none !important } .desk { height: 2500px !important }"
FRAME = """
const thread = document.querySelector("[data-side=consultant] .thread");
thread.scrollTop = thread.scrollHeight;
const items = [...document.querySelectorAll("[data-side=consultant] .thread li")];
const from = items.findIndex((item) => item.dataset.id === arguments[0]);
const shown = items.slice(from).map((item) => item.getBoundingClientRect());
const parts = items.slice(from).flatMap((item) => [...item.querySelectorAll(".bubble, .options")]);
const [left, right] = [shown[0].left, Math.max(...parts.map((part) => part.getBoundingClientRect().right))];
return {x: left - 6, y: shown[0].top - 4, width: right - left + 12, height: shown.at(-1).bottom - shown[0].top + 8, scale: 1}
"""
DRESS = "const sheet = new CSSStyleSheet(); sheet.replaceSync(arguments[0]); document.adoptedStyleSheets = [sheet]"
PIXELS = """
const [picture, done] = arguments;
createImageBitmap(new Blob([Uint8Array.from(atob(picture), (sign) => sign.charCodeAt(0))])).then((bitmap) => {
  const drawing = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  drawing.drawImage(bitmap, 0, 0);
  const bytes = drawing.getImageData(0, 0, bitmap.width, bitmap.height).data;
  done([bitmap.width, btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))]);
});
"""
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class Telephone:
    """One chat of the sandbox, used by its API."""

    def __init__(self, http: httpx.Client, key: str, channel: str) -> None:
        self.http, self.key, self.channel = http, key, channel
        self.base = f"api/phones/{key}/{channel}"
        self.acted = len(self.bubbles())

    def bubbles(self) -> list[Bubble]:
        found: list[Bubble] = self.http.get(self.base, params={"after": 0}).json()["bubbles"]
        return found

    def act(self, name: str, **told: Any) -> None:
        self.acted = len(self.bubbles())
        self.http.post(f"{self.base}/{name}", json=told).raise_for_status()

    def attach(self, name: str) -> None:
        self.acted = len(self.bubbles())
        self.http.post(
            f"{self.base}/files", files={"file": (name, PDF, "application/pdf")}
        ).raise_for_status()

    def hears(self, fits: Callable[[Bubble], bool], wanted: str) -> Bubble:
        """The newest bubble to this chat since something was done in it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            news = [one for one in self.bubbles()[self.acted :] if not one["mine"] and not one["deleted"]]
            if found := next((one for one in reversed(news) if fits(one)), None):
                return found
            assert time.monotonic() < deadline, f"{wanted}: {[one['text'] for one in self.bubbles()]}"
            time.sleep(0.3)

    def tap(self, title: str | int) -> None:
        bubble = self.hears(lambda one: place(one, title) >= 0, str(title))
        self.act("tap", bubble=bubble["id"], option=place(bubble, title))


def place(bubble: Bubble, title: str | int) -> int:
    titles = [option["title"] for option in bubble["options"]]
    if isinstance(title, int):
        return title - 1 if len(titles) >= title else -1
    return titles.index(title) if title in titles else -1


def photograph_cards(url: str, browser: webdriver.Chrome) -> None:
    """Play every case and save its card, and what its holder reads."""
    with httpx.Client(base_url=f"{url}/sandbox/", trust_env=False, timeout=60) as http:
        http.post("api/clock", json={"to": "opening"})
        for colleague in consultants(http)[1:]:  # one reads them all
            colleague.act("say", text="pausa")
        for case in yaml.safe_load((HERE / "cards.yml").read_text("utf-8")):
            play(http, browser, url, case)


def play(http: httpx.Client, browser: webdriver.Chrome, url: str, case: dict[str, Any]) -> None:
    begun = whole_second(http.get("api/desk").json()["now"])
    tell(http, case)
    consultant, card = offered(http, begun)
    time.sleep(REST)
    save(browser, url, consultant, card, case["key"])
    consultant.act("tap", bubble=card["id"], option=place(card, "Tomar"))
    taken = consultant.hears(lambda one: "es suyo" in one["text"], "es suyo")
    time.sleep(REST)
    save(browser, url, consultant, taken, f"{case['key']}-taken")
    consultant.act("say", text=f"cerrar {''.join(filter(str.isdigit, taken['text'].split(' es suyo')[0]))}")
    consultant.hears(lambda one: "cerrado" in one["text"], "cerrado")


def tell(http: httpx.Client, case: dict[str, Any]) -> None:
    """The patient's part."""
    person = {"name": case["patient"]["name"], "language": "es"}
    key = http.post("api/people", json=person).json()["key"]
    patient = Telephone(http, key, case["patient"]["channel"])
    if patient.channel == "telegram":
        patient.act("say", text="/start")
    for number, step in enumerate(case["steps"]):
        if "tap" in step:
            patient.tap(step["tap"])
            continue
        wanted = str(step.get("hears", ""))
        if number or patient.channel == "telegram":
            patient.hears(lambda one, wanted=wanted: wanted in one["text"], wanted or "an answer")  # type: ignore[misc]
        if "say" in step:
            patient.act("say", text=step["say"])
        elif "attach" in step:
            patient.attach(step["attach"])


def consultants(http: httpx.Client) -> list[Telephone]:
    people = http.get("api/desk").json()["people"]
    return [
        Telephone(http, one["key"], "telegram" if "telegram" in one["channels"] else "whatsapp")
        for one in people
        if one["role"] == "consultant"
    ]


def offered(http: httpx.Client, begun: datetime) -> tuple[Telephone, Bubble]:
    """The consultant who has a new card, and the card."""
    phones = consultants(http)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for phone in phones:
            for bubble in reversed(phone.bubbles()):
                if place(bubble, "Tomar") >= 0 and datetime.fromisoformat(bubble["at"]) >= begun:
                    return phone, bubble
        time.sleep(0.3)
    raise AssertionError("nobody was offered the case")


def whole_second(at: str) -> datetime:
    """Telegram's times are."""
    return datetime.fromisoformat(at).replace(microsecond=0)


def save(browser: webdriver.Chrome, url: str, phone: Telephone, first: Bubble, name: str) -> None:
    """A picture of this bubble, and what follows it, on the consultant's phone."""
    kept = {"language": "es", "theme": "light", "consultant": f"{phone.key} {phone.channel}"}
    browser.set_window_size(*TALL)
    browser.get(f"{url}/sandbox/")
    script = "localStorage.clear(); Object.entries(arguments[0]).forEach(([k, v]) => localStorage[`puente.${k}`] = v)"
    browser.execute_script(script, kept)
    browser.get(f"{url}/sandbox/")
    shown = "return !!document.querySelector(`[data-side=consultant] li[data-id='${arguments[0]}']`)"
    deadline = time.monotonic() + PATIENCE
    while not browser.execute_script(shown, first["id"]):
        assert time.monotonic() < deadline, name
        time.sleep(0.2)
    browser.execute_script(DRESS, PLAIN)
    time.sleep(0.3)
    clip = browser.execute_script(FRAME, first["id"])
    picture = HERE / "cards" / f"{name}.png"
    picture.parent.mkdir(exist_ok=True)
    picture.write_bytes(picture_of(browser, clip))
    sys.stdout.write(f"{picture.relative_to(HERE.parent)}: {picture.stat().st_size // 1000} kB\n")


def picture_of(browser: webdriver.Chrome, clip: dict[str, float]) -> bytes:
    """A PNG of few colours: a third of what the browser's own takes."""
    whole = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "clip": clip})["data"]
    width, told = browser.execute_async_script(PIXELS, whole)
    rounded = bytes(round(level / 17) * 17 for level in range(256))
    pixels = b64decode(told).translate(rounded)
    palette: dict[bytes, int] = {}
    places = bytes(palette.setdefault(pixels[at : at + 3], len(palette)) for at in range(0, len(pixels), 4))
    rows = b"".join(b"\0" + places[at : at + width] for at in range(0, len(places), width))
    head = struct.pack(">IIBBBBB", width, len(places) // width, 8, 3, 0, 0, 0)
    parts = (b"IHDR", head), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
