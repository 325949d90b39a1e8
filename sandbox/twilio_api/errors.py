"""Twilio's error answers (twilio.com/docs/api/errors)."""

from starlette.responses import JSONResponse

_TEXTS = {
    20003: "Authenticate",
    20009: "Cannot change this message because delivery has not been completed.",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    21211: "The 'To' number is not a valid phone number.",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number provided is not a valid message-capable Twilio phone number.",
    21609: "The 'StatusCallback' URL is not a valid URL.",
    21610: "Attempt to send to unsubscribed recipient",
    21617: "The concatenated message body exceeds the 1600 character limit.",
    21620: "Invalid media URL(s)",
    21623: "Number of media files exceeds allowed limit",
    21654: "ContentSid Required",
    21655: "The ContentSid is Invalid",
    21656: "The ContentVariables Parameter is invalid",
    21910: "Invalid 'From' and 'To' pair. 'From' and 'To' should be of the same channel",
    63005: "Channel did not accept given content. Please refer to the Channel documentation.",
    63007: "Twilio could not find a Channel with the specified 'From' address",
    63013: "This message send failed because it violates Channel provider's policy.",
    63016: "Failed to send freeform message because you are outside the allowed window.",
    63018: "Rate limit exceeded for Channel.",
    63019: "Media failed to download",
    63024: "Invalid message recipient",
    63027: "Template does not exist for a language and locale.",
    63028: "Number of parameters provided does not match the expected number of parameters.",
    63031: "Channels message cannot have same From and To",
}


class ApiError(Exception):
    """An error answer: HTTP status and Twilio's own code."""

    def __init__(self, status: int, code: int, text: str = "") -> None:
        super().__init__(code)
        self.status, self.code = status, code
        self.text = text or text_of(code)

    def response(self) -> JSONResponse:
        body = {
            "code": self.code,
            "message": self.text,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        return JSONResponse(body, status_code=self.status)


def text_of(code: int) -> str:
    return _TEXTS.get(code, "The request could not be processed")


def invalid(code: int) -> ApiError:
    """HTTP 400 with this code."""
    return ApiError(400, code)


def not_found() -> ApiError:
    return ApiError(404, 20404)
