"""`/sandbox` on the product's own port: hands requests on to the sandbox process, which has a loopback port of its own."""

import httpx
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

PATIENCE_SECONDS = 30.0
PASSED_ON = (
    "cache-control",
    "content-disposition",
    "content-security-policy",
    "content-type",
    "referrer-policy",
    "x-content-type-options",
)


def sandbox_routes(sandbox_url: str) -> list[BaseRoute]:
    """Everything below /sandbox, as the sandbox answers it."""
    client = httpx.AsyncClient(base_url=sandbox_url, timeout=PATIENCE_SECONDS, trust_env=False)

    async def door(request: Request) -> Response:
        if ".." in request.url.path:  # out of /sandbox
            return Response(status_code=404)
        address = httpx.URL(path=request.url.path, query=request.url.query.encode())
        headers = {name: value for name in ("content-type",) if (value := request.headers.get(name))}
        try:
            answer = await client.request(
                request.method, address, content=await request.body(), headers=headers
            )
        except httpx.HTTPError:
            return Response(status_code=502)
        kept = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
        return Response(answer.content, answer.status_code, kept)

    async def to_the_page(request: Request) -> Response:
        return RedirectResponse("/sandbox/")

    methods = ["GET", "POST", "PUT", "DELETE"]
    return [Route("/sandbox", to_the_page), Route("/sandbox/{path:path}", door, methods=methods)]
