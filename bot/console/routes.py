"""What is found where below /console. Whoever is not signed in finds the sign-in form, whatever was asked for."""

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.console import (
    acting,
    answers,
    audit,
    case,
    caselist,
    door,
    editing,
    pages,
    people,
    requests,
    review,
    staffing,
    today,
    topics,
    visits,
)
from bot.console.visit import HOME, Page, Visit, guarded
from bot.services import Services


async def home(visit: Visit) -> Response:
    return await (today.today(visit) if visit.session else door.sign_in_form(visit))


OPEN_TO_ALL: tuple[tuple[str, str, Page], ...] = (
    ("GET", "", home),
    ("POST", "/sign-in", door.sign_in),
    ("GET", "/enter/{token}", door.enter_form),
    ("POST", "/enter/{token}", door.enter),
    ("GET", "/assets/{asset}", pages.asset),
)
SIGNED_IN: tuple[tuple[str, str, Page], ...] = (
    ("POST", "/sign-out", door.sign_out),
    ("POST", "/language", door.language),
    ("GET", "/cases", caselist.case_list),
    ("GET", "/cases/{case}", case.case_page),
    ("POST", "/cases/{case}/open", case.open_it),
    ("POST", "/cases/{case}/do", acting.act),
    ("GET", "/topics", topics.topics),
    ("GET", "/visits", visits.visits_page),
    ("POST", "/visits", visits.decide),
    ("GET", "/people", people.people_page),
    ("POST", "/people", staffing.staff),
    ("GET", "/privacy", requests.requests_page),
    ("POST", "/privacy", requests.answer),
    ("GET", "/review", review.review_page),
    ("GET", "/review/{message}", review.review_page),
    ("POST", "/review/{message}", review.decide),
    ("POST", "/review/{message}/open", review.open_message),
    ("GET", "/answers", answers.answers),
    ("GET", "/answers/{key}", editing.answer_page),
    ("POST", "/answers/{key}", editing.edit),
    ("POST", "/answers/{key}/put-back", editing.put_back),
    ("GET", "/audit", audit.log_page),
    ("GET", "/{path:path}", pages.unknown),
)


def console_routes(services: Services) -> list[BaseRoute]:
    """The routes of the console, for the product's web application."""
    return [
        Route(
            HOME + path,
            guarded(services, page, refused=pages.refused, open_to_all=open_to_all),
            methods=[method],
        )
        for listed, open_to_all in ((OPEN_TO_ALL, True), (SIGNED_IN, False))
        for method, path, page in listed
    ]
