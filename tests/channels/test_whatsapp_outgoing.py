import json
from types import SimpleNamespace

import pytest

from bot.channels.base import AttachmentKind, Bubble, File, Option, Template
from bot.channels.errors import Rejected, TemplateMissing
from bot.channels.whatsapp import outgoing, sent

YES_NO = (Option("t1", "Sí"), Option("t2", "No"))
PDF = File(AttachmentKind.DOCUMENT, "application/pdf", "a.pdf", b"%PDF", "https://puente.example/media/x")
JPEG = File(AttachmentKind.IMAGE, "image/jpeg", "a.jpg", b"\xff\xd8", "https://puente.example/media/x")


@pytest.mark.parametrize(
    ("bubble", "text"),
    [
        pytest.param(Bubble("hola"), "hola", id="text"),
        pytest.param(Bubble("hola", header="Puente"), "*Puente*\nhola", id="header"),
        pytest.param(Bubble("hola", header=" 2*3\nsí "), "*2 3 sí*\nhola", id="nothing ends the bold early"),
        pytest.param(Bubble(header="Puente"), "*Puente*", id="header alone"),
        pytest.param(Bubble("2*3 _x_ ~y~"), "2*3 _x_ ~y~", id="text is left as it is"),
        pytest.param(Bubble("a     b\tc"), "a    b c", id="no more than four blanks"),
        pytest.param(Bubble("a\r\n\r\nb"), "a\n\nb", id="line ends"),
    ],
)
def test_a_text_is_written_as_whatsapp_shows_it(bubble: Bubble, text: str) -> None:
    assert outgoing.text_of(bubble) == text


def test_up_to_three_options_are_buttons() -> None:
    content = outgoing.content_of(Bubble("uno\n\ndos", options=YES_NO), "☰")
    assert content is not None
    assert content.types == {
        "twilio/quick-reply": {
            "body": "{{1}}\n\n{{2}}",
            "actions": [
                {"type": "QUICK_REPLY", "title": "{{3}}", "id": "{{4}}"},
                {"type": "QUICK_REPLY", "title": "{{5}}", "id": "{{6}}"},
            ],
        }
    }
    assert json.loads(content.variables) == dict(
        zip("123456", ["uno", "dos", "Sí", "t1", "No", "t2"], strict=True)
    )


def test_four_to_ten_options_are_rows_with_their_descriptions() -> None:
    rows = tuple(Option(f"t{n}", f"Lunes {n}", "en línea" if n == 1 else "") for n in range(10))
    content = outgoing.content_of(Bubble("¿Cuándo?", options=rows), "Opciones / Options")
    assert content is not None
    picker = content.types["twilio/list-picker"]
    assert (picker["button"], len(picker["items"])) == ("Opciones / Options", 10)
    assert [sorted(item) for item in picker["items"][:3]] == [
        ["id", "item"],
        ["description", "id", "item"],
        ["id", "item"],
    ]


def test_bubbles_of_one_shape_share_a_content_and_it_holds_no_word_of_them() -> None:
    contents = [outgoing.content_of(Bubble(text, options=YES_NO), "☰") for text in ("a\nb", "palabras\nc")]
    assert contents[0] is not None
    assert contents[1] is not None
    assert contents[0].friendly_name == contents[1].friendly_name
    assert "palabras" not in json.dumps(dict(contents[1].types))


def test_another_shape_is_another_content() -> None:
    contents = [outgoing.content_of(Bubble(text, options=YES_NO), "☰") for text in ("a\nb", "a\n\nb")]
    assert contents[0] is not None
    assert contents[1] is not None
    assert contents[0].friendly_name != contents[1].friendly_name


def test_titles_are_cut_to_what_fits() -> None:
    options = (Option("t1", "Hablar con una persona ahora"), Option("t2", "No"))
    content = outgoing.content_of(Bubble("x", options=options), "☰")
    assert content is not None
    assert content.values[1] == "Hablar con una pers…"


def test_buttons_that_would_look_alike_become_rows() -> None:
    options = (Option("t1", "Cita de cardiología lunes"), Option("t2", "Cita de cardiología martes"))
    content = outgoing.content_of(Bubble("x", options=options), "☰")
    assert content is not None
    assert "twilio/list-picker" in content.types


@pytest.mark.parametrize(
    "bubble",
    [
        pytest.param(
            Bubble("x", options=tuple(Option(f"t{n}", f"T{n}") for n in range(11))), id="11 options"
        ),
        pytest.param(Bubble("x" * 1025, options=YES_NO), id="long text"),
        pytest.param(Bubble("\n".join("x" * 97), options=YES_NO), id="too many lines"),
        pytest.param(Bubble(options=YES_NO), id="no text"),
    ],
)
def test_what_fits_in_no_buttons_is_a_numbered_text(bubble: Bubble) -> None:
    assert outgoing.content_of(bubble, "☰") is None
    assert outgoing.numbered_text(bubble).endswith(f"{len(bubble.options)}. {bubble.options[-1].title}")


