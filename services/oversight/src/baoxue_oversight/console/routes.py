"""The console's URLs: signed in by a cookie, inside the same reach as the interfaces."""

import tomllib
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import httpx
from baoxue_shared.access.permissions import check_permission
from baoxue_shared.actor import Actor, acting_as
from baoxue_shared.clock import SHANGHAI, shanghai
from baoxue_shared.divisions import name_of
from baoxue_shared.errors import ForbiddenError, RefusalError
from baoxue_shared.glossary import value_words
from baoxue_shared.web import Routes
from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import FormData

from baoxue_oversight.application import Oversight
from baoxue_oversight.console.pages import Pages

COOKIE = "baoxue_console"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
PEOPLE = ("auditor", "inspector", "city-education", "county-education", "county-government", "township")
Shown = Callable[[Actor, datetime], Awaitable[dict[str, Any]]]


@cache
def words() -> dict[str, list[str]]:
    """Key → Chinese, English."""
    own = tomllib.loads((resources.files("baoxue_oversight.console") / "words.toml").read_text("utf-8"))
    return own | value_words("DutyState", "Finding")


class Console:
    """Renders a page, or the way to sign in."""

    def __init__(self, routes: Routes, oversight: Oversight) -> None:
        self._routes, self._world = routes, routes.world
        self._pages = Pages(oversight)
        self._templates = Environment(
            loader=PackageLoader("baoxue_oversight.console"), autoescape=True, undefined=StrictUndefined
        )

    def _render(self, request: Request, name: str, status: int = 200, **shown: Any) -> HTMLResponse:  # noqa: ANN401
        english = request.query_params.get("lang") == "en"

        def told(key: str, *parts: object) -> str:
            return words()[key][english].format(*parts)

        def to(path: str, **changed: str) -> str:
            kept = {n: v for n, v in request.query_params.items() if n in {"at", "lang"}} | changed
            query = urlencode({n: v for n, v in kept.items() if v})
            return f"{path}?{query}" if query else path

        frame = {"t": told, "to": to, "lang": "en" if english else "zh", "path": request.url.path, "name_of": name_of}
        page = self._templates.get_template(f"{name}.html").render(**frame, **shown)
        return HTMLResponse(page, status, HEADERS)

    async def _reader(self, request: Request, operation: str) -> Actor:
        """UnauthenticatedError; ForbiddenError."""
        actor = await self._routes.tokens.actor(request.cookies.get(COOKIE, ""))
        check_permission(actor, "oversight", operation)
        return actor

    def _instant(self, request: Request) -> tuple[datetime, bool]:
        """The instant looked from, and whether it is the past."""
        now = self._world.clock.now()
        try:
            day = date.fromisoformat(request.query_params.get("at", ""))
        except ValueError:
            return now, False
        at = min(shanghai(day + timedelta(days=1)) - timedelta(microseconds=1), now)
        return at, at < now

    async def page(self, request: Request, name: str, operation: str, shown: Shown) -> Response:
        """The page for whoever is signed in; else the way to sign in."""
        try:
            actor = await self._reader(request, operation)
        except ForbiddenError:
            return self._sign_in(request, 403, "not_allowed")
        except RefusalError:
            return self._sign_in(request, 401, "bad_token" if request.cookies.get(COOKIE) else "")
        at, past = self._instant(request)
        with acting_as(actor, clock=self._world.clock):
            found = await shown(actor, at)
        if not found.get("lines", True) and name == "timeline":
            return self._render(request, "nothing", 404, actor=actor, at=at.astimezone(SHANGHAI), past=past)
        return self._render(request, name, actor=actor, at=at.astimezone(SHANGHAI), past=past, **found)

    def _sign_in(self, request: Request, status: int, problem: str) -> HTMLResponse:
        local = self._world.settings.issuer.startswith("http://127.0.0.1")
        return self._render(request, "sign_in", status, problem=problem, people=PEOPLE if local else ())

    async def home(self, request: Request) -> Response:
        return await self.page(request, "overview", "open_console", self._pages.overview)

    async def duties(self, request: Request) -> Response:
        asked = [request.query_params.get(name, "") for name in ("state", "area", "after")]
        return await self.page(request, "duties", "open_console", lambda a, at: self._pages.duties(a, at, *asked))

    async def findings(self, request: Request) -> Response:
        return await self.page(request, "findings", "open_console", lambda actor, _: self._pages.findings(actor))

    async def child(self, request: Request, child_id: UUID) -> Response:
        async def shown(actor: Actor, _: datetime) -> dict[str, Any]:
            found = await self._pages.timeline(actor, str(child_id))
            if found["lines"]:
                await self._world.read_log.record(actor, child_id, "timeline")
            return found

        return await self.page(request, "timeline", "read_timeline", shown)

    async def find(self, request: Request) -> Response:
        wanted = request.query_params.get("child_id", "").strip()
        try:
            return RedirectResponse(f"/console/children/{UUID(wanted)}", 303, HEADERS)
        except ValueError:
            return RedirectResponse("/", 303, HEADERS)

    async def sign_in(self, request: Request) -> Response:
        """A pasted token, or (embedded mode) a ready-made person."""
        form = await request.form()
        token = await self._token(form)
        try:
            await self._routes.tokens.actor(token)
        except RefusalError:
            return self._sign_in(request, 401, "bad_token")
        answer = RedirectResponse("/", 303, HEADERS)
        answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https")
        return answer

    async def _token(self, form: FormData) -> str:
        role, issuer = str(form.get("role") or ""), self._world.settings.issuer
        if role in PEOPLE and issuer.startswith("http://127.0.0.1"):
            async with httpx.AsyncClient(trust_env=False) as client:
                answer = await client.get(f"{issuer}/token", params={"role": role})
            return str(answer.json().get("access_token", "")) if answer.is_success else ""
        return str(form.get("token") or "").strip()

    async def sign_out(self) -> Response:
        answer = RedirectResponse("/", 303, HEADERS)
        answer.delete_cookie(COOKIE)
        return answer

    async def style(self) -> Response:
        text = (resources.files("baoxue_oversight.console") / "console.css").read_text("utf-8")
        return Response(text, media_type="text/css")


def add_console(routes: Routes, oversight: Oversight) -> None:
    """Outside the OpenAPI document: pages are for people."""
    console = Console(routes, oversight)
    for path, endpoint in (
        ("/", console.home),
        ("/console/duties", console.duties),
        ("/console/findings", console.findings),
        ("/console/find", console.find),
        ("/console/children/{child_id}", console.child),
        ("/console/console.css", console.style),
    ):
        routes.api.add_api_route(path, endpoint, methods=["GET"], include_in_schema=False, response_model=None)
    for path, change in (("/console/sign-in", console.sign_in), ("/console/sign-out", console.sign_out)):
        routes.api.add_api_route(path, change, methods=["POST"], include_in_schema=False, response_model=None)
