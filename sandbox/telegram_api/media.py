"""Files in messages: limits, and the objects (PhotoSize, Document, Voice …) that describe them."""

import mimetypes
from typing import Any

import httpx

from sandbox.telegram_api.chats import Chats
from sandbox.telegram_api.errors import bad_request
from sandbox.telegram_api.parameters import Parameters

_MOST_PHOTO = 10 * 1024 * 1024
MOST_DOWNLOAD = 20 * 1024 * 1024

_FOLDERS = {
    "photo": "photos",
    "document": "documents",
    "voice": "voice",
    "audio": "music",
    "video": "videos",
    "sticker": "stickers",
}
_TYPES = {
    "photo": "image/jpeg",
    "voice": "audio/ogg",
    "audio": "audio/mpeg",
    "video": "video/mp4",
    "sticker": "image/webp",
    "document": "application/octet-stream",
}
_NAMES = {
    "photo": "photo.jpg",
    "voice": "voice.oga",
    "audio": "audio.mp3",
    "video": "video.mp4",
    "sticker": "sticker.webp",
    "document": "file",
}


async def take(chats: Chats, http: httpx.AsyncClient, parameters: Parameters, kind: str) -> str:
    """The id of the file of this call: uploaded, fetched from a URL, or known already. ApiError 400 otherwise."""
    upload = parameters.upload(kind)
    if upload is not None:
        name = upload.filename or _NAMES[kind]
        return keep(chats, kind, await upload.read(), upload.content_type or "", name)
    given = parameters.text(kind)
    if given in chats.files:
        return given
    if given.startswith(("http://", "https://")):
        return await _from_url(chats, http, given, kind)
    raise bad_request(
        f"there is no {kind} in the request" if not given else "wrong file identifier/HTTP URL specified"
    )


def keep(chats: Chats, kind: str, content: bytes, content_type: str, name: str) -> str:
    """Store a file after the checks of its kind; its id."""
    if not content:
        raise bad_request("file must be non-empty")
    if kind == "photo" and len(content) > _MOST_PHOTO:
        raise bad_request("file is too big")
    guessed = mimetypes.guess_type(name)[0]
    return chats.keep_file(
        content, content_type or guessed or _TYPES[kind], name or _NAMES[kind], _FOLDERS[kind]
    )


def described(chats: Chats, kind: str, file_id: str) -> Any:
    """The value of the message's field of this kind."""
    stored = chats.files[file_id]
    base = {"file_id": file_id, "file_unique_id": stored.unique_id, "file_size": len(stored.content)}
    match kind:
        case "photo":
            return [base | {"width": 90, "height": 67}, base | {"width": 1280, "height": 960}]
        case "sticker":
            shape = {"width": 512, "height": 512, "is_animated": False, "is_video": False}
            return base | shape | {"type": "regular", "emoji": "🙂"}
        case "voice":
            return base | {"duration": 3, "mime_type": stored.content_type}
        case "video":
            return base | {"width": 640, "height": 480, "duration": 3, "mime_type": stored.content_type}
        case "audio":
            return base | {"duration": 3, "mime_type": stored.content_type, "file_name": stored.name}
        case _:
            return base | {"mime_type": stored.content_type, "file_name": stored.name}


async def _from_url(chats: Chats, http: httpx.AsyncClient, url: str, kind: str) -> str:
    try:
        answer = await http.get(url, timeout=10, follow_redirects=True)
        answer.raise_for_status()
    except httpx.HTTPError:
        raise bad_request("failed to get HTTP URL content") from None
    content_type = answer.headers.get("content-type", "").split(";")[0]
    return keep(chats, kind, answer.content, content_type, url.rsplit("/", 1)[-1])