def test_a_numbered_text_keeps_descriptions() -> None:
    bubble = Bubble("¿Cuál?", options=(Option("t1", "Lunes", "9:00"), Option("t2", "Martes")))
    assert outgoing.numbered_text(bubble) == "¿Cuál?\n\n1. Lunes – 9:00\n2. Martes"


def test_no_value_is_empty_or_broken() -> None:
    template = Template("page", "es", ("uno\n dos\t\tx      y", "", " "))
    arguments = outgoing.template_arguments(template, {"page": {"es": "HX1"}})
    assert json.loads(arguments["content_variables"]) == {"1": "uno dos x y", "2": "–", "3": "–"}


def test_a_template_without_values_sends_no_variables() -> None:
    assert outgoing.template_arguments(Template("p", "es"), {"p": {"es": "HX1"}}) == {"content_sid": "HX1"}


@pytest.mark.parametrize(
    "template", [Template("page", "en"), Template("other", "es"), Template("blank", "es")]
)
def test_a_template_that_is_not_configured_is_missing(template: Template) -> None:
    with pytest.raises(TemplateMissing):
        outgoing.template_arguments(template, {"page": {"es": "HX1"}, "blank": {"es": ""}})


def test_an_image_carries_its_caption_and_a_document_travels_alone() -> None:
    assert outgoing.file_arguments(JPEG, "mire") == {"media_url": [JPEG.url], "body": "mire"}
    assert outgoing.file_arguments(PDF, "") == {"media_url": [PDF.url]}


@pytest.mark.parametrize(
    ("file", "text", "code"),
    [
        pytest.param(PDF, "léalo", "caption", id="document with text"),
        pytest.param(JPEG, "x" * 1025, "caption", id="long caption"),
        pytest.param(
            File(AttachmentKind.DOCUMENT, "application/zip", "a", b"", "u"), "", "content_type", id="zip"
        ),
        pytest.param(File(AttachmentKind.LOCATION, "", "", b""), "", "content_type", id="place"),
        pytest.param(
            File(AttachmentKind.DOCUMENT, "application/pdf", "a", b"x"), "", "file_url", id="no URL"
        ),
        pytest.param(
            File(AttachmentKind.IMAGE, "image/png", "a", bytes(5 * 2**20 + 1), "u"),
            "",
            "file_size",
            id="image",
        ),
        pytest.param(
            File(AttachmentKind.VIDEO, "video/mp4", "a", bytes(16 * 2**20 + 1), "u"),
            "",
            "file_size",
            id="video",
        ),
    ],
)
def test_what_whatsapp_would_refuse_or_lose_is_rejected(file: File, text: str, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        outgoing.file_arguments(file, text)
    assert caught.value.code == code


PAGE = Bubble(template=Template("page", "es", ("7", "a\n\\1 b")))


def _listed(
    body: str, direction: str = "outbound-api", media: str = "0", status: str = "delivered"
) -> SimpleNamespace:
    return SimpleNamespace(body=body, direction=direction, num_media=media, status=status)


@pytest.mark.parametrize(
    ("listed", "bubble", "same"),
    [
        pytest.param(_listed("a", status="failed"), Bubble("a"), False, id="it did not arrive"),
        pytest.param(_listed("a", status="undelivered"), Bubble("a"), False, id="nor did this"),
        pytest.param(_listed("a", status="queued"), Bubble("a"), True, id="still on its way"),
        pytest.param(_listed("a b"), Bubble("a\n b"), True, id="blanks may differ"),
        pytest.param(_listed("a"), Bubble("b"), False, id="another text"),
        pytest.param(_listed("a", "inbound"), Bubble("a"), False, id="from the person"),
        pytest.param(_listed("a", media="1"), Bubble("a"), False, id="a file with the same text"),
        pytest.param(_listed("a\n1. Sí\n2. No"), Bubble("a", options=YES_NO), True, id="numbered"),
        pytest.param(_listed("a"), Bubble("a", options=YES_NO), True, id="buttons"),
        pytest.param(_listed(""), Bubble("a", options=YES_NO), True, id="content without body"),
        pytest.param(_listed("b"), Bubble("a", options=YES_NO), False, id="other buttons"),
        pytest.param(_listed("mire", media="1"), Bubble("mire", file=JPEG), True, id="captioned file"),
        pytest.param(_listed("mire"), Bubble("mire", file=JPEG), False, id="file missing"),
        pytest.param(_listed("", media="1"), Bubble("mire", file=JPEG), False, id="another file"),
        pytest.param(_listed("Caso 7: a \\1 b."), PAGE, True, id="template"),
        pytest.param(_listed("Caso 8: a \\1 b."), PAGE, False, id="other values"),
        pytest.param(_listed("El 7: a \\1 b."), PAGE, False, id="values in another text"),
        pytest.param(_listed(""), PAGE, False, id="nothing for a template"),
    ],
)
def test_a_listed_message_is_recognised(listed: SimpleNamespace, bubble: Bubble, same: bool) -> None:
    assert sent.says(listed, bubble, wording="Caso {{1}}: {{ 2 }}.") is same


def test_a_template_of_unknown_wording_is_not_recognised() -> None:
    assert not sent.says(_listed("Caso 7"), PAGE)
